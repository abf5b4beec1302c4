//! Requests in each protocol, and parameters that cannot be sent.

use expect_test::{Expect, expect};
use serde_json::Value;
use stateline_models::Service;
use stateline_protocols::request;
use std::fmt::Write as _;

/// The request as it is on the wire, or what is wrong.
fn check(service: &str, action: &str, parameters: &str, expected: &Expect) {
    let service = Service::find(service).expect("the service is in the table");
    let operation = service.operation(action).expect("the service has the action");
    let parameters: Value = serde_json::from_str(parameters).expect("JSON");
    let mut said = String::new();
    match request(&service, &operation, &parameters, "token-1") {
        Err(bad) => write!(said, "{bad}\n{}", bad.words()).expect("written"),
        Ok(request) => {
            let mark = if request.query.is_empty() { "" } else { "?" };
            let prefix = request.host_prefix.unwrap_or_default();
            writeln!(said, "{} {prefix}{}{mark}{}", request.method, request.path, request.query)
                .expect("written");
            for (name, value) in &request.headers {
                writeln!(said, "{name}: {value}").expect("written");
            }
            write!(said, "{}", String::from_utf8_lossy(&request.body)).expect("written");
            if !request.missing.is_empty() {
                let missing: Vec<&str> = request.missing.iter().map(|lacking| &*lacking.path).collect();
                write!(said, "\nmissing {missing:?}").expect("written");
            }
            if !(request.signed && request.signs_body) {
                write!(said, "\nsigned {} body {}", request.signed, request.signs_body).expect("written");
            }
        }
    }
    expected.assert_eq(&said);
}

#[test]
fn json_names_its_action_in_a_header() {
    check(
        "dynamodb",
        "putItem",
        r#"{"TableName": "t", "Item": {"id": {"S": "ü"}, "n": {"N": "1"}, "z": {"Nul": true}, "b": {"B": "bytes"}, "l": {"L": [{"BOOL": true}]}}}"#,
        &expect![[r#"
            POST /
            X-Amz-Target: DynamoDB_20120810.PutItem
            Content-Type: application/x-amz-json-1.0
            {"TableName": "t", "Item": {"id": {"S": "\u00fc"}, "n": {"N": "1"}, "z": {"NULL": true}, "b": {"B": "Ynl0ZXM="}, "l": {"L": [{"BOOL": true}]}}}"#]],
    );
    check(
        "sqs",
        "sendMessage",
        r#"{"QueueUrl": "http://q/1", "MessageBody": {"a": [1]}}"#,
        &expect![[r#"
        POST /
        X-Amz-Target: AmazonSQS.SendMessage
        Content-Type: application/x-amz-json-1.0
        x-amzn-query-mode: true
        {"QueueUrl": "http://q/1", "MessageBody": "{\"a\":[1]}"}"#]],
    );
    check(
        "cloudwatchlogs",
        "describeLogGroups",
        "{}",
        &expect![[r#"
        POST /
        X-Amz-Target: Logs_20140328.DescribeLogGroups
        Content-Type: application/x-amz-json-1.1
        {}"#]],
    );
}

#[test]
fn forms_name_values_by_their_paths() {
    check(
        "sns",
        "publish",
        r#"{"TopicArn": "arn", "Message": "a b&c", "MessageAttributes": {"k": {"DataType": "String", "StringValue": "v"}}}"#,
        &expect![[r#"
            POST /
            Content-Type: application/x-www-form-urlencoded; charset=utf-8
            Action=Publish&Version=2010-03-31&TopicArn=arn&Message=a+b%26c&MessageAttributes.entry.1.Name=k&MessageAttributes.entry.1.Value.DataType=String&MessageAttributes.entry.1.Value.StringValue=v"#]],
    );
    check(
        "iam",
        "createRole",
        r#"{"RoleName": "r", "AssumeRolePolicyDocument": "{}", "Tags": [{"Key": "k", "Value": "v"}], "MaxSessionDuration": 3600.0}"#,
        &expect![[r#"
            POST /
            Content-Type: application/x-www-form-urlencoded; charset=utf-8
            Action=CreateRole&Version=2010-05-08&RoleName=r&AssumeRolePolicyDocument=%7B%7D&Tags.member.1.Key=k&Tags.member.1.Value=v&MaxSessionDuration=3600"#]],
    );
    check(
        "ec2",
        "runInstances",
        r#"{"MinCount": 1, "MaxCount": 2, "SecurityGroupIds": ["a", "b"], "BlockDeviceMappings": [{"Ebs": {"VolumeSize": 8}}]}"#,
        &expect![[r#"
            POST /
            Content-Type: application/x-www-form-urlencoded; charset=utf-8
            Action=RunInstances&Version=2016-11-15&MinCount=1&MaxCount=2&SecurityGroupId.1=a&SecurityGroupId.2=b&BlockDeviceMapping.1.Ebs.VolumeSize=8&ClientToken=token-1"#]],
    );
}

#[test]
fn rest_puts_members_in_their_places() {
    check(
        "lambda",
        "invoke",
        r#"{"FunctionName": "arn:f", "Qualifier": "a b", "InvocationType": "Event", "Payload": {"x": 1}}"#,
        &expect![[r#"
            POST /2015-03-31/functions/arn%3Af/invocations?Qualifier=a%20b
            X-Amz-Invocation-Type: Event
            {"x":1}"#]],
    );
    check(
        "batch",
        "submitJob",
        r#"{"JobName": "j", "JobQueue": "q", "JobDefinition": "d", "Timeout": {"AttemptDurationSeconds": 60}}"#,
        &expect![[r#"
            POST /v1/submitjob
            Content-Type: application/json
            {"jobName": "j", "jobQueue": "q", "jobDefinition": "d", "timeout": {"attemptDurationSeconds": 60}}"#]],
    );
}

#[test]
fn xml_follows_the_order_of_the_parameters() {
    check(
        "s3",
        "putBucketTagging",
        r#"{"Bucket": "b", "Tagging": {"TagSet": [{"Key": "a<b", "Value": ""}]}}"#,
        &expect![[r#"
            PUT /b?tagging
            x-amz-checksum-crc32: WJR8Vg==
            x-amz-sdk-checksum-algorithm: CRC32
            <Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><TagSet><Tag><Key>a&lt;b</Key><Value /></Tag></TagSet></Tagging>"#]],
    );
    check(
        "route53",
        "changeResourceRecordSets",
        r#"{"HostedZoneId": "/hostedzone/Z1", "ChangeBatch": {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": {"Name": "n", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "1.2.3.4"}]}}]}}"#,
        &expect![[r#"
            POST /2013-04-01/hostedzone/Z1/rrset/
            <ChangeResourceRecordSetsRequest xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><ChangeBatch><Changes><Change><Action>UPSERT</Action><ResourceRecordSet><Name>n</Name><Type>A</Type><TTL>60</TTL><ResourceRecords><ResourceRecord><Value>1.2.3.4</Value></ResourceRecord></ResourceRecords></ResourceRecordSet></Change></Changes></ChangeBatch></ChangeResourceRecordSetsRequest>"#]],
    );
}

/// Recorded of AWS: the text has its quotes in the object, and this checksum.
#[test]
fn streamed_bodies_are_json() {
    check(
        "s3",
        "putObject",
        r#"{"Bucket": "b", "Key": "a b/ü", "Body": "text data"}"#,
        &expect![[r#"
        PUT /b/a%20b/%C3%BC
        Content-Type: text/plain; charset=UTF-8
        x-amz-checksum-crc32: KUmHvQ==
        x-amz-sdk-checksum-algorithm: CRC32
        "text data""#]],
    );
    check(
        "s3",
        "putObject",
        r#"{"Bucket": "b", "Key": "k", "Body": {"Dict": "Value"}, "ContentType": "application/json", "ChecksumAlgorithm": "SHA256", "Metadata": {"m": "v"}}"#,
        &expect![[r#"
            PUT /b/k
            Content-Type: application/json
            x-amz-sdk-checksum-algorithm: SHA256
            x-amz-meta-m: v
            x-amz-checksum-sha256: JjvCknO2ur55Pke9C2zF7Qhaz3YuhR0IJPdq/3SVbMQ=
            {"Dict":"Value"}"#]],
    );
}

#[test]
fn times_take_the_form_of_their_place() {
    check(
        "cloudtrail",
        "lookupEvents",
        r#"{"StartTime": "2024-01-01T00:00:00Z", "EndTime": 1704067200.5}"#,
        &expect![[r#"
            POST /
            X-Amz-Target: com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents
            Content-Type: application/x-amz-json-1.1
            {"StartTime": 1704067200, "EndTime": 1704067200.5}"#]],
    );
    check(
        "rds",
        "describeEvents",
        r#"{"StartTime": "2024-01-01T00:00:00Z"}"#,
        &expect![[r#"
        POST /
        Content-Type: application/x-www-form-urlencoded; charset=utf-8
        Action=DescribeEvents&Version=2014-10-31&StartTime=2024-01-01T00%3A00%3A00Z"#]],
    );
    check(
        "s3",
        "getObject",
        r#"{"Bucket": "b", "Key": "k", "IfModifiedSince": 1704067200}"#,
        &expect![[r#"
        GET /b/k
        If-Modified-Since: Mon, 01 Jan 2024 00:00:00 GMT
    "#]],
    );
}

#[test]
fn what_is_missing_is_sent_without_it_unless_it_is_in_the_address() {
    check(
        "dynamodb",
        "getItem",
        "{}",
        &expect![[r#"
        POST /
        X-Amz-Target: DynamoDB_20120810.GetItem
        Content-Type: application/x-amz-json-1.0
        {}
        missing ["$.TableName", "$.Key"]"#]],
    );
    check(
        "dynamodb",
        "getItem",
        r#"{"TableName": null, "Key": null}"#,
        &expect![[r#"
            POST /
            X-Amz-Target: DynamoDB_20120810.GetItem
            Content-Type: application/x-amz-json-1.0
            {}"#]],
    );
    // On every level, and in both spellings.
    check(
        "rds",
        "describeDBInstances",
        r#"{"Filters": [{"Name": null, "Values": ["v"]}, {}]}"#,
        &expect![[r#"
            POST /
            Content-Type: application/x-www-form-urlencoded; charset=utf-8
            Action=DescribeDBInstances&Version=2014-10-31&Filters.Filter.1.Values.Value.1=v
            missing ["$.Filters[1].Name", "$.Filters[1].Values"]"#]],
    );
    check(
        "rds",
        "startDBInstance",
        r#"{"DbInstanceIdentifier": null}"#,
        &expect![[r#"
            POST /
            Content-Type: application/x-www-form-urlencoded; charset=utf-8
            Action=StartDBInstance&Version=2014-10-31"#]],
    );
    check(
        "s3",
        "getObject",
        r#"{"Bucket": "b", "Key": null}"#,
        &expect![[r#"
            $.Key is required but was missing
            [The field 'Key' is required but was missing]"#]],
    );
    check(
        "s3",
        "getObject",
        r#"{"Bucket": "b"}"#,
        &expect![[r#"
        $.Key is required but was missing
        [The field 'Key' is required but was missing]"#]],
    );
    check(
        "s3",
        "getObject",
        r#"{"Bucket": "", "Key": "k"}"#,
        &expect![[r#"
        $.Bucket must be a string that is not empty
        [The value of the field 'Bucket' has an invalid format]"#]],
    );
    check(
        "s3control",
        "listJobs",
        "{}",
        &expect![[r#"
        $.AccountId is required but was missing
        [The field 'AccountId' is required but was missing]"#]],
    );
}

#[test]
fn parameters_that_do_not_fit_are_named() {
    check(
        "dynamodb",
        "getItem",
        r#"{"TableName": 5, "Key": {"id": {"S": true}}, "tableName": "t", "ConsistentRead": "yes", "AttributesToGet": {}}"#,
        &expect![[r#"
            $.TableName must be a string; $.Key.id.S must be a string; $.tableName is not a parameter of this action; remove it; $.ConsistentRead must be true or false; $.AttributesToGet must be an array
            [The value of the field 'TableName' has an invalid format, The value of the field 'S' has an invalid format, The field 'tableName' is not supported by Step Functions, The value of the field 'ConsistentRead' has an invalid format, The value of the field 'AttributesToGet' has an invalid format]"#]],
    );
    check(
        "sfn",
        "listExecutions",
        r#"{"MaxResults": 1.5}"#,
        &expect![[r#"
        $.MaxResults must be a whole number
        [The value of the field 'MaxResults' has an invalid format]"#]],
    );
    check(
        "s3",
        "putObject",
        r#"{"Bucket": "b", "Key": "k", "CacheControl": "a\nb"}"#,
        &expect![[r#"
        $.CacheControl must be text that fits into a header, without control characters
        [The value of the field 'CacheControl' has an invalid format]"#]],
    );
    check(
        "s3",
        "putObject",
        r#"{"Bucket": "b", "Key": "k", "ChecksumAlgorithm": "XXHASH64"}"#,
        &expect![[r#"
        $.ChecksumAlgorithm must be CRC32, CRC32C, CRC64NVME, SHA1, SHA256, SHA512 or MD5
        [The value of the field 'ChecksumAlgorithm' has an invalid format]"#]],
    );
    check(
        "s3control",
        "listJobs",
        r#"{"AccountId": "a/b"}"#,
        &expect![[r#"
        $.AccountId must be letters, digits, hyphens and periods, as it is part of the host's name
        [The value of the field 'AccountId' has an invalid format]"#]],
    );
    check(
        "sqs",
        "listQueues",
        "[]",
        &expect![[r#"
            $ must be an object
            [The parameters must be an object]"#]],
    );
    check(
        "bedrockruntime",
        "converseStream",
        r#"{"ModelId": "m"}"#,
        &expect![[r#"
            $ must be those of another action: this one streams events, which is not supported
            [The parameters must be those of another action: this one streams events, which is not supported]"#]],
    );
}

#[test]
fn values_that_nest_without_end_are_refused() {
    let service = Service::find("dynamodb").expect("a service");
    let operation = service.operation("putItem").expect("an action");
    let mut deep: Value = serde_json::json!({"S": "x"});
    for _ in 0..100 {
        deep = serde_json::json!({"L": [deep]});
    }
    let parameters = serde_json::json!({"TableName": "t", "Item": {"id": deep}});
    let bad = request(&service, &operation, &parameters, "").expect_err("too deep");
    assert!(bad.to_string().ends_with("must be nested less deeply"), "{bad}");
}

#[test]
fn tokens_stand_in_for_those_that_the_author_left_out() {
    check(
        "ec2",
        "createVolume",
        r#"{"AvailabilityZone": "a"}"#,
        &expect![[r#"
        POST /
        Content-Type: application/x-www-form-urlencoded; charset=utf-8
        Action=CreateVolume&Version=2016-11-15&AvailabilityZone=a&ClientToken=token-1"#]],
    );
    check(
        "athena",
        "startQueryExecution",
        r#"{"QueryString": "q", "ClientRequestToken": "own"}"#,
        &expect![[r#"
            POST /
            X-Amz-Target: AmazonAthena.StartQueryExecution
            Content-Type: application/x-amz-json-1.1
            {"QueryString": "q", "ClientRequestToken": "own"}"#]],
    );
    check(
        "sso",
        "logout",
        r#"{"AccessToken": "t"}"#,
        &expect![[r#"
        POST /logout
        x-amz-sso_bearer_token: t

        signed false body true"#]],
    );
}
