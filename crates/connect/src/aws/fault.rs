//! Why a call came to nothing, in the words of the SDK that Step Functions makes it with: the first
//! one for Java in optimised integrations, the second one in `aws-sdk` integrations (reference 04,
//! section 5).

use crate::parameters::refused_for;
use crate::wire::NoAnswer;
use serde_json::Value;
use stateline_base::{Failure, error_name};
use stateline_protocols::ServiceFault;

const NO_CREDENTIALS: &str = "Unable to load credentials from any of the providers in the chain: there are none in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, in a profile, of a container or of an instance (for a service that is not at AWS, AWS_ENDPOINT_URL or [aws] endpoint_url in stateline.toml says where it is)";

/// Why a call came to nothing.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// There is no such service or action, or none that can be called.
    Unknown(String),
    /// The parameters are none that can be sent: a sentence for each mistake, in brackets.
    Parameters(String),
    /// Nobody's name to sign with: why what should give one does not; none when nothing should.
    NoCredentials(Option<String>),
    /// The task's role cannot be taken.
    Role {
        /// The state machine's.
        machine: String,
        /// The task's.
        task: String,
        /// What was said against it.
        reason: String,
    },
    /// No answer came: from where, and why.
    NoAnswer(String, NoAnswer),
    /// An answer came that cannot be understood: from where, and what is wrong.
    Unreadable(String, String),
    /// The service says no.
    Service(Box<ServiceFault>),
}

/// Whose words are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style<'a> {
    /// An optimised integration's: the error's prefix (`DynamoDB`) and the product (`AmazonDynamoDBv2`).
    Optimised { prefix: &'a str, product: &'a str },
    /// An `aws-sdk` integration's: the client's name (`DynamoDb`).
    Sdk { client: &'a str },
}

impl Fault {
    /// What happened, in a few words for people.
    pub fn reason(&self) -> String {
        match self {
            Fault::Unknown(reason) | Fault::Parameters(reason) | Fault::Role { reason, .. } => reason.clone(),
            Fault::NoCredentials(reason) => reason.as_deref().unwrap_or(NO_CREDENTIALS).to_owned(),
            Fault::NoAnswer(from, reason) => unanswered(from, reason),
            Fault::Unreadable(from, reason) => format!("the answer of {from} cannot be read: {reason}"),
            Fault::Service(fault) => {
                let code = fault.code.as_deref().unwrap_or("an error without a code");
                format!(
                    "{code}: {} (status {})",
                    fault.message.as_deref().unwrap_or("no message"),
                    fault.status
                )
            }
        }
    }

    /// Whether the same call may go well a moment later.
    pub fn may_pass(&self) -> bool {
        match self {
            Fault::NoAnswer(_, reason) => reason.may_pass(),
            Fault::Service(fault) => fault.status >= 500 || fault.status == 429,
            _ => false,
        }
    }

    /// The task's failure. `parameters` are what the task wanted to send.
    pub fn failure(&self, style: Style<'_>, parameters: &Value) -> Failure {
        match self {
            Fault::Unknown(reason) => Failure::runtime(reason.clone()),
            Fault::Parameters(mistakes) => refused_for(&parameters.to_string(), mistakes),
            Fault::Role { machine, task, reason } => {
                tracing::warn!(role = task, reason, "a task's role cannot be taken");
                let cause =
                    format!("The role {machine} is not authorized to assume the task state's role, {task}.");
                Failure::new(error_name::TASK_FAILED, cause)
            }
            Fault::NoCredentials(_) => style.client_side(&self.reason()),
            Fault::NoAnswer(from, reason) => {
                let reason = unanswered(from, reason);
                style.client_side(&format!("Unable to execute HTTP request: {reason}"))
            }
            Fault::Unreadable(from, reason) => style.client_side(&format!("{reason} (the answer of {from})")),
            Fault::Service(fault) => style.refused(fault),
        }
    }
}

/// Why there is no answer, with the address wherever it helps to know who should have answered.
fn unanswered(from: &str, reason: &NoAnswer) -> String {
    match reason {
        NoAnswer::TooLarge(_) => format!("{reason} (the answer of {from})"),
        // The others name it themselves.
        _ => reason.to_string(),
    }
}

impl Style<'_> {
    fn prefix(self) -> String {
        match self {
            Style::Optimised { prefix, .. } => prefix.to_owned(),
            Style::Sdk { client } => client.to_owned(),
        }
    }

    /// What the service's model has no name for.
    fn base_exception(self) -> String {
        match self {
            Style::Optimised { product, .. } => format!("{}Exception", product.trim_end_matches("v2")),
            Style::Sdk { client } => format!("{client}Exception"),
        }
    }

    /// Recorded of DynamoDB and S3 without the count, of Step Functions with it.
    fn attempts(self) -> &'static str {
        match self {
            Style::Sdk { client: "DynamoDb" | "S3" } | Style::Optimised { .. } => "",
            Style::Sdk { .. } => " (SDK Attempt Count: 1)",
        }
    }

    /// What goes wrong before there is an answer.
    pub fn client_side(self, reason: &str) -> Failure {
        let cause = format!("{reason}{}", self.attempts());
        Failure::new(format!("{}.SdkClientException", self.prefix()), cause)
    }

    fn refused(self, fault: &ServiceFault) -> Failure {
        let exception = fault.exception.clone().unwrap_or_else(|| self.base_exception());
        // A missing part is printed as Java prints it.
        let part = |text: &Option<String>| text.clone().unwrap_or_else(|| "null".to_owned());
        let (message, id) = (part(&fault.message), part(&fault.request_id));
        let cause = match self {
            Style::Optimised { product, .. } => format!(
                "{message} (Service: {product}; Status Code: {}; Error Code: {}; Request ID: {id}; Proxy: null)",
                fault.status,
                part(&fault.code),
            ),
            Style::Sdk { client } => {
                let extended = fault.extended_request_id.as_deref();
                let extended = extended.map_or_else(String::new, |id| format!(", Extended Request ID: {id}"));
                format!(
                    "{message} (Service: {client}, Status Code: {}, Request ID: {id}{extended}){}",
                    fault.status,
                    self.attempts()
                )
            }
        };
        Failure::new(format!("{}.{exception}", self.prefix()), cause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};
    use serde_json::json;

    const DYNAMODB: Style<'_> = Style::Optimised { prefix: "DynamoDB", product: "AmazonDynamoDBv2" };

    fn said(exception: Option<&str>, extended: Option<&str>) -> Fault {
        Fault::Service(Box::new(ServiceFault {
            status: 400,
            code: Some("Code".to_owned()),
            exception: exception.map(str::to_owned),
            message: Some("no".to_owned()),
            request_id: Some("r-1".to_owned()),
            extended_request_id: extended.map(str::to_owned),
            members: json!({}),
            unreadable: false,
        }))
    }

    #[track_caller]
    fn check(fault: &Fault, style: Style<'_>, expected: &Expect) {
        let failure = fault.failure(style, &json!({"A": 1}));
        expected.assert_eq(&format!("{}: {}", failure.name(), failure.cause.as_deref().unwrap_or_default()));
    }

    #[test]
    fn refusals_are_told_in_the_recorded_words() {
        check(
            &said(Some("ResourceNotFoundException"), None),
            DYNAMODB,
            &expect![
                "DynamoDB.ResourceNotFoundException: no (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: Code; Request ID: r-1; Proxy: null)"
            ],
        );
        check(
            &said(None, None),
            DYNAMODB,
            &expect![
                "DynamoDB.AmazonDynamoDBException: no (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: Code; Request ID: r-1; Proxy: null)"
            ],
        );
        check(
            &said(Some("NoSuchKeyException"), Some("x/y=")),
            Style::Sdk { client: "S3" },
            &expect![
                "S3.NoSuchKeyException: no (Service: S3, Status Code: 400, Request ID: r-1, Extended Request ID: x/y=)"
            ],
        );
        check(
            &said(None, None),
            Style::Sdk { client: "SecretsManager" },
            &expect![
                "SecretsManager.SecretsManagerException: no (Service: SecretsManager, Status Code: 400, Request ID: r-1) (SDK Attempt Count: 1)"
            ],
        );
    }

    #[test]
    fn what_goes_wrong_on_the_way_is_the_client_s() {
        let to = || "127.0.0.1:9".to_owned();
        let refused = Fault::NoAnswer(to(), NoAnswer::Connect(to(), "Connection refused".to_owned()));
        check(
            &refused,
            Style::Sdk { client: "Sqs" },
            &expect![
                "Sqs.SdkClientException: Unable to execute HTTP request: Connect to 127.0.0.1:9 failed: Connection refused (SDK Attempt Count: 1)"
            ],
        );
        check(
            &Fault::Unreadable("host:1".to_owned(), "no JSON".to_owned()),
            DYNAMODB,
            &expect!["DynamoDB.SdkClientException: no JSON (the answer of host:1)"],
        );
    }

    #[test]
    fn what_never_leaves_is_told_by_the_engine_and_by_the_role() {
        check(
            &Fault::Parameters("[The field 'B' is required but was missing]".to_owned()),
            DYNAMODB,
            &expect![[
                r#"States.Runtime: The Parameters '{"A":1}' could not be used to start the Task: [The field 'B' is required but was missing]"#
            ]],
        );
        let role = Fault::Role { machine: "m".to_owned(), task: "t".to_owned(), reason: "no".to_owned() };
        check(
            &role,
            DYNAMODB,
            &expect!["States.TaskFailed: The role m is not authorized to assume the task state's role, t."],
        );
    }
}
