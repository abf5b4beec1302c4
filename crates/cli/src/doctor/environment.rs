//! What AWS SDKs read from the environment and from the files of `~/.aws`.

use super::{Finding, Target};
use std::path::{Path, PathBuf};

/// The environment as a client sees it.
pub struct Surroundings<'a> {
    /// A variable that is set to something.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// The text of a file.
    pub file: &'a dyn Fn(&Path) -> Option<String>,
}

impl Surroundings<'_> {
    fn get(&self, name: &str) -> Option<String> {
        (self.variable)(name).filter(|value| !value.is_empty())
    }

    fn is_true(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// The text of `~/.aws/NAME`, or of the file that a variable names.
    fn aws_file(&self, variable: &str, name: &str) -> Option<String> {
        let path = match self.get(variable) {
            Some(path) => PathBuf::from(path),
            None => Path::new(&self.get("HOME")?).join(".aws").join(name),
        };
        (self.file)(&path)
    }

    /// Whether the configuration of the profile in use sets a key.
    fn configured(&self, key: &str) -> Option<String> {
        let profile = self.get("AWS_PROFILE").unwrap_or_else(|| "default".to_owned());
        let text = self.aws_file("AWS_CONFIG_FILE", "config")?;
        value_of(&text, &profile, key)
    }

    /// Whether boto3 and the AWS CLI leave `sync-` away.
    pub fn prefix_is_off(&self) -> bool {
        self.is_true("AWS_DISABLE_HOST_PREFIX_INJECTION")
            || self
                .configured("disable_host_prefix_injection")
                .is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }
}

/// A key of a profile in a file of `~/.aws`.
fn value_of(text: &str, profile: &str, key: &str) -> Option<String> {
    let mut inside = false;
    for line in text.lines() {
        let line = line.trim();
        if let Some(section) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            let section = section.trim();
            inside = section.strip_prefix("profile ").unwrap_or(section).trim() == profile;
        } else if let Some((name, value)) = line.split_once('=').filter(|_| inside)
            && name.trim() == key
        {
            return Some(value.trim().to_owned());
        }
    }
    None
}

/// All checks of the environment.
pub fn findings(around: &Surroundings<'_>, target: &Target) -> Vec<Finding> {
    vec![endpoint(around, target), region(around), credentials(around), proxies(around, target)]
}

fn endpoint(around: &Surroundings<'_>, target: &Target) -> Finding {
    const CHECK: &str = "endpoint variable";
    let set = format!("set AWS_ENDPOINT_URL_SFN={}", target.endpoint);
    if around.is_true("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") {
        let text =
            "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS is true, so SDKs read no endpoint from the environment";
        return Finding::warning(CHECK, text, "unset it, or give each client its endpoint in the program");
    }
    let found = ["AWS_ENDPOINT_URL_SFN", "AWS_ENDPOINT_URL"]
        .into_iter()
        .find_map(|name| around.get(name).map(|value| (name, value)));
    match found {
        Some((name, value)) if value.trim_end_matches('/') == target.endpoint => {
            Finding::ok(CHECK, format!("{name}={value}"))
        }
        Some((name, value)) => {
            Finding::warning(CHECK, format!("{name}={value}, which is another endpoint"), set)
        }
        None => {
            let text = "neither AWS_ENDPOINT_URL_SFN nor AWS_ENDPOINT_URL is set: SDKs call AWS unless the program says otherwise";
            Finding::warning(CHECK, text, set)
        }
    }
}

fn region(around: &Surroundings<'_>) -> Finding {
    const CHECK: &str = "region";
    let both = "set AWS_REGION and AWS_DEFAULT_REGION to the same region: SDKs differ in which they read";
    match (around.get("AWS_REGION"), around.get("AWS_DEFAULT_REGION")) {
        (Some(one), Some(other)) if one == other => Finding::ok(CHECK, one),
        (Some(one), Some(other)) => {
            Finding::warning(CHECK, format!("AWS_REGION is {one} and AWS_DEFAULT_REGION is {other}"), both)
        }
        (Some(one), None) => {
            let text = format!("AWS_REGION={one}; boto3 and the AWS CLI v1 read AWS_DEFAULT_REGION");
            Finding::warning(CHECK, text, both)
        }
        (None, Some(one)) => {
            let text =
                format!("AWS_DEFAULT_REGION={one}; the SDKs for Java, JavaScript and Go read AWS_REGION");
            Finding::warning(CHECK, text, both)
        }
        (None, None) => match around.configured("region") {
            Some(region) => Finding::ok(CHECK, format!("{region}, from the AWS configuration file")),
            None => Finding::warning(CHECK, "no region is set, and SDKs do not start without one", both),
        },
    }
}

fn credentials(around: &Surroundings<'_>) -> Finding {
    const CHECK: &str = "credentials";
    let any = "any will do: set AWS_ACCESS_KEY_ID=test and AWS_SECRET_ACCESS_KEY=test";
    match (around.get("AWS_ACCESS_KEY_ID"), around.get("AWS_SECRET_ACCESS_KEY")) {
        (Some(id), Some(_)) if id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit()) => {
            Finding::ok(CHECK, format!("AWS_ACCESS_KEY_ID is the account {id}"))
        }
        (Some(_), Some(_)) => Finding::ok(CHECK, "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are set"),
        (Some(_), None) => {
            Finding::warning(CHECK, "AWS_ACCESS_KEY_ID is set, AWS_SECRET_ACCESS_KEY is not", any)
        }
        (None, Some(_)) => {
            Finding::warning(CHECK, "AWS_SECRET_ACCESS_KEY is set, AWS_ACCESS_KEY_ID is not", any)
        }
        (None, None) => {
            let profile = around.get("AWS_PROFILE").unwrap_or_else(|| "default".to_owned());
            let text = around.aws_file("AWS_SHARED_CREDENTIALS_FILE", "credentials");
            if text.is_some_and(|text| value_of(&text, &profile, "aws_access_key_id").is_some()) {
                return Finding::ok(CHECK, format!("of the profile {profile}"));
            }
            Finding::warning(CHECK, "there are none, and SDKs do not send requests without", any)
        }
    }
}

fn proxies(around: &Surroundings<'_>, target: &Target) -> Finding {
    const CHECK: &str = "proxies";
    let names: &[&str] = if target.tls {
        &["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]
    } else {
        &["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"]
    };
    let Some((name, proxy)) = names.iter().find_map(|name| around.get(name).map(|value| (name, value)))
    else {
        return Finding::ok(CHECK, "none is set");
    };
    let exempt = around.get("NO_PROXY").or_else(|| around.get("no_proxy")).unwrap_or_default();
    let hosts = [target.host.clone(), target.sync_host()];
    let through: Vec<&str> =
        hosts.iter().map(String::as_str).filter(|host| !is_exempt(&exempt, host, target.port)).collect();
    if through.is_empty() {
        return Finding::ok(
            CHECK,
            format!("{name}={}, and NO_PROXY names the endpoint", without_password(&proxy)),
        );
    }
    Finding::warning(
        CHECK,
        format!("{name}={}: requests to {} go through it", without_password(&proxy), through.join(" and ")),
        format!("add {} to NO_PROXY and no_proxy", through.join(",")),
    )
}

/// Whether `NO_PROXY` lets a host be reached directly: itself, a domain it is in, or everything.
fn is_exempt(list: &str, host: &str, port: u16) -> bool {
    let host = host.to_ascii_lowercase();
    list.split([',', ' '])
        .map(|entry| entry.trim().to_ascii_lowercase())
        .filter(|entry| !entry.is_empty())
        .any(|entry| {
            let entry = entry.strip_suffix(&format!(":{port}")).unwrap_or(&entry);
            let domain = entry.trim_start_matches("*.").trim_start_matches('.');
            entry == "*" || host == domain || host.ends_with(&format!(".{domain}"))
        })
}

/// A proxy's address without the secret that may stand in it.
fn without_password(proxy: &str) -> String {
    match (proxy.find("://"), proxy.rfind('@')) {
        (Some(scheme), Some(at)) if scheme + 3 <= at => format!("{}…{}", &proxy[..scheme + 3], &proxy[at..]),
        (None, Some(at)) => format!("…{}", &proxy[at..]),
        _ => proxy.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(variables: &[(&str, &str)], files: &[(&str, &str)], expected: &Expect) {
        let variable = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        let file = |path: &Path| {
            files.iter().find(|(known, _)| Path::new(known) == path).map(|(_, text)| (*text).to_owned())
        };
        let around = Surroundings { variable: &variable, file: &file };
        let target = Target::parse("http://localhost:8083").expect("an endpoint");
        let shown: Vec<String> = findings(&around, &target)
            .into_iter()
            .map(|finding| format!("{} {}: {}", finding.verdict.name(), finding.check, finding.text))
            .collect();
        expected.assert_eq(&format!("{}\nprefix off: {}", shown.join("\n"), around.prefix_is_off()));
    }

    #[test]
    fn an_empty_environment_is_explained() {
        check(
            &[],
            &[],
            &expect![[r#"
                warning endpoint variable: neither AWS_ENDPOINT_URL_SFN nor AWS_ENDPOINT_URL is set: SDKs call AWS unless the program says otherwise
                warning region: no region is set, and SDKs do not start without one
                warning credentials: there are none, and SDKs do not send requests without
                ok proxies: none is set
                prefix off: false"#]],
        );
    }

    #[test]
    fn what_is_set_is_shown_and_secrets_are_not() {
        check(
            &[
                ("AWS_ENDPOINT_URL_SFN", "http://localhost:8083/"),
                ("AWS_REGION", "eu-west-1"),
                ("AWS_DEFAULT_REGION", "eu-west-1"),
                ("AWS_ACCESS_KEY_ID", "000000000007"),
                ("AWS_SECRET_ACCESS_KEY", "hush"),
                ("AWS_DISABLE_HOST_PREFIX_INJECTION", "True"),
                ("HTTP_PROXY", "http://me:hush@proxy:3128"),
                ("NO_PROXY", "127.0.0.1, localhost:8083,.example"),
            ],
            &[],
            &expect![[r#"
                ok endpoint variable: AWS_ENDPOINT_URL_SFN=http://localhost:8083/
                ok region: eu-west-1
                ok credentials: AWS_ACCESS_KEY_ID is the account 000000000007
                warning proxies: HTTP_PROXY=http://…@proxy:3128: requests to sync-localhost go through it
                prefix off: true"#]],
        );
    }

    #[test]
    fn files_and_half_settings_count() {
        check(
            &[
                ("HOME", "/users/me"),
                ("AWS_PROFILE", "dev"),
                ("AWS_ENDPOINT_URL", "http://localhost:4566"),
                ("ALL_PROXY", "proxy:1"),
                ("no_proxy", "*"),
            ],
            &[
                (
                    "/users/me/.aws/config",
                    "[default]\nregion = us-west-1\n[profile dev]\nregion=eu-north-1\ndisable_host_prefix_injection = true\n",
                ),
                ("/users/me/.aws/credentials", "[dev]\naws_access_key_id = x\n"),
            ],
            &expect![[r#"
                warning endpoint variable: AWS_ENDPOINT_URL=http://localhost:4566, which is another endpoint
                ok region: eu-north-1, from the AWS configuration file
                ok credentials: of the profile dev
                ok proxies: ALL_PROXY=proxy:1, and NO_PROXY names the endpoint
                prefix off: true"#]],
        );
        check(
            &[
                ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"),
                ("AWS_REGION", "eu-west-1"),
                ("AWS_ACCESS_KEY_ID", "x"),
            ],
            &[],
            &expect![[r#"
                warning endpoint variable: AWS_IGNORE_CONFIGURED_ENDPOINT_URLS is true, so SDKs read no endpoint from the environment
                warning region: AWS_REGION=eu-west-1; boto3 and the AWS CLI v1 read AWS_DEFAULT_REGION
                warning credentials: AWS_ACCESS_KEY_ID is set, AWS_SECRET_ACCESS_KEY is not
                ok proxies: none is set
                prefix off: false"#]],
        );
    }

    #[test]
    fn exemptions_are_read_as_clients_read_them() {
        for (list, host) in [
            ("localhost", "localhost"),
            ("a, LOCALHOST", "localhost"),
            (".example", "states.example"),
            ("*.example", "states.example"),
            ("example", "states.example"),
            ("localhost:8083", "localhost"),
            ("*", "anything"),
        ] {
            assert!(is_exempt(list, host, 8083), "{list} {host}");
        }
        for (list, host) in
            [("", "x"), ("ample", "example"), ("localhost:1", "localhost"), ("localhost", "sync-localhost")]
        {
            assert!(!is_exempt(list, host, 8083), "{list} {host}");
        }
    }
}
