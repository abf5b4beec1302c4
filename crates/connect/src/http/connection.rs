//! A connection as EventBridge has it: how requests are authorised, and what is added to each.
//! Where connections are kept is behind [`ConnectionSource`].

use super::oauth::OAuthClient;
use super::secret::Secret;
use stateline_base::{Arn, Failure};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// Where connections are found by their ARN.
pub(crate) trait ConnectionSource: Send + Sync {
    /// The connection. One that keeps its `Arc` keeps the token of an OAuth connection with it.
    fn find(&self, arn: &ConnectionArn) -> ConnectionFuture;
}

/// The future of a connection.
pub(crate) type ConnectionFuture =
    Pin<Box<dyn Future<Output = Result<Arc<Connection>, ConnectionFailure>> + Send>>;

/// A connection, ready for use.
#[derive(Debug)]
pub(crate) struct Connection {
    pub authorization: Authorization,
    /// What is added to each request: `InvocationHttpParameters`.
    pub parameters: HttpParameters,
}

/// How a connection's requests are authorised.
#[derive(Debug)]
pub(crate) enum Authorization {
    Basic { username: String, password: Secret },
    ApiKey { name: String, value: Secret },
    OAuth(Box<OAuthClient>),
}

/// Headers, query parameters and members of a body, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct HttpParameters {
    pub headers: Vec<(String, Secret)>,
    pub query: Vec<(String, Secret)>,
    pub body: Vec<(String, Secret)>,
}

/// `arn:aws:events:<region>:<account>:connection/<name>/<id>`, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ConnectionArn {
    /// As it was written.
    pub text: String,
    pub name: String,
}

impl ConnectionArn {
    /// Takes a text apart; nothing when it is no connection's ARN. The id at its end may be missing.
    pub fn parse(text: &str) -> Option<Self> {
        let arn = Arn::parse(text).ok().filter(|arn| arn.service == "events")?;
        let rest = arn.resource.strip_prefix("connection/")?;
        let name = rest.split('/').next().filter(|name| is_connection_name(name))?;
        Some(ConnectionArn { text: text.to_owned(), name: name.to_owned() })
    }
}

/// Whether EventBridge would take the name: 1 to 64 letters, digits, `.`, `-` and `_`.
pub(crate) fn is_connection_name(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte))
}

/// Why there is no connection, or none that can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ConnectionFailure {
    /// What follows `Events.ConnectionResource.`
    code: &'static str,
    cause: String,
}

impl ConnectionFailure {
    /// There is no such connection.
    pub fn not_found(arn: &ConnectionArn, remedy: &str) -> Self {
        let cause = format!("Connection '{}' does not exist ({}): {remedy}", arn.name, arn.text);
        ConnectionFailure { code: "ResourceNotFound", cause }
    }

    /// It is there, but its authorisation did not come about.
    pub fn not_authorized(cause: String) -> Self {
        ConnectionFailure { code: "InvalidConnectionState", cause }
    }

    /// Its authorisation is still under way.
    pub fn in_progress(arn: &ConnectionArn) -> Self {
        let cause = format!("Connection '{}' is being authorized", arn.name);
        ConnectionFailure { code: "AuthInProgress", cause }
    }

    /// Whoever asks may not use it.
    pub fn denied(cause: String) -> Self {
        ConnectionFailure { code: "AccessDenied", cause }
    }

    /// It cannot be had, for no fault of the author's.
    pub fn internal(cause: String) -> Self {
        ConnectionFailure { code: "InternalError", cause }
    }

    /// Whether it may be otherwise a moment later.
    pub fn may_pass(&self) -> bool {
        self.code == "InternalError"
    }

    /// As the task's failure.
    pub fn failure(self) -> Failure {
        Failure::new(format!("Events.ConnectionResource.{}", self.code), self.cause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_are_named_by_their_arn() {
        let name = |text: &str| ConnectionArn::parse(text).map(|arn| arn.name);
        let crm = Some("crm".to_owned());
        assert_eq!(name("arn:aws:events:us-east-1:000000000000:connection/crm/81210c42-8af1"), crm);
        assert_eq!(name("arn:aws-cn:events:cn-north-1:000000000000:connection/crm"), crm);
        for wrong in [
            "crm",
            "arn:aws:events:us-east-1:000000000000:rule/crm",
            "arn:aws:events:us-east-1:000000000000:connection/",
            "arn:aws:events:us-east-1:000000000000:connection/a b",
            "arn:aws:states:us-east-1:000000000000:connection/crm",
        ] {
            assert_eq!(name(wrong), None, "{wrong}");
        }
    }
}
