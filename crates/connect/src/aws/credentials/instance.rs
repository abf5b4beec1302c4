//! Credentials of the machine that the server runs on, from its metadata service, version 2.
//!
//! A machine that has no such service is told from one whose service fails: without credentials some
//! calls are made under no name, which must not happen because of a lost packet.

use super::{Found, Held};
use crate::aws::Aws;
use crate::aws::environment::Environment;
use crate::wire::{NoAnswer, Sent};
use bytes::Bytes;
use http_body_util::Full;
use hyper::Request;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const METADATA: &str = "http://169.254.169.254";
const ROLES: &str = "/latest/meta-data/iam/security-credentials/";
const TOKEN_HEADER: &str = "x-aws-ec2-metadata-token";
/// Where there is no such service nothing answers, and nobody should wait for it.
const TIMEOUT: Duration = Duration::from_secs(1);
/// How often each question is asked.
const ATTEMPTS_MAX: u32 = 3;
/// How often a service is asked that has never answered.
const ATTEMPTS_MAX_UNSEEN: u32 = 2;
/// Before the second attempt; before the third it is twice as long.
const PAUSE: Duration = Duration::from_millis(100);
const ANSWER_BYTES_MAX: usize = 65_536;

/// The metadata service of this machine, if it has one.
pub(super) struct Instance {
    /// `None` where it is not to be asked.
    base: Option<String>,
    /// Whether there certainly is one: it has answered, or somebody has named its address.
    is_there: AtomicBool,
}

/// Why the service gives nothing.
enum Trouble {
    /// There is no such service, or nothing for this machine.
    Absent,
    /// There is one, and it does not work now.
    Failed(String),
}

impl Instance {
    pub fn new(environment: &Environment) -> Self {
        let named = environment.get("AWS_EC2_METADATA_SERVICE_ENDPOINT");
        let base = named.unwrap_or(METADATA).trim_end_matches('/').to_owned();
        let is_asked = !environment.says("AWS_EC2_METADATA_DISABLED");
        Instance { base: is_asked.then_some(base), is_there: AtomicBool::new(named.is_some()) }
    }

    /// The credentials of the machine's role; none where there is no role, and no such service.
    pub async fn find(&self, aws: &Aws) -> Found {
        let Some(base) = &self.base else { return Ok(None) };
        match self.ask(aws, base).await {
            Ok(held) => Ok(Some(held)),
            Err(Trouble::Absent) => Ok(None),
            Err(Trouble::Failed(reason)) => {
                tracing::warn!(address = base, reason, "the instance's metadata service fails");
                Err(format!("credentials of the instance: {reason}"))
            }
        }
    }

    async fn ask(&self, aws: &Aws, base: &str) -> Result<Held, Trouble> {
        let broken = |error: &dyn fmt::Display| Trouble::Failed(format!("it cannot be asked: {error}"));
        let token = Request::put(format!("{base}/latest/api/token"))
            .header("x-aws-ec2-metadata-token-ttl-seconds", "21600")
            .body(Full::default())
            .map_err(|error| broken(&error))?;
        let token = match self.text(aws, &token).await? {
            (200, token) => token,
            (status @ 500.., _) => return Err(Trouble::Failed(format!("status {status} for a token"))),
            // Switched off, or something else lives at this address.
            _ => return Err(Trouble::Absent),
        };
        self.is_there.store(true, Ordering::Relaxed);
        let get = |path: &str| {
            let request = Request::get(format!("{base}{path}")).header(TOKEN_HEADER, token.trim());
            request.body(Full::default()).map_err(|error| broken(&error))
        };
        let role = match self.text(aws, &get(ROLES)?).await? {
            (200, roles) => roles.lines().next().unwrap_or_default().trim().to_owned(),
            // A machine without a role.
            (404, _) => return Err(Trouble::Absent),
            (status, _) => return Err(Trouble::Failed(format!("status {status} for the machine's role"))),
        };
        if role.is_empty() {
            return Err(Trouble::Absent);
        }
        let (status, document) = self.text(aws, &get(&format!("{ROLES}{role}"))?).await?;
        if status != 200 {
            return Err(Trouble::Failed(format!("status {status} for the credentials of {role}")));
        }
        let document = serde_json::from_str(&document).unwrap_or_default();
        let held = Held::read(&document, ["AccessKeyId", "SecretAccessKey", "Token", "Expiration"]);
        held.ok_or_else(|| Trouble::Failed(format!("the answer for {role} holds no credentials")))
    }

    /// Status and body of an answer, asked for again where it does not come or the service is busy.
    async fn text(&self, aws: &Aws, request: &Sent) -> Result<(u16, String), Trouble> {
        let mut tried = 0;
        loop {
            let answer = aws.wire.exchange(request.clone(), ANSWER_BYTES_MAX, TIMEOUT).await;
            tried += 1;
            let is_there = self.is_there.load(Ordering::Relaxed);
            let attempts_max = if is_there { ATTEMPTS_MAX } else { ATTEMPTS_MAX_UNSEEN };
            match answer {
                Ok(answer) if tried == attempts_max || !matches!(answer.status, 429 | 500..) => {
                    let body: Bytes = answer.body;
                    return Ok((answer.status, String::from_utf8_lossy(&body).into_owned()));
                }
                // Nobody is at this address; within a container a token may also never come back.
                Err(NoAnswer::Connect(..)) if !is_there => return Err(Trouble::Absent),
                Err(NoAnswer::TimedOut(..)) if !is_there && tried == attempts_max => {
                    return Err(Trouble::Absent);
                }
                Err(reason) if tried == attempts_max => return Err(Trouble::Failed(reason.to_string())),
                _ => tokio::time::sleep(PAUSE * tried).await,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::AwsConfig;
    use crate::wire::Wire;
    use std::net::TcpListener;
    use std::sync::Arc;

    /// What is found at an address, where there certainly is a service or not.
    async fn found(address: std::net::SocketAddr, is_there: bool) -> Found {
        let aws = Aws::new(&AwsConfig::default(), &Environment::default(), Arc::new(Wire::new()));
        let base = Some(format!("http://{address}"));
        let instance = Instance { base, is_there: AtomicBool::new(is_there) };
        instance.find(&aws.expect("nothing is wrong")).await
    }

    #[tokio::test]
    async fn silence_means_absence_where_nobody_was_ever_heard() {
        // It takes connections and never answers.
        let silent = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = silent.local_addr().expect("it has one");
        assert_eq!(found(address, false).await, Ok(None));
        let late = found(address, true).await.expect_err("somebody was there before");
        assert!(late.starts_with("credentials of the instance: Read timed out"), "{late}");
        drop(silent);
        assert_eq!(found(address, false).await, Ok(None));
        let refused = found(address, true).await.expect_err("somebody should be there");
        assert!(refused.starts_with("credentials of the instance: Connect to 127.0.0.1:"), "{refused}");
    }
}
