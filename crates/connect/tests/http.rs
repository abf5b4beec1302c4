//! HTTP Tasks and calls of API Gateway against a small server of our own: what is sent with each kind
//! of connection, and every way in which an answer can go wrong.

#![allow(clippy::disallowed_methods, reason = "the tests talk to real sockets and wait for them")]

mod common;
mod endpoint;

use common::*;
use endpoint::{Endpoint, raw};
use expect_test::{Expect, expect};
use serde_json::{Value, json};
use stateline_connect::{Config, ConnectionConfig, Connectors, Environment};
use stateline_runtime::{Connector, HttpExchange, Outcome};
use std::collections::BTreeMap;
use std::time::Duration;

const HTTP: &str = "arn:aws:states:::http:invoke";
const GATEWAY: &str = "arn:aws:states:::apigateway:invoke";

/// Connectors with a connection of each kind; tokens come from `address`.
fn connectors(address: &str, change: impl FnOnce(&mut Config)) -> Connectors {
    let connections = json!({
        "basic": {"authorization": "BASIC", "username": "me", "password": "hush"},
        "key": {
            "authorization": "API_KEY", "api_key_name": "X-Key", "api_key_value": "hush",
            "invocation_http_parameters": {
                "headers": [{"key": "X-Tenant", "value": "blue"}],
                "query_string": [{"key": "tenant", "value": "blue & green"}],
                "body": [{"key": "tenant", "value": "blue", "is_value_secret": true}]
            }
        },
        "oauth": {
            "authorization": "OAUTH_CLIENT_CREDENTIALS", "client_id": "me", "client_secret": "hush",
            "authorization_endpoint": format!("http://{address}/token"), "http_method": "POST",
            "oauth_http_parameters": {"body": [{"key": "scope", "value": "read"}]}
        },
        "refused": {
            "authorization": "OAUTH_CLIENT_CREDENTIALS", "client_id": "you", "client_secret": "hush",
            "authorization_endpoint": format!("http://{address}/token"), "http_method": "POST"
        }
    });
    let connections: BTreeMap<String, ConnectionConfig> =
        serde_json::from_value(connections).expect("good connections");
    let mut config = Config { connections, ..Config::new(".") };
    change(&mut config);
    start(config)
}

fn arn(connection: &str) -> String {
    format!(
        "arn:aws:events:us-east-1:000000000000:connection/{connection}/81210c42-8af1-456b-9c4a-6ff02fc664ac"
    )
}

/// Parameters of a request to `path`, with more members over them.
fn parameters(address: &str, path: &str, connection: &str, more: &Value) -> Value {
    let mut input = json!({
        "ApiEndpoint": format!("http://{address}{path}"),
        "Method": "POST",
        "InvocationConfig": {"ConnectionArn": arn(connection)}
    });
    for (name, value) in more.as_object().expect("members") {
        input[name] = value.clone();
    }
    input
}

/// Calls `path` and checks the outcome; `HOST` stands for the server's address.
async fn check(path: &str, connection: &str, more: Value, expected: Expect) {
    let server = Endpoint::start().await;
    let connectors = connectors(&server.address, |_| {});
    let input = parameters(&server.address, path, connection, &more);
    let found = call(&connectors, HTTP, &input).await;
    assert!(!found.contains("hush") || found.contains("\"seen\""), "{found}");
    expected.assert_eq(&found.replace(&server.address, "HOST"));
}

/// Calls `/echo` and checks what the server saw.
async fn check_seen(connection: &str, more: Value, expected: Expect) {
    let server = Endpoint::start().await;
    let connectors = connectors(&server.address, |_| {});
    let input = parameters(&server.address, "/echo", connection, &more);
    let output: Value = serde_json::from_str(&call(&connectors, HTTP, &input).await).expect("an answer");
    let seen = output["ResponseBody"]["seen"].as_str().expect("what was seen");
    expected.assert_eq(&seen.replace(&server.address, "HOST"));
}

#[tokio::test]
async fn each_kind_of_connection_authorizes_in_its_way() {
    check_seen(
        "basic",
        json!({"Method": "GET"}),
        expect![[r#"
            GET /echo
            authorization: Basic bWU6aHVzaA==
            host: HOST
            range: bytes=0-262144
            user-agent: Amazon|StepFunctions|HttpInvoke|us-east-1

        "#]],
    )
    .await;
    check_seen(
        "key",
        json!({"RequestBody": {"a": 1, "tenant": "mine"}, "QueryParameters": {"q": ["x", "y"]}}),
        expect![[r#"
            POST /echo?q=x&q=y&tenant=blue%20%26%20green
            content-type: application/json; charset=UTF-8
            host: HOST
            range: bytes=0-262144
            transfer-encoding: chunked
            user-agent: Amazon|StepFunctions|HttpInvoke|us-east-1
            x-key: hush
            x-tenant: blue
            {"a":1,"tenant":"blue"}
        "#]],
    )
    .await;
    check_seen(
        "oauth",
        json!({"Method": "DELETE", "Headers": {"Accept": ["a/b", "c/d"]}}),
        expect![[r#"
            DELETE /echo
            accept: a/b
            accept: c/d
            authorization: Bearer token-1
            host: HOST
            range: bytes=0-262144
            user-agent: Amazon|StepFunctions|HttpInvoke|us-east-1

        "#]],
    )
    .await;
}

#[tokio::test]
async fn bodies_are_forms_on_request() {
    check_seen(
        "basic",
        json!({
            "Headers": {"Content-Type": "application/x-www-form-urlencoded"},
            "RequestBody": {"customer": "Ä 1", "lines": [{"sku": "a"}], "meta": {"x": null}},
            "Transform": {"RequestBodyEncoding": "URL_ENCODED", "RequestEncodingOptions": {"ArrayFormat": "BRACKETS"}}
        }),
        expect![[r#"
            POST /echo
            authorization: Basic bWU6aHVzaA==
            content-type: application/x-www-form-urlencoded
            host: HOST
            range: bytes=0-262144
            transfer-encoding: chunked
            user-agent: Amazon|StepFunctions|HttpInvoke|us-east-1
            customer=%C3%84%201&lines%5B%5D%5Bsku%5D=a&meta%5Bx%5D=
        "#]],
    )
    .await;
}

#[tokio::test]
async fn tokens_are_kept_until_an_endpoint_refuses_them() {
    let server = Endpoint::start().await;
    let connectors = connectors(&server.address, |_| {});
    let input = parameters(&server.address, "/guarded", "oauth", &json!({"Method": "GET"}));
    let answer = async || call(&connectors, HTTP, &input).await;
    let is_let_in = |answer: &str| answer.contains(r#""ResponseBody":"come in""#);
    assert!(is_let_in(&answer().await) && is_let_in(&answer().await));
    assert_eq!(server.tokens_given(), 1);
    let form = "grant_type=client_credentials&client_id=me&client_secret=hush&scope=read";
    assert_eq!(server.token_request(), format!("application/x-www-form-urlencoded {form}"));
    server.revoke_tokens();
    // Nothing is sent twice: the attempt fails, and the author's Retry gets the new token.
    assert_eq!(answer().await, "States.Http.StatusCode.401: who are you?");
    assert_eq!(server.tokens_given(), 1);
    assert!(is_let_in(&answer().await));
    assert_eq!(server.tokens_given(), 2);
}

#[tokio::test]
async fn many_tasks_ask_for_one_token() {
    let server = Endpoint::start().await;
    let connectors = connectors(&server.address, |_| {});
    let input = parameters(&server.address, "/guarded", "oauth", &json!({"Method": "GET"}));
    let calls: Vec<_> =
        (0..20).map(|number| tokio::spawn(connectors.call(attempt(HTTP, &input, number)))).collect();
    for call in calls {
        assert!(matches!(call.await, Ok(Outcome::Succeeded(_))));
    }
    assert_eq!(server.tokens_given(), 1);
}

#[tokio::test]
async fn connections_that_cannot_be_used_say_why() {
    check(
        "/echo",
        "no-such",
        json!({}),
        expect![[r#"Events.ConnectionResource.ResourceNotFound: Connection 'no-such' does not exist (arn:aws:events:us-east-1:000000000000:connection/no-such/81210c42-8af1-456b-9c4a-6ff02fc664ac): give stateline.toml a table [connections."no-such"]"#]],
    )
    .await;
    check(
        "/echo",
        "refused",
        json!({}),
        expect!["Events.ConnectionResource.InvalidConnectionState: The connection has no access token: POST http://HOST/token: the answer is 401 Unauthorized (invalid_client)"],
    )
    .await;
    check(
        "/echo",
        "key",
        json!({"RequestBody": "a text"}),
        expect![[r#"States.Runtime: The Parameters '{"ApiEndpoint":"http://HOST/echo","Method":"POST","InvocationConfig":{"ConnectionArn":"arn:aws:events:us-east-1:000000000000:connection/key/81210c42-8af1-456b-9c4a-6ff02fc664ac"},"RequestBody":"a text"}' could not be used to start the Task: [The connection has body parameters, and the field 'RequestBody' is no object that they could be merged into: give an object, or take the parameters out of the connection]"#]],
    )
    .await;
}

#[tokio::test]
async fn statuses_are_errors_and_causes_are_bodies() {
    check("/status/500", "basic", json!({}), expect![[r#"States.Http.StatusCode.500: {"oh":"no"}"#]]).await;
    check("/status/429", "basic", json!({}), expect![[r#"States.Http.StatusCode.429: {"oh":"no"}"#]]).await;
    // Redirects are not followed: the credentials are meant for the endpoint that was named.
    check("/status/302", "basic", json!({}), expect![[r#"States.Http.StatusCode.302: {"oh":"no"}"#]]).await;
}

#[tokio::test]
async fn answers_are_shaped_as_documented() {
    check(
        "/plain",
        "basic",
        json!({}),
        expect![[r#"{"Headers":{"content-type":["text/plain"],"date":["today"],"x-many":["1","2"],"content-length":["2"]},"ResponseBody":"hi","StatusCode":201,"StatusText":"Created"}"#]],
    )
    .await;
    check(
        "/image",
        "basic",
        json!({}),
        expect!["States.Runtime: The answer of POST http://HOST/image to the HTTP Task 'Call' cannot be used: its content type is image/png"],
    )
    .await;
    check(
        "/large",
        "basic",
        json!({}),
        expect!["States.DataLimitExceeded: The state/task 'arn:aws:states:::http:invoke' returned a result with a size exceeding the maximum number of bytes service limit."],
    )
    .await;
}

/// Calls a server that answers with these bytes, slowly or not at all, and checks the failure.
async fn check_raw(answer: &'static [u8], pause: Duration, expected: Expect) {
    let address = raw(answer, pause).await;
    let connectors = connectors(&address, |config| config.http_timeout = Duration::from_millis(300));
    let found = call(&connectors, HTTP, &parameters(&address, "/x", "basic", &json!({}))).await;
    expected.assert_eq(&found.replace(&address, "HOST"));
}

#[tokio::test]
async fn broken_ways_are_socket_errors_that_tell_where() {
    let now = Duration::ZERO;
    check_raw(
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi",
        now,
        expect!["States.Http.Socket: POST http://HOST/x: the answer broke off: end of file before message length reached"],
    )
    .await;
    check_raw(
        b"",
        now,
        expect!["States.Http.Socket: POST http://HOST/x: HOST failed to respond: connection closed before message completed"],
    )
    .await;
    check_raw(
        b"220 mail.example.com ESMTP\r\n",
        now,
        expect![
            "States.Http.Socket: POST http://HOST/x: HOST failed to respond: invalid HTTP version parsed"
        ],
    )
    .await;
    let late = Duration::from_secs(30);
    check_raw(b"", late, expect!["States.Http.Socket: POST http://HOST/x: no answer within 0.3 seconds"])
        .await;
}

#[tokio::test]
async fn unreachable_endpoints_are_socket_errors_that_tell_where() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    drop(listener);
    let connectors = connectors(&address, |_| {});
    let found = call(&connectors, HTTP, &parameters(&address, "/x", "basic", &json!({}))).await;
    expect![
        "States.Http.Socket: POST http://HOST/x: Connect to HOST failed: Connection refused (os error 111)"
    ]
    .assert_eq(&found.replace(&address, "HOST"));
    let found = call(&connectors, HTTP, &parameters(&address, "/x", "oauth", &json!({}))).await;
    expect!["Events.ConnectionResource.InvalidConnectionState: The connection has no access token: POST http://HOST/token: Connect to HOST failed: Connection refused (os error 111)"]
        .assert_eq(&found.replace(&address, "HOST"));
    let input = json!({"ApiEndpoint": "https://no-such-host.invalid/x", "Method": "GET",
        "Authentication": {"ConnectionArn": arn("basic")}});
    let found = call(&connectors, HTTP, &input).await;
    let start =
        "States.Http.Socket: GET https://no-such-host.invalid/x: Connect to no-such-host.invalid failed: ";
    assert!(found.starts_with(start), "{found}");
}

#[tokio::test]
async fn what_was_sent_is_shown_without_what_the_connection_added() {
    let server = Endpoint::start().await;
    let connectors = connectors(&server.address, |_| {});
    let more = json!({"Headers": {"X-Mine": "m"}, "RequestBody": {"a": 1}, "QueryParameters": {"q": "x"}});
    let input = parameters(&server.address, "/plain", "key", &more);
    let exchange = async |reveal| -> HttpExchange {
        connectors.trace(attempt(HTTP, &input, 1), reveal).await.exchange.expect("something was sent")
    };
    let (revealed, hidden) = (exchange(true).await, exchange(false).await);
    let shown = |exchange: &HttpExchange| {
        let request = &exchange.request;
        let body = request.body.as_deref().unwrap_or("-");
        format!("{} {}\n{}\n{body}\n", request.method, request.url, request.headers)
            .replace(&server.address, "HOST")
    };
    expect![[r#"
        POST http://HOST/plain?q=x&tenant=blue%20%26%20green
        [X-Mine: m, X-Key: hush, X-Tenant: blue, User-Agent: Amazon|StepFunctions|HttpInvoke|us-east-1, Range: bytes=0-262144]
        {"a":1,"tenant":"blue"}
    "#]]
    .assert_eq(&shown(&revealed));
    expect![[r#"
        POST http://HOST/plain?q=x
        [X-Mine: m, User-Agent: Amazon|StepFunctions|HttpInvoke|us-east-1, Range: bytes=0-262144]
        {"a":1}
    "#]]
    .assert_eq(&shown(&hidden));
    let response = hidden.response.expect("an answer");
    assert_eq!(
        (response.protocol.as_str(), response.status_code, response.status_message.as_str()),
        ("http", 201, "Created")
    );
    assert_eq!(
        response.headers,
        "[content-type: text/plain, date: today, x-many: 1, x-many: 2, content-length: 2]"
    );
    assert_eq!(response.body, "hi");
}

#[tokio::test]
async fn connections_can_be_replaced_while_the_server_runs() {
    let server = Endpoint::start().await;
    let connectors = connectors(&server.address, |_| {});
    let input = parameters(&server.address, "/plain", "basic", &json!({}));
    assert!(call(&connectors, HTTP, &input).await.contains("hi"));
    let wrong = serde_json::from_value(json!({"basic": {"authorization": "BASIC"}})).expect("a table");
    assert!(connectors.replace_connections(&wrong).is_err());
    assert!(call(&connectors, HTTP, &input).await.contains("hi"));
    connectors.replace_connections(&BTreeMap::new()).expect("nothing is right");
    assert!(call(&connectors, HTTP, &input).await.starts_with("Events.ConnectionResource.ResourceNotFound"));
}

fn environment(variables: &[(&str, &str)]) -> Environment {
    Environment::new(variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
}

/// Calls API Gateway on the test's server and checks the outcome.
async fn check_gateway(more: Value, expected: Expect) {
    let server = Endpoint::start().await;
    // No instance is asked for its metadata.
    let connectors = connectors(&server.address, |config| {
        config.environment = environment(&[("AWS_EC2_METADATA_DISABLED", "true")]);
    });
    let mut input = json!({"ApiEndpoint": server.address, "Method": "POST"});
    for (name, value) in more.as_object().expect("members") {
        input[name] = value.clone();
    }
    let found = call(&connectors, GATEWAY, &input).await;
    let found = match serde_json::from_str::<Value>(&found) {
        Ok(output) => match output["ResponseBody"]["seen"].as_str() {
            Some(seen) => seen.to_owned(),
            None => found,
        },
        Err(_) => found,
    };
    expected.assert_eq(&found.replace(&server.address, "HOST"));
}

#[tokio::test]
async fn gateways_are_called_by_stage_and_path() {
    check_gateway(
        json!({"Path": "/echo", "Headers": {"TaskToken": ["t"]}, "QueryParameters": {"a": ["1", "2"]},
            "RequestBody": {"a": null, "b": 1}}),
        expect![[r#"
            POST /echo?a=1&a=2
            content-length: 7
            content-type: application/json
            host: HOST
            tasktoken: t
            {"b":1}
        "#]],
    )
    .await;
    check_gateway(
        json!({"Path": "plain", "Method": "GET"}),
        expect![[r#"{"Headers":{"Content-Length":["2"],"Content-Type":["text/plain"],"Date":["today"],"X-Many":["1","2"]},"ResponseBody":"hi","StatusCode":201,"StatusText":"Created"}"#]],
    )
    .await;
    check_gateway(json!({"Stage": "status", "Path": "403"}), expect![[r#"ApiGateway.403: {"oh":"no"}"#]])
        .await;
}

#[tokio::test]
async fn gateways_are_signed_where_a_task_wants_it() {
    check_gateway(
        json!({"Path": "echo", "AuthType": "IAM_ROLE"}),
        expect!["ApiGateway.SdkClientException: Unable to execute HTTP request: POST http://HOST/echo: AuthType IAM_ROLE needs credentials to sign with: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY before the server starts, or use NO_AUTH"],
    )
    .await;
    let server = Endpoint::start().await;
    let keys = [("AWS_ACCESS_KEY_ID", "AKID"), ("AWS_SECRET_ACCESS_KEY", "hush")];
    let connectors = connectors(&server.address, |config| config.environment = environment(&keys));
    let input =
        json!({"ApiEndpoint": server.address, "Method": "GET", "Path": "echo", "AuthType": "IAM_ROLE"});
    let seen = call(&connectors, GATEWAY, &input).await;
    assert!(seen.contains("authorization: AWS4-HMAC-SHA256 Credential=AKID/"), "{seen}");
    assert!(seen.contains("/us-east-1/execute-api/aws4_request"), "{seen}");
}

#[tokio::test]
async fn gateways_that_are_not_there_are_client_errors() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    drop(listener);
    let connectors = connectors(&address, |_| {});
    let found = call(&connectors, GATEWAY, &json!({"ApiEndpoint": address, "Method": "GET"})).await;
    expect!["ApiGateway.SdkClientException: Unable to execute HTTP request: GET http://HOST/: Connect to HOST failed: Connection refused (os error 111)"]
        .assert_eq(&found.replace(&address, "HOST"));
}
