//! A measured row, and the table of them.

use serde::Serialize;

use super::Fail;

/// What was measured, beside what, and what it may be.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) value: f64,
    pub(crate) unit: &'static str,
    /// What was measured beside it in this run, or another program's figure.
    pub(crate) baseline: String,
    /// Value over baseline, where that is a figure of the same kind.
    pub(crate) ratio: Option<f64>,
    pub(crate) budget: String,
    pub(crate) ok: bool,
}

impl Row {
    /// A row whose value may be at most so much.
    pub(crate) fn at_most(name: &str, value: f64, unit: &'static str, most: f64) -> Self {
        Self {
            name: name.to_owned(),
            value: rounded(value),
            unit,
            baseline: String::new(),
            ratio: None,
            budget: format!("≤ {most} {unit}"),
            ok: value <= most,
        }
    }

    /// A row that tells what another one consists of: it has no budget.
    pub(crate) fn part(name: &str, value: f64, unit: &'static str) -> Self {
        let row = Self::at_most(name, value, unit, f64::INFINITY);
        Self { budget: String::new(), ..row }
    }

    /// A row whose value has to be at least so much.
    pub(crate) fn at_least(name: &str, value: f64, unit: &'static str, least: f64) -> Self {
        let row = Self::at_most(name, value, unit, least);
        Self { budget: format!("≥ {least} {unit}"), ok: value >= least, ..row }
    }

    /// Says what another program needs for the same, or what was measured beside it.
    pub(crate) fn beside(mut self, what: &str, theirs: Option<f64>) -> Self {
        self.baseline = what.to_owned();
        self.ratio = theirs.filter(|t| *t > 0.0).map(|theirs| rounded(self.value / theirs));
        self
    }
}

/// Three digits that mean something.
pub(crate) fn rounded(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let places = 2 - value.abs().log10().floor().clamp(-9.0, 2.0) as i32;
    let factor = 10f64.powi(places);
    (value * factor).round() / factor
}

/// The value that so many of a hundred do not pass.
pub(crate) fn percentile(times: &mut [f64], percent: f64) -> f64 {
    times.sort_by(f64::total_cmp);
    let at = (times.len() as f64 * percent / 100.0).ceil() as usize;
    times.get(at.saturating_sub(1)).copied().unwrap_or(f64::NAN)
}

/// Prints the rows as a table.
pub(crate) fn print(rows: &[Row]) {
    let lines: Vec<[String; 5]> = rows
        .iter()
        .map(|row| {
            let ratio = row.ratio.map_or(String::new(), |r| format!(" ({r} ×)"));
            [
                row.name.clone(),
                format!("{} {}", row.value, row.unit),
                row.budget.clone(),
                String::from(if row.ok { "ok" } else { "MISSED" }),
                format!("{}{ratio}", row.baseline),
            ]
        })
        .collect();
    let head = ["what", "measured", "budget", "", "beside"].map(String::from);
    let all = || std::iter::once(&head).chain(&lines);
    let width = |column: usize| all().map(|l| l[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..4).map(width).collect();
    for line in all() {
        let [name, value, budget, ok, beside] = line;
        let padded = |text: &str, column: usize| {
            format!("{text}{}", " ".repeat(widths[column] - text.chars().count()))
        };
        println!(
            "{}  {}  {}  {}  {beside}",
            padded(name, 0),
            padded(value, 1),
            padded(budget, 2),
            padded(ok, 3)
        );
    }
}

/// Writes the rows as JSON.
pub(crate) fn write(path: &std::path::Path, rows: &[Row]) -> Result<(), Fail> {
    Ok(std::fs::write(path, serde_json::to_string_pretty(rows)? + "\n")?)
}
