//! What every package's manifest must say: a licence, and that the workspace's lints hold.

use crate::finding::Finding;
use crate::tree::{Package, Tree};

/// Checks each package of the workspace.
pub fn check(tree: &Tree) -> Vec<Finding> {
    tree.packages
        .iter()
        .flat_map(|package| {
            let text = tree.files.iter().find(|file| file.path == package.manifest);
            check_package(package, text.map_or("", |file| &file.text))
        })
        .collect()
}

fn check_package(package: &Package, manifest: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    if package.license.as_deref() != Some("Apache-2.0") {
        findings.push(Finding::new(
            &package.manifest,
            1,
            format!("package {} does not carry the project's licence", package.name),
            "write license.workspace = true",
        ));
    }
    if !inherits_lints(manifest) {
        findings.push(Finding::new(
            &package.manifest,
            1,
            format!("package {} does not take the workspace's lints", package.name),
            "write [lints] and below it workspace = true",
        ));
    }
    findings
}

fn inherits_lints(manifest: &str) -> bool {
    let mut section = "";
    for line in manifest.lines().map(str::trim) {
        if line.starts_with('[') {
            section = line;
        }
        let key = line.replace(' ', "");
        if (section == "[lints]" && key == "workspace=true")
            || (section.is_empty() && key == "lints.workspace=true")
        {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(license: Option<&str>, manifest: &str) -> Vec<String> {
        let package =
            Package { name: "p".to_owned(), license: license.map(str::to_owned), ..Default::default() };
        check_package(&package, manifest).into_iter().map(|finding| finding.problem).collect()
    }

    #[test]
    fn licence_and_lints_are_asked_for() {
        assert!(problems(Some("Apache-2.0"), "[package]\n[lints]\nworkspace = true\n").is_empty());
        assert_eq!(
            problems(None, "[package]\nworkspace = true\n[lints]\n"),
            [
                "package p does not carry the project's licence",
                "package p does not take the workspace's lints"
            ]
        );
    }
}
