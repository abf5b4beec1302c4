//! `bench-function`: the smallest function there is, so that a benchmark of calls measures the
//! engine and not an interpreter. It speaks the Lambda Runtime API and answers with its input.

use super::BenchError;
use super::http::Connection;
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
    let asking = format!("GET {VERSION}/next HTTP/1.1\r\nhost: {address}\r\n");
    loop {
        // The server ends its functions with itself.
        let Ok(next) = connection.exchange(&asking, b"").await else { return Ok(ExitCode::SUCCESS) };
        let id = next.header("lambda-runtime-aws-request-id").filter(|_| next.status == 200);
        let id = id.ok_or(BenchError::NotAFunction)?;
        let telling = format!("POST {VERSION}/{id}/response HTTP/1.1\r\nhost: {address}\r\n");
        let input = next.body.to_vec();
        connection.exchange(&telling, &input).await?;
    }
}
