//! Made by `cargo xtask shapes` from AWS's public model of the API; the next run writes it anew.

use crate::aws::constrain::{Constrained, Finder, Length, Rule};
use crate::aws::decode::{Text, shape};

shape! {
    /// `CloudWatchLogsLogGroup` of the model.
    CloudWatchLogsLogGroup {
        /// A `Arn`.
        log_group_arn: Text<'a> = "logGroupArn",
    }
}

impl Constrained for CloudWatchLogsLogGroup<'_> {
    fn constrain(&self, found: &mut Finder<'_>) {
        found.text("logGroupArn", self.log_group_arn.as_ref(), &Rule::length(Length::Chars(1..=256)));
    }
}

shape! {
    /// `EncryptionConfiguration` of the model.
    EncryptionConfiguration {
        /// A `KmsKeyId`.
        kms_key_id: Text<'a> = "kmsKeyId",
        /// A whole number.
        kms_data_key_reuse_period_seconds: i64 = "kmsDataKeyReusePeriodSeconds",
        /// A word of `EncryptionType`. Required.
        kind: Text<'a> = "type",
    }
}

impl Constrained for EncryptionConfiguration<'_> {
    fn constrain(&self, found: &mut Finder<'_>) {
        found.text("kmsKeyId", self.kms_key_id.as_ref(), &Rule::length(Length::Chars(1..=2048)));
        found.number("kmsDataKeyReusePeriodSeconds", self.kms_data_key_reuse_period_seconds, 60..=900);
        found.required("type", self.kind.is_some());
        found.text("type", self.kind.as_ref(), &Rule::one_of(&["AWS_OWNED_KEY", "CUSTOMER_MANAGED_KMS_KEY"]));
    }
}

shape! {
    /// `LogDestination` of the model.
    LogDestination {
        /// A `CloudWatchLogsLogGroup`.
        cloud_watch_logs_log_group: CloudWatchLogsLogGroup<'a> = "cloudWatchLogsLogGroup",
    }
}

impl Constrained for LogDestination<'_> {
    fn constrain(&self, found: &mut Finder<'_>) {
        found.structure("cloudWatchLogsLogGroup", self.cloud_watch_logs_log_group.as_ref());
    }
}

shape! {
    /// `LoggingConfiguration` of the model.
    LoggingConfiguration {
        /// A word of `LogLevel`.
        level: Text<'a> = "level",
        /// A flag.
        include_execution_data: bool = "includeExecutionData",
        /// Each a `LogDestination`.
        destinations: Vec<LogDestination<'a>> = "destinations",
    }
}

impl Constrained for LoggingConfiguration<'_> {
    fn constrain(&self, found: &mut Finder<'_>) {
        found.text("level", self.level.as_ref(), &Rule::one_of(&["ALL", "ERROR", "FATAL", "OFF"]));
        found.structures("destinations", self.destinations.as_deref(), 0..=usize::MAX);
    }
}

shape! {
    /// `MockErrorOutput` of the model.
    MockErrorOutput {
        /// A `SensitiveError`.
        error: Text<'a> = "error",
        /// A `SensitiveCause`.
        cause: Text<'a> = "cause",
    }
}

impl Constrained for MockErrorOutput<'_> {
    fn constrain(&self, found: &mut Finder<'_>) {
        found.text("error", self.error.as_ref(), &Rule::length(Length::Error).hidden());
        found.text("cause", self.cause.as_ref(), &Rule::length(Length::Cause).hidden());
    }
}

shape! {
    /// `MockInput` of the model.
    MockInput {
        /// A `SensitiveData`.
        result: Text<'a> = "result",
        /// A `MockErrorOutput`.
        error_output: MockErrorOutput<'a> = "errorOutput",
        /// A word of `MockResponseValidationMode`.
        field_validation_mode: Text<'a> = "fieldValidationMode",
    }
}

impl Constrained for MockInput<'_> {
    fn constrain(&self, found: &mut Finder<'_>) {
        found.text("result", self.result.as_ref(), &Rule::length(Length::Payload).hidden());
        found.structure("errorOutput", self.error_output.as_ref());
        found.text(
            "fieldValidationMode",
            self.field_validation_mode.as_ref(),
            &Rule::one_of(&["STRICT", "PRESENT", "NONE"]),
        );
    }
}

shape! {
    /// `RoutingConfigurationListItem` of the model.
    RoutingConfigurationListItem {
        /// A `Arn`. Required.
        state_machine_version_arn: Text<'a> = "stateMachineVersionArn",
        /// A whole number. Required.
        weight: i64 = "weight",
    }
}

impl Constrained for RoutingConfigurationListItem<'_> {
    fn constrain(&self, found: &mut Finder<'_>) {
        found.required("stateMachineVersionArn", self.state_machine_version_arn.is_some());
        found.text(
            "stateMachineVersionArn",
            self.state_machine_version_arn.as_ref(),
            &Rule::length(Length::Chars(1..=256)),
        );
        found.required("weight", self.weight.is_some());
        found.number("weight", self.weight, 0..=100);
    }
}

shape! {
    /// `Tag` of the model.
    Tag {
        /// A `TagKey`.
        key: Text<'a> = "key",
        /// A `TagValue`.
        value: Text<'a> = "value",
    }
}

impl Constrained for Tag<'_> {
    fn constrain(&self, found: &mut Finder<'_>) {
        found.text("key", self.key.as_ref(), &Rule::length(Length::Chars(1..=128)));
        found.text("value", self.value.as_ref(), &Rule::length(Length::Chars(0..=256)));
    }
}

shape! {
    /// `TestStateConfiguration` of the model.
    TestStateConfiguration {
        /// A whole number.
        retrier_retry_count: i64 = "retrierRetryCount",
        /// A `TestStateStateName`.
        error_caused_by_state: Text<'a> = "errorCausedByState",
        /// A whole number.
        map_iteration_failure_count: i64 = "mapIterationFailureCount",
        /// A `SensitiveData`.
        map_item_reader_data: Text<'a> = "mapItemReaderData",
    }
}

impl Constrained for TestStateConfiguration<'_> {
    fn constrain(&self, found: &mut Finder<'_>) {
        found.number("retrierRetryCount", self.retrier_retry_count, 0..=i64::MAX);
        found.text(
            "errorCausedByState",
            self.error_caused_by_state.as_ref(),
            &Rule::length(Length::Chars(1..=80)).hidden(),
        );
        found.number("mapIterationFailureCount", self.map_iteration_failure_count, 0..=i64::MAX);
        found.text(
            "mapItemReaderData",
            self.map_item_reader_data.as_ref(),
            &Rule::length(Length::Payload).hidden(),
        );
    }
}

shape! {
    /// `TracingConfiguration` of the model.
    TracingConfiguration {
        /// A flag.
        enabled: bool = "enabled",
    }
}

impl Constrained for TracingConfiguration<'_> {
    fn constrain(&self, found: &mut Finder<'_>) {
        // Anything goes.
        let _ = found;
    }
}
