//! Which function a text names: a name, a partial ARN or an ARN, each with or
//! without a version or an alias.

/// The service's own pattern for a function's name, which its refusal prints.
const PATTERN: &str = r"(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?";

/// A function, found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    pub partition: String,
    pub region: String,
    pub account: String,
    pub name: String,
    /// Version or alias; `None` means `$LATEST`.
    pub qualifier: Option<String>,
}

impl Target {
    /// Reads `text`; region and account that it does not give are the state machine's.
    ///
    /// # Errors
    /// The message of Lambda's `ValidationException`.
    pub fn parse(text: &str, region: &str, account: &str) -> Result<Target, String> {
        let parts: Vec<&str> = text.split(':').collect();
        let (partition, region, account, rest) = match parts.as_slice() {
            ["arn", partition, "lambda", region, account, "function", rest @ ..] => {
                (*partition, *region, *account, rest)
            }
            [account, "function", rest @ ..] if is_account(account) => ("aws", region, *account, rest),
            rest => ("aws", region, account, rest),
        };
        let (name, qualifier) = match rest {
            [name] => (*name, None),
            [name, qualifier] => (*name, Some(*qualifier)),
            _ => return Err(refusal(text)),
        };
        let named = |text: &str| {
            !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        };
        if !named(name) || !qualifier.is_none_or(|q| q == "$LATEST" || named(q)) {
            return Err(refusal(text));
        }
        Ok(Target {
            partition: partition.to_owned(),
            region: region.to_owned(),
            account: account.to_owned(),
            name: name.to_owned(),
            qualifier: qualifier.map(str::to_owned),
        })
    }

    /// The ARN as it was addressed, with the qualifier only where one was given.
    pub fn arn(&self) -> String {
        let Target { partition, region, account, name, .. } = self;
        match &self.qualifier {
            Some(qualifier) => {
                format!("arn:{partition}:lambda:{region}:{account}:function:{name}:{qualifier}")
            }
            None => format!("arn:{partition}:lambda:{region}:{account}:function:{name}"),
        }
    }

    /// The ARN that Lambda's "Function not found" names, which always has a qualifier.
    pub fn qualified_arn(&self) -> String {
        match &self.qualifier {
            Some(_) => self.arn(),
            None => format!("{}:$LATEST", self.arn()),
        }
    }

    /// The version that a local function says it is: the one asked for, unless that is an alias.
    pub fn version(&self) -> &str {
        match self.qualifier.as_deref() {
            Some(number) if number.bytes().all(|b| b.is_ascii_digit()) => number,
            _ => "$LATEST",
        }
    }
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}

fn refusal(text: &str) -> String {
    format!(
        "1 validation error detected: Value '{text}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: {PATTERN}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        let found = Target::parse(text, "eu-west-1", "000000000000").ok().map(|t| t.qualified_arn());
        assert_eq!(found.as_deref(), expected, "{text}");
    }

    #[test]
    fn names_partial_arns_and_arns() {
        check("f", Some("arn:aws:lambda:eu-west-1:000000000000:function:f:$LATEST"));
        check("f:live", Some("arn:aws:lambda:eu-west-1:000000000000:function:f:live"));
        check("f:$LATEST", Some("arn:aws:lambda:eu-west-1:000000000000:function:f:$LATEST"));
        check("111122223333:function:f", Some("arn:aws:lambda:eu-west-1:111122223333:function:f:$LATEST"));
        check(
            "arn:aws-cn:lambda:cn-north-1:111122223333:function:f:7",
            Some("arn:aws-cn:lambda:cn-north-1:111122223333:function:f:7"),
        );
    }

    #[test]
    fn what_names_no_function() {
        for text in
            ["", "a b", "f:", "f:a:b", "arn:aws:lambda:eu-west-1:000000000000:layer:f", "../f", "f:$OTHER"]
        {
            check(text, None);
        }
    }

    #[test]
    fn versions_are_numbers_and_aliases_are_latest() {
        let version = |text| Target::parse(text, "r", "a").map(|t| t.version().to_owned());
        assert_eq!(version("f:12"), Ok("12".to_owned()));
        assert_eq!(version("f:live"), Ok("$LATEST".to_owned()));
        assert_eq!(version("f"), Ok("$LATEST".to_owned()));
    }
}
