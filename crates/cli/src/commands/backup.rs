//! `stateline backup`: all that a server or a data directory holds, as one file.
//!
//! What a server sends is read as a backup while it is written, so that a file
//! that is there is one that can be restored.

use super::{CommandError, Outcome};
use crate::args::BackupArgs;
use crate::client::Client;
use crate::copying::{Ticker, told};
use crate::names;
use crate::output::{note, say};
use bytes::Bytes;
use stateline_runtime::{Clock, SystemClock};
use stateline_store::{BackupFacts, OpenError, Options, check_backup, open_embedded, write_backup};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tokio::sync::mpsc;

/// Where a server gives one.
const PATH: &str = "/stateline/backup";
/// Chunks between the connection and the file.
const CHUNKS: usize = 16;

pub async fn run(args: BackupArgs) -> Outcome {
    let out = Out::open(&args.out)?;
    let to_stdout = out.is_stdout();
    let facts = match &args.data {
        Some(dir) => from_directory(dir, out)?,
        None => from_server(&names::client(&args.endpoint)?, out).await?,
    };
    let what = if to_stdout { "backup".to_owned() } else { args.out.display().to_string() };
    let text = told(&facts, &what, &args.out, args.data.as_deref(), args.output);
    // Stdout has nothing but the backup then.
    if to_stdout {
        note(&text);
    } else {
        say(&text);
    }
    Ok(ExitCode::SUCCESS)
}

/// Of a directory that no server holds.
fn from_directory(dir: &Path, mut out: Out) -> Result<BackupFacts, CommandError> {
    if !dir.join("format").is_file() {
        // Opening it would make one.
        return Err(CommandError::Failed(format!(
            "{} is no data directory: it has no file format",
            dir.display()
        )));
    }
    let store = open_embedded(dir, Options::default()).map_err(|error| match error {
        OpenError::Locked { .. } => CommandError::Failed(format!(
            "{error}; or take the backup from the server that holds it: stateline backup --endpoint URL OUT"
        )),
        other => CommandError::Failed(other.to_string()),
    })?;
    let mut ticker = Ticker::new("taken:");
    let taken = write_backup(&store, SystemClock.now(), &mut out, &mut |facts, _| {
        ticker.tick(facts);
        Ok(())
    });
    let facts = taken.map_err(|error| CommandError::Failed(error.to_string()))?;
    out.keep()?;
    Ok(facts)
}

/// Of a server that goes on.
async fn from_server(client: &Client, out: Out) -> Result<BackupFacts, CommandError> {
    let (chunks, receiver) = mpsc::channel(CHUNKS);
    let checking = tokio::task::spawn_blocking(move || {
        let mut copy = Copy { chunks: receiver, chunk: Bytes::new(), out };
        let mut ticker = Ticker::new("taken:");
        let checked = check_backup(&mut copy, &mut |facts| ticker.tick(facts));
        (checked, copy.out)
    });
    let downloaded = client.download(PATH, chunks).await;
    let (checked, out) = checking.await.map_err(io::Error::other)?;
    // Why nothing more came is more than that it is cut.
    downloaded?;
    let facts = checked.map_err(|error| CommandError::Failed(error.to_string()))?;
    out.keep()?;
    Ok(facts)
}

/// What comes over the connection, as something that is read and that leaves a copy.
struct Copy {
    chunks: mpsc::Receiver<Bytes>,
    chunk: Bytes,
    out: Out,
}

impl Read for Copy {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.chunk.is_empty() {
            match self.chunks.blocking_recv() {
                Some(chunk) => self.chunk = chunk,
                None => return Ok(0),
            }
        }
        let count = buffer.len().min(self.chunk.len());
        let head = self.chunk.split_to(count);
        buffer[..count].copy_from_slice(&head);
        self.out
            .write_all(&head)
            .map_err(|error| io::Error::other(format!("{error}, while it was written")))?;
        Ok(count)
    }
}

/// Where the backup goes: stdout, or a file that is there only when it is whole.
enum Out {
    Stdout(BufWriter<io::Stdout>),
    File(Option<Draft>),
}

/// A file that is not whole yet.
struct Draft {
    file: BufWriter<File>,
    path: PathBuf,
    target: PathBuf,
}

impl Out {
    fn open(target: &Path) -> Result<Out, CommandError> {
        if target.as_os_str() == "-" {
            return Ok(Out::Stdout(BufWriter::new(io::stdout())));
        }
        if target.symlink_metadata().is_ok() {
            let what = format!("{} is there already; choose another name, or move it away", target.display());
            return Err(CommandError::Usage(what));
        }
        let mut path = target.as_os_str().to_owned();
        path.push(".part");
        let path = PathBuf::from(path);
        // It holds what executions hold: nobody else's to read.
        let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path);
        let file = file.map_err(|error| CommandError::Failed(format!("{}: {error}", path.display())))?;
        Ok(Out::File(Some(Draft { file: BufWriter::new(file), path, target: target.to_owned() })))
    }

    fn is_stdout(&self) -> bool {
        matches!(self, Out::Stdout(_))
    }

    /// What was written is whole: makes it durable and gives it its name.
    fn keep(mut self) -> Result<(), CommandError> {
        let kept = match &mut self {
            Out::Stdout(out) => out.flush(),
            Out::File(draft) => match draft.as_mut().map(Draft::keep) {
                Some(Ok(())) => {
                    *draft = None;
                    Ok(())
                }
                Some(Err(error)) => Err(error),
                None => Ok(()),
            },
        };
        kept.map_err(|error| CommandError::Failed(format!("the backup could not be written: {error}")))
    }
}

impl Draft {
    fn keep(&mut self) -> io::Result<()> {
        self.file.flush()?;
        self.file.get_ref().sync_all()?;
        fs::rename(&self.path, &self.target)?;
        let parent = self.target.parent().filter(|parent| !parent.as_os_str().is_empty());
        File::open(parent.unwrap_or(Path::new(".")))?.sync_all()
    }
}

impl Drop for Out {
    fn drop(&mut self) {
        if let Out::File(Some(draft)) = self {
            // What is left of it says itself that it is no backup.
            drop(fs::remove_file(&draft.path));
        }
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Out::Stdout(out) => out.write(bytes),
            Out::File(Some(draft)) => draft.file.write(bytes),
            Out::File(None) => Ok(bytes.len()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Out::Stdout(out) => out.flush(),
            Out::File(Some(draft)) => draft.file.flush(),
            Out::File(None) => Ok(()),
        }
    }
}
