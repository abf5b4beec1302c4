//! The names of the service's operations: those that are here, and those that
//! AWS has and this release has not.

use super::error::ApiError;

/// What stands before the operation's name in `X-Amz-Target`.
const SERVICE: &str = "AWSStepFunctions.";

/// An operation that this release offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    CreateStateMachine,
    DeleteStateMachine,
    DescribeExecution,
    DescribeStateMachine,
    DescribeStateMachineForExecution,
    GetExecutionHistory,
    ListExecutions,
    ListStateMachines,
    StartExecution,
    StartSyncExecution,
    StopExecution,
    ValidateStateMachineDefinition,
}

/// The other operations of the service.
const NOT_YET: [&str; 25] = [
    "CreateActivity",
    "CreateStateMachineAlias",
    "DeleteActivity",
    "DeleteStateMachineAlias",
    "DeleteStateMachineVersion",
    "DescribeActivity",
    "DescribeMapRun",
    "DescribeStateMachineAlias",
    "GetActivityTask",
    "ListActivities",
    "ListMapRuns",
    "ListStateMachineAliases",
    "ListStateMachineVersions",
    "ListTagsForResource",
    "PublishStateMachineVersion",
    "RedriveExecution",
    "SendTaskFailure",
    "SendTaskHeartbeat",
    "SendTaskSuccess",
    "TagResource",
    "TestState",
    "UntagResource",
    "UpdateMapRun",
    "UpdateStateMachine",
    "UpdateStateMachineAlias",
];

impl Operation {
    /// The operation that the header `X-Amz-Target` names.
    pub(super) fn from_target(target: Option<&str>) -> Result<Self, ApiError> {
        let target = target.ok_or_else(|| {
            ApiError::UnknownOperation(
                "The request has no X-Amz-Target header that names an operation".to_owned(),
            )
        })?;
        let name = target.strip_prefix(SERVICE).unwrap_or_default();
        match name {
            "CreateStateMachine" => Ok(Operation::CreateStateMachine),
            "DeleteStateMachine" => Ok(Operation::DeleteStateMachine),
            "DescribeExecution" => Ok(Operation::DescribeExecution),
            "DescribeStateMachine" => Ok(Operation::DescribeStateMachine),
            "DescribeStateMachineForExecution" => Ok(Operation::DescribeStateMachineForExecution),
            "GetExecutionHistory" => Ok(Operation::GetExecutionHistory),
            "ListExecutions" => Ok(Operation::ListExecutions),
            "ListStateMachines" => Ok(Operation::ListStateMachines),
            "StartExecution" => Ok(Operation::StartExecution),
            "StartSyncExecution" => Ok(Operation::StartSyncExecution),
            "StopExecution" => Ok(Operation::StopExecution),
            "ValidateStateMachineDefinition" => Ok(Operation::ValidateStateMachineDefinition),
            _ => Err(match NOT_YET.into_iter().find(|other| *other == name) {
                Some(name) => ApiError::UnsupportedOperation(name),
                None => ApiError::UnknownOperation(format!("Unknown operation: '{target}'")),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_name_operations() {
        let target = |text| Operation::from_target(text).map_err(|error| error.name());
        assert_eq!(target(Some("AWSStepFunctions.StopExecution")), Ok(Operation::StopExecution));
        assert_eq!(target(Some("AWSStepFunctions.TestState")), Err("UnsupportedOperationException"));
        for text in [
            "AWSStepFunctions.Stop",
            "AWSStepFunctions.",
            "StopExecution",
            "DynamoDB_20120810.StopExecution",
            "",
        ] {
            assert_eq!(target(Some(text)), Err("UnknownOperationException"), "{text}");
        }
        assert_eq!(target(None), Err("UnknownOperationException"));
    }

    #[test]
    fn operations_that_are_missing_are_named() {
        let error = Operation::from_target(Some("AWSStepFunctions.RedriveExecution"))
            .expect_err("not in this release");
        assert!(
            error.to_string().starts_with("RedriveExecution is an operation of AWS Step Functions"),
            "{error}"
        );
    }
}
