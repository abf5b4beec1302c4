//! Map Runs, activities, and what workers tell.

use std::time::{Duration, Instant};

use aws_sdk_sfn::operation::get_activity_task::GetActivityTaskOutput;
use aws_sdk_sfn::types::{ExecutionStatus, MapRunStatus};

use crate::{ACCOUNT, Outcome, ROLE, Story, refused};

const UNKNOWN: &str = "arn:aws:states:us-east-1:000000000000:execution:unknown:unknown";

/// A distributed Map at work.
pub async fn map_runs(story: &mut Story) -> Outcome {
    let client = story.client.clone();
    let call = client.create_state_machine().name("wide").definition(story.definition("wide")).role_arn(ROLE);
    let machine = call.send().await?.state_machine_arn().to_owned();
    let call = client.start_execution().state_machine_arn(machine).input("[1, 2, 3]");
    let arn = call.send().await?.execution_arn().to_owned();
    let mut runs = Vec::new();
    for _ in 0..500 {
        let stream = client.list_map_runs().execution_arn(&arn).into_paginator().page_size(10).items().send();
        runs = stream.try_collect().await?;
        if !runs.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let holds = runs.iter().map(|run| run.execution_arn()).eq([arn.as_str()]);
    story.results.works("ListMapRuns", "lists it", holds, &runs);
    let run = runs.first().ok_or("there is no Map Run")?.map_run_arn().to_owned();
    let update = |arn: &str| client.update_map_run().map_run_arn(arn).max_concurrency(2);
    let told = update(&run).send().await;
    story.results.works("UpdateMapRun", "changes a running one", told.is_ok(), &told);
    let describe = |arn: &str| client.describe_map_run().map_run_arn(arn);
    let found = describe(&run).send().await?;
    let holds = *found.status() == MapRunStatus::Running && found.max_concurrency() == 2;
    story.results.works("DescribeMapRun", "shows it", holds, &found);
    let nobody = format!("{ACCOUNT}:mapRun:wide/Each:00000000-0000-0000-0000-000000000000");
    refused!(story, "DescribeMapRun", "ResourceNotFound", is_resource_not_found, describe(&nobody));
    refused!(story, "UpdateMapRun", "ResourceNotFound", is_resource_not_found, update(&nobody));
    let call = client.list_map_runs().execution_arn(UNKNOWN);
    refused!(story, "ListMapRuns", "ExecutionDoesNotExist", is_execution_does_not_exist, call);
    client.stop_execution().execution_arn(&arn).send().await?;
    refused!(story, "UpdateMapRun", "ValidationException", is_validation_exception, update(&run));
    Ok(())
}

/// Activities.
pub async fn activities(story: &mut Story) -> Outcome {
    let (client, arn) = (story.client.clone(), format!("{ACCOUNT}:activity:work"));
    let nobody = format!("{ACCOUNT}:activity:nobody");
    for name in ["work", "work-2", "work-3"] {
        let made = client.create_activity().name(name).send().await?;
        let holds = made.activity_arn() == format!("{ACCOUNT}:activity:{name}");
        story.results.works("CreateActivity", name, holds, &made);
    }
    refused!(story, "CreateActivity", "InvalidName", is_invalid_name, client.create_activity().name("a b"));
    let describe = |arn: &str| client.describe_activity().activity_arn(arn);
    let found = describe(&arn).send().await?;
    story.results.works("DescribeActivity", "shows it", found.name() == "work", &found);
    refused!(
        story,
        "DescribeActivity",
        "ActivityDoesNotExist",
        is_activity_does_not_exist,
        describe(&nobody)
    );
    let rows = client.list_activities().into_paginator().page_size(2).items().send();
    let rows = rows.collect::<Result<Vec<_>, _>>().await?;
    let holds = rows.iter().map(|row| row.name()).eq(["work", "work-2", "work-3"]);
    story.results.works("ListActivities", "lists all, by name", holds, &rows);
    let call = client.list_activities().next_token("nonsense");
    refused!(story, "ListActivities", "InvalidToken", is_invalid_token, call);

    let poll = |arn: &str| client.get_activity_task().activity_arn(arn);
    let begun = Instant::now();
    let empty = poll(&arn).send().await?;
    story.results.works(
        "GetActivityTask",
        "answers when nothing comes",
        empty.task_token().is_none(),
        &empty,
    );
    let waited = begun.elapsed();
    let holds = waited >= Duration::from_secs(1);
    story.results.way("long poll", "waits before it says that there is nothing", "", holds, &waited);
    refused!(story, "GetActivityTask", "ActivityDoesNotExist", is_activity_does_not_exist, poll(&nobody));
    let delete = |arn: &str| client.delete_activity().activity_arn(arn);
    let told = delete(&format!("{arn}-2")).send().await;
    story.results.works("DeleteActivity", "removes one", told.is_ok(), &told);
    refused!(story, "DeleteActivity", "InvalidArn", is_invalid_arn, delete("nonsense"));
    Ok(())
}

/// A task that comes while a worker waits for it: what the worker got, and the execution.
async fn task(story: &Story) -> Result<(GetActivityTaskOutput, String), Box<dyn std::error::Error>> {
    let poll = story
        .client
        .get_activity_task()
        .activity_arn(format!("{ACCOUNT}:activity:work"))
        .worker_name("somebody");
    let start = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let call =
            story.client.start_execution().state_machine_arn(format!("{ACCOUNT}:stateMachine:by-hand"));
        call.input("{\"n\": 1}").send().await
    };
    let (polled, started) = tokio::join!(poll.send(), start);
    Ok((polled?, started?.execution_arn().to_owned()))
}

/// What workers tell.
pub async fn tokens(story: &mut Story) -> Outcome {
    let client = story.client.clone();
    let definition = format!(
        r#"{{"StartAt": "Work", "States": {{"Work": {{"Type": "Task", "Resource": "{ACCOUNT}:activity:work", "HeartbeatSeconds": 300, "End": true}}}}}}"#
    );
    client.create_state_machine().name("by-hand").definition(definition).role_arn(ROLE).send().await?;
    let (found, arn) = task(story).await?;
    let token = found.task_token().unwrap_or_default().to_owned();
    story.results.works("GetActivityTask", "gives a task", found.input() == Some("{\"n\": 1}"), &found);
    story.results.way("long poll", "ends when a task comes", "", !token.is_empty(), &found);
    let beat = |token: &str| client.send_task_heartbeat().task_token(token);
    let told = beat(&token).send().await;
    story.results.works("SendTaskHeartbeat", "is taken", told.is_ok(), &told);
    let succeed = |token: &str, output: &str| client.send_task_success().task_token(token).output(output);
    refused!(story, "SendTaskSuccess", "InvalidOutput", is_invalid_output, succeed(&token, "{"));
    succeed(&token, "{\"done\": true}").send().await?;
    let ended = story.ended(&arn).await?;
    let holds = *ended.status() == ExecutionStatus::Succeeded && ended.output() == Some("{\"done\": true}");
    story.results.works("SendTaskSuccess", "ends the task", holds, &ended);
    let fail = |token: &str| client.send_task_failure().task_token(token).error("Broken").cause("it fell");
    refused!(story, "SendTaskSuccess", "TaskTimedOut", is_task_timed_out, succeed(&token, "1"));
    refused!(story, "SendTaskFailure", "TaskTimedOut", is_task_timed_out, fail(&token));
    refused!(story, "SendTaskHeartbeat", "TaskTimedOut", is_task_timed_out, beat(&token));
    refused!(story, "SendTaskSuccess", "InvalidToken", is_invalid_token, succeed("nonsense", "1"));
    refused!(story, "SendTaskFailure", "InvalidToken", is_invalid_token, fail("nonsense"));
    refused!(story, "SendTaskHeartbeat", "InvalidToken", is_invalid_token, beat("nonsense"));
    let (found, arn) = task(story).await?;
    fail(found.task_token().unwrap_or_default()).send().await?;
    let ended = story.ended(&arn).await?;
    let holds = ended.error() == Some("Broken") && ended.cause() == Some("it fell");
    story.results.works("SendTaskFailure", "fails the task", holds, &ended);
    Ok(())
}
