//! Who calls and from where, as the signature's scope says it. Checking the
//! signature is not done here: without configured identities any is accepted.

use super::error::ApiError;
use crate::api::Settings;
use hyper::HeaderMap;
use hyper::header::AUTHORIZATION;

/// Account and region in which a call acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Caller<'a> {
    /// Twelve digits.
    pub(crate) account: &'a str,
    /// `us-east-1`.
    pub(crate) region: &'a str,
}

impl<'a> Caller<'a> {
    /// Reads `Credential=<access key id>/<date>/<region>/<service>/aws4_request`. An access key id
    /// of twelve digits is the account; what is missing or odd is replaced by the defaults.
    pub(crate) fn from_headers(headers: &'a HeaderMap, settings: &'a Settings) -> Self {
        let scope = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(credential);
        let mut parts = scope.unwrap_or_default().split('/');
        let account =
            parts.next().filter(|id| id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit()));
        let region = parts.nth(1).filter(|region| is_region(region));
        Caller {
            account: account.unwrap_or(&settings.default_account),
            region: region.unwrap_or(&settings.default_region),
        }
    }

    /// The partition that the region belongs to.
    fn partition(&self) -> &'static str {
        if self.region.starts_with("cn-") {
            "aws-cn"
        } else if self.region.starts_with("us-gov-") {
            "aws-us-gov"
        } else {
            "aws"
        }
    }

    /// What the ARNs of this caller's state machines begin with.
    pub(crate) fn machine_prefix(&self) -> String {
        self.prefix("stateMachine")
    }

    /// What the ARNs of this caller's activities begin with.
    pub(crate) fn activity_prefix(&self) -> String {
        self.prefix("activity")
    }

    /// What the ARNs of this caller's functions begin with.
    pub(crate) fn function_prefix(&self) -> String {
        format!("arn:{}:lambda:{}:{}:function:", self.partition(), self.region, self.account)
    }

    /// That an ARN is one of this caller's account and region.
    ///
    /// # Errors
    /// An ARN of another's is not found, as if there were no such thing.
    pub(crate) fn check_own(&self, arn: &str) -> Result<(), ApiError> {
        let own = format!("arn:{}:states:{}:{}:", self.partition(), self.region, self.account);
        if arn.starts_with(&own) { Ok(()) } else { Err(ApiError::ResourceNotFound(arn.to_owned())) }
    }

    fn prefix(&self, kind: &str) -> String {
        format!("arn:{}:states:{}:{}:{kind}:", self.partition(), self.region, self.account)
    }
}

/// The value of `Credential=` in an `Authorization` header.
fn credential(header: &str) -> Option<&str> {
    let (_, rest) = header.split_once("Credential=")?;
    rest.split([',', ' ']).next()
}

/// Regions become parts of ARNs, so only their own letters may come in.
fn is_region(text: &str) -> bool {
    (1..=32).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(header: &str, account: &str, region: &str) {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, header.parse().expect("a header value"));
        let settings = Settings::default();
        assert_eq!(Caller::from_headers(&headers, &settings), Caller { account, region }, "{header}");
    }

    #[test]
    fn the_scope_names_account_and_region() {
        let rest = "SignedHeaders=host;x-amz-date, Signature=0";
        check(
            &format!("AWS4-HMAC-SHA256 Credential=test/20261121/eu-west-1/states/aws4_request, {rest}"),
            "000000000000",
            "eu-west-1",
        );
        check(
            &format!(
                "AWS4-HMAC-SHA256 Credential=000000000002/20261121/us-east-1/states/aws4_request,{rest}"
            ),
            "000000000002",
            "us-east-1",
        );
        check(
            "AWS4-HMAC-SHA256 Credential=00000000000x/20261121/EU WEST/states",
            "000000000000",
            "us-east-1",
        );
        check("AWS4-HMAC-SHA256 Credential=", "000000000000", "us-east-1");
        check("Bearer x", "000000000000", "us-east-1");
        check("AWS4-HMAC-SHA256 Credential=a/20261121/a:b/states/aws4_request", "000000000000", "us-east-1");
    }

    #[test]
    fn partitions_follow_regions() {
        let prefix = |region| Caller { account: "000000000000", region }.machine_prefix();
        assert_eq!(prefix("us-east-1"), "arn:aws:states:us-east-1:000000000000:stateMachine:");
        assert_eq!(prefix("cn-north-1"), "arn:aws-cn:states:cn-north-1:000000000000:stateMachine:");
        assert_eq!(prefix("us-gov-west-1"), "arn:aws-us-gov:states:us-gov-west-1:000000000000:stateMachine:");
    }
}
