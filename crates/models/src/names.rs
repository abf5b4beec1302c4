//! How Step Functions spells the members of parameters and answers. Integrations of their own keep the
//! service's spelling and raise the first letter (`MD5OfMessageBody`, `ExecutionArn`); `aws-sdk`
//! integrations spell as the AWS SDK for Java 2 does (`DbInstances`, `Arn`). Both are taken everywhere.

/// Words that the SDK for Java cannot use as the names of methods: it puts `Value` behind them.
const NOT_IN_JAVA: [&str; 56] = [
    "abstract",
    "assert",
    "boolean",
    "break",
    "byte",
    "case",
    "catch",
    "char",
    "class",
    "const",
    "continue",
    "default",
    "do",
    "double",
    "else",
    "enum",
    "equals",
    "extends",
    "false",
    "final",
    "finally",
    "float",
    "for",
    "getClass",
    "goto",
    "if",
    "implements",
    "import",
    "instanceof",
    "int",
    "interface",
    "long",
    "native",
    "new",
    "notify",
    "null",
    "package",
    "private",
    "protected",
    "public",
    "return",
    "short",
    "static",
    "strictfp",
    "super",
    "switch",
    "synchronized",
    "this",
    "throw",
    "throws",
    "transient",
    "true",
    "try",
    "void",
    "volatile",
    "while",
];

/// How Step Functions spells a member. Neither spelling changes anything but letters' cases, and none
/// begins with a small letter.
pub(crate) fn spellings(member: &str) -> impl Iterator<Item = String> {
    let spelt = [raised(member), sdk(member)];
    spelt.into_iter().filter(|name| name.starts_with(|first: char| !first.is_lowercase()))
}

/// The name with its first letter raised: the spelling of optimised integrations.
#[must_use]
pub fn raised(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + chars.as_str())
}

/// The name as the SDK for Java 2 has it, with its first letter raised: the spelling of `aws-sdk`
/// integrations. Of an acronym in front only the first letter stays large.
#[must_use]
pub fn sdk(name: &str) -> String {
    let mut spelt = name.as_bytes().to_vec();
    let upper = |index: usize| name.as_bytes().get(index).is_some_and(u8::is_ascii_uppercase);
    let lower = |index: usize| name.as_bytes().get(index).is_some_and(u8::is_ascii_lowercase);
    let mut end = 1;
    // "DBInstances" is "dbInstances": the letter before a small one begins the next word.
    while upper(end) && !lower(end + 1) {
        end += 1;
    }
    spelt.iter_mut().take(end).for_each(u8::make_ascii_lowercase);
    let mut spelt = String::from_utf8(spelt).unwrap_or_else(|_| name.to_owned());
    if name == "NULL" {
        // The SDK's own name for this kind of attribute in DynamoDB.
        spelt = "nul".to_owned();
    } else if NOT_IN_JAVA.contains(&spelt.as_str()) {
        spelt += "Value";
    }
    raised(&spelt)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_spelling_of(member: &str, given: &str) -> bool {
        spellings(member).any(|spelt| spelt == given)
    }

    #[test]
    fn the_sdk_lowers_only_the_acronym_in_front() {
        for (member, spelt) in [
            ("DBInstances", "DbInstances"),
            ("ETag", "ETag"),
            ("MD5OfMessageBody", "Md5OfMessageBody"),
            ("ChecksumCRC32", "ChecksumCRC32"),
            ("SSEKMSKeyId", "SsekmsKeyId"),
            ("ARN", "Arn"),
            ("VpcId", "VpcId"),
            ("executionArn", "ExecutionArn"),
            ("equals", "EqualsValue"),
            ("DEFAULT", "DefaultValue"),
            ("NULL", "Nul"),
            ("s3BucketName", "S3BucketName"),
            ("A", "A"),
            ("", ""),
            ("_x", "_x"),
        ] {
            assert_eq!(sdk(member), spelt);
        }
    }

    #[test]
    fn both_spellings_are_known() {
        for (member, given) in [
            ("executionArn", "ExecutionArn"),
            ("MD5OfMessageBody", "MD5OfMessageBody"),
            ("MD5OfMessageBody", "Md5OfMessageBody"),
            ("ARN", "ARN"),
            ("ARN", "Arn"),
            ("KMSKeyArn", "KmsKeyArn"),
        ] {
            assert!(is_spelling_of(member, given), "{member} {given} {}", sdk(member));
        }
        for (member, given) in
            [("executionArn", "executionArn"), ("ExecutionArn", "executionArn"), ("ARN", "arn"), ("A", "")]
        {
            assert!(!is_spelling_of(member, given), "{member} {given}");
        }
    }
}
