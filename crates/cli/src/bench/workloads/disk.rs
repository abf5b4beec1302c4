//! `disk` and `disk-growing`: one writer that appends a batch and makes it durable, again and again.
//! `disk` writes to a file whose blocks are there already, as a log that is used again has them.

use super::Workload;
use crate::bench::BenchError;
use crate::bench::case::Case;
use crate::bench::figures::{Figure, Figures};
use crate::bench::load;
use crate::bench::runner::Measured;
use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::time::Instant;

/// The size of the file that is there already.
const SPAN: u64 = 64 << 20;

/// Writes for as long as the case says.
///
/// # Errors
/// When the system refuses.
pub async fn run(case: &Case, folder: &Path) -> Result<Measured, BenchError> {
    let (case, path) = (*case, folder.join("disk"));
    let written = tokio::task::spawn_blocking(move || write(&case, &path)).await;
    let figures = written.map_err(|error| BenchError::Client(error.to_string()))??;
    Ok(Measured::one(case, figures, 0))
}

fn write(case: &Case, path: &Path) -> Result<Figures, BenchError> {
    let mut file = File::create(path)?;
    let span = if case.workload == Workload::Disk { SPAN } else { u64::MAX };
    if case.workload == Workload::Disk {
        fill(&mut file, SPAN)?;
    }
    let bytes = case.size.unwrap_or(4_096);
    let batch: Vec<u8> = (0..bytes).map(|at| (at.wrapping_mul(31) + 7) as u8).collect();
    let mut nanos = load::histogram();
    let (began, mut at) = (Instant::now(), 0);
    while began.elapsed() < case.measured() {
        if at + bytes > span {
            file.seek(SeekFrom::Start(0))?;
            at = 0;
        }
        let lap = Instant::now();
        file.write_all(&batch)?;
        file.sync_data()?;
        nanos.saturating_record(u64::try_from(lap.elapsed().as_nanos()).unwrap_or(u64::MAX).max(1));
        at += bytes;
    }
    let seconds = began.elapsed().as_secs_f64();
    let ms = |nanos: u64| nanos as f64 / 1e6;
    let per_second = nanos.len() as f64 / seconds;
    Ok(Figures::default()
        .with(Figure::SyncsPerSecond, per_second)
        .with(Figure::MibPerSecond, per_second * bytes as f64 / f64::from(1 << 20))
        .with(Figure::P50Ms, ms(nanos.value_at_quantile(0.5)))
        .with(Figure::P99Ms, ms(nanos.value_at_quantile(0.99)))
        .with(Figure::MaxMs, ms(nanos.max())))
}

/// Writes so many zeros, makes them durable, and goes back to the beginning.
///
/// # Errors
/// When the system refuses.
pub fn fill(file: &mut File, bytes: u64) -> std::io::Result<()> {
    let zeros = vec![0; 1 << 20];
    for _ in 0..bytes >> 20 {
        file.write_all(&zeros)?;
    }
    file.sync_all()?;
    file.seek(SeekFrom::Start(0))?;
    Ok(())
}
