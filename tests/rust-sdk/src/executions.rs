//! Executions: their start, their story, redrive, and the operations whose host has a prefix.

use aws_sdk_sfn::types::{ExecutionStatus, SyncExecutionStatus, TestExecutionStatus};

use crate::{ACCOUNT, Outcome, ROLE, Story, refused};

const UNKNOWN: &str = "arn:aws:states:us-east-1:000000000000:execution:unknown:unknown";

/// Start, describe, list, history, stop.
pub async fn executions(story: &mut Story) -> Outcome {
    let (client, chain) = (story.client.clone(), format!("{ACCOUNT}:stateMachine:chain"));
    let start = |name: &str| client.start_execution().state_machine_arn(&chain).name(name);
    let arn = start("first").input("{ \"go\" : true }").send().await?.execution_arn().to_owned();
    story.results.works("StartExecution", "starts", arn == format!("{ACCOUNT}:execution:chain:first"), &arn);
    let found = story.ended(&arn).await?;
    let holds = found.output() == Some("{\"go\":true,\"two\":[1,2]}")
        && *found.status() == ExecutionStatus::Succeeded;
    story.results.works("DescribeExecution", "shows the end", holds, &found);
    refused!(
        story,
        "StartExecution",
        "ExecutionAlreadyExists",
        is_execution_already_exists,
        start("first").input("{}")
    );
    refused!(
        story,
        "StartExecution",
        "InvalidExecutionInput",
        is_invalid_execution_input,
        start("bad").input("{\"a\": ")
    );
    let call = client.start_execution().state_machine_arn(format!("{ACCOUNT}:stateMachine:unknown"));
    refused!(story, "StartExecution", "StateMachineDoesNotExist", is_state_machine_does_not_exist, call);
    let call = client.describe_execution().execution_arn(UNKNOWN);
    refused!(story, "DescribeExecution", "ExecutionDoesNotExist", is_execution_does_not_exist, call);

    for number in 0..4 {
        start(&format!("more-{number}")).input("{\"go\": true}").send().await?;
    }
    let (mut names, mut pages) = (Vec::new(), 0);
    let mut stream = client.list_executions().state_machine_arn(&chain).into_paginator().page_size(2).send();
    while let Some(page) = stream.next().await {
        names.extend(page?.executions().iter().map(|row| row.name().to_owned()));
        pages += 1;
    }
    let holds = names == ["more-3", "more-2", "more-1", "more-0", "first"];
    story.results.works("ListExecutions", "lists the newest first", holds, &names);
    story.results.way("pages", "of ListExecutions", "", pages == 3, &pages);
    let call = client.list_executions().state_machine_arn(format!("{ACCOUNT}:stateMachine:express"));
    refused!(
        story,
        "ListExecutions",
        "StateMachineTypeNotSupported",
        is_state_machine_type_not_supported,
        call
    );
    let mut ids = Vec::new();
    let mut stream =
        client.get_execution_history().execution_arn(&arn).into_paginator().page_size(4).items().send();
    while let Some(event) = stream.next().await {
        ids.push(event?.id());
    }
    story.results.works("GetExecutionHistory", "shows ten events", ids == Vec::from_iter(1..=10), &ids);
    let call = client.get_execution_history().execution_arn(UNKNOWN);
    refused!(story, "GetExecutionHistory", "ExecutionDoesNotExist", is_execution_does_not_exist, call);

    let of = |arn: &str| client.describe_state_machine_for_execution().execution_arn(arn);
    let found = of(&arn).send().await?;
    story.results.works(
        "DescribeStateMachineForExecution",
        "shows its machine",
        found.definition() == story.definition("chain"),
        &found,
    );
    refused!(
        story,
        "DescribeStateMachineForExecution",
        "ExecutionDoesNotExist",
        is_execution_does_not_exist,
        of(UNKNOWN)
    );
    let long =
        client.start_execution().state_machine_arn(format!("{ACCOUNT}:stateMachine:sleep")).send().await?;
    let stop = |arn: &str| client.stop_execution().execution_arn(arn).error("Enough");
    stop(long.execution_arn()).send().await?;
    let found = story.ended(long.execution_arn()).await?;
    let holds = *found.status() == ExecutionStatus::Aborted && found.error() == Some("Enough");
    story.results.works("StopExecution", "stops", holds, &found);
    refused!(story, "StopExecution", "ExecutionDoesNotExist", is_execution_does_not_exist, stop(UNKNOWN));
    Ok(())
}

/// Redrive, and its token of the client.
pub async fn redrive(story: &mut Story) -> Outcome {
    let client = story.client.clone();
    let call = client.start_execution().state_machine_arn(format!("{ACCOUNT}:stateMachine:chain"));
    let arn = call.input("{\"go\": false}").send().await?.execution_arn().to_owned();
    story.ended(&arn).await?;
    let redrive = |arn: &str| client.redrive_execution().execution_arn(arn);
    let first = redrive(&arn).client_token("same").send().await?;
    let again = redrive(&arn).client_token("same").send().await?;
    let found = story.ended(&arn).await?;
    let holds = first.redrive_date() == again.redrive_date() && found.redrive_count() == Some(1);
    story.results.works(
        "RedriveExecution",
        "takes the same token twice as one",
        holds,
        &(first, again, found),
    );
    let call = redrive(&format!("{ACCOUNT}:execution:chain:first"));
    refused!(story, "RedriveExecution", "ExecutionNotRedrivable", is_execution_not_redrivable, call);
    refused!(
        story,
        "RedriveExecution",
        "ExecutionDoesNotExist",
        is_execution_does_not_exist,
        redrive(UNKNOWN)
    );
    Ok(())
}

/// The two operations whose host has a prefix.
pub async fn express(story: &mut Story) -> Outcome {
    let client = story.client.clone();
    let start = |name: &str| {
        client.start_sync_execution().state_machine_arn(format!("{ACCOUNT}:stateMachine:{name}"))
    };
    let done = start("express").input("{\"go\": true}").send().await;
    let holds = matches!(&done, Ok(done) if *done.status() == SyncExecutionStatus::Succeeded && done.output().is_some());
    story.results.works("StartSyncExecution", "waits for the end", holds, &done);
    let told = "an interceptor that drops `EndpointPrefix`";
    story.results.way("host prefix", "is left out by an interceptor", told, done.is_ok(), &done);
    let done = start("express").input("{\"go\": 7}").send().await?;
    let holds = *done.status() == SyncExecutionStatus::Failed && done.error() == Some("NoGo");
    story.results.works("StartSyncExecution", "tells of a failure", holds, &done);
    let call = start("chain");
    refused!(
        story,
        "StartSyncExecution",
        "StateMachineTypeNotSupported",
        is_state_machine_type_not_supported,
        call
    );

    let test =
        |definition: &str| client.test_state().definition(definition).role_arn(ROLE).input("{\"x\": 1}");
    let found =
        test("{\"Type\": \"Pass\", \"Result\": {\"a\": 1}, \"ResultPath\": \"$.found\", \"Next\": \"Then\"}")
            .send()
            .await?;
    let holds = found.status() == Some(&TestExecutionStatus::Succeeded)
        && found.next_state() == Some("Then")
        && found.output() == Some("{\"x\":1,\"found\":{\"a\":1}}");
    story.results.works("TestState", "runs one state", holds, &found);
    refused!(story, "TestState", "InvalidDefinition", is_invalid_definition, test("{\"Type\": \"Nothing\"}"));
    Ok(())
}
