//! Asks the server as a client would: its name, its port, its health, its clock,
//! a call, and the calls that SDKs send to another host.

use super::{Finding, Target};
use crate::client::{CallError, Client, Place};
use serde_json::json;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

/// How long any of it may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// From here on signatures are refused where they are checked.
const SKEW_SECONDS_MAX: i64 = 300;
/// What clocks that somebody sets agree within.
const SKEW_SECONDS_SEEN: i64 = 5;
/// A state machine that nobody has: asking for it starts nothing.
const NOBODY: &str = "stateline-doctor-asks-for-a-machine-that-is-not-there";
const START_SERVER: &str =
    "start one with `stateline serve` or `stateline dev`, or give its address with --endpoint";

/// Everything about the server, and whether its `sync-` name leads to it.
pub async fn findings(target: &Target, place: &Place, prefix_off: bool) -> (Vec<Finding>, bool) {
    let mut found = Vec::new();
    let reachable = reach(target, &mut found).await;
    if reachable {
        match Client::new(&target.endpoint, place.clone()) {
            Ok(client) => ask(client, target, place, &mut found).await,
            Err(error) => {
                found.push(Finding::failed(
                    "health",
                    error.to_string(),
                    "give another address with --endpoint",
                ));
            }
        }
    }
    let sync = sync_name(target, place, prefix_off, reachable).await;
    let leads_there = sync.verdict == super::Verdict::Ok && reachable;
    found.push(sync);
    (found, leads_there)
}

/// The name and the port; whether somebody listens there.
async fn reach(target: &Target, found: &mut Vec<Finding>) -> bool {
    let addresses = match resolve(&target.host, target.port).await {
        Ok(addresses) => addresses,
        Err(why) => {
            let help = "correct the endpoint, or make the name known: DNS, or a line in /etc/hosts";
            found.push(Finding::failed("name", format!("{} cannot be resolved: {why}", target.host), help));
            return false;
        }
    };
    found.push(Finding::ok("name", format!("{} is {}", target.host, listed(&addresses))));
    match timeout(PATIENCE, TcpStream::connect(addresses.as_slice())).await {
        Ok(Ok(stream)) => {
            let peer = stream.peer_addr().map_or_else(|_| target.port.to_string(), |peer| peer.to_string());
            found.push(Finding::ok("connection", format!("{peer} accepts connections")));
            true
        }
        Ok(Err(error)) => {
            let text = format!("port {} of {}: {error}", target.port, target.host);
            found.push(Finding::failed("connection", text, START_SERVER));
            false
        }
        Err(_) => {
            let text = format!("port {} of {} does not answer", target.port, target.host);
            found.push(Finding::failed("connection", text, "look for a firewall in between"));
            false
        }
    }
}

/// Health, clock, a call, and the two operations with the host that SDKs name.
async fn ask(client: Client, target: &Target, place: &Place, found: &mut Vec<Finding>) {
    match within(client.health()).await {
        Ok(health) => {
            if health.status.is_success() && health.text.contains("\"ok\"") {
                found.push(Finding::ok("health", "the server is well"));
            } else {
                let text = format!("{} {}", health.status, shortened(&health.text));
                found.push(Finding::failed("health", text, "look into the server's log"));
            }
            found.push(clock(health.date.as_deref(), now_seconds()));
        }
        Err(error) => found.push(Finding::failed("health", error.to_string(), START_SERVER)),
    }
    found.push(match within(client.call("ListStateMachines", json!({"maxResults": 1}))).await {
        Ok(_) => {
            let Place { account, region } = place;
            Finding::ok("call", format!("ListStateMachines answers for account {account} in {region}"))
        }
        Err(error) => Finding::failed("call", error.to_string(), "is another program behind this endpoint?"),
    });
    let client = client.naming(format!("{}:{}", target.sync_host(), target.port));
    found.push(prefixed(&client, place, target).await);
}

/// The two operations that SDKs send to the other host, sent to this one in that host's name.
async fn prefixed(client: &Client, place: &Place, target: &Target) -> Finding {
    const CHECK: &str = "host prefix";
    let arn = crate::names::machine_arn(place, NOBODY);
    let started = within(client.call("StartSyncExecution", json!({"stateMachineArn": arn}))).await;
    let tested =
        within(client.call("TestState", json!({"definition": r#"{"Type": "Pass", "End": true}"#}))).await;
    let right_start = matches!(&started, Err(error) if error.is("StateMachineDoesNotExist"));
    let wrong = match (right_start, &tested) {
        (true, Ok(answer)) if answer["status"] == "SUCCEEDED" => None,
        (true, Ok(answer)) => Some(format!("TestState answers {answer}")),
        (true, Err(error)) if error.is("UnsupportedOperationException") => {
            let text = "StartSyncExecution is answered in the name of the sync- host; TestState is not offered by this server";
            return Finding::warning(CHECK, text, "use a newer server for TestState");
        }
        (true, Err(error)) => Some(format!("TestState: {error}")),
        (false, _) => Some(match started {
            Ok(answer) => format!("StartSyncExecution answers {answer}"),
            Err(error) => format!("StartSyncExecution: {error}"),
        }),
    };
    match wrong {
        None => Finding::ok(
            CHECK,
            format!(
                "StartSyncExecution and TestState are answered also in the name of {}",
                target.sync_host()
            ),
        ),
        Some(text) => {
            Finding::failed(CHECK, shortened(&text), "is there a proxy in between that looks at the host?")
        }
    }
}

/// Whether the name that SDKs make up leads to the same server.
async fn sync_name(target: &Target, place: &Place, prefix_off: bool, reachable: bool) -> Finding {
    const CHECK: &str = "sync- name";
    let host = target.sync_host();
    let help = "turn the prefix off in each client (see below), or use an endpoint whose name has a sibling: NAME and sync-NAME, \
         in DNS or /etc/hosts, and in the certificate if there is one";
    let addresses = match resolve(&host, target.port).await {
        Ok(addresses) => addresses,
        Err(_) if prefix_off => {
            let text = format!(
                "{host} does not resolve; boto3 and the AWS CLI do not need it here, because the prefix is turned off for them"
            );
            return Finding::warning(CHECK, text, help);
        }
        Err(_) => {
            let text = format!(
                "{host} does not resolve, and SDKs send StartSyncExecution and TestState there unless they are told not to"
            );
            return Finding::warning(CHECK, text, help);
        }
    };
    if !reachable {
        return Finding::ok(CHECK, format!("{host} is {}", listed(&addresses)));
    }
    let asked = match Client::new(&target.sync_endpoint(), place.clone()) {
        Ok(client) => within(client.call("ListStateMachines", json!({"maxResults": 1}))).await,
        Err(error) => Err(error),
    };
    match asked {
        Ok(_) => Finding::ok(CHECK, format!("{host} is {} and leads to a server", listed(&addresses))),
        Err(error) => {
            let text = format!("{host} is {}, but: {error}", listed(&addresses));
            Finding::failed(CHECK, text, help)
        }
    }
}

/// The difference between the server's clock and ours.
fn clock(date: Option<&str>, now: i64) -> Finding {
    const CHECK: &str = "clock";
    let parser = jiff::fmt::rfc2822::DateTimeParser::new();
    let Some(theirs) = date.and_then(|date| parser.parse_timestamp(date).ok()) else {
        return Finding::warning(
            CHECK,
            "the server does not say what time it is",
            "is there a proxy in between?",
        );
    };
    let skew = theirs.as_second() - now;
    let text = match skew {
        0 => "the server's clock agrees with this one".to_owned(),
        ahead @ 1.. => format!("the server's clock is {ahead} s ahead of this one"),
        behind => format!("the server's clock is {} s behind this one", -behind),
    };
    match skew.abs() {
        0..=SKEW_SECONDS_SEEN => Finding::ok(CHECK, text),
        skew if skew <= SKEW_SECONDS_MAX => {
            Finding::warning(CHECK, text, "set both by NTP: timestamps of executions are the server's")
        }
        _ => Finding::failed(CHECK, text, "set both by NTP: signatures count for five minutes"),
    }
}

fn now_seconds() -> i64 {
    jiff::Timestamp::now().as_second()
}

async fn within<T>(call: impl Future<Output = Result<T, CallError>>) -> Result<T, CallError> {
    timeout(PATIENCE, call).await.unwrap_or_else(|_| {
        Err(CallError::Strange {
            endpoint: "the server".to_owned(),
            why: format!("no answer after {} s", PATIENCE.as_secs()),
        })
    })
}

async fn resolve(host: &str, port: u16) -> Result<Vec<SocketAddr>, String> {
    match timeout(PATIENCE, lookup_host((host, port))).await {
        Ok(Ok(addresses)) => {
            let addresses: Vec<SocketAddr> = addresses.collect();
            if addresses.is_empty() { Err("it has no address".to_owned()) } else { Ok(addresses) }
        }
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err("the resolver does not answer".to_owned()),
    }
}

fn listed(addresses: &[SocketAddr]) -> String {
    let mut names: Vec<String> = addresses.iter().map(|address| address.ip().to_string()).collect();
    names.dedup();
    names.join(", ")
}

fn shortened(text: &str) -> String {
    const CHARS: usize = 300;
    if text.chars().count() <= CHARS {
        text.to_owned()
    } else {
        text.chars().take(CHARS).collect::<String>() + "…"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_are_compared() {
        let verdict = |date, now| clock(date, now).verdict.name();
        let date = Some("Sat, 21 Nov 2026 13:00:00 GMT");
        let same = 1_795_266_000;
        assert_eq!(clock(date, same).text, "the server's clock agrees with this one");
        assert_eq!(clock(date, same - 60).text, "the server's clock is 60 s ahead of this one");
        assert_eq!(clock(date, same + 3_600).text, "the server's clock is 3600 s behind this one");
        assert_eq!(verdict(date, same + 5), "ok");
        assert_eq!(verdict(date, same + 6), "warning");
        assert_eq!(verdict(date, same - 301), "failed");
        assert_eq!(verdict(Some("yesterday"), same), "warning");
        assert_eq!(verdict(None, same), "warning");
    }
}
