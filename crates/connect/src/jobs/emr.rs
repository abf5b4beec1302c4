//! EMR: clusters that come and go, steps, and the actions that only Step Functions has. Their
//! parameters and answers speak of one cluster, one step and names, where EMR speaks of lists and ids.

use super::job::{Again, Call, Job, Missing, Progress, Work, by_state, never};
use super::run::parameters;
use super::{Refusal, Services};
use crate::parameters::{invalid_field, missing_field, nothing_else, refused, take_text, unsupported_field};
use serde_json::{Map, Value, json};
use stateline_base::{Failure, error_name};
use stateline_runtime::Attempt;

const MODEL: &str = "emr";

const CREATE: Job = Job {
    service: "elasticmapreduce",
    action: "createCluster",
    model: MODEL,
    operation: "runJobFlow",
    again: Again::Twice,
    pause_max_s: 30,
    request: cluster_to_create,
    shown: |_, answer| renamed(answer, "JobFlowId", "ClusterId"),
    look: |work| Call::new("describeCluster", json!({"ClusterId": cluster(work)?})),
    read: |work, answer| {
        let bad = ["TERMINATING", "TERMINATED", "TERMINATED_WITH_ERRORS"];
        cluster_state(work, answer, &["WAITING", "RUNNING"], &bad)
    },
    missing: Missing::Fails,
    stop: |work| {
        let stop = |id| Call::new("terminateJobFlows", json!({"JobFlowIds": [id]}));
        Vec::from_iter(cluster(work).and_then(stop))
    },
};

const TERMINATE: Job = Job {
    action: "terminateCluster",
    operation: "terminateJobFlows",
    again: Again::Once,
    request: |mut parameters| {
        let cluster = take_text(&mut parameters, "ClusterId")?;
        nothing_else(&parameters)?;
        Ok(json!({"JobFlowIds": [cluster]}))
    },
    shown: |_, answer| answer,
    read: |work, answer| cluster_state(work, answer, &["TERMINATED", "TERMINATED_WITH_ERRORS"], &[]),
    stop: never,
    ..CREATE
};

const STEP: Job = Job {
    action: "addStep",
    operation: "addJobFlowSteps",
    request: step_to_add,
    shown: |_, answer| single(answer, "StepIds", "StepId"),
    look: |work| {
        Call::new("describeStep", json!({"ClusterId": cluster(work)?, "StepId": work.answered("/StepId")?}))
    },
    read: |_, answer| {
        by_state(answer, "/Step/Status/State", &["COMPLETED"], &["CANCELLED", "FAILED", "INTERRUPTED"])
    },
    stop: |work| Vec::from_iter(cancel(work)),
    ..CREATE
};

pub(super) const JOBS: &[Job] = &[CREATE, TERMINATE, STEP];

fn cluster(work: &Work<'_>) -> Option<Value> {
    work.answered("/ClusterId").or_else(|| work.asked("/ClusterId"))
}

fn cancel(work: &Work<'_>) -> Option<Call> {
    let step = work.answered("/StepId")?;
    Call::new("cancelSteps", json!({"ClusterId": cluster(work)?, "StepIds": [step]}))
}

/// A cluster that is waited for must wait for steps itself, and gets them one by one.
fn cluster_to_create(parameters: Map<String, Value>) -> Result<Value, String> {
    if parameters.contains_key("Steps") {
        return Err(unsupported_field("Steps"));
    }
    let parameters = Value::Object(parameters);
    match parameters.pointer("/Instances/KeepJobFlowAliveWhenNoSteps") {
        Some(Value::Bool(true)) => Ok(parameters),
        None | Some(Value::Null) => Err(missing_field("Instances.KeepJobFlowAliveWhenNoSteps")),
        Some(_) => Err(invalid_field("Instances.KeepJobFlowAliveWhenNoSteps")),
    }
}

fn step_to_add(mut parameters: Map<String, Value>) -> Result<Value, String> {
    let cluster = take_text(&mut parameters, "ClusterId")?;
    let step = object(&mut parameters, "Step")?;
    let mut request = json!({"JobFlowId": cluster, "Steps": [step]});
    if let Some(role) = parameters.shift_remove("ExecutionRoleArn") {
        request["ExecutionRoleArn"] = role;
    }
    nothing_else(&parameters)?;
    Ok(request)
}

fn object(parameters: &mut Map<String, Value>, field: &str) -> Result<Map<String, Value>, String> {
    match parameters.shift_remove(field) {
        Some(Value::Object(members)) => Ok(members),
        None | Some(Value::Null) => Err(missing_field(field)),
        Some(_) => Err(invalid_field(field)),
    }
}

/// The description of a cluster, with its id where authors look for it.
fn cluster_state(work: &Work<'_>, answer: Value, good: &[&str], bad: &[&str]) -> Progress {
    let mut described = json!({"ClusterId": cluster(work)});
    if let (Some(members), Value::Object(answer)) = (described.as_object_mut(), answer) {
        members.extend(answer);
    }
    by_state(described, "/Cluster/Status/State", good, bad)
}

fn renamed(answer: Value, from: &str, to: &str) -> Value {
    let Value::Object(members) = answer else { return answer };
    let rename = |(name, value)| if name == from { (to.to_owned(), value) } else { (name, value) };
    Value::Object(members.into_iter().map(rename).collect())
}

/// The first of a list, in its place.
fn single(answer: Value, from: &str, to: &str) -> Value {
    let mut answer = renamed(answer, from, to);
    if let Some(value) = answer.get_mut(to) {
        *value = value.get_mut(0).map(Value::take).unwrap_or_default();
    }
    answer
}

/// The actions of EMR that start no job. `None` for what EMR does not have.
pub(super) async fn special(
    services: &dyn Services,
    action: &str,
    attempt: &Attempt,
) -> Option<Result<Value, Failure>> {
    let parameters = match parameters(attempt) {
        Ok(parameters) => parameters,
        Err(failure) => return Some(Err(failure)),
    };
    Some(match action {
        "setClusterTerminationProtection" => plain(services, attempt, protection(parameters)).await,
        "cancelStep" => plain(services, attempt, cancellation(parameters))
            .await
            .map(|answer| single(answer, "CancelStepsInfoList", "CancelStepsInfo")),
        "modifyInstanceFleetByName" => by_name(services, attempt, parameters, &FLEETS).await,
        "modifyInstanceGroupByName" => by_name(services, attempt, parameters, &GROUPS).await,
        _ => return None,
    })
}

async fn plain(
    services: &dyn Services,
    attempt: &Attempt,
    call: Result<Call, String>,
) -> Result<Value, Failure> {
    let call = call.map_err(|reason| refused(attempt.input.text(), &reason))?;
    let answer = services.ask(MODEL, call.operation, call.parameters).await;
    answer.map_err(|refusal: Refusal| refusal.failure)
}

fn protection(mut parameters: Map<String, Value>) -> Result<Call, String> {
    let cluster = take_text(&mut parameters, "ClusterId")?;
    let protected = match parameters.shift_remove("TerminationProtected") {
        Some(Value::Bool(protected)) => protected,
        None | Some(Value::Null) => return Err(missing_field("TerminationProtected")),
        Some(_) => return Err(invalid_field("TerminationProtected")),
    };
    nothing_else(&parameters)?;
    let parameters = json!({"JobFlowIds": [cluster], "TerminationProtected": protected});
    Ok(Call { operation: "setTerminationProtection", parameters })
}

fn cancellation(mut parameters: Map<String, Value>) -> Result<Call, String> {
    let cluster = take_text(&mut parameters, "ClusterId")?;
    let step = take_text(&mut parameters, "StepId")?;
    nothing_else(&parameters)?;
    Ok(Call { operation: "cancelSteps", parameters: json!({"ClusterId": cluster, "StepIds": [step]}) })
}

/// Something that EMR knows by an id and authors by a name.
struct Named {
    /// The parameter with the name.
    name: &'static str,
    /// The parameter with the change.
    change: &'static str,
    /// The member of the change that has the id.
    id: &'static str,
    list: &'static str,
    /// The member of the list's answer.
    listed: &'static str,
    modify: &'static str,
    /// Whether EMR takes several changes at once, under the list's name.
    many: bool,
}

const FLEETS: Named = Named {
    name: "InstanceFleetName",
    change: "InstanceFleet",
    id: "InstanceFleetId",
    list: "listInstanceFleets",
    listed: "InstanceFleets",
    modify: "modifyInstanceFleet",
    many: false,
};

const GROUPS: Named = Named {
    name: "InstanceGroupName",
    change: "InstanceGroup",
    id: "InstanceGroupId",
    list: "listInstanceGroups",
    listed: "InstanceGroups",
    modify: "modifyInstanceGroups",
    many: true,
};

/// Finds the id of what has the name, and modifies it.
async fn by_name(
    services: &dyn Services,
    attempt: &Attempt,
    mut parameters: Map<String, Value>,
    kind: &Named,
) -> Result<Value, Failure> {
    let mut given = || {
        let cluster = take_text(&mut parameters, "ClusterId")?;
        let name = take_text(&mut parameters, kind.name)?;
        let change = object(&mut parameters, kind.change)?;
        nothing_else(&parameters)?;
        let has_id = change.contains_key(kind.id);
        let refused = || unsupported_field(&format!("{}.{}", kind.change, kind.id));
        if has_id { Err(refused()) } else { Ok((cluster, name, change)) }
    };
    let (cluster, name, mut change) = given().map_err(|reason| refused(attempt.input.text(), &reason))?;
    let id = id_of(services, kind, &cluster, &name).await?;
    change.insert(kind.id.to_owned(), Value::from(id));
    let parameters = if kind.many {
        json!({"ClusterId": cluster, kind.listed: [change]})
    } else {
        json!({"ClusterId": cluster, kind.change: change})
    };
    services.ask(MODEL, kind.modify, parameters).await.map_err(|refusal| refusal.failure)
}

async fn id_of(services: &dyn Services, kind: &Named, cluster: &str, name: &str) -> Result<String, Failure> {
    let mut found = Vec::new();
    let mut question = json!({"ClusterId": cluster});
    loop {
        let answer = services.ask(MODEL, kind.list, question.clone()).await;
        let answer = answer.map_err(|refusal| refusal.failure)?;
        let listed = answer.get(kind.listed).and_then(Value::as_array).into_iter().flatten();
        let named = listed.filter(|item| item.get("Name").and_then(Value::as_str) == Some(name));
        found.extend(named.filter_map(|item| Some(item.get("Id")?.as_str()?.to_owned())));
        match answer.get("Marker") {
            Some(Value::String(marker)) if question.get("Marker") != Some(&json!(marker)) => {
                question["Marker"] = json!(marker);
            }
            _ => break,
        }
    }
    let count = found.len();
    let failure = || {
        let cause = format!(
            "The cluster '{cluster}' has {count} of {} with the name '{name}'; the name must lead to one",
            kind.listed
        );
        Failure::new(error_name::TASK_FAILED, cause)
    };
    found.pop().filter(|_| count == 1).ok_or_else(failure)
}

#[cfg(test)]
mod tests {
    use super::super::fake::{Fake, check, check_special, check_stop};
    use expect_test::expect;
    use serde_json::{Value, json};

    const CREATE: &str = "elasticmapreduce:createCluster.sync";
    const CLUSTER: &str = r#"{"Name":"n","Instances":{"KeepJobFlowAliveWhenNoSteps":true}}"#;
    const STEP: &str = "elasticmapreduce:addStep.sync";
    const ONE_STEP: &str = r#"{"ClusterId":"j","ExecutionRoleArn":"r","Step":{"Name":"s"}}"#;

    fn cluster(state: &str) -> Value {
        json!({"Cluster": {"Id": "j", "Status": {"State": state}}})
    }

    fn created(states: &[&str]) -> Fake {
        let fake = Fake::new().on("runJobFlow", json!({"JobFlowId": "j", "ClusterArn": "arn"}));
        states.iter().fold(fake, |fake, state| fake.on("describeCluster", cluster(state)))
    }

    fn added(states: &[&str]) -> Fake {
        let fake = Fake::new().on("addJobFlowSteps", json!({"StepIds": ["s-1"]}));
        states.iter().fold(fake, |fake, state| {
            fake.on("describeStep", json!({"Step": {"Id": "s-1", "Status": {"State": state}}}))
        })
    }

    #[test]
    fn a_cluster_comes_up() {
        check(
            CREATE,
            CLUSTER,
            created(&["STARTING", "BOOTSTRAPPING", "WAITING"]),
            &expect![[r#"
            emr:runJobFlow {"Name":"n","Instances":{"KeepJobFlowAliveWhenNoSteps":true}}
            gives {"ClusterId":"j","ClusterArn":"arn"}
            emr:describeCluster {"ClusterId":"j"}
            emr:describeCluster {"ClusterId":"j"}
            emr:describeCluster {"ClusterId":"j"}
            after 3 s gives {"ClusterId":"j","Cluster":{"Id":"j","Status":{"State":"WAITING"}}}
        "#]],
        );
        check(
            CREATE,
            CLUSTER,
            created(&["TERMINATED_WITH_ERRORS"]),
            &expect![[r#"
            emr:runJobFlow {"Name":"n","Instances":{"KeepJobFlowAliveWhenNoSteps":true}}
            gives {"ClusterId":"j","ClusterArn":"arn"}
            emr:describeCluster {"ClusterId":"j"}
            after 0 s fails with States.TaskFailed: {"ClusterId":"j","Cluster":{"Id":"j","Status":{"State":"TERMINATED_WITH_ERRORS"}}}
        "#]],
        );
    }

    #[test]
    fn a_cluster_that_would_not_wait_is_refused() {
        check(
            CREATE,
            r#"{"Name":"n","Steps":[]}"#,
            Fake::new(),
            &expect![[r#"
            fails with States.Runtime: The Parameters '{"Name":"n","Steps":[]}' could not be used to start the Task: [The field 'Steps' is not supported by Step Functions]
        "#]],
        );
        check(
            CREATE,
            r#"{"Name":"n"}"#,
            Fake::new(),
            &expect![[r#"
            fails with States.Runtime: The Parameters '{"Name":"n"}' could not be used to start the Task: [The field 'Instances.KeepJobFlowAliveWhenNoSteps' is required but was missing]
        "#]],
        );
        let input = r#"{"Instances":{"KeepJobFlowAliveWhenNoSteps":false}}"#;
        check(
            CREATE,
            input,
            Fake::new(),
            &expect![[r#"
            fails with States.Runtime: The Parameters '{"Instances":{"KeepJobFlowAliveWhenNoSteps":false}}' could not be used to start the Task: [The value of the field 'Instances.KeepJobFlowAliveWhenNoSteps' has an invalid format]
        "#]],
        );
        check(
            CREATE,
            "[]",
            Fake::new(),
            &expect![[r#"
            fails with States.Runtime: The Parameters '[]' could not be used to start the Task: [The parameters must be an object]
        "#]],
        );
    }

    #[test]
    fn a_cluster_goes() {
        let resource = "elasticmapreduce:terminateCluster.sync";
        let fake = Fake::new()
            .on("terminateJobFlows", json!({}))
            .on("describeCluster", cluster("TERMINATING"))
            .on("describeCluster", cluster("TERMINATED"));
        check(
            resource,
            r#"{"ClusterId":"j"}"#,
            fake,
            &expect![[r#"
            emr:terminateJobFlows {"JobFlowIds":["j"]}
            gives {}
            emr:describeCluster {"ClusterId":"j"}
            emr:describeCluster {"ClusterId":"j"}
            after 1 s gives {"ClusterId":"j","Cluster":{"Id":"j","Status":{"State":"TERMINATED"}}}
        "#]],
        );
        check(
            resource,
            r#"{"ClusterId":"j","Force":true}"#,
            Fake::new(),
            &expect![[r#"
            fails with States.Runtime: The Parameters '{"ClusterId":"j","Force":true}' could not be used to start the Task: [The field 'Force' is not supported by Step Functions]
        "#]],
        );
        let fake = Fake::new().on("terminateJobFlows", json!({}));
        check_stop(
            resource,
            r#"{"ClusterId":"j"}"#,
            fake,
            &expect![[r#"
            emr:terminateJobFlows {"JobFlowIds":["j"]}
        "#]],
        );
    }

    #[test]
    fn a_step_ends() {
        check(
            STEP,
            ONE_STEP,
            added(&["PENDING", "RUNNING", "COMPLETED"]),
            &expect![[r#"
            emr:addJobFlowSteps {"JobFlowId":"j","Steps":[{"Name":"s"}],"ExecutionRoleArn":"r"}
            gives {"StepId":"s-1"}
            emr:describeStep {"ClusterId":"j","StepId":"s-1"}
            emr:describeStep {"ClusterId":"j","StepId":"s-1"}
            emr:describeStep {"ClusterId":"j","StepId":"s-1"}
            after 3 s gives {"Step":{"Id":"s-1","Status":{"State":"COMPLETED"}}}
        "#]],
        );
        check(
            STEP,
            ONE_STEP,
            added(&["FAILED"]),
            &expect![[r#"
            emr:addJobFlowSteps {"JobFlowId":"j","Steps":[{"Name":"s"}],"ExecutionRoleArn":"r"}
            gives {"StepId":"s-1"}
            emr:describeStep {"ClusterId":"j","StepId":"s-1"}
            after 0 s fails with States.TaskFailed: {"Step":{"Id":"s-1","Status":{"State":"FAILED"}}}
        "#]],
        );
        check(
            STEP,
            r#"{"ClusterId":"j"}"#,
            Fake::new(),
            &expect![[r#"
            fails with States.Runtime: The Parameters '{"ClusterId":"j"}' could not be used to start the Task: [The field 'Step' is required but was missing]
        "#]],
        );
        check(
            STEP,
            r#"{"Step":{},"ClusterId":1}"#,
            Fake::new(),
            &expect![[r#"
                fails with States.Runtime: The Parameters '{"Step":{},"ClusterId":1}' could not be used to start the Task: [The value for the field 'ClusterId' must be a STRING]
            "#]],
        );
    }

    #[test]
    fn clusters_and_steps_are_called_off() {
        check_stop(
            CREATE,
            CLUSTER,
            created(&[]).on("terminateJobFlows", json!({})),
            &expect![[r#"
            emr:runJobFlow {"Name":"n","Instances":{"KeepJobFlowAliveWhenNoSteps":true}}
            emr:terminateJobFlows {"JobFlowIds":["j"]}
        "#]],
        );
        check_stop(
            STEP,
            ONE_STEP,
            added(&[]).on("cancelSteps", json!({})),
            &expect![[r#"
            emr:addJobFlowSteps {"JobFlowId":"j","Steps":[{"Name":"s"}],"ExecutionRoleArn":"r"}
            emr:cancelSteps {"ClusterId":"j","StepIds":["s-1"]}
        "#]],
        );
    }

    #[test]
    fn without_waiting_parameters_and_answers_are_step_functions_own() {
        check_special(
            "elasticmapreduce:createCluster",
            CLUSTER,
            created(&[]),
            &expect![[r#"
            emr:runJobFlow {"Name":"n","Instances":{"KeepJobFlowAliveWhenNoSteps":true}}
            gives {"ClusterId":"j","ClusterArn":"arn"}
        "#]],
        );
        check_special(
            "elasticmapreduce:addStep",
            ONE_STEP,
            added(&[]),
            &expect![[r#"
            emr:addJobFlowSteps {"JobFlowId":"j","Steps":[{"Name":"s"}],"ExecutionRoleArn":"r"}
            gives {"StepId":"s-1"}
        "#]],
        );
        let fake = Fake::new().on("setTerminationProtection", json!({}));
        let input = r#"{"ClusterId":"j","TerminationProtected":true}"#;
        check_special(
            "elasticmapreduce:setClusterTerminationProtection",
            input,
            fake,
            &expect![[r#"
            emr:setTerminationProtection {"JobFlowIds":["j"],"TerminationProtected":true}
            gives {}
        "#]],
        );
        let fake = Fake::new()
            .on("cancelSteps", json!({"CancelStepsInfoList": [{"StepId": "s", "Status": "SUBMITTED"}]}));
        let input = r#"{"ClusterId":"j","StepId":"s"}"#;
        check_special(
            "elasticmapreduce:cancelStep",
            input,
            fake,
            &expect![[r#"
            emr:cancelSteps {"ClusterId":"j","StepIds":["s"]}
            gives {"CancelStepsInfo":{"StepId":"s","Status":"SUBMITTED"}}
        "#]],
        );
        check_special(
            "elasticmapreduce:cancelStep",
            r#"{"ClusterId":"j"}"#,
            Fake::new(),
            &expect![[r#"
            fails with States.Runtime: The Parameters '{"ClusterId":"j"}' could not be used to start the Task: [The field 'StepId' is required but was missing]
        "#]],
        );
        check_special(
            "glue:startJobRun",
            "{}",
            Fake::new(),
            &expect![[r#"
            no special action
        "#]],
        );
    }

    #[test]
    fn fleets_and_groups_are_found_by_their_names() {
        let page = |id: &str, name: &str| json!({"InstanceFleets": [{"Id": id, "Name": name}]});
        let mut first = page("if-1", "master");
        first["Marker"] = json!("more");
        let fleets =
            Fake::new().on("listInstanceFleets", first).on("listInstanceFleets", page("if-2", "core"));
        let fleets = fleets.on("modifyInstanceFleet", json!({}));
        let resource = "elasticmapreduce:modifyInstanceFleetByName";
        let input =
            r#"{"ClusterId":"j","InstanceFleetName":"core","InstanceFleet":{"TargetSpotCapacity":2}}"#;
        check_special(
            resource,
            input,
            fleets,
            &expect![[r#"
            emr:listInstanceFleets {"ClusterId":"j"}
            emr:listInstanceFleets {"ClusterId":"j","Marker":"more"}
            emr:modifyInstanceFleet {"ClusterId":"j","InstanceFleet":{"TargetSpotCapacity":2,"InstanceFleetId":"if-2"}}
            gives {}
        "#]],
        );
        let fake = Fake::new().on("listInstanceFleets", page("if-1", "master"));
        check_special(
            resource,
            input,
            fake,
            &expect![[r#"
            emr:listInstanceFleets {"ClusterId":"j"}
            fails with States.TaskFailed: The cluster 'j' has 0 of InstanceFleets with the name 'core'; the name must lead to one
        "#]],
        );
        let input =
            r#"{"ClusterId":"j","InstanceFleetName":"core","InstanceFleet":{"InstanceFleetId":"if"}}"#;
        check_special(
            resource,
            input,
            Fake::new(),
            &expect![[r#"
            fails with States.Runtime: The Parameters '{"ClusterId":"j","InstanceFleetName":"core","InstanceFleet":{"InstanceFleetId":"if"}}' could not be used to start the Task: [The field 'InstanceFleet.InstanceFleetId' is not supported by Step Functions]
        "#]],
        );
        let groups = json!({"InstanceGroups": [{"Id": "ig-1", "Name": "core"}]});
        let fake = Fake::new().on("listInstanceGroups", groups).on("modifyInstanceGroups", json!({}));
        let input = r#"{"ClusterId":"j","InstanceGroupName":"core","InstanceGroup":{"InstanceCount":8}}"#;
        check_special(
            "elasticmapreduce:modifyInstanceGroupByName",
            input,
            fake,
            &expect![[r#"
            emr:listInstanceGroups {"ClusterId":"j"}
            emr:modifyInstanceGroups {"ClusterId":"j","InstanceGroups":[{"InstanceCount":8,"InstanceGroupId":"ig-1"}]}
            gives {}
        "#]],
        );
    }
}
