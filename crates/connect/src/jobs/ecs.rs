//! ECS and Fargate: tasks. AWS fails the Task state when any container has ended with another code than
//! 0, essential or not, and when a task could not start. Of one task, the output is its description; of
//! several it is what `DescribeTasks` answers, for which AWS has no document.

use super::job::{Again, Call, Job, Missing, Progress, Work, as_answered};
use serde_json::{Map, Value, json};
use stateline_base::Failure;

pub(super) const JOBS: &[Job] = &[Job {
    service: "ecs",
    action: "runTask",
    model: "ecs",
    operation: "runTask",
    again: Again::Token("ClientToken"),
    pause_max_s: 10,
    request,
    shown: as_answered,
    look,
    read,
    missing: Missing::Fails,
    stop,
}];

/// Recorded: AWS names itself where nobody else does.
fn request(mut parameters: Map<String, Value>) -> Result<Value, String> {
    parameters.entry("StartedBy").or_insert_with(|| json!("AWS Step Functions"));
    Ok(Value::Object(parameters))
}

fn tasks(work: &Work<'_>) -> Vec<Value> {
    let tasks = work.answer.get("Tasks").and_then(Value::as_array);
    tasks.into_iter().flatten().filter_map(|task| task.get("TaskArn").cloned()).collect()
}

fn cluster(work: &Work<'_>) -> Option<Value> {
    work.answered("/Tasks/0/ClusterArn").or_else(|| work.asked("/Cluster"))
}

/// Parameters with the cluster, where it is known; without it a service takes the default one.
fn in_cluster(work: &Work<'_>, mut parameters: Map<String, Value>) -> Value {
    parameters.extend(cluster(work).map(|cluster| ("Cluster".to_owned(), cluster)));
    Value::Object(parameters)
}

fn look(work: &Work<'_>) -> Option<Call> {
    let arns = tasks(work);
    let members = Map::from_iter([("Tasks".to_owned(), Value::Array(arns))]);
    if members["Tasks"] == json!([]) {
        return None;
    }
    Call::new("describeTasks", in_cluster(work, members))
}

fn stop(work: &Work<'_>) -> Vec<Call> {
    let stop = |arn| {
        let members = [("Task".to_owned(), arn), ("Reason".to_owned(), Value::from(work.reason()))];
        Call { operation: "stopTask", parameters: in_cluster(work, Map::from_iter(members)) }
    };
    tasks(work).into_iter().map(stop).collect()
}

fn read(work: &Work<'_>, mut answer: Value) -> Progress {
    let Some(described) = answer.get("Tasks").and_then(Value::as_array) else { return Progress::Gone };
    if described.len() < tasks(work).len() {
        return Progress::Gone;
    }
    let is_stopped = |task: &Value| task.get("LastStatus").and_then(Value::as_str) == Some("STOPPED");
    if !described.iter().all(is_stopped) {
        return Progress::Running(answer);
    }
    let failed = described.iter().any(has_failed);
    let single = described.len() == 1;
    let output = if single { answer["Tasks"][0].take() } else { answer };
    if failed { Progress::Failed(output) } else { Progress::Done(output) }
}

/// Whether a task that has stopped did not do its work.
fn has_failed(task: &Value) -> bool {
    let containers = task.get("Containers").and_then(Value::as_array);
    let mut codes = containers
        .into_iter()
        .flatten()
        .filter_map(|container| container.get("ExitCode")?.as_i64())
        .peekable();
    let never_ran = codes.peek().is_none();
    let not_started = task.get("StopCode").and_then(Value::as_str) == Some("TaskFailedToStart");
    not_started || never_ran || codes.any(|code| code != 0)
}

/// What a task that waits for ECS fails with when ECS answers that it could not place everything.
/// A task that waits for nothing takes that answer as it is.
pub(crate) fn not_placed(answer: &Value) -> Option<Failure> {
    let failures = answer.get("Failures")?.as_array()?;
    (!failures.is_empty()).then(|| {
        Failure::new(
            "AmazonECS.Unknown",
            json!({"Failures": failures, "Tasks": answer.get("Tasks")}).to_string(),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::super::fake::{Fake, check, check_stop};
    use expect_test::expect;
    use serde_json::{Value, json};

    const RESOURCE: &str = "ecs:runTask.sync";
    const INPUT: &str = r#"{"TaskDefinition":"d","LaunchType":"FARGATE"}"#;

    fn task(arn: &str, status: &str, codes: &[Option<i64>]) -> Value {
        let containers: Vec<Value> = codes.iter().map(|code| json!({"ExitCode": code})).collect();
        json!({"TaskArn": arn, "ClusterArn": "c", "LastStatus": status, "Containers": containers})
    }

    fn fake(arns: &[&str]) -> Fake {
        let tasks: Vec<Value> = arns.iter().map(|arn| json!({"TaskArn": arn, "ClusterArn": "c"})).collect();
        Fake::new().on("runTask", json!({"Tasks": tasks, "Failures": []}))
    }

    fn stopped(codes: &[Option<i64>]) -> Fake {
        let running = json!({"Tasks": [task("t", "RUNNING", &[])], "Failures": []});
        let ended = json!({"Tasks": [task("t", "STOPPED", codes)], "Failures": []});
        fake(&["t"]).on("describeTasks", running).on("describeTasks", ended)
    }

    #[test]
    fn a_task_ends_as_its_containers_do() {
        check(
            RESOURCE,
            INPUT,
            stopped(&[Some(0), None]),
            &expect![[r#"
            ecs:runTask {"TaskDefinition":"d","LaunchType":"FARGATE","StartedBy":"AWS Step Functions","ClientToken":"00000000-0000-4000-8000-00000000abcd"}
            gives {"Tasks":[{"TaskArn":"t","ClusterArn":"c"}],"Failures":[]}
            ecs:describeTasks {"Tasks":["t"],"Cluster":"c"}
            ecs:describeTasks {"Tasks":["t"],"Cluster":"c"}
            after 1 s gives {"TaskArn":"t","ClusterArn":"c","LastStatus":"STOPPED","Containers":[{"ExitCode":0},{"ExitCode":null}]}
        "#]],
        );
        check(
            RESOURCE,
            INPUT,
            stopped(&[Some(0), Some(137)]),
            &expect![[r#"
            ecs:runTask {"TaskDefinition":"d","LaunchType":"FARGATE","StartedBy":"AWS Step Functions","ClientToken":"00000000-0000-4000-8000-00000000abcd"}
            gives {"Tasks":[{"TaskArn":"t","ClusterArn":"c"}],"Failures":[]}
            ecs:describeTasks {"Tasks":["t"],"Cluster":"c"}
            ecs:describeTasks {"Tasks":["t"],"Cluster":"c"}
            after 1 s fails with States.TaskFailed: {"TaskArn":"t","ClusterArn":"c","LastStatus":"STOPPED","Containers":[{"ExitCode":0},{"ExitCode":137}]}
        "#]],
        );
        check(
            RESOURCE,
            INPUT,
            stopped(&[None]),
            &expect![[r#"
            ecs:runTask {"TaskDefinition":"d","LaunchType":"FARGATE","StartedBy":"AWS Step Functions","ClientToken":"00000000-0000-4000-8000-00000000abcd"}
            gives {"Tasks":[{"TaskArn":"t","ClusterArn":"c"}],"Failures":[]}
            ecs:describeTasks {"Tasks":["t"],"Cluster":"c"}
            ecs:describeTasks {"Tasks":["t"],"Cluster":"c"}
            after 1 s fails with States.TaskFailed: {"TaskArn":"t","ClusterArn":"c","LastStatus":"STOPPED","Containers":[{"ExitCode":null}]}
        "#]],
        );
    }

    #[test]
    fn a_task_that_cannot_start_has_failed() {
        let mut ended = task("t", "STOPPED", &[Some(0)]);
        ended["StopCode"] = json!("TaskFailedToStart");
        let fake = fake(&["t"]).on("describeTasks", json!({"Tasks": [ended], "Failures": []}));
        check(
            RESOURCE,
            INPUT,
            fake,
            &expect![[r#"
            ecs:runTask {"TaskDefinition":"d","LaunchType":"FARGATE","StartedBy":"AWS Step Functions","ClientToken":"00000000-0000-4000-8000-00000000abcd"}
            gives {"Tasks":[{"TaskArn":"t","ClusterArn":"c"}],"Failures":[]}
            ecs:describeTasks {"Tasks":["t"],"Cluster":"c"}
            after 0 s fails with States.TaskFailed: {"TaskArn":"t","ClusterArn":"c","LastStatus":"STOPPED","Containers":[{"ExitCode":0}],"StopCode":"TaskFailedToStart"}
        "#]],
        );
    }

    #[test]
    fn all_of_several_tasks_are_waited_for() {
        let of = |second: &str| json!({"Tasks": [task("a", "STOPPED", &[Some(0)]), task("b", second, &[Some(0)])], "Failures": []});
        let fake = fake(&["a", "b"]).on("describeTasks", of("RUNNING")).on("describeTasks", of("STOPPED"));
        check(
            RESOURCE,
            r#"{"TaskDefinition":"d","Count":2,"StartedBy":"me"}"#,
            fake,
            &expect![[r#"
            ecs:runTask {"TaskDefinition":"d","Count":2,"StartedBy":"me","ClientToken":"00000000-0000-4000-8000-00000000abcd"}
            gives {"Tasks":[{"TaskArn":"a","ClusterArn":"c"},{"TaskArn":"b","ClusterArn":"c"}],"Failures":[]}
            ecs:describeTasks {"Tasks":["a","b"],"Cluster":"c"}
            ecs:describeTasks {"Tasks":["a","b"],"Cluster":"c"}
            after 1 s gives {"Tasks":[{"TaskArn":"a","ClusterArn":"c","LastStatus":"STOPPED","Containers":[{"ExitCode":0}]},{"TaskArn":"b","ClusterArn":"c","LastStatus":"STOPPED","Containers":[{"ExitCode":0}]}],"Failures":[]}
        "#]],
        );
    }

    #[test]
    fn what_cannot_be_placed_fails_and_the_rest_is_stopped() {
        let answer = json!({"Tasks": [{"TaskArn": "a", "ClusterArn": "c"}], "Failures": [{"Reason": "RESOURCE:MEMORY"}]});
        let fake = Fake::new().on("runTask", answer).on("stopTask", json!({}));
        check(
            RESOURCE,
            INPUT,
            fake,
            &expect![[r#"
            ecs:runTask {"TaskDefinition":"d","LaunchType":"FARGATE","StartedBy":"AWS Step Functions","ClientToken":"00000000-0000-4000-8000-00000000abcd"}
            ecs:stopTask {"Task":"a","Reason":"The Task state in AWS Step Functions execution [arn:aws:states:us-east-1:000000000000:execution:m:e] which was managing this resource was aborted","Cluster":"c"}
            fails with AmazonECS.Unknown: {"Failures":[{"Reason":"RESOURCE:MEMORY"}],"Tasks":[{"TaskArn":"a","ClusterArn":"c"}]}
        "#]],
        );
    }

    #[test]
    fn a_task_that_ecs_has_forgotten_is_gone() {
        let forgotten = json!({"Tasks": [], "Failures": [{"Arn": "t", "Reason": "MISSING"}]});
        check(
            RESOURCE,
            INPUT,
            fake(&["t"]).on("describeTasks", forgotten),
            &expect![[r#"
                ecs:runTask {"TaskDefinition":"d","LaunchType":"FARGATE","StartedBy":"AWS Step Functions","ClientToken":"00000000-0000-4000-8000-00000000abcd"}
                gives {"Tasks":[{"TaskArn":"t","ClusterArn":"c"}],"Failures":[]}
                ecs:describeTasks {"Tasks":["t"],"Cluster":"c"}
                ecs:describeTasks {"Tasks":["t"],"Cluster":"c"}
                ecs:describeTasks {"Tasks":["t"],"Cluster":"c"}
                after 16 s fails with States.TaskFailed: The job is gone: describeTasks of ecs does not know {"Tasks":["t"],"Cluster":"c"} any more
            "#]],
        );
    }

    #[test]
    fn every_task_is_called_off() {
        check_stop(
            RESOURCE,
            INPUT,
            fake(&["a", "b"]).on("stopTask", json!({})),
            &expect![[r#"
            ecs:runTask {"TaskDefinition":"d","LaunchType":"FARGATE","StartedBy":"AWS Step Functions","ClientToken":"00000000-0000-4000-8000-00000000abcd"}
            ecs:stopTask {"Task":"a","Reason":"The Task state in AWS Step Functions execution [arn:aws:states:us-east-1:000000000000:execution:m:e] which was managing this resource was aborted","Cluster":"c"}
            ecs:stopTask {"Task":"b","Reason":"The Task state in AWS Step Functions execution [arn:aws:states:us-east-1:000000000000:execution:m:e] which was managing this resource was aborted","Cluster":"c"}
        "#]],
        );
    }
}
