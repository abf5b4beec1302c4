//! Functions behind an endpoint, against a small server of our own that plays
//! Lambda: every answer it may give, and none at all.

#![allow(clippy::disallowed_methods, reason = "the tests talk to a real socket")]

mod common;

use bytes::Bytes;
use common::*;
use expect_test::{Expect, expect};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use stateline_connect::{AwsConfig, Config, Connectors, Environment};
use std::convert::Infallible;
use tokio::net::TcpListener;

/// Plays Lambda: the function's name says what it does.
async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let path = head.uri.path().to_owned();
    let function = path.split('/').nth(3).unwrap_or_default().to_owned();
    let body = body.collect().await.expect("a body").to_bytes();
    let seen = |name: &str| head.headers.get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
    let builder = Response::builder().header("x-amzn-RequestId", "r-9");
    let (builder, body) = match function.as_str() {
        "echo" => (builder.header("X-Amz-Executed-Version", "$LATEST"), body),
        "seen" => {
            let seen = json!({
                "path": head.uri.path_and_query().map(ToString::to_string),
                "type": seen("x-amz-invocation-type"),
                "log": seen("x-amz-log-type"),
                "attempt": seen("amz-sdk-invocation-id"),
                "signed": seen("authorization").map(|text| text.split(", Signature").next().map(str::to_owned)),
            });
            (builder.header("X-Amz-Log-Result", "U1RBUlQ="), Bytes::from(seen.to_string()))
        }
        "raises" => (
            builder.header("X-Amz-Function-Error", "Unhandled"),
            Bytes::from_static(br#"{"errorMessage": "no", "errorType": "CustomException"}"#),
        ),
        "busy" => (
            builder.status(429).header("x-amzn-ErrorType", "TooManyRequestsException"),
            Bytes::from_static(br#"{"Reason":"x","Type":"User","message":"Rate Exceeded."}"#),
        ),
        "broken" => (
            builder.status(500).header("x-amzn-ErrorType", "ServiceException"),
            Bytes::from_static(br#"{"Type":"Service","Message":"down"}"#),
        ),
        "gateway" => (Response::builder().status(502), Bytes::from_static(b"<html>bad gateway</html>")),
        name => {
            let message =
                format!("Function not found: arn:aws:lambda:us-east-1:000000000000:function:{name}:$LATEST");
            (
                builder.status(404).header("x-amzn-ErrorType", "ResourceNotFoundException"),
                Bytes::from(json!({"Type": "User", "Message": message}).to_string()),
            )
        }
    };
    Ok(builder.body(Full::new(body)).expect("a response"))
}

async fn lambda() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(answer)));
        }
    });
    format!("http://{address}")
}

/// Connectors that look for functions there, with variables of the environment.
fn connectors(endpoint: Option<String>, variables: &[(&str, &str)]) -> Connectors {
    let mut aws = AwsConfig::default();
    aws.endpoints.extend(endpoint.map(|endpoint| ("lambda".to_owned(), endpoint)));
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let environment = Environment::new(variables.iter().map(owned));
    start(Config { aws, environment, ..Config::new(".") })
}

async fn check(resource: &str, input: Value, expected: Expect) {
    let connectors = connectors(Some(lambda().await), &[]);
    expected.assert_eq(&call(&connectors, resource, &input).await);
}

#[tokio::test]
async fn answers_of_both_forms() {
    check(&format!("{ARN}echo"), json!({"a": 1.0}), expect![[r#"{"a":1.0}"#]]).await;
    let connectors = connectors(Some(lambda().await), &[]);
    let input = json!({"FunctionName": "echo", "Payload": "\"HelloWorld\""});
    let output: Value = serde_json::from_str(&call(&connectors, INVOKE, &input).await).expect("JSON");
    assert_eq!(output["Payload"], "HelloWorld");
    assert_eq!(output["ExecutedVersion"], "$LATEST");
    assert_eq!(output["SdkHttpMetadata"]["AllHttpHeaders"]["Content-Length"], json!(["12"]));
    assert_eq!(output["SdkHttpMetadata"]["HttpHeaders"]["x-amzn-RequestId"], "r-9");
    assert_eq!(output["SdkResponseMetadata"], json!({"RequestId": "r-9"}));
}

#[tokio::test]
async fn requests_are_lambda_s() {
    let keys = [("AWS_ACCESS_KEY_ID", "AKID"), ("AWS_SECRET_ACCESS_KEY", "hush")];
    let connectors = connectors(Some(lambda().await), &keys);
    let input = json!({"FunctionName": "seen", "Qualifier": "live", "LogType": "Tail"});
    let output: Value = serde_json::from_str(&call(&connectors, INVOKE, &input).await).expect("JSON");
    let mut seen = output["Payload"].clone();
    let signed = seen["signed"].take();
    let signed = signed.as_str().expect("a signature");
    assert!(signed.starts_with("AWS4-HMAC-SHA256 Credential=AKID/"), "{signed}");
    assert!(signed.contains("/us-east-1/lambda/aws4_request, SignedHeaders="), "{signed}");
    assert_eq!(
        seen,
        json!({
            "path": "/2015-03-31/functions/seen/invocations?Qualifier=live",
            "type": "RequestResponse",
            "log": "Tail",
            "attempt": "00000000-0000-4000-8000-000000000001",
            "signed": null,
        })
    );
    assert_eq!(output["LogResult"], "U1RBUlQ=");
}

#[tokio::test]
async fn refusals_of_the_service() {
    let arn = |name: &str| format!("{ARN}{name}");
    check(
        &arn("raises"),
        json!({}),
        expect![[r#"CustomException: {"errorMessage": "no", "errorType": "CustomException"}"#]],
    )
    .await;
    let not_found = expect![
        "Lambda.ResourceNotFoundException: Function not found: arn:aws:lambda:us-east-1:000000000000:function:nobody:$LATEST (Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: r-9; Proxy: null)"
    ];
    check(&arn("nobody"), json!({}), not_found).await;
    check(
        &arn("busy"),
        json!({}),
        expect!["Lambda.TooManyRequestsException: Rate Exceeded. (Service: AWSLambda; Status Code: 429; Error Code: TooManyRequestsException; Request ID: r-9; Proxy: null)"],
    )
    .await;
    check(
        &arn("broken"),
        json!({}),
        expect!["Lambda.ServiceException: down (Service: AWSLambda; Status Code: 500; Error Code: ServiceException; Request ID: r-9; Proxy: null)"],
    )
    .await;
    check(
        &arn("gateway"),
        json!({}),
        expect!["Lambda.AWSLambdaException: null (Service: AWSLambda; Status Code: 502; Error Code: null; Request ID: null; Proxy: null)"],
    )
    .await;
}

#[tokio::test]
async fn nobody_listens() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    let connectors = connectors(Some(format!("http://{address}")), &[]);
    let text = call(&connectors, &format!("{ARN}f"), &json!({})).await.replace(&address.to_string(), "HOST");
    expect!["Lambda.SdkClientException: Unable to execute HTTP request: Connect to HOST failed: Connection refused (os error 111)"]
        .assert_eq(&text);
}

#[tokio::test]
async fn an_answer_that_never_comes_is_not_asked_for_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let server = tokio::spawn(async move {
        let mut connections = 0;
        while let Ok(Ok((mut stream, _))) =
            tokio::time::timeout(std::time::Duration::from_millis(500), listener.accept()).await
        {
            connections += 1;
            // Reads something, so that the request has begun, and hangs up.
            let _ = tokio::io::AsyncReadExt::read(&mut stream, &mut [0; 64]).await;
        }
        connections
    });
    let connectors = connectors(Some(format!("http://{address}")), &[]);
    let text = call(&connectors, &format!("{ARN}f"), &json!({})).await;
    assert!(text.starts_with("Lambda.SdkClientException: Unable to execute HTTP request: "), "{text}");
    assert_eq!(server.await.expect("no panic"), 1, "the function may have run: it must not be asked twice");
}

#[tokio::test]
async fn without_an_endpoint_no_function_exists() {
    // No instance is asked for its metadata.
    let connectors = connectors(None, &[("AWS_EC2_METADATA_DISABLED", "true")]);
    let expected = expect![
        "Lambda.ResourceNotFoundException: Function not found: arn:aws:lambda:us-east-1:000000000000:function:f:$LATEST (Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: 00000000-0000-4000-8000-000000000001; Proxy: null)"
    ];
    expected.assert_eq(&call(&connectors, &format!("{ARN}f"), &json!({})).await);
    expected.assert_eq(&call(&connectors, INVOKE, &json!({"FunctionName": "f"})).await);
}
