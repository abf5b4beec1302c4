//! Which fields an object may have (reference 01, section 2), and what is said
//! of one it may not have.

use super::fields::Fields;
use super::findings::Findings;
use super::language::{Language, other};

/// The eight types of state, in the order in which AWS lists them.
pub(crate) const TYPES: [&str; 8] = ["Task", "Wait", "Pass", "Succeed", "Fail", "Choice", "Parallel", "Map"];

/// Fields of every state.
pub(crate) const COMMON: &[&str] = &["Type", "Comment", "QueryLanguage"];

const PASS: &[&str] =
    &["InputPath", "OutputPath", "Result", "ResultPath", "Parameters", "Output", "Assign", "Next", "End"];
const TASK: &[&str] = &[
    "InputPath",
    "OutputPath",
    "ResultPath",
    "Parameters",
    "Arguments",
    "Output",
    "Assign",
    "Resource",
    "Credentials",
    "ResultSelector",
    "Retry",
    "Catch",
    "TimeoutSeconds",
    "TimeoutSecondsPath",
    "HeartbeatSeconds",
    "HeartbeatSecondsPath",
    "Next",
    "End",
];
const WAIT: &[&str] = &[
    "InputPath",
    "OutputPath",
    "Output",
    "Assign",
    "Seconds",
    "Timestamp",
    "SecondsPath",
    "TimestampPath",
    "Next",
    "End",
];
const PARALLEL: &[&str] = &[
    "InputPath",
    "OutputPath",
    "ResultPath",
    "Parameters",
    "Arguments",
    "Output",
    "Assign",
    "ResultSelector",
    "Retry",
    "Catch",
    "Branches",
    "Next",
    "End",
];
const MAP: &[&str] = &[
    "InputPath",
    "OutputPath",
    "ResultPath",
    "Parameters",
    "Output",
    "Assign",
    "ResultSelector",
    "Retry",
    "Catch",
    "ItemProcessor",
    "Iterator",
    "ItemsPath",
    "Items",
    "ItemSelector",
    "ItemReader",
    "ItemBatcher",
    "ResultWriter",
    "MaxConcurrency",
    "MaxConcurrencyPath",
    "ToleratedFailurePercentage",
    "ToleratedFailurePercentagePath",
    "ToleratedFailureCount",
    "ToleratedFailureCountPath",
    "Label",
    "Next",
    "End",
];
const CHOICE: &[&str] = &["InputPath", "OutputPath", "Output", "Assign", "Choices", "Default"];
const SUCCEED: &[&str] = &["InputPath", "OutputPath", "Output"];
const FAIL: &[&str] = &["Error", "Cause", "ErrorPath", "CausePath"];

/// Fields that only JSONPath states have.
const JSONPATH_ONLY: &[&str] = &[
    "InputPath",
    "OutputPath",
    "Result",
    "ResultPath",
    "Parameters",
    "ResultSelector",
    "TimeoutSecondsPath",
    "HeartbeatSecondsPath",
    "SecondsPath",
    "TimestampPath",
    "ItemsPath",
    "MaxConcurrencyPath",
    "ToleratedFailurePercentagePath",
    "ToleratedFailureCountPath",
    "ErrorPath",
    "CausePath",
    "MaxItemsPath",
    "MaxItemsPerBatchPath",
    "MaxInputBytesPerBatchPath",
    "And",
    "Or",
    "Not",
    "Variable",
];
/// Fields that only JSONata states have.
const JSONATA_ONLY: &[&str] = &["Arguments", "Output", "Items", "Condition"];

/// The fields of a type of state besides the common ones.
pub(crate) fn of_type(name: &str) -> &'static [&'static str] {
    match name {
        "Pass" => PASS,
        "Task" => TASK,
        "Wait" => WAIT,
        "Parallel" => PARALLEL,
        "Map" => MAP,
        "Choice" => CHOICE,
        "Succeed" => SUCCEED,
        "Fail" => FAIL,
        _ => &[],
    }
}

/// Reports each field of a state that its type, or its query language, does not have.
///
/// `language` is `None` where the state's language is itself at fault; then AWS
/// says nothing of the fields that hang on it.
pub(super) fn state(fields: &Fields<'_>, type_name: &str, language: Option<Language>, found: &mut Findings) {
    check(fields, &[COMMON, of_type(type_name)], language, found);
}

/// Reports each field that is not among `names`, or not of the language.
pub(super) fn only(fields: &Fields<'_>, names: &[&str], language: Option<Language>, found: &mut Findings) {
    check(fields, &[names], language, found);
}

/// Whether an object has a field that it may not have.
pub(super) fn has_unknown(fields: &Fields<'_>, names: &[&str]) -> bool {
    fields
        .node
        .as_object()
        .is_some_and(|entries| entries.iter().any(|entry| !names.contains(&entry.key.as_str())))
}

fn check(fields: &Fields<'_>, names: &[&[&str]], language: Option<Language>, found: &mut Findings) {
    for entry in fields.node.as_object().unwrap_or_default() {
        let key = entry.key.as_str();
        if !names.iter().any(|names| names.contains(&key)) {
            let near = found.nearest(key, names.iter().copied().flatten().copied());
            let message = format!("Field '{key}' is not supported");
            found.error(message, fields.place(), entry.key_span).help_if(near);
        } else if let Some(language) = language
            && foreign(key, language)
        {
            let other = other(language);
            let message = format!(
                "The QueryLanguage is set to '{language}', but field '{key}' is only supported for the '{other}' QueryLanguage"
            );
            found.error(message, fields.place(), entry.key_span);
        }
    }
}

/// Whether a field belongs to the other language.
pub(crate) fn foreign(key: &str, language: Language) -> bool {
    match language {
        Language::JsonPath => JSONATA_ONLY.contains(&key),
        Language::Jsonata => JSONPATH_ONLY.contains(&key),
    }
}
