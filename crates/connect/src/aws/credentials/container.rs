//! Credentials of the container that the server runs in, from the agent that hands them out.

use super::{Found, Held};
use crate::aws::Aws;
use crate::aws::environment::Environment;
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_secs(5);
const ANSWER_BYTES_MAX: usize = 65_536;
/// Where the relative address is meant (Amazon ECS).
const AGENT: &str = "http://169.254.170.2";
const TOKEN_FILE: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";

pub(super) async fn find(aws: &Aws, environment: &Environment) -> Found {
    let uri = match (
        environment.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"),
        environment.get("AWS_CONTAINER_CREDENTIALS_FULL_URI"),
    ) {
        (Some(path), _) => format!("{AGENT}{path}"),
        (None, Some(uri)) => uri.to_owned(),
        (None, None) => return Ok(None),
    };
    let told = |reason: &dyn std::fmt::Display| {
        tracing::warn!(uri, %reason, "the container's credentials cannot be fetched");
        format!("credentials of the container: {reason}")
    };
    let token = match environment.get(TOKEN_FILE) {
        Some(path) => Some(std::fs::read_to_string(path).map_err(|error| {
            tracing::warn!(path, %error, "the token for the container's credentials cannot be read");
            told(&format!("the file of {TOKEN_FILE} cannot be read: {error}"))
        })?),
        None => environment.get("AWS_CONTAINER_AUTHORIZATION_TOKEN").map(str::to_owned),
    };
    let mut request = hyper::Request::get(&uri);
    if let Some(token) = &token {
        request = request.header("authorization", token.trim());
    }
    let request = request.body(http_body_util::Full::default()).map_err(|error| told(&error))?;
    let answer =
        aws.wire.exchange(request, ANSWER_BYTES_MAX, TIMEOUT).await.map_err(|reason| told(&reason))?;
    if answer.status != 200 {
        return Err(told(&format!("status {}", answer.status)));
    }
    let document = serde_json::from_slice(&answer.body).unwrap_or_default();
    let held = Held::read(&document, ["AccessKeyId", "SecretAccessKey", "Token", "Expiration"]);
    held.map(Some).ok_or_else(|| told(&"the answer holds no credentials"))
}
