//! The files that AWS's tools share: `~/.aws/config` and `~/.aws/credentials`.
//!
//! Both are sections of `key = value`; the second file's keys win. Nested settings (an indented block
//! under a key) are read as `key.inner`.

use std::collections::BTreeMap;

/// Both files, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Profiles {
    sections: BTreeMap<String, BTreeMap<String, String>>,
}

impl Profiles {
    /// Reads the texts of both files. What cannot be understood is passed over, as AWS's tools do.
    pub fn parse(config: &str, credentials: &str) -> Self {
        let mut profiles = Profiles::default();
        profiles.add(config, |head| match head.split_once(char::is_whitespace) {
            Some(("profile", name)) => Some(name.trim().to_owned()),
            Some((kind @ ("services" | "sso-session"), name)) => Some(format!("{kind} {}", name.trim())),
            None if head == "default" => Some(head.to_owned()),
            _ => None,
        });
        profiles.add(credentials, |head| Some(head.to_owned()));
        profiles
    }

    fn add(&mut self, text: &str, name: impl Fn(&str) -> Option<String>) {
        let mut section: Option<String> = None;
        let mut outer = String::new();
        for line in text.lines() {
            let trimmed = line.trim();
            if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
                continue;
            }
            if let Some(head) = trimmed.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                section = name(head.trim());
                continue;
            }
            let (Some(section), Some((key, value))) = (&section, trimmed.split_once('=')) else { continue };
            let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
            let nested = line.starts_with([' ', '\t']);
            if !nested {
                outer.clone_from(&key);
            }
            let key = if nested { format!("{outer}.{key}") } else { key };
            // A comment may follow a value after a space.
            let value = value.split(" #").next().unwrap_or_default().split(" ;").next().unwrap_or_default();
            self.sections.entry(section.clone()).or_default().insert(key, value.trim().to_owned());
        }
    }

    /// Whether there is such a profile.
    pub fn has(&self, profile: &str) -> bool {
        self.sections.contains_key(profile)
    }

    /// What a profile says; empty values count as absent.
    pub fn get(&self, profile: &str, key: &str) -> Option<&str> {
        let value = self.sections.get(profile)?.get(key)?;
        (!value.is_empty()).then_some(value.as_str())
    }

    /// Where a profile has a service (`dynamodb`, `secrets_manager`) or all of them.
    pub fn endpoint(&self, profile: &str, service: &str) -> Option<&str> {
        let of_service = self.get(profile, "services").and_then(|services| {
            self.get(&format!("services {services}"), &format!("{service}.endpoint_url"))
        });
        of_service.or_else(|| self.get(profile, "endpoint_url"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: &str = "\
[default]
region = eu-west-1
endpoint_url = http://127.0.0.1:4566  # all
services = local

[profile build]
role_arn = arn:aws:iam::000000000000:role/build
source_profile = default
s3 =
    addressing_style = path

[services local]
dynamodb =
  endpoint_url = http://127.0.0.1:8000
[unknown kind of section]
key = value
";

    #[test]
    fn both_files_make_the_profiles() {
        let profiles = Profiles::parse(
            CONFIG,
            "[default]\naws_access_key_id=AKID\nAWS_SECRET_ACCESS_KEY = hush\nregion=\n[other]\n# nothing\n",
        );
        assert_eq!(profiles.get("default", "aws_access_key_id"), Some("AKID"));
        assert_eq!(profiles.get("default", "aws_secret_access_key"), Some("hush"));
        assert_eq!(profiles.get("build", "source_profile"), Some("default"));
        assert_eq!(profiles.get("build", "s3.addressing_style"), Some("path"));
        assert_eq!(profiles.endpoint("default", "dynamodb"), Some("http://127.0.0.1:8000"));
        assert_eq!(profiles.endpoint("default", "sqs"), Some("http://127.0.0.1:4566"));
        assert_eq!(profiles.endpoint("build", "sqs"), None);
        assert!(!profiles.has("unknown kind of section") && !profiles.has("other"));
        // An empty value in the second file takes back what the first one said.
        assert_eq!(profiles.get("default", "region"), None);
    }

    #[test]
    fn anything_else_is_passed_over() {
        assert_eq!(Profiles::parse("key = value\n[\n]\n=\n[]\na", ""), Profiles::default());
    }
}
