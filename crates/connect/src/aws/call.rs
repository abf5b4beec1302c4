//! One call: the request is built, signed and sent, and its answer read.

use super::Aws;
use super::credentials::Credentials;
use super::endpoint::Base;
use super::fault::Fault;
use super::sign::{Scope, SigningError, presign, sign_request};
use crate::wire::{Answer, NoAnswer, Sent, Wire, authority_of};
use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::HOST;
use hyper::{Request, Response};
use serde_json::Value;
use stateline_base::Arn;
use stateline_models::{Operation, Service};
use stateline_protocols::{self as protocols, BadParameters, Spelling};
use stateline_runtime::{Attempt, Caller};
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// Bytes of an answer that are read. A task's result is far smaller; what is cut out of an answer
/// may be larger.
const ANSWER_BYTES_MAX: usize = 16 * 1_048_576;
/// A slow line; what is large has so much more time.
const UPLOAD_BYTES_PER_S: u64 = 128 * 1_024;
/// Functions run for at most 900 s, and models may think as long.
const LONG_TIMEOUT: Duration = Duration::from_secs(930);
/// The services that answer only when long work is done.
const LONG: [&str; 5] =
    ["lambda", "bedrockruntime", "bedrockagentruntime", "bedrockagentcore", "sagemakerruntime"];

/// A call on behalf of a task.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call<'a> {
    /// As after `aws-sdk:`.
    pub service: &'a str,
    /// `getItem`.
    pub action: &'a str,
    pub parameters: &'a Value,
    /// How the answer's members are spelt.
    pub spelling: Spelling,
    pub behalf: Behalf<'a>,
}

/// On whose behalf a call is made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Behalf<'a> {
    /// The region whose services are called.
    pub region: &'a str,
    /// The state machine's account.
    pub account: &'a str,
    /// Tells repeated requests from new ones.
    pub request_id: &'a str,
    pub caller: &'a Caller,
}

impl<'a> From<&'a Attempt> for Behalf<'a> {
    fn from(attempt: &'a Attempt) -> Self {
        Behalf {
            region: &attempt.region,
            account: &attempt.account,
            request_id: &attempt.request_id,
            caller: &attempt.caller,
        }
    }
}

impl<'a> Behalf<'a> {
    /// The account that is acted in: the task's role's, or the state machine's.
    pub fn account(&self) -> &'a str {
        let role = self.caller.task_role.as_deref().and_then(|role| Arn::parse(role).ok());
        role.map_or(self.account, |arn| arn.account)
    }
}

/// A request before it has an address and a signature.
#[derive(Clone, Debug)]
pub(crate) struct Prepared {
    pub method: String,
    /// Path and query, encoded.
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: Bytes,
    /// What stands before AWS's own host.
    pub host_prefix: Option<String>,
    pub signed: bool,
    /// Whether the signature covers the body.
    pub signs_body: bool,
}

impl From<protocols::Request> for Prepared {
    fn from(request: protocols::Request) -> Self {
        let query = if request.query.is_empty() { String::new() } else { format!("?{}", request.query) };
        Prepared {
            target: request.path + &query,
            method: request.method,
            headers: request.headers,
            body: request.body.into(),
            host_prefix: request.host_prefix,
            signed: request.signed,
            signs_body: request.signs_body,
        }
    }
}

/// What came of a call.
#[derive(Clone, Debug)]
pub(crate) struct Called {
    /// The answer's members.
    pub result: Value,
    pub answer: Answer,
    /// The service's name for the request.
    pub request_id: Option<String>,
}

/// In whose name a request leaves.
#[derive(Clone, Copy, Debug)]
pub(super) struct Who<'a> {
    pub region: &'a str,
    /// Tells repeated requests from new ones.
    pub request_id: &'a str,
    /// `None` for operations that are not signed.
    pub credentials: Option<&'a Credentials>,
}

impl<'a> Who<'a> {
    fn of(behalf: Behalf<'a>, credentials: &'a Credentials) -> Self {
        Who { region: behalf.region, request_id: behalf.request_id, credentials: Some(credentials) }
    }
}

impl Aws {
    /// Makes a call, once.
    ///
    /// # Errors
    /// See [`Fault`].
    pub async fn call(&self, call: &Call<'_>) -> Result<Called, Fault> {
        // Nobody is asked for a name to call with what does not exist.
        known_operation(&*self.known(call.service)?, call.service, call.action)?;
        let credentials = self.credentials(call.service, call.behalf).await?;
        let who = Who::of(call.behalf, &credentials);
        sent_by(self, (call.service, call.action), call.parameters, who, call.spelling).await
    }

    /// Makes a call with a body that is no part of the parameters. The signature covers it, so that it
    /// needs no other checksum.
    ///
    /// # Errors
    /// See [`Fault`].
    pub async fn call_with(&self, call: &Call<'_>, body: Bytes) -> Result<Called, Fault> {
        let credentials = self.credentials(call.service, call.behalf).await?;
        let who = Who::of(call.behalf, &credentials);
        let model = self.known(call.service)?;
        let operation = known_operation(&model, call.service, call.action)?;
        let mut request = prepare(&model, &operation, call.parameters, who)?;
        request.headers.retain(|(name, _)| !name.to_ascii_lowercase().contains("checksum"));
        let time_max =
            self.time_max(call.service) + Duration::from_secs(body.len() as u64 / UPLOAD_BYTES_PER_S);
        let sent = self.signed(&model, &operation, Prepared { body, ..request }, who)?;
        let to = place_of(&sent);
        let answer = self.wire.exchange(sent, ANSWER_BYTES_MAX, time_max).await;
        read((&model, &operation), &to, answer.map_err(unanswered(&to))?, call.spelling)
    }

    /// Sends a request that somebody else has prepared, and leaves its answer as it is.
    ///
    /// # Errors
    /// See [`Fault`]; never [`Fault::Service`].
    pub async fn exchange(
        &self,
        (service, action): (&str, &str),
        request: Prepared,
        behalf: Behalf<'_>,
    ) -> Result<Answer, Fault> {
        let credentials = self.credentials(service, behalf).await?;
        let who = Who::of(behalf, &credentials);
        let model = self.known(service)?;
        let operation = known_operation(&model, service, action)?;
        let sent = self.signed(&model, &operation, request, who)?;
        let to = place_of(&sent);
        let answer = self.wire.exchange(sent, ANSWER_BYTES_MAX, self.time_max(service)).await;
        answer.map_err(unanswered(&to))
    }

    /// Makes a call whose answer's body is read by the caller, piece by piece.
    ///
    /// # Errors
    /// See [`Fault`]; a refusal is read to its end.
    pub async fn open(&self, call: &Call<'_>) -> Result<Response<Incoming>, Fault> {
        let credentials = self.credentials(call.service, call.behalf).await?;
        let who = Who::of(call.behalf, &credentials);
        let model = self.known(call.service)?;
        let operation = known_operation(&model, call.service, call.action)?;
        let request = prepare(&model, &operation, call.parameters, who)?;
        let sent = self.signed(&model, &operation, request, who)?;
        let to = place_of(&sent);
        let opened = tokio::time::timeout(self.time_max(call.service), self.wire.open(sent)).await;
        let late = |_| NoAnswer::TimedOut(to.clone(), self.time_max(call.service));
        let answer = opened.map_err(late).flatten().map_err(unanswered(&to))?;
        if answer.status().is_success() {
            return Ok(answer);
        }
        let answer = Wire::whole(answer, &to, ANSWER_BYTES_MAX).await.map_err(unanswered(&to))?;
        Err(match read((&model, &operation), &to, answer, call.spelling) {
            Err(fault) => fault,
            Ok(called) => Fault::Unreadable(to, format!("status {}", called.answer.status)),
        })
    }

    /// Signs a request that goes to no service of the models: a stage of API Gateway.
    ///
    /// # Errors
    /// Without credentials, and where the task's role cannot be taken.
    pub async fn sign(
        &self,
        sent: &mut Sent,
        body: &Bytes,
        signing_name: &str,
        behalf: Behalf<'_>,
    ) -> Result<(), Fault> {
        let credentials = self.credentials_at(None, behalf).await?;
        let scope = Scope { service: signing_name, region: behalf.region, body: true };
        let broken = |error: SigningError| Fault::Unknown(format!("the request cannot be signed: {error}"));
        sign_request(sent, body, &credentials, scope, SystemTime::now()).map_err(broken)
    }

    /// The address that tells a cluster on EKS who asks: `GetCallerIdentity` at STS, signed for 60
    /// seconds together with the cluster's name, for the cluster to send.
    ///
    /// # Errors
    /// Without credentials, and where the task's role cannot be taken.
    pub async fn presigned_identity(&self, cluster: &str, behalf: Behalf<'_>) -> Result<String, Fault> {
        let credentials = self.credentials("sts", behalf).await?;
        let model = self.known("sts")?;
        let operation = known_operation(&model, "sts", "getCallerIdentity")?;
        let place = self.place(&model, &operation, None, behalf.region)?;
        let uri = format!("{}/?Action=GetCallerIdentity&Version={}", place.base, model.api_version());
        let headers = [("host", place.authority.as_str()), ("x-k8s-aws-id", cluster)];
        let scope = Scope { service: &place.signing_name, region: &place.signing_region, body: true };
        let broken = |error: SigningError| Fault::Unknown(format!("{uri} cannot be signed: {error}"));
        presign(&uri, &headers, &credentials, scope, SystemTime::now()).map_err(broken)
    }

    fn known(&self, service: &str) -> Result<Arc<Service>, Fault> {
        let unknown = || Fault::Unknown(format!("AWS has no service '{service}' that Step Functions calls"));
        let known = Service::shared(service).ok_or_else(unknown)?;
        match known.obstacle() {
            Some(obstacle) => {
                Err(Fault::Unknown(format!("The service {service} cannot be called: it {obstacle}")))
            }
            None => Ok(known),
        }
    }

    /// Whether a service can be had: it has an endpoint, or there are credentials for AWS's own. Where
    /// the search for them fails there should be some, and the call says what is wrong with them.
    pub async fn can_call(&self, service: &str) -> bool {
        self.base_of(service).is_some() || !matches!(self.chain.get(self, true).await, Ok(None))
    }

    pub(super) fn base_of(&self, service: &str) -> Option<Base> {
        self.base(&*Service::shared(service)?)
    }

    fn base(&self, service: &Service) -> Option<Base> {
        let profiles = self.chain.profiles();
        self.endpoints.configured(service.service_id(), profiles, self.chain.profile())
    }

    fn time_max(&self, service: &str) -> Duration {
        if LONG.contains(&service) { LONG_TIMEOUT } else { self.timeout }
    }

    /// A request that can leave: with its address, signed.
    fn signed(
        &self,
        service: &Service,
        operation: &Operation<'_>,
        request: Prepared,
        who: Who<'_>,
    ) -> Result<Sent, Fault> {
        let place = self.place(service, operation, request.host_prefix.as_deref(), who.region)?;
        let uri = format!("{}{}", place.base, request.target);
        let broken = |error: &dyn fmt::Display| Fault::Unknown(format!("{uri} cannot be called: {error}"));
        let body = request.body;
        let mut builder =
            Request::builder().method(&*request.method).uri(&uri).header(HOST, &place.authority);
        for (name, value) in &request.headers {
            builder = builder.header(name, value.as_bytes());
        }
        if !who.request_id.is_empty() {
            builder = builder.header("amz-sdk-invocation-id", who.request_id);
        }
        builder = builder.header("amz-sdk-request", "attempt=1; max=1").header("user-agent", USER_AGENT);
        let mut sent = builder.body(Full::new(body.clone())).map_err(|error| broken(&error))?;
        if let Some(credentials) = who.credentials.filter(|_| request.signed) {
            let scope = Scope {
                service: &place.signing_name,
                region: &place.signing_region,
                body: request.signs_body,
            };
            sign_request(&mut sent, &body, credentials, scope, SystemTime::now())
                .map_err(|error| broken(&error))?;
        }
        Ok(sent)
    }

    fn place(
        &self,
        service: &Service,
        operation: &Operation<'_>,
        host_prefix: Option<&str>,
        region: &str,
    ) -> Result<Place, Fault> {
        let unknown = || Fault::Unknown(format!("'{region}' is no region of AWS"));
        let host = operation.host(region).ok_or_else(unknown)?;
        let (signing_name, signing_region) = (host.signing_name.to_owned(), host.signing_region);
        Ok(match self.base(service) {
            // A service that is in one place has no hosts for accounts and the like.
            Some(Base { text, authority }) => Place { base: text, authority, signing_name, signing_region },
            None => {
                let authority = format!("{}{}", host_prefix.unwrap_or_default(), host.name);
                Place { base: format!("https://{authority}"), authority, signing_name, signing_region }
            }
        })
    }
}

const USER_AGENT: &str = concat!("stateline/", env!("CARGO_PKG_VERSION"));

/// Where a request goes, and for what it is signed.
struct Place {
    base: String,
    authority: String,
    signing_name: String,
    signing_region: String,
}

fn known_operation<'a>(model: &'a Service, service: &str, action: &str) -> Result<Operation<'a>, Fault> {
    let unknown = || Fault::Unknown(format!("The service {service} has no action '{action}'"));
    model.operation(action).ok_or_else(unknown)
}

/// Sends one request in somebody's name.
pub(super) async fn sent_by(
    aws: &Aws,
    (service, action): (&str, &str),
    parameters: &Value,
    who: Who<'_>,
    spelling: Spelling,
) -> Result<Called, Fault> {
    let model = aws.known(service)?;
    let operation = known_operation(&model, service, action)?;
    let request = prepare(&model, &operation, parameters, who)?;
    let sent = aws.signed(&model, &operation, request, who)?;
    let to = place_of(&sent);
    let answer = aws.wire.exchange(sent, ANSWER_BYTES_MAX, aws.time_max(service)).await;
    read((&model, &operation), &to, answer.map_err(unanswered(&to))?, spelling)
}

fn prepare(
    model: &Service,
    operation: &Operation<'_>,
    parameters: &Value,
    who: Who<'_>,
) -> Result<Prepared, Fault> {
    let request = protocols::request(model, operation, parameters, who.request_id)
        .map_err(|bad| Fault::Parameters(bad.words()))?;
    if !request.missing.is_empty() {
        return Err(Fault::Parameters(BadParameters { problems: request.missing }.words()));
    }
    Ok(request.into())
}

/// Host and port that a request goes to.
fn place_of(sent: &Sent) -> String {
    authority_of(sent.uri())
}

fn unanswered(from: &str) -> impl FnOnce(NoAnswer) -> Fault {
    let from = from.to_owned();
    |reason| Fault::NoAnswer(from, reason)
}

fn read(
    (model, operation): (&Service, &Operation<'_>),
    from: &str,
    answer: Answer,
    spelling: Spelling,
) -> Result<Called, Fault> {
    let headers = answer.listed_headers();
    match protocols::answer(model, operation, answer.status, &headers, &answer.body, spelling) {
        Ok(result) => Ok(Called { result, request_id: protocols::request_id(&headers), answer }),
        Err(fault) if fault.unreadable => {
            Err(Fault::Unreadable(from.to_owned(), fault.message.unwrap_or_default()))
        }
        Err(fault) => Err(Fault::Service(fault)),
    }
}
