//! Where a service is. The first of these that says it:
//!
//! 1. `[aws.endpoints]` in `stateline.toml`
//! 2. `AWS_ENDPOINT_URL_<SERVICE>`
//! 3. `[aws] endpoint_url` in `stateline.toml`
//! 4. `AWS_ENDPOINT_URL`
//! 5. the profile: its `services` section, then its own `endpoint_url`
//! 6. AWS itself, in the region of the call
//!
//! `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true` passes over the variables and the profile.

use super::environment::Environment;
use super::profile::Profiles;
use crate::config::{AwsConfig, ConfigError};
use hyper::Uri;
use std::collections::BTreeMap;
use std::net::Ipv4Addr;

/// An address that was configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Base {
    /// `http://127.0.0.1:4566/path`, without a slash at the end.
    pub text: String,
    /// `127.0.0.1:4566`.
    pub authority: String,
}

impl Base {
    /// Understands an address.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Base, String> {
        let text = text.trim_end_matches('/');
        let uri: Uri = text.parse().map_err(|error| format!("'{text}' is not an address: {error}"))?;
        if !matches!(uri.scheme_str(), Some("http" | "https")) {
            return Err(format!("'{text}' must start with http:// or https://"));
        }
        if uri.query().is_some() {
            return Err(format!("'{text}' must have no query"));
        }
        let authority = uri.authority().ok_or_else(|| format!("'{text}' has no host"))?;
        Ok(Base { text: text.to_owned(), authority: authority.to_string() })
    }

    /// Whether it is on this machine.
    pub fn is_loopback(&self) -> bool {
        let host = self.authority.rsplit('@').next().unwrap_or_default();
        let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
        host == "localhost" || host == "[::1]" || host.parse::<Ipv4Addr>().is_ok_and(|ip| ip.is_loopback())
    }
}

/// What is configured of endpoints, checked.
#[derive(Debug)]
pub(crate) struct Endpoints {
    /// Of `stateline.toml`, by name in one word.
    services: BTreeMap<String, Base>,
    all: Option<Base>,
    /// Of the variables, by the name behind `AWS_ENDPOINT_URL_`.
    variables: BTreeMap<String, Base>,
    variable: Option<Base>,
    /// Whether the profile may say it.
    profile: bool,
}

const VARIABLE: &str = "AWS_ENDPOINT_URL";

impl Endpoints {
    /// Checks every address that is given.
    ///
    /// # Errors
    /// The first that is none, and a service that does not exist.
    pub fn new(config: &AwsConfig, environment: &Environment) -> Result<Self, ConfigError> {
        let read =
            |key: String, text: &str| Base::parse(text).map_err(|message| ConfigError::Aws { key, message });
        let mut services = BTreeMap::new();
        for (name, text) in &config.endpoints {
            let key = format!("aws.endpoints.{name}");
            let word = one_word(name);
            if !stateline_models::Service::names().any(|known| known == word) {
                let message = format!(
                    "there is no service '{name}'; it is named as in arn:aws:states:::aws-sdk:<service>:<action>"
                );
                return Err(ConfigError::Aws { key, message });
            }
            services.insert(word, read(key, text)?);
        }
        let all = config.endpoint_url.as_deref();
        let all = all.map(|text| read("aws.endpoint_url".to_owned(), text)).transpose()?;
        let ignored = environment.says("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");
        let mut variables = BTreeMap::new();
        let mut variable = None;
        for (name, text) in environment.all().filter(|_| !ignored) {
            let Some(rest) = name.strip_prefix(VARIABLE) else { continue };
            match rest.strip_prefix('_') {
                Some(service) => drop(variables.insert(service.to_owned(), read(name.to_owned(), text)?)),
                None if rest.is_empty() => variable = Some(read(name.to_owned(), text)?),
                None => {}
            }
        }
        Ok(Endpoints { services, all, variables, variable, profile: !ignored })
    }

    /// Where a service is configured to be; `None` when it is where AWS has it.
    ///
    /// `id` is the service's id in its model: `DynamoDB`, `Secrets Manager`.
    pub fn configured(&self, id: &str, profiles: &Profiles, profile: &str) -> Option<Base> {
        let underscored = id.replace([' ', '-'], "_");
        let given = self
            .services
            .get(&one_word(id))
            .or_else(|| self.variables.get(&underscored.to_ascii_uppercase()))
            .or(self.all.as_ref())
            .or(self.variable.as_ref());
        given.cloned().or_else(|| {
            let text = profiles.endpoint(profile, &underscored.to_ascii_lowercase());
            // A mistake in a file that is not ours is passed over, as AWS's tools do.
            text.filter(|_| self.profile).and_then(|text| Base::parse(text).ok())
        })
    }
}

/// `Secrets Manager`, `secrets_manager` and `secretsmanager` are one name.
fn one_word(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoints(config: &[(&str, &str)], variables: &[(&str, &str)]) -> Result<Endpoints, ConfigError> {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let mut table: BTreeMap<String, String> = config.iter().map(owned).collect();
        let endpoint_url = table.remove("");
        let config = AwsConfig { endpoint_url, endpoints: table, ..AwsConfig::default() };
        Endpoints::new(&config, &Environment::new(variables.iter().map(owned)))
    }

    fn port(endpoints: &Endpoints, id: &str) -> Option<String> {
        let profiles = Profiles::parse(
            "[default]\nservices = s\nendpoint_url = http://h:9\n[services s]\nsecrets_manager =\n  endpoint_url = http://h:8\n",
            "",
        );
        endpoints.configured(id, &profiles, "default").map(|base| base.text)
    }

    #[test]
    fn the_nearest_word_counts() {
        let all = endpoints(
            &[("dynamodb", "http://h:1/"), ("", "http://h:3")],
            &[("AWS_ENDPOINT_URL_DYNAMODB", "http://h:2"), ("AWS_ENDPOINT_URL_S3", "http://h:2")],
        );
        let all = all.expect("good addresses");
        assert_eq!(port(&all, "DynamoDB").as_deref(), Some("http://h:1"));
        assert_eq!(port(&all, "S3").as_deref(), Some("http://h:2"));
        assert_eq!(port(&all, "SQS").as_deref(), Some("http://h:3"));
        let variables = endpoints(
            &[("secrets_manager", "https://h")],
            &[("AWS_ENDPOINT_URL", "http://h:4"), ("AWS_ENDPOINT_URL_EMR_SERVERLESS", "http://h:5")],
        );
        let variables = variables.expect("good addresses");
        assert_eq!(port(&variables, "Secrets Manager").as_deref(), Some("https://h"));
        assert_eq!(port(&variables, "EMR Serverless").as_deref(), Some("http://h:5"));
        assert_eq!(port(&variables, "SQS").as_deref(), Some("http://h:4"));
    }

    #[test]
    fn the_profile_is_asked_last_and_may_be_passed_over() {
        let none = endpoints(&[], &[]).expect("nothing is wrong");
        assert_eq!(port(&none, "Secrets Manager").as_deref(), Some("http://h:8"));
        assert_eq!(port(&none, "SQS").as_deref(), Some("http://h:9"));
        let ignored = [("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"), ("AWS_ENDPOINT_URL", "http://h:4")];
        assert_eq!(port(&endpoints(&[], &ignored).expect("nothing is wrong"), "SQS"), None);
    }

    #[test]
    fn mistakes_name_their_place() {
        let wrong = |config: &[(&str, &str)], variables: &[(&str, &str)]| {
            endpoints(config, variables).map_or_else(|error| error.to_string(), |_| String::new())
        };
        assert_eq!(
            wrong(&[("dynamo", "http://h")], &[]),
            "aws.endpoints.dynamo: there is no service 'dynamo'; it is named as in arn:aws:states:::aws-sdk:<service>:<action>"
        );
        assert_eq!(
            wrong(&[("", "ftp://h")], &[]),
            "aws.endpoint_url: 'ftp://h' must start with http:// or https://"
        );
        assert!(
            wrong(&[], &[("AWS_ENDPOINT_URL_SQS", "nowhere")]).starts_with("AWS_ENDPOINT_URL_SQS: 'nowhere'")
        );
        assert!(wrong(&[], &[("AWS_ENDPOINT_URL", "http://h?a=b")]).contains("no query"));
    }

    #[test]
    fn this_machine_is_known() {
        let is_loopback = |text: &str| Base::parse(text).expect("an address").is_loopback();
        assert!(
            is_loopback("http://127.0.0.1:1")
                && is_loopback("http://localhost")
                && is_loopback("http://[::1]:2")
        );
        assert!(!is_loopback("http://10.0.0.1") && !is_loopback("https://127.example.com.evil"));
    }
}
