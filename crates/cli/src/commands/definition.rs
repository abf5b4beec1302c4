//! Definitions in files: compiling them and showing what is wrong with them.

use crate::args::MachineType;
use crate::output::{dim, red, yellow};
use serde_json::{Value, json};
use stateline_asl::{
    Compilation, Diagnostic, LineIndex, MachineKind, Severity, compile, compile_yaml, parse_yaml,
};
use std::borrow::Cow;
use std::path::Path;

/// Columns of a source line that are shown.
const EXCERPT_COLUMNS: usize = 100;
/// Columns before the mistake that are shown of a long line.
const LEAD_COLUMNS: usize = 50;

/// How the names of files with a state machine end; longer ones first.
pub const ENDINGS: [&str; 3] = [".asl.json", ".asl.yaml", ".asl.yml"];

/// Whether a file is a state machine, by its name.
pub fn is_named(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// Whether a file is written in YAML, by its name.
fn is_yaml(path: &Path) -> bool {
    path.extension().is_some_and(|end| end.eq_ignore_ascii_case("yaml") || end.eq_ignore_ascii_case("yml"))
}

/// Compiles a file's text for a type of state machine.
pub fn check(path: &Path, text: &str, machine_type: MachineType) -> Compilation {
    let kind = match machine_type {
        MachineType::Standard => MachineKind::Standard,
        MachineType::Express => MachineKind::Express,
    };
    if is_yaml(path) { compile_yaml(text, kind) } else { compile(text, kind) }
}

/// The definition as the API takes it: JSON text as it stands in the file, YAML as JSON.
pub fn json<'t>(path: &Path, text: &'t str) -> Cow<'t, str> {
    if is_yaml(path) { parse_yaml(text).0.to_json().into() } else { text.into() }
}

/// The name of a file's state machine: without folder, `.asl` and `.json`, `.yaml` or `.yml`.
pub fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let ending = [".json", ".yaml", ".yml"].into_iter().find_map(|ending| name.strip_suffix(ending));
    let name = ending.unwrap_or(&name);
    name.strip_suffix(".asl").unwrap_or(name).to_owned()
}

/// All findings for people: place, message, excerpt, help.
pub fn report(path: &Path, text: &str, diagnostics: &[Diagnostic]) -> String {
    let lines = LineIndex::new(text);
    let shown: Vec<String> = diagnostics.iter().map(|found| show(path, &lines, found)).collect();
    shown.join("\n")
}

/// All findings for programs.
pub fn report_json(path: &Path, text: &str, diagnostics: &[Diagnostic]) -> Vec<Value> {
    let lines = LineIndex::new(text);
    diagnostics
        .iter()
        .map(|found| {
            let (start, end) = (lines.position(found.span.start), lines.position(found.span.end));
            json!({
                "file": path.to_string_lossy(),
                "line": start.line,
                "column": start.column,
                "endLine": end.line,
                "endColumn": end.column,
                "severity": found.severity.as_str(),
                "code": found.code.as_str(),
                "message": found.message,
                "location": found.location,
                "help": found.help,
            })
        })
        .collect()
}

fn show(path: &Path, lines: &LineIndex<'_>, found: &Diagnostic) -> String {
    let at = lines.position(found.span.start);
    let end = lines.position(found.span.end);
    let (word, paint): (_, fn(&str) -> String) = match found.severity {
        Severity::Error => ("error", red),
        Severity::Warning => ("warning", yellow),
    };
    let head = paint(&format!("{word}[{}]", found.code.as_str()));
    // AWS's parser goes on with a copy of the text, which stands below anyway.
    let message = found.message.lines().next().unwrap_or_default();
    let mut text = format!("{}:{at}: {head}: {message}\n", path.display());
    let number = at.line.to_string();
    let margin = " ".repeat(number.len());
    let (excerpt, lead) = excerpt(lines.line(at.line), at.column);
    let room = excerpt.chars().count().saturating_sub(lead).max(1);
    let width = if end.line == at.line { end.column.saturating_sub(at.column) } else { room };
    let carets = paint(&"^".repeat(width.clamp(1, room)));
    text.push_str(&format!(" {number} {} {excerpt}\n", dim("|")));
    text.push_str(&format!(" {margin} {} {}{carets}\n", dim("|"), " ".repeat(lead)));
    if found.location.starts_with('/') {
        text.push_str(&format!(" {margin} {} at {}\n", dim("="), found.location));
    }
    if let Some(help) = &found.help {
        text.push_str(&format!(" {margin} {} help: {help}\n", dim("=")));
    }
    text
}

/// The part of a line around a column (from 1), and how many characters stand before the column.
fn excerpt(line: &str, column: usize) -> (String, usize) {
    let before = column.saturating_sub(1);
    let skipped = if before > EXCERPT_COLUMNS - 20 { before - LEAD_COLUMNS } else { 0 };
    let rest: String = line.chars().skip(skipped).collect();
    let lead = if skipped > 0 { "…" } else { "" };
    // Tabs take one column, so that the carets stand below their text; nothing else may move.
    let mut shown: String =
        rest.chars().take(EXCERPT_COLUMNS).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if rest.chars().count() > EXCERPT_COLUMNS {
        shown.push('…');
    }
    (format!("{lead}{shown}"), before - skipped + lead.chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};
    use stateline_asl::{Code, Span};

    fn check(text: &str, span: Span, help: Option<&str>, expected: &Expect) {
        let found = Diagnostic {
            code: Code::SchemaValidationFailed,
            severity: Severity::Error,
            message: "wrong".to_owned(),
            location: "/States/A".to_owned(),
            span,
            help: help.map(str::to_owned),
        };
        expected.assert_eq(&report(Path::new("m.asl.json"), text, &[found]));
    }

    #[test]
    fn findings_show_their_place() {
        check(
            "{\n  \"a\": true\n}",
            Span::new(9, 13),
            Some("use false"),
            &expect![[r#"
            m.asl.json:2:8: error[SCHEMA_VALIDATION_FAILED]: wrong
             2 |   "a": true
               |        ^^^^
               = at /States/A
               = help: use false
        "#]],
        );
        check(
            "{\n  \"a\": true\n}",
            Span::new(9, 15),
            None,
            &expect![[r#"
            m.asl.json:2:8: error[SCHEMA_VALIDATION_FAILED]: wrong
             2 |   "a": true
               |        ^^^^
               = at /States/A
        "#]],
        );
        check(
            "",
            Span::new(0, 0),
            None,
            &expect![[r#"
            m.asl.json:1:1: error[SCHEMA_VALIDATION_FAILED]: wrong
             1 | 
               | ^
               = at /States/A
        "#]],
        );
    }

    #[test]
    fn long_lines_are_cut_around_the_place() {
        let text = format!("{}X{}", "a".repeat(500), "b".repeat(500));
        check(
            &text,
            Span::new(500, 501),
            None,
            &expect![[r#"
                m.asl.json:1:501: error[SCHEMA_VALIDATION_FAILED]: wrong
                 1 | …aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaXbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb…
                   |                                                    ^
                   = at /States/A
            "#]],
        );
    }

    #[test]
    fn files_name_machines() {
        let name = |path| name_of(Path::new(path));
        assert_eq!(
            (name("a/order.asl.json"), name("order.json"), name("order")),
            ("order".into(), "order".into(), "order".into())
        );
        assert_eq!((name("order.asl.yaml"), name("order.yml")), ("order".into(), "order".into()));
    }

    #[test]
    fn yaml_goes_out_as_json_and_json_as_it_stands() {
        assert_eq!(json(Path::new("a.yaml"), "A: [1]\n"), r#"{"A":[1]}"#);
        assert_eq!(json(Path::new("a.json"), "{ }"), "{ }");
        assert!(is_named(Path::new("x/a.asl.yml")) && !is_named(Path::new("a.yml")));
    }
}
