//! A Job on a cluster: looked at until it has completed or failed, and deleted when nobody waits for it.
//! The task's output is the Job as the cluster shows it, with its logs if they are wanted.

use super::api::{Api, Request, answered};
use super::logs;
use super::parameters::{RunJob, is_label};
use super::task_failed;
use crate::jobs::{Pace, Refusal, Silence};
use hyper::Method;
use serde_json::Value;
use stateline_base::Payload;
use stateline_runtime::Outcome;

/// The longest pause between two looks, in seconds; AWS looks every minute at first and every five later.
const PAUSE_MAX_S: u64 = 30;
/// How often in a row the cluster may refuse before that is believed.
const DOUBTS_MAX: u32 = 3;
/// How often a Job is deleted when the cluster is busy.
const STOPS_MAX: u32 = 5;

/// Where a Job is.
struct Place {
    namespace: String,
    name: String,
}

impl Place {
    /// From what the cluster answered when it took the Job.
    fn of(submitted: &Payload) -> Option<Self> {
        let member = |name: &str| {
            let text = submitted.value().pointer(&format!("/ResponseBody/metadata/{name}"))?.as_str()?;
            is_label(text).then(|| text.to_owned())
        };
        Some(Place { namespace: member("namespace")?, name: member("name")? })
    }

    fn path(&self) -> String {
        format!("/apis/batch/v1/namespaces/{}/jobs/{}", self.namespace, self.name)
    }
}

/// Waits for a Job's end.
pub(super) async fn watch(api: &dyn Api, run: &RunJob, submitted: &Payload, seed: &str) -> Outcome {
    let Some(place) = Place::of(submitted) else {
        let cause = format!("The cluster's answer does not name the Job: {}", submitted.text());
        return Outcome::Failed(task_failed(cause));
    };
    let mut pace = Pace::new(seed, PAUSE_MAX_S);
    let mut silence = Silence::default();
    let mut doubts = 0;
    loop {
        tokio::time::sleep(pace.next()).await;
        match answered(api, Request::get(place.path())).await {
            Ok(reply) => {
                let job = reply.document();
                if let Some(succeeded) = ended(&job) {
                    return outcome(api, run, &place, job, succeeded).await;
                }
                doubts = 0;
                silence.ends();
                pace.answered();
            }
            Err(refusal) if refusal.passes => {
                silence.goes_on(&place.path(), &refusal.failure);
                pace.busy();
            }
            Err(refusal) => {
                doubts += 1;
                if doubts == DOUBTS_MAX {
                    if !refusal.is_missing() {
                        give_up(api, submitted, seed).await;
                    }
                    return Outcome::Failed(refusal.failure);
                }
                silence.ends();
                pace.doubted();
            }
        }
    }
}

/// Whether a Job has completed or failed; `None` while it goes on.
fn ended(job: &Value) -> Option<bool> {
    let conditions = job.pointer("/status/conditions")?.as_array()?;
    let text = |condition: &Value, name: &str| condition.get(name).and_then(Value::as_str).map(str::to_owned);
    let mut holding =
        conditions.iter().filter(|condition| text(condition, "status").as_deref() == Some("True"));
    holding.find_map(|condition| match text(condition, "type")?.as_str() {
        "Complete" => Some(true),
        "Failed" => Some(false),
        _ => None,
    })
}

async fn outcome(api: &dyn Api, run: &RunJob, place: &Place, mut job: Value, succeeded: bool) -> Outcome {
    if let Some(options) = &run.logs {
        let logs = logs::of_job(api, &place.namespace, &place.name, options).await;
        job["logs"] = logs;
    }
    if succeeded {
        Outcome::Succeeded(Payload::from(job))
    } else {
        Outcome::Failed(task_failed(job.to_string()))
    }
}

/// Deletes a Job and its pods.
pub(super) async fn give_up(api: &dyn Api, submitted: &Payload, seed: &str) {
    let Some(place) = Place::of(submitted) else { return };
    if let Err(refusal) = deleted(api, &place, seed).await {
        let cause = refusal.failure.cause;
        tracing::warn!(job = place.path(), cause = cause.as_deref(), "a Job that nobody waits for goes on");
    }
}

async fn deleted(api: &dyn Api, place: &Place, seed: &str) -> Result<(), Refusal> {
    let query = vec![("propagationPolicy".to_owned(), "Background".to_owned())];
    let request = Request { method: Method::DELETE, query, ..Request::get(place.path()) };
    let mut pace = Pace::new(seed, PAUSE_MAX_S);
    for _ in 1..STOPS_MAX {
        match answered(api, request.clone()).await {
            Err(refusal) if refusal.passes => {
                tokio::time::sleep(pace.next()).await;
                pace.busy();
            }
            other => return other.map(drop),
        }
    }
    answered(api, request).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::super::api::{Replied, Reply};
    use super::super::parameters::LogOptions;
    use super::*;
    use bytes::Bytes;
    use expect_test::{Expect, expect};
    use serde_json::json;
    use std::collections::VecDeque;
    use std::sync::Mutex;

    /// Gives its replies one after the other, and tells what it was asked.
    struct Script {
        replies: Mutex<VecDeque<(u16, String)>>,
        asked: Mutex<Vec<String>>,
    }

    impl Script {
        fn new(replies: &[(u16, &str)]) -> Self {
            let replies = replies.iter().map(|(status, body)| (*status, (*body).to_owned())).collect();
            Script { replies: Mutex::new(replies), asked: Mutex::new(Vec::new()) }
        }

        fn told(self, end: &str) -> String {
            let mut told = self.asked.into_inner().expect("no test panics with the lock");
            told.push(end.to_owned());
            told.join("\n") + "\n"
        }
    }

    impl Api for Script {
        fn send(&self, request: Request) -> Replied<'_> {
            let query: Vec<String> =
                request.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let line = format!("{} {} {}", request.method, request.path, query.join("&"));
            self.asked.lock().expect("no test panics with the lock").push(line.trim_end().to_owned());
            let next = self.replies.lock().expect("no test panics with the lock").pop_front();
            let (status, body) = next.expect("as many replies as questions");
            Box::pin(std::future::ready(Ok(Reply { status, headers: Vec::new(), body: Bytes::from(body) })))
        }
    }

    const RUNNING: &str = r#"{"metadata":{"name":"j"},"status":{"active":1}}"#;
    const COMPLETE: &str = r#"{"status":{"conditions":[{"type":"SuccessCriteriaMet","status":"True"},{"type":"Complete","status":"True"}]}}"#;
    const FAILED: &str = r#"{"status":{"conditions":[{"type":"Complete","status":"False"},{"type":"Failed","status":"True"}]}}"#;

    fn submitted() -> Payload {
        Payload::from(
            json!({"ResponseBody": {"metadata": {"name": "j", "namespace": "n"}}, "StatusCode": 201}),
        )
    }

    async fn check(logs: Option<LogOptions>, replies: &[(u16, &str)], expected: &Expect) {
        let run = RunJob { namespace: "n".to_owned(), job: json!({}), logs };
        let script = Script::new(replies);
        let end = match watch(&script, &run, &submitted(), "seed").await {
            Outcome::Succeeded(output) => format!("gives {}", output.text()),
            Outcome::Failed(failure) => {
                format!("fails with {}: {}", failure.name(), failure.cause.as_deref().unwrap_or_default())
            }
        };
        expected.assert_eq(&script.told(&end));
    }

    #[tokio::test(start_paused = true)]
    async fn a_job_completes_or_fails() {
        check(None, &[(200, RUNNING), (503, ""), (200, COMPLETE)], &expect![[r#"
            GET /apis/batch/v1/namespaces/n/jobs/j
            GET /apis/batch/v1/namespaces/n/jobs/j
            GET /apis/batch/v1/namespaces/n/jobs/j
            gives {"status":{"conditions":[{"type":"SuccessCriteriaMet","status":"True"},{"type":"Complete","status":"True"}]}}
        "#]]).await;
        check(None, &[(200, FAILED)], &expect![[r#"
            GET /apis/batch/v1/namespaces/n/jobs/j
            fails with States.TaskFailed: {"status":{"conditions":[{"type":"Complete","status":"False"},{"type":"Failed","status":"True"}]}}
        "#]]).await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_job_that_is_gone_fails_the_task() {
        let gone = (404, r#"{"kind":"Status","reason":"NotFound"}"#);
        check(
            None,
            &[gone, gone, gone],
            &expect![[r#"
            GET /apis/batch/v1/namespaces/n/jobs/j
            GET /apis/batch/v1/namespaces/n/jobs/j
            GET /apis/batch/v1/namespaces/n/jobs/j
            fails with EKS.404: {"kind":"Status","reason":"NotFound"}
        "#]],
        )
        .await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_job_that_nobody_may_look_at_is_deleted() {
        let no = (403, r#"{"kind":"Status","reason":"Forbidden"}"#);
        check(
            None,
            &[no, no, (200, RUNNING), no, no, no, (200, "{}")],
            &expect![[r#"
                GET /apis/batch/v1/namespaces/n/jobs/j
                GET /apis/batch/v1/namespaces/n/jobs/j
                GET /apis/batch/v1/namespaces/n/jobs/j
                GET /apis/batch/v1/namespaces/n/jobs/j
                GET /apis/batch/v1/namespaces/n/jobs/j
                GET /apis/batch/v1/namespaces/n/jobs/j
                DELETE /apis/batch/v1/namespaces/n/jobs/j propagationPolicy=Background
                fails with EKS.403: {"kind":"Status","reason":"Forbidden"}
            "#]],
        )
        .await;
    }

    #[tokio::test(start_paused = true)]
    async fn logs_come_with_the_end() {
        let pods =
            r#"{"items":[{"metadata":{"name":"j-1"},"spec":{"containers":[{"name":"a"},{"name":"b"}]}}]}"#;
        let replies = [(200, COMPLETE), (200, pods), (200, r#"{ "pi": 3.14 }"#), (400, "not there")];
        let options = LogOptions { raw: false, query: vec![("tailLines".to_owned(), "6".to_owned())] };
        check(Some(options), &replies, &expect![[r#"
            GET /apis/batch/v1/namespaces/n/jobs/j
            GET /api/v1/namespaces/n/pods labelSelector=job-name=j
            GET /api/v1/namespaces/n/pods/j-1/log tailLines=6&container=a
            GET /api/v1/namespaces/n/pods/j-1/log tailLines=6&container=b
            gives {"status":{"conditions":[{"type":"SuccessCriteriaMet","status":"True"},{"type":"Complete","status":"True"}]},"logs":{"pods":{"j-1":{"containers":{"a":{"log":{"pi":3.14}},"b":{"error":"EKS.400","cause":"not there"}}}}}}
        "#]]).await;
        let raw = LogOptions { raw: true, query: Vec::new() };
        check(Some(raw), &[(200, FAILED), (200, pods), (200, "{}"), (200, "text\n")], &expect![[r#"
            GET /apis/batch/v1/namespaces/n/jobs/j
            GET /api/v1/namespaces/n/pods labelSelector=job-name=j
            GET /api/v1/namespaces/n/pods/j-1/log container=a
            GET /api/v1/namespaces/n/pods/j-1/log container=b
            fails with States.TaskFailed: {"status":{"conditions":[{"type":"Complete","status":"False"},{"type":"Failed","status":"True"}]},"logs":{"pods":{"j-1":{"containers":{"a":{"log":"{}"},"b":{"log":"text\n"}}}}}}
        "#]])
            .await;
        check(Some(LogOptions::default()), &[(200, COMPLETE), (403, "no")], &expect![[r#"
            GET /apis/batch/v1/namespaces/n/jobs/j
            GET /api/v1/namespaces/n/pods labelSelector=job-name=j
            gives {"status":{"conditions":[{"type":"SuccessCriteriaMet","status":"True"},{"type":"Complete","status":"True"}]},"logs":{"error":"EKS.403","cause":"no"}}
        "#]]).await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_job_is_deleted_with_its_pods() {
        let script = Script::new(&[(429, ""), (200, "{}")]);
        give_up(&script, &submitted(), "seed").await;
        expect![[r#"
            DELETE /apis/batch/v1/namespaces/n/jobs/j propagationPolicy=Background
            DELETE /apis/batch/v1/namespaces/n/jobs/j propagationPolicy=Background
            that is all
        "#]]
        .assert_eq(&script.told("that is all"));
        let nameless =
            Payload::from(json!({"ResponseBody": {"metadata": {"name": "../x", "namespace": "n"}}}));
        give_up(&Script::new(&[]), &nameless, "seed").await;
    }
}
