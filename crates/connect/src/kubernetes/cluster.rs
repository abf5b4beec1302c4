//! A cluster at its endpoint: one client that trusts the cluster's authority, and a fresh token for
//! each request, since tokens last a quarter of an hour and jobs longer.

use super::Presign;
use super::api::{Api, Replied, Reply, Request};
use super::parameters::Target;
use crate::integration::metadata::header_name;
use crate::jobs::Refusal;
use crate::parameters::invalid_field;
use crate::wire::Wire;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use bytes::Bytes;
use http_body_util::Full;
use hyper::Uri;
use hyper::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST, USER_AGENT};
use stateline_base::Failure;
use std::fmt::{self, Write as _};
use std::time::Duration;

/// Bytes of an answer that are read; what a task may give is much less.
const ANSWER_BYTES_MAX: usize = 8 * 1_048_576;
const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);

/// A cluster that can be asked.
pub(super) struct Cluster<'a> {
    presign: &'a dyn Presign,
    name: String,
    /// Without a slash at its end.
    endpoint: String,
    host: String,
    wire: Wire,
}

impl<'a> Cluster<'a> {
    /// Understands where the cluster is and whom to trust; nothing is connected yet.
    ///
    /// # Errors
    /// The parameter that is wrong, in AWS's words.
    pub fn new(presign: &'a dyn Presign, target: Target) -> Result<Self, String> {
        let endpoint = target.endpoint.trim_end_matches('/').to_owned();
        let uri = endpoint.parse::<Uri>().ok().filter(|uri| uri.scheme_str() == Some("https"));
        // A cluster is a host; what follows it is said by the path.
        let uri = uri.filter(|uri| uri.path() == "/" && uri.query().is_none());
        let authority = uri.as_ref().and_then(Uri::authority);
        let host = authority.ok_or_else(|| invalid_field("Endpoint"))?.to_string();
        let untrusted = |why: &str| format!("{}: {why}", invalid_field("CertificateAuthority"));
        let pem = STANDARD.decode(target.authority.trim()).map_err(|_| untrusted("it is not base64"))?;
        let wire = Wire::trusting(&pem).map_err(|why| untrusted(&why))?;
        Ok(Cluster { presign, name: target.name, endpoint, host, wire })
    }

    async fn exchange(&self, request: Request) -> Result<Reply, Refusal> {
        let address = self.presign.presign(&self.name).await?;
        let token = format!("Bearer k8s-aws-v1.{}", URL_SAFE_NO_PAD.encode(address));
        let (content_type, bytes) = match request.body {
            Some(body) => (Some(body.content_type), body.bytes),
            None => (None, Bytes::new()),
        };
        let mut builder = hyper::Request::builder()
            .method(request.method)
            .uri(format!(
                "{}{}{}",
                self.endpoint,
                encoded(&request.path, b"/-._~!$&'()*+,;=:@%"),
                query(&request.query)
            ))
            .header(HOST, &self.host)
            .header(ACCEPT, "application/json, */*")
            .header(USER_AGENT, concat!("stateline/", env!("CARGO_PKG_VERSION")))
            .header(AUTHORIZATION, token);
        if let Some(content_type) = content_type {
            builder = builder.header(CONTENT_TYPE, content_type);
        }
        let sent = builder.body(Full::new(bytes)).map_err(|error| unreachable(&error, false))?;
        match self.wire.exchange(sent, ANSWER_BYTES_MAX, ANSWER_TIMEOUT).await {
            Ok(answer) => {
                let headers = answer.listed_headers().into_iter();
                let headers = headers.map(|(name, value)| (header_name(&name), value)).collect();
                Ok(Reply { status: answer.status, headers, body: answer.body })
            }
            Err(reason) => Err(unreachable(&reason, reason.may_pass())),
        }
    }
}

impl Api for Cluster<'_> {
    fn send(&self, request: Request) -> Replied<'_> {
        Box::pin(self.exchange(request))
    }
}

/// The request did not get there, or its answer did not come back.
fn unreachable(reason: &dyn fmt::Display, passes: bool) -> Refusal {
    let cause = format!("Unable to execute HTTP request: {reason}");
    Refusal::unanswered(Failure::new("EKS.SdkClientException", cause), passes)
}

/// A text with every byte escaped that is no letter, no digit and not among those that are kept.
fn encoded(text: &str, kept: &[u8]) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || kept.contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            write!(encoded, "%{byte:02X}").expect("a text takes every line");
        }
    }
    encoded
}

fn query(pairs: &[(String, String)]) -> String {
    let mut query = String::new();
    for (index, (name, value)) in pairs.iter().enumerate() {
        query.push(if index == 0 { '?' } else { '&' });
        query.push_str(&encoded(name, b"-._~"));
        query.push('=');
        query.push_str(&encoded(value, b"-._~"));
    }
    query
}
