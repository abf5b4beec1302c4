//! The fields of a distributed Map: what they become, and what is said of wrong ones.

mod common;

use common::{check_state, shown};
use expect_test::{Expect, expect};
use stateline_asl::program::{Distributed, Kind, Number, OutputType, Percentage, Template, Transformation};
use stateline_asl::{MachineKind, aws_text, compile};

const PROCESSOR: &str = r#""ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}, "StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#;

fn distributed(fields: &str) -> Distributed {
    let text = format!(
        r#"{{"StartAt": "S p", "States": {{"S p": {{"Type": "Map", "End": true, {PROCESSOR}{fields}}}}}}}"#
    );
    let compilation = compile(&text, MachineKind::Standard);
    let said = aws_text(&compilation.diagnostics);
    let mut program = compilation.program.unwrap_or_else(|| panic!("a valid definition: {said}"));
    match program.states.remove(0).kind {
        Kind::Map(map) => *map.distributed.expect("a distributed Map"),
        other => panic!("a Map state, not {other:?}"),
    }
}

fn refused(fields: &str, expected: &Expect) {
    // On a line of its own, so that the columns are those of the fields.
    check_state(&format!("\"Type\": \"Map\", \"End\": true, {PROCESSOR},\n{fields}"), expected);
}

#[test]
fn defaults_are_filled_in() {
    let found = distributed("");
    assert_eq!((found.child, &*found.label), (MachineKind::Express, "S-p"));
    assert!(found.reader.is_none() && found.batcher.is_none() && found.writer.is_none());
    assert!(found.tolerated_count.is_none() && found.tolerated_percentage.is_none());
}

#[test]
fn every_field_is_read() {
    let found = distributed(
        r#", "Label": "mine", "ToleratedFailureCountPath": "$.c", "ToleratedFailurePercentage": 1.5,
        "ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "Parameters": {"Bucket": "b", "Key.$": "$.k"},
            "ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": ["a"], "CSVDelimiter": "TAB", "MaxItemsPath": "$.m"}},
        "ItemBatcher": {"MaxItemsPerBatch": 5, "MaxInputBytesPerBatchPath": "$.b", "BatchInput": {"x.$": "$.y"}},
        "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "b"},
            "WriterConfig": {"Transformation": "FLATTEN", "OutputType": "JSONL"}}"#,
    );
    assert_eq!(&*found.label, "mine");
    assert!(matches!(&found.tolerated_count, Some(Number::Path(path)) if path.text() == "$.c"));
    assert!(
        matches!(found.tolerated_percentage, Some(Percentage::Fixed(share)) if (share - 1.5).abs() < f64::EPSILON)
    );
    let reader = found.reader.expect("a reader");
    assert!(matches!(&reader.max_items, Some(Number::Path(path)) if path.text() == "$.m"));
    assert_eq!(
        (&*reader.resource, &reader.config["CSVDelimiter"]),
        ("arn:aws:states:::s3:getObject", &"TAB".into())
    );
    assert!(matches!(&reader.parameters, Some(Template::Object(fields)) if fields.len() == 2));
    let batcher = found.batcher.expect("a batcher");
    assert!(matches!(
        (&batcher.max_items, &batcher.max_bytes),
        (Some(Number::Fixed(5)), Some(Number::Path(_)))
    ));
    assert!(matches!(batcher.input, Some(Template::Object(_))));
    let writer = found.writer.expect("a writer");
    assert_eq!(writer.transformation, Some(Transformation::Flatten));
    assert_eq!(writer.output_type, OutputType::JsonLines);
}

#[test]
fn expressions_stand_where_numbers_may() {
    let found = distributed(
        r#", "QueryLanguage": "JSONata", "ToleratedFailureCount": "{% 1 %}", "ToleratedFailurePercentage": "{% 2 %}",
        "ItemReader": {"Resource": "arn:aws:states:::s3:listObjectsV2", "Arguments": "{% $states.input %}",
            "ReaderConfig": {"MaxItems": "{% 3 %}"}},
        "ItemBatcher": {"MaxItemsPerBatch": "{% 4 %}", "BatchInput": "{% 5 %}"},
        "ResultWriter": {"WriterConfig": {"Transformation": "COMPACT", "OutputType": "JSON"}}"#,
    );
    let place = |number: &Option<Number>| match number {
        Some(Number::Jsonata(jsonata)) => jsonata.location.to_string(),
        other => panic!("an expression, not {other:?}"),
    };
    assert_eq!(place(&found.tolerated_count), "ToleratedFailureCount");
    assert!(
        matches!(&found.tolerated_percentage, Some(Percentage::Jsonata(jsonata)) if &*jsonata.location == "ToleratedFailurePercentage")
    );
    let reader = found.reader.expect("a reader");
    assert_eq!(place(&reader.max_items), "ItemReader/ReaderConfig/MaxItems");
    assert!(
        matches!(&reader.parameters, Some(Template::Jsonata(jsonata)) if &*jsonata.location == "ItemReader/Arguments")
    );
    let batcher = found.batcher.expect("a batcher");
    assert_eq!(place(&batcher.max_items), "ItemBatcher/MaxItemsPerBatch");
    assert!(
        matches!(&batcher.input, Some(Template::Jsonata(jsonata)) if &*jsonata.location == "ItemBatcher/BatchInput")
    );
    assert!(matches!(found.writer, Some(writer) if writer.resource.is_none()));
}

#[test]
fn labels_are_generated_without_clash() {
    let map = |name: &str, label: &str, inner: &str| {
        format!(
            r#""{name}": {{"Type": "Map", "Next": "Z", {label} "ItemProcessor": {{"ProcessorConfig": {{"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}}, "StartAt": "{inner}", "States": {{"{inner}": {{"Type": "Succeed"}}}}}}}}"#
        )
    };
    let long = "m".repeat(60);
    let text = format!(
        r#"{{"StartAt": "a b", "States": {{{}, {}, {}, {}, {}, {}, "Z": {{"Type": "Succeed"}}}}}}"#,
        map("a b", "", "1"),
        map("a:b", "", "2"),
        map("a/b", "\"Label\": \"a-b-3\",", "3"),
        map("a?b", "", "4"),
        map(&long, "", "5"),
        map(&format!("{long}!"), "", "6"),
    );
    let program = compile(&text, MachineKind::Standard).program.expect("a valid definition");
    let labels: Vec<String> = program
        .states
        .iter()
        .filter_map(|state| match &state.kind {
            Kind::Map(map) => map.distributed.as_ref().map(|distributed| distributed.label.to_string()),
            _ => None,
        })
        .collect();
    let cut = "m".repeat(40);
    let numbered = format!("{}-2", "m".repeat(38));
    assert_eq!(labels, ["a-b", "a-b-2", "a-b-3", "a-b-4", cut.as_str(), numbered.as_str()]);
}

#[test]
fn labels_have_rules() {
    refused(
        r#""Label": """#,
        &expect![[r#"
        3:10 INVALID_LABEL_NAME: Label cannot be empty at /States/S/Label
    "#]],
    );
    refused(
        r#""Label": "a b""#,
        &expect![[r#"
        3:10 INVALID_LABEL_NAME: Label contains invalid character: ' ' at /States/S/Label
    "#]],
    );
    refused(
        &format!(r#""Label": "{}""#, "x".repeat(41)),
        &expect![[r#"
        3:10 INVALID_LABEL_NAME: Label cannot exceed 40 characters at /States/S/Label
    "#]],
    );
    refused(
        r#""Label": 5"#,
        &expect![[r#"
        3:10 SCHEMA_VALIDATION_FAILED: Expected value of type [STRING] at /States/S/Label
          -> this is a number
    "#]],
    );
    let text = r#"{"StartAt": "A", "States": {
"A": {"Type": "Map", "Next": "B", "Label": "x", "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "C", "States": {"C": {"Type": "Succeed"}}}},
"B": {"Type": "Map", "End": true, "Label": "x", "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "D", "States": {"D": {"Type": "Succeed"}}}}}}"#;
    expect![[r#"
        3:44 DUPLICATE_LABEL_NAME: Duplicate Label name: x at /States/B/Label
    "#]]
    .assert_eq(&shown(text, MachineKind::Standard));
}

#[test]
fn readers_have_rules() {
    refused(
        r#""ItemReader": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": [], "Other": 1}"#,
        &expect![[r#"
            3:28 SCHEMA_VALIDATION_FAILED: The resource provided arn:aws:states:::s3:putObject is not recognized. The value is not a valid resource ARN, or the resource is not available in this region. at /States/S/ItemReader/Resource
              -> write arn:aws:states:::s3:listObjectsV2 or arn:aws:states:::s3:getObject
            3:75 SCHEMA_VALIDATION_FAILED: Expected value of type [OBJECT] at /States/S/ItemReader/Parameters
              -> this is an array
            3:79 SCHEMA_VALIDATION_FAILED: Field 'Other' is not supported at /States/S/ItemReader
        "#]],
    );
    refused(
        r#""ItemReader": {"Resource": "arn:aws:states:::s3:getObject"}"#,
        &expect![[r#"
        3:15 SCHEMA_VALIDATION_FAILED: These fields are required: [ReaderConfig] at /States/S/ItemReader
    "#]],
    );
    let reader = |resource: &str, config: &str, expected: &Expect| {
        let field = format!(
            "\"ItemReader\": {{\"Resource\": \"arn:aws:states:::s3:{resource}\", \"Parameters\": {{}}, \"ReaderConfig\":\n{{{config}}}}}"
        );
        refused(&field, expected);
    };
    reader(
        "getObject",
        r#""Nonsense": 1"#,
        &expect![[r#"
        4:1 SCHEMA_VALIDATION_FAILED: These fields are required: [InputType] at /States/S/ItemReader/ReaderConfig
        4:2 SCHEMA_VALIDATION_FAILED: Field 'Nonsense' is not supported at /States/S/ItemReader/ReaderConfig
    "#]],
    );
    reader(
        "getObject",
        r#""InputType": "XML", "Transformation": "LOAD_AND_FLATTEN""#,
        &expect![[r#"
        4:15 SCHEMA_VALIDATION_FAILED: Value should be one of the following: [CSV, JSON, JSONL, PARQUET, MANIFEST] at /States/S/ItemReader/ReaderConfig/InputType
        4:40 SCHEMA_VALIDATION_FAILED: The field 'Transformation' is only supported for the resource 'arn:aws:states:::s3:listObjectsV2' at /States/S/ItemReader/ReaderConfig/Transformation
    "#]],
    );
    reader(
        "getObject",
        r#""InputType": "JSON", "ManifestType": "ATHENA_DATA", "MaxItems": -1"#,
        &expect![[r#"
            4:15 SCHEMA_VALIDATION_FAILED: The field 'InputType' should be CSV, JSONL or PARQUET when 'ManifestType' is 'ATHENA_DATA' at /States/S/ItemReader/ReaderConfig/InputType
            4:66 SCHEMA_VALIDATION_FAILED: Minimum value is 0 at /States/S/ItemReader/ReaderConfig/MaxItems
        "#]],
    );
    reader(
        "getObject",
        r#""InputType": "CSV", "ManifestType": "S3_INVENTORY""#,
        &expect![[r#"
        4:15 SCHEMA_VALIDATION_FAILED: The field 'InputType' is not supported when 'ManifestType' is 'S3_INVENTORY' at /States/S/ItemReader/ReaderConfig/InputType
    "#]],
    );
    reader("getObject", r#""ManifestType": "S3_INVENTORY", "CSVDelimiter": "PIPE""#, &expect![[""]]);
    reader(
        "getObject",
        r#""InputType": "JSON", "CSVDelimiter": "PIPE", "CSVHeaderLocation": "FIRST_ROW""#,
        &expect![[r#"
            4:39 SCHEMA_VALIDATION_FAILED: The field 'CSVDelimiter' is only supported when 'InputType' is CSV or MANIFEST at /States/S/ItemReader/ReaderConfig/CSVDelimiter
            4:68 SCHEMA_VALIDATION_FAILED: The field 'CSVHeaderLocation' is only supported when 'InputType' is CSV at /States/S/ItemReader/ReaderConfig/CSVHeaderLocation
        "#]],
    );
    reader(
        "getObject",
        r#""InputType": "CSV", "CSVHeaderLocation": "GIVEN", "MaxItems": 1, "MaxItemsPath": "$.m""#,
        &expect![[r#"
            4:1 SCHEMA_VALIDATION_FAILED: These fields are required: [CSVHeaders] at /States/S/ItemReader/ReaderConfig
            4:67 SCHEMA_VALIDATION_FAILED: There should only be one of the following fields: [MaxItems, MaxItemsPath] at /States/S/ItemReader/ReaderConfig
              -> keep one of MaxItems and MaxItemsPath and remove the others
        "#]],
    );
    reader(
        "getObject",
        r#""InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW", "CSVHeaders": [1]"#,
        &expect![[r#"
            4:70 SCHEMA_VALIDATION_FAILED: The field 'CSVHeaders' is only supported when 'CSVHeaderLocation' is GIVEN at /States/S/ItemReader/ReaderConfig/CSVHeaders
            4:71 SCHEMA_VALIDATION_FAILED: Expected value of type [STRING] at /States/S/ItemReader/ReaderConfig/CSVHeaders[0]
              -> this is a number
        "#]],
    );
    reader(
        "getObject",
        r#""InputType": "JSON", "ItemsPointer": "a/b""#,
        &expect![[r#"
        4:39 SCHEMA_VALIDATION_FAILED: The field 'ItemsPointer' should be a valid JSON Pointer at /States/S/ItemReader/ReaderConfig/ItemsPointer
    "#]],
    );
    reader(
        "getObject",
        r#""InputType": "JSONL", "ItemsPointer": "/a~2""#,
        &expect![[r#"
        4:40 SCHEMA_VALIDATION_FAILED: The field 'ItemsPointer' is only supported when 'InputType' is JSON at /States/S/ItemReader/ReaderConfig/ItemsPointer
        4:40 SCHEMA_VALIDATION_FAILED: The field 'ItemsPointer' should be a valid JSON Pointer at /States/S/ItemReader/ReaderConfig/ItemsPointer
    "#]],
    );
    reader(
        "listObjectsV2",
        r#""Transformation": "LOAD_AND_FLATTEN", "ManifestType": "ATHENA_DATA""#,
        &expect![[r#"
            4:1 SCHEMA_VALIDATION_FAILED: These fields are required: [InputType] at /States/S/ItemReader/ReaderConfig
            4:56 SCHEMA_VALIDATION_FAILED: The field 'ManifestType' is only supported for the resource 'arn:aws:states:::s3:getObject' at /States/S/ItemReader/ReaderConfig/ManifestType
        "#]],
    );
    reader(
        "listObjectsV2",
        r#""InputType": "JSON", "MaxItems": 100000001"#,
        &expect![[r#"
        4:2 NO_EFFECT (warning): The field 'InputType' has no effect when the names of objects are the items at /States/S/ItemReader/ReaderConfig/InputType
          -> set "Transformation": "LOAD_AND_FLATTEN" to iterate over what is in the objects
        4:35 SCHEMA_VALIDATION_FAILED: Maximum value is 100000000 at /States/S/ItemReader/ReaderConfig/MaxItems
    "#]],
    );
    reader("getObject", r#""InputType": "JSON", "ItemsPointer": "/a~1b/0", "MaxItems": 0"#, &expect![[""]]);
}

#[test]
fn batchers_writers_and_tolerances_have_rules() {
    refused(
        r#""ItemBatcher": {"BatchInput": 1}"#,
        &expect![[r#"
        3:16 SCHEMA_VALIDATION_FAILED: This object should have at least one of the following fields: [MaxItemsPerBatch, MaxItemsPerBatchPath, MaxInputBytesPerBatch, MaxInputBytesPerBatchPath] at /States/S/ItemBatcher
        3:31 SCHEMA_VALIDATION_FAILED: Expected value of type [OBJECT] at /States/S/ItemBatcher/BatchInput
          -> this is a number
    "#]],
    );
    refused(
        r#""ItemBatcher": {"MaxItemsPerBatch": 0, "MaxInputBytesPerBatch": 262145, "MaxItemsPerBatchPath": "$.x[*]"}"#,
        &expect![[r#"
            3:65 SCHEMA_VALIDATION_FAILED: Maximum value is 262144 at /States/S/ItemBatcher/MaxInputBytesPerBatch
            3:73 SCHEMA_VALIDATION_FAILED: There should only be one of the following fields: [MaxItemsPerBatch, MaxItemsPerBatchPath] at /States/S/ItemBatcher
              -> keep one of MaxItemsPerBatch and MaxItemsPerBatchPath and remove the others
        "#]],
    );
    refused(
        r#""ItemBatcher": {"MaxInputBytesPerBatch": 262145}"#,
        &expect![[r#"
        3:42 SCHEMA_VALIDATION_FAILED: Maximum value is 262144 at /States/S/ItemBatcher/MaxInputBytesPerBatch
    "#]],
    );
    refused(
        r#""ResultWriter": {}"#,
        &expect![[r#"
        3:17 SCHEMA_VALIDATION_FAILED: These fields are required: [WriterConfig] at /States/S/ResultWriter
    "#]],
    );
    refused(
        r#""ResultWriter": {"Resource": "arn:aws:states:::s3:putObject"}"#,
        &expect![[r#"
        3:17 SCHEMA_VALIDATION_FAILED: These fields are required: [Parameters] at /States/S/ResultWriter
    "#]],
    );
    refused(
        r#""ResultWriter": {"Resource": "arn:aws:states:::s3:x", "Parameters": {}, "Arguments": {}}"#,
        &expect![[r#"
            3:30 SCHEMA_VALIDATION_FAILED: The resource provided arn:aws:states:::s3:x is not recognized. The value is not a valid resource ARN, or the resource is not available in this region. at /States/S/ResultWriter/Resource
              -> write arn:aws:states:::s3:putObject
            3:73 SCHEMA_VALIDATION_FAILED: The QueryLanguage is set to 'JSONPath', but field 'Arguments' is only supported for the 'JSONata' QueryLanguage at /States/S/ResultWriter
        "#]],
    );
    refused(
        r#""ResultWriter": {"WriterConfig": {"Transformation": "X"}}"#,
        &expect![[r#"
        3:34 SCHEMA_VALIDATION_FAILED: These fields are required: [OutputType] at /States/S/ResultWriter/WriterConfig
        3:53 SCHEMA_VALIDATION_FAILED: Value should be one of the following: [NONE, COMPACT, FLATTEN] at /States/S/ResultWriter/WriterConfig/Transformation
    "#]],
    );
    refused(
        r#""ToleratedFailureCount": -1, "ToleratedFailurePercentage": 100.1"#,
        &expect![[r#"
        3:26 SCHEMA_VALIDATION_FAILED: Minimum value is 0 at /States/S/ToleratedFailureCount
        3:60 SCHEMA_VALIDATION_FAILED: Maximum value is 100.0 at /States/S/ToleratedFailurePercentage
    "#]],
    );
    refused(
        r#""ToleratedFailureCount": 1, "ToleratedFailureCountPath": "$.a", "ToleratedFailurePercentagePath": "a""#,
        &expect![[r#"
            3:29 SCHEMA_VALIDATION_FAILED: There should only be one of the following fields: [ToleratedFailureCount, ToleratedFailureCountPath] at /States/S
              -> keep one of ToleratedFailureCount and ToleratedFailureCountPath and remove the others
            3:99 SCHEMA_VALIDATION_FAILED: Value must be a valid JSONPath. at /States/S/ToleratedFailurePercentagePath
              -> A path must start with '$'
        "#]],
    );
}

#[test]
fn inline_maps_have_none_of_it() {
    let inline = |fields: &str, expected: &Expect| {
        check_state(
            &format!(
                "\"Type\": \"Map\", \"End\": true, \"ItemProcessor\": {{\"StartAt\": \"A\", \"States\": {{\"A\": {{\"Type\": \"Succeed\"}}}}}},\n{fields}"
            ),
            expected,
        );
    };
    inline(
        r#""ItemBatcher": {"MaxItemsPerBatch": 1}, "ResultWriter": {"WriterConfig": {"Transformation": "NONE", "OutputType": "JSON"}}"#,
        &expect![[r#"
            3:1 SCHEMA_VALIDATION_FAILED: The ItemReader, ItemBatcher and ResultWriter fields are not supported for INLINE maps at /States/S
              -> set "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"} in the item processor
        "#]],
    );
    inline(
        r#""Label": "x", "ToleratedFailureCount": 1, "ToleratedFailurePercentage": "x""#,
        &expect![[r#"
        3:1 NO_EFFECT (warning): The field 'Label' has no effect on an INLINE map at /States/S/Label
        3:15 NO_EFFECT (warning): The field 'ToleratedFailureCount' has no effect on an INLINE map at /States/S/ToleratedFailureCount
        3:43 NO_EFFECT (warning): The field 'ToleratedFailurePercentage' has no effect on an INLINE map at /States/S/ToleratedFailurePercentage
        3:73 SCHEMA_VALIDATION_FAILED: Expected value of type [NUMBER] at /States/S/ToleratedFailurePercentage
          -> this is a string
    "#]],
    );
}

#[test]
fn express_children_are_express() {
    let text = r#"{"StartAt": "M", "States": {"M": {"Type": "Map", "End": true, "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}, "StartAt": "P", "States": {
"P": {"Type": "Parallel", "Next": "D", "Branches": [{"StartAt": "T", "States": {
"T": {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync", "End": true}}}]},
"D": {"Type": "Map", "End": true, "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "E", "States": {"E": {"Type": "Succeed"}}}}}}}}}"#;
    expect![[r#"
        3:35 SCHEMA_VALIDATION_FAILED: Express state machine does not support '.sync' service integration at /States/M/ItemProcessor/States/P/Branches[0]/States/T/Resource
          -> an Express state machine can only wait for the answer of a call; use a Standard one
        4:81 SCHEMA_VALIDATION_FAILED: The field 'Mode' with value 'DISTRIBUTED' is not supported inside 'EXPRESS' state machines at /States/M/ItemProcessor/States/D/ItemProcessor/ProcessorConfig/Mode
    "#]].assert_eq(&shown(text, MachineKind::Standard));
}
