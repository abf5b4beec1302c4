//! The one table of API errors: AWS's name, its HTTP status and the form of its
//! message. Operations raise these and nothing else; the table alone knows how
//! they look on the wire.

use super::encode::Object;
use crate::api::{Answer, json_answer};
use bytes::Bytes;
use hyper::StatusCode;
use hyper::header::{HeaderName, HeaderValue, RETRY_AFTER};
use stateline_runtime::ServiceError;
use std::sync::Arc;

/// Why an API call was refused or failed. `Display` is the message that clients see.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ApiError {
    /// An activity of this name has another key.
    #[error("Activity Already Exists: '{0}'")]
    ActivityAlreadyExists(Arc<str>),
    /// No such activity.
    #[error("Activity Does Not Exist: '{0}'")]
    ActivityDoesNotExist(Arc<str>),
    /// More workers ask for one activity's tasks than may.
    #[error("The maximum number of workers concurrently polling for activity tasks has been reached: '{0}'")]
    ActivityWorkerLimitExceeded(Arc<str>),
    /// The name is taken by an execution with other input, or by a closed one.
    #[error("Execution Already Exists: '{0}'")]
    ExecutionAlreadyExists(Arc<str>),
    /// No such execution.
    #[error("Execution Does Not Exist: '{0}'")]
    ExecutionDoesNotExist(Arc<str>),
    /// Not an ARN, or the ARN of something else. Holds the explanation.
    #[error("Invalid Arn: '{0}'")]
    InvalidArn(String),
    /// Not an ARN of an IAM role.
    #[error("Invalid Role Arn: '{0}'")]
    InvalidRoleArn(String),
    /// The definition has errors. Holds the whole message, as the language's checker words it.
    #[error("{0}")]
    InvalidDefinition(String),
    /// A key configuration that contradicts itself.
    #[error("Invalid Encryption Configuration: {0}")]
    InvalidEncryptionConfiguration(&'static str),
    /// The input is not one JSON document. Holds the parser's message.
    #[error("Invalid State Machine Execution Input: '{0}'")]
    InvalidExecutionInput(String),
    /// A logging level without its destination, or a destination that is none.
    #[error("Invalid Logging Configuration: {0}")]
    InvalidLoggingConfiguration(String),
    /// A name with characters that names may not have.
    #[error("Invalid Name: '{0}'")]
    InvalidName(String),
    /// A task's output is not one JSON document. Holds the parser's message.
    #[error("Invalid Output: '{0}'")]
    InvalidOutput(String),
    /// The execution of a task token is not kept any more.
    #[error("Task Does Not Exist: 'Provided task does not exist anymore'")]
    TaskDoesNotExist,
    /// The task of a task token is over.
    #[error("Task Timed Out: 'Provided task does not exist anymore'")]
    TaskTimedOut,
    /// A page token that this server did not make, made for another question, or made too long ago.
    #[error("Invalid Token: 'Invalid token'")]
    InvalidToken,
    /// No such map run.
    #[error("Resource not found: '{0}'")]
    ResourceNotFound(String),
    /// A version or an alias that the request needs, or its machine, is not there.
    #[error("Request references a resource that does not exist.")]
    NoSuchResource(Arc<str>),
    /// What is there stands against it. Holds the whole message.
    #[error("{0}")]
    Conflict(String),
    /// Nothing that could be changed is named.
    #[error("{0}")]
    MissingRequiredParameter(&'static str),
    /// There are as many as there may be. Holds the whole message.
    #[error("{0}")]
    ServiceQuotaExceeded(String),
    /// Another definition or configuration has this name.
    #[error("State Machine Already Exists: '{0}'")]
    StateMachineAlreadyExists(Arc<str>),
    /// The machine is being deleted.
    #[error("State Machine is being deleted: '{0}'")]
    StateMachineDeleting(Arc<str>),
    /// No such state machine.
    #[error("State Machine Does Not Exist: '{0}'")]
    StateMachineDoesNotExist(Arc<str>),
    /// A Standard-only operation on an Express machine, or the other way round.
    #[error("This operation is not supported by this type of state machine")]
    StateMachineTypeNotSupported,
    /// More tags than a resource may have.
    #[error("Too many tags: a resource may have at most {limit} tags")]
    TooManyTags {
        /// The machine's ARN, shown as `resourceName`.
        resource: String,
        /// How many there may be.
        limit: usize,
    },
    /// A constraint of the request's shape does not hold. Holds the whole message.
    #[error("{0}")]
    Validation(String),
    /// Of some members one must be there. Holds the whole message.
    #[error("{0}")]
    MissingMember(&'static str),
    /// An alias cannot lead so. Holds the whole message.
    #[error("{0}")]
    InvalidRouting(String),
    /// The ARN names the processor of a distributed Map, which this operation does not take.
    #[error("The state machine ARN must not contain a label: '{0}'")]
    LabelledArn(String),
    /// The body is not JSON, or a member has another type.
    #[error("{0}")]
    Serialization(String),
    /// The target names no operation of the service.
    #[error("{0}")]
    UnknownOperation(String),
    /// The body is over the limit.
    #[error("the request's body is over the limit of {limit} bytes")]
    RequestTooLarge {
        /// Bytes a body may have.
        limit: usize,
    },
    /// The body is compressed in a way that is not read here. Holds the name of it.
    #[error("the request's body has the Content-Encoding '{0}'; gzip and identity are read")]
    UnsupportedEncoding(String),
    /// A path of our own got a body of another content type.
    #[error(
        "a request that changes something here, or asks about a text, must have the Content-Type application/json"
    )]
    NotJson,
    /// The client was too slow.
    #[error("the request's body did not arrive in time")]
    RequestTimeout,
    /// The execution cannot be redriven; the text says why.
    #[error("Execution Not Redrivable: '{0}'")]
    ExecutionNotRedrivable(Arc<str>),
    /// The Map Run has ended.
    #[error("Map Run has already completed and can no longer be updated: '{0}'")]
    MapRunCompleted(Arc<str>),
    /// Too much at once; nothing was accepted.
    #[error("Rate exceeded")]
    Throttling {
        /// When it is worth coming again.
        wait_millis: u64,
    },
    /// A browser came under a name that is not the server's. Holds the name.
    #[error(
        "this server is not known as '{0}'; reach it by its address or as localhost, or list the name in \
         stateline.toml: [console] hosts = [\"{0}\"]"
    )]
    UnknownHost(String),
    /// A browser came for a page of another site. Holds what it says of the site.
    #[error(
        "a page of another site may not call this server (Sec-Fetch-Site: {0}); its own console may, and \
         programs that are no browsers"
    )]
    CrossSite(String),
    /// The server cannot do it now; what was acknowledged before is safe.
    #[error("{0}")]
    ServiceUnavailable(String),
}

/// Where an error's type comes from, as AWS prefixes it.
const MODELLED: &str = "com.amazonaws.swf.service.v2.model#";
const VALIDATION: &str = "com.amazon.coral.validate#";
const SERVICE: &str = "com.amazon.coral.service#";

/// What a caller is told to wait when the engine has as much to do as it can hold; it is worked
/// off within moments.
const BUSY_MILLIS: u64 = 100;

impl ApiError {
    /// The table: the prefix and name of `__type`, and the HTTP status.
    fn shape(&self) -> (&'static str, &'static str, u16) {
        match self {
            ApiError::ActivityAlreadyExists(_) => (MODELLED, "ActivityAlreadyExists", 400),
            ApiError::ActivityDoesNotExist(_) => (MODELLED, "ActivityDoesNotExist", 400),
            ApiError::ActivityWorkerLimitExceeded(_) => (MODELLED, "ActivityWorkerLimitExceeded", 400),
            ApiError::InvalidOutput(_) => (MODELLED, "InvalidOutput", 400),
            ApiError::TaskDoesNotExist => (MODELLED, "TaskDoesNotExist", 400),
            ApiError::TaskTimedOut => (MODELLED, "TaskTimedOut", 400),
            ApiError::ExecutionAlreadyExists(_) => (MODELLED, "ExecutionAlreadyExists", 400),
            ApiError::ExecutionDoesNotExist(_) => (MODELLED, "ExecutionDoesNotExist", 400),
            ApiError::ExecutionNotRedrivable(_) => (MODELLED, "ExecutionNotRedrivable", 400),
            ApiError::InvalidArn(_) | ApiError::InvalidRoleArn(_) => (MODELLED, "InvalidArn", 400),
            ApiError::InvalidDefinition(_) => (MODELLED, "InvalidDefinition", 400),
            ApiError::InvalidEncryptionConfiguration(_) => (MODELLED, "InvalidEncryptionConfiguration", 400),
            ApiError::InvalidExecutionInput(_) => (MODELLED, "InvalidExecutionInput", 400),
            ApiError::InvalidLoggingConfiguration(_) => (MODELLED, "InvalidLoggingConfiguration", 400),
            ApiError::InvalidName(_) => (MODELLED, "InvalidName", 400),
            ApiError::InvalidToken => (MODELLED, "InvalidToken", 400),
            ApiError::ResourceNotFound(_) | ApiError::NoSuchResource(_) => {
                (MODELLED, "ResourceNotFound", 400)
            }
            ApiError::Conflict(_) => (MODELLED, "ConflictException", 409),
            ApiError::MissingRequiredParameter(_) => (MODELLED, "MissingRequiredParameter", 400),
            ApiError::ServiceQuotaExceeded(_) => (MODELLED, "ServiceQuotaExceededException", 402),
            ApiError::StateMachineAlreadyExists(_) => (MODELLED, "StateMachineAlreadyExists", 400),
            ApiError::StateMachineDeleting(_) => (MODELLED, "StateMachineDeleting", 400),
            ApiError::StateMachineDoesNotExist(_) => (MODELLED, "StateMachineDoesNotExist", 400),
            ApiError::StateMachineTypeNotSupported => (MODELLED, "StateMachineTypeNotSupported", 400),
            ApiError::TooManyTags { .. } => (MODELLED, "TooManyTags", 400),
            ApiError::Validation(_) => (VALIDATION, "ValidationException", 400),
            ApiError::LabelledArn(_)
            | ApiError::InvalidRouting(_)
            | ApiError::MissingMember(_)
            | ApiError::MapRunCompleted(_) => (MODELLED, "ValidationException", 400),
            ApiError::Serialization(_) => (SERVICE, "SerializationException", 400),
            ApiError::UnknownOperation(_) => (SERVICE, "UnknownOperationException", 400),
            ApiError::RequestTooLarge { .. } => (SERVICE, "RequestEntityTooLargeException", 413),
            ApiError::UnsupportedEncoding(_) | ApiError::NotJson => {
                (SERVICE, "UnsupportedMediaTypeException", 415)
            }
            ApiError::RequestTimeout => (SERVICE, "RequestTimeoutException", 408),
            ApiError::Throttling { .. } => (SERVICE, "ThrottlingException", 400),
            ApiError::UnknownHost(_) => (SERVICE, "MisdirectedRequestException", 421),
            ApiError::CrossSite(_) => (SERVICE, "AccessDeniedException", 403),
            ApiError::ServiceUnavailable(_) => (SERVICE, "ServiceUnavailable", 503),
        }
    }

    /// AWS's name of the error.
    pub(crate) fn name(&self) -> &'static str {
        self.shape().1
    }

    /// What every error's body begins with.
    pub(crate) fn members(&self, error: &mut Object<'_>) {
        let (prefix, name, _) = self.shape();
        error.text("__type", &format!("{prefix}{name}"));
        error.text("message", &self.to_string());
    }

    /// The body: `__type`, `message`, and the members that some errors add.
    pub(crate) fn body(&self) -> Vec<u8> {
        Object::document(|error| {
            self.members(error);
            match self {
                ApiError::ResourceNotFound(resource) | ApiError::TooManyTags { resource, .. } => {
                    error.text("resourceName", resource);
                }
                ApiError::NoSuchResource(resource) => error.text("resourceName", resource),
                ApiError::MissingMember(_) => error.text("reason", "MISSING_REQUIRED_PARAMETER"),
                ApiError::InvalidRouting(_) => error.text("reason", "INVALID_ROUTING_CONFIGURATION"),
                ApiError::LabelledArn(_) => error.text("reason", "API_DOES_NOT_SUPPORT_LABELED_ARNS"),
                ApiError::MapRunCompleted(_) => error.text("reason", "CANNOT_UPDATE_COMPLETED_MAP_RUN"),
                _ => {}
            }
        })
    }

    /// The whole answer.
    pub(crate) fn answer(&self) -> Answer {
        let status = StatusCode::from_u16(self.shape().2).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut answer = json_answer(status, Bytes::from(self.body()));
        if let ApiError::Throttling { wait_millis } = self {
            // The first is what AWS's SDKs read, the second what HTTP clients know; an SDK that
            // reads both takes the one that comes first.
            let headers = answer.headers_mut();
            headers.insert(HeaderName::from_static("x-amz-retry-after"), HeaderValue::from(*wait_millis));
            headers.insert(RETRY_AFTER, HeaderValue::from(wait_millis.div_ceil(1_000)));
        }
        answer
    }
}

impl From<ServiceError> for ApiError {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::MachineDoesNotExist(arn) => ApiError::StateMachineDoesNotExist(arn),
            ServiceError::MachineDeleting(arn) => ApiError::StateMachineDeleting(arn),
            ServiceError::ExecutionDoesNotExist(arn) => ApiError::ExecutionDoesNotExist(arn),
            ServiceError::ExecutionAlreadyExists(arn) => ApiError::ExecutionAlreadyExists(arn),
            ServiceError::ActivityDoesNotExist(arn) => ApiError::ActivityDoesNotExist(arn),
            ServiceError::TooManyWorkers(arn) => ApiError::ActivityWorkerLimitExceeded(arn),
            ServiceError::InvalidTaskToken => ApiError::InvalidToken,
            ServiceError::TaskDoesNotExist => ApiError::TaskDoesNotExist,
            ServiceError::TaskTimedOut => ApiError::TaskTimedOut,
            ServiceError::ExecutionNotRedrivable(why) => ApiError::ExecutionNotRedrivable(why),
            ServiceError::MapRunCompleted(arn) => ApiError::MapRunCompleted(arn),
            ServiceError::MapRunDoesNotExist(arn) => ApiError::ResourceNotFound(arn.to_string()),
            ServiceError::TestCase(why) => ApiError::Validation(why.to_string()),
            ServiceError::NoSuchResource(arn) => ApiError::NoSuchResource(arn),
            ServiceError::ResourceNotFound(arn) => ApiError::ResourceNotFound(arn.to_string()),
            ServiceError::TooManyTags { resource, limit } => {
                ApiError::TooManyTags { resource: resource.to_string(), limit }
            }
            conflict @ (ServiceError::AliasExists
            | ServiceError::VersionInUse(_)
            | ServiceError::RevisionConflict { .. }
            | ServiceError::RevisionChanged { .. }) => ApiError::Conflict(conflict.to_string()),
            quota @ (ServiceError::QuotaExceeded { .. } | ServiceError::TooManyDrafts { .. }) => {
                ApiError::ServiceQuotaExceeded(quota.to_string())
            }
            ServiceError::TypeNotSupported => ApiError::StateMachineTypeNotSupported,
            ServiceError::Throttled => ApiError::Throttling { wait_millis: BUSY_MILLIS },
            full @ ServiceError::StoreFull(_) => ApiError::ServiceUnavailable(full.to_string()),
            down @ ServiceError::Unavailable(_) => ApiError::ServiceUnavailable(down.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn a_busy_engine_says_when_to_come_again() {
        let answer = ApiError::from(ServiceError::Throttled).answer();
        let names: Vec<&str> = answer.headers().keys().map(HeaderName::as_str).collect();
        assert_eq!(names, ["content-type", "x-amz-retry-after", "retry-after"]);
        assert_eq!(
            (&answer.headers()["x-amz-retry-after"], &answer.headers()["retry-after"]),
            (&HeaderValue::from_static("100"), &HeaderValue::from_static("1"),)
        );
        assert!(!ApiError::RequestTimeout.answer().headers().contains_key("retry-after"));
    }

    /// Every error once: what a client sees is frozen here.
    #[test]
    fn the_table_is_golden() {
        let errors = [
            ApiError::ActivityAlreadyExists("arn:a".into()),
            ApiError::ActivityDoesNotExist("arn:a".into()),
            ApiError::ActivityWorkerLimitExceeded("arn:a".into()),
            ApiError::InvalidOutput("…".into()),
            ApiError::TaskDoesNotExist,
            ApiError::TaskTimedOut,
            ApiError::ExecutionAlreadyExists("arn:e".into()),
            ApiError::ExecutionDoesNotExist("arn:e".into()),
            ApiError::ExecutionNotRedrivable("Execution is RUNNING and cannot be redriven".into()),
            ApiError::MapRunCompleted("arn:r".into()),
            ApiError::InvalidArn("Invalid ARN prefix: x".into()),
            ApiError::InvalidRoleArn("x".into()),
            ApiError::InvalidDefinition("Invalid State Machine Definition: '…'".into()),
            ApiError::InvalidEncryptionConfiguration("…"),
            ApiError::InvalidExecutionInput("…".into()),
            ApiError::InvalidLoggingConfiguration("…".into()),
            ApiError::InvalidName("a b".into()),
            ApiError::InvalidToken,
            ApiError::ResourceNotFound("arn:r".into()),
            ApiError::NoSuchResource("arn:m:1".into()),
            ServiceError::AliasExists.into(),
            ServiceError::VersionInUse("a, b".into()).into(),
            ServiceError::RevisionConflict { wanted: "x".into(), current: "INITIAL".into() }.into(),
            ServiceError::RevisionChanged { wanted: "".into(), current: "x".into() }.into(),
            ServiceError::TooManyDrafts { limit: 1_000 }.into(),
            ApiError::MissingRequiredParameter("…"),
            ServiceError::QuotaExceeded { what: "versions", machine: "arn:m".into(), limit: 9 }.into(),
            ApiError::InvalidRouting("…".into()),
            ApiError::MissingMember("…"),
            ApiError::StateMachineAlreadyExists("arn:m".into()),
            ApiError::StateMachineDeleting("arn:m".into()),
            ApiError::StateMachineDoesNotExist("arn:m".into()),
            ApiError::StateMachineTypeNotSupported,
            ApiError::TooManyTags { resource: "arn:m".into(), limit: 50 },
            ApiError::Validation("1 validation error detected: …".into()),
            ApiError::LabelledArn("arn:m/l".into()),
            ApiError::Serialization("…".into()),
            ApiError::UnknownOperation("…".into()),
            ApiError::RequestTooLarge { limit: 9 },
            ApiError::UnsupportedEncoding("br".into()),
            ApiError::NotJson,
            ApiError::RequestTimeout,
            ApiError::Throttling { wait_millis: 5 },
            ServiceError::StoreFull("no space left".into()).into(),
            ServiceError::Unavailable("stopping".into()).into(),
            ApiError::UnknownHost("evil.example".into()),
            ApiError::CrossSite("cross-site".into()),
        ];
        let table: Vec<String> = errors
            .iter()
            .map(|error| format!("{} {}", error.shape().2, String::from_utf8_lossy(&error.body())))
            .collect();
        expect![[r#"
            400 {"__type":"com.amazonaws.swf.service.v2.model#ActivityAlreadyExists","message":"Activity Already Exists: 'arn:a'"}
            400 {"__type":"com.amazonaws.swf.service.v2.model#ActivityDoesNotExist","message":"Activity Does Not Exist: 'arn:a'"}
            400 {"__type":"com.amazonaws.swf.service.v2.model#ActivityWorkerLimitExceeded","message":"The maximum number of workers concurrently polling for activity tasks has been reached: 'arn:a'"}
            400 {"__type":"com.amazonaws.swf.service.v2.model#InvalidOutput","message":"Invalid Output: '…'"}
            400 {"__type":"com.amazonaws.swf.service.v2.model#TaskDoesNotExist","message":"Task Does Not Exist: 'Provided task does not exist anymore'"}
            400 {"__type":"com.amazonaws.swf.service.v2.model#TaskTimedOut","message":"Task Timed Out: 'Provided task does not exist anymore'"}
            400 {"__type":"com.amazonaws.swf.service.v2.model#ExecutionAlreadyExists","message":"Execution Already Exists: 'arn:e'"}
            400 {"__type":"com.amazonaws.swf.service.v2.model#ExecutionDoesNotExist","message":"Execution Does Not Exist: 'arn:e'"}
            400 {"__type":"com.amazonaws.swf.service.v2.model#ExecutionNotRedrivable","message":"Execution Not Redrivable: 'Execution is RUNNING and cannot be redriven'"}
            400 {"__type":"com.amazonaws.swf.service.v2.model#ValidationException","message":"Map Run has already completed and can no longer be updated: 'arn:r'","reason":"CANNOT_UPDATE_COMPLETED_MAP_RUN"}
            400 {"__type":"com.amazonaws.swf.service.v2.model#InvalidArn","message":"Invalid Arn: 'Invalid ARN prefix: x'"}
            400 {"__type":"com.amazonaws.swf.service.v2.model#InvalidArn","message":"Invalid Role Arn: 'x'"}
            400 {"__type":"com.amazonaws.swf.service.v2.model#InvalidDefinition","message":"Invalid State Machine Definition: '…'"}
            400 {"__type":"com.amazonaws.swf.service.v2.model#InvalidEncryptionConfiguration","message":"Invalid Encryption Configuration: …"}
            400 {"__type":"com.amazonaws.swf.service.v2.model#InvalidExecutionInput","message":"Invalid State Machine Execution Input: '…'"}
            400 {"__type":"com.amazonaws.swf.service.v2.model#InvalidLoggingConfiguration","message":"Invalid Logging Configuration: …"}
            400 {"__type":"com.amazonaws.swf.service.v2.model#InvalidName","message":"Invalid Name: 'a b'"}
            400 {"__type":"com.amazonaws.swf.service.v2.model#InvalidToken","message":"Invalid Token: 'Invalid token'"}
            400 {"__type":"com.amazonaws.swf.service.v2.model#ResourceNotFound","message":"Resource not found: 'arn:r'","resourceName":"arn:r"}
            400 {"__type":"com.amazonaws.swf.service.v2.model#ResourceNotFound","message":"Request references a resource that does not exist.","resourceName":"arn:m:1"}
            409 {"__type":"com.amazonaws.swf.service.v2.model#ConflictException","message":"Failed to create alias because an alias with the same name and a different routing configuration already exists."}
            409 {"__type":"com.amazonaws.swf.service.v2.model#ConflictException","message":"Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [a, b]"}
            409 {"__type":"com.amazonaws.swf.service.v2.model#ConflictException","message":"Failed to publish the State Machine version for revision x. The current State Machine revision is INITIAL."}
            409 {"__type":"com.amazonaws.swf.service.v2.model#ConflictException","message":"The State Machine was not updated: it was to have the revision '' and has the revision 'x'. Somebody else has changed it; take that change over, or update without a condition."}
            402 {"__type":"com.amazonaws.swf.service.v2.model#ServiceQuotaExceededException","message":"There are 1000 drafts in this account and region already, which is the limit; delete some that are not needed any more."}
            400 {"__type":"com.amazonaws.swf.service.v2.model#MissingRequiredParameter","message":"…"}
            402 {"__type":"com.amazonaws.swf.service.v2.model#ServiceQuotaExceededException","message":"The state machine 'arn:m' has 9 versions already, which is the limit."}
            400 {"__type":"com.amazonaws.swf.service.v2.model#ValidationException","message":"…","reason":"INVALID_ROUTING_CONFIGURATION"}
            400 {"__type":"com.amazonaws.swf.service.v2.model#ValidationException","message":"…","reason":"MISSING_REQUIRED_PARAMETER"}
            400 {"__type":"com.amazonaws.swf.service.v2.model#StateMachineAlreadyExists","message":"State Machine Already Exists: 'arn:m'"}
            400 {"__type":"com.amazonaws.swf.service.v2.model#StateMachineDeleting","message":"State Machine is being deleted: 'arn:m'"}
            400 {"__type":"com.amazonaws.swf.service.v2.model#StateMachineDoesNotExist","message":"State Machine Does Not Exist: 'arn:m'"}
            400 {"__type":"com.amazonaws.swf.service.v2.model#StateMachineTypeNotSupported","message":"This operation is not supported by this type of state machine"}
            400 {"__type":"com.amazonaws.swf.service.v2.model#TooManyTags","message":"Too many tags: a resource may have at most 50 tags","resourceName":"arn:m"}
            400 {"__type":"com.amazon.coral.validate#ValidationException","message":"1 validation error detected: …"}
            400 {"__type":"com.amazonaws.swf.service.v2.model#ValidationException","message":"The state machine ARN must not contain a label: 'arn:m/l'","reason":"API_DOES_NOT_SUPPORT_LABELED_ARNS"}
            400 {"__type":"com.amazon.coral.service#SerializationException","message":"…"}
            400 {"__type":"com.amazon.coral.service#UnknownOperationException","message":"…"}
            413 {"__type":"com.amazon.coral.service#RequestEntityTooLargeException","message":"the request's body is over the limit of 9 bytes"}
            415 {"__type":"com.amazon.coral.service#UnsupportedMediaTypeException","message":"the request's body has the Content-Encoding 'br'; gzip and identity are read"}
            415 {"__type":"com.amazon.coral.service#UnsupportedMediaTypeException","message":"a request that changes something here, or asks about a text, must have the Content-Type application/json"}
            408 {"__type":"com.amazon.coral.service#RequestTimeoutException","message":"the request's body did not arrive in time"}
            400 {"__type":"com.amazon.coral.service#ThrottlingException","message":"Rate exceeded"}
            503 {"__type":"com.amazon.coral.service#ServiceUnavailable","message":"the data directory is full: no space left"}
            503 {"__type":"com.amazon.coral.service#ServiceUnavailable","message":"the service is unavailable: stopping"}
            421 {"__type":"com.amazon.coral.service#MisdirectedRequestException","message":"this server is not known as 'evil.example'; reach it by its address or as localhost, or list the name in stateline.toml: [console] hosts = [\"evil.example\"]"}
            403 {"__type":"com.amazon.coral.service#AccessDeniedException","message":"a page of another site may not call this server (Sec-Fetch-Site: cross-site); its own console may, and programs that are no browsers"}
        "#]].assert_eq(&(table.join("\n") + "\n"));
    }
}
