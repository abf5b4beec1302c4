//! Kubernetes on EKS: `eks:call`, which asks a cluster's API server anything, and `eks:runJob`, which
//! has it run a `batch/v1` Job and, as `.sync`, waits for its end and fetches its logs.
//!
//! Clusters are reached at their endpoints, trust is in the certificate authority that the task gives,
//! and whoever asks is named by a request to STS that is signed and not sent: the cluster sends it.

mod api;
mod cluster;
mod logs;
mod parameters;
mod run_job;

use crate::jobs::Refusal;
use crate::parameters::refused;
use api::answered;
use cluster::Cluster;
use parameters::{RunJob, Target};
use stateline_asl::TaskResource;
use stateline_base::{Failure, Payload, error_name};
use stateline_runtime::{Attempt, Outcome};
use std::future::Future;
use std::pin::Pin;

/// The future of a presigned address.
pub(crate) type Presigned<'a> = Pin<Box<dyn Future<Output = Result<String, Refusal>> + Send + 'a>>;

/// Signs requests to STS on behalf of one attempt.
pub(crate) trait Presign: Send + Sync {
    /// The address of `GetCallerIdentity` (`Action=GetCallerIdentity&Version=2011-06-15`, method GET) at
    /// the region's STS, presigned for 60 seconds, with the header `x-k8s-aws-id: <cluster>` among those
    /// that are signed.
    fn presign<'a>(&'a self, cluster: &'a str) -> Presigned<'a>;
}

/// Whether an action of `eks` is one of these.
pub(crate) fn is_kubernetes(resource: &TaskResource) -> bool {
    matches!(name(resource), Some("call" | "runJob"))
}

fn name(resource: &TaskResource) -> Option<&str> {
    match resource {
        TaskResource::Integration { service, action, .. } if &**service == "eks" => action.split('.').next(),
        _ => None,
    }
}

/// Calls a cluster once, or has it take a Job.
pub(crate) async fn call(presign: &dyn Presign, attempt: &Attempt) -> Outcome {
    match called(presign, attempt).await {
        Ok(answer) => Outcome::Succeeded(answer),
        Err(failure) => Outcome::Failed(failure),
    }
}

async fn called(presign: &dyn Presign, attempt: &Attempt) -> Result<Payload, Failure> {
    let is_call = name(&attempt.resource) == Some("call");
    let parsed = if is_call {
        parameters::call(attempt.input.value())
    } else {
        parameters::run_job(attempt.input.value()).map(|(target, job)| (target, job.creation()))
    };
    let (target, request) = parsed.map_err(|reason| refused(attempt.input.text(), &reason))?;
    let cluster = cluster(presign, attempt, target)?;
    let reply = answered(&cluster, request).await.map_err(|refusal| refusal.failure)?;
    Ok(Payload::from(reply.shown()))
}

/// Waits for the end of a Job that a cluster has taken.
pub(crate) async fn watch(presign: &dyn Presign, attempt: &Attempt, submitted: &Payload) -> Outcome {
    match reached(presign, attempt) {
        Ok((cluster, job)) => run_job::watch(&cluster, &job, submitted, &attempt.request_id).await,
        Err(failure) => Outcome::Failed(failure),
    }
}

/// Nobody waits for a Job any more: it is deleted with its pods, as far as that can be.
pub(crate) async fn give_up(presign: &dyn Presign, attempt: &Attempt, submitted: &Payload) {
    if let Ok((cluster, _)) = reached(presign, attempt) {
        run_job::give_up(&cluster, submitted, &attempt.request_id).await;
    }
}

fn reached<'a>(presign: &'a dyn Presign, attempt: &Attempt) -> Result<(Cluster<'a>, RunJob), Failure> {
    let parsed = parameters::run_job(attempt.input.value());
    let (target, job) = parsed.map_err(|reason| refused(attempt.input.text(), &reason))?;
    Ok((cluster(presign, attempt, target)?, job))
}

fn cluster<'a>(presign: &'a dyn Presign, attempt: &Attempt, target: Target) -> Result<Cluster<'a>, Failure> {
    Cluster::new(presign, target).map_err(|reason| refused(attempt.input.text(), &reason))
}

fn task_failed(cause: String) -> Failure {
    Failure::new(error_name::TASK_FAILED, cause)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_attempt::attempt;
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    use rustls::pki_types::pem::PemObject as _;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};
    use rustls::{ServerConfig, ServerConnection, Stream};
    use serde_json::{Value, json};
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::sync::{Arc, mpsc};

    /// Vouches for 127.0.0.1, made for these tests.
    const AUTHORITY: &[u8] = include_bytes!("test_tls/ca.pem");

    /// Signs nothing.
    struct Address;

    impl Presign for Address {
        fn presign<'a>(&'a self, cluster: &'a str) -> Presigned<'a> {
            Box::pin(std::future::ready(Ok(format!("https://sts/?cluster={cluster}"))))
        }
    }

    fn server_config() -> Arc<ServerConfig> {
        let chain = CertificateDer::pem_slice_iter(include_bytes!("test_tls/server.pem"));
        let chain = chain.collect::<Result<Vec<_>, _>>().expect("certificates");
        let key = PrivateKeyDer::from_pem_slice(include_bytes!("test_tls/server.key")).expect("a key");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let builder = builder.expect("the provider has them").with_no_client_auth();
        Arc::new(builder.with_single_cert(chain, key).expect("they belong together"))
    }

    /// An API server that gives one answer to one request, and hands over what it was sent.
    fn server(answer: &'static str) -> (String, mpsc::Receiver<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let endpoint = format!("https://{}", listener.local_addr().expect("it has one"));
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            let (mut socket, _) = listener.accept().expect("somebody connects");
            let mut connection = ServerConnection::new(server_config()).expect("a connection");
            let mut stream = Stream::new(&mut connection, &mut socket);
            let mut bytes = vec![0; 65_536];
            // Whoever does not trust the certificate sends no request.
            let count = stream.read(&mut bytes).unwrap_or_default();
            let _ = stream.write_all(answer.as_bytes()).and_then(|()| stream.flush());
            let _ = sender.send(String::from_utf8_lossy(&bytes[..count]).into_owned());
        });
        (endpoint, receiver)
    }

    async fn asked(resource: &str, endpoint: &str, authority: &[u8], rest: Value) -> Outcome {
        let mut input = json!({"ClusterName": "c", "Endpoint": endpoint});
        input["CertificateAuthority"] = json!(STANDARD.encode(authority));
        let members = input.as_object_mut().expect("an object");
        members.extend(rest.as_object().expect("an object").clone());
        call(&Address, &attempt(&format!("arn:aws:states:::eks:{resource}"), &input.to_string())).await
    }

    #[test]
    fn calls_may_be_made_on_any_thread() {
        fn is_send<T: Send>(_: &T) {}
        let attempt = attempt("arn:aws:states:::eks:runJob.sync", "{}");
        let submitted = Payload::from(Value::Null);
        is_send(&call(&Address, &attempt));
        is_send(&watch(&Address, &attempt, &submitted));
        is_send(&give_up(&Address, &attempt, &submitted));
    }

    #[tokio::test]
    async fn a_cluster_is_asked_and_its_answer_is_shown() {
        let (endpoint, sent) = server(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nAudit-Id: x\r\nContent-Length: 12\r\n\r\n{\"items\":[]}",
        );
        let rest =
            json!({"Method": "GET", "Path": "/api/v1/pods", "QueryParameters": {"labelSelector": ["a=b c"]}});
        let shown = json!({
            "Headers": {"Content-Type": ["application/json"], "Audit-Id": ["x"], "Content-Length": ["12"]},
            "ResponseBody": {"items": []},
            "StatusCode": 200,
            "StatusText": "OK",
        });
        let answer = asked("call", &endpoint, AUTHORITY, rest).await;
        assert_eq!(answer, Outcome::Succeeded(Payload::from(shown)));
        let sent = sent.recv().expect("a request");
        assert!(sent.starts_with("GET /api/v1/pods?labelSelector=a%3Db%20c HTTP/1.1\r\n"), "{sent}");
        let token = URL_SAFE_NO_PAD.encode("https://sts/?cluster=c");
        assert!(sent.contains(&format!("authorization: Bearer k8s-aws-v1.{token}\r\n")), "{sent}");
    }

    #[tokio::test]
    async fn a_cluster_that_refuses_is_an_error_with_its_status() {
        let (endpoint, sent) =
            server("HTTP/1.1 409 Conflict\r\nContent-Length: 26\r\n\r\n{\"reason\":\"AlreadyExists\"}");
        let answer = asked("runJob.sync", &endpoint, AUTHORITY, json!({"Job": {"kind": "Job"}})).await;
        let failure = Failure::new("EKS.409", r#"{"reason":"AlreadyExists"}"#);
        assert_eq!(answer, Outcome::Failed(failure));
        let sent = sent.recv().expect("a request");
        assert!(sent.starts_with("POST /apis/batch/v1/namespaces/default/jobs HTTP/1.1\r\n"), "{sent}");
        assert!(sent.contains("content-type: application/json\r\n"), "{sent}");
    }

    #[tokio::test]
    async fn only_the_authority_that_is_given_is_trusted() {
        let (endpoint, sent) = server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        let stranger = include_bytes!("test_tls/server.pem");
        let rest = json!({"Method": "GET", "Path": "/"});
        match asked("call", &endpoint, stranger, rest.clone()).await {
            Outcome::Failed(failure) => assert_eq!(failure.name(), "EKS.SdkClientException", "{failure:?}"),
            other => panic!("{other:?}"),
        }
        assert_eq!(sent.recv().as_deref(), Ok(""));
        for (endpoint, authority, field) in [
            ("https://127.0.0.1:1", &b"no certificate"[..], "CertificateAuthority"),
            ("http://127.0.0.1:1", AUTHORITY, "Endpoint"),
            ("https://127.0.0.1:1/path", AUTHORITY, "Endpoint"),
            ("nowhere", AUTHORITY, "Endpoint"),
        ] {
            match asked("call", endpoint, authority, rest.clone()).await {
                Outcome::Failed(failure) => {
                    assert_eq!(failure.name(), "States.Runtime");
                    let cause = failure.cause.as_deref().unwrap_or_default();
                    assert!(
                        cause.contains(&format!("[The value of the field '{field}' has an invalid format")),
                        "{cause}"
                    );
                }
                other => panic!("{other:?}"),
            }
        }
    }
}
