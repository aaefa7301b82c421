//! Which editions of courses are held, as devices and hubs told: for whoever publishes them.

use hocvu_core::ids::CourseId;
use hocvu_core::pack::Order;
use hocvu_core::sync::{HOLDINGS_MAX, HOLDINGS_OF_DEVICE_MAX, Holding};
use rusqlite::{Connection, Transaction, named_params};

use super::admission::Sender;
use super::{CELL, Relay, Result};

/// The most devices that a relay is believed to have behind it.
const DEVICES_MAX: u64 = 100_000_000;

/// Notes what a sender says is held, in the place of what it said before. A device speaks for itself
/// alone.
pub(super) fn note(tx: &Transaction<'_>, sender: &Sender, holdings: &[Holding]) -> Result<()> {
    let sql = "DELETE FROM holding WHERE cell = :cell AND sender_no = :sender_no";
    tx.prepare_cached(sql)?.execute(named_params! { ":cell": CELL, ":sender_no": sender.no })?;
    let sql = "INSERT INTO holding (cell, sender_no, course, generation, version, devices)
               VALUES (:cell, :sender_no, :course, :generation, :version, :devices)
               ON CONFLICT DO NOTHING";
    let mut insert = tx.prepare_cached(sql)?;
    let most = if sender.is_relay { HOLDINGS_MAX } else { HOLDINGS_OF_DEVICE_MAX };
    for held in holdings.iter().take(most) {
        let devices = if sender.is_relay { held.devices.clamp(1, DEVICES_MAX) } else { 1 };
        insert.execute(named_params! {
            ":cell": CELL,
            ":sender_no": sender.no,
            ":course": held.course.as_str(),
            ":generation": held.order.generation,
            ":version": held.order.version,
            ":devices": devices as i64,
        })?;
    }
    Ok(())
}

/// What is held by all senders together, without those that the volunteer shut out.
pub(super) fn all(conn: &Connection) -> Result<Vec<Holding>> {
    let sql = "SELECT course, generation, version, sum(devices) AS devices
               FROM holding JOIN sender USING (cell, sender_no)
               WHERE cell = :cell AND shut_out_s IS NULL
               GROUP BY course, generation, version
               ORDER BY course, generation DESC, version DESC";
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map(named_params! { ":cell": CELL }, |row| {
        let order = Order { generation: row.get("generation")?, version: row.get("version")? };
        let devices = row.get::<_, i64>("devices")?.unsigned_abs();
        Ok((row.get::<_, String>("course")?, order, devices))
    })?;
    let mut holdings = Vec::new();
    for row in rows {
        let (course, order, devices) = row?;
        // Ids were read before they were written.
        let Ok(course) = CourseId::parse(&course) else { continue };
        holdings.push(Holding { course, order, devices });
    }
    Ok(holdings)
}

impl Relay {
    /// How many devices hold which edition of publishers' courses, as they told this relay or one
    /// behind it. A device that passes by two ways is in it twice.
    pub fn holdings(&self) -> Result<Vec<Holding>> {
        self.read(all)
    }
}
