//! Which ARNs an operation takes (reference 02, section 3). Whether what they
//! name exists is the service's to say.

use super::error::ApiError;
use stateline_base::Arn;
use stateline_runtime::{Qualifier, qualifier};

/// Checks an ARN of a state machine, which may carry a version, an alias or a label.
pub(crate) fn check_machine(text: &str) -> Result<(), ApiError> {
    check_type(text, "stateMachine")
}

/// Checks an ARN of a state machine that must not carry a label (`…:stateMachine:name/label`).
pub(super) fn check_unlabelled_machine(text: &str) -> Result<(), ApiError> {
    check_machine(text)?;
    if text.contains('/') { Err(ApiError::LabelledArn(text.to_owned())) } else { Ok(()) }
}

/// Checks an ARN of a Standard execution. Those of Express executions are refused, as AWS does.
pub(super) fn check_execution(text: &str) -> Result<(), ApiError> {
    check_type(text, "execution")
}

/// Checks an ARN of an execution where Express ones are kept too, which AWS does not do.
pub(crate) fn check_kept_execution(text: &str, keeps_express: bool) -> Result<(), ApiError> {
    if keeps_express && check_type(text, "express").is_ok() { Ok(()) } else { check_execution(text) }
}

/// Checks an ARN of an activity.
pub(super) fn check_activity(text: &str) -> Result<(), ApiError> {
    check_type(text, "activity")
}

/// Checks an ARN of a map run.
pub(crate) fn check_map_run(text: &str) -> Result<(), ApiError> {
    check_type(text, "mapRun")
}

/// The machine and the number of a version's ARN.
pub(super) fn check_version(text: &str) -> Result<(&str, u32), ApiError> {
    check_unlabelled_machine(text)?;
    match qualifier(text) {
        Some((machine, Qualifier::Version(number))) => Ok((machine, number)),
        _ => Err(ApiError::InvalidArn(format!("Resource type not valid in this context: {}", kind_of(text)))),
    }
}

/// An alias's ARN.
pub(super) fn check_alias(text: &str) -> Result<(), ApiError> {
    check_unlabelled_machine(text)?;
    match qualifier(text) {
        Some((_, Qualifier::Alias(_))) => Ok(()),
        _ => Err(ApiError::InvalidArn(format!("Resource type not valid in this context: {}", kind_of(text)))),
    }
}

/// An ARN of what may have tags.
pub(super) fn check_tagged(text: &str) -> Result<(), ApiError> {
    check_type(text, "stateMachine").or_else(|error| match kind_of(text) {
        "activity" => check_type(text, "activity"),
        _ => Err(error),
    })
}

fn kind_of(text: &str) -> &str {
    Arn::parse(text).map_or("", |arn| arn.resource_type())
}

fn check_type(text: &str, wanted: &str) -> Result<(), ApiError> {
    let arn = Arn::parse(text).map_err(|error| ApiError::InvalidArn(error.to_string()))?;
    let found = arn.resource_type();
    if arn.service != "states" || found != wanted {
        return Err(ApiError::InvalidArn(format!("Resource type not valid in this context: {found}")));
    }
    Ok(())
}

/// Checks an ARN of an IAM role.
pub(super) fn check_role(text: &str) -> Result<(), ApiError> {
    let role = Arn::parse(text).is_ok_and(|arn| arn.service == "iam" && arn.resource.starts_with("role/"));
    if role { Ok(()) } else { Err(ApiError::InvalidRoleArn(text.to_owned())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(outcome: Result<(), ApiError>) -> String {
        outcome.map_or_else(|error| error.to_string(), |()| "fine".to_owned())
    }

    #[test]
    fn texts_that_are_no_arns_are_refused_with_aws_words() {
        assert_eq!(
            message(check_machine("not_a_valid_arn")),
            "Invalid Arn: 'Invalid ARN prefix: not_a_valid_arn'"
        );
        assert_eq!(
            message(check_execution("arn:aws:states")),
            "Invalid Arn: 'Invalid ARN prefix: arn:aws:states'"
        );
    }

    #[test]
    fn only_fitting_types_are_taken() {
        let machine = "arn:aws:states:us-east-1:000000000000:stateMachine:m";
        let express = "arn:aws:states:us-east-1:000000000000:express:m:e:u";
        assert_eq!(message(check_machine(machine)), "fine");
        assert_eq!(message(check_machine(&format!("{machine}:1"))), "fine");
        let wrong = "Invalid Arn: 'Resource type not valid in this context: stateMachine'";
        assert_eq!(message(check_execution(machine)), wrong);
        let wrong = "Invalid Arn: 'Resource type not valid in this context: express'";
        assert_eq!(message(check_execution(express)), wrong);
        assert_eq!(message(check_kept_execution(express, false)), wrong);
        assert_eq!(message(check_kept_execution(express, true)), "fine");
        assert_ne!(message(check_kept_execution(machine, true)), "fine");
        let function = "arn:aws:lambda:us-east-1:000000000000:function:f";
        assert_eq!(
            message(check_machine(function)),
            "Invalid Arn: 'Resource type not valid in this context: function'"
        );
        assert_eq!(
            check_unlabelled_machine(&format!("{machine}/label")).map_err(|error| error.name()),
            Err("ValidationException")
        );
    }

    #[test]
    fn roles_are_roles() {
        assert_eq!(message(check_role("arn:aws:iam::000000000000:role/path/name")), "fine");
        assert_eq!(message(check_role("role")), "Invalid Role Arn: 'role'");
        assert_eq!(
            message(check_role("arn:aws:iam::000000000000:user/u")),
            "Invalid Role Arn: 'arn:aws:iam::000000000000:user/u'"
        );
    }
}
