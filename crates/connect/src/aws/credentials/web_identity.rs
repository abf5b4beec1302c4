//! A role that is taken with a token in a file (Amazon EKS, CI systems).

use super::{Chain, Found, Held};
use crate::aws::{Aws, sts};

const TOKEN_FILE: &str = "AWS_WEB_IDENTITY_TOKEN_FILE";

pub(super) async fn find(aws: &Aws, chain: &Chain) -> Found {
    let (Some(file), Some(role)) = (chain.environment.get(TOKEN_FILE), chain.environment.get("AWS_ROLE_ARN"))
    else {
        return Ok(None);
    };
    let session = chain.environment.get("AWS_ROLE_SESSION_NAME");
    assume(aws, chain, role, (TOKEN_FILE, file), session).await.map(Some)
}

/// The token is read each time: whoever put it there replaces it before it expires. `source` says who
/// names the file.
pub(super) async fn assume(
    aws: &Aws,
    chain: &Chain,
    role: &str,
    (source, file): (&str, &str),
    session: Option<&str>,
) -> Result<Held, String> {
    let token = std::fs::read_to_string(file).map_err(|error| {
        tracing::warn!(file, source, %error, "the token of a web identity cannot be read");
        format!("{source} cannot be read: {error}")
    })?;
    let session = session.unwrap_or(sts::SESSION);
    let assumed = sts::assume_with_token(aws, role, session, token.trim(), chain.region()).await;
    assumed.map_err(|reason| format!("{source}: {reason}"))
}
