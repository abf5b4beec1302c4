//! Markdown: no spaces at line ends, and each relative link leads to a file of the project.
//!
//! Links to the web are not followed; anchors inside a file are not checked.

use std::collections::BTreeSet;

use crate::finding::Finding;
use crate::tree::File;

/// Checks one document against the project's paths.
pub fn check(file: &File, paths: &BTreeSet<String>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut fenced = false;
    for (index, line) in file.text.lines().enumerate() {
        if line.ends_with([' ', '\t']) {
            findings.push(Finding::new(
                &file.path,
                index + 1,
                "spaces at the end of the line",
                "remove them",
            ));
        }
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            for target in targets(&without_code(line)) {
                if !exists(&file.path, &target, paths) {
                    let problem = format!("the link to {target} leads nowhere");
                    findings.push(Finding::new(
                        &file.path,
                        index + 1,
                        problem,
                        "mend the path or drop the link",
                    ));
                }
            }
        }
    }
    findings
}

/// The line without its `code`, in which brackets are no links.
fn without_code(line: &str) -> String {
    line.split('`').step_by(2).collect::<Vec<_>>().join(" ")
}

/// What the line links to: `[text](target)` and `[name]: target`.
fn targets(line: &str) -> Vec<String> {
    let mut found: Vec<String> = line
        .match_indices("](")
        .filter_map(|(at, _)| line[at + 2..].split([')', ' ']).next())
        .map(str::to_owned)
        .collect();
    if line.starts_with('[')
        && let Some((_, target)) = line.split_once("]: ")
    {
        found.push(target.trim().to_owned());
    }
    found.retain(|target| {
        !target.contains("://") && !target.starts_with("mailto:") && !target.starts_with('#')
    });
    found
}

/// Whether `target`, seen from the document at `from`, is a file or folder of the project.
fn exists(from: &str, target: &str, paths: &BTreeSet<String>) -> bool {
    let target = target.split('#').next().unwrap_or_default();
    let mut parts: Vec<&str> = match target.starts_with('/') {
        true => Vec::new(),
        false => from.split('/').collect(),
    };
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                if parts.pop().is_none() {
                    return false;
                }
            }
            part => parts.push(part),
        }
    }
    parts.is_empty() || paths.contains(&parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str) -> Vec<String> {
        let paths = ["docs", "docs/a.md", "README.md"].into_iter().map(str::to_owned).collect();
        let file = File { path: "docs/a.md".to_owned(), text: text.to_owned() };
        check(&file, &paths)
            .into_iter()
            .map(|finding| format!("{}: {}", finding.line, finding.problem))
            .collect()
    }

    #[test]
    fn relative_links_must_lead_somewhere() {
        assert!(
            problems("[a](a.md#part), [b](../README.md), [c](..), [d](https://example.com/x)").is_empty()
        );
        assert_eq!(problems("ok\n[b](b.md)"), ["2: the link to b.md leads nowhere"]);
        assert_eq!(problems("[up](../../x)"), ["1: the link to ../../x leads nowhere"]);
        assert_eq!(problems("[ref]: gone.md"), ["1: the link to gone.md leads nowhere"]);
    }

    #[test]
    fn code_holds_no_links() {
        assert!(problems("`x[0](y)`\n```\n[b](b.md)\n```").is_empty());
    }

    #[test]
    fn spaces_at_line_ends_are_found() {
        assert_eq!(problems("a \nb"), ["1: spaces at the end of the line"]);
    }
}
