//! Lengths of the console's sources: at most 400 lines below `console/src`, 800 beside it.

use crate::finding::Finding;
use crate::tree::File;

const SOURCE_LINES_MAX: usize = 400;
const OTHER_LINES_MAX: usize = 800;

/// What counts as a source of the console.
const ENDINGS: [&str; 5] = [".ts", ".tsx", ".mjs", ".js", ".css"];

/// Checks one file; those that are no source of the console are fine. What npm installed and built
/// there is no part of the project.
pub fn check(file: &File) -> Option<Finding> {
    let inside = file.path.strip_prefix("console/")?;
    ENDINGS.iter().find(|ending| inside.ends_with(*ending))?;
    let limit = if inside.starts_with("src/") { SOURCE_LINES_MAX } else { OTHER_LINES_MAX };
    let lines = file.text.lines().count();
    let problem = format!("the file has {lines} lines, over {limit}");
    (lines > limit)
        .then(|| Finding::new(&file.path, 1, problem, "split it: one thing a file, named after it"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_fine(path: &str, lines: usize) -> bool {
        check(&File { path: path.to_owned(), text: "x\n".repeat(lines) }).is_none()
    }

    #[test]
    fn long_files_are_found() {
        assert!(is_fine("console/src/app/shell.tsx", 400));
        assert!(!is_fine("console/src/app/shell.tsx", 401));
        assert!(is_fine("console/e2e/shell.spec.ts", 800));
        assert!(!is_fine("console/e2e/shell.spec.ts", 801));
        assert!(is_fine("console/package-lock.json", 5_000));
        assert!(is_fine("tests/node-sdk/bridge.mjs", 900));
    }
}
