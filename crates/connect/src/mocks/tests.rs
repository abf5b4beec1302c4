use super::*;
use crate::test_attempt::attempt;
use expect_test::{Expect, expect};
use stateline_asl::{MachineKind, compile};
use std::fs;

const FILE: &str = r#"{
  "StateMachines": {
    "order": {"TestCases": {
      "Happy": {"Charge": "charged", "Ship": "shipped"},
      "Flaky": {"Charge": "flaky"}
    }}
  },
  "MockedResponses": {
    "charged": {"0": {"Return": {"StatusCode": 200, "Payload": {"paid": true}}}},
    "shipped": {"0": {"Return": [1, 2]}},
    "flaky": {
      "0": {"Throw": {"Error": "Busy", "Cause": "later"}},
      "1-2": {"Throw": {"Error": "Busy"}},
      "3": {"Return": "done"}
    }
  }
}"#;

fn parse(text: &str) -> Result<MockFile, MockFileError> {
    MockFile::parse(Path::new("mocks.json"), text)
}

fn file() -> MockFile {
    parse(FILE).expect("it is right")
}

fn program() -> Program {
    let definition = r#"{"StartAt": "Charge", "States": {
        "Charge": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f"}, "Next": "Ship"},
        "Ship": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f"}, "Next": "Done"},
        "Done": {"Type": "Pass", "End": true}}}"#;
    compile(definition, MachineKind::Standard).program.expect("it is right")
}

/// What a state's invocation gets, or what is wrong with it.
fn answer(case: &str, state: &str, invocation: u32, resource: &str) -> String {
    let resource = attempt(resource, "{}").resource;
    match file().answer(("order", case, state), invocation, &resource) {
        None => "the real thing".to_owned(),
        Some(Ok(Ok(result))) => result.text().to_owned(),
        Some(Ok(Err(failure))) => format!("{:?} {:?}", failure.error, failure.cause),
        Some(Err(why)) => why,
    }
}

const INVOKE: &str = "arn:aws:states:::lambda:invoke";
const FUNCTION: &str = "arn:aws:lambda:us-east-1:000000000000:function:f";

#[test]
fn invocations_are_answered_in_their_turn() {
    assert_eq!(answer("Flaky", "Charge", 0, INVOKE), r#"Some("Busy") Some("later")"#);
    assert_eq!(answer("Flaky", "Charge", 1, INVOKE), r#"Some("Busy") None"#);
    assert_eq!(answer("Flaky", "Charge", 2, INVOKE), r#"Some("Busy") None"#);
    assert_eq!(answer("Flaky", "Charge", 3, INVOKE), r#""done""#);
    assert_eq!(answer("Flaky", "Ship", 0, INVOKE), "the real thing");
    expect![[
        "mocks.json: the mock 'flaky' has no answer to invocation 4 of the state 'Charge' in the test case 'Flaky'; add it under MockedResponses.flaky, which has: '0', '1-2', '3'"
    ]]
    .assert_eq(&answer("Flaky", "Charge", 4, INVOKE));
}

#[test]
fn a_function_that_is_called_by_its_arn_gives_its_payload() {
    assert_eq!(answer("Happy", "Charge", 0, INVOKE), r#"{"StatusCode":200,"Payload":{"paid":true}}"#);
    assert_eq!(answer("Happy", "Charge", 0, FUNCTION), r#"{"paid":true}"#);
    assert_eq!(answer("Happy", "Ship", 0, FUNCTION), "[1,2]");
}

#[test]
fn what_is_not_there_is_told_with_what_is() {
    let check = |machine: &str, case: &str, expected: Expect| {
        let outcome = file().check(machine, case, &program());
        expected.assert_eq(&outcome.map_or_else(|why| why, |()| "fine".to_owned()));
    };
    check("order", "Happy", expect!["fine"]);
    check(
        "order",
        "Sad",
        expect!["mocks.json has no test case 'Sad' for the state machine 'order'; it has: 'Flaky', 'Happy'"],
    );
    check(
        "other",
        "Happy",
        expect!["mocks.json has no state machine 'other' under StateMachines; it has: 'order'"],
    );
    let mocks = |state: &str| {
        let text = FILE.replace("\"Ship\": \"shipped\"", &format!("\"{state}\": \"shipped\""));
        let file = parse(&text).expect("it is right");
        file.check("order", "Happy", &program()).expect_err("such a state cannot be mocked")
    };
    expect!["mocks.json: StateMachines.order.TestCases.Happy names the state 'Shp', which the state machine does not have"]
        .assert_eq(&mocks("Shp"));
    expect!["mocks.json: StateMachines.order.TestCases.Happy names the state 'Done', which is no Task state: only those can be mocked"]
        .assert_eq(&mocks("Done"));
}

#[test]
fn a_definition_finds_its_machine_and_a_machine_its_only_case() {
    assert_eq!(file().machine_for("order"), Ok("order"));
    assert_eq!(file().machine_for("another-name"), Ok("order"));
    let two = parse(r#"{"StateMachines": {"a": {"TestCases": {"C": {}}}, "b": {"TestCases": {}}}}"#)
        .expect("right");
    assert_eq!(
        two.machine_for("c").expect_err("it could be either"),
        "mocks.json has no state machine 'c' under StateMachines; it has: 'a', 'b'"
    );
    assert_eq!(two.only_case("a"), Ok("C"));
    assert_eq!(
        file().only_case("order").expect_err("there are two"),
        "mocks.json has more than one test case, or none, for the state machine 'order'; name one: 'Flaky', 'Happy'"
    );
    assert!(two.only_case("b").is_err());
}

#[test]
fn mistakes_are_told_with_their_place() {
    let check = |text: &str, expected: Expect| {
        expected.assert_eq(&parse(text).expect_err("it is wrong").to_string());
    };
    let response = |text: &str, expected: Expect| {
        check(&format!(r#"{{"MockedResponses": {{"m": {text}}}}}"#), expected);
    };
    check("{\n  \"a\"\n}", expect!["mocks.json:3:1: the mock configuration is not JSON: expected `:`"]);
    check("[]", expect!["mocks.json: the top: an array stands where an object must be"]);
    check(
        r#"{"MockedResponse": {}}"#,
        expect![
            "mocks.json: MockedResponse: it is not known here; what may stand here is StateMachines and MockedResponses"
        ],
    );
    check(
        r#"{"StateMachines": {"my-machine": {}}}"#,
        expect![[r#"mocks.json: StateMachines["my-machine"]: TestCases is missing"#]],
    );
    check(
        r#"{"StateMachines": {"m": {"TestCases": {"c": {"S": 7}}}}}"#,
        expect!["mocks.json: StateMachines.m.TestCases.c.S: a number stands where a text must be"],
    );
    check(
        r#"{"StateMachines": {"m": {"TestCases": {"c": {"S": "x"}}}}, "MockedResponses": {"y": {"0": {"Return": 1}}}}"#,
        expect![
            "mocks.json: StateMachines.m.TestCases.c.S: there is no mock 'x' under MockedResponses; it has: 'y'"
        ],
    );
    response(
        "{}",
        expect![[
            r#"mocks.json: MockedResponses.m: a mock needs an answer to at least one invocation: {"0": {"Return": …}}"#
        ]],
    );
    for key in ["", "a", "1-", "2-1", "-1", "99999999999", "1-2-3"] {
        let text = format!(r#"{{"MockedResponses": {{"m": {{"{key}": {{"Return": 1}}}}}}}}"#);
        let error = parse(&text).expect_err("it is no invocation").to_string();
        assert!(
            error
                .ends_with(r#"an invocation is a number from 0, as in "0", or a range of them, as in "1-2""#),
            "{error}"
        );
    }
    response(
        r#"{"0-2": {"Return": 1}, "2": {"Return": 1}}"#,
        expect![[
            r#"mocks.json: MockedResponses.m: "0-2" and "2" have invocations in common; each must have one answer"#
        ]],
    );
    response(
        r#"{"0": {"Return": 1, "Throw": {"Error": "E"}}}"#,
        expect![[
            r#"mocks.json: MockedResponses.m.0: it must have either Return, a result, or Throw, an Error and a Cause"#
        ]],
    );
    response(
        r#"{"0": {"Throw": {"Cause": "c"}}}"#,
        expect!["mocks.json: MockedResponses.m.0.Throw: Error is missing: the name of the error"],
    );
    response(
        r#"{"0": {"Throw": {"Error": null}}}"#,
        expect!["mocks.json: MockedResponses.m.0.Throw.Error: null stands where a text must be"],
    );
}

#[test]
fn a_file_is_read_again_when_it_changes_and_a_broken_one_answers_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("mocks.json");
    assert!(FileMocks::open(&path).is_err());
    let write = |text: &str| {
        // In the place of the other, as editors do: not even the time need differ.
        fs::write(folder.path().join("new"), text).expect("it is written");
        fs::rename(folder.path().join("new"), &path).expect("it is put there");
    };
    write(FILE);
    let mocks = FileMocks::open(&path).expect("it is right");
    let arn = "arn:aws:states:us-east-1:000000000000:stateMachine:order";
    let check = |expected: &str| {
        let outcome = mocks.check(arn, "Happy", &program());
        let shown = outcome.map_or_else(|why| why, |()| "fine".to_owned());
        assert!(shown.contains(expected), "{shown}");
    };
    let asked = || {
        let place =
            MockPlace { machine_arn: format!("{arn}/Label").into(), case: "Happy".into(), invocation: 0 };
        let mut attempt = attempt(INVOKE, "{}");
        attempt.state = "Ship".into();
        mocks.answer(&place, &attempt)
    };
    check("fine");
    assert!(matches!(asked(), Some(Mocked::Ends(Outcome::Succeeded(result))) if result.text() == "[1,2]"));
    assert!(!mocks.names(arn, "Happy", "Other"));
    write(&FILE.replace("Happy", "Merry"));
    check("no test case 'Happy'");
    assert_eq!(asked(), None);
    write("{");
    check("mocks.json:1:1: the mock configuration is not JSON");
    assert!(mocks.names(arn, "Happy", "Other"));
    assert!(matches!(asked(), Some(Mocked::Missing(failure)) if failure.name() == "States.Runtime"));
    fs::remove_file(&path).expect("it is there");
    check("mocks.json cannot be read: No such file or directory");
    write(FILE);
    check("fine");
}
