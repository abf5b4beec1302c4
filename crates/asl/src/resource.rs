//! What the `Resource` of a Task state names (reference 04, section 1).

use std::sync::Arc;

/// A `Resource`, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaskResource {
    /// `arn:aws:lambda:<region>:<account>:function:<name>`: invoked directly, without a wrapper.
    Function {
        /// As written.
        arn: Arc<str>,
    },
    /// `arn:aws:states:<region>:<account>:activity:<name>`: a worker polls for it.
    Activity {
        /// As written.
        arn: Arc<str>,
    },
    /// `arn:aws:states:::<service>:<action>[.<pattern>]`.
    Integration {
        /// As written.
        arn: Arc<str>,
        /// `lambda`, `sqs`, `aws-sdk:dynamodb`: what history shows as `resourceType`.
        service: Arc<str>,
        /// `invoke`, `startExecution.sync:2`: what history shows as `resource`, with the pattern.
        action: Arc<str>,
        /// How the task ends.
        pattern: Pattern,
    },
}

/// How an integration's task ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// With the service's answer.
    RequestResponse,
    /// `.sync`: when the job is done.
    Sync,
    /// `.sync:2`: when the job is done; the output is JSON, not text.
    Sync2,
    /// `.waitForTaskToken`: when somebody returns the token.
    WaitForTaskToken,
}

impl TaskResource {
    /// The ARN as written.
    #[must_use]
    pub fn arn(&self) -> &Arc<str> {
        match self {
            TaskResource::Function { arn }
            | TaskResource::Activity { arn }
            | TaskResource::Integration { arn, .. } => arn,
        }
    }

    /// Understands a `Resource`; `None` when it is of no form that AWS knows.
    #[must_use]
    pub fn parse(text: &str) -> Option<TaskResource> {
        let arn = stateline_base::Arn::parse(text).ok()?;
        match (arn.service, arn.region, arn.account) {
            ("lambda", region, account) if !region.is_empty() && !account.is_empty() => {
                (arn.resource_type() == "function" && !arn.resource_rest().is_empty())
                    .then(|| TaskResource::Function { arn: text.into() })
            }
            ("states", "", "") => {
                let (service, action) = arn.resource.rsplit_once(':').and_then(|(service, action)| {
                    // ".sync:2" carries a colon of its own.
                    if action == "2" {
                        arn.resource
                            .strip_suffix(":2")?
                            .rsplit_once(':')
                            .map(|(s, _)| (s, &arn.resource[s.len() + 1..]))
                    } else {
                        Some((service, action))
                    }
                })?;
                let pattern = match action.split_once('.').map(|(_, pattern)| pattern) {
                    None => Pattern::RequestResponse,
                    Some("sync") => Pattern::Sync,
                    Some("sync:2") => Pattern::Sync2,
                    Some("waitForTaskToken") => Pattern::WaitForTaskToken,
                    Some(_) => return None,
                };
                (!service.is_empty() && !action.is_empty() && !action.starts_with('.')).then(|| {
                    TaskResource::Integration {
                        arn: text.into(),
                        service: service.into(),
                        action: action.into(),
                        pattern,
                    }
                })
            }
            ("states", _, _) => (arn.resource_type() == "activity" && !arn.resource_rest().is_empty())
                .then(|| TaskResource::Activity { arn: text.into() }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn integration(text: &str) -> Option<(String, String, Pattern)> {
        match TaskResource::parse(text)? {
            TaskResource::Integration { service, action, pattern, .. } => {
                Some((service.to_string(), action.to_string(), pattern))
            }
            _ => None,
        }
    }

    #[test]
    fn integrations_are_taken_apart() {
        let expect =
            |service: &str, action: &str, pattern| Some((service.to_owned(), action.to_owned(), pattern));
        assert_eq!(
            integration("arn:aws:states:::lambda:invoke"),
            expect("lambda", "invoke", Pattern::RequestResponse)
        );
        assert_eq!(
            integration("arn:aws:states:::states:startExecution.sync:2"),
            expect("states", "startExecution.sync:2", Pattern::Sync2)
        );
        assert_eq!(
            integration("arn:aws:states:::aws-sdk:dynamodb:getItem.waitForTaskToken"),
            expect("aws-sdk:dynamodb", "getItem.waitForTaskToken", Pattern::WaitForTaskToken)
        );
        assert_eq!(integration("arn:aws:states:::lambda:invoke.other"), None);
    }

    #[test]
    fn functions_and_activities_are_told_apart() {
        let function = "arn:aws:lambda:us-east-1:000000000000:function:f";
        assert_eq!(TaskResource::parse(function), Some(TaskResource::Function { arn: function.into() }));
        let activity = "arn:aws:states:us-east-1:000000000000:activity:a";
        assert_eq!(TaskResource::parse(activity), Some(TaskResource::Activity { arn: activity.into() }));
        assert_eq!(TaskResource::parse("arn:aws:lambda:::function:f"), None);
        assert_eq!(TaskResource::parse("not an arn"), None);
    }
}
