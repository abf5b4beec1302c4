//! Functions of at most 70 lines and files of at most 800, tests not counted.
//!
//! A function's lines run from its `fn` to its closing brace, comments inside included.

use syn::visit::{self, Visit};
use syn::{Block, ImplItemFn, ItemFn, ItemImpl, ItemMod, Signature, TraitItemFn};

use super::rust;
use crate::finding::Finding;
use crate::tree::File;

const FUNCTION_LINES_MAX: usize = 70;
const FILE_LINES_MAX: usize = 800;

/// Checks one source file.
pub fn check(file: &File, syntax: &syn::File) -> Vec<Finding> {
    if rust::is_test_file(&file.path) {
        return Vec::new();
    }
    let mut sizes = Sizes { path: &file.path, test_lines: 0, findings: Vec::new() };
    sizes.visit_file(syntax);
    let lines = file.text.lines().count() - sizes.test_lines;
    if lines > FILE_LINES_MAX {
        let problem = format!("the file has {lines} lines without its tests, over {FILE_LINES_MAX}");
        sizes.findings.push(Finding::new(
            &file.path,
            1,
            problem,
            "split it: one thing a file, named after it",
        ));
    }
    sizes.findings
}

struct Sizes<'a> {
    path: &'a str,
    test_lines: usize,
    findings: Vec<Finding>,
}

impl Sizes<'_> {
    fn measure(&mut self, signature: &Signature, body: &Block) {
        let start = signature.fn_token.span.start().line;
        let lines = body.brace_token.span.close().end().line + 1 - start;
        if lines > FUNCTION_LINES_MAX {
            let problem =
                format!("function {} has {lines} lines, over {FUNCTION_LINES_MAX}", signature.ident);
            let remedy = "move branches into helpers that do one thing";
            self.findings.push(Finding::new(self.path, start, problem, remedy));
        }
    }
}

impl<'ast> Visit<'ast> for Sizes<'_> {
    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        if !rust::is_test_item(&item.attrs) {
            visit::visit_item_mod(self, item);
        } else if let Some((brace, _)) = &item.content {
            let start = item.attrs.first().map_or(item.mod_token.span, |a| a.pound_token.span).start().line;
            self.test_lines += brace.span.close().end().line + 1 - start;
        }
    }

    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        if !rust::is_test_item(&item.attrs) {
            visit::visit_item_impl(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        if !rust::is_test_item(&item.attrs) {
            self.measure(&item.sig, &item.block);
            visit::visit_item_fn(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        self.measure(&item.sig, &item.block);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast TraitItemFn) {
        if let Some(body) = &item.default {
            self.measure(&item.sig, body);
        }
        visit::visit_trait_item_fn(self, item);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str) -> Vec<String> {
        let file = File { path: "crates/engine/src/map.rs".to_owned(), text: text.to_owned() };
        let syntax = syn::parse_file(text).expect("the test's own text parses");
        check(&file, &syntax).into_iter().map(|f| format!("{}: {}", f.line, f.problem)).collect()
    }

    /// A function of exactly `lines` lines, braces in strings and comments included.
    fn function(lines: usize) -> String {
        format!("fn f() {{\n{}}}\n", "    g(\"}\"); // }\n".repeat(lines - 2))
    }

    #[test]
    fn seventy_lines_are_fine_and_one_more_is_not() {
        assert!(problems(&function(70)).is_empty());
        assert_eq!(problems(&format!("/// Doc.\n{}", function(71))), ["2: function f has 71 lines, over 70"]);
        assert_eq!(problems(&format!("impl X {{\n{}}}", function(71))).len(), 1);
    }

    #[test]
    fn tests_may_be_long() {
        assert!(problems(&format!("#[cfg(test)]\nmod tests {{\n{}}}\n", function(900))).is_empty());
        assert!(problems(&format!("#[test]\n{}", function(71))).is_empty());
    }

    #[test]
    fn long_files_are_found_without_their_tests() {
        let code = "fn f() {}\n".repeat(800);
        assert!(problems(&format!("{code}#[cfg(test)]\nmod tests {{\n    fn t() {{}}\n}}\n")).is_empty());
        assert_eq!(
            problems(&format!("{code}fn g() {{}}\n")),
            ["1: the file has 801 lines without its tests, over 800"]
        );
    }
}
