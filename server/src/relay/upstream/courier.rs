//! What a courier carries to the upstream and back, in files.

use hocvu_core::sync::{
    BUNDLE_BYTES_MAX, BundleError, Expected, Pace, ReplySecret, RequestNo, Trouble, replied_to,
};
use rusqlite::{OptionalExtension, named_params};

use super::super::{CELL, Refused, Relay, RelayError, Result, Took, store};
use super::up::pack;
use super::{Upstream, get};

/// What a bundle in a file may have.
const FILE_BYTES: usize = BUNDLE_BYTES_MAX - 64 * 1024;
/// Bundles in files that wait for their replies; of more, the oldest is forgotten.
const COURIER_REQUESTS_MAX: i64 = 64;

/// What taking in a file changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Brought {
    /// A bundle for this relay: the reply, to be taken back, and what was new.
    Request {
        /// For the sender.
        reply: Vec<u8>,
        /// What was new here.
        took: Took,
    },
    /// The upstream's reply to a bundle of this relay.
    Reply {
        /// Events that the upstream still has given no receipt for.
        waiting: u64,
        /// What was in the way.
        trouble: Option<Trouble>,
    },
}

impl Relay {
    /// Everything that the upstream lacks as a bundle for a courier, and how many events wait.
    pub fn export(&self) -> Result<Option<(Vec<u8>, u64)>> {
        let packed = self.read(|conn| {
            let Some(upstream) = get(conn)? else { return Ok(None) };
            let upstream = Upstream { pace: Pace::up_to(FILE_BYTES), ..upstream };
            pack(self, conn, &upstream, true)
        })?;
        let Some((exchange, expected, mut sent)) = packed else { return Ok(None) };
        self.write(|tx| {
            let sql = "UPDATE upstream SET files = files + 1 WHERE cell = :cell RETURNING files";
            let file_no: i64 = tx
                .prepare_cached(sql)?
                .query_row(named_params! { ":cell": CELL }, |row| row.get("files"))?;
            sent.no = RequestNo::of_file(file_no);
            let sql = "INSERT INTO courier_request
                           (cell, request_id, enc, secret, file_no, carried)
                       VALUES (:cell, :request_id, :enc, :secret, :file_no, :carried)";
            tx.prepare_cached(sql)?.execute(named_params! {
                ":cell": CELL,
                ":request_id": expected.request_id(),
                ":enc": expected.enc,
                ":secret": expected.secret.0,
                ":file_no": file_no,
                ":carried": minicbor::to_vec(&sent).expect("writing to memory cannot fail"),
            })?;
            let sql = "DELETE FROM courier_request
                       WHERE cell = :cell AND file_no <= :file_no - :most";
            tx.prepare_cached(sql)?.execute(named_params! {
                ":cell": CELL,
                ":file_no": file_no,
                ":most": COURIER_REQUESTS_MAX,
            })?;
            Ok(())
        })?;
        Ok(Some((exchange.body, self.read(store::waiting)?)))
    }

    /// Takes in a file that a courier brought: a bundle for this relay, or the upstream's reply.
    pub fn import(&self, bytes: &[u8]) -> Result<Result<Brought, Refused>> {
        let half = match replied_to(bytes) {
            Ok(half) => half,
            Err(_) => {
                let answered = self.answer(bytes)?;
                return Ok(answered.map(|(reply, took)| Brought::Request { reply, took }));
            }
        };
        let sql = "SELECT enc, secret, carried FROM courier_request
                   WHERE cell = :cell AND substr(request_id, 1, 8) = :half";
        let found = self.read(|conn| {
            let row = named_params! { ":cell": CELL, ":half": half };
            Ok(conn
                .query_row(sql, row, |row| {
                    let secret = ReplySecret(row.get("secret")?);
                    let expected = Expected { enc: row.get("enc")?, secret };
                    Ok((expected, row.get::<_, Vec<u8>>("carried")?))
                })
                .optional()?)
        })?;
        let Some((expected, carried)) = found else {
            return Ok(Err(Refused::Bundle(BundleError::OtherRequest)));
        };
        let sent = minicbor::decode(&carried).map_err(|_| RelayError::CourierDamaged)?;
        let mut round = self.upstream_round();
        let refused = round.take_reply((&expected, &sent), bytes, false)?.err();
        let trouble = refused.map(|(trouble, _)| trouble);
        Ok(Ok(Brought::Reply { waiting: self.read(store::waiting)?, trouble }))
    }
}
