//! Credentials of the machine that the server runs on, from its metadata service, version 2.

use super::{Found, Held};
use crate::aws::Aws;
use crate::aws::environment::Environment;
use crate::wire::Sent;
use bytes::Bytes;
use http_body_util::Full;
use hyper::Request;
use std::time::Duration;

const METADATA: &str = "http://169.254.169.254";
const ROLES: &str = "/latest/meta-data/iam/security-credentials/";
const TOKEN_HEADER: &str = "x-aws-ec2-metadata-token";
/// Where there is no such service nothing answers, and nobody should wait for it.
const TIMEOUT: Duration = Duration::from_secs(1);
const ANSWER_BYTES_MAX: usize = 65_536;

/// Whatever goes wrong means that this is no such machine.
pub(super) async fn find(aws: &Aws, environment: &Environment) -> Found {
    if environment.says("AWS_EC2_METADATA_DISABLED") {
        return Ok(None);
    }
    let base = environment.get("AWS_EC2_METADATA_SERVICE_ENDPOINT").unwrap_or(METADATA);
    Ok(ask(aws, base.trim_end_matches('/')).await)
}

async fn ask(aws: &Aws, base: &str) -> Option<Held> {
    let token = Request::put(format!("{base}/latest/api/token"))
        .header("x-aws-ec2-metadata-token-ttl-seconds", "21600")
        .body(Full::default());
    let token = text(aws, token.ok()?).await?;
    let get = |path: &str| {
        Request::get(format!("{base}{path}")).header(TOKEN_HEADER, token.trim()).body(Full::default()).ok()
    };
    let roles = text(aws, get(ROLES)?).await?;
    let role = roles.lines().next()?.trim();
    let document = text(aws, get(&format!("{ROLES}{role}"))?).await?;
    let document = serde_json::from_str(&document).ok()?;
    Held::read(&document, ["AccessKeyId", "SecretAccessKey", "Token", "Expiration"])
}

async fn text(aws: &Aws, request: Sent) -> Option<String> {
    let answer = aws.wire.exchange(request, ANSWER_BYTES_MAX, TIMEOUT).await.ok()?;
    let body: Bytes = answer.body;
    (answer.status == 200).then(|| String::from_utf8_lossy(&body).into_owned())
}
