//! Which fields an object may have, from the tables that the checks use, and what each of them is, in a
//! sentence.

use super::site::{Shape, Site};
use crate::check::allowed::{COMMON, TYPES, foreign, of_type};
use crate::check::language::Language;
use crate::check::states::condition::{INNER, KINDS, OPERATORS, TOP};
use crate::check::states::distributed::{BATCHER, reader, writer};
use crate::check::states::map::{CONFIG, DISTRIBUTED_ONLY, WITHOUT_EFFECT};
use crate::check::{machine, retry, scope, words};
use crate::tree::Node;

/// Fields of which an object has one at most.
const ALTERNATIVES: &[&[&str]] = &[
    &["Next", "End"],
    &["Seconds", "SecondsPath", "Timestamp", "TimestampPath"],
    &["TimeoutSeconds", "TimeoutSecondsPath"],
    &["HeartbeatSeconds", "HeartbeatSecondsPath"],
    &["MaxConcurrency", "MaxConcurrencyPath"],
    &["ToleratedFailurePercentage", "ToleratedFailurePercentagePath"],
    &["ToleratedFailureCount", "ToleratedFailureCountPath"],
    &["MaxItems", "MaxItemsPath"],
    &["MaxItemsPerBatch", "MaxItemsPerBatchPath"],
    &["MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath"],
    &["ItemProcessor", "Iterator"],
    &["ItemSelector", "Parameters"],
    &["Error", "ErrorPath"],
    &["Cause", "CausePath"],
];

/// What the object at a site may have that it has not. `present` are the keys that are there.
pub(super) fn missing(site: &Site<'_>, object: &Node, present: &[&str]) -> Vec<&'static str> {
    let language = if site.is_jsonata { Language::Jsonata } else { Language::JsonPath };
    let mut names = all(site, object, present);
    let is_excluded = |name: &str| {
        let mut groups = ALTERNATIVES.iter().filter(|group| group.contains(&name));
        // Alternatives of a Map only; elsewhere `Parameters` stands alone.
        let taken = |group: &&[&str]| group.iter().any(|other| present.contains(other));
        groups.any(|group| {
            (group.first() != Some(&"ItemSelector") || site.type_name() == "Map") && taken(group)
        })
    };
    names.retain(|name| {
        let is_languages_own = matches!(site.target, Shape::Machine | Shape::Branch | Shape::Processor);
        !present.contains(name) && (is_languages_own || !foreign(name, language)) && !is_excluded(name)
    });
    names
}

fn all(site: &Site<'_>, object: &Node, present: &[&str]) -> Vec<&'static str> {
    let lists: &[&[&'static str]] = match site.target {
        Shape::Machine => &[&machine::FIELDS],
        Shape::Branch => &[&scope::BRANCH],
        Shape::Processor => &[&scope::PROCESSOR],
        Shape::ProcessorConfig => &[&CONFIG],
        Shape::State => return of_state(site, object),
        Shape::Retrier => &[&retry::RETRY],
        Shape::Catcher => &[&retry::CATCH],
        Shape::Rule | Shape::InnerRule => return of_rule(site.target == Shape::Rule, present),
        Shape::Reader => &[&reader::READER],
        Shape::ReaderConfig => &[&reader::CONFIG],
        Shape::Batcher => &[&BATCHER],
        Shape::Writer => &[&writer::WRITER],
        Shape::WriterConfig => &[&writer::CONFIG],
        Shape::Credentials => &[&["RoleArn"]],
        _ => &[],
    };
    lists.iter().copied().flatten().copied().collect()
}

/// Of a state without a type only what every state has.
fn of_state(site: &Site<'_>, object: &Node) -> Vec<&'static str> {
    let own = of_type(site.type_name());
    let processor = object.get("ItemProcessor").and_then(|processor| processor.get("ProcessorConfig"));
    let mode = processor.and_then(|config| config.get("Mode")).and_then(Node::as_str);
    // Offered as long as the Map has no processor that says that it is inline.
    let is_inline = object.get("ItemProcessor").is_some() && mode != Some("DISTRIBUTED");
    let names = own.iter().chain(COMMON).copied();
    let without =
        |name: &&str| is_inline && (DISTRIBUTED_ONLY.contains(name) || WITHOUT_EFFECT.contains(name));
    names.filter(|name| !without(name)).collect()
}

/// A rule asks one thing; a test of a variable has one operator.
fn of_rule(is_top: bool, present: &[&str]) -> Vec<&'static str> {
    let mut names: Vec<&'static str> = Vec::new();
    let kind = KINDS.iter().find(|kind| present.contains(kind));
    match kind {
        None => names.extend(KINDS),
        Some(&"Variable") if !OPERATORS.iter().any(|operator| present.contains(operator)) => {
            names.extend(OPERATORS);
        }
        Some(_) => {}
    }
    names.extend(if is_top { TOP } else { INNER });
    names
}

/// The words that a field's value is one of.
pub(super) fn words(shape: Shape, field: &str) -> &'static [&'static str] {
    match (shape, field) {
        (Shape::State, "Type") => &TYPES,
        (Shape::State | Shape::Machine, "QueryLanguage") => &words::QUERY_LANGUAGE,
        (Shape::Machine, "Version") => &words::VERSION,
        (Shape::ProcessorConfig, "Mode") => &words::MODE,
        (Shape::ProcessorConfig, "ExecutionType") => &words::EXECUTION_TYPE,
        (Shape::Retrier, "JitterStrategy") => &words::JITTER_STRATEGY,
        (Shape::ReaderConfig, "InputType") => &words::INPUT_TYPE,
        (Shape::ReaderConfig, "Transformation") => &words::READER_TRANSFORMATION,
        (Shape::ReaderConfig, "ManifestType") => &words::MANIFEST_TYPE,
        (Shape::ReaderConfig, "CSVDelimiter") => &words::CSV_DELIMITER,
        (Shape::ReaderConfig, "CSVHeaderLocation") => &words::CSV_HEADER_LOCATION,
        (Shape::WriterConfig, "Transformation") => &words::WRITER_TRANSFORMATION,
        (Shape::WriterConfig, "OutputType") => &words::OUTPUT_TYPE,
        _ => &[],
    }
}

/// Whether a field is true or false.
pub(super) fn is_boolean(shape: Shape, field: &str) -> bool {
    match shape {
        Shape::State => field == "End",
        Shape::Rule | Shape::InnerRule => {
            matches!(field, "BooleanEquals" | "Condition")
                || (field.starts_with("Is") && OPERATORS.contains(&field))
        }
        _ => false,
    }
}

/// What a field is.
pub(super) fn documentation(shape: Shape, field: &str) -> Option<String> {
    if matches!(shape, Shape::Rule | Shape::InnerRule)
        && let Some(text) = operator(field)
    {
        return Some(text);
    }
    let own = SPECIAL.iter().find(|(known, name, _)| *known == shape && *name == field);
    let text = own.map(|(_, _, text)| *text);
    let text = text.or_else(|| FIELDS.iter().find(|(name, _)| *name == field).map(|(_, text)| *text));
    text.map(str::to_owned)
}

/// What a comparison operator compares.
fn operator(name: &str) -> Option<String> {
    let known = OPERATORS.contains(&name).then_some(name)?;
    if let Some(kind) = known.strip_prefix("Is") {
        let is = match kind {
            "Present" => "is there at all",
            "Null" => "is null",
            "Numeric" => "is a number",
            "String" => "is a text",
            "Boolean" => "is true or false",
            _ => "is a timestamp",
        };
        return Some(format!("Whether the variable {is}; false asks for the opposite."));
    }
    if known == "StringMatches" {
        return Some("Whether the variable is a text that matches; * stands for any characters.".to_owned());
    }
    let (plain, by_path) = known.strip_suffix("Path").map_or((known, false), |plain| (plain, true));
    let families =
        [("String", "text"), ("Numeric", "number"), ("Boolean", "truth value"), ("Timestamp", "timestamp")];
    let (family, what) = families.into_iter().find(|(family, _)| plain.starts_with(family))?;
    let relation = match plain.strip_prefix(family)? {
        "Equals" => "equal to",
        "LessThan" => "less than",
        "GreaterThan" => "greater than",
        "LessThanEquals" => "less than or equal to",
        _ => "greater than or equal to",
    };
    let operand = if by_path { "what this path finds" } else { "this value" };
    Some(format!("Whether the variable is a {what} that is {relation} {operand}."))
}

/// What a type of state does.
pub(super) fn of_state_type(type_name: &str) -> Option<&'static str> {
    Some(match type_name {
        "Task" => "Has something outside done: a function, an activity, or an action of a service.",
        "Pass" => "Passes its input on, or a result that is written down or computed.",
        "Choice" => "Goes on to one of several states, by rules that are looked at in order.",
        "Wait" => "Waits for a time, or until one.",
        "Succeed" => "Ends the execution, the branch or the iteration with success.",
        "Fail" => "Ends the execution, the branch or the iteration with an error.",
        "Parallel" => "Runs branches side by side and goes on with the array of their outputs.",
        "Map" => "Runs one processor for each item of an array, here or in executions of their own.",
        _ => return None,
    })
}

/// Fields that mean something else in one kind of object.
const SPECIAL: &[(Shape, &str, &str)] = &[
    (Shape::Machine, "TimeoutSeconds", "Seconds after which the execution fails with States.Timeout."),
    (
        Shape::Machine,
        "QueryLanguage",
        "The query language of all states that name no other: JSONPath, or JSONata.",
    ),
    (Shape::Machine, "StartAt", "The state that an execution begins with."),
    (Shape::Catcher, "Next", "The state that goes on when this catcher takes the error."),
    (
        Shape::Catcher,
        "ResultPath",
        "Where in the state's input the error goes, as an object of Error and Cause; null drops it.",
    ),
    (Shape::Catcher, "Output", "What goes on to the next state; $states.errorOutput is the error."),
    (Shape::Catcher, "Assign", "Variables that are assigned when this catcher takes the error."),
    (Shape::Rule, "Next", "The state that goes on when this rule matches."),
    (Shape::Rule, "Output", "What goes on when this rule matches."),
    (Shape::Rule, "Assign", "Variables that are assigned when this rule matches."),
    (
        Shape::Reader,
        "Resource",
        "How items are read: s3:getObject reads a file, s3:listObjectsV2 lists objects.",
    ),
    (Shape::Reader, "Parameters", "Where the items are: Bucket and Key, or Bucket and Prefix."),
    (Shape::Reader, "Arguments", "Where the items are: Bucket and Key, or Bucket and Prefix."),
    (Shape::Writer, "Resource", "How results are written: s3:putObject."),
    (Shape::Writer, "Parameters", "Where results go: Bucket and Prefix."),
    (Shape::Writer, "Arguments", "Where results go: Bucket and Prefix."),
    (
        Shape::ReaderConfig,
        "Transformation",
        "LOAD_AND_FLATTEN iterates over what is in the listed objects instead of over their names.",
    ),
    (
        Shape::WriterConfig,
        "Transformation",
        "How results are shaped: NONE as children's descriptions, COMPACT as their outputs, FLATTEN as one list.",
    ),
    (Shape::Credentials, "RoleArn", "The role that the task is done with."),
];

/// What fields are, by name.
const FIELDS: &[(&str, &str)] = &[
    ("Type", "What kind of state it is: Task, Pass, Choice, Wait, Succeed, Fail, Parallel or Map."),
    ("Comment", "A note for people."),
    ("QueryLanguage", "The query language of this state: JSONPath, or JSONata."),
    ("StartAt", "The state that is first here."),
    ("States", "The states, by name."),
    ("Version", "The version of the States Language: 1.0."),
    ("Next", "The state that goes on."),
    ("End", "true: the execution, the branch or the iteration ends with this state."),
    ("InputPath", "The part of the input that the state works with; null is an empty object."),
    ("OutputPath", "The part of the output that goes on; null is an empty object."),
    ("ResultPath", "Where in the input the result goes; $ replaces the input, null drops the result."),
    ("ResultSelector", "A value made of the result, before ResultPath places it."),
    ("Result", "The state's result, taken as it is written."),
    ("Parameters", "A value made of the input; keys that end in .$ hold paths or intrinsic functions."),
    ("Arguments", "What the task is asked, or what branches begin with; texts in {% %} are computed."),
    ("Output", "What goes on to the next state; texts in {% %} are computed."),
    ("Assign", "Variables that states behind this one can read, by name."),
    ("Resource", "What does the task: the ARN of a function, an activity, or a service's action."),
    ("Credentials", "RoleArn of the role that the task is done with."),
    ("Retry", "Which errors are tried again, how often, and after how long; the first that matches counts."),
    ("Catch", "Where errors lead that are not tried again; the first that matches counts."),
    ("TimeoutSeconds", "Seconds after which the task fails with States.Timeout."),
    ("TimeoutSecondsPath", "A path to the seconds after which the task fails with States.Timeout."),
    ("HeartbeatSeconds", "Seconds of silence after which the task fails with States.HeartbeatTimeout."),
    ("HeartbeatSecondsPath", "A path to the seconds of silence after which the task fails."),
    ("Seconds", "How many seconds to wait."),
    ("SecondsPath", "A path to how many seconds to wait."),
    ("Timestamp", "Until when to wait: 2030-01-31T23:59:59Z."),
    ("TimestampPath", "A path to the time until which to wait."),
    ("Branches", "Machines without a name that run side by side with the same input."),
    ("ItemProcessor", "The states that run for each item, and in which mode."),
    ("Iterator", "The older name of ItemProcessor."),
    ("ProcessorConfig", "Whether iterations run here (INLINE) or as executions of their own (DISTRIBUTED)."),
    ("Mode", "INLINE: iterations are part of this execution. DISTRIBUTED: each is an execution of its own."),
    ("ExecutionType", "Whether the executions of a distributed Map are STANDARD or EXPRESS."),
    ("ItemsPath", "A path to the array of items in the input."),
    ("Items", "The items: an array, an object, or an expression that gives one."),
    ("ItemSelector", "What each iteration gets instead of the item itself."),
    ("ItemReader", "Where a distributed Map reads its items."),
    ("ItemBatcher", "How many items, or bytes of items, one execution of a distributed Map gets."),
    ("ResultWriter", "Where a distributed Map writes its results, and in which shape."),
    ("MaxConcurrency", "How many iterations run at once; 0 is as many as may."),
    ("MaxConcurrencyPath", "A path to how many iterations run at once."),
    ("ToleratedFailurePercentage", "How many percent of the items may fail before the Map does."),
    ("ToleratedFailurePercentagePath", "A path to how many percent of the items may fail."),
    ("ToleratedFailureCount", "How many items may fail before the Map does."),
    ("ToleratedFailureCountPath", "A path to how many items may fail."),
    ("Label", "A name of the Map in the ARNs of its executions, at most 40 characters."),
    ("Choices", "The rules, looked at in order; the first that matches says where to go."),
    ("Default", "Where to go when no rule matches; without one that is an error."),
    ("Condition", "An expression that is true when the rule matches."),
    ("Variable", "A path to what an operator beside it compares."),
    ("And", "Matches when all of these do."),
    ("Or", "Matches when one of these does."),
    ("Not", "Matches when this does not."),
    ("Error", "The error's name, which a Catch around the state may match."),
    ("ErrorPath", "A path or an intrinsic function that gives the error's name."),
    ("Cause", "What happened, for people."),
    ("CausePath", "A path or an intrinsic function that gives the cause."),
    ("ErrorEquals", "The names of the errors that are meant; States.ALL is any and stands alone, last."),
    ("IntervalSeconds", "Seconds before the first retry; 1 when absent."),
    ("MaxAttempts", "How many retries at most; 3 when absent, 0 for none."),
    ("BackoffRate", "By what each further delay is multiplied; 2.0 when absent."),
    ("MaxDelaySeconds", "The longest delay between retries, in seconds."),
    ("JitterStrategy", "FULL draws each delay at random between zero and what it would be."),
    ("ReaderConfig", "How what is read becomes items: its type, headers, how many."),
    ("InputType", "What is read: CSV, JSON, JSONL, PARQUET, or a MANIFEST of other files."),
    ("Transformation", "How what is read or written is shaped."),
    ("ManifestType", "Whose manifest it is: ATHENA_DATA or S3_INVENTORY."),
    ("CSVDelimiter", "What stands between the fields of CSV; COMMA when absent."),
    ("CSVHeaderLocation", "Where the names of CSV's columns are: in the FIRST_ROW, or GIVEN in CSVHeaders."),
    ("CSVHeaders", "The names of CSV's columns."),
    ("ItemsPointer", "A JSON Pointer to the array or object of items in a JSON file."),
    ("MaxItems", "How many items are read at most."),
    ("MaxItemsPath", "A path to how many items are read at most."),
    ("BatchInput", "What each batch gets beside its items."),
    ("MaxItemsPerBatch", "How many items a batch has at most."),
    ("MaxItemsPerBatchPath", "A path to how many items a batch has at most."),
    ("MaxInputBytesPerBatch", "How many bytes a batch has at most."),
    ("MaxInputBytesPerBatchPath", "A path to how many bytes a batch has at most."),
    ("WriterConfig", "How results are shaped and in which format they are written."),
    ("OutputType", "Whether results are written as JSON or as JSONL, one a line."),
    ("RoleArn", "A role."),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_documented() {
        let lists: [(Shape, &[&str]); 12] = [
            (Shape::Machine, &machine::FIELDS),
            (Shape::Processor, &scope::PROCESSOR),
            (Shape::ProcessorConfig, &CONFIG),
            (Shape::State, COMMON),
            (Shape::Retrier, &retry::RETRY),
            (Shape::Catcher, &retry::CATCH),
            (Shape::Rule, &OPERATORS),
            (Shape::Rule, &KINDS),
            (Shape::Rule, TOP),
            (Shape::Reader, &reader::READER),
            (Shape::ReaderConfig, &reader::CONFIG),
            (Shape::Batcher, &BATCHER),
        ];
        let types = TYPES.iter().map(|name| (Shape::State, of_type(name)));
        for (shape, names) in lists.into_iter().chain(types).chain([(Shape::Writer, &writer::WRITER[..])]) {
            for name in names {
                let text = documentation(shape, name);
                assert!(text.as_ref().is_some_and(|text| text.ends_with('.')), "{shape:?} {name} {text:?}");
            }
        }
        assert!(TYPES.iter().all(|name| of_state_type(name).is_some()));
    }

    #[test]
    fn operators_are_told_in_words() {
        for (name, wanted) in [
            (
                "StringLessThanEqualsPath",
                "Whether the variable is a text that is less than or equal to what this path finds.",
            ),
            ("NumericEquals", "Whether the variable is a number that is equal to this value."),
            ("IsPresent", "Whether the variable is there at all; false asks for the opposite."),
        ] {
            assert_eq!(operator(name).as_deref(), Some(wanted));
        }
        assert_eq!(operator("Next"), None);
    }
}
