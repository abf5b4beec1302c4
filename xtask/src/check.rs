//! The checks, one file each. A check reads the tree and returns findings; it decides nothing else.

mod floors;
mod headings;
mod lines;
mod manifests;
mod markdown;
mod purity;
mod rust;
mod sizes;
mod text;

use crate::finding::Finding;
use crate::tree::Tree;

/// Runs every check.
pub fn all(tree: &Tree) -> Vec<Finding> {
    let mut findings = floors::check(&tree.packages);
    findings.extend(manifests::check(tree));
    findings.extend(purity::check_dependencies(&tree.packages));
    for file in &tree.files {
        findings.extend(text::check(file));
        findings.extend(lines::check(file));
        if file.path.ends_with(".md") {
            findings.extend(markdown::check(file, &tree.paths));
        }
        if file.path.ends_with(".rs") {
            findings.extend(headings::check(file));
            findings.extend(check_rust(file));
        }
    }
    findings
}

/// The checks that need the file's syntax tree.
fn check_rust(file: &crate::tree::File) -> Vec<Finding> {
    match syn::parse_file(&file.text) {
        Ok(syntax) => {
            let mut findings = sizes::check(file, &syntax);
            findings.extend(purity::check_source(file, &syntax));
            findings
        }
        Err(error) => {
            let line = error.span().start().line;
            vec![Finding::new(&file.path, line, format!("does not parse: {error}"), "mend the syntax")]
        }
    }
}
