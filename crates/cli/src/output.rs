//! The terminal: printing, colours, tables, durations, the log.
//!
//! Results go to stdout and everything else to stderr. A reader that goes away
//! (`| head`) is no error.

use std::io::{IsTerminal, Write};
use tracing_subscriber::EnvFilter;

/// Prints a line of the result.
pub fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    // Whoever reads the result has seen enough of it when this fails.
    drop(writeln!(out, "{text}").and_then(|()| out.flush()));
}

/// Prints a line for the person who watches.
pub fn note(text: &str) {
    drop(writeln!(std::io::stderr().lock(), "{text}"));
}

/// Sends the log to stderr, as `RUST_LOG` or else `default` says.
pub fn start_logging(default: &str) {
    let filter = match EnvFilter::try_from_default_env() {
        Ok(filter) => filter,
        Err(_) => EnvFilter::new(default),
    };
    let started = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .try_init();
    if let Err(error) = started {
        note(&format!("there will be no log: {error}"));
    }
}

/// Whether colours are wanted on stderr: a terminal, and no `NO_COLOR`.
pub fn colours() -> bool {
    let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    !refused && std::io::stderr().is_terminal()
}

/// For errors.
pub fn red(text: &str) -> String {
    paint(text, "31")
}

/// For warnings and retries.
pub fn yellow(text: &str) -> String {
    paint(text, "33")
}

/// For what went well.
pub fn green(text: &str) -> String {
    paint(text, "32")
}

/// For what matters less.
pub fn dim(text: &str) -> String {
    paint(text, "2")
}

fn paint(text: &str, code: &str) -> String {
    if colours() { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
}

/// JSON over several lines.
pub fn pretty(value: &serde_json::Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// Columns of equal width, two spaces apart. The last column is left as long as it is.
pub fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let mut widths: Vec<usize> = head.iter().map(|cell| cell.chars().count()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let mut text = String::new();
        for (cell, width) in cells.zip(&widths) {
            text.push_str(cell);
            let missing = width.saturating_sub(cell.chars().count());
            text.extend(std::iter::repeat_n(' ', missing + 2));
        }
        text.trim_end().to_owned()
    };
    let mut lines = vec![line(&mut head.iter().copied())];
    lines.extend(rows.iter().map(|row| line(&mut row.iter().map(String::as_str))));
    lines.join("\n")
}

/// A duration as people say it: `7 ms`, `1.25 s`, `3 min 5 s`, `2 h 10 min`, `9 d 4 h`.
pub fn duration(millis: i64) -> String {
    let millis = millis.max(0);
    let seconds = millis / 1_000;
    match seconds {
        0 => format!("{millis} ms"),
        1..=59 => format!("{}.{:02} s", seconds, millis % 1_000 / 10),
        60..=3_599 => format!("{} min {} s", seconds / 60, seconds % 60),
        3_600..=86_399 => format!("{} h {} min", seconds / 3_600, seconds % 3_600 / 60),
        _ => format!("{} d {} h", seconds / 86_400, seconds % 86_400 / 3_600),
    }
}

/// A text on one line, cut to a number of characters; gaps of any kind become one space.
pub fn clip(text: &str, chars_max: usize) -> String {
    let mut flat = String::new();
    // Words are taken only as long as they may be seen: the text may be very long.
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        if !flat.is_empty() {
            flat.push(' ');
        }
        flat.extend(word.chars().take(chars_max + 1));
        if flat.chars().count() > chars_max {
            flat = flat.chars().take(chars_max.saturating_sub(1)).collect();
            flat.push('…');
            break;
        }
    }
    flat
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn durations_are_said_in_two_units_at_most() {
        let said: Vec<String> =
            [-1, 7, 1_254, 185_000, 7_800_000, 792_000_000].into_iter().map(duration).collect();
        expect!["0 ms, 7 ms, 1.25 s, 3 min 5 s, 2 h 10 min, 9 d 4 h"].assert_eq(&said.join(", "));
    }

    #[test]
    fn tables_align_characters() {
        let rows = [vec!["ä".to_owned(), "1".to_owned()], vec!["long".to_owned(), "2".to_owned()]];
        expect![[r#"
            a     b
            ä     1
            long  2"#]]
        .assert_eq(&table(&["a", "b"], &rows));
    }

    #[test]
    fn clipped_texts_say_so() {
        assert_eq!(clip("short", 5), "short");
        assert_eq!(clip("a\n  bcdef", 4), "a b…");
        assert_eq!(clip("a  b\u{1b}c ", 9), "a b c");
    }
}
