//! What only shows: `validate`, `graph`, `completions`, `--version`.

use crate::harness::Folder;
use expect_test::expect;

const FIVE_MISTAKES: &str = r#"{
  "StartAt": "Frist",
  "States": {
    "First": {
      "Type": "Task",
      "Resource": "not-an-arn",
      "Next": "Second"
    },
    "Second": {
      "Type": "Wait",
      "Seconds": -1,
      "Next": "Third"
    },
    "Third": {
      "Type": "Pass",
      "InputPath": "no path",
      "Next": "Fourth"
    },
    "Fourth": {
      "Type": "Choice",
      "Choices": []
    },
    "Fifth": {
      "Type": "Succeed"
    }
  }
}
"#;

#[test]
fn five_mistakes_are_five_diagnostics() {
    let folder = Folder::new();
    folder.write("five.asl.json", FIVE_MISTAKES);
    let ran = folder.run(&["validate", "five.asl.json"]);
    assert_eq!(ran.code, Some(1));
    expect![[r#"
        five.asl.json:6:19: error[SCHEMA_VALIDATION_FAILED]: Value is not a valid resource ARN
         6 |       "Resource": "not-an-arn",
           |                   ^^^^^^^^^^^^
           = at /States/First/Resource
           = help: give the ARN of a function or an activity, or arn:aws:states:::<service>:<action>

        five.asl.json:11:18: error[SCHEMA_VALIDATION_FAILED]: Minimum value is 0
         11 |       "Seconds": -1,
            |                  ^^
            = at /States/Second/Seconds

        five.asl.json:16:20: error[SCHEMA_VALIDATION_FAILED]: Value must be a valid JSONPath.
         16 |       "InputPath": "no path",
            |                    ^^^^^^^^^
            = at /States/Third/InputPath
            = help: A path must start with '$'

        five.asl.json:21:18: error[SCHEMA_VALIDATION_FAILED]: Value cannot be empty
         21 |       "Choices": []
            |                  ^^
            = at /States/Fourth/Choices

        five.asl.json:2:14: error[MISSING_TRANSITION_TARGET]: Missing 'Next' target: Frist
         2 |   "StartAt": "Frist",
           |              ^^^^^^^
           = at /StartAt
           = help: did you mean 'First'?

        1 file: 5 errors, 0 warnings
    "#]]
    .assert_eq(&ran.stdout);
    let ran = folder.run(&["validate", "five.asl.json", "--output", "json"]);
    assert_eq!(ran.code, Some(1));
    let found: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let errors = found.as_array().expect("a list").iter().filter(|found| found["severity"] == "ERROR");
    let places: Vec<String> = errors.map(|found| format!("{}:{}", found["line"], found["column"])).collect();
    expect!["6:19 11:18 16:20 21:18 2:14"].assert_eq(&places.join(" "));
}

#[test]
fn text_that_is_not_json_is_explained() {
    let folder = Folder::new();
    folder.write("m.json", "{\"StartAt\": \"A\" \"States\": {}}");
    let ran = folder.run(&["validate", "m.json"]);
    assert_eq!(ran.code, Some(1));
    expect![[r#"
        m.json:1:17: error[INVALID_JSON_DESCRIPTION]: Unexpected character ('"' (code 34)): was expecting comma to separate Object entries
         1 | {"StartAt": "A" "States": {}}
           |                 ^^^^^^^^
           = help: put a comma in front of this

        m.json:1:27: error[SCHEMA_VALIDATION_FAILED]: Value cannot be empty
         1 | {"StartAt": "A" "States": {}}
           |                           ^^
           = at /States

        1 file: 2 errors, 0 warnings
    "#]].assert_eq(&ran.stdout);
    assert_eq!(folder.run(&["validate", "none.json"]).code, Some(2));
}

#[test]
fn types_matter_to_validation() {
    let folder = Folder::new();
    let task = r#"{"StartAt": "A", "States": {"A": {"Type": "Task", "End": true,
        "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken", "Parameters": {"FunctionName": "f", "Payload": {"t.$": "$$.Task.Token"}}}}}"#;
    folder.write("m.json", task);
    assert_eq!(folder.run(&["validate", "m.json"]).code, Some(0));
    assert_eq!(folder.run(&["validate", "m.json", "--type", "express"]).code, Some(1));
}

#[test]
fn graphs_are_drawn_in_three_forms() {
    let folder = Folder::new();
    folder.write(
        "m.json",
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Succeed"}}}"#,
    );
    let graph = |form| folder.run(&["graph", "m.json", "--format", form]).ok();
    assert!(graph("svg").starts_with("<svg "));
    assert!(graph("mermaid").starts_with("flowchart "));
    assert!(graph("dot").starts_with("digraph "));
    folder.write("wrong.json", "{}");
    let ran = folder.run(&["graph", "wrong.json"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""));
}

#[test]
fn shells_and_versions() {
    let folder = Folder::new();
    for shell in ["bash", "zsh", "fish"] {
        assert!(folder.run(&["completions", shell]).ok().contains("executions"), "{shell}");
    }
    let version = format!("stateline {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(folder.run(&["--version"]).ok(), version);
}

const IN_YAML: &str = "# twice as much\nStartAt: Double\nStates:\n  Double:\n    Type: Pass\n    Parameters:\n      twice.$: States.MathAdd($.n, $.n)\n    End: true\n";

#[test]
fn definitions_in_yaml_are_checked_in_their_own_lines() {
    let folder = Folder::new();
    folder.write("ok.asl.yaml", IN_YAML);
    folder.write("wrong.yml", &IN_YAML.replace("$.n, ", ""));
    folder.write("broken.yaml", "StartAt: A\nStates:\n  A: {Type: Pass, Output: {% 1 %}}\n");
    assert_eq!(folder.run(&["validate", "ok.asl.yaml"]).code, Some(0));
    let ran = folder.run(&["validate", "wrong.yml", "broken.yaml"]);
    assert_eq!(ran.code, Some(1));
    expect![[r#"
        wrong.yml:7:16: error[SCHEMA_VALIDATION_FAILED]: The value for the field 'twice.$' must be a valid JSONPath or a valid intrinsic function call
         7 |       twice.$: States.MathAdd($.n)
           |                ^^^^^^^^^^^^^^^^^^^
           = at /States/Double/Parameters
           = help: 'States.MathAdd' takes 2 arguments, not 1

        broken.yaml:3:28: error[INVALID_YAML]: This is not valid YAML: unexpected character: `%'
         3 |   A: {Type: Pass, Output: {% 1 %}}
           |                            ^
           = help: quote a text that begins with '{%', as in '{% $states.input %}'; unquoted it is a mapping

        broken.yaml:3:19: error[SCHEMA_VALIDATION_FAILED]: The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' QueryLanguage
         3 |   A: {Type: Pass, Output: {% 1 %}}
           |                   ^^^^^^
           = at /States/A

        2 files: 3 errors, 0 warnings
    "#]].assert_eq(&ran.stdout);
    assert!(folder.run(&["graph", "ok.asl.yaml", "--format", "mermaid"]).ok().contains("Double"));
}

#[test]
fn definitions_in_yaml_run() {
    let folder = Folder::new();
    folder.write("double.asl.yaml", IN_YAML);
    let ran = folder.run(&["run", "double.asl.yaml", "--input", r#"{"n": 4}"#]);
    assert_eq!(ran.ok().trim(), r#"{"twice":8}"#);
}
