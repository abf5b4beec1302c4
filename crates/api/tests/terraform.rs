//! What Terraform's AWS provider calls over the life of a state machine and an alias, call by
//! call and with the members that it sends: it reads back what it wrote, refreshes before each
//! plan, and polls until a deletion is done. Its SDK leaves out booleans that are false.

#![allow(clippy::disallowed_methods, reason = "tests wait and give up after a while")]

mod support;

use serde_json::{Value, json};
use std::time::Duration;
use support::{Client, PREFIX, ROLE};

fn definition(result: &str) -> String {
    json!({"Comment": "managed", "StartAt": "Only", "States": {"Only": {"Type": "Pass", "Result": result, "End": true}}})
        .to_string()
}

/// What a plan asks where the definition is new or changed.
async fn plan(client: &Client, definition: &str) {
    let body = json!({"definition": definition, "type": "STANDARD"});
    let found = client.ok("ValidateStateMachineDefinition", body).await;
    assert_eq!((&found["result"], &found["diagnostics"]), (&json!("OK"), &json!([])));
}

/// What a refresh of a state machine reads: the machine, its newest version, its tags.
async fn read(client: &Client, arn: &str) -> (Value, Option<String>, Value) {
    let machine = client.ok("DescribeStateMachine", json!({"stateMachineArn": arn})).await;
    let versions = client.ok("ListStateMachineVersions", json!({"stateMachineArn": arn})).await;
    let newest = versions.pointer("/stateMachineVersions/0/stateMachineVersionArn");
    let newest = newest.and_then(Value::as_str).map(str::to_owned);
    let tags = client.ok("ListTagsForResource", json!({"resourceArn": arn})).await;
    (machine, newest, tags["tags"].clone())
}

/// What an update does: the call, polls until the change shows, and a refresh.
async fn update(client: &Client, body: Value) -> (Value, Option<String>, Value) {
    let arn = body["stateMachineArn"].as_str().expect("an ARN").to_owned();
    client.ok("UpdateStateMachine", body.clone()).await;
    let shown = client.ok("DescribeStateMachine", json!({"stateMachineArn": arn})).await;
    for member in ["definition", "roleArn"] {
        assert_eq!(shown[member], body[member], "the change shows at once");
    }
    read(client, &arn).await
}

/// What a deletion does: the call, and polls until there is no such machine.
async fn delete(client: &Client, arn: &str) {
    assert_eq!(client.ok("DeleteStateMachine", json!({"stateMachineArn": arn})).await, json!({}));
    for _ in 0..500 {
        let (status, answer) =
            client.send("DescribeStateMachine", &json!({"stateMachineArn": arn}).to_string()).await;
        if status != 200 {
            let kind = answer["__type"].as_str().unwrap_or_default();
            assert!(kind.ends_with("#StateMachineDoesNotExist"), "{answer}");
            return;
        }
        assert!(answer["status"] == "ACTIVE" || answer["status"] == "DELETING", "{answer}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{arn} is still there after five seconds");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_lives_as_terraform_has_it() {
    let client = Client::new();
    let arn = format!("{PREFIX}:stateMachine:managed");
    plan(&client, &definition("one")).await;
    let created = client
        .ok(
            "CreateStateMachine",
            json!({"definition": definition("one"), "name": "managed", "roleArn": ROLE, "type": "STANDARD",
                "tags": [{"key": "Owner", "value": "team"}], "loggingConfiguration": {"level": "OFF"},
                "tracingConfiguration": {}}),
        )
        .await;
    assert_eq!(created["stateMachineArn"], arn.as_str());
    let (machine, version, tags) = read(&client, &arn).await;
    let expected = json!({
        "stateMachineArn": arn, "name": "managed", "status": "ACTIVE", "definition": definition("one"),
        "roleArn": ROLE, "type": "STANDARD", "creationDate": created["creationDate"],
        "loggingConfiguration": {"level": "OFF", "includeExecutionData": false},
        "tracingConfiguration": {"enabled": false}, "encryptionConfiguration": {"type": "AWS_OWNED_KEY"},
    });
    assert_eq!((&machine, version), (&expected, None));
    assert_eq!(tags, json!([{"key": "Owner", "value": "team"}]));

    plan(&client, &definition("two")).await;
    let body = json!({"stateMachineArn": arn, "definition": definition("two"), "roleArn": ROLE});
    let (machine, version, _) = update(&client, body).await;
    let revision = machine["revisionId"].as_str().expect("a revision").to_owned();
    assert_eq!(version, None);

    // `publish = true` alone: everything else is sent as it was, and an empty description.
    let body = json!({"stateMachineArn": arn, "definition": definition("two"), "roleArn": ROLE,
        "publish": true, "versionDescription": ""});
    let (machine, version, _) = update(&client, body.clone()).await;
    assert_eq!((machine["revisionId"].as_str(), version), (Some(&*revision), Some(format!("{arn}:1"))));
    let (_, version, _) = update(&client, body).await;
    assert_eq!(version, Some(format!("{arn}:1")), "applied again, nothing changes");

    // Configuration and tags, each with its own call.
    let group = "arn:aws:logs:us-east-1:000000000000:log-group:g:*";
    let logging = json!({"level": "ERROR", "includeExecutionData": true,
        "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": group}}]});
    let body = json!({"stateMachineArn": arn, "definition": definition("two"), "roleArn": ROLE, "publish": true,
        "versionDescription": "", "loggingConfiguration": logging, "tracingConfiguration": {"enabled": true},
        "encryptionConfiguration": {"type": "CUSTOMER_MANAGED_KMS_KEY", "kmsKeyId": "k", "kmsDataKeyReusePeriodSeconds": 60}});
    let (machine, version, _) = update(&client, body).await;
    assert_eq!(machine["loggingConfiguration"], logging);
    assert_eq!(machine["tracingConfiguration"], json!({"enabled": true}));
    assert_eq!(machine["encryptionConfiguration"]["kmsDataKeyReusePeriodSeconds"], 60);
    assert_ne!(machine["revisionId"].as_str(), Some(&*revision));
    assert_eq!(version, Some(format!("{arn}:2")));
    client.ok("UntagResource", json!({"resourceArn": arn, "tagKeys": ["Owner"]})).await;
    client.ok("TagResource", json!({"resourceArn": arn, "tags": [{"key": "Stage", "value": "live"}]})).await;
    assert_eq!(read(&client, &arn).await.2, json!([{"key": "Stage", "value": "live"}]));

    let broken = json!({"definition": r#"{"StartAt": "Only"}"#, "type": "STANDARD"});
    let found = client.ok("ValidateStateMachineDefinition", broken).await;
    assert_eq!((&found["result"], &found["diagnostics"][0]["severity"]), (&json!("FAIL"), &json!("ERROR")));
    delete(&client, &arn).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alias_lives_as_terraform_has_it() {
    let client = Client::new();
    let body = json!({"definition": definition("one"), "name": "managed", "publish": true, "roleArn": ROLE, "type": "STANDARD"});
    let created = client.ok("CreateStateMachine", body).await;
    let arn = created["stateMachineArn"].as_str().expect("an ARN").to_owned();
    let one = created["stateMachineVersionArn"].clone();
    assert_eq!(read(&client, &arn).await.1.as_deref(), one.as_str());

    let routing = json!([{"stateMachineVersionArn": one, "weight": 100}]);
    let body = json!({"name": "live", "description": "", "routingConfiguration": routing});
    let made = client.ok("CreateStateMachineAlias", body).await;
    let alias = made["stateMachineAliasArn"].clone();
    assert_eq!(alias, format!("{arn}:live"));
    let describe = json!({"stateMachineAliasArn": alias});
    let shown = client.ok("DescribeStateMachineAlias", describe.clone()).await;
    let expected = json!({"stateMachineAliasArn": alias, "name": "live", "description": "",
        "routingConfiguration": routing, "creationDate": made["creationDate"], "updateDate": made["creationDate"]});
    assert_eq!(shown, expected);
    let list = json!({"stateMachineArn": arn});
    let listed = client.ok("ListStateMachineAliases", list.clone()).await;
    let item = json!({"stateMachineAliasArn": alias, "creationDate": made["creationDate"]});
    assert_eq!(listed, json!({"stateMachineAliases": [item]}), "as its data source reads them");

    let body = json!({"stateMachineArn": arn, "definition": definition("two"), "roleArn": ROLE, "publish": true, "versionDescription": ""});
    let two = update(&client, body).await.1;
    let split =
        json!([{"stateMachineVersionArn": two, "weight": 90}, {"stateMachineVersionArn": one, "weight": 10}]);
    let change =
        json!({"stateMachineAliasArn": alias, "description": "split", "routingConfiguration": split});
    client.ok("UpdateStateMachineAlias", change).await;
    let shown = client.ok("DescribeStateMachineAlias", describe.clone()).await;
    assert_eq!(
        (&shown["description"], &shown["routingConfiguration"]),
        (&json!("split"), &split),
        "in the order given"
    );
    client.ok("StartExecution", json!({"stateMachineArn": alias})).await;

    assert_eq!(client.ok("DeleteStateMachineAlias", describe.clone()).await, json!({}));
    let gone = client.error("DescribeStateMachineAlias", describe).await;
    assert_eq!(gone, "ResourceNotFound: Request references a resource that does not exist.");
    delete(&client, &arn).await;
    let gone = client.error("ListStateMachineAliases", list).await;
    assert_eq!(gone, format!("StateMachineDoesNotExist: State Machine Does Not Exist: '{arn}'"));
}
