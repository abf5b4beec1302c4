//! What no text file of the project may hold: leftover markers, tests switched off, paths of one machine.
//!
//! The words are put together from halves, so that this file does not find itself.

use crate::finding::Finding;
use crate::tree::File;

/// Words that mark work left undone.
const MARKERS: [&str; 4] =
    [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X"), concat!("HA", "CK")];

/// Attributes that switch a test off.
const SWITCHED_OFF: [&str; 2] = [concat!("#[ign", "ore]"), concat!("#[ign", "ore =")];

/// Beginnings of paths that exist on one machine only.
const MACHINE_PATHS: [&str; 4] =
    [concat!("/ho", "me/"), concat!("/Us", "ers/"), concat!("/ro", "ot/"), concat!("/wo", "rk/")];

/// Hosts of package mirrors that only some networks know.
const MIRRORS: [&str; 1] = [concat!("artif", "actory")];

/// Checks every line of a file. The licence is a foreign text and stays as it is.
pub fn check(file: &File) -> Vec<Finding> {
    if file.path == "LICENSE" {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (index, line) in file.text.lines().enumerate() {
        let mut add = |problem: String, remedy: &str| {
            findings.push(Finding::new(&file.path, index + 1, problem, remedy));
        };
        for marker in MARKERS.iter().filter(|marker| has_word(line, marker)) {
            add(format!("leftover marker {marker}"), "do the work, or open an issue and describe it there");
        }
        if file.path.ends_with(".rs") && SWITCHED_OFF.iter().any(|attribute| line.contains(attribute)) {
            add("a test is switched off".to_owned(), "mend it or delete it");
        }
        for path in MACHINE_PATHS.iter().filter(|path| has_path(line, path)) {
            add(format!("path of one machine ({path}…)"), "compute it, or take it as an option");
        }
        if MIRRORS.iter().any(|mirror| line.contains(mirror)) {
            add("host of a package mirror".to_owned(), "name the public registry");
        }
    }
    findings
}

/// Whether `word` stands in `line` with no letter, digit or underscore next to it.
fn has_word(line: &str, word: &str) -> bool {
    let joins = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        !line[..at].chars().next_back().is_some_and(joins)
            && !line[at + word.len()..].chars().next().is_some_and(joins)
    })
}

/// Whether an absolute path with this beginning stands in `line` (and not the tail of a longer path).
fn has_path(line: &str, beginning: &str) -> bool {
    line.match_indices(beginning).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        before.is_none_or(|c| c.is_whitespace() || "\"'`(=<[,:".contains(c))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str) -> usize {
        check(&File { path: "a.rs".to_owned(), text: text.to_owned() }).len()
    }

    #[test]
    fn markers_are_found_as_words() {
        assert_eq!(count(&format!("// {}: later\n// {}s are fine", MARKERS[0], MARKERS[0])), 1);
        assert_eq!(count("mktemp -d /tmp/run.XXXXXX"), 0);
    }

    #[test]
    fn a_test_switched_off_is_found() {
        assert_eq!(count(&format!("    {}\n", SWITCHED_OFF[0])), 1);
    }

    #[test]
    fn machine_paths_are_found_where_they_begin() {
        assert_eq!(count(&format!("let x = \"{}me/x\";", MACHINE_PATHS[0])), 1);
        assert_eq!(count(&format!("see https://example.com{}x", MACHINE_PATHS[3])), 0);
    }
}
