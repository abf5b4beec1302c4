//! Mocked answers against the shapes of real services.

use expect_test::{Expect, expect};
use stateline_models::{Mode, Service};

fn check(service: &str, action: &str, answer: &str, expected: &Expect) {
    let service = Service::find(service).expect("the service is in the table");
    let shape = service.response(action).expect("the action has an answer");
    let value = serde_json::from_str(answer).expect("JSON");
    let said =
        |mode| shape.check(&value, mode).map_or_else(|wrong| wrong.to_string(), |()| "fits".to_owned());
    let (strict, present) = (said(Mode::Strict), said(Mode::Present));
    expected.assert_eq(&if strict == present { strict } else { format!("{strict} | {present}") });
}

#[test]
fn what_must_be_there_is_missed() {
    let start = |answer, expected| check("sfn", "startExecution", answer, expected);
    start("{}", &expect!["Required field 'ExecutionArn' is missing | fits"]);
    start(
        r#"{"executionArn": "a", "startDate": "d"}"#,
        &expect!["Required field 'ExecutionArn' is missing | fits"],
    );
    start(r#"{"ExecutionArn": "a"}"#, &expect!["Required field 'StartDate' is missing | fits"]);
    start(r#"{"ExecutionArn": "a", "StartDate": "d", "Other": []}"#, &expect!["fits"]);
}

#[test]
fn types_are_told_apart() {
    check(
        "sfn",
        "startExecution",
        r#"{"ExecutionArn": "a", "StartDate": true}"#,
        &expect!["Field 'StartDate' must be a string"],
    );
    check("eventbridge", "putEvents", r#"{"Entries": "text"}"#, &expect!["Field 'Entries' must be an array"]);
    check(
        "eventbridge",
        "putEvents",
        r#"{"Entries": [{"EventId": ["x"]}]}"#,
        &expect!["Field 'EventId' must be a string"],
    );
    check("eventbridge", "putEvents", r#"{"Entries": ["x"]}"#, &expect!["Field 'Entries' must be an object"]);
    check(
        "dynamodb",
        "putItem",
        r#"{"ConsumedCapacity": {"CapacityUnits": "1.5"}}"#,
        &expect!["Field 'CapacityUnits' must be a number"],
    );
    check(
        "dynamodb",
        "getItem",
        r#"{"Item": {"id": {"S": "x", "BOOL": 1}}}"#,
        &expect!["Field 'BOOL' must be a boolean"],
    );
    check(
        "s3",
        "getObject",
        r#"{"ContentLength": "9000", "Metadata": {"k": "v"}}"#,
        &expect!["Field 'ContentLength' must be a number"],
    );
    check("s3", "getObject", r#"{"Metadata": {"k": 1}}"#, &expect!["Field 'Metadata' must be a string"]);
    check("kms", "encrypt", r#"{"CiphertextBlob": 1}"#, &expect!["Field 'CiphertextBlob' must be a string"]);
    check("sqs", "sendMessage", "[]", &expect!["Mocked result must be an object"]);
}

#[test]
fn bounds_and_words_are_kept() {
    let function = |size: &str| format!(r#"{{"Configuration": {{"MemorySize": {size}}}}}"#);
    check("lambda", "getFunction", &function("128"), &expect!["fits"]);
    check(
        "lambda",
        "getFunction",
        &function("127"),
        &expect!["Field 'MemorySize' is less than the minimum value"],
    );
    check(
        "lambda",
        "getFunction",
        &function("99999"),
        &expect!["Field 'MemorySize' exceeds the maximum value"],
    );
    check(
        "kms",
        "encrypt",
        r#"{"CiphertextBlob": ""}"#,
        &expect!["Field 'CiphertextBlob' is smaller than the minimum length"],
    );
    check(
        "s3",
        "getObject",
        r#"{"StorageClass": "Papyrus"}"#,
        &expect!["Field 'StorageClass' is not an expected value"],
    );
    check("s3", "getObject", r#"{"StorageClass": "GLACIER"}"#, &expect!["fits"]);
}

#[test]
fn shapes_that_hold_themselves_end_with_the_value() {
    let deep = format!("{}{{}}{}", r#"{"L": [{"M": {"a": "#.repeat(20), "}}]}".repeat(20));
    let item = format!(r#"{{"Item": {{"id": {deep}}}}}"#);
    check("dynamodb", "getItem", &item, &expect!["fits"]);
}

/// Each shape is read once in a check: element by element this took seconds.
#[test]
fn long_lists_are_checked_to_their_last_element() {
    let reservations = |last: &str| {
        let instances = "{},".repeat(200_000);
        format!(r#"{{"Reservations": [{{"Instances": [{instances}{last}]}}]}}"#)
    };
    let describe = |last, expected| check("ec2", "describeInstances", &reservations(last), expected);
    describe(r#"{"InstanceType": "t3.micro", "AmiLaunchIndex": 1}"#, &expect!["fits"]);
    describe(r#"{"AmiLaunchIndex": "1"}"#, &expect!["Field 'AmiLaunchIndex' must be a number"]);
    describe(r#"{"State": {"Name": "tired"}}"#, &expect!["Field 'Name' is not an expected value"]);
}

#[test]
fn services_and_actions_are_found_by_the_names_of_resources() {
    for name in [
        "sfn",
        "cloudwatchlogs",
        "config",
        "databasemigration",
        "cognitoidentityprovider",
        "apigatewayv2",
        "bedrockruntime",
        "emrserverless",
        "sagemakera2iruntime",
    ] {
        assert!(Service::find(name).is_some(), "{name}");
    }
    let rds = Service::find("rds").expect("a service");
    assert!(
        rds.has("describeDBInstances")
            && !rds.has("DescribeDBInstances")
            && !rds.has("describe")
            && !rds.has("")
    );
    assert!(rds.response("describeDBInstances").and_then(|shape| shape.member("DbInstances")).is_some());
    let s3 = Service::find("s3").expect("a service");
    assert!(s3.has("putBucketPolicy") && s3.response("putBucketPolicy").is_none());
}
