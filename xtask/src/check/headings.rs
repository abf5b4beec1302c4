//! Each file of floors 0 to 4, and the root of every crate, opens with a `//!` paragraph.
//!
//! Whether the paragraph says something is for the reviewer.

use super::floors;
use crate::finding::Finding;
use crate::tree::File;

/// Checks the first line that is not blank.
pub fn check(file: &File) -> Vec<Finding> {
    if !needs_heading(&file.path) {
        return Vec::new();
    }
    let first = file.text.lines().enumerate().find(|(_, line)| !line.trim().is_empty());
    match first {
        Some((_, line)) if line.starts_with("//!") => Vec::new(),
        first => vec![Finding::new(
            &file.path,
            first.map_or(1, |(index, _)| index + 1),
            "the file does not open with a //! paragraph",
            "say what it does, what it leaves to others and who calls it",
        )],
    }
}

fn needs_heading(path: &str) -> bool {
    let root = path.ends_with("src/lib.rs") || path.ends_with("src/main.rs");
    let headed = floors::floor_of_path(path).is_some_and(|floor| floor <= floors::HEADED_FLOOR_MAX);
    root || (headed && path.contains("/src/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        let file = File { path: path.to_owned(), text: text.to_owned() };
        check(&file).into_iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn modules_of_low_floors_need_a_heading() {
        assert_eq!(lines("crates/engine/src/retry.rs", "\nuse std::fmt;\n"), [2]);
        assert_eq!(lines("crates/engine/src/retry.rs", ""), [1]);
        assert!(lines("crates/engine/src/retry.rs", "//! Retries.\n").is_empty());
    }

    #[test]
    fn above_them_only_the_roots_do() {
        assert!(lines("crates/cli/src/serve.rs", "use std::fmt;").is_empty());
        assert_eq!(lines("crates/cli/src/main.rs", "use std::fmt;"), [1]);
        assert!(lines("crates/engine/tests/scripts.rs", "use std::fmt;").is_empty());
    }
}
