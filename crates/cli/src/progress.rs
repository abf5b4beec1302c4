//! Live progress on a terminal: a line for each visit that ended, and one line that moves.

use crate::output::{clip, dim, duration, green, red, yellow};
use crate::story::{Change, Event, Stand, Story, Visit};
use std::io::{IsTerminal, Write};

/// Columns when the terminal does not say.
const COLUMNS: usize = 80;
/// Columns of the name of a state, so that durations align.
const NAME_COLUMNS: usize = 36;
const SPINNER: [char; 8] = ['⠋', '⠙', '⠸', '⠴', '⠦', '⠇', '⠏', '⠹'];

/// Draws on stderr.
pub struct Progress {
    story: Story,
    /// Whether the moving line is on the screen.
    drawn: bool,
    ticks: usize,
}

impl Progress {
    /// Progress for a terminal; nothing where stderr is none.
    pub fn on_terminal() -> Option<Progress> {
        std::io::stderr().is_terminal().then(|| Progress { story: Story::default(), drawn: false, ticks: 0 })
    }

    /// Shows what new events changed, and what goes on at `now` (milliseconds since the epoch).
    pub fn show(&mut self, events: &[Event], now: i64) {
        let mut text = self.erased();
        for event in events {
            for change in self.story.apply(event) {
                if let Some(line) = line(&self.story, change) {
                    text.push_str(&line);
                    text.push('\n');
                }
            }
        }
        if let Some(moving) = self.moving(now) {
            text.push_str(&moving);
            self.drawn = true;
        }
        self.ticks += 1;
        write(&text);
    }

    /// Takes the moving line away, for good or for other output.
    pub fn clear(&mut self) {
        let text = self.erased();
        write(&text);
    }

    fn erased(&mut self) -> String {
        let erase = if self.drawn { "\r\u{1b}[2K" } else { "" };
        self.drawn = false;
        erase.to_owned()
    }

    /// The line of the states that are open now, the oldest first.
    fn moving(&self, now: i64) -> Option<String> {
        let open: Vec<&Visit> = self.story.open().filter(|visit| !visit.is_container()).collect();
        let first = open.first()?;
        let labels: Vec<String> = open.iter().map(|visit| visit.label()).collect();
        let spin = SPINNER.get(self.ticks % SPINNER.len()).copied().unwrap_or(' ');
        let text = format!("{spin} {} {}", duration(now - first.entered), labels.join(", "));
        Some(dim(&clip(&text, columns().saturating_sub(1))))
    }
}

fn write(text: &str) {
    let mut out = std::io::stderr().lock();
    // Progress that cannot be drawn is missed by nobody.
    drop(out.write_all(text.as_bytes()).and_then(|()| out.flush()));
}

fn columns() -> usize {
    let size = rustix::termios::tcgetwinsize(std::io::stderr());
    match size {
        Ok(size) if size.ws_col > 0 => usize::from(size.ws_col),
        _ => COLUMNS,
    }
}

/// What is printed for a change, if anything.
fn line(story: &Story, change: Change) -> Option<String> {
    match change {
        Change::Entered(at) => {
            let visit = story.visits.get(at)?;
            visit.is_container().then(|| row(&dim("▸"), visit, &dim(&visit.kind)))
        }
        Change::Stumbled(at) => {
            let visit = story.visits.get(at)?;
            let (error, cause) = visit.error.as_ref()?;
            if visit.is_container() {
                return None;
            }
            let what = format!("attempt {}: {error} {}", visit.attempts.max(1), plain_cause(cause));
            Some(row(&yellow("↻"), visit, &yellow(&clip(&what, 100))))
        }
        Change::Ended(at) => story.visits.get(at).map(ended),
    }
}

fn ended(visit: &Visit) -> String {
    let took = duration(visit.ended.unwrap_or(visit.entered) - visit.entered);
    let attempts = if visit.attempts > 1 { format!("  {} attempts", visit.attempts) } else { String::new() };
    let error = visit.error.as_ref().map_or("", |(error, _)| error);
    match visit.stand {
        Stand::Open | Stand::Left => row(&green("✓"), visit, &format!("{took}{attempts}")),
        Stand::Caught => {
            row(&yellow("✓"), visit, &format!("{took}{attempts}  {}", yellow(&format!("caught {error}"))))
        }
        Stand::Failed => row(&red("✗"), visit, &format!("{took}{attempts}  {}", red(error))),
        Stand::Aborted => row(&dim("∅"), visit, &format!("{took}  {}", dim("stopped"))),
    }
}

fn row(mark: &str, visit: &Visit, rest: &str) -> String {
    let indent = "  ".repeat(visit.depth);
    let name = format!("{indent}{mark} {}", visit.label());
    // Colour codes take no columns, so the width is counted without them.
    let shown = visit.depth * 2 + 2 + visit.label().chars().count();
    let gap = " ".repeat(NAME_COLUMNS.saturating_sub(shown).max(2));
    format!("{name}{gap}{rest}")
}

/// The message of a cause that is a function's error in JSON, or the cause.
pub fn plain_cause(cause: &str) -> String {
    let function: Option<serde_json::Value> = serde_json::from_str(cause).ok();
    match function.as_ref().and_then(|error| error["errorMessage"].as_str()) {
        Some(message) => message.to_owned(),
        None => cause.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_of_functions_are_said_plainly() {
        assert_eq!(plain_cause(r#"{"errorMessage":"no","errorType":"E"}"#), "no");
        assert_eq!(plain_cause("{}"), "{}");
        assert_eq!(plain_cause("text"), "text");
    }

    #[test]
    fn a_visit_that_ended_is_one_line() {
        let visit = Visit {
            name: "Charge".to_owned(),
            kind: "Task".to_owned(),
            parent: None,
            depth: 1,
            index: Some(3),
            entered: 0,
            ended: Some(1_500),
            attempts: 2,
            error: Some(("Busy".to_owned(), String::new())),
            stand: Stand::Caught,
        };
        assert_eq!(ended(&visit), "  ✓ Charge[3]                       1.50 s  2 attempts  caught Busy");
    }
}
