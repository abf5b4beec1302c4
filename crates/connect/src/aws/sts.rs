//! Taking a role.

use super::Aws;
use super::call::{Who, sent_by};
use super::credentials::{Credentials, Held};
use serde_json::{Map, Value, json};
use stateline_protocols::Spelling;

/// The name of sessions that nobody named.
pub(super) const SESSION: &str = "stateline";

/// A role, and how it is taken.
#[derive(Clone, Copy, Debug)]
pub(super) struct Role<'a> {
    pub arn: &'a str,
    pub session: &'a str,
    pub external_id: Option<&'a str>,
    pub region: &'a str,
}

/// Takes a role with credentials.
///
/// # Errors
/// What STS says, or why it cannot be asked.
pub(super) async fn assume(aws: &Aws, own: &Credentials, role: &Role<'_>) -> Result<Held, String> {
    let mut parameters = Map::new();
    parameters.insert("RoleArn".to_owned(), json!(role.arn));
    parameters.insert("RoleSessionName".to_owned(), json!(role.session));
    if let Some(external_id) = role.external_id {
        parameters.insert("ExternalId".to_owned(), json!(external_id));
    }
    ask(aws, "assumeRole", parameters, Some(own), role.region).await
}

/// Takes a role with a token that says who somebody is.
///
/// # Errors
/// As [`assume`].
pub(super) async fn assume_with_token(
    aws: &Aws,
    role: &str,
    session: &str,
    token: &str,
    region: &str,
) -> Result<Held, String> {
    let mut parameters = Map::new();
    parameters.insert("RoleArn".to_owned(), json!(role));
    parameters.insert("RoleSessionName".to_owned(), json!(session));
    parameters.insert("WebIdentityToken".to_owned(), json!(token));
    ask(aws, "assumeRoleWithWebIdentity", parameters, None, region).await
}

async fn ask(
    aws: &Aws,
    action: &str,
    parameters: Map<String, Value>,
    own: Option<&Credentials>,
    region: &str,
) -> Result<Held, String> {
    let who = Who { region, request_id: "", credentials: own };
    let called = sent_by(aws, ("sts", action), &Value::Object(parameters), who, Spelling::Sdk).await;
    let called = called.map_err(|fault| fault.reason())?;
    let credentials = called.result.get("Credentials").cloned().unwrap_or_default();
    let held = Held::read(&credentials, ["AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"]);
    held.ok_or_else(|| "the answer of STS holds no credentials".to_owned())
}
