//! Definitions in YAML: the same program as in JSON, and findings with places in
//! the YAML text.

use expect_test::{Expect, expect};
use proptest::prelude::*;
use stateline_asl::{LineIndex, MachineKind, aws_text, compile, compile_yaml, parse_yaml};
use std::fmt::Write as _;

const WHOLE: &str = r#"# A definition with most of what YAML offers.
Comment: >-
  folded
  text
StartAt: First
TimeoutSeconds: 0x3C
States:
  First:
    Type: Pass
    Result: &shared {a: [1, 2.50, ~, yes, "no", 'it''s'], b: !!str 5}
    ResultPath: $.größe
    Next: Wait
  Wait:
    Type: Wait
    Timestamp: 2030-01-01T00:00:00Z
    Next: Choose
  Choose:
    Type: Choice
    Choices:
    - Variable: $.x
      NumericGreaterThan: +1.5
      Next: Call
    - And:
        - {Variable: $.y, IsPresent: true}
      Next: Call
    Default: Call
  "Call":
    Type: Task
    QueryLanguage: JSONata
    Resource: arn:aws:states:::lambda:invoke
    Arguments:
      FunctionName: f
      Payload: '{% $states.input %}'
      Shared: *shared
    Output: |-
      {% $states.result.Payload %}
    End: true
"#;

fn shown(text: &str) -> String {
    let compilation = compile_yaml(text, MachineKind::Standard);
    assert_eq!(compilation.program.is_some(), !compilation.has_errors(), "a program or an error: {text}");
    let lines = LineIndex::new(text);
    let mut shown = String::new();
    for found in compilation.diagnostics {
        let (from, to) = (lines.position(found.span.start), lines.position(found.span.end));
        let _ = writeln!(shown, "{from}-{to} {}: {}", found.code.as_str(), found.message);
        if let Some(help) = found.help {
            let _ = writeln!(shown, "  -> {help}");
        }
    }
    shown
}

fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&shown(text));
}

#[test]
fn yaml_is_the_same_definition_as_its_json() {
    let (tree, found) = parse_yaml(WHOLE);
    assert_eq!(found, []);
    let json = tree.to_json();
    expect![[r#"{"Comment":"folded text","StartAt":"First","TimeoutSeconds":60,"States":{"First":{"Type":"Pass","Result":{"a":[1,2.5,null,"yes","no","it's"],"b":"5"},"ResultPath":"$.größe","Next":"Wait"},"Wait":{"Type":"Wait","Timestamp":"2030-01-01T00:00:00Z","Next":"Choose"},"Choose":{"Type":"Choice","Choices":[{"Variable":"$.x","NumericGreaterThan":1.5,"Next":"Call"},{"And":[{"Variable":"$.y","IsPresent":true}],"Next":"Call"}],"Default":"Call"},"Call":{"Type":"Task","QueryLanguage":"JSONata","Resource":"arn:aws:states:::lambda:invoke","Arguments":{"FunctionName":"f","Payload":"{% $states.input %}","Shared":{"a":[1,2.5,null,"yes","no","it's"],"b":"5"}},"Output":"{% $states.result.Payload %}","End":true}}}"#]].assert_eq(&json);
    let from_yaml = compile_yaml(WHOLE, MachineKind::Standard);
    assert_eq!(from_yaml.diagnostics, [], "{}", aws_text(&from_yaml.diagnostics));
    let from_json = compile(&json, MachineKind::Standard);
    let (yaml, json) = (from_yaml.program.expect("a program"), from_json.program.expect("a program"));
    assert_eq!(format!("{yaml:?}"), format!("{json:?}"));
}

#[test]
fn findings_have_places_in_the_yaml() {
    check(
        "StartAt: Größe\nStates:\n  Größe:\n    Type: Task\n    Resource: nothing\n    TimeoutSeconds: -1\n    Parameters:\n      a.$: 'no path'\n    Retry:\n    - MaxAttempts: 1\n    Next: Grösse\n    Zusätzlich: 1\n",
        &expect![[r#"
            5:15-5:22 SCHEMA_VALIDATION_FAILED: Value is not a valid resource ARN
              -> give the ARN of a function or an activity, or arn:aws:states:::<service>:<action>
            6:21-6:23 SCHEMA_VALIDATION_FAILED: Minimum value is 1
            8:12-8:21 SCHEMA_VALIDATION_FAILED: The value for the field 'a.$' must be a valid JSONPath or a valid intrinsic function call
              -> Expected a path or a call of an intrinsic function
            10:7-10:18 SCHEMA_VALIDATION_FAILED: These fields are required: [ErrorEquals]
            12:5-12:15 SCHEMA_VALIDATION_FAILED: Field 'Zusätzlich' is not supported
            11:11-11:17 MISSING_TRANSITION_TARGET: Missing 'Next' target: Grösse
              -> did you mean 'Größe'?
            2:1-2:7 MISSING_END_STATE: Workflow has no terminal state
              -> at least one state must be a Succeed or Fail state or have "End": true
        "#]],
    );
    check(
        "StartAt: A\n",
        &expect![[r#"
        1:1-1:8 SCHEMA_VALIDATION_FAILED: These fields are required: [States]
    "#]],
    );
    check(
        "StartAt: A\nStates: {A: {Type: Succeed}, A: {Type: Succeed}}\n",
        &expect![[r#"
        2:30-2:31 DUPLICATE_STATE_NAME: Duplicate State name: A
          -> a state's name must be unique in the whole definition, branches and item processors included
    "#]],
    );
    check(
        "- 1\n",
        &expect![[r#"
        1:1-1:4 SCHEMA_VALIDATION_FAILED: Definition must be a valid JSON object
    "#]],
    );
    check(
        "",
        &expect![[r#"
        1:1-1:1 SCHEMA_VALIDATION_FAILED: Definition must be a valid JSON object
    "#]],
    );
    check(
        "# only a comment",
        &expect![[r#"
        1:1-1:1 SCHEMA_VALIDATION_FAILED: Definition must be a valid JSON object
    "#]],
    );
}

#[test]
fn what_is_no_yaml_or_no_json_is_told() {
    check(
        "StartAt: A\nStates:\n  A:\n    Type: Pass\n    Output: {% 1 %}\n",
        &expect![[r#"
        5:14-5:14 INVALID_YAML: This is not valid YAML: unexpected character: `%'
          -> quote a text that begins with '{%', as in '{% $states.input %}'; unquoted it is a mapping
        5:5-5:11 SCHEMA_VALIDATION_FAILED: The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' QueryLanguage
    "#]],
    );
    check(
        "StartAt: A\nStates:\n  A:\n    Type: Pass\n  B: [\n",
        &expect![[r#"
        6:1-6:1 INVALID_YAML: This is not valid YAML: while parsing a node, did not find expected node content
          -> what stands behind this place was not read
        3:3-3:4 SCHEMA_VALIDATION_FAILED: This object should have only one of the following fields: [Next, End]
          -> add "Next" or "End": true
        5:6-5:7 SCHEMA_VALIDATION_FAILED: Expected value of type [OBJECT]
          -> this is an array
    "#]],
    );
    check(
        "StartAt: !Sub A\nStates: !Ref X\n",
        &expect![[r#"
        1:10-1:16 INVALID_YAML: The tag !Sub is not supported
          -> a definition has plain YAML only; what a template fills in must be filled in before
        2:9-2:15 INVALID_YAML: The tag !Ref is not supported
          -> a definition has plain YAML only; what a template fills in must be filled in before
    "#]],
    );
    check(
        "StartAt: A\nTimeoutSeconds: .inf\nStates: {A: {Type: Succeed}}\n",
        &expect![[r#"
        2:17-2:21 INVALID_YAML: JSON has no number like .inf
          -> quote it if it is meant as a text
    "#]],
    );
    check(
        "StartAt: !!int x\n",
        &expect![[r#"
        1:10-1:17 INVALID_YAML: 'x' is not of the type that its tag tag:yaml.org,2002:!int names
          -> leave the tag out
        1:1-1:8 SCHEMA_VALIDATION_FAILED: These fields are required: [States]
    "#]],
    );
    check(
        "StartAt: A\nStates: {A: {Type: Succeed}}\n---\nStartAt: B\n",
        &expect![[r#"
        3:1-3:4 INVALID_YAML: A second document begins here
          -> put each definition into a file of its own
    "#]],
    );
    check(
        "? {a: b}\n: c\n",
        &expect![[r#"
        1:3-1:4 INVALID_YAML: The key of a mapping must be a text
          -> a definition has no other keys than names
    "#]],
    );
    check(
        "a: &x [*x]\n",
        &expect![[r#"
        1:8-1:10 INVALID_YAML: This alias stands within the value that it names
          -> a definition cannot contain itself
        1:1-1:2 SCHEMA_VALIDATION_FAILED: Field 'a' is not supported
    "#]],
    );
    check(
        "a: *nowhere\n",
        &expect![[r#"
        1:4-1:4 INVALID_YAML: This is not valid YAML: while parsing node, found unknown anchor
          -> what stands behind this place was not read
    "#]],
    );
    check(
        "a:\n\t- b\n",
        &expect![[r#"
        2:2-2:2 INVALID_YAML: This is not valid YAML: tabs disallowed within this context (block indentation)
          -> what stands behind this place was not read
    "#]],
    );
}

#[test]
fn aliases_cannot_fill_the_memory_and_brackets_not_the_stack() {
    let mut bomb = String::from("a: &a [x, x, x, x, x, x, x, x, x, x]\n");
    for (from, to) in ('a'..'i').zip('b'..='i') {
        let _ = writeln!(bomb, "{to}: &{to} [{}]", vec![format!("*{from}"); 10].join(", "));
    }
    assert!(shown(&bomb).contains("too large"), "{}", shown(&bomb));
    // The reader below has a bound of its own for brackets, which is met first.
    let brackets = format!("a: {}", "[".repeat(100_000));
    assert!(shown(&brackets).contains("recursion limit exceeded"), "{}", shown(&brackets));
    let blocks: String = (0..130).map(|level| format!("{}a:\n", " ".repeat(level))).collect();
    assert!(shown(&blocks).contains("nested more than 120 levels"), "{}", shown(&blocks));
}

fn survived(text: &str) {
    let compilation = compile_yaml(text, MachineKind::Standard);
    assert_eq!(compilation.program.is_some(), !compilation.has_errors(), "{text}");
    for found in &compilation.diagnostics {
        assert!(text.get(found.span.start..found.span.end).is_some(), "{found:?}\n{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_text_is_survived(text in "\\PC{0,200}") {
        survived(&text);
    }

    #[test]
    fn text_of_yaml_characters_is_survived(text in "[\\[\\]{}:,\"'&*!|>%@`?#~.0-9a-eäß\\- \n\t-]{0,200}") {
        survived(&text);
    }

    #[test]
    fn a_definition_that_breaks_off_is_survived(at in 0..WHOLE.len()) {
        survived(WHOLE.get(..at).unwrap_or_default());
    }

    #[test]
    fn a_damaged_definition_is_survived(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..4), 1..6)) {
        let mut lines: Vec<&str> = WHOLE.lines().collect();
        for (at, other, change) in changes {
            let (at, other) = (at.index(lines.len()), other.index(lines.len()));
            match change {
                0 => { lines.remove(at); }
                1 => lines.insert(at, lines[other]),
                2 => lines.swap(at, other),
                _ => lines[at] = lines[at].trim_start(),
            }
        }
        survived(&lines.join("\n"));
    }
}
