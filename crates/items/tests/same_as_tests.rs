//! The same data gives the same items here and in `TestState`, which takes texts apart in memory.

mod memory;

use memory::{GET, Memory, all};
use proptest::prelude::*;
use serde_json::{Value, json};
use stateline_asl::{MachineKind as Checked, compile};
use stateline_base::{Limits, Payload, Timestamp};
use stateline_engine::{
    Apart, Mock, RECORDS_PER_DECISION_MAX, Setting, StateTest, StateTestRequest, StateTestStep,
};
use stateline_journal::{MachineKind, Started};
use std::sync::Arc;

const AT: Timestamp = Timestamp::from_millis(1_700_000_000_000);

/// The items that `TestState` has, or its failure's name.
fn tested(config: &Value, text: &str) -> Result<Value, String> {
    let definition = json!({"StartAt": "M", "QueryLanguage": "JSONata", "States": {"M": {
        "Type": "Map", "End": true,
        "ItemReader": {"Resource": GET, "Arguments": {"Bucket": "b", "Key": "k"}, "ReaderConfig": config},
        "ItemSelector": "{% $states.context.Map.Item.Value %}",
        "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}}},
    }}});
    let program =
        compile(&definition.to_string(), Checked::Standard).program.expect("the definition is valid");
    let request = StateTestRequest {
        state: program.find("M").expect("it is there"),
        input: Payload::empty_object(),
        variables: Vec::new(),
        context: serde_json::Map::new(),
        mock: Some(Mock::Result(Payload::from(json!([])))),
        retries_used: 0,
        failed_items: 0,
        reader_data: Some(text.to_owned()),
        preview: false,
    };
    let limits = Limits::default();
    let setting = Setting {
        program: &program,
        limits: &limits,
        records_max: RECORDS_PER_DECISION_MAX,
        outside: &Apart,
    };
    match StateTest::start(setting, started(), request, AT).1 {
        StateTestStep::Done(outcome) => match outcome.failure {
            None => Ok(outcome.inspection.after_item_selector.expect("it has items").into_value()),
            Some(failure) => Err(failure.name().to_owned()),
        },
        other => panic!("the state is not done: {other:?}"),
    }
}

fn started() -> Started {
    Started {
        execution_arn: "arn:aws:states:us-east-1:000000000000:express:m:e:u".into(),
        machine_arn: "arn:aws:states:us-east-1:000000000000:stateMachine:m".into(),
        version_arn: None,
        alias_arn: None,
        definition: "".into(),
        kind: MachineKind::Express,
        role_arn: "arn:aws:iam::000000000000:role/r".into(),
        trace_header: None,
        input: Payload::empty_object(),
        seed: 1,
        deadline: AT.plus_seconds(300),
        scope: 0,
        parent: None,
    }
}

/// The items that the reader has, or its failure's name.
fn read(config: &Value, text: &str) -> Result<Value, String> {
    let objects: Arc<dyn stateline_items::Objects> = Arc::new(Memory::with(&[("k", text.as_bytes())]));
    all(&objects, GET, "k", config, None)
        .map(|items| items.iter().map(|item| item.value.value().clone()).collect())
        .map_err(|said| said.split(':').next().unwrap_or_default().to_owned())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn csv(text in r#"\u{feff}?[ab,|"\\\r\n ä]{0,40}"#, given in any::<bool>(), delimiter in prop_oneof![Just("COMMA"), Just("PIPE"), Just("SPACE")]) {
        let mut config = json!({"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW", "CSVDelimiter": delimiter});
        if given {
            config["CSVHeaderLocation"] = json!("GIVEN");
            config["CSVHeaders"] = json!(["x", "y"]);
        }
        prop_assert_eq!(read(&config, &text), tested(&config, &text));
    }

    #[test]
    fn lines(text in r#"([\[\]{}:,"0-9a ]{0,4}|1|\{"a": 2\}|"x y")(\r?\n( |[1-9]|"\\u00e4")*){0,4}"#) {
        let config = json!({"InputType": "JSONL"});
        prop_assert_eq!(read(&config, &text), tested(&config, &text));
    }

    #[test]
    fn documents(items in r#"(1|"]"|\{"a": ?2\}|\[[1-9]?\])"#, end in r#"(|]|]]| ])"#, max in 0_u64..3) {
        let text = format!("[{items},  {items}{end}");
        let config = json!({"InputType": "JSON", "MaxItems": max});
        // Reading stops at the bound; a test has the whole text before it.
        prop_assume!(max == 0 || serde_json::from_str::<Value>(&text).is_ok());
        prop_assert_eq!(read(&config, &text), tested(&config, &text));
        let text = format!(r#"{{"x": [{items}], "y": {{"z": {text}, "more": 1}}}}"#);
        prop_assume!(serde_json::from_str::<Value>(&text).is_ok());
        for pointer in ["/y/z", "/y/none", "/x", "/x/0"] {
            let config = json!({"InputType": "JSON", "ItemsPointer": pointer, "MaxItems": max});
            prop_assert_eq!(read(&config, &text), tested(&config, &text));
        }
    }
}
