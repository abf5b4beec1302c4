//! The logs of a Job's pods, fetched as well as can be: what goes wrong stands in the log's place.

use super::api::{Api, Request, answered};
use super::parameters::{LogOptions, is_label};
use crate::jobs::Refusal;
use serde_json::{Map, Value, json};

/// `{"pods": {<pod>: {"containers": {<container>: {"log": …}}}}}`, or `error` and `cause`.
pub(super) async fn of_job(api: &dyn Api, namespace: &str, job: &str, options: &LogOptions) -> Value {
    let pods = Request {
        query: vec![("labelSelector".to_owned(), format!("job-name={job}"))],
        ..Request::get(format!("/api/v1/namespaces/{namespace}/pods"))
    };
    let listed = match answered(api, pods).await {
        Ok(reply) => reply.document(),
        Err(refusal) => return lost(&refusal),
    };
    let mut shown = Map::new();
    for pod in listed.get("items").and_then(Value::as_array).into_iter().flatten() {
        let name = pod.pointer("/metadata/name").and_then(Value::as_str).filter(|name| is_label(name));
        let Some(name) = name else { continue };
        let mut containers = Map::new();
        let listed = pod.pointer("/spec/containers").and_then(Value::as_array);
        for container in listed.into_iter().flatten().filter_map(|container| container.get("name")?.as_str())
        {
            let path = format!("/api/v1/namespaces/{namespace}/pods/{name}/log");
            containers.insert(container.to_owned(), log(api, path, container, options).await);
        }
        shown.insert(name.to_owned(), json!({"containers": containers}));
    }
    json!({"pods": shown})
}

async fn log(api: &dyn Api, path: String, container: &str, options: &LogOptions) -> Value {
    let mut query = options.query.clone();
    query.push(("container".to_owned(), container.to_owned()));
    match answered(api, Request { query, ..Request::get(path) }).await {
        Ok(reply) if options.raw => json!({"log": reply.text()}),
        Ok(reply) => json!({"log": reply.document()}),
        Err(refusal) => lost(&refusal),
    }
}

fn lost(refusal: &Refusal) -> Value {
    json!({"error": refusal.failure.error, "cause": refusal.failure.cause})
}
