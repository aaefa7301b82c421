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

/// What a relay uses of its computer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Used {
    pub(crate) memory_mib: f64,
    pub(crate) cpu_s: f64,
}

/// See the module.
#[derive(Default)]
pub(crate) struct Figures {
    window: Mutex<(Part, f64)>,
    whole: Mutex<(Part, f64)>,
    /// What the relay used at the end of each window.
    used: Mutex<Vec<Used>>,
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
    pub(crate) fn print_window(&self, at_s: f64, used: Option<Used>) {
        let mut window = lock(&self.window);
        let began_s = window.1;
        let mut part = std::mem::take(&mut window.0);
        window.1 = at_s;
        drop(window);
        lock(&self.whole).1 = at_s;
        let mut said = part.line(at_s - began_s);
        if let Some(used) = used {
            let mut all = lock(&self.used);
            let before = all.last().map_or(0.0, |before| before.cpu_s);
            all.push(used);
            said += &format!(", relay {:.1} MiB, ", used.memory_mib);
            said += &part.cost(used.cpu_s - before, at_s - began_s);
        }
        println!("{at_s:6.0} s: {said}");
    }

    /// Prints the whole.
    pub(crate) fn print_whole(&self) {
        let mut whole = lock(&self.whole);
        let seconds = whole.1;
        println!(" whole: {}", whole.0.line(seconds));
        for (why, times) in &whole.0.errors {
            println!("error, {times} times: {why}");
        }
        let used = lock(&self.used);
        let Some(last) = used.last() else { return };
        println!("relay: {}", whole.0.cost(last.cpu_s, seconds));
        let third = used.len() / 3;
        if third > 0 {
            let (first, last) = (median(&used[..third]), median(&used[used.len() - third..]));
            println!(
                "memory of the relay, medians of the first and last third: {first:.1} and {last:.1} MiB"
            );
        }
    }
}

/// The memory in the middle of what was seen, which is something.
fn median(used: &[Used]) -> f64 {
    let mut memory: Vec<f64> = used.iter().map(|used| used.memory_mib).collect();
    memory.sort_by(f64::total_cmp);
    memory[memory.len() / 2]
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

    /// What it cost the relay.
    fn cost(&self, cpu_s: f64, seconds: f64) -> String {
        let each_us = cpu_s * 1e6 / self.times_ms.len().max(1) as f64;
        format!("{:.2} cores, {each_us:.0} µs of processor a sync", cpu_s / seconds)
    }
}
