//! Bytes moved by sync, month by month, and the learner's limit on them.

use rusqlite::{OptionalExtension, named_params};

use crate::error::{Doing, Result};
use crate::hocvu::HocvuCore;
use crate::store::Cached;

/// The setting that holds the most bytes of a month; absent: no limit.
pub(super) const BUDGET: &str = "sync-bytes-a-month";

/// Months since year 0 of a time in seconds since 1970 (days to a civil date, as Howard Hinnant's
/// "chrono-compatible low-level date algorithms" has it).
fn month_of(time_s: i64) -> i64 {
    let days = time_s.div_euclid(86_400) + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    (era * 400 + year_of_era) * 12 + from_march + 2
}

/// Notes bytes that were moved now.
pub(super) fn add(core: &HocvuCore, bytes: usize) -> Result<()> {
    core.write("counting bytes", |w| {
        let sql = "INSERT INTO traffic (month, bytes) VALUES (:month, :bytes)
                   ON CONFLICT (month) DO UPDATE SET bytes = bytes + excluded.bytes";
        let row = named_params! {
            ":month": month_of(w.now_s),
            ":bytes": i64::try_from(bytes).unwrap_or(i64::MAX),
        };
        w.tx.prepare_cached(sql).doing("counting bytes")?.execute(row).doing("counting bytes")?;
        Ok(())
    })
}

/// Bytes moved in this month, by this device's clock.
pub(super) fn this_month(core: &HocvuCore) -> Result<u64> {
    let month = month_of(core.now_s());
    core.store.read(|conn| {
        let sql = "SELECT bytes FROM traffic WHERE month = :month";
        let found =
            conn.query_row_cached(sql, named_params! { ":month": month }, |row| row.get("bytes"));
        let bytes: Option<i64> = found.optional().doing("reading the bytes of a month")?;
        Ok(bytes.unwrap_or(0).unsigned_abs())
    })
}

/// The most bytes of a month, where somebody set it.
pub(super) fn budget(core: &HocvuCore) -> Result<Option<u64>> {
    Ok(core.device().setting(BUDGET)?.and_then(|value| value.parse().ok()))
}

/// Whether this month's bytes are used up.
pub(super) fn is_spent(core: &HocvuCore) -> Result<bool> {
    let Some(budget) = budget(core)? else { return Ok(false) };
    Ok(this_month(core)? >= budget)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_begin_on_their_first_day() {
        for (time_s, year, month) in [
            (0, 1970, 0),
            (-1, 1969, 11),
            (951_782_399, 2000, 1),
            (951_868_799, 2000, 1),
            (951_868_800, 2000, 2),
            (1_795_392_000, 2026, 10),
            (1_798_761_600, 2027, 0),
        ] {
            assert_eq!(month_of(time_s), year * 12 + month, "{time_s}");
        }
    }
}
