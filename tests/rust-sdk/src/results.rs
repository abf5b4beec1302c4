//! Checks that are counted and printed, and written down where `scripts/compatibility` finds them.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::fs::{File, OpenOptions};
use std::io::Write;

/// What has been seen so far; the form of the lines is told in `scripts/lib/compatibility.py`.
pub struct Results {
    passed: u32,
    failed: u32,
    seen: BTreeSet<String>,
    file: Option<File>,
}

impl Results {
    /// Begins the file of this client, where a folder is named for it.
    pub fn new() -> Results {
        let file = std::env::var("STATELINE_COMPATIBILITY").ok().map(|folder| {
            let path = std::path::Path::new(&folder).join("rust-sdk.tsv");
            OpenOptions::new()
                .create(true)
                .write(true)
                .truncate(true)
                .open(path)
                .expect("the folder for results is there")
        });
        Results { passed: 0, failed: 0, seen: BTreeSet::new(), file }
    }

    /// One check of an operation.
    pub fn works(&mut self, subject: &str, check: &str, holds: bool, detail: &dyn Debug) {
        self.line(subject, check, "works", "", holds, detail);
    }

    /// One check that an operation is refused with an error, in the SDK's own type.
    pub fn error(&mut self, subject: &str, error: &str, holds: bool, detail: &dyn Debug) {
        self.line(subject, &format!("refused with {error}"), "error", error, holds, detail);
    }

    /// One check of what the client does besides calling.
    pub fn way(&mut self, subject: &str, check: &str, told: &str, holds: bool, detail: &dyn Debug) {
        self.line(subject, check, "way", told, holds, detail);
    }

    fn line(&mut self, subject: &str, check: &str, kind: &str, told: &str, holds: bool, detail: &dyn Debug) {
        if holds {
            self.passed += 1;
            println!("ok      {subject}: {check}");
        } else {
            self.failed += 1;
            println!("FAILED  {subject}: {check}\n        {detail:?}");
        }
        self.seen.insert(subject.to_owned());
        if let Some(file) = &mut self.file {
            let outcome = if holds { "ok" } else { "failed" };
            writeln!(file, "{subject}\t{kind}\t{outcome}\t{told}")
                .expect("the file of results can be written");
        }
    }

    /// Prints the counts. Whether all is well, and every operation of the SDK was tried.
    pub fn close(mut self, operations: usize) -> bool {
        let tried = self.seen.iter().filter(|subject| subject.starts_with(char::is_uppercase)).count();
        if tried == operations {
            self.passed += 1;
        } else {
            self.failed += 1;
            println!("FAILED  {tried} of {operations} operations were tried: {:?}", self.seen);
        }
        println!("{} passed, {} failed", self.passed, self.failed);
        self.failed == 0
    }
}
