//! What the table says of services, their requests and their hosts.

use expect_test::{Expect, expect};
use stateline_models::{Form, Partition, Protocol, Service, Shape};
use std::fmt::Write as _;

fn service(name: &str) -> Service {
    Service::find(name).expect("the service is in the table")
}

/// The service in a line.
fn check_service(name: &str, expected: &Expect) {
    let service = service(name);
    expected.assert_eq(&format!(
        "{:?} {} id={} target={} api={} xmlns={} prefix={} signing={} compatible={}",
        service.protocol(),
        service.client_name(),
        service.service_id(),
        service.target_prefix(),
        service.api_version(),
        service.xml_namespace(),
        service.endpoint_prefix(),
        service.signing_name(),
        service.is_query_compatible(),
    ));
}

#[test]
fn services_are_described() {
    check_service(
        "dynamodb",
        &expect![
            "Json10 DynamoDb id=DynamoDB target=DynamoDB_20120810 api=2012-08-10 xmlns= prefix=dynamodb signing=dynamodb compatible=false"
        ],
    );
    check_service(
        "sqs",
        &expect![
            "Json10 Sqs id=SQS target=AmazonSQS api=2012-11-05 xmlns= prefix=sqs signing=sqs compatible=true"
        ],
    );
    check_service(
        "cloudwatchlogs",
        &expect![
            "Json11 CloudWatchLogs id=CloudWatch Logs target=Logs_20140328 api=2014-03-28 xmlns= prefix=logs signing=logs compatible=false"
        ],
    );
    check_service(
        "iam",
        &expect![
            "Query Iam id=IAM target= api=2010-05-08 xmlns=https://iam.amazonaws.com/doc/2010-05-08/ prefix=iam signing=iam compatible=false"
        ],
    );
    check_service(
        "bedrockruntime",
        &expect![
            "RestJson BedrockRuntime id=Bedrock Runtime target= api=2023-09-30 xmlns= prefix=bedrock-runtime signing=bedrock compatible=false"
        ],
    );
    assert_eq!(service("ec2").protocol(), Protocol::Ec2);
    assert_eq!(service("s3").protocol(), Protocol::RestXml);
}

/// The members of an operation's input that are not plain.
fn check_operation(name: &str, action: &str, expected: &Expect) {
    let service = service(name);
    let operation = service.operation(action).expect("the service has the action");
    let mut said = format!(
        "{} {} {} prefix={:?} unsigned={} events={} {:?} root={:?}\n",
        operation.name(),
        operation.method(),
        operation.path(),
        operation.host_prefix(),
        operation.is_unsigned(),
        operation.has_event_stream(),
        operation.checksum(),
        operation.input_wire().name,
    );
    let Some(Form::Structure(structure)) = operation.input().map(|shape| shape.form()) else {
        panic!("the input of {action} is no structure")
    };
    for member in structure.members.iter().take(5) {
        let (required, location) = (if member.required { "!" } else { "" }, member.location);
        writeln!(said, "{}{required} {location:?} {}", member.name, member.wire_name()).expect("written");
    }
    writeln!(said, "payload={:?}", structure.payload).expect("written");
    expected.assert_eq(&said);
}

#[test]
fn requests_are_described() {
    check_operation(
        "s3",
        "putObject",
        &expect![[r#"
            PutObject PUT /{Bucket}/{Key+} prefix=None unsigned=false events=false Checksum { algorithm: Some("ChecksumAlgorithm"), validation: None, required: false } root=None
            ACL Some(Header) x-amz-acl
            Body None Body
            Bucket! Some(Uri) Bucket
            CacheControl Some(Header) Cache-Control
            ContentDisposition Some(Header) Content-Disposition
            payload=Some("Body")
        "#]],
    );
    check_operation(
        "sfn",
        "startSyncExecution",
        &expect![[r#"
            StartSyncExecution POST / prefix=Some("sync-") unsigned=false events=false Checksum { algorithm: None, validation: None, required: false } root=None
            stateMachineArn! None stateMachineArn
            name None name
            input None input
            traceHeader None traceHeader
            includedData None includedData
            payload=None
        "#]],
    );
    check_operation(
        "bedrockruntime",
        "converseStream",
        &expect![[r#"
            ConverseStream POST /model/{modelId}/converse-stream prefix=None unsigned=false events=true Checksum { algorithm: None, validation: None, required: false } root=None
            modelId! Some(Uri) modelId
            messages None messages
            system None system
            inferenceConfig None inferenceConfig
            toolConfig None toolConfig
            payload=None
        "#]],
    );
    let sso = service("sso");
    assert!(sso.operation("logout").is_some_and(|operation| operation.is_unsigned()));
}

#[test]
fn errors_are_found_by_their_codes() {
    let found = |name: &str, code: &str| {
        let service = service(name);
        service
            .error(code)
            .map(|error| format!("{} {:?} {} {}", error.name, error.status, error.code, error.exception()))
    };
    assert_eq!(found("s3", "NoSuchKey").as_deref(), Some("NoSuchKey Some(404) NoSuchKey NoSuchKeyException"));
    assert_eq!(
        found("sqs", "QueueDoesNotExist").as_deref(),
        Some("QueueDoesNotExist None QueueDoesNotExist QueueDoesNotExistException")
    );
    assert_eq!(
        found("iam", "NoSuchEntity").as_deref(),
        Some("NoSuchEntityException Some(404) NoSuchEntity NoSuchEntityException")
    );
    assert_eq!(found("iam", "NoSuchEntityException"), found("iam", "NoSuchEntity"));
    assert_eq!(found("iam", ""), None);
}

fn check_host(name: &str, region: &str, expected: &Expect) {
    let host = service(name)
        .host(region)
        .map(|host| format!("{} {} {}", host.name, host.signing_region, host.signing_name));
    expected.assert_eq(&host.unwrap_or_default());
}

#[test]
fn hosts_follow_the_region_and_its_partition() {
    check_host("dynamodb", "eu-west-1", &expect!["dynamodb.eu-west-1.amazonaws.com eu-west-1 dynamodb"]);
    check_host(
        "dynamodb",
        "cn-north-1",
        &expect!["dynamodb.cn-north-1.amazonaws.com.cn cn-north-1 dynamodb"],
    );
    check_host(
        "dynamodb",
        "eu-future-9",
        &expect!["dynamodb.eu-future-9.amazonaws.com eu-future-9 dynamodb"],
    );
    check_host("iam", "eu-west-1", &expect!["iam.amazonaws.com us-east-1 iam"]);
    check_host("iam", "us-gov-east-1", &expect!["iam.us-gov.amazonaws.com us-gov-west-1 iam"]);
    check_host("s3", "us-east-1", &expect!["s3.us-east-1.amazonaws.com us-east-1 s3"]);
    check_host("lambda", "local", &expect![""]);
    assert_eq!(Partition::of_region("us-gov-west-1").map(|partition| partition.id), Some("aws-us-gov"));
    let s3 = service("s3");
    let host =
        |action| s3.operation(action).and_then(|operation| operation.host("eu-west-1")).map(|h| h.name);
    assert_eq!(host("putBucketPolicy").as_deref(), Some("s3.eu-west-1.amazonaws.com"));
    assert_eq!(host("listDirectoryBuckets").as_deref(), Some("s3express-control.eu-west-1.amazonaws.com"));
}

/// Reads every line of every service: none is one that this release cannot read.
#[test]
fn every_shape_of_every_service_can_be_read() {
    let (mut services, mut operations, mut event_streams) = (0, 0, 0);
    for name in Service::names() {
        let service = service(name);
        let mut seen = std::collections::HashSet::new();
        let mut open: Vec<Shape<'_>> = service.errors().map(|error| error.shape).collect();
        for operation in service.operations() {
            operations += 1;
            event_streams += usize::from(operation.has_event_stream());
            assert!(operation.path().starts_with('/'), "{name} {}", operation.name());
            open.extend(operation.input().into_iter().chain(operation.output()));
        }
        while let Some(shape) = open.pop() {
            if !seen.insert(shape.code()) {
                continue;
            }
            match shape.form() {
                Form::Structure(structure) => {
                    assert!(structure.payload.is_none() || structure.payload().is_some(), "{name}");
                    open.extend(structure.members.iter().map(|member| member.shape));
                }
                Form::List(list) => open.push(list.of),
                Form::Map(map) => open.push(map.of),
                Form::Any => assert_eq!(shape.code(), "d", "{name}"),
                _ => {}
            }
        }
        services += 1;
    }
    assert!(services > 400 && operations > 15_000, "{services} {operations}");
    assert!((1..100).contains(&event_streams), "{event_streams}");
}

#[test]
fn few_services_cannot_be_spoken_to() {
    let all = Service::names().filter_map(|name| Some((name, service(name).obstacle()?)));
    let told: Vec<String> = all.map(|(name, obstacle)| format!("{name} {obstacle}\n")).collect();
    expect![[r#"
        accountaccessruntime takes a bearer's token, which a state machine's role cannot give
        cloudwatchomni speaks only CBOR, which is not supported
        codecatalyst takes a bearer's token, which a state machine's role cannot give
        eventbridgev2 speaks only CBOR, which is not supported
        importexport takes only signature version 2, which is not made any more
        partnercentralrevenuemeasurement speaks only CBOR, which is not supported
        simpledb takes only signature version 2, which is not made any more
    "#]]
    .assert_eq(&told.concat());
}
