//! From what people type to ARNs: a state machine's name, an execution's name.

use crate::args::EndpointArgs;
use crate::client::{CallError, Client, Place};
use crate::config::environment_region;
use serde_json::{Value, json};

/// Where a server listens when nobody says where.
pub const DEFAULT_ENDPOINT: &str = "http://127.0.0.1:8083";
const DEFAULT_ACCOUNT: &str = "000000000000";

/// Why a name leads nowhere.
#[derive(Debug, thiserror::Error)]
pub enum NameError {
    /// The server refused or did not answer.
    #[error(transparent)]
    Call(#[from] CallError),
    /// No state machine of this name.
    #[error("there is no state machine {name} in {region}; {known}")]
    NoMachine {
        /// As typed.
        name: String,
        /// Where it was looked for.
        region: String,
        /// Those that exist.
        known: String,
    },
    /// No execution of this name.
    #[error("no state machine in {region} has an execution {name}")]
    NoExecution {
        /// As typed.
        name: String,
        /// Where it was looked for.
        region: String,
    },
    /// Several executions of this name.
    #[error("{name} is an execution of {machines}; say which, as MACHINE:{name} or by its ARN")]
    Several {
        /// As typed.
        name: String,
        /// The state machines that have one.
        machines: String,
    },
}

/// A client of the server that the options or the environment name.
///
/// # Errors
/// When the endpoint is not an address.
pub fn client(args: &EndpointArgs) -> Result<Client, CallError> {
    let named = |name| std::env::var(name).ok().filter(|value: &String| !value.is_empty());
    let endpoint = args
        .endpoint
        .clone()
        .or_else(|| named("STATELINE_ENDPOINT"))
        .or_else(|| named("AWS_ENDPOINT_URL_SFN"))
        .unwrap_or_else(|| DEFAULT_ENDPOINT.to_owned());
    Client::new(&endpoint, place(args.account.clone(), args.region.clone()))
}

/// Account and region, with the defaults.
pub fn place(account: Option<String>, region: Option<String>) -> Place {
    Place {
        account: account.unwrap_or_else(|| DEFAULT_ACCOUNT.to_owned()),
        region: region.unwrap_or_else(environment_region),
    }
}

/// A state machine's ARN, from its name or from itself.
pub fn machine_arn(place: &Place, name: &str) -> String {
    arn(place, "stateMachine", name)
}

fn arn(place: &Place, kind: &str, name: &str) -> String {
    if name.starts_with("arn:") {
        return name.to_owned();
    }
    let Place { account, region } = place;
    let partition = if region.starts_with("cn-") {
        "aws-cn"
    } else if region.starts_with("us-gov-") {
        "aws-us-gov"
    } else {
        "aws"
    };
    format!("arn:{partition}:states:{region}:{account}:{kind}:{name}")
}

/// Every state machine of the account and region, as the API lists them.
///
/// # Errors
/// As the API answers.
pub async fn machines(client: &Client) -> Result<Vec<Value>, CallError> {
    let mut found = Vec::new();
    let mut token = Value::Null;
    loop {
        let mut request = json!({"maxResults": 1000});
        if !token.is_null() {
            request["nextToken"] = token;
        }
        let mut page = client.call("ListStateMachines", request).await?;
        if let Value::Array(items) = page["stateMachines"].take() {
            found.extend(items);
        }
        token = page["nextToken"].take();
        if token.is_null() {
            return Ok(found);
        }
    }
}

/// Replaces AWS's answer to an unknown state machine by one that names the known ones.
pub async fn explain_machine(client: &Client, name: &str, error: CallError) -> NameError {
    if !error.is("StateMachineDoesNotExist") {
        return error.into();
    }
    let known = match machines(client).await {
        Ok(machines) if machines.is_empty() => "there is none at all".to_owned(),
        Ok(machines) => {
            let names: Vec<&str> = machines.iter().filter_map(|machine| machine["name"].as_str()).collect();
            format!("there is: {}", names.join(", "))
        }
        Err(error) => return error.into(),
    };
    NameError::NoMachine { name: name.to_owned(), region: client.place().region.clone(), known }
}

/// An execution's ARN, from `NAME`, `MACHINE:NAME` or itself.
///
/// # Errors
/// When no execution or several have the name.
pub async fn execution_arn(client: &Client, name: &str) -> Result<String, NameError> {
    if name.contains(':') {
        // An Express execution's name is followed by what makes it unique.
        let kind = if name.matches(':').count() == 2 { "express" } else { "execution" };
        return Ok(arn(client.place(), kind, name));
    }
    let mut found: Vec<(String, String)> = Vec::new();
    for machine in machines(client).await? {
        if machine["type"] == "EXPRESS" {
            found.extend(express_executions(client, &machine, name).await?);
            continue;
        }
        let Some(machine) = machine["name"].as_str() else { continue };
        let arn = arn(client.place(), "execution", &format!("{machine}:{name}"));
        match client.call("DescribeExecution", json!({"executionArn": arn})).await {
            Ok(_) => found.push((machine.to_owned(), arn)),
            Err(error) if error.is("ExecutionDoesNotExist") => {}
            Err(error) => return Err(error.into()),
        }
    }
    let name = name.to_owned();
    match found.len() {
        0 => Err(NameError::NoExecution { name, region: client.place().region.clone() }),
        1 => Ok(found.swap_remove(0).1),
        _ => {
            let machines: Vec<String> = found.into_iter().map(|(machine, _)| machine).collect();
            Err(NameError::Several { name, machines: machines.join(" and of ") })
        }
    }
}

/// The Express executions of a machine that have a name, among its latest ones; none where they are
/// not kept.
async fn express_executions(
    client: &Client,
    machine: &Value,
    name: &str,
) -> Result<Vec<(String, String)>, CallError> {
    let request = json!({"stateMachineArn": machine["stateMachineArn"], "maxResults": 1000});
    let page = match client.call("ListExecutions", request).await {
        Ok(page) => page,
        Err(error) if error.is("StateMachineTypeNotSupported") => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let named =
        page["executions"].as_array().into_iter().flatten().filter(|execution| execution["name"] == name);
    let arns = named.filter_map(|execution| execution["executionArn"].as_str());
    // Several may have the name, so each is told by all that its ARN says.
    let label = |arn: &str| arn.splitn(7, ':').nth(6).unwrap_or_default().to_owned();
    Ok(arns.map(|arn| (label(arn), arn.to_owned())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_arns_of_their_place() {
        let at = |region: &str| Place { account: "123456789012".to_owned(), region: region.to_owned() };
        assert_eq!(
            machine_arn(&at("eu-west-1"), "order"),
            "arn:aws:states:eu-west-1:123456789012:stateMachine:order"
        );
        assert_eq!(
            machine_arn(&at("cn-north-1"), "order"),
            "arn:aws-cn:states:cn-north-1:123456789012:stateMachine:order"
        );
        assert_eq!(machine_arn(&at("eu-west-1"), "arn:x"), "arn:x");
    }
}
