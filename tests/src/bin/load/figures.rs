//! What a load measured: since the last line, and on the whole.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

#[derive(Default)]
struct Part {
    times_ms: Vec<f32>,
    events: u64,
    bytes: u64,
    errors: BTreeMap<String, u64>,
}

/// See the module.
#[derive(Default)]
pub(crate) struct Figures {
    window: Mutex<(Part, f64)>,
    whole: Mutex<(Part, f64)>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Figures {
    pub(crate) fn add(&self, took_ms: f64, events: u64, bytes: usize) {
        for part in [&self.window, &self.whole] {
            let part = &mut lock(part).0;
            part.times_ms.push(took_ms as f32);
            part.events += events;
            part.bytes += bytes as u64;
        }
    }

    pub(crate) fn add_error(&self, why: String) {
        *lock(&self.window).0.errors.entry(why.clone()).or_default() += 1;
        *lock(&self.whole).0.errors.entry(why).or_default() += 1;
    }

    /// Prints what came since the last line.
    pub(crate) fn print_window(&self, at_s: f64, memory_mib: Option<f64>) {
        let mut window = lock(&self.window);
        let began_s = window.1;
        let mut part = std::mem::take(&mut window.0);
        window.1 = at_s;
        drop(window);
        lock(&self.whole).1 = at_s;
        let memory = memory_mib.map_or(String::new(), |mib| format!(", relay {mib:.1} MiB"));
        println!("{at_s:6.0} s: {}{memory}", part.line(at_s - began_s));
    }

    /// Prints the whole.
    pub(crate) fn print_whole(&self) {
        let mut whole = lock(&self.whole);
        let seconds = whole.1;
        println!(" whole: {}", whole.0.line(seconds));
        for (why, times) in &whole.0.errors {
            println!("error, {times} times: {why}");
        }
    }
}

impl Part {
    fn line(&mut self, seconds: f64) -> String {
        self.times_ms.sort_by(f32::total_cmp);
        let at = |percent: usize| {
            let place = self.times_ms.len() * percent / 100;
            self.times_ms.get(place).copied().unwrap_or(0.0)
        };
        let errors: u64 = self.errors.values().sum();
        format!(
            "{:.0} syncs/s, {:.0} events/s, p50 {:.1} ms, p99 {:.1} ms, {:.0} bytes a sync, \
             {errors} errors",
            self.times_ms.len() as f64 / seconds,
            self.events as f64 / seconds,
            at(50),
            at(99),
            self.bytes as f64 / self.times_ms.len().max(1) as f64,
        )
    }
}
