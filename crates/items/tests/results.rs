//! Files of results.

mod memory;

use expect_test::expect;
use memory::Memory;
use serde_json::{Value, json};
use stateline_asl::program::{OutputType, Transformation};
use stateline_base::{Failure, Limits, Payload};
use stateline_items::{Form, Objects, ResultFiles, ResultStatus};
use std::fmt::Write as _;
use std::sync::Arc;

const ARN: &str = "arn:aws:states:us-east-1:123456789012:mapRun:m/Map:2f40f2a3";

/// Writes two that succeeded, one that failed and one that was never started; shows all objects.
fn written(form: Form, parameters: &Value, file_bytes_max: usize) -> Result<String, Failure> {
    let memory = Arc::new(Memory::default());
    let limits = Limits { result_file_bytes_max: file_bytes_max, ..Limits::default() };
    let objects: Arc<dyn Objects> = Arc::clone(&memory) as _;
    let mut files = ResultFiles::new(objects, parameters, &Arc::from(ARN), form, &limits)?;
    let one = Payload::parse("[ 1,\n{\"a\": [2]} ]").expect("JSON");
    files.add(ResultStatus::Succeeded, &json!({"Name": "one"}), Some(&one))?;
    files.add(ResultStatus::Failed, &json!({"Name": "two", "Error": "E"}), None)?;
    files.add(ResultStatus::Succeeded, &json!({"Name": "three"}), Some(&json!("x").into()))?;
    files.add(ResultStatus::Pending, &json!({"Input": "4"}), None)?;
    let mut shown = format!("{}\n", files.finish()?);
    for (key, body) in memory.objects.lock().expect("nobody panicked with it").iter() {
        let body = String::from_utf8_lossy(body);
        writeln!(shown, "{key}: {}", body.trim_end().replace('\n', " | ")).expect("memory");
    }
    Ok(shown)
}

fn form(transformation: Transformation, output_type: OutputType) -> Form {
    Form { transformation, output_type }
}

#[test]
fn metadata_is_written_by_status() -> Result<(), Failure> {
    let parameters = json!({"Bucket": "b", "Prefix": "p"});
    let shown = written(form(Transformation::None, OutputType::Json), &parameters, 1_000)?;
    expect![[r#"
        {"Bucket":"b","Key":"p/2f40f2a3/manifest.json"}
        p/2f40f2a3/FAILED_0.json: [{"Name":"two","Error":"E"}]
        p/2f40f2a3/PENDING_0.json: [{"Input":"4"}]
        p/2f40f2a3/SUCCEEDED_0.json: [{"Name":"one"},{"Name":"three"}]
        p/2f40f2a3/manifest.json: {"DestinationBucket":"b","MapRunArn":"arn:aws:states:us-east-1:123456789012:mapRun:m/Map:2f40f2a3","ResultFiles":{"FAILED":[{"Key":"p/2f40f2a3/FAILED_0.json","Size":28}],"PENDING":[{"Key":"p/2f40f2a3/PENDING_0.json","Size":15}],"SUCCEEDED":[{"Key":"p/2f40f2a3/SUCCEEDED_0.json","Size":33}]}}
    "#]]
    .assert_eq(&shown);
    Ok(())
}

#[test]
fn outputs_are_compact_or_flat() -> Result<(), Failure> {
    let results = |transformation, output_type, max| {
        let shown = written(form(transformation, output_type), &json!({"Bucket": "b"}), max)?;
        let lines = shown.lines().filter(|line| line.contains("SUCCEEDED_") && !line.contains("manifest"));
        Ok(lines.map(|line| format!("{line}\n")).collect::<String>())
    };
    expect![[r#"
        2f40f2a3/SUCCEEDED_0.json: [[1,{"a":[2]}],"x"]
    "#]]
    .assert_eq(&results(Transformation::Compact, OutputType::Json, 1_000)?);
    expect![[r#"
        2f40f2a3/SUCCEEDED_0.json: [1,{"a":[2]},"x"]
    "#]]
    .assert_eq(&results(Transformation::Flatten, OutputType::Json, 1_000)?);
    expect![[r#"
        2f40f2a3/SUCCEEDED_0.json: 1 | {"a":[2]} | "x"
    "#]]
    .assert_eq(&results(Transformation::Flatten, OutputType::JsonLines, 1_000)?);
    // A file has what fits, and always something.
    expect![[r#"
        2f40f2a3/SUCCEEDED_0.json: [1]
        2f40f2a3/SUCCEEDED_1.json: [{"a":[2]}]
        2f40f2a3/SUCCEEDED_2.json: ["x"]
    "#]]
    .assert_eq(&results(Transformation::Flatten, OutputType::Json, 8)?);
    Ok::<_, Failure>(())
}

#[test]
fn nothing_written_is_a_manifest_without_files() -> Result<(), Failure> {
    let memory = Arc::new(Memory::default());
    let form = form(Transformation::None, OutputType::Json);
    let parameters = json!({"Bucket": "b", "Prefix": "p/"});
    let objects: Arc<dyn Objects> = Arc::clone(&memory) as _;
    ResultFiles::new(objects, &parameters, &Arc::from(ARN), form, &Limits::default())?.finish()?;
    expect![[r#"{"DestinationBucket":"b","MapRunArn":"arn:aws:states:us-east-1:123456789012:mapRun:m/Map:2f40f2a3","ResultFiles":{"FAILED":[],"PENDING":[],"SUCCEEDED":[]}}"#]]
        .assert_eq(&memory.text("p/2f40f2a3/manifest.json"));
    Ok(())
}

#[test]
fn what_cannot_be_written_is_said() {
    let cause = |parameters: &Value| {
        let failure = written(form(Transformation::None, OutputType::Json), parameters, 1_000).err();
        failure.as_ref().map(memory::said).unwrap_or_default()
    };
    expect!["States.ResultWriterFailed: The specified bucket does not exist"]
        .assert_eq(&cause(&json!({"Bucket": "c"})));
    expect!["States.ResultWriterFailed: The field 'Bucket' of the ResultWriter is missing or empty."]
        .assert_eq(&cause(&json!({"Prefix": "p"})));
    expect!["States.ResultWriterFailed: The field 'Key' of the ResultWriter's Parameters is not supported. Supported fields: Bucket, Prefix, ExpectedBucketOwner."]
        .assert_eq(&cause(&json!({"Bucket": "b", "Key": "k"})));
}
