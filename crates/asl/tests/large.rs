//! Definitions of the largest size that are made to take long: each is read, checked
//! and compiled in a time that grows with its text.

use stateline_asl::{MachineKind, compile, compile_yaml};
use std::fmt::Write as _;

/// Bytes of a definition that AWS takes.
const BYTES: usize = 1_048_576;

/// Fills a text up to the largest size with numbered pieces.
fn filled(head: &str, piece: impl Fn(usize) -> String, tail: &str) -> String {
    let mut text = head.to_owned();
    for number in 0.. {
        let next = piece(number);
        if text.len() + next.len() + tail.len() > BYTES {
            break;
        }
        text.push_str(&next);
    }
    text + tail
}

/// A definition that ends in a mistake, so that nothing is cut short; gives its findings.
fn found(text: &str) -> usize {
    compile(text, MachineKind::Standard).diagnostics.len()
}

#[test]
fn many_states_that_read_what_nothing_assigns() {
    let text = filled(
        r#"{"StartAt": "P", "States": {"P": {"Type": "Parallel", "End": true, "Branches": ["#,
        |number| {
            let comma = if number == 0 { "" } else { "," };
            format!(
                r#"{comma}{{"StartAt": "{number}", "States": {{"{number}": {{"Type": "Pass", "Assign": {{"v{number}.$": "States.Array($w{number}, $x{number}, $y{number})"}}, "End": true}}}}}}"#
            )
        },
        "]}}}",
    );
    assert_eq!(found(&text), 1_000);
}

#[test]
fn many_maps_of_one_label() {
    let mut names = String::new();
    for number in 0..4_000 {
        let _ = write!(
            names,
            r#""{}{number}": {{"Type": "Map", "Next": "Z", "ItemProcessor": {{"ProcessorConfig": {{"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}}, "StartAt": "i{number}", "States": {{"i{number}": {{"Type": "Succeed"}}}}}}}},"#,
            "m".repeat(60)
        );
    }
    let text = format!(r#"{{"StartAt": "Z", "States": {{{names} "Z": {{"Type": "Succeed"}}}}}}"#);
    assert!(compile(&text, MachineKind::Standard).program.is_some());
}

#[test]
fn a_yaml_text_of_many_lines() {
    let text = filled(
        "StartAt: A\nStates:\n",
        |number| format!("  ä{number}:\n    Type: Pass\n    Next: ä{}\n", number + 1),
        "",
    );
    // StartAt and the last Next lead nowhere, and nothing ends.
    assert_eq!(compile_yaml(&text, MachineKind::Standard).diagnostics.len(), 3);
}
