//! Whoever fetches an update holds a file open and one small piece of it. Only so many may at once;
//! when all places are taken, who has not moved for a while gives up the place.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::fs::File;
use tokio::io::{AsyncRead, AsyncReadExt, BufReader, ReadBuf, Take};
use tokio::time::Instant;

/// How many may read at once.
pub(super) const READERS_MAX: usize = 256;
/// The most bytes of an update that lie in memory for one reader.
const PIECE_BYTES: usize = 64 * 1024;
/// Who took nothing for so long may lose the place to another.
const STALLED: Duration = Duration::from_secs(60);

/// All who read just now.
#[derive(Default)]
pub(super) struct Readers(Mutex<Vec<Weak<Reading>>>);

struct Reading(Mutex<(Option<BufReader<Take<File>>>, Instant)>);

impl Reading {
    fn lock(&self) -> MutexGuard<'_, (Option<BufReader<Take<File>>>, Instant)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// So many bytes of a file from where it stands.
pub(super) struct Reader(Arc<Reading>);

impl Readers {
    /// Lets somebody read so many bytes of a file; `None`: too many do, later.
    pub(super) fn begin(&self, file: File, bytes: u64) -> Option<Reader> {
        self.begin_at(file, bytes, Instant::now())
    }

    fn begin_at(&self, file: File, bytes: u64, now: Instant) -> Option<Reader> {
        let mut readers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        readers.retain(|reading| reading.strong_count() > 0);
        if readers.len() >= READERS_MAX {
            let at = readers.iter().position(|reading| {
                let Some(reading) = reading.upgrade() else { return true };
                let mut reading = reading.lock();
                let is_stalled = now.duration_since(reading.1) > STALLED;
                if is_stalled {
                    reading.0 = None;
                }
                is_stalled
            });
            readers.swap_remove(at?);
        }
        let source = BufReader::with_capacity(PIECE_BYTES, file.take(bytes));
        let reading = Arc::new(Reading(Mutex::new((Some(source), now))));
        readers.push(Arc::downgrade(&reading));
        Some(Reader(reading))
    }
}

impl AsyncRead for Reader {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        piece: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mut reading = self.0.lock();
        reading.1 = Instant::now();
        match &mut reading.0 {
            Some(source) => Pin::new(source).poll_read(cx, piece),
            None => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_stalls_loses_the_place_only_when_somebody_waits() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, vec![7; 300_000]).unwrap();
        let readers = Readers::default();
        let open = || async { File::open(&path).await.unwrap() };
        let mut all = Vec::new();
        for _ in 0..READERS_MAX {
            all.push(readers.begin(open().await, 200_000).unwrap());
        }
        assert!(readers.begin(open().await, 1).is_none(), "all places are taken");
        let later = Instant::now() + STALLED + Duration::from_secs(1);
        let mut late = readers.begin_at(open().await, 200_000, later).unwrap();
        let mut lost = 0;
        for reader in &mut all {
            lost += usize::from(reader.read(&mut [0; 10]).await.is_err());
        }
        assert_eq!(lost, 1);
        assert!(readers.begin(open().await, 1).is_none());
        let mut bytes = Vec::new();
        late.read_to_end(&mut bytes).await.unwrap();
        assert_eq!(bytes, vec![7; 200_000], "as many as asked for");
        drop(late);
        assert!(readers.begin(open().await, 1).is_some());
    }
}
