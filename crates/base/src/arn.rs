//! Amazon resource names of the service (reference 02, section 3).

use std::fmt;

/// An ARN taken apart: `arn:<partition>:<service>:<region>:<account>:<resource>`.
///
/// The resource keeps its own colons: `execution:machine:name`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Arn<'a> {
    /// `aws`, `aws-cn`, `aws-us-gov`.
    pub partition: &'a str,
    /// `states`, `lambda`, …
    pub service: &'a str,
    /// Empty in integration ARNs.
    pub region: &'a str,
    /// Twelve digits; empty in integration ARNs.
    pub account: &'a str,
    /// All that follows the account.
    pub resource: &'a str,
}

/// The text does not start like an ARN or has too few parts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Invalid ARN prefix: {0}")]
pub struct ArnError(
    /// The text as given.
    pub String,
);

impl<'a> Arn<'a> {
    /// Takes a text apart.
    ///
    /// # Errors
    /// When it does not have the six parts of an ARN.
    pub fn parse(text: &'a str) -> Result<Self, ArnError> {
        let mut parts = text.splitn(6, ':');
        let mut next = || parts.next().ok_or_else(|| ArnError(text.to_owned()));
        let (prefix, partition, service) = (next()?, next()?, next()?);
        let (region, account, resource) = (next()?, next()?, next()?);
        if prefix != "arn" || partition.is_empty() || service.is_empty() || resource.is_empty() {
            return Err(ArnError(text.to_owned()));
        }
        Ok(Arn { partition, service, region, account, resource })
    }

    /// The part of the resource before its first colon: `stateMachine`, `execution`, `function`.
    #[must_use]
    pub fn resource_type(&self) -> &'a str {
        self.resource.split(':').next().unwrap_or_default()
    }

    /// The part of the resource after its first colon; empty when there is none.
    #[must_use]
    pub fn resource_rest(&self) -> &'a str {
        self.resource.split_once(':').map_or("", |(_, rest)| rest)
    }

    /// The same place, another resource.
    #[must_use]
    pub fn with_resource<'b>(&self, resource: &'b str) -> Arn<'b>
    where
        'a: 'b,
    {
        Arn { resource, ..*self }
    }
}

impl fmt::Display for Arn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "arn:{}:{}:{}:{}:{}",
            self.partition, self.service, self.region, self.account, self.resource
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_and_text_agree() {
        let text = "arn:aws:states:us-east-1:000000000000:execution:m:e";
        let arn = Arn::parse(text).expect("an ARN");
        assert_eq!((arn.resource_type(), arn.resource_rest()), ("execution", "m:e"));
        assert_eq!(arn.to_string(), text);
    }

    #[test]
    fn other_texts_are_refused_with_aws_words() {
        for text in ["", "arn:aws", "invalid_arn", "arn:aws:states:us-east-1:000000000000:"] {
            assert_eq!(Arn::parse(text), Err(ArnError(text.to_owned())));
        }
    }
}
