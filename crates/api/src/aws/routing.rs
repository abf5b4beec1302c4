//! `routingConfiguration`: where an alias leads.

use super::arn::check_version;
use super::error::ApiError;
use crate::shapes::RoutingConfigurationListItem;
use stateline_runtime::Route;

/// What the weights of an alias add up to.
const WEIGHTS: u64 = 100;

/// The machine and the routes of a configuration whose members are what their shapes allow.
pub(super) fn routes<'a>(
    items: &'a [RoutingConfigurationListItem<'_>],
) -> Result<(&'a str, Vec<Route>), ApiError> {
    let arns: Vec<&str> =
        items.iter().map(|item| item.state_machine_version_arn.as_deref().unwrap_or_default()).collect();
    let refuse =
        |what: &str| Err(ApiError::InvalidRouting(format!("{what} Received: [{}]", arns.join(", "))));
    let mut routes: Vec<Route> = Vec::new();
    let mut machine: Option<&str> = None;
    for (item, arn) in items.iter().zip(&arns) {
        let (of, version) = match check_version(arn) {
            Ok(found) => found,
            Err(ApiError::InvalidArn(text)) if !text.starts_with("Resource type") => {
                return Err(ApiError::InvalidArn(text));
            }
            Err(_) => return refuse("Routing configuration must contain state machine version ARNs."),
        };
        if machine.is_some_and(|machine| machine != of) {
            return refuse("Routing configuration must contain versions of the same state machine.");
        }
        if routes.iter().any(|route| route.version == version) {
            return refuse("Routing configuration must contain distinct state machine version ARNs.");
        }
        machine = Some(of);
        let weight = item.weight.and_then(|weight| u8::try_from(weight).ok()).unwrap_or_default();
        routes.push(Route { version, weight });
    }
    if routes.iter().map(|route| u64::from(route.weight)).sum::<u64>() != WEIGHTS {
        let weights: Vec<String> = routes.iter().map(|route| route.weight.to_string()).collect();
        return Err(ApiError::InvalidRouting(format!(
            "Sum of routing configuration weights must equal 100. Received: [{}]",
            weights.join(", ")
        )));
    }
    Ok((machine.unwrap_or_default(), routes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::decode::decode;
    use expect_test::{Expect, expect};

    fn check(routing: &[(&str, u8)], expected: &Expect) {
        let items: Vec<String> = routing
            .iter()
            .map(|(version, weight)| {
                let arn = match version.starts_with(':') {
                    true => format!("arn:aws:states:us-east-1:000000000000:stateMachine{version}"),
                    false => (*version).to_owned(),
                };
                format!(r#"{{"stateMachineVersionArn": "{arn}", "weight": {weight}}}"#)
            })
            .collect();
        let body = format!("[{}]", items.join(","));
        let items: Vec<RoutingConfigurationListItem<'_>> =
            decode(body.as_bytes()).expect("the test's own text is JSON");
        expected.assert_eq(&match routes(&items) {
            Ok((machine, routes)) => format!("{machine} {routes:?}"),
            Err(error) => format!("{}: {error}", error.name()),
        });
    }

    #[test]
    fn aliases_lead_to_versions_of_one_machine() {
        check(
            &[(":m:1", 100)],
            &expect![
                "arn:aws:states:us-east-1:000000000000:stateMachine:m [Route { version: 1, weight: 100 }]"
            ],
        );
        check(
            &[(":m:1", 0), (":m:12", 100)],
            &expect![
                "arn:aws:states:us-east-1:000000000000:stateMachine:m [Route { version: 1, weight: 0 }, Route { version: 12, weight: 100 }]"
            ],
        );
        check(
            &[(":m", 100)],
            &expect![
                "ValidationException: Routing configuration must contain state machine version ARNs. Received: [arn:aws:states:us-east-1:000000000000:stateMachine:m]"
            ],
        );
        check(
            &[(":m:live", 100)],
            &expect![
                "ValidationException: Routing configuration must contain state machine version ARNs. Received: [arn:aws:states:us-east-1:000000000000:stateMachine:m:live]"
            ],
        );
        check(&[("nonsense", 100)], &expect!["InvalidArn: Invalid Arn: 'Invalid ARN prefix: nonsense'"]);
        check(
            &[(":m:1", 50), (":m:1", 50)],
            &expect![
                "ValidationException: Routing configuration must contain distinct state machine version ARNs. Received: [arn:aws:states:us-east-1:000000000000:stateMachine:m:1, arn:aws:states:us-east-1:000000000000:stateMachine:m:1]"
            ],
        );
        check(
            &[(":m:1", 50), (":n:1", 50)],
            &expect![
                "ValidationException: Routing configuration must contain versions of the same state machine. Received: [arn:aws:states:us-east-1:000000000000:stateMachine:m:1, arn:aws:states:us-east-1:000000000000:stateMachine:n:1]"
            ],
        );
        check(
            &[(":m:1", 50), (":m:2", 49)],
            &expect![
                "ValidationException: Sum of routing configuration weights must equal 100. Received: [50, 49]"
            ],
        );
    }
}
