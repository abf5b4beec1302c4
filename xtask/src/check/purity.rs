//! Floors 0 to 2 are pure: the same arguments give the same answer, for ever.
//!
//! Two looks: which crates the manifest takes in, and which parts of `std` the sources name.
//! Calls that only types reveal (such as `jiff::Timestamp::now`) are left to `clippy.toml`.

use std::ops::ControlFlow;

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{ImplItemFn, Item, ItemUse, Macro, UseTree};

use super::{floors, rust};
use crate::finding::Finding;
use crate::tree::{File, Package};

/// Crates that bring a clock, randomness, threads, files or a network, or whole families of them
/// where the name ends in `*`.
const IMPURE_CRATES: [&str; 44] = [
    "actix*",
    "async-*",
    "axum*",
    "chrono",
    "crossbeam*",
    "fastrand",
    "fjall",
    "flume",
    "futures*",
    "getrandom",
    "h2",
    "heed*",
    "hyper*",
    "libc",
    "lmdb*",
    "memmap*",
    "mio*",
    "nanoid",
    "nix",
    "notify",
    "num_cpus",
    "parking_lot*",
    "postgres*",
    "quinn*",
    "rand*",
    "rayon*",
    "redb",
    "reqwest",
    "rocksdb",
    "rusqlite",
    "rustix",
    "rustls*",
    "sled",
    "smol",
    "socket2",
    "sqlx*",
    "tempfile",
    "time",
    "tokio*",
    "tower*",
    "ulid",
    "ureq",
    "uuid",
    "walkdir",
];

/// Parts of the standard library that reach outside.
const IMPURE_STD: [&str; 11] = [
    "std::env",
    "std::fs",
    "std::io::stderr",
    "std::io::stdin",
    "std::io::stdout",
    "std::net",
    "std::os",
    "std::process",
    "std::thread",
    "std::time::Instant",
    "std::time::SystemTime",
];

const REMEDY: &str = "take the value as an argument; effects belong to floor 3 and above";

/// Checks the direct dependencies of the pure crates; what only their tests use is free.
pub fn check_dependencies(packages: &[Package]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in packages.iter().filter(|package| is_pure(floors::floor_of(&package.name))) {
        for dependency in package.dependencies.iter().filter(|dependency| !dependency.dev) {
            if IMPURE_CRATES.iter().any(|pattern| matches(pattern, &dependency.name)) {
                let problem = format!("{} is pure, but depends on {}", package.name, dependency.name);
                findings.push(Finding::new(&package.manifest, 1, problem, REMEDY));
            }
        }
    }
    findings
}

/// Checks what a source file of a pure crate names.
pub fn check_source(file: &File, syntax: &syn::File) -> Vec<Finding> {
    let in_source = file.path.contains("/src/") && !rust::is_test_file(&file.path);
    if !in_source || !is_pure(floors::floor_of_path(&file.path)) {
        return Vec::new();
    }
    let mut names = Names::default();
    names.visit_file(syntax);
    names
        .found
        .into_iter()
        .filter(|(_, name)| is_impure(name))
        .map(|(line, name)| Finding::new(&file.path, line, format!("a pure crate uses {name}"), REMEDY))
        .collect()
}

fn is_pure(floor: Option<u8>) -> bool {
    floor.is_some_and(|floor| floor <= floors::PURE_FLOOR_MAX)
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(beginning) => name.starts_with(beginning),
        None => name == pattern,
    }
}

/// Whether `name` is one of the impure parts, lies inside one, or (ending in `::*`) opens onto one.
fn is_impure(name: &str) -> bool {
    let inside = |outer: &str, inner: &str| {
        inner.strip_prefix(outer).is_some_and(|r| r.is_empty() || r.starts_with("::"))
    };
    IMPURE_STD.iter().any(|part| match name.strip_suffix("::*") {
        Some(module) => inside(part, module) || inside(module, part),
        None => inside(part, name),
    })
}

/// Collects the paths that begin with `std`, with their lines. `use std::time` counts as
/// `std::time::*`, since `time::Instant` may follow.
#[derive(Default)]
struct Names {
    found: Vec<(usize, String)>,
}

impl Names {
    fn add(&mut self, name: String, span: Span) {
        if name.starts_with("std::") {
            self.found.push((span.start().line, name));
        }
    }

    fn add_use(&mut self, prefix: &str, tree: &UseTree) {
        let join = |name: String| if prefix.is_empty() { name } else { format!("{prefix}::{name}") };
        let mut add_leaf = |ident: &syn::Ident| {
            let name = if ident == "self" { prefix.to_owned() } else { join(ident.to_string()) };
            // A leaf in lower case is a module or a function: what lies inside can now be reached.
            let module = name.rsplit("::").next().is_some_and(|last| last.starts_with(char::is_lowercase));
            self.add(if module { format!("{name}::*") } else { name }, ident.span());
        };
        match tree {
            UseTree::Path(path) => self.add_use(&join(path.ident.to_string()), &path.tree),
            UseTree::Name(name) => add_leaf(&name.ident),
            UseTree::Rename(rename) => add_leaf(&rename.ident),
            UseTree::Glob(glob) => self.add(join("*".to_owned()), glob.star_token.spans[0]),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.add_use(prefix, tree)),
        }
    }

    /// The arguments of a macro are tokens, not syntax: look for `std :: a :: b` among them.
    fn add_tokens(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for (at, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Group(group) => self.add_tokens(group.stream()),
                TokenTree::Ident(ident) if ident == "std" => {
                    let span = ident.span();
                    self.add(path_in(&tokens[at..]), span);
                }
                _ => {}
            }
        }
    }
}

/// The path that a row of tokens begins with.
fn path_in(tokens: &[TokenTree]) -> String {
    let mut path = String::new();
    let _ = tokens.iter().try_for_each(|token| match token {
        TokenTree::Ident(ident) if path.is_empty() || path.ends_with("::") => {
            path.push_str(&ident.to_string());
            ControlFlow::Continue(())
        }
        TokenTree::Punct(punct) if punct.as_char() == ':' => {
            path.push(':');
            ControlFlow::Continue(())
        }
        _ => ControlFlow::Break(()),
    });
    path
}

impl<'ast> Visit<'ast> for Names {
    fn visit_item(&mut self, item: &'ast Item) {
        let attributes = match item {
            Item::Fn(item) => &item.attrs,
            Item::Impl(item) => &item.attrs,
            Item::Mod(item) => &item.attrs,
            Item::Use(item) => &item.attrs,
            Item::Struct(item) => &item.attrs,
            _ => return visit::visit_item(self, item),
        };
        if !rust::is_test_item(attributes) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        if !rust::is_test_item(&item.attrs) {
            visit::visit_impl_item_fn(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.add_use("", &item.tree);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let name =
            path.segments.iter().map(|segment| segment.ident.to_string()).collect::<Vec<_>>().join("::");
        if let Some(first) = path.segments.first() {
            self.add(name, first.ident.span());
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, item: &'ast Macro) {
        self.add_tokens(item.tokens.clone());
        visit::visit_macro(self, item);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Dependency;

    fn names(path: &str, text: &str) -> Vec<String> {
        let file = File { path: path.to_owned(), text: text.to_owned() };
        let syntax = syn::parse_file(text).expect("the test's own text parses");
        let name = |f: Finding| format!("{}: {}", f.line, f.problem.replace("a pure crate uses ", ""));
        check_source(&file, &syntax).into_iter().map(name).collect()
    }

    fn pure(text: &str) -> Vec<String> {
        names("crates/engine/src/wait.rs", text)
    }

    #[test]
    fn imports_are_found_in_all_their_forms() {
        assert_eq!(
            pure("use std::{fmt,\n fs::File, time::{Duration, Instant}};"),
            ["2: std::fs::File", "2: std::time::Instant"]
        );
        assert_eq!(pure("use std::time;"), ["1: std::time::*"]);
        assert_eq!(pure("use std::thread::{self as t};"), ["1: std::thread::*"]);
        assert_eq!(pure("use std::*;"), ["1: std::*"]);
        assert!(pure("use std::{fmt, time::Duration, io::Write, collections::*};").is_empty());
    }

    #[test]
    fn paths_in_code_and_in_macros_are_found() {
        assert_eq!(
            pure("fn f() { let _ = std::time::SystemTime::now(); }"),
            ["1: std::time::SystemTime::now"]
        );
        assert_eq!(pure("fn f() {\n println!(\"{:?}\", (1, std::env::args()));\n}"), ["2: std::env::args"]);
    }

    #[test]
    fn tests_and_higher_floors_are_free() {
        assert!(
            pure("#[cfg(test)]\nmod tests { use std::fs; }\n#[test]\nfn t() { std::fs::read(\"x\"); }")
                .is_empty()
        );
        assert!(names("crates/store/src/disk.rs", "use std::fs;").is_empty());
        assert!(names("crates/engine/tests/scripts.rs", "use std::fs;").is_empty());
    }

    #[test]
    fn impure_crates_are_found() {
        let dependency = |name: &str, dev| Dependency { name: name.to_owned(), dev, local: false };
        let package = Package {
            name: "stateline-engine".to_owned(),
            dependencies: vec![
                dependency("serde_json", false),
                dependency("tokio-util", false),
                dependency("tempfile", true),
            ],
            ..Default::default()
        };
        let problems: Vec<String> = check_dependencies(&[package]).into_iter().map(|f| f.problem).collect();
        assert_eq!(problems, ["stateline-engine is pure, but depends on tokio-util"]);
    }
}
