//! A role that is taken with a token in a file (Amazon EKS, CI systems).

use super::{Chain, Found, Held};
use crate::aws::{Aws, sts};

pub(super) async fn find(aws: &Aws, chain: &Chain) -> Found {
    let (Some(file), Some(role)) =
        (chain.environment.get("AWS_WEB_IDENTITY_TOKEN_FILE"), chain.environment.get("AWS_ROLE_ARN"))
    else {
        return Ok(None);
    };
    assume(aws, chain, role, file, chain.environment.get("AWS_ROLE_SESSION_NAME")).await.map(Some)
}

/// The token is read each time: whoever put it there replaces it before it expires.
pub(super) async fn assume(
    aws: &Aws,
    chain: &Chain,
    role: &str,
    file: &str,
    session: Option<&str>,
) -> Result<Held, String> {
    let token = std::fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?;
    sts::assume_with_token(aws, role, session.unwrap_or(sts::SESSION), token.trim(), chain.region()).await
}
