//! What `backup` and `restore` tell: a moving line on a terminal, and what a backup holds.

use crate::args::Format;
use crate::output::{dim, pretty};
use serde_json::json;
use stateline_store::BackupFacts;
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::time::{Duration, Instant};

/// How often the line moves.
const EVERY: Duration = Duration::from_millis(100);

/// A line on stderr, where that is a terminal, that says how far it has come.
pub struct Ticker {
    doing: &'static str,
    shown: Option<Instant>,
    terminal: bool,
}

impl Ticker {
    /// `doing` is the word before the figures.
    pub fn new(doing: &'static str) -> Ticker {
        Ticker { doing, shown: None, terminal: std::io::stderr().is_terminal() }
    }

    /// Shows how far it has come, unless it was shown a moment ago.
    pub fn tick(&mut self, facts: &BackupFacts) {
        if !self.terminal || self.shown.is_some_and(|at| at.elapsed() < EVERY) {
            return;
        }
        self.shown = Some(Instant::now());
        let line = format!("{} {}", self.doing, executions(facts));
        draw(&format!("\r\u{1b}[2K{}", dim(&line)));
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        if self.shown.is_some() {
            draw("\r\u{1b}[2K");
        }
    }
}

fn draw(text: &str) {
    let mut err = std::io::stderr().lock();
    // A line that cannot be drawn is missed by nobody.
    drop(err.write_all(text.as_bytes()).and_then(|()| err.flush()));
}

/// What was taken, restored or checked, in the form that was asked for.
pub fn told(facts: &BackupFacts, what: &str, file: &Path, data: Option<&Path>, format: Format) -> String {
    let counts = &facts.counts;
    match format {
        Format::Table => {
            let machines = numbered(counts.machines, "state machine");
            format!("{what}: {}, {machines}, as of {}", executions(facts), facts.taken)
        }
        Format::Json => pretty(&json!({
            "file": file.display().to_string(),
            "data": data.map(|data| data.display().to_string()),
            "takenAt": facts.taken.as_epoch_seconds(),
            "program": facts.program,
            "commit": facts.group,
            "epoch": facts.epoch.0,
            "openExecutions": counts.open,
            "closedExecutions": counts.closed,
            "events": counts.events,
            "stateMachines": counts.machines,
            "documents": counts.documents,
        })),
    }
}

fn executions(facts: &BackupFacts) -> String {
    let (open, closed) = (facts.counts.open, facts.counts.closed);
    format!("{} ({} open)", numbered(open + closed, "execution"), grouped(open))
}

fn numbered(count: u64, thing: &str) -> String {
    format!("{} {thing}{}", grouped(count), if count == 1 { "" } else { "s" })
}

/// `1,234,567`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;
    use stateline_base::Timestamp;

    #[test]
    fn what_is_in_a_backup_is_one_line_or_a_document() {
        let mut facts = BackupFacts { taken: Timestamp::from_millis(1_500), ..BackupFacts::default() };
        facts.program = "0.1.0".to_owned();
        facts.group = Some(9);
        (facts.counts.open, facts.counts.closed, facts.counts.machines) = (40, 1_234_527, 1);
        let said =
            |format| told(&facts, "restored into data", Path::new("a"), Some(Path::new("data")), format);
        expect!["restored into data: 1,234,567 executions (40 open), 1 state machine, as of 1970-01-01T00:00:01.5Z"]
            .assert_eq(&said(Format::Table));
        expect![[r#"
            {
              "file": "a",
              "data": "data",
              "takenAt": 1.5,
              "program": "0.1.0",
              "commit": 9,
              "epoch": 0,
              "openExecutions": 40,
              "closedExecutions": 1234527,
              "events": 0,
              "stateMachines": 1,
              "documents": 0
            }"#]]
        .assert_eq(&said(Format::Json));
    }

    #[test]
    fn numbers_are_grouped() {
        let said: Vec<String> = [0, 12, 999, 1_000, 12_345, 1_000_000].into_iter().map(grouped).collect();
        assert_eq!(said, ["0", "12", "999", "1,000", "12,345", "1,000,000"]);
    }
}
