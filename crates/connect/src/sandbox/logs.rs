//! What functions print: every line goes to `tracing` (target `function`), and
//! the last 4 KiB are kept for callers that ask for the log's tail.
//!
//! The pipes are read without a pause, so that a function never waits for a
//! reader, and a line without an end is cut instead of kept.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};

/// Bytes of a line; a longer one becomes several.
const LINE_BYTES_MAX: usize = 64 * 1_024;
/// Bytes that Lambda returns of a log.
const TAIL_BYTES_MAX: usize = 4_096;

/// The end of what a process printed.
#[derive(Clone, Default)]
pub(crate) struct LogTail(Arc<Mutex<VecDeque<u8>>>);

impl LogTail {
    /// Adds a line.
    pub fn push(&self, line: &[u8]) {
        let mut tail = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tail.extend(line);
        tail.push_back(b'\n');
        let surplus = tail.len().saturating_sub(TAIL_BYTES_MAX);
        tail.drain(..surplus);
    }

    /// Forgets everything: a new invocation begins.
    pub fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The last bytes printed.
    pub fn bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect()
    }
}

/// Reads `pipe` to its end in a task of its own.
pub(crate) fn follow(
    pipe: impl AsyncRead + Unpin + Send + 'static,
    function: Arc<str>,
    stream: &'static str,
    tail: LogTail,
) {
    tokio::spawn(async move {
        let mut reader = BufReader::new(pipe);
        let mut line = Vec::new();
        loop {
            let (used, ended) = match reader.fill_buf().await {
                Ok([]) | Err(_) => break,
                Ok(chunk) => {
                    let room = &chunk[..chunk.len().min(LINE_BYTES_MAX - line.len())];
                    match room.iter().position(|&byte| byte == b'\n') {
                        Some(end) => {
                            line.extend_from_slice(&room[..end]);
                            (end + 1, true)
                        }
                        None => {
                            line.extend_from_slice(room);
                            (room.len(), line.len() >= LINE_BYTES_MAX)
                        }
                    }
                }
            };
            reader.consume(used);
            if ended {
                say(&function, stream, &tail, &line);
                line.clear();
            }
        }
        if !line.is_empty() {
            say(&function, stream, &tail, &line);
        }
    });
}

fn say(function: &str, stream: &'static str, tail: &LogTail, line: &[u8]) {
    tail.push(line);
    let text = String::from_utf8_lossy(line);
    tracing::info!(target: "function", function, stream, "{}", text.trim_end_matches('\r'));
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn tail_of(input: Vec<u8>) -> Vec<u8> {
        let tail = LogTail::default();
        follow(std::io::Cursor::new(input), "f".into(), "stdout", tail.clone());
        for _ in 0..1_000 {
            tokio::task::yield_now().await;
        }
        tail.bytes()
    }

    #[tokio::test]
    async fn lines_arrive_whole_and_the_last_needs_no_end() {
        assert_eq!(tail_of(b"one\ntwo\n\nthree".to_vec()).await, b"one\ntwo\n\nthree\n");
    }

    #[tokio::test]
    async fn long_lines_are_cut_and_only_the_end_is_kept() {
        let mut input = vec![b'x'; LINE_BYTES_MAX + 5];
        input.extend_from_slice(b"\nend\n");
        let tail = tail_of(input).await;
        assert_eq!(tail.len(), TAIL_BYTES_MAX);
        assert!(tail.ends_with(b"x\nxxxxx\nend\n"));
    }
}
