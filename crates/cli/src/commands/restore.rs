//! `stateline restore`: from a backup to a data directory, or only to the knowledge that it would be one.

use super::{CommandError, Outcome};
use crate::args::RestoreArgs;
use crate::copying::{Ticker, told};
use crate::output::{note, say};
use stateline_store::{RestoreError, check_backup, restore_embedded};
use std::fs::File;
use std::io::{BufReader, Read};
use std::process::ExitCode;

pub fn run(args: &RestoreArgs) -> Outcome {
    let mut input: Box<dyn Read> = if args.file.as_os_str() == "-" {
        Box::new(BufReader::new(std::io::stdin()))
    } else {
        let file = File::open(&args.file);
        let file = file.map_err(|error| CommandError::Usage(format!("{}: {error}", args.file.display())))?;
        Box::new(BufReader::with_capacity(1 << 20, file))
    };
    let checking = args.data.is_none();
    let mut ticker = Ticker::new(if checking { "checked:" } else { "restored:" });
    let outcome = match &args.data {
        None => check_backup(&mut input, &mut |facts| ticker.tick(facts)),
        Some(data) => restore_embedded(&mut input, data, &mut |facts| ticker.tick(facts)),
    };
    drop(ticker);
    let facts = outcome.map_err(|error| {
        let about_the_file = !matches!(error, RestoreError::Directory(_) | RestoreError::Store(_));
        let place = if about_the_file { format!("{}: ", args.file.display()) } else { String::new() };
        CommandError::Failed(format!("{place}{error}"))
    })?;
    let what = match &args.data {
        None => format!("{} is whole", args.file.display()),
        Some(data) => format!("restored into {}", data.display()),
    };
    say(&told(&facts, &what, &args.file, args.data.as_deref(), args.output));
    if !checking && facts.counts.open > 0 {
        note(
            "what was open goes on at the next start as after a crash; do not run it beside its original, \
             which makes the same calls and takes the same task tokens",
        );
    }
    Ok(ExitCode::SUCCESS)
}
