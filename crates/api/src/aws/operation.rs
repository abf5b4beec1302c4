//! The names of the service's operations: one line each, and a file of the same name.

use super::error::ApiError;

/// What stands before the operation's name in `X-Amz-Target`.
const SERVICE: &str = "AWSStepFunctions.";

macro_rules! operations {
    ($($name:ident),* $(,)?) => {
        /// An operation of the service.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Operation {
            $($name,)*
        }

        impl Operation {
            /// All of them, in the order of their names.
            #[cfg(test)]
            pub(super) const ALL: &[Operation] = &[$(Operation::$name,)*];

            /// The operation with a name.
            fn named(name: &str) -> Option<Self> {
                match name {
                    $(stringify!($name) => Some(Operation::$name),)*
                    _ => None,
                }
            }

            /// Its name.
            pub(super) const fn name(self) -> &'static str {
                match self {
                    $(Operation::$name => stringify!($name),)*
                }
            }
        }
    };
}

operations! {
    CreateActivity,
    CreateStateMachine,
    CreateStateMachineAlias,
    DeleteActivity,
    DeleteStateMachine,
    DeleteStateMachineAlias,
    DeleteStateMachineVersion,
    DescribeActivity,
    DescribeExecution,
    DescribeMapRun,
    DescribeStateMachine,
    DescribeStateMachineAlias,
    DescribeStateMachineForExecution,
    GetActivityTask,
    GetExecutionHistory,
    ListActivities,
    ListExecutions,
    ListMapRuns,
    ListStateMachineAliases,
    ListStateMachineVersions,
    ListStateMachines,
    ListTagsForResource,
    PublishStateMachineVersion,
    RedriveExecution,
    SendTaskFailure,
    SendTaskHeartbeat,
    SendTaskSuccess,
    StartExecution,
    StartSyncExecution,
    StopExecution,
    TagResource,
    TestState,
    UntagResource,
    UpdateMapRun,
    UpdateStateMachine,
    UpdateStateMachineAlias,
    ValidateStateMachineDefinition,
}

/// Which requests wait for each other's places when there are too many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lane {
    /// Those that change something.
    Write,
    /// Those that look something up.
    Read,
    /// Those that run an execution to its end.
    Run,
    /// Those that never wait: words about work that is out, and what has bounds of its own.
    Free,
}

impl Operation {
    /// Its lane.
    pub(super) fn lane(self) -> Lane {
        match self {
            Operation::SendTaskFailure
            | Operation::SendTaskHeartbeat
            | Operation::SendTaskSuccess
            | Operation::StopExecution
            | Operation::GetActivityTask
            | Operation::TestState => Lane::Free,
            Operation::StartSyncExecution => Lane::Run,
            other
                if ["Describe", "List", "Get", "Validate"]
                    .iter()
                    .any(|verb| other.name().starts_with(verb)) =>
            {
                Lane::Read
            }
            _ => Lane::Write,
        }
    }

    /// The operation that the header `X-Amz-Target` names.
    pub(super) fn from_target(target: Option<&str>) -> Result<Self, ApiError> {
        let target = target.ok_or_else(|| {
            ApiError::UnknownOperation(
                "The request has no X-Amz-Target header that names an operation".to_owned(),
            )
        })?;
        let name = target.strip_prefix(SERVICE).unwrap_or_default();
        Operation::named(name)
            .ok_or_else(|| ApiError::UnknownOperation(format!("Unknown operation: '{target}'")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_can_have_a_rate() {
        for operation in Operation::ALL {
            let name = operation.name();
            let settings = format!(r#"{{"operations": {{"{name}": {{"bucket": 1, "per_second": 1}}}}}}"#);
            let read = serde_json::from_str::<crate::Throttling>(&settings);
            assert!(read.is_ok(), "{name}: {read:?}");
        }
    }

    #[test]
    fn lanes_are_told_by_what_operations_do() {
        let of = |lane| -> Vec<&str> {
            Operation::ALL.iter().filter(|one| one.lane() == lane).map(|one| one.name()).collect()
        };
        assert_eq!(of(Lane::Run), ["StartSyncExecution"]);
        assert_eq!(
            of(Lane::Free),
            [
                "GetActivityTask",
                "SendTaskFailure",
                "SendTaskHeartbeat",
                "SendTaskSuccess",
                "StopExecution",
                "TestState"
            ]
        );
        assert_eq!(of(Lane::Write).len() + of(Lane::Read).len(), Operation::ALL.len() - 7);
        assert!(of(Lane::Write).contains(&"StartExecution") && of(Lane::Write).contains(&"UntagResource"));
        assert!(of(Lane::Read).contains(&"GetExecutionHistory"));
    }

    #[test]
    fn targets_name_operations() {
        let target = |text| Operation::from_target(text).map_err(|error| error.name());
        assert_eq!(target(Some("AWSStepFunctions.StopExecution")), Ok(Operation::StopExecution));
        assert_eq!(target(Some("AWSStepFunctions.TestState")), Ok(Operation::TestState));
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
    fn all_of_aws_are_here() {
        assert_eq!(Operation::ALL.len(), 37);
        for operation in Operation::ALL {
            let target = format!("AWSStepFunctions.{}", operation.name());
            assert_eq!(Operation::from_target(Some(&target)), Ok(*operation));
        }
    }
}
