//! Connections of EventBridge itself, or of what speaks like it: described there, with their secrets
//! at Secrets Manager.

use super::connection::{Connection, ConnectionArn, ConnectionFailure, ConnectionFuture, ConnectionSource};
use super::settings::{Configured, ConnectionConfig};
use crate::aws::{Aws, Behalf, Call, Fault};
use serde_json::{Map, Value, json};
use stateline_base::Arn;
use stateline_protocols::Spelling;
use stateline_runtime::Caller;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a connection is used as it was found; its token is kept as long.
const KEPT: Duration = Duration::from_secs(300);
/// How long it may be used where EventBridge cannot be asked.
const STALE_MAX: Duration = Duration::from_secs(3_600);

/// The connections of the settings first, and then those of EventBridge.
pub(crate) struct Everywhere {
    configured: Arc<Configured>,
    distant: Arc<EventBridge>,
}

impl Everywhere {
    pub fn new(configured: Arc<Configured>, aws: Arc<Aws>) -> Self {
        Everywhere {
            configured,
            distant: Arc::new(EventBridge {
                aws,
                known: Mutex::default(),
                asking: tokio::sync::Mutex::default(),
            }),
        }
    }
}

impl ConnectionSource for Everywhere {
    fn find(&self, arn: &ConnectionArn) -> ConnectionFuture {
        let (configured, distant, arn) = (self.configured.find(arn), self.distant.clone(), arn.clone());
        Box::pin(async move {
            match configured.await {
                Ok(connection) => Ok(connection),
                // Nobody is asked who is not there.
                Err(missing) if !distant.aws.can_call("eventbridge").await => Err(missing),
                Err(_) => distant.find(&arn).await,
            }
        })
    }
}

struct EventBridge {
    aws: Arc<Aws>,
    known: Mutex<HashMap<String, (Instant, Arc<Connection>)>>,
    /// Held by whoever asks; the others wait for what he finds.
    asking: tokio::sync::Mutex<()>,
}

impl EventBridge {
    async fn find(&self, arn: &ConnectionArn) -> Result<Arc<Connection>, ConnectionFailure> {
        if let Some(connection) = self.known(arn, KEPT) {
            return Ok(connection);
        }
        let _asking = self.asking.lock().await;
        if let Some(connection) = self.known(arn, KEPT) {
            return Ok(connection);
        }
        let found = match self.describe(arn).await {
            Ok(connection) => Arc::new(connection),
            // One that was good is used for a while where nobody says that it is not any more.
            Err(failure) => match self.known(arn, STALE_MAX).filter(|_| failure.may_pass()) {
                Some(connection) => return Ok(connection),
                None => return Err(failure),
            },
        };
        let mut known = self.lock();
        known.retain(|_, (since, _)| since.elapsed() < STALE_MAX);
        known.insert(arn.text.clone(), (Instant::now(), found.clone()));
        Ok(found)
    }

    /// What was found within so much time.
    fn known(&self, arn: &ConnectionArn, within: Duration) -> Option<Arc<Connection>> {
        let known = self.lock();
        known.get(&arn.text).filter(|(since, _)| since.elapsed() < within).map(|(_, found)| found.clone())
    }

    async fn describe(&self, arn: &ConnectionArn) -> Result<Connection, ConnectionFailure> {
        let described =
            self.ask(arn, ("eventbridge", "describeConnection"), json!({"Name": arn.name})).await?;
        let text = |member: &str| described.get(member).and_then(Value::as_str).unwrap_or_default();
        match text("ConnectionState") {
            "AUTHORIZED" => {}
            "AUTHORIZING" | "CREATING" | "UPDATING" => return Err(ConnectionFailure::in_progress(arn)),
            state => {
                let cause = format!("Connection '{}' is {state}: {}", arn.name, text("StateReason"));
                return Err(ConnectionFailure::not_authorized(cause));
            }
        }
        let secret = json!({"SecretId": text("SecretArn")});
        let secret = self.ask(arn, ("secretsmanager", "getSecretValue"), secret).await?;
        let secret = secret.get("SecretString").and_then(Value::as_str).unwrap_or_default();
        // What is wrong with a secret is not told: it might be the secret.
        let broken = || {
            let cause = format!("The secret of connection '{}' is none that EventBridge writes", arn.name);
            ConnectionFailure::internal(cause)
        };
        let secret = serde_json::from_str(secret).map_err(|_| broken())?;
        let config: ConnectionConfig =
            serde_json::from_value(config_of(&described, &secret)).map_err(|_| broken())?;
        // Variables and files are this server's own: whoever writes secrets must not read them.
        if !config.is_written_out() {
            return Err(broken());
        }
        config.resolve(&arn.name).map_err(|_| broken())
    }

    async fn ask(
        &self,
        arn: &ConnectionArn,
        (service, action): (&str, &str),
        parameters: Value,
    ) -> Result<Value, ConnectionFailure> {
        let place = Arn::parse(&arn.text).ok();
        let (region, account) = place.map_or(("", ""), |arn| (arn.region, arn.account));
        let behalf = Behalf { region, account, request_id: "", caller: &Caller::default() };
        let call = Call { service, action, parameters: &parameters, spelling: Spelling::Sdk, behalf };
        match self.aws.call(&call).await {
            Ok(called) => Ok(called.result),
            Err(Fault::Service(fault)) if fault.code.as_deref() == Some("ResourceNotFoundException") => {
                let remedy = "make it at EventBridge, or give stateline.toml a table of its name";
                Err(ConnectionFailure::not_found(arn, remedy))
            }
            Err(Fault::Service(fault))
                if fault.code.as_deref().is_some_and(|c| c.contains("AccessDenied")) =>
            {
                Err(ConnectionFailure::denied(Fault::Service(fault).reason()))
            }
            Err(fault) => Err(ConnectionFailure::internal(format!("{service}: {}", fault.reason()))),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, (Instant, Arc<Connection>)>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Description and secret as a table of the settings, whose members have the same names.
fn config_of(described: &Value, secret: &Value) -> Value {
    let mut config = Map::new();
    let mut put = |member: &str, value: Option<&Value>| {
        config.extend(value.map(|value| (member.to_owned(), value.clone())));
    };
    put("authorization", described.get("AuthorizationType"));
    for member in
        ["username", "password", "api_key_name", "api_key_value", "authorization_endpoint", "http_method"]
    {
        put(member, secret.get(member));
    }
    for member in ["client_id", "client_secret"] {
        put(member, secret.get(member).or_else(|| secret.get("client_parameters")?.get(member)));
    }
    let own = parameters_of(secret.get("invocation_http_parameters"));
    put("invocation_http_parameters", Some(&own));
    let of_token = secret.get("oauth_http_parameters").or_else(|| secret.get("o_auth_http_parameters"));
    put("oauth_http_parameters", of_token.map(|given| parameters_of(Some(given))).as_ref());
    Value::Object(config)
}

fn parameters_of(given: Option<&Value>) -> Value {
    let list = |member: &str| given.and_then(|given| given.get(member)).cloned().unwrap_or_else(|| json!([]));
    json!({
        "headers": list("header_parameters"),
        "query_string": list("query_string_parameters"),
        "body": list("body_parameters"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_and_secrets_make_the_tables_of_the_settings() {
        let oauth = config_of(
            &json!({"AuthorizationType": "OAUTH_CLIENT_CREDENTIALS"}),
            &json!({
                "client_parameters": {"client_id": "me", "client_secret": "hush"},
                "authorization_endpoint": "https://host/token", "http_method": "POST",
                "invocation_http_parameters": {"header_parameters": [{"key": "a", "value": "b", "is_value_secret": false}]}
            }),
        );
        let config: ConnectionConfig = serde_json::from_value(oauth).expect("a table");
        assert!(config.resolve("crm").is_ok());
        let basic =
            config_of(&json!({"AuthorizationType": "BASIC"}), &json!({"username": "u", "password": "p"}));
        let config: ConnectionConfig = serde_json::from_value(basic).expect("a table");
        assert!(config.resolve("crm").is_ok());
        assert!(serde_json::from_value::<ConnectionConfig>(config_of(&json!({}), &json!({}))).is_err());
    }

    #[test]
    fn a_secret_cannot_name_variables_and_files_of_this_server() {
        let described = json!({"AuthorizationType": "BASIC"});
        let parameters = json!({"body_parameters": [{"key": "a", "value": {"env": "HOME"}}]});
        for secret in [
            json!({"username": "u", "password": {"file": "/etc/hostname"}}),
            json!({"username": "u", "password": {"env": "HOME"}}),
            json!({"username": "u", "password": "p", "invocation_http_parameters": parameters}),
        ] {
            let config: ConnectionConfig =
                serde_json::from_value(config_of(&described, &secret)).expect("a table");
            assert!(!config.is_written_out(), "{secret}");
        }
    }
}
