//! `DescribeMapRun`: how a Map Run stands, by items and by children.

use super::Call;
use super::arn::check_map_run;
use super::constrain::{read, text};
use super::encode::Object;
use super::error::ApiError;
use crate::shapes;
use stateline_runtime::MapRunView;
use stateline_runtime::{Counts, MapRunStatus};

pub(super) async fn run(call: &Call<'_>) -> Result<Vec<u8>, ApiError> {
    let request: shapes::DescribeMapRun<'_> = read(call)?;
    let arn = text(request.map_run_arn.as_ref());
    check_map_run(arn)?;
    let service = call.api.service();
    let view = service.map_run(arn).await?;
    Ok(write(&view, service.limits().distributed_map_concurrency))
}

/// AWS's word for how a Map Run stands.
fn status_name(status: MapRunStatus) -> &'static str {
    match status {
        MapRunStatus::Running => "RUNNING",
        MapRunStatus::Succeeded => "SUCCEEDED",
        MapRunStatus::Failed => "FAILED",
        MapRunStatus::Aborted => "ABORTED",
    }
}

fn write(view: &MapRunView, concurrency_max: u32) -> Vec<u8> {
    let run = &view.summary;
    // Without a limit of its own a Map Run goes by the service's, which AWS shows as 0.
    let concurrency = if run.limits.concurrency < concurrency_max { run.limits.concurrency } else { 0 };
    let percentage = serde_json::json!(run.limits.tolerated_percentage).to_string();
    Object::document(|answer| {
        answer.text("mapRunArn", &run.arn);
        answer.text("executionArn", &view.execution_arn);
        answer.text("status", status_name(run.status));
        answer.time("startDate", run.started_at);
        answer.time_if("stopDate", run.stopped_at);
        answer.number("maxConcurrency", u64::from(concurrency));
        answer.json("toleratedFailurePercentage", &percentage);
        answer.number("toleratedFailureCount", run.limits.tolerated_count);
        // Results are handed on in the state's output; none is written anywhere.
        answer.object("itemCounts", |counts| write_counts(counts, &run.items));
        answer.object("executionCounts", |counts| write_counts(counts, &run.children));
        answer.number("redriveCount", u64::from(run.redrives));
        answer.time_if("redriveDate", run.redriven_at);
    })
}

fn write_counts(answer: &mut Object<'_>, counts: &Counts) {
    answer.number("pending", counts.pending);
    answer.number("running", counts.running);
    answer.number("succeeded", counts.succeeded);
    answer.number("failed", counts.failed);
    answer.number("timedOut", counts.timed_out);
    answer.number("aborted", counts.aborted);
    answer.number("total", counts.total);
    answer.number("resultsWritten", 0);
    answer.number("failuresNotRedrivable", counts.failures_not_redrivable);
    answer.number("pendingRedrive", counts.pending_redrive);
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;
    use stateline_base::Timestamp;
    use stateline_journal::MapRunLimits;
    use stateline_runtime::MapRunSummary;

    #[test]
    fn everything_is_shown() {
        let started_at = Timestamp::from_millis(1_763_683_200_123);
        let summary = MapRunSummary {
            arn: "arn:aws:states:us-east-1:000000000000:mapRun:m/M:u".into(),
            state: 0,
            status: MapRunStatus::Running,
            started_at,
            stopped_at: None,
            limits: MapRunLimits { concurrency: 10_000, tolerated_count: 2, tolerated_percentage: 0.0 },
            items: Counts { succeeded: 1, pending_redrive: 2, total: 3, ..Counts::default() },
            children: Counts { failed: 3, failures_not_redrivable: 3, total: 3, ..Counts::default() },
            redrives: 1,
            redriven_at: Some(started_at.plus_millis(1_000)),
        };
        let view = MapRunView { summary, execution_arn: "arn:e".into(), machine_arn: "arn:m/M".into() };
        expect![[r#"{"mapRunArn":"arn:aws:states:us-east-1:000000000000:mapRun:m/M:u","executionArn":"arn:e","status":"RUNNING","startDate":1763683200.123,"maxConcurrency":0,"toleratedFailurePercentage":0.0,"toleratedFailureCount":2,"itemCounts":{"pending":0,"running":0,"succeeded":1,"failed":0,"timedOut":0,"aborted":0,"total":3,"resultsWritten":0,"failuresNotRedrivable":0,"pendingRedrive":2},"executionCounts":{"pending":0,"running":0,"succeeded":0,"failed":3,"timedOut":0,"aborted":0,"total":3,"resultsWritten":0,"failuresNotRedrivable":3,"pendingRedrive":0},"redriveCount":1,"redriveDate":1763683201.123}"#]]
            .assert_eq(&String::from_utf8_lossy(&write(&view, 10_000)));
    }
}
