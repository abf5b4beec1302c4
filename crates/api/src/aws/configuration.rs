//! The parts of a state machine's configuration that are kept and shown as they
//! were given: logging, tracing, encryption, tags. Here they are checked and
//! brought into one form, so that equal configurations are equal texts.

use super::encode::Object;
use super::error::ApiError;
use crate::shapes::{EncryptionConfiguration, LoggingConfiguration, Tag};
use stateline_base::Arn;
use std::sync::Arc;

/// Seconds for which a data key is used again when the caller does not say.
const REUSE_SECONDS_DEFAULT: i64 = 300;

/// What a machine shows that was created without a logging configuration.
pub(super) const LOGGING_DEFAULT: &str = r#"{"level":"OFF","includeExecutionData":false}"#;
/// What a machine shows that was created without an encryption configuration.
pub(super) const ENCRYPTION_DEFAULT: &str = r#"{"type":"AWS_OWNED_KEY"}"#;

/// Who owns the key that encrypts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum KeyOwner {
    Aws,
    Customer,
}

const KEY_OWNERS: [(&str, KeyOwner); 2] =
    [("AWS_OWNED_KEY", KeyOwner::Aws), ("CUSTOMER_MANAGED_KMS_KEY", KeyOwner::Customer)];

/// The configuration as text, or nothing where it says what machines do without one.
pub(super) fn logging(logging: Option<&LoggingConfiguration<'_>>) -> Result<Option<Arc<str>>, ApiError> {
    let Some(logging) = logging else { return Ok(None) };
    let level = logging.level.as_deref().unwrap_or("OFF");
    if level != "OFF" && logging.destinations.as_ref().map_or(0, Vec::len) != 1 {
        let text = "Must specify exactly one Log Destination.";
        return Err(ApiError::InvalidLoggingConfiguration(text.to_owned()));
    }
    let mut arns = Vec::new();
    for destination in logging.destinations.iter().flatten() {
        let arn = destination
            .cloud_watch_logs_log_group
            .as_ref()
            .and_then(|group| group.log_group_arn.as_deref())
            .unwrap_or_default();
        if !is_log_group(arn) {
            return Err(ApiError::InvalidLoggingConfiguration(format!("Invalid Log Destination: '{arn}'")));
        }
        arns.push(arn);
    }
    let json = Object::document(|object| {
        if logging.destinations.is_some() {
            object.array("destinations", &arns, usize::MAX, |destination, arn| {
                destination.object("cloudWatchLogsLogGroup", |group| group.text("logGroupArn", arn));
            });
        }
        object.text("level", level);
        object.flag("includeExecutionData", logging.include_execution_data.unwrap_or_default());
    });
    Ok(Some(text_of(json)).filter(|text| **text != *LOGGING_DEFAULT))
}

fn is_log_group(arn: &str) -> bool {
    arn.ends_with(":*")
        && Arn::parse(arn).is_ok_and(|arn| arn.service == "logs" && arn.resource.starts_with("log-group:"))
}

/// The configuration as text, or nothing where it says what machines do without one.
pub(super) fn encryption(
    encryption: Option<&EncryptionConfiguration<'_>>,
) -> Result<Option<Arc<str>>, ApiError> {
    let Some(encryption) = encryption else { return Ok(None) };
    let owner = KEY_OWNERS
        .iter()
        .find(|(word, _)| encryption.kind.as_deref() == Some(*word))
        .map(|(_, owner)| *owner);
    match (owner, encryption.kms_key_id.as_deref()) {
        (Some(KeyOwner::Customer), Some(key)) => {
            let seconds = encryption.kms_data_key_reuse_period_seconds.unwrap_or(REUSE_SECONDS_DEFAULT);
            let json = Object::document(|object| {
                object.text("kmsKeyId", key);
                object.number("kmsDataKeyReusePeriodSeconds", seconds.unsigned_abs());
                object.text("type", "CUSTOMER_MANAGED_KMS_KEY");
            });
            Ok(Some(text_of(json)))
        }
        (Some(KeyOwner::Customer), None) => {
            Err(ApiError::InvalidEncryptionConfiguration("kmsKeyId is required for CUSTOMER_MANAGED_KMS_KEY"))
        }
        (_, key) if key.is_some() || encryption.kms_data_key_reuse_period_seconds.is_some() => {
            Err(ApiError::InvalidEncryptionConfiguration(
                "kmsKeyId and kmsDataKeyReusePeriodSeconds are not allowed for AWS_OWNED_KEY",
            ))
        }
        _ => Ok(None),
    }
}

/// The tags in the order given; of a key that comes twice the last value counts.
pub(super) fn tags(
    tags: Option<&Vec<Tag<'_>>>,
    resource: &str,
    limit: usize,
) -> Result<Vec<(String, String)>, ApiError> {
    let mut kept: Vec<(String, String)> = Vec::new();
    for tag in tags.into_iter().flatten() {
        let (key, value) = (tag.key.as_deref().unwrap_or_default(), tag.value.as_deref().unwrap_or_default());
        if key.is_empty()
            || key.starts_with("aws:")
            || !key.chars().chain(value.chars()).all(is_tag_character)
        {
            return Err(ApiError::Validation(format!("Invalid tag: '{key}'")));
        }
        match kept.iter_mut().find(|(known, _)| known == key) {
            Some((_, old)) => value.clone_into(old),
            None => kept.push((key.to_owned(), value.to_owned())),
        }
    }
    if kept.len() > limit {
        return Err(ApiError::TooManyTags { resource: resource.to_owned(), limit });
    }
    Ok(kept)
}

fn is_tag_character(c: char) -> bool {
    c.is_alphanumeric() || c == ' ' || "_.:/=+-@".contains(c)
}

fn text_of(json: Vec<u8>) -> Arc<str> {
    String::from_utf8(json).expect("JSON made from texts is text").into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::constrain::read_within;
    use crate::aws::decode::decode;
    use crate::shapes::UpdateStateMachine;
    use expect_test::{Expect, expect};
    use stateline_base::Limits;

    fn check_logging(json: &str, expected: &Expect) {
        let body = format!(r#"{{"stateMachineArn": "m", "loggingConfiguration": {json}}}"#);
        let request = read_within::<UpdateStateMachine<'_>>(body.as_bytes(), &Limits::default());
        expected
            .assert_eq(&shown(request.and_then(|request| logging(request.logging_configuration.as_ref()))));
    }

    fn check_encryption(json: &str, expected: &Expect) {
        let body = format!(r#"{{"stateMachineArn": "m", "encryptionConfiguration": {json}}}"#);
        let request = read_within::<UpdateStateMachine<'_>>(body.as_bytes(), &Limits::default());
        expected.assert_eq(&shown(
            request.and_then(|request| encryption(request.encryption_configuration.as_ref())),
        ));
    }

    fn shown(outcome: Result<Option<Arc<str>>, ApiError>) -> String {
        match outcome {
            Ok(text) => text.map_or_else(|| "as by default".to_owned(), |text| text.to_string()),
            Err(error) => format!("{}: {error}", error.name()),
        }
    }

    #[test]
    fn logging_is_checked_and_brought_into_one_form() {
        check_logging("{}", &expect!["as by default"]);
        check_logging(r#"{"level": "OFF"}"#, &expect!["as by default"]);
        check_logging(
            r#"{"destinations": []}"#,
            &expect![[r#"{"destinations":[],"level":"OFF","includeExecutionData":false}"#]],
        );
        check_logging(
            r#"{"level": "ALL"}"#,
            &expect![
                "InvalidLoggingConfiguration: Invalid Logging Configuration: Must specify exactly one Log Destination."
            ],
        );
        check_logging(
            r#"{"level": "all"}"#,
            &expect![
                "ValidationException: 1 validation error detected: Value 'all' at 'loggingConfiguration.level' failed to satisfy constraint: Member must satisfy enum value set: [ALL, ERROR, FATAL, OFF]"
            ],
        );
        let group = |arn: &str| format!(r#"{{"cloudWatchLogsLogGroup": {{"logGroupArn": "{arn}"}}}}"#);
        let good = group("arn:aws:logs:us-east-1:000000000000:log-group:g:*");
        check_logging(
            &format!(r#"{{"level": "ERROR", "includeExecutionData": true, "destinations": [{good}]}}"#),
            &expect![[
                r#"{"destinations":[{"cloudWatchLogsLogGroup":{"logGroupArn":"arn:aws:logs:us-east-1:000000000000:log-group:g:*"}}],"level":"ERROR","includeExecutionData":true}"#
            ]],
        );
        check_logging(
            &format!(r#"{{"level": "ERROR", "destinations": [{good}, {good}]}}"#),
            &expect![
                "InvalidLoggingConfiguration: Invalid Logging Configuration: Must specify exactly one Log Destination."
            ],
        );
        let bad = group("arn:aws:logs:us-east-1:000000000000:log-group:g");
        check_logging(
            &format!(r#"{{"level": "ERROR", "destinations": [{bad}]}}"#),
            &expect![
                "InvalidLoggingConfiguration: Invalid Logging Configuration: Invalid Log Destination: 'arn:aws:logs:us-east-1:000000000000:log-group:g'"
            ],
        );
        check_logging(
            r#"{"level": "ERROR", "destinations": [{}]}"#,
            &expect![
                "InvalidLoggingConfiguration: Invalid Logging Configuration: Invalid Log Destination: ''"
            ],
        );
    }

    #[test]
    fn encryption_is_checked_and_brought_into_one_form() {
        check_encryption(
            "{}",
            &expect![
                "ValidationException: 1 validation error detected: Value null at 'encryptionConfiguration.type' failed to satisfy constraint: Member must not be null"
            ],
        );
        check_encryption(r#"{"type": "AWS_OWNED_KEY"}"#, &expect!["as by default"]);
        check_encryption(
            r#"{"type": "AWS_OWNED_KEY", "kmsKeyId": "k"}"#,
            &expect![
                "InvalidEncryptionConfiguration: Invalid Encryption Configuration: kmsKeyId and kmsDataKeyReusePeriodSeconds are not allowed for AWS_OWNED_KEY"
            ],
        );
        check_encryption(
            r#"{"type": "CUSTOMER_MANAGED_KMS_KEY"}"#,
            &expect![
                "InvalidEncryptionConfiguration: Invalid Encryption Configuration: kmsKeyId is required for CUSTOMER_MANAGED_KMS_KEY"
            ],
        );
        check_encryption(
            r#"{"type": "CUSTOMER_MANAGED_KMS_KEY", "kmsKeyId": "k"}"#,
            &expect![[
                r#"{"kmsKeyId":"k","kmsDataKeyReusePeriodSeconds":300,"type":"CUSTOMER_MANAGED_KMS_KEY"}"#
            ]],
        );
        check_encryption(
            r#"{"type": "OTHER", "kmsKeyId": "", "kmsDataKeyReusePeriodSeconds": 1000}"#,
            &expect![
                "ValidationException: 3 validation errors detected: Value '' at 'encryptionConfiguration.kmsKeyId' failed to satisfy constraint: Member must have length greater than or equal to 1; Value '1000' at 'encryptionConfiguration.kmsDataKeyReusePeriodSeconds' failed to satisfy constraint: Member must have value less than or equal to 900; Value 'OTHER' at 'encryptionConfiguration.type' failed to satisfy constraint: Member must satisfy enum value set: [AWS_OWNED_KEY, CUSTOMER_MANAGED_KMS_KEY]"
            ],
        );
    }

    #[test]
    fn tags_are_few_and_their_keys_unique() {
        let read = |json: &str| {
            let shape: Vec<Tag<'_>> = decode(json.as_bytes()).expect("the test's own text is JSON");
            tags(Some(&shape), "arn:m", 50).map_err(|error| error.name())
        };
        let kept = read(r#"[{"key": "a", "value": "1"}, {"key": "b"}, {"key": "a", "value": "2"}]"#);
        assert_eq!(kept, Ok(vec![("a".to_owned(), "2".to_owned()), ("b".to_owned(), String::new())]));
        assert_eq!(read(r#"[{"key": "aws:x", "value": ""}]"#), Err("ValidationException"));
        assert_eq!(read(r#"[{"key": "a", "value": "<"}]"#), Err("ValidationException"));
        let many: Vec<String> = (0..51).map(|n| format!(r#"{{"key": "{n}", "value": ""}}"#)).collect();
        assert_eq!(read(&format!("[{}]", many.join(","))), Err("TooManyTags"));
        assert_eq!(read(&format!("[{}]", many[1..].join(","))).map(|tags| tags.len()), Ok(50));
    }
}
