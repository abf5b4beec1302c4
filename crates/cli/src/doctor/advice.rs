//! What each client needs so that all operations reach the server, the two with
//! the `sync-` prefix included. docs/clients.md shows each at length.

use super::Target;

/// A client and what to set for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// Whose it is.
    pub client: &'static str,
    /// What to set.
    pub set: String,
}

/// Where clients find the endpoint, and how they leave the prefix away.
struct Known {
    client: &'static str,
    endpoint: Endpoint,
    prefix: &'static str,
}

enum Endpoint {
    /// AWS_ENDPOINT_URL_SFN.
    Variable,
    /// Only by an option.
    Option(&'static str),
}

const KNOWN: [Known; 9] = [
    Known {
        client: "boto3",
        endpoint: Endpoint::Variable,
        prefix: "AWS_DISABLE_HOST_PREFIX_INJECTION=true, or Config(inject_host_prefix=False)",
    },
    Known {
        client: "AWS CLI",
        endpoint: Endpoint::Variable,
        prefix: "AWS_DISABLE_HOST_PREFIX_INJECTION=true (version 1; version 2 before 2.13 needs --endpoint-url)",
    },
    Known {
        client: "JavaScript SDK v3",
        endpoint: Endpoint::Variable,
        prefix: "new SFNClient({ disableHostPrefix: true }); it does not read the variable",
    },
    Known {
        client: "Rust SDK",
        endpoint: Endpoint::Variable,
        prefix: "no option: a name with a sync- sibling, or an interceptor that sets the host",
    },
    Known {
        client: "Java SDK v2",
        endpoint: Endpoint::Variable,
        prefix: "overrideConfiguration with SdkAdvancedClientOption.DISABLE_HOST_PREFIX_INJECTION set to true",
    },
    Known {
        client: "Go SDK v2",
        endpoint: Endpoint::Variable,
        prefix: "http.DisableEndpointHostPrefix in a middleware of the two calls",
    },
    Known {
        client: ".NET SDK",
        endpoint: Endpoint::Variable,
        prefix: "AmazonStepFunctionsConfig { DisableHostPrefixInjection = true }",
    },
    Known {
        client: "Terraform",
        endpoint: Endpoint::Option("provider \"aws\" { endpoints { sfn = \"URL\" } }"),
        prefix: "nothing: it uses neither operation",
    },
    Known {
        client: "CDK, SAM, Serverless",
        endpoint: Endpoint::Option("they deploy through CloudFormation, which is not behind URL"),
        prefix: "nothing: they use neither operation",
    },
];

/// What to set for each client. Where the `sync-` name leads to the server, the prefix may stay.
pub fn advice(target: &Target, sync_resolves: bool) -> Vec<Advice> {
    let of = |known: &Known| {
        let endpoint = match known.endpoint {
            Endpoint::Variable => format!("AWS_ENDPOINT_URL_SFN={}", target.endpoint),
            Endpoint::Option(text) => text.replace("URL", &target.endpoint),
        };
        let set = if sync_resolves { endpoint } else { format!("{endpoint}; prefix: {}", known.prefix) };
        Advice { client: known.client, set }
    };
    KNOWN.iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prefix_is_spoken_of_where_it_hurts() {
        let target = Target::parse("http://127.0.0.1:8083").expect("an endpoint");
        let all =
            |resolves| advice(&target, resolves).into_iter().map(|advice| advice.set).collect::<Vec<_>>();
        assert!(
            all(true).iter().all(|set| set.contains("http://127.0.0.1:8083") && !set.contains("prefix:"))
        );
        assert!(all(false).iter().all(|set| set.contains("prefix: ")));
    }
}
