//! The connections of `stateline.toml`: `[connections.NAME]`, with the members of EventBridge's
//! `CreateConnection`. Every mistake in them is found at start.

use super::connection::{
    Authorization, Connection, ConnectionArn, ConnectionFailure, ConnectionFuture, ConnectionSource,
    HttpParameters, is_connection_name,
};
use super::endpoint::Endpoint;
use super::oauth::OAuthClient;
use super::secret::{Secret, SecretConfig};
use crate::config::ConfigError;
use hyper::Method;
use hyper::header::{HeaderName, HeaderValue};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::Mutex;

/// Parameters of one kind that a connection may have, as on AWS.
const PARAMETERS_MAX: usize = 100;
/// Headers that belong to the transport; a connection cannot set them.
const TRANSPORT_HEADERS: [&str; 8] =
    ["host", "content-length", "transfer-encoding", "connection", "te", "trailer", "upgrade", "expect"];

/// One `[connections.NAME]` table.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConnectionConfig {
    /// How requests are authorised, which says which of the other members there are.
    pub authorization: AuthorizationType,
    /// `BASIC`.
    pub username: Option<String>,
    /// `BASIC`.
    pub password: Option<SecretConfig>,
    /// `API_KEY`: the header that the key stands in.
    pub api_key_name: Option<String>,
    /// `API_KEY`.
    pub api_key_value: Option<SecretConfig>,
    /// `OAUTH_CLIENT_CREDENTIALS`.
    pub client_id: Option<String>,
    /// `OAUTH_CLIENT_CREDENTIALS`.
    pub client_secret: Option<SecretConfig>,
    /// `OAUTH_CLIENT_CREDENTIALS`: where tokens are asked for.
    pub authorization_endpoint: Option<String>,
    /// `OAUTH_CLIENT_CREDENTIALS`: how they are asked for.
    pub http_method: Option<TokenMethod>,
    /// `OAUTH_CLIENT_CREDENTIALS`: what is added to the request for a token.
    pub oauth_http_parameters: Option<ParametersConfig>,
    /// What is added to each request of a task.
    #[serde(default)]
    pub invocation_http_parameters: ParametersConfig,
}

/// `AuthorizationType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AuthorizationType {
    /// A user and a password.
    Basic,
    /// A key in a header.
    ApiKey,
    /// A token that an authorization server gives for client credentials.
    OauthClientCredentials,
}

/// `ConnectionOAuthHttpMethod`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum TokenMethod {
    /// Everything stands in the query.
    Get,
    /// Everything stands in the body.
    Post,
    /// Everything stands in the body.
    Put,
}

/// `ConnectionHttpParameters`: at most 100 of each kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ParametersConfig {
    /// Headers.
    pub headers: Vec<ParameterConfig>,
    /// Query parameters.
    pub query_string: Vec<ParameterConfig>,
    /// Members of a body that is a JSON object or a form.
    pub body: Vec<ParameterConfig>,
}

/// One parameter.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParameterConfig {
    /// Its name.
    pub key: String,
    /// Its value.
    pub value: SecretConfig,
    /// Whether the settings may be printed with the value in them. A value that stands elsewhere is
    /// never printed; and what a connection adds to a request is not shown for either.
    #[serde(default)]
    pub is_value_secret: bool,
}

impl fmt::Debug for ParameterConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            SecretConfig::Text(value) if !self.is_value_secret => {
                write!(f, "{}: {}", self.key, value.reveal())
            }
            value => write!(f, "{}: {value:?}", self.key),
        }
    }
}

impl ConnectionConfig {
    /// Whether every secret stands in it, none in a variable or a file.
    pub(crate) fn is_written_out(&self) -> bool {
        let own = [&self.password, &self.api_key_value, &self.client_secret];
        let parameters = self.oauth_http_parameters.iter().chain([&self.invocation_http_parameters]);
        let lists = parameters.flat_map(|all| [&all.headers, &all.query_string, &all.body]);
        own.into_iter().flatten().all(SecretConfig::is_written_out)
            && lists.flatten().all(|parameter| parameter.value.is_written_out())
    }

    /// Makes the paths of files with secrets absolute: they are meant from `folder`.
    pub fn locate(&mut self, folder: &Path) {
        let own = [&mut self.password, &mut self.api_key_value, &mut self.client_secret];
        own.into_iter().flatten().for_each(|secret| secret.locate(folder));
        let parameters = self.oauth_http_parameters.iter_mut().chain([&mut self.invocation_http_parameters]);
        for parameters in parameters {
            let lists = [&mut parameters.headers, &mut parameters.query_string, &mut parameters.body];
            for parameter in lists.into_iter().flatten() {
                parameter.value.locate(folder);
            }
        }
    }

    /// Checks everything but the secrets that stand elsewhere.
    ///
    /// # Errors
    /// The first mistake, with the key that it is at.
    pub fn check(&self, name: &str) -> Result<(), ConfigError> {
        // A text of one character stands for what is read later; it fits everywhere.
        let read = |secret: &SecretConfig| match secret.is_written_out() {
            true => secret.read(),
            false => Ok(Secret::new("x")),
        };
        Reader { name, config: self, read: &read }.connection().map(drop)
    }

    /// The connection, with its secrets.
    ///
    /// # Errors
    /// The first mistake, with the key that it is at.
    pub(crate) fn resolve(&self, name: &str) -> Result<Connection, ConfigError> {
        Reader { name, config: self, read: &SecretConfig::read }.connection()
    }
}

/// Reads one table.
struct Reader<'a> {
    name: &'a str,
    config: &'a ConnectionConfig,
    read: &'a dyn Fn(&SecretConfig) -> Result<Secret, String>,
}

impl Reader<'_> {
    fn connection(&self) -> Result<Connection, ConfigError> {
        if !is_connection_name(self.name) {
            let message = "a connection's name has 1 to 64 letters, digits, '.', '-' and '_'".to_owned();
            return Err(ConfigError::Connection { connection: self.name.to_owned(), message });
        }
        self.only_what_belongs()?;
        let config = self.config;
        let authorization = match config.authorization {
            AuthorizationType::Basic => self.basic()?,
            AuthorizationType::ApiKey => self.api_key()?,
            AuthorizationType::OauthClientCredentials => Authorization::OAuth(Box::new(self.oauth()?)),
        };
        let parameters = self.parameters("invocation_http_parameters", &config.invocation_http_parameters)?;
        Ok(Connection { authorization, parameters })
    }

    fn basic(&self) -> Result<Authorization, ConfigError> {
        let username = self.plain("username", self.config.username.as_ref())?;
        if username.contains(':') {
            return Err(self.fail("username", "has no colon: it ends at the first one".to_owned()));
        }
        let password = self.secret("password", self.config.password.as_ref())?;
        Ok(Authorization::Basic { username, password })
    }

    fn api_key(&self) -> Result<Authorization, ConfigError> {
        let name = self.needed("api_key_name", self.config.api_key_name.as_ref())?;
        let name = self.header("api_key_name", name)?;
        let value = self.secret("api_key_value", self.config.api_key_value.as_ref())?;
        match HeaderValue::from_str(value.reveal()) {
            Ok(_) => Ok(Authorization::ApiKey { name, value }),
            Err(_) => Err(self.fail("api_key_value", "cannot stand in a header".to_owned())),
        }
    }

    fn oauth(&self) -> Result<OAuthClient, ConfigError> {
        let config = self.config;
        let key = "authorization_endpoint";
        let endpoint = Endpoint::parse(self.needed(key, config.authorization_endpoint.as_ref())?)
            .map_err(|reason| self.fail(key, reason))?;
        let method = match self.needed("http_method", config.http_method.as_ref())? {
            TokenMethod::Get => Method::GET,
            TokenMethod::Post => Method::POST,
            TokenMethod::Put => Method::PUT,
        };
        let parameters = match &config.oauth_http_parameters {
            Some(parameters) => self.parameters("oauth_http_parameters", parameters)?,
            None => HttpParameters::default(),
        };
        Ok(OAuthClient {
            client_id: self.plain("client_id", config.client_id.as_ref())?,
            client_secret: self.secret("client_secret", config.client_secret.as_ref())?,
            endpoint,
            method,
            parameters,
            token: Mutex::default(),
        })
    }

    /// Refuses members of another kind of authorization.
    fn only_what_belongs(&self) -> Result<(), ConfigError> {
        use AuthorizationType::{ApiKey, Basic, OauthClientCredentials as OAuth};
        let config = self.config;
        let members = [
            ("username", config.username.is_some(), Basic),
            ("password", config.password.is_some(), Basic),
            ("api_key_name", config.api_key_name.is_some(), ApiKey),
            ("api_key_value", config.api_key_value.is_some(), ApiKey),
            ("client_id", config.client_id.is_some(), OAuth),
            ("client_secret", config.client_secret.is_some(), OAuth),
            ("authorization_endpoint", config.authorization_endpoint.is_some(), OAuth),
            ("http_method", config.http_method.is_some(), OAuth),
            ("oauth_http_parameters", config.oauth_http_parameters.is_some(), OAuth),
        ];
        match members.into_iter().find(|(_, given, kind)| *given && *kind != config.authorization) {
            Some((key, _, kind)) => {
                let (kind, is) = (word(kind), word(config.authorization));
                Err(self.fail(key, format!("belongs to {kind}, but authorization is {is}; leave it out")))
            }
            None => Ok(()),
        }
    }

    fn needed<'b, T>(&self, key: &str, value: Option<&'b T>) -> Result<&'b T, ConfigError> {
        value.ok_or_else(|| self.fail(key, format!("missing: {} needs it", word(self.config.authorization))))
    }

    fn plain(&self, key: &str, value: Option<&String>) -> Result<String, ConfigError> {
        let text = self.needed(key, value)?;
        self.fits(key, text)?;
        Ok(text.clone())
    }

    fn secret(&self, key: &str, value: Option<&SecretConfig>) -> Result<Secret, ConfigError> {
        let secret = (self.read)(self.needed(key, value)?).map_err(|reason| self.fail(key, reason))?;
        self.fits(key, secret.reveal())?;
        Ok(secret)
    }

    /// As on AWS: 1 to 512 characters; they have to fit into a header.
    fn fits(&self, key: &str, text: &str) -> Result<(), ConfigError> {
        if !(1..=512).contains(&text.chars().count()) {
            return Err(self.fail(key, "has 1 to 512 characters".to_owned()));
        }
        if text.chars().any(char::is_control) {
            return Err(self.fail(key, "has no control characters and no line breaks".to_owned()));
        }
        Ok(())
    }

    fn parameters(&self, key: &str, config: &ParametersConfig) -> Result<HttpParameters, ConfigError> {
        let list = |kind: &str, list: &[ParameterConfig]| {
            let key = format!("{key}.{kind}");
            if list.len() > PARAMETERS_MAX {
                return Err(self.fail(&key, format!("has at most {PARAMETERS_MAX} entries")));
            }
            let parameter = |(index, parameter): (usize, &ParameterConfig)| {
                let key = format!("{key}[{index}]");
                if parameter.key.is_empty() {
                    return Err(self.fail(&key, "the key is empty".to_owned()));
                }
                let value = (self.read)(&parameter.value).map_err(|reason| self.fail(&key, reason))?;
                if kind == "headers" {
                    self.header(&key, &parameter.key)?;
                    if HeaderValue::from_str(value.reveal()).is_err() {
                        return Err(self.fail(&key, "the value cannot stand in a header".to_owned()));
                    }
                }
                Ok((parameter.key.clone(), value))
            };
            list.iter().enumerate().map(parameter).collect()
        };
        Ok(HttpParameters {
            headers: list("headers", &config.headers)?,
            query: list("query_string", &config.query_string)?,
            body: list("body", &config.body)?,
        })
    }

    fn header(&self, key: &str, name: &str) -> Result<String, ConfigError> {
        if HeaderName::try_from(name).is_err() {
            return Err(self.fail(key, format!("'{name}' cannot be the name of a header")));
        }
        if TRANSPORT_HEADERS.iter().any(|header| name.eq_ignore_ascii_case(header)) {
            return Err(self.fail(key, format!("'{name}' belongs to the transport; leave it out")));
        }
        Ok(name.to_owned())
    }

    fn fail(&self, key: &str, message: String) -> ConfigError {
        ConfigError::ConnectionKey { connection: self.name.to_owned(), key: key.to_owned(), message }
    }
}

fn word(kind: AuthorizationType) -> &'static str {
    match kind {
        AuthorizationType::Basic => "BASIC",
        AuthorizationType::ApiKey => "API_KEY",
        AuthorizationType::OauthClientCredentials => "OAUTH_CLIENT_CREDENTIALS",
    }
}

/// The connections of the settings, found by their name, whatever region, account and id the ARN has.
#[derive(Debug)]
pub(crate) struct Configured {
    connections: RwLock<BTreeMap<String, Arc<Connection>>>,
}

impl Configured {
    /// Reads all of them.
    ///
    /// # Errors
    /// The first mistake.
    pub fn new(configs: &BTreeMap<String, ConnectionConfig>) -> Result<Self, ConfigError> {
        Ok(Configured { connections: RwLock::new(resolve(configs)?) })
    }

    /// Puts others in their place; requests that are out go on.
    ///
    /// # Errors
    /// The first mistake; then nothing is changed.
    pub fn replace(&self, configs: &BTreeMap<String, ConnectionConfig>) -> Result<(), ConfigError> {
        let new = resolve(configs)?;
        *self.connections.write().unwrap_or_else(PoisonError::into_inner) = new;
        Ok(())
    }
}

fn resolve(
    configs: &BTreeMap<String, ConnectionConfig>,
) -> Result<BTreeMap<String, Arc<Connection>>, ConfigError> {
    configs.iter().map(|(name, config)| Ok((name.clone(), Arc::new(config.resolve(name)?)))).collect()
}

impl ConnectionSource for Configured {
    fn find(&self, arn: &ConnectionArn) -> ConnectionFuture {
        let found = self.connections.read().unwrap_or_else(PoisonError::into_inner).get(&arn.name).cloned();
        let found = found.ok_or_else(|| {
            let remedy = format!("give stateline.toml a table [connections.\"{}\"]", arn.name);
            ConnectionFailure::not_found(arn, &remedy)
        });
        Box::pin(std::future::ready(found))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(table: &str, expected: &Expect) {
        let found = match serde_json::from_str::<ConnectionConfig>(table) {
            Ok(config) => match config.check("crm").and_then(|()| config.resolve("crm")) {
                Ok(connection) => format!("{connection:?}"),
                Err(error) => error.to_string(),
            },
            Err(error) => error.to_string(),
        };
        assert!(!found.contains("hush"), "{found}");
        expected.assert_eq(&found);
    }

    #[test]
    fn kinds_of_connections() {
        check(
            r#"{"authorization":"BASIC","username":"me","password":"hush"}"#,
            &expect![[
                r#"Connection { authorization: Basic { username: "me", password: (not shown) }, parameters: HttpParameters { headers: [], query: [], body: [] } }"#
            ]],
        );
        check(
            r#"{"authorization":"API_KEY","api_key_name":"X-Key","api_key_value":"hush",
                "invocation_http_parameters":{"headers":[{"key":"A","value":"hush","is_value_secret":true}]}}"#,
            &expect![[
                r#"Connection { authorization: ApiKey { name: "X-Key", value: (not shown) }, parameters: HttpParameters { headers: [("A", (not shown))], query: [], body: [] } }"#
            ]],
        );
        check(
            r#"{"authorization":"OAUTH_CLIENT_CREDENTIALS","client_id":"me","client_secret":"hush",
                "authorization_endpoint":"https://auth.example.com/token","http_method":"POST"}"#,
            &expect![[
                r#"Connection { authorization: OAuth(OAuthClient { client_id: "me", client_secret: (not shown), endpoint: Endpoint { text: "https://auth.example.com/token", scheme: "https" }, method: POST, parameters: HttpParameters { headers: [], query: [], body: [] }, token: Mutex { data: None } }), parameters: HttpParameters { headers: [], query: [], body: [] } }"#
            ]],
        );
    }

    #[test]
    fn mistakes_name_connection_and_key() {
        check(
            r#"{"authorization":"BASIC","username":"me"}"#,
            &expect!["connections.crm.password: missing: BASIC needs it"],
        );
        check(
            r#"{"authorization":"BASIC","username":"me","password":"hush","client_id":"x"}"#,
            &expect![
                "connections.crm.client_id: belongs to OAUTH_CLIENT_CREDENTIALS, but authorization is BASIC; leave it out"
            ],
        );
        check(
            r#"{"authorization":"BASIC","username":"me","password":"hush\nhush"}"#,
            &expect!["connections.crm.password: has no control characters and no line breaks"],
        );
        check(
            r#"{"authorization":"BASIC","username":"me","password":{"env":"STATELINE_NO_SUCH"}}"#,
            &expect![
                "connections.crm.password: the variable STATELINE_NO_SUCH is not set; set it before the server starts"
            ],
        );
        check(
            r#"{"authorization":"API_KEY","api_key_name":"a b","api_key_value":"hush"}"#,
            &expect!["connections.crm.api_key_name: 'a b' cannot be the name of a header"],
        );
        check(
            r#"{"authorization":"API_KEY","api_key_name":"a","api_key_value":"hush",
                "invocation_http_parameters":{"headers":[{"key":"Host","value":"hush"}]}}"#,
            &expect![
                "connections.crm.invocation_http_parameters.headers[0]: 'Host' belongs to the transport; leave it out"
            ],
        );
        check(
            r#"{"authorization":"OAUTH_CLIENT_CREDENTIALS","client_id":"me","client_secret":"hush",
                "authorization_endpoint":"http://auth.example.com/token","http_method":"POST"}"#,
            &expect![
                "connections.crm.authorization_endpoint: 'http://auth.example.com/token' must begin with https://; http is for this machine only"
            ],
        );
        check(
            r#"{"authorization":"DIGEST"}"#,
            &expect![
                "unknown variant `DIGEST`, expected one of `BASIC`, `API_KEY`, `OAUTH_CLIENT_CREDENTIALS` at line 1 column 25"
            ],
        );
        let config: ConnectionConfig =
            serde_json::from_str(r#"{"authorization":"BASIC","username":"a","password":"b"}"#)
                .expect("right");
        assert_eq!(
            config.check("a b").map_err(|error| error.to_string()),
            Err("connections.a b: a connection's name has 1 to 64 letters, digits, '.', '-' and '_'"
                .to_owned())
        );
    }

    #[test]
    fn only_values_that_are_no_secrets_are_printed() {
        let shown = |text: &str| {
            let parameter: ParameterConfig = serde_json::from_str(text).expect("a parameter");
            format!("{parameter:?}")
        };
        assert_eq!(shown(r#"{"key":"a","value":"b"}"#), "a: b");
        assert_eq!(shown(r#"{"key":"a","value":"b","is_value_secret":true}"#), "a: Text((not shown))");
    }
}
