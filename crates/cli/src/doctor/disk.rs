//! How long a write takes to be durable where executions would be kept: every
//! acknowledged start waits for one.

use super::Finding;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::time::{Duration, Instant};

const CHECK: &str = "disk";
const WRITES: usize = 20;
const PIECE: [u8; 4096] = [0; 4096];
/// From here on the disk, and not this program, is what executions wait for.
const SLOW: Duration = Duration::from_millis(30);

/// Writes a few pieces into a file of its own and removes it.
pub fn finding(folder: &Path) -> Finding {
    match measured(folder) {
        Err(error) => {
            let text = format!("nothing can be written into {}: {error}", folder.display());
            Finding::failed(CHECK, text, "give the data directory to the user that runs the server")
        }
        Ok(middle) if middle > SLOW => {
            let text = format!("a durable write takes {} ms", middle.as_millis());
            Finding::warning(CHECK, text, "keep the data on a local disk: each batch waits for a write")
        }
        Ok(middle) => {
            Finding::ok(CHECK, format!("a durable write takes {:.1} ms", middle.as_secs_f64() * 1_000.0))
        }
    }
}

fn measured(folder: &Path) -> io::Result<Duration> {
    let path = folder.join(format!(".stateline-doctor-{}", std::process::id()));
    let mut file = File::options().write(true).create_new(true).open(&path)?;
    let mut taken = Vec::with_capacity(WRITES);
    let outcome = (0..WRITES).try_for_each(|_| {
        let begun = Instant::now();
        file.write_all(&PIECE)?;
        file.sync_all()?;
        taken.push(begun.elapsed());
        Ok(())
    });
    drop(file);
    std::fs::remove_file(&path)?;
    outcome.map(|()| {
        taken.sort_unstable();
        taken.get(WRITES / 2).copied().unwrap_or_default()
    })
}
