//! Which of two requests to one relay was made first, whatever clocks say: what a courier brings home
//! may answer an older one than what is known.

use minicbor::{Decode, Encode};
use rusqlite::ToSql;
use rusqlite::types::{FromSql, FromSqlResult, ToSqlOutput, ValueRef};

/// Where a request stands among all to one relay. Only files are counted, so that a request over the
/// network writes nothing: those between two files have one number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(transparent)]
pub struct RequestNo(i64);

impl RequestNo {
    /// Of a file, the first being 1.
    pub fn of_file(file_no: i64) -> Self {
        Self(2 * file_no)
    }

    /// Of a request over the network, by how many files had left.
    pub fn behind_files(files: i64) -> Self {
        Self(2 * files + 1)
    }
}

impl ToSql for RequestNo {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.0.to_sql()
    }
}

impl FromSql for RequestNo {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        i64::column_result(value).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_stand_in_the_order_in_which_they_were_made() {
        let (file, behind) = (RequestNo::of_file, RequestNo::behind_files);
        let made =
            [RequestNo::default(), behind(0), file(1), behind(1), file(2), file(3), behind(3)];
        assert!(made.is_sorted() && made.windows(2).all(|two| two[0] < two[1]));
    }
}
