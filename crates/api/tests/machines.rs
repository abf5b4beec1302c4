//! Updates, versions, aliases and tags at the wire: what is refused and in which words, pages,
//! and what executions show of it.

#![allow(clippy::disallowed_methods, reason = "tests wait and give up after a while")]

mod support;

use serde_json::{Value, json};
use support::{Client, PREFIX, ROLE, pass, wait};

/// A machine with version 1.
async fn published(client: &Client, name: &str) -> (String, String) {
    let body = json!({"name": name, "definition": pass(), "roleArn": ROLE, "publish": true});
    let made = client.ok("CreateStateMachine", body).await;
    let text = |member: &str| made[member].as_str().expect("an ARN").to_owned();
    (text("stateMachineArn"), text("stateMachineVersionArn"))
}

fn routing(routes: &[(&str, i64)]) -> Value {
    routes.iter().map(|(arn, weight)| json!({"stateMachineVersionArn": arn, "weight": weight})).collect()
}

async fn refuse(client: &Client, operation: &str, body: Value, expected: &str) {
    assert_eq!(client.error(operation, body.clone()).await, expected, "{operation} {body}");
}

#[tokio::test(flavor = "multi_thread")]
async fn creating_a_published_machine_again_answers_its_version() {
    let client = Client::new();
    let (arn, version) = published(&client, "m").await;
    let body = json!({"name": "m", "definition": pass(), "roleArn": ROLE, "publish": true});
    let again = client.ok("CreateStateMachine", body.clone()).await;
    assert_eq!(again["stateMachineVersionArn"], version.as_str());
    for (member, value) in [("publish", json!(false)), ("versionDescription", json!("another"))] {
        let mut other = body.clone();
        other[member] = value;
        let expected = format!("StateMachineAlreadyExists: State Machine Already Exists: '{arn}'");
        refuse(&client, "CreateStateMachine", other, &expected).await;
    }
    client.ok("DeleteStateMachineVersion", json!({"stateMachineVersionArn": version})).await;
    let again = client.ok("CreateStateMachine", body).await;
    assert_eq!(again["stateMachineVersionArn"], format!("{arn}:2"), "a number does not come again");
}

#[tokio::test(flavor = "multi_thread")]
async fn updates_that_aws_refuses_are_refused_in_its_words() {
    let client = Client::new();
    let (arn, version) = published(&client, "m").await;
    let with = |member: &str, value: Value| json!({"stateMachineArn": arn, member: value});
    let missing = |arn: &str| format!("StateMachineDoesNotExist: State Machine Does Not Exist: '{arn}'");
    let none = "MissingRequiredParameter: Either the definition, the role ARN, the LoggingConfiguration, \
                or the TracingConfiguration must be specified";
    refuse(&client, "UpdateStateMachine", json!({"stateMachineArn": arn}), none).await;
    refuse(&client, "UpdateStateMachine", with("publish", json!(true)), none).await;
    let described = json!({"stateMachineArn": arn, "roleArn": ROLE, "versionDescription": "text"});
    let text = "ValidationException: Version description can only be set when publish is true";
    refuse(&client, "UpdateStateMachine", described, text).await;
    refuse(&client, "UpdateStateMachine", with("roleArn", json!("r")), "InvalidArn: Invalid Role Arn: 'r'")
        .await;
    let text = "InvalidDefinition: Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: These fields are required: [States] at /'";
    refuse(&client, "UpdateStateMachine", with("definition", json!(r#"{"StartAt": "S"}"#)), text).await;
    let text = "InvalidLoggingConfiguration: Invalid Logging Configuration: Must specify exactly one Log Destination.";
    refuse(&client, "UpdateStateMachine", with("loggingConfiguration", json!({"level": "ALL"})), text).await;
    let of_version = json!({"stateMachineArn": version, "roleArn": ROLE});
    refuse(&client, "UpdateStateMachine", of_version, &missing(&version)).await;
    let labelled = json!({"stateMachineArn": format!("{arn}/label"), "roleArn": ROLE});
    assert!(client.error("UpdateStateMachine", labelled).await.starts_with("ValidationException: "));
    let shown = client.ok("DescribeStateMachine", json!({"stateMachineArn": arn})).await;
    assert_eq!(shown.get("revisionId"), None, "nothing of it was done");
}

#[tokio::test(flavor = "multi_thread")]
async fn executions_show_the_revision_they_use() {
    let client = Client::new();
    let arn = client.create("m", "STANDARD", &wait(600)).await;
    let old = client.start(&arn, "{}").await;
    let update =
        json!({"stateMachineArn": arn, "definition": pass(), "tracingConfiguration": {"enabled": true}});
    let update = client.ok("UpdateStateMachine", update).await;
    let new = client.start(&arn, "{}").await;
    let used = async |execution: &str| {
        client.ok("DescribeStateMachineForExecution", json!({"executionArn": execution})).await
    };
    let (old, new) = (used(&old).await, used(&new).await);
    assert_eq!(
        (&old["definition"], &old["tracingConfiguration"]),
        (&json!(wait(600)), &json!({"enabled": false}))
    );
    let created =
        client.ok("DescribeStateMachine", json!({"stateMachineArn": arn})).await["creationDate"].clone();
    assert_eq!((old.get("revisionId"), &old["updateDate"]), (None, &created));
    assert_eq!(
        (&new["definition"], &new["tracingConfiguration"]),
        (&json!(pass()), &json!({"enabled": true}))
    );
    assert_eq!((&new["revisionId"], &new["updateDate"]), (&update["revisionId"], &update["updateDate"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn versions_come_in_pages_and_are_refused_by_name() {
    let client = Client::new();
    let (arn, one) = published(&client, "m").await;
    for number in 2..=5 {
        let body = json!({"stateMachineArn": arn, "definition": wait(number), "publish": true, "versionDescription": "text"});
        client.ok("UpdateStateMachine", body).await;
    }
    let mut found = Vec::new();
    let mut token = Value::Null;
    loop {
        let mut body = json!({"stateMachineArn": arn, "maxResults": 2});
        if !token.is_null() {
            body["nextToken"] = token;
        }
        let page = client.ok("ListStateMachineVersions", body).await;
        let items = page["stateMachineVersions"].as_array().expect("a list").clone();
        found.extend(items.iter().map(|item| item["stateMachineVersionArn"].as_str().map(str::to_owned)));
        token = page["nextToken"].clone();
        if token.is_null() {
            break;
        }
    }
    assert_eq!(found, (1..=5).rev().map(|number| Some(format!("{arn}:{number}"))).collect::<Vec<_>>());
    let bad = json!({"stateMachineArn": arn, "nextToken": "nonsense"});
    refuse(&client, "ListStateMachineVersions", bad, "InvalidToken: Invalid Token: 'Invalid token'").await;
    let five = client.ok("DescribeStateMachine", json!({"stateMachineArn": format!("{arn}:5")})).await;
    assert_eq!((&five["description"], &five["definition"]), (&json!("text"), &json!(wait(5))));
    let missing = |arn: &str| format!("StateMachineDoesNotExist: State Machine Does Not Exist: '{arn}'");
    for wrong in [format!("{arn}:6"), format!("{arn}:live")] {
        let body = json!({"stateMachineArn": wrong});
        for operation in
            ["DescribeStateMachine", "StartExecution", "ListExecutions", "PublishStateMachineVersion"]
        {
            refuse(&client, operation, body.clone(), &missing(&wrong)).await;
        }
    }
    let text = "InvalidArn: Invalid Arn: 'Resource type not valid in this context: stateMachine'";
    refuse(&client, "DeleteStateMachineVersion", json!({"stateMachineVersionArn": arn}), text).await;
    client
        .ok(
            "CreateStateMachineAlias",
            json!({"name": "live", "routingConfiguration": routing(&[(&one, 100)])}),
        )
        .await;
    let text = "ConflictException: Version to be deleted must not be referenced by an alias. \
                Current list of aliases referencing this version: [live]";
    refuse(&client, "DeleteStateMachineVersion", json!({"stateMachineVersionArn": one}), text).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn aliases_that_aws_refuses_are_refused_in_its_words() {
    let client = Client::new();
    let (arn, one) = published(&client, "m").await;
    let (_, other) = published(&client, "n").await;
    let with = |routes: &[(&str, i64)]| json!({"name": "live", "routingConfiguration": routing(routes)});
    let create = "CreateStateMachineAlias";
    let text = "ValidationException: 1 validation error detected: Value '101' at 'routingConfiguration.1.member.weight' \
                failed to satisfy constraint: Member must have value less than or equal to 100";
    refuse(&client, create, with(&[(&one, 101)]), text).await;
    let text = "ValidationException: Sum of routing configuration weights must equal 100. Received: [99]";
    refuse(&client, create, with(&[(&one, 99)]), text).await;
    let text = format!(
        "ValidationException: Routing configuration must contain state machine version ARNs. Received: [{arn}]"
    );
    refuse(&client, create, with(&[(&arn, 100)]), &text).await;
    let text = format!(
        "ValidationException: Routing configuration must contain versions of the same state machine. Received: [{one}, {other}]"
    );
    refuse(&client, create, with(&[(&one, 50), (&other, 50)]), &text).await;
    let missing = "ResourceNotFound: Request references a resource that does not exist.";
    refuse(&client, create, with(&[(&format!("{arn}:7"), 100)]), missing).await;
    let three = with(&[(&one, 50), (&one, 25), (&one, 25)]);
    assert!(client.error(create, three).await.contains("Member must have length less than or equal to 2"));
    client.ok(create, with(&[(&one, 100)])).await;
    let text = "ConflictException: Failed to create alias because an alias with the same name and a different routing \
                configuration already exists.";
    let described =
        json!({"name": "live", "description": "text", "routingConfiguration": routing(&[(&one, 100)])});
    refuse(&client, create, described, text).await;
    let live = format!("{arn}:live");
    let update = "UpdateStateMachineAlias";
    let text = "ValidationException: Either the description or the routingConfiguration must be specified";
    refuse(&client, update, json!({"stateMachineAliasArn": live}), text).await;
    let text = format!(
        "ValidationException: Routing configuration must contain versions of the state machine '{arn}'."
    );
    let elsewhere = json!({"stateMachineAliasArn": live, "routingConfiguration": routing(&[(&other, 100)])});
    refuse(&client, update, elsewhere, &text).await;
    let lost = json!({"stateMachineAliasArn": format!("{arn}:lost"), "description": "text"});
    refuse(&client, update, lost, missing).await;
    let text = "InvalidArn: Invalid Arn: 'Resource type not valid in this context: stateMachine'";
    for operation in ["DescribeStateMachineAlias", "DeleteStateMachineAlias"] {
        refuse(&client, operation, json!({"stateMachineAliasArn": one}), text).await;
    }
    refuse(&client, "ListStateMachineAliases", json!({"stateMachineArn": format!("{arn}:7")}), missing).await;
    let nobodys = json!({"stateMachineAliasArn": format!("{PREFIX}:stateMachine:z:live")});
    refuse(&client, "DeleteStateMachineAlias", nobodys, missing).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn starts_through_an_alias_are_shown_and_listed() {
    let client = Client::new();
    let (arn, one) = published(&client, "m").await;
    client
        .ok(
            "CreateStateMachineAlias",
            json!({"name": "live", "routingConfiguration": routing(&[(&one, 100)])}),
        )
        .await;
    let live = format!("{arn}:live");
    let plain = client.start(&arn, "{}").await;
    let through = client.start(&live, "{}").await;
    let shown = client.ended(&through).await;
    assert_eq!(
        (&shown["stateMachineVersionArn"], &shown["stateMachineAliasArn"]),
        (&json!(one), &json!(live))
    );
    assert_eq!(shown["stateMachineArn"], arn.as_str());
    client.ended(&plain).await;
    let history = client.ok("GetExecutionHistory", json!({"executionArn": through})).await;
    let details = &history["events"][0]["executionStartedEventDetails"];
    assert_eq!(
        (&details["stateMachineVersionArn"], &details["stateMachineAliasArn"]),
        (&json!(one), &json!(live))
    );
    for list in [&live, &one] {
        let listed = client.ok("ListExecutions", json!({"stateMachineArn": list})).await;
        let items = listed["executions"].as_array().expect("a list").clone();
        assert_eq!(items.len(), 1, "{listed}");
        assert_eq!(
            (&items[0]["executionArn"], &items[0]["stateMachineAliasArn"]),
            (&json!(through), &json!(live))
        );
    }
    let all = client.ok("ListExecutions", json!({"stateMachineArn": arn})).await;
    assert_eq!(all["executions"].as_array().map(Vec::len), Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn tags_that_aws_refuses_are_refused() {
    let client = Client::new();
    let (arn, version) = published(&client, "m").await;
    let tag = |arn: &str, key: &str, value: &str| json!({"resourceArn": arn, "tags": [{"key": key, "value": value}]});
    refuse(&client, "TagResource", tag(&arn, "aws:x", ""), "ValidationException: Invalid tag: 'aws:x'").await;
    assert!(client.error("TagResource", tag(&arn, "", "")).await.starts_with("ValidationException: "));
    assert!(
        client
            .error("TagResource", tag(&arn, "k", &"x".repeat(257)))
            .await
            .starts_with("ValidationException: ")
    );
    let text = format!("ResourceNotFound: Resource not found: '{version}'");
    refuse(&client, "TagResource", tag(&version, "k", ""), &text).await;
    refuse(&client, "UntagResource", json!({"resourceArn": version, "tagKeys": ["k"]}), &text).await;
    refuse(&client, "ListTagsForResource", json!({"resourceArn": version}), &text).await;
    let text = "InvalidArn: Invalid Arn: 'Resource type not valid in this context: execution'";
    let execution = format!("{PREFIX}:execution:m:e");
    refuse(&client, "ListTagsForResource", json!({"resourceArn": execution}), text).await;
    refuse(
        &client,
        "ListTagsForResource",
        json!({"resourceArn": "x"}),
        "InvalidArn: Invalid Arn: 'Invalid ARN prefix: x'",
    )
    .await;
    let many = |from: usize| {
        let tags: Vec<Value> =
            (from..from + 30).map(|n| json!({"key": format!("k{n}"), "value": ""})).collect();
        json!({"resourceArn": arn, "tags": tags})
    };
    client.ok("TagResource", many(0)).await;
    assert!(client.error("TagResource", many(30)).await.starts_with("TooManyTags: "));
    client.ok("TagResource", many(10)).await;
    let tags = client.ok("ListTagsForResource", json!({"resourceArn": arn})).await;
    assert_eq!(tags["tags"].as_array().map(Vec::len), Some(40));
}
