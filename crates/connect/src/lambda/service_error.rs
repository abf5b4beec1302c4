//! Errors of the Lambda service and of the way to it, with the names and the
//! causes that the optimised integration gives them. That integration speaks
//! through the first Java SDK, whose wording the causes keep.

use crate::aws::Style;
use stateline_base::Failure;

/// The errors that Lambda's model lists for Invoke; others share one name.
const MODELLED: &[&str] = &[
    "EC2AccessDeniedException",
    "EC2ThrottledException",
    "EC2UnexpectedException",
    "EFSIOException",
    "EFSMountConnectivityException",
    "EFSMountFailureException",
    "EFSMountTimeoutException",
    "ENILimitReachedException",
    "InvalidParameterValueException",
    "InvalidRequestContentException",
    "InvalidRuntimeException",
    "InvalidSecurityGroupIDException",
    "InvalidSubnetIDException",
    "InvalidZipFileException",
    "KMSAccessDeniedException",
    "KMSDisabledException",
    "KMSInvalidStateException",
    "KMSNotFoundException",
    "RecursiveInvocationException",
    "RequestTooLargeException",
    "ResourceConflictException",
    "ResourceNotFoundException",
    "ResourceNotReadyException",
    "SerializedRequestEntityTooLargeException",
    "ServiceException",
    "SnapStartException",
    "SnapStartNotReadyException",
    "SnapStartTimeoutException",
    "SubnetIPAddressLimitReachedException",
    "TooManyRequestsException",
    "UnsupportedMediaTypeException",
];

/// Whose words the errors have.
pub(crate) const STYLE: Style<'static> = Style::Optimised { prefix: "Lambda", product: "AWSLambda" };

/// An answer that says no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ServiceError {
    pub status: u16,
    /// The service's code, where the answer has one.
    pub code: Option<String>,
    pub message: Option<String>,
    pub request_id: Option<String>,
}

impl ServiceError {
    /// An error that we answer in the service's place.
    pub fn own(status: u16, code: &str, message: impl Into<String>, request_id: &str) -> Self {
        ServiceError {
            status,
            code: Some(code.to_owned()),
            message: Some(message.into()),
            request_id: Some(request_id.to_owned()),
        }
    }

    /// `arn` with its qualifier.
    pub fn not_found(arn: &str, request_id: &str) -> Self {
        Self::own(404, "ResourceNotFoundException", format!("Function not found: {arn}"), request_id)
    }

    /// More invocations than the function's processes and its queue take.
    pub fn throttled(request_id: &str) -> Self {
        Self::own(429, "TooManyRequestsException", "Rate Exceeded.", request_id)
    }

    /// As the task's failure.
    pub fn failure(&self) -> Failure {
        let name = match self.code.as_deref() {
            Some(code) if MODELLED.contains(&code) => code,
            _ => "AWSLambdaException",
        };
        // A missing part is printed as Java prints it.
        let part = |text: &Option<String>| text.clone().unwrap_or_else(|| "null".to_owned());
        let cause = format!(
            "{} (Service: AWSLambda; Status Code: {}; Error Code: {}; Request ID: {}; Proxy: null)",
            part(&self.message),
            self.status,
            part(&self.code),
            part(&self.request_id),
        );
        Failure::new(format!("Lambda.{name}"), cause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(error: &ServiceError, expected: &Expect) {
        let failure = error.failure();
        expected.assert_eq(&format!("{}: {}", failure.name(), failure.cause.as_deref().unwrap_or_default()));
    }

    #[test]
    fn the_wording_is_the_recorded_one() {
        check(
            &ServiceError::not_found("arn:aws:lambda:us-east-1:111111111111:function:no_such:$LATEST", "r-1"),
            &expect![
                "Lambda.ResourceNotFoundException: Function not found: arn:aws:lambda:us-east-1:111111111111:function:no_such:$LATEST (Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: r-1; Proxy: null)"
            ],
        );
        check(
            &ServiceError::throttled("r-2"),
            &expect![
                "Lambda.TooManyRequestsException: Rate Exceeded. (Service: AWSLambda; Status Code: 429; Error Code: TooManyRequestsException; Request ID: r-2; Proxy: null)"
            ],
        );
        check(
            &ServiceError { status: 502, code: None, message: None, request_id: None },
            &expect![
                "Lambda.AWSLambdaException: null (Service: AWSLambda; Status Code: 502; Error Code: null; Request ID: null; Proxy: null)"
            ],
        );
        check(
            &ServiceError::own(403, "AccessDeniedException", "no", "r-3"),
            &expect![
                "Lambda.AWSLambdaException: no (Service: AWSLambda; Status Code: 403; Error Code: AccessDeniedException; Request ID: r-3; Proxy: null)"
            ],
        );
    }
}
