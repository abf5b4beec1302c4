//! What the process knows about itself.

use super::{Asked, document, query};
use crate::api::Answer;
use crate::aws::{ApiError, Object};
use stateline_base::{SHARD_COUNT, Timestamp};
use stateline_runtime::{CommitFigures, ServiceError, SystemFigures};
use stateline_store::StoreFacts;

/// Tells how the server is doing.
pub(super) async fn answer(asked: Asked<'_>) -> Result<Answer, ApiError> {
    query::values(&asked.head.uri, [])?;
    let service = asked.api.service();
    let (health, figures) = (service.health(), service.system().await?);
    Ok(document(write(&figures, asked.api.started(), &health)))
}

fn write(figures: &SystemFigures, started: Timestamp, health: &Result<(), ServiceError>) -> Vec<u8> {
    Object::document(|answer| {
        answer.text("version", env!("CARGO_PKG_VERSION"));
        answer.time("startedAt", started);
        answer.number("shards", u64::from(SHARD_COUNT));
        let workers: Vec<_> = figures.workers.iter().enumerate().collect();
        answer.array("workers", &workers, usize::MAX, |item, (number, worker)| {
            item.number("worker", *number as u64);
            item.number("mailbox", worker.mailbox as u64);
            item.number("openExecutions", worker.open as u64);
            item.number("inMemory", worker.in_memory as u64);
        });
        answer.object("commits", |commits| write_commits(commits, &figures.commits, figures.committing));
        answer.object("timers", |timers| {
            timers.number("due", figures.timers_due as u64);
            timers.time_if("next", figures.timers_next);
        });
        answer.number("callsOut", figures.calls_out as u64);
        answer.number("expressRunning", figures.express_running as u64);
        answer.number("watchers", figures.watchers as u64);
        answer.object("tasksWaiting", |tasks| tasks.number("activities", figures.activities_waiting as u64));
        answer.object("store", |store| write_store(store, &figures.store));
        answer.object("health", |answer| write_health(answer, health));
        answer.array("functions", &figures.functions, usize::MAX, |item, function| {
            item.text("name", &function.name);
            item.text("runtime", &function.runtime);
        });
    })
}

fn write_commits(out: &mut Object<'_>, commits: &CommitFigures, waiting: usize) {
    out.number("count", commits.count);
    out.number("batches", commits.batches);
    out.number("waiting", waiting as u64);
    // Of nothing there is no half.
    if commits.count > 0 {
        out.decimal_if("p50Millis", Some(commits.p50_millis));
        out.decimal_if("p99Millis", Some(commits.p99_millis));
        out.decimal_if("maxMillis", Some(commits.max_millis));
        out.number("groupP50", commits.group_p50);
    }
}

fn write_store(out: &mut Object<'_>, store: &StoreFacts) {
    out.text_if("kind", store.kind);
    out.text_if("path", store.path.as_ref().map(|path| path.display().to_string()).as_deref());
    out.number_if("bytes", store.bytes);
}

fn write_health(out: &mut Object<'_>, health: &Result<(), ServiceError>) {
    let (status, why) = match health {
        Ok(()) => ("ok", None),
        Err(full @ ServiceError::StoreFull(_)) => ("full", Some(full.to_string())),
        Err(other) => ("failed", Some(other.to_string())),
    };
    out.text("status", status);
    out.text_if("message", why.as_deref());
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;
    use stateline_runtime::{FunctionFacts, WorkerFigures};

    #[test]
    fn what_is_known_is_shown() {
        let mut figures = SystemFigures {
            workers: vec![WorkerFigures { mailbox: 1, open: 5, in_memory: 2 }],
            commits: CommitFigures::default(),
            committing: 0,
            timers_due: 0,
            timers_next: None,
            calls_out: 3,
            express_running: 0,
            activities_waiting: 4,
            watchers: 1,
            store: StoreFacts { kind: Some("memory"), path: None, bytes: Some(9) },
            functions: vec![FunctionFacts { name: "f".to_owned(), runtime: "python3.12".to_owned() }],
        };
        let at = Timestamp::from_millis(1_500);
        let shown = |figures: &SystemFigures, health| {
            let text = String::from_utf8(write(figures, at, &health)).expect("UTF-8");
            text.replace(env!("CARGO_PKG_VERSION"), "VERSION")
        };
        expect![[r#"{"version":"VERSION","startedAt":1.500,"shards":1024,"workers":[{"worker":0,"mailbox":1,"openExecutions":5,"inMemory":2}],"commits":{"count":0,"batches":0,"waiting":0},"timers":{"due":0},"callsOut":3,"expressRunning":0,"watchers":1,"tasksWaiting":{"activities":4},"store":{"kind":"memory","bytes":9},"health":{"status":"ok"},"functions":[{"name":"f","runtime":"python3.12"}]}"#]].assert_eq(&shown(&figures, Ok(())));
        figures.commits = CommitFigures {
            count: 7,
            batches: 9,
            p50_millis: 1.2346,
            p99_millis: 5.0,
            max_millis: 6.0,
            group_p50: 2,
        };
        figures.timers_next = Some(at);
        figures.store.path = Some("/data".into());
        expect![[r#"{"version":"VERSION","startedAt":1.500,"shards":1024,"workers":[{"worker":0,"mailbox":1,"openExecutions":5,"inMemory":2}],"commits":{"count":7,"batches":9,"waiting":0,"p50Millis":1.235,"p99Millis":5.000,"maxMillis":6.000,"groupP50":2},"timers":{"due":0,"next":1.500},"callsOut":3,"expressRunning":0,"watchers":1,"tasksWaiting":{"activities":4},"store":{"kind":"memory","path":"/data","bytes":9},"health":{"status":"full","message":"the data directory is full: no space"},"functions":[{"name":"f","runtime":"python3.12"}]}"#]].assert_eq(&shown(&figures, Err(ServiceError::StoreFull("no space".into()))));
    }
}
