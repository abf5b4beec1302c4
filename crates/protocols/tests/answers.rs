//! Answers in each protocol, and the errors of services.

use expect_test::{Expect, expect};
use proptest::prelude::{ProptestConfig, any, prop, proptest};
use stateline_models::Service;
use stateline_protocols::{Spelling, answer};

/// The result, or the fault in a line.
fn check(service: &str, action: &str, status: u16, headers: &[(&str, &str)], body: &str, expected: &Expect) {
    check_as(Spelling::Sdk, service, action, status, headers, body.as_bytes(), expected);
}

fn check_as(
    spelling: Spelling,
    service: &str,
    action: &str,
    status: u16,
    headers: &[(&str, &str)],
    body: &[u8],
    expected: &Expect,
) {
    let service = Service::find(service).expect("the service is in the table");
    let operation = service.operation(action).expect("the service has the action");
    let headers: Vec<(String, String)> =
        headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let said = match answer(&service, &operation, status, &headers, body, spelling) {
        Ok(result) => result.to_string(),
        Err(fault) => format!(
            "{} code={:?} exception={:?} message={:?} ids={:?} {:?} members={} unreadable={}",
            fault.status,
            fault.code,
            fault.exception,
            fault.message,
            fault.request_id,
            fault.extended_request_id,
            fault.members,
            fault.unreadable
        ),
    };
    expected.assert_eq(&said);
}

#[test]
fn json_is_respelt() {
    check(
        "dynamodb",
        "getItem",
        200,
        &[],
        r#"{"Item": {"id": {"S": "x"}, "z": {"NULL": true}, "b": {"B": "AAE="}, "t": {"B": "YQ=="}}}"#,
        &expect![[r#"{"Item":{"id":{"S":"x"},"z":{"Nul":true},"b":{"B":"\u0000\u0001"},"t":{"B":"a"}}}"#]],
    );
    check("dynamodb", "putItem", 200, &[], "{}", &expect!["{}"]);
    let times = r#"{"executionArn": "a", "startDate": 1763683200.123}"#;
    check(
        "sfn",
        "startExecution",
        200,
        &[],
        times,
        &expect![[r#"{"ExecutionArn":"a","StartDate":"2025-11-21T00:00:00.123Z"}"#]],
    );
    check_as(
        Spelling::Optimised,
        "sfn",
        "startExecution",
        200,
        &[],
        times.as_bytes(),
        &expect![[r#"{"ExecutionArn":"a","StartDate":1763683200123}"#]],
    );
    let sent = r#"{"MD5OfMessageBody": "m", "MessageId": "i"}"#;
    check("sqs", "sendMessage", 200, &[], sent, &expect![[r#"{"Md5OfMessageBody":"m","MessageId":"i"}"#]]);
    check_as(
        Spelling::Optimised,
        "sqs",
        "sendMessage",
        200,
        &[],
        sent.as_bytes(),
        &expect![[r#"{"MD5OfMessageBody":"m","MessageId":"i"}"#]],
    );
}

#[test]
fn xml_is_read_within_its_wrapper() {
    check(
        "sns",
        "publish",
        200,
        &[],
        "<PublishResponse xmlns=\"http://sns/\"><PublishResult><MessageId>m&amp;1</MessageId></PublishResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></PublishResponse>",
        &expect![[r#"{"MessageId":"m&1"}"#]],
    );
    check(
        "rds",
        "describeDBInstances",
        200,
        &[],
        "<R><DescribeDBInstancesResult><DBInstances><DBInstance><DBInstanceIdentifier>d</DBInstanceIdentifier><AllocatedStorage>20</AllocatedStorage><MultiAZ>false</MultiAZ><InstanceCreateTime>2024-01-01T00:00:00.5Z</InstanceCreateTime></DBInstance></DBInstances></DescribeDBInstancesResult></R>",
        &expect![[
            r#"{"DbInstances":[{"AllocatedStorage":20,"DbInstanceIdentifier":"d","InstanceCreateTime":"2024-01-01T00:00:00.500Z","MultiAZ":false}]}"#
        ]],
    );
    check(
        "ec2",
        "describeInstances",
        200,
        &[],
        "<R><requestId>r</requestId><reservationSet><item><instancesSet><item><instanceId>i</instanceId><tagSet/></item></instancesSet></item></reservationSet></R>",
        &expect![[r#"{"Reservations":[{"Instances":[{"InstanceId":"i","Tags":[]}]}]}"#]],
    );
}

/// The members and their order are recorded of AWS.
#[test]
fn objects_come_with_their_headers_and_their_body_last() {
    let headers = [
        ("accept-ranges", "bytes"),
        ("Content-Length", "9"),
        ("Content-Type", "binary/octet-stream"),
        ("ETag", "\"e\""),
        ("Last-Modified", "Mon, 01 Jan 2024 00:00:00 GMT"),
        ("x-amz-server-side-encryption", "AES256"),
        ("Expires", "never"),
    ];
    check(
        "s3",
        "getObject",
        200,
        &headers,
        "text data",
        &expect![[
            r#"{"AcceptRanges":"bytes","ContentLength":9,"ContentType":"binary/octet-stream","ETag":"\"e\"","ExpiresString":"never","LastModified":"2024-01-01T00:00:00Z","Metadata":{},"ServerSideEncryption":"AES256","Body":"text data"}"#
        ]],
    );
    check_as(
        Spelling::Sdk,
        "s3",
        "getObject",
        200,
        &[("x-amz-meta-K", "v")],
        b"\xff\x00",
        &expect![[r#"{"Metadata":{"K":"v"},"Body":"/wA="}"#]],
    );
    check(
        "s3",
        "getBucketLocation",
        200,
        &[],
        "<?xml version=\"1.0\"?><LocationConstraint xmlns=\"http://s3/\">eu-west-1</LocationConstraint>",
        &expect![[r#"{"LocationConstraint":"eu-west-1"}"#]],
    );
    check("s3", "getBucketLocation", 200, &[], "<LocationConstraint/>", &expect!["{}"]);
}

#[test]
fn payloads_and_status_belong_to_the_result() {
    check(
        "lambda",
        "invoke",
        200,
        &[("X-Amz-Executed-Version", "$LATEST"), ("X-Amz-Function-Error", "Unhandled")],
        r#"{"errorMessage": "e"}"#,
        &expect![[
            r#"{"ExecutedVersion":"$LATEST","FunctionError":"Unhandled","Payload":"{\"errorMessage\": \"e\"}","StatusCode":200}"#
        ]],
    );
    check(
        "apigateway",
        "getExport",
        200,
        &[("Content-Type", "application/json")],
        "{}",
        &expect![[r#"{"Body":"{}","ContentType":"application/json"}"#]],
    );
}

#[test]
fn errors_are_known_in_every_spelling() {
    check(
        "dynamodb",
        "getItem",
        400,
        &[("x-amzn-RequestId", "r")],
        r#"{"__type": "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException", "message": "no table"}"#,
        &expect![[
            r#"400 code=Some("ResourceNotFoundException") exception=Some("ResourceNotFoundException") message=Some("no table") ids=Some("r") None members={"Message":"no table"} unreadable=false"#
        ]],
    );
    check(
        "dynamodb",
        "getItem",
        400,
        &[],
        r#"{"__type": "com.amazon.coral.validate#ValidationException", "Message": "bad"}"#,
        &expect![[
            r#"400 code=Some("ValidationException") exception=None message=Some("bad") ids=None None members={} unreadable=false"#
        ]],
    );
    check(
        "sqs",
        "sendMessage",
        400,
        &[("x-amzn-query-error", "AWS.SimpleQueueService.NonExistentQueue;Sender")],
        r#"{"__type": "com.amazonaws.sqs#QueueDoesNotExist", "message": "no queue"}"#,
        &expect![[
            r#"400 code=Some("AWS.SimpleQueueService.NonExistentQueue") exception=Some("QueueDoesNotExistException") message=Some("no queue") ids=None None members={"Message":"no queue"} unreadable=false"#
        ]],
    );
    check(
        "lambda",
        "invoke",
        404,
        &[("x-amzn-ErrorType", "ResourceNotFoundException:http://internal/")],
        r#"{"Message": "no function", "Type": "User"}"#,
        &expect![[
            r#"404 code=Some("ResourceNotFoundException") exception=Some("ResourceNotFoundException") message=Some("no function") ids=None None members={"Message":"no function","Type":"User"} unreadable=false"#
        ]],
    );
    check(
        "sns",
        "publish",
        404,
        &[],
        "<ErrorResponse><Error><Type>Sender</Type><Code>NotFound</Code><Message>no topic</Message></Error><RequestId>r</RequestId></ErrorResponse>",
        &expect![[
            r#"404 code=Some("NotFound") exception=Some("NotFoundException") message=Some("no topic") ids=Some("r") None members={} unreadable=false"#
        ]],
    );
    check(
        "ec2",
        "describeInstances",
        400,
        &[],
        "<Response><Errors><Error><Code>InvalidInstanceID.Malformed</Code><Message>m</Message></Error></Errors><RequestID>r</RequestID></Response>",
        &expect![[
            r#"400 code=Some("InvalidInstanceID.Malformed") exception=None message=Some("m") ids=Some("r") None members={} unreadable=false"#
        ]],
    );
}

#[test]
fn errors_of_s3_have_two_ids() {
    check(
        "s3",
        "getObject",
        404,
        &[("x-amz-request-id", "r"), ("x-amz-id-2", "h")],
        "<?xml version=\"1.0\"?>\n<Error><Code>NoSuchBucket</Code><Message>The specified bucket does not exist</Message><RequestId>r</RequestId><HostId>h</HostId></Error>",
        &expect![[
            r#"404 code=Some("NoSuchBucket") exception=Some("NoSuchBucketException") message=Some("The specified bucket does not exist") ids=Some("r") Some("h") members={} unreadable=false"#
        ]],
    );
    check(
        "s3",
        "headObject",
        404,
        &[("x-amz-request-id", "r")],
        "",
        &expect![[
            r#"404 code=None exception=Some("NoSuchKeyException") message=None ids=Some("r") None members={} unreadable=false"#
        ]],
    );
    check(
        "s3",
        "headObject",
        403,
        &[],
        "",
        &expect!["403 code=None exception=None message=None ids=None None members={} unreadable=false"],
    );
    check(
        "s3",
        "copyObject",
        200,
        &[],
        "<Error><Code>InternalError</Code><Message>again</Message></Error>",
        &expect![[
            r#"200 code=Some("InternalError") exception=None message=Some("again") ids=None None members={} unreadable=false"#
        ]],
    );
}

#[test]
fn answers_that_cannot_be_read_are_faults_of_the_client() {
    check(
        "dynamodb",
        "getItem",
        200,
        &[],
        "<html>",
        &expect![[
            r#"200 code=None exception=None message=Some("Unable to unmarshall response: its body is no JSON: expected value at line 1 column 1") ids=None None members={} unreadable=true"#
        ]],
    );
    check(
        "dynamodb",
        "getItem",
        200,
        &[],
        r#"{"Item": []}"#,
        &expect![[
            r#"200 code=None exception=None message=Some("Unable to unmarshall response: Item is no object") ids=None None members={} unreadable=true"#
        ]],
    );
    check(
        "sns",
        "publish",
        200,
        &[],
        "<PublishResponse/>",
        &expect![[
            r#"200 code=None exception=None message=Some("Unable to unmarshall response: its body has no PublishResult") ids=None None members={} unreadable=true"#
        ]],
    );
    check(
        "sns",
        "publish",
        200,
        &[],
        "",
        &expect![[
            r#"200 code=None exception=None message=Some("Unable to unmarshall response: its body has no PublishResult") ids=None None members={} unreadable=true"#
        ]],
    );
    check(
        "dynamodb",
        "getItem",
        503,
        &[],
        "<html>busy</html>",
        &expect!["503 code=None exception=None message=None ids=None None members={} unreadable=false"],
    );
    check(
        "sns",
        "publish",
        502,
        &[],
        "<html><body>",
        &expect!["502 code=None exception=None message=None ids=None None members={} unreadable=false"],
    );
    check(
        "kms",
        "encrypt",
        200,
        &[],
        r#"{"CiphertextBlob": "%"}"#,
        &expect![[
            r#"200 code=None exception=None message=Some("Unable to unmarshall response: CiphertextBlob is no Base64") ids=None None members={} unreadable=true"#
        ]],
    );
    check(
        "dynamodb",
        "getItem",
        200,
        &[],
        &"[".repeat(100_000),
        &expect![[
            r#"200 code=None exception=None message=Some("Unable to unmarshall response: its body is no JSON: recursion limit exceeded at line 1 column 128") ids=None None members={} unreadable=true"#
        ]],
    );
    check(
        "sns",
        "publish",
        200,
        &[],
        &"<a>".repeat(100_000),
        &expect![[
            r#"200 code=None exception=None message=Some("Unable to unmarshall response: its body is no XML: it nests deeper than 128 elements") ids=None None members={} unreadable=true"#
        ]],
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    /// Whatever comes, there is a result or a fault.
    #[test]
    fn no_answer_ends_the_process(
        which in 0_usize..6,
        status in 100_u16..600,
        body in prop::collection::vec(any::<u8>(), 0..200),
        piece in "(<[a-zA-Z]{0,3}/?>|</[a-z]>|&#?[a-z0-9]*;|[\\[\\]{}\":,a0]){0,30}",
        header in ".{0,20}",
    ) {
        let actions = [
            ("dynamodb", "getItem"), ("sns", "publish"), ("ec2", "describeInstances"), ("s3", "getObject"),
            ("lambda", "invoke"), ("s3", "listObjectsV2"),
        ];
        let (service, action) = actions[which];
        let service = Service::find(service).expect("a service");
        let operation = service.operation(action).expect("an action");
        let headers = [("Last-Modified".to_owned(), header.clone()), ("x-amzn-query-error".to_owned(), header)];
        for body in [&body[..], piece.as_bytes()] {
            let read = answer(&service, &operation, status, &headers, body, Spelling::Sdk);
            assert!(read.is_err() || status < 300);
        }
    }
}
