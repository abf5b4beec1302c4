//! The tables of jobs against the services' models: the questions have what their operations need, and
//! every state that a service knows means something that somebody has looked at.

use super::all;
use super::job::{Again, Call, Job, Progress, Work};
use expect_test::expect;
use serde_json::{Value, json};
use stateline_models::{Form, Mode, Service, Shape};
use std::fmt::Write as _;

/// Parameters that name everything, as long as names must be.
fn request() -> Value {
    let mut request = json!({"Name": "n", "JobName": "n", "Id": "n", "JobRunId": "n", "ApplicationId": "n"});
    let names = ["ClusterName", "ClusterId", "NodegroupName", "FargateProfileName", "VirtualClusterId"];
    let jobs = ["Training", "Transform", "Processing", "HyperParameterTuning", "Labeling"];
    let jobs = jobs.map(|kind| format!("{kind}JobName"));
    for name in names.into_iter().chain(jobs.iter().map(String::as_str)) {
        request[name] = json!("n");
    }
    request
}

/// An answer that names everything.
fn answer() -> Value {
    json!({
        "ApplicationId": "n", "Build": {"Id": "n"}, "BuildBatch": {"Id": "n"}, "ClusterId": "n", "Id": "n",
        "Job": {"Id": "n"}, "JobArn": "arn:aws:bedrock:us-east-1:000000000000:model-customization-job/a.b/n",
        "JobId": "n", "JobRunId": "n", "QueryExecutionId": "n", "RunId": "n", "StepId": "n",
        "Tasks": [{"TaskArn": "n", "ClusterArn": "n"}],
    })
}

fn check_call(model: &Service, call: &Call) {
    let operation = model.operation(call.operation);
    let operation = operation.unwrap_or_else(|| panic!("{} is not known", call.operation));
    let input = operation.input().expect("it takes something");
    assert_eq!(input.check(&call.parameters, Mode::Strict), Ok(()), "{call:?}");
    for member in call.parameters.as_object().expect("an object").keys() {
        assert!(input.member(member).is_some(), "{member} of {call:?}");
    }
}

#[test]
fn questions_have_what_their_operations_need() {
    let (request, answer) = (request(), answer());
    for job in all() {
        let model = Service::find(job.model).expect("the model is there");
        let work = Work { request: &request, answer: &answer, execution: "e" };
        let look = (job.look)(&work).unwrap_or_else(|| panic!("{} is not looked at", job.action));
        check_call(&model, &look);
        (job.stop)(&work).iter().for_each(|call| check_call(&model, call));
    }
}

/// Where the state stands in what the look is answered with.
fn state_of(job: &Job) -> &'static str {
    match (job.service, job.action) {
        ("athena", _) => "/QueryExecution/Status/State",
        ("batch", _) => "/Jobs/0/Status",
        ("bedrock", _) => "/Status",
        ("codebuild", "startBuild") => "/Builds/0/BuildStatus",
        ("codebuild", _) => "/BuildBatches/0/BuildBatchStatus",
        ("databrew", _) => "/State",
        ("ecs", _) => "/Tasks/0/LastStatus",
        ("eks", "createCluster" | "deleteCluster") => "/Cluster/Status",
        ("eks", "createNodegroup" | "deleteNodegroup") => "/Nodegroup/Status",
        ("eks", _) => "/FargateProfile/Status",
        ("elasticmapreduce", "addStep") => "/Step/Status/State",
        ("elasticmapreduce", _) => "/Cluster/Status/State",
        ("emr-containers", "startJobRun") | ("emr-serverless", "startJobRun" | "cancelJobRun") => {
            "/JobRun/State"
        }
        ("emr-containers", _) => "/VirtualCluster/State",
        ("emr-serverless", _) => "/Application/State",
        ("glue", _) => "/JobRun/JobRunState",
        ("mediaconvert", _) => "/Job/Status",
        ("sagemaker", "createTrainingJob") => "/TrainingJobStatus",
        ("sagemaker", "createTransformJob") => "/TransformJobStatus",
        ("sagemaker", "createProcessingJob") => "/ProcessingJobStatus",
        ("sagemaker", "createHyperParameterTuningJob") => "/HyperParameterTuningJobStatus",
        ("sagemaker", "createLabelingJob") => "/LabelingJobStatus",
        (service, action) => panic!("{service}:{action} has no row here"),
    }
}

/// The words that may stand at a pointer, in the alphabet's order.
fn words(shape: Shape<'_>, pointer: &str) -> Vec<String> {
    let found = pointer.split('/').skip(1).fold(shape, |shape, step| match shape.form() {
        Form::List(list) => list.of,
        _ => shape.member(step).unwrap_or_else(|| panic!("no {step} on the way to {pointer}")),
    });
    let Form::Text(_, words) = found.form() else { panic!("no text at {pointer}") };
    let mut words: Vec<String> = words.into_iter().map(str::to_owned).collect();
    words.sort();
    words
}

fn nested(pointer: &str, state: &str) -> Value {
    let steps: Vec<&str> = pointer.split('/').skip(1).collect();
    let wrap = |inner, step: &&str| if *step == "0" { json!([inner]) } else { json!({*step: inner}) };
    steps.iter().rev().fold(json!(state), wrap)
}

#[test]
fn every_state_that_a_service_knows_means_something() {
    let (request, answer) = (request(), answer());
    let mut told = String::new();
    for job in all() {
        let model = Service::find(job.model).expect("the model is there");
        let work = Work { request: &request, answer: &answer, execution: "e" };
        let look = (job.look)(&work).expect("it is looked at");
        let shape = model.response(look.operation).expect("it is answered");
        let pointer = state_of(job);
        let means = |word: &str| (job.read)(&work, nested(pointer, word));
        let all = words(shape, pointer);
        let of = |is: fn(&Progress) -> bool| {
            all.iter().filter(|word| is(&means(word))).map(String::as_str).collect::<Vec<_>>().join(" ")
        };
        let done = of(|progress| matches!(progress, Progress::Done(_)));
        let failed = of(|progress| matches!(progress, Progress::Failed(_)));
        let running = of(|progress| matches!(progress, Progress::Running(_)));
        let lines = [("done", done), ("failed", failed), ("running", running)];
        writeln!(told, "{}:{}", job.service, job.action).expect("a text takes every line");
        // ECS names no words for its states.
        for (is, words) in lines.into_iter().filter(|(_, words)| !words.is_empty()) {
            writeln!(told, "  {is}: {words}").expect("a text takes every line");
        }
    }
    expect![[r#"
        athena:startQueryExecution
          done: SUCCEEDED
          failed: CANCELLED FAILED
          running: QUEUED RUNNING
        batch:submitJob
          done: SUCCEEDED
          failed: FAILED
          running: PENDING RUNNABLE RUNNING STARTING SUBMITTED
        bedrock:createModelCustomizationJob
          done: Completed
          failed: Failed Stopped
          running: InProgress Stopping
        codebuild:startBuild
          done: SUCCEEDED
          failed: FAILED FAULT STOPPED TIMED_OUT
          running: IN_PROGRESS
        codebuild:startBuildBatch
          done: SUCCEEDED
          failed: FAILED FAULT STOPPED TIMED_OUT
          running: IN_PROGRESS
        codebuild:retryBuildBatch
          done: SUCCEEDED
          failed: FAILED FAULT STOPPED TIMED_OUT
          running: IN_PROGRESS
        databrew:startJobRun
          done: SUCCEEDED
          failed: FAILED STOPPED TIMEOUT
          running: RUNNING STARTING STOPPING
        ecs:runTask
        eks:createCluster
          done: ACTIVE
          failed: DELETING FAILED
          running: CREATING PENDING UPDATING
        eks:deleteCluster
          failed: FAILED
          running: ACTIVE CREATING DELETING PENDING UPDATING
        eks:createNodegroup
          done: ACTIVE
          failed: CREATE_FAILED DELETE_FAILED DELETING
          running: CREATING DEGRADED UPDATING
        eks:deleteNodegroup
          failed: DELETE_FAILED
          running: ACTIVE CREATE_FAILED CREATING DEGRADED DELETING UPDATING
        eks:createFargateProfile
          done: ACTIVE
          failed: CREATE_FAILED DELETE_FAILED DELETING
          running: CREATING
        eks:deleteFargateProfile
          failed: DELETE_FAILED
          running: ACTIVE CREATE_FAILED CREATING DELETING
        elasticmapreduce:createCluster
          done: RUNNING WAITING
          failed: TERMINATED TERMINATED_WITH_ERRORS TERMINATING
          running: BOOTSTRAPPING STARTING
        elasticmapreduce:terminateCluster
          done: TERMINATED TERMINATED_WITH_ERRORS
          running: BOOTSTRAPPING RUNNING STARTING TERMINATING WAITING
        elasticmapreduce:addStep
          done: COMPLETED
          failed: CANCELLED FAILED INTERRUPTED
          running: CANCEL_PENDING PENDING RUNNING
        emr-containers:startJobRun
          done: COMPLETED
          failed: CANCELLED FAILED
          running: CANCEL_PENDING PENDING RUNNING SUBMITTED
        emr-containers:deleteVirtualCluster
          done: TERMINATED
          failed: ARRESTED
          running: RUNNING TERMINATING
        emr-serverless:createApplication
          done: CREATED STARTED STARTING STOPPED STOPPING
          failed: TERMINATED
          running: CREATING
        emr-serverless:startApplication
          done: STARTED
          failed: STOPPED STOPPING TERMINATED
          running: CREATED CREATING STARTING
        emr-serverless:stopApplication
          done: STOPPED
          failed: TERMINATED
          running: CREATED CREATING STARTED STARTING STOPPING
        emr-serverless:deleteApplication
          done: TERMINATED
          running: CREATED CREATING STARTED STARTING STOPPED STOPPING
        emr-serverless:startJobRun
          done: SUCCESS
          failed: CANCELLED FAILED
          running: CANCELLING PENDING QUEUED RUNNING SCHEDULED SUBMITTED
        emr-serverless:cancelJobRun
          done: CANCELLED
          failed: FAILED SUCCESS
          running: CANCELLING PENDING QUEUED RUNNING SCHEDULED SUBMITTED
        glue:startJobRun
          done: SUCCEEDED
          failed: ERROR EXPIRED FAILED STOPPED TIMEOUT
          running: RUNNING STARTING STOPPING WAITING
        mediaconvert:createJob
          done: COMPLETE
          failed: CANCELED ERROR
          running: PROGRESSING SUBMITTED
        sagemaker:createTrainingJob
          done: Completed
          failed: Deleting Failed Stopped
          running: InProgress Stopping
        sagemaker:createTransformJob
          done: Completed
          failed: Failed Stopped
          running: InProgress Stopping
        sagemaker:createProcessingJob
          done: Completed
          failed: Failed Stopped
          running: InProgress Stopping
        sagemaker:createHyperParameterTuningJob
          done: Completed
          failed: DeleteFailed Deleting Failed Stopped
          running: InProgress Stopping
        sagemaker:createLabelingJob
          done: Completed
          failed: Failed Stopped
          running: InProgress Initializing Stopping
    "#]]
    .assert_eq(&told);
}

/// What `docs/jobs.md` says of a job.
fn row(job: &Job) -> String {
    let (request, answer) = (request(), answer());
    let work = Work { request: &request, answer: &answer, execution: "e" };
    let look = (job.look)(&work).map_or("", |call| call.operation);
    let stop = (job.stop)(&work).first().map_or("nothing", |call| call.operation);
    let again = match job.again {
        Again::Twice => "in doubt".to_owned(),
        Again::Token(member) => format!("again, by `{member}`"),
        Again::Name(member, _) => format!("again, by `{member}`"),
        Again::Once => "again".to_owned(),
    };
    format!("| {}:{} | {look} | {} s | {stop} | {again} |", job.service, job.action, job.pause_max_s)
}

#[test]
fn the_documents_table_is_this_one() {
    let page = include_str!("../../../../docs/jobs.md");
    let rows: Vec<String> = all().map(row).collect();
    let missing: Vec<&String> = rows.iter().filter(|row| !page.contains(row.as_str())).collect();
    assert!(missing.is_empty(), "docs/jobs.md lacks:\n{missing:#?}");
}
