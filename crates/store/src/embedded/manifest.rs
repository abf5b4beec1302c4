//! Checking the list of files of each table before the engine trusts it.
//!
//! For each table the engine keeps a file `vN` that lists the files of the
//! table, and a file `current` with `N` (u64), the xxh3-128 of `vN` and a zero
//! byte, all little-endian. It writes that checksum but does not check it
//! (3.1): a changed byte in the list makes it forget files, delete them as
//! left over, or panic. A missing `current` makes it delete the whole table.

use crate::keys::Space;
use std::fs;
use std::path::Path;

/// All lists are there and are the ones that were written. The error names the file, relative to the data directory.
pub(super) fn check(db: &Path) -> Result<(), String> {
    // Number 0 is the engine's own table of tables.
    (0..=Space::ALL.len()).try_for_each(|number| check_table(db, number))
}

fn check_table(db: &Path, number: usize) -> Result<(), String> {
    let short = format!("db/keyspaces/{number}");
    let folder = db.join("keyspaces").join(number.to_string());
    let read = |name: &str| {
        fs::read(folder.join(name)).map_err(|error| format!("{short}/{name} cannot be read: {error}"))
    };
    let current = read("current")?;
    let (version, checksum) = parse_current(&current).ok_or_else(|| format!("{short}/current is damaged"))?;
    let name = format!("v{version}");
    if xxhash_rust::xxh3::xxh3_128(&read(&name)?) != checksum {
        return Err(format!("{short}/{name} or {short}/current is damaged: the checksum does not match"));
    }
    Ok(())
}

fn parse_current(bytes: &[u8]) -> Option<(u64, u128)> {
    let (version, rest) = bytes.split_first_chunk()?;
    let (checksum, kind) = rest.split_first_chunk()?;
    (*kind == [0]).then_some((u64::from_le_bytes(*version), u128::from_le_bytes(*checksum)))
}
