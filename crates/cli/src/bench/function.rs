//! `bench-function`: the smallest function there is, so that a benchmark of calls measures the
//! engine and not an interpreter. It speaks the Lambda Runtime API and answers with its input.

use super::BenchError;
use super::http::Connection;
use bytes::Bytes;
use hyper::Method;
use std::process::ExitCode;

/// The part of every path before the operation: the API's version.
const VERSION: &str = "/2018-06-01/runtime/invocation";

/// Answers invocations until the server goes away.
///
/// # Errors
/// When it was not started by a server, or the server speaks something else.
pub async fn run() -> Result<ExitCode, BenchError> {
    let address = std::env::var("AWS_LAMBDA_RUNTIME_API").map_err(|_| BenchError::NotAFunction)?;
    let mut connection = Connection::open(&address).await?;
    loop {
        let next = connection.exchange(Method::GET, &format!("{VERSION}/next"), &[], Bytes::new()).await;
        // The server ends its functions with itself.
        let Ok((head, input)) = next else { return Ok(ExitCode::SUCCESS) };
        let id = head.headers.get("lambda-runtime-aws-request-id").and_then(|id| id.to_str().ok());
        let id = id.ok_or(BenchError::NotAFunction)?;
        connection.exchange(Method::POST, &format!("{VERSION}/{id}/response"), &[], input).await?;
    }
}
