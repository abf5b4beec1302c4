//! What the tests of refusals share: a definition goes in, its findings come out as text.

use expect_test::Expect;
use stateline_asl::{LineIndex, MachineKind, Severity, compile};
use std::fmt::Write as _;

/// All findings, a line each, with our advice behind the arrow.
pub fn shown(text: &str, kind: MachineKind) -> String {
    let compilation = compile(text, kind);
    assert_eq!(compilation.program.is_some(), !compilation.has_errors(), "a program or an error: {text}");
    let lines = LineIndex::new(text);
    let mut shown = String::new();
    for found in compilation.diagnostics {
        let mark = if found.severity == Severity::Warning { " (warning)" } else { "" };
        let message = found.message.split("\n at ").next().unwrap_or_default();
        let place = if found.location.starts_with("[Source") { "…" } else { &found.location };
        let (position, code) = (lines.position(found.span.start), found.code.as_str());
        let _ = writeln!(shown, "{position} {code}{mark}: {message} at {place}");
        if let Some(help) = found.help {
            let _ = writeln!(shown, "  -> {help}");
        }
    }
    shown
}

/// Checks a whole definition.
#[allow(dead_code, reason = "not every test file has whole definitions")]
pub fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&shown(text, MachineKind::Standard));
}

/// Checks a definition whose first state `S` has these fields, beside a state `Z` that ends.
#[allow(dead_code, reason = "not every test file has single states")]
pub fn check_state(fields: &str, expected: &Expect) {
    let text = format!(
        "{{\"StartAt\": \"S\", \"States\": {{\n\"S\": {{{fields}}},\n\"Z\": {{\"Type\": \"Succeed\"}}}}}}"
    );
    let shown = shown(&text, MachineKind::Standard);
    // Whether Z is reached is not what these cases are about.
    let lines = shown.lines().filter(|line| !line.contains("State \"Z\" is not reachable"));
    expected.assert_eq(&lines.map(|line| format!("{line}\n")).collect::<String>());
}
