//! What the SDK for Java calls a service, from the id that its model has.

/// `CloudWatch Logs` is `cloudwatchlogs`, `Config Service` is `config`: the service in a resource.
pub(super) fn service(id: &str) -> String {
    let plain: String =
        id.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    let bare = plain.strip_prefix("amazon").or_else(|| plain.strip_prefix("aws")).unwrap_or(&plain);
    bare.strip_suffix("service").unwrap_or(bare).to_owned()
}

/// `CloudWatch Logs` is `CloudWatchLogs`, `DynamoDB` is `DynamoDb`: the client, whose name is the
/// prefix of the service's errors.
pub(super) fn client(id: &str) -> String {
    let spelt = words(id);
    let bare = spelt.strip_prefix("Amazon").or_else(|| spelt.strip_prefix("Aws")).unwrap_or(&spelt);
    bare.strip_suffix("Service").unwrap_or(bare).to_owned()
}

/// `NoSuchKey` is `NoSuchKeyException`, `DBInstanceNotFoundFault` is `DbInstanceNotFoundException`:
/// the exception that is made of an error's shape.
pub(super) fn exception(shape: &str) -> String {
    let bare = shape.strip_suffix("Fault").unwrap_or(shape);
    let spelt = words(bare);
    if bare.len() == shape.len() && shape.ends_with("Exception") { spelt } else { spelt + "Exception" }
}

/// Every word begins with a capital letter and has no other.
fn words(id: &str) -> String {
    let letters: Vec<char> = id.chars().collect();
    let at = |index: usize| letters.get(index).copied().unwrap_or(' ');
    let mut spelt = String::with_capacity(id.len());
    let mut first = true;
    for (index, letter) in letters.iter().enumerate() {
        if !letter.is_ascii_alphanumeric() {
            first = true;
            continue;
        }
        let before = index.checked_sub(1).map_or(' ', at);
        let next = at(index + 1);
        let capital = letter.is_ascii_uppercase();
        // "DynamoDB", "SecretsManager" begin a word at the D and the M; "anA" does not at the A.
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

    #[test]
    fn exceptions_end_as_in_java() {
        for (shape, name) in [
            ("NoSuchKey", "NoSuchKeyException"),
            ("ResourceNotFoundException", "ResourceNotFoundException"),
            ("KMSDisabledException", "KmsDisabledException"),
            ("DBInstanceNotFoundFault", "DbInstanceNotFoundException"),
            ("InternalServerError", "InternalServerErrorException"),
        ] {
            assert_eq!(exception(shape), name);
        }
    }

    #[test]
    fn services_are_named_as_their_clients_are() {
        for (id, wanted, named) in [
            ("DynamoDB", "dynamodb", "DynamoDb"),
            ("SFN", "sfn", "Sfn"),
            ("CloudWatch Logs", "cloudwatchlogs", "CloudWatchLogs"),
            ("S3", "s3", "S3"),
            ("Secrets Manager", "secretsmanager", "SecretsManager"),
            ("ACM PCA", "acmpca", "AcmPca"),
            ("ApiGatewayV2", "apigatewayv2", "ApiGatewayV2"),
            ("SageMaker A2I Runtime", "sagemakera2iruntime", "SageMakerA2IRuntime"),
            ("IoTSiteWise", "iotsitewise", "IoTSiteWise"),
            ("Elastic Load Balancing v2", "elasticloadbalancingv2", "ElasticLoadBalancingV2"),
            ("Config Service", "config", "Config"),
        ] {
            assert_eq!((service(id).as_str(), client(id).as_str()), (wanted, named));
        }
    }
}
