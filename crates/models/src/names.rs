//! How Step Functions spells the members of an answer. Integrations of their own keep the service's
//! spelling and raise the first letter (`MD5OfMessageBody`, `ExecutionArn`); `aws-sdk` integrations
//! spell as the AWS SDK for Java does (`DbInstances`, `Arn`). Both are taken everywhere.

/// How Step Functions spells a member. Neither spelling changes anything but letters' cases and what
/// stands between words, and none begins with a small letter.
pub(crate) fn spellings(member: &str) -> impl Iterator<Item = String> {
    let spelt = [raised(member), of_sdk(member)];
    spelt.into_iter().filter(|name| name.starts_with(|first: char| !first.is_lowercase()))
}

/// The name with its first letter raised.
pub(crate) fn raised(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + chars.as_str())
}

/// The name as the SDK for Java has it: every word begins with a capital letter and has no other.
fn of_sdk(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let at = |index: usize| letters.get(index).copied().unwrap_or(' ');
    let mut spelt = String::with_capacity(name.len());
    let mut first = true;
    for (index, letter) in letters.iter().enumerate() {
        if !letter.is_ascii_alphanumeric() {
            first = true;
            continue;
        }
        let before = index.checked_sub(1).map_or(' ', at);
        let next = at(index + 1);
        let capital = letter.is_ascii_uppercase();
        // "acmSuccess", "ACMSuccess", "s3Bucket" begin a word at the S and the B; "anA" does not at the A.
        let after_small = capital && before.is_ascii_lowercase() && next.is_ascii_alphanumeric();
        let after_acronym = capital && before.is_ascii_uppercase() && next.is_ascii_lowercase();
        let after_number = letter.is_ascii_alphabetic() && before.is_ascii_digit();
        if first || after_small || after_acronym || after_number {
            spelt.push(letter.to_ascii_uppercase());
        } else {
            spelt.push(letter.to_ascii_lowercase());
        }
        first = false;
    }
    spelt
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_spelling_of(member: &str, given: &str) -> bool {
        spellings(member).any(|spelt| spelt == given)
    }

    #[test]
    fn both_spellings_are_known() {
        for (member, given) in [
            ("executionArn", "ExecutionArn"),
            ("MD5OfMessageBody", "MD5OfMessageBody"),
            ("MD5OfMessageBody", "Md5OfMessageBody"),
            ("ARN", "ARN"),
            ("ARN", "Arn"),
            ("DBInstances", "DbInstances"),
            ("NULL", "Null"),
            ("s3BucketName", "S3BucketName"),
            ("KMSKeyArn", "KmsKeyArn"),
        ] {
            assert!(is_spelling_of(member, given), "{member} {given} {}", of_sdk(member));
        }
        for (member, given) in
            [("executionArn", "executionArn"), ("ExecutionArn", "executionArn"), ("ARN", "arn"), ("A", "")]
        {
            assert!(!is_spelling_of(member, given), "{member} {given}");
        }
    }
}
