//! What has a name of its own beside fields: functions of both query languages, errors, and the members
//! of `$states` and of the Context object.

use stateline_base::error_name;

/// Names with what they mean.
pub(super) type Named = (&'static str, &'static str);

/// The functions of JSONata, without the dollar.
pub(super) const JSONATA: &[Named] = &[
    ("abs", "The number without its sign."),
    ("append", "Both arrays, one behind the other."),
    ("assert", "Fails with the message unless the condition is true."),
    ("average", "The mean of the numbers."),
    ("base64decode", "The text that a Base64 text stands for."),
    ("base64encode", "The text as Base64."),
    ("boolean", "The value as true or false: empty, 0 and null are false."),
    ("ceil", "The number rounded up."),
    ("clone", "A copy of the object or array."),
    ("contains", "Whether the text contains the other, or matches the pattern."),
    ("count", "How many elements the array has."),
    ("decodeUrl", "A URL without its escapes."),
    ("decodeUrlComponent", "A part of a URL without its escapes."),
    ("distinct", "The array without repeated elements."),
    ("each", "An array of what the function makes of each member of the object."),
    ("encodeUrl", "A URL with the escapes that it needs."),
    ("encodeUrlComponent", "A text with the escapes that a part of a URL needs."),
    ("error", "Fails with the message."),
    ("exists", "Whether the expression finds anything."),
    ("filter", "The elements for which the function is true."),
    ("floor", "The number rounded down."),
    ("formatBase", "The number in the given base, 10 when absent."),
    ("formatInteger", "The whole number as the picture says: words, Roman, ordinals."),
    ("formatNumber", "The number as the picture says: #,##0.00."),
    ("fromMillis", "The milliseconds since 1970 as a timestamp, or as the picture says."),
    ("hash", "The hash of the text; the algorithm is MD5, SHA-1, SHA-256, SHA-384 or SHA-512."),
    ("join", "The texts in one, with the separator in between."),
    ("keys", "The names of the object's members."),
    ("length", "How many characters the text has."),
    ("lookup", "The value of the named member, in an object or in each object of an array."),
    ("lowercase", "The text in small letters."),
    ("map", "An array of what the function makes of each element."),
    ("match", "All places where the pattern matches the text."),
    ("max", "The largest of the numbers."),
    ("merge", "One object of the members of all; later ones win."),
    ("millis", "The time now, in milliseconds since 1970."),
    ("min", "The smallest of the numbers."),
    ("not", "True for false, and false for true."),
    ("now", "The time now as a timestamp, or as the picture says."),
    ("number", "The text or truth value as a number."),
    ("pad", "The text filled up to the width; a negative one fills on the left."),
    ("parse", "The value that the JSON text stands for."),
    ("parseInteger", "The whole number that the text stands for, as the picture says."),
    ("partition", "The array in arrays of the given size."),
    ("power", "The base to the power of the exponent."),
    ("random", "A random number from 0 up to 1; with a seed always the same one."),
    ("range", "Numbers from the first to the last, by the step."),
    ("reduce", "One value of all elements, by a function of what there is and the next."),
    ("replace", "The text with the pattern replaced, as often as the limit says."),
    ("reverse", "The array from back to front."),
    ("round", "The number rounded to the given digits; a half goes to the even side."),
    ("shuffle", "The array in a random order."),
    ("sift", "The object's members for which the function is true."),
    ("single", "The one element for which the function is true; an error when there is not just one."),
    ("sort", "The array in order; the function says whether its first comes behind its second."),
    ("split", "The parts of the text between the separators."),
    ("spread", "An array of objects with one member each."),
    ("sqrt", "The square root."),
    ("string", "The value as a text; JSON of objects and arrays."),
    ("substring", "The characters from the start, as many as the length says."),
    ("substringAfter", "What stands behind the first place of the characters."),
    ("substringBefore", "What stands before the first place of the characters."),
    ("sum", "The sum of the numbers."),
    ("toMillis", "The timestamp as milliseconds since 1970."),
    ("trim", "The text without blanks at its ends, and one blank where several were."),
    ("type", "What the value is: null, number, string, boolean, array, object, function."),
    ("uppercase", "The text in capital letters."),
    ("uuid", "A random UUID."),
    ("zip", "An array of arrays: the first elements, the second ones, and so on."),
];

/// The intrinsic functions, without `States.`: name, arguments, what it does.
pub(super) const INTRINSIC: &[(&str, &str, &str)] = &[
    ("Format", "template, values…", "The text with each {} replaced by a value."),
    ("StringToJson", "text", "The value that the JSON text stands for."),
    ("JsonToString", "value", "The value as JSON text."),
    ("Array", "values…", "An array of the values."),
    ("ArrayPartition", "array, size", "The array in arrays of the given size."),
    ("ArrayContains", "array, value", "Whether the array has the value."),
    ("ArrayRange", "first, last, step", "Numbers from the first to the last, by the step."),
    ("ArrayGetItem", "array, index", "The element at the index, from 0."),
    ("ArrayLength", "array", "How many elements the array has."),
    ("ArrayUnique", "array", "The array without repeated elements."),
    ("Base64Encode", "text", "The text as Base64; at most 10,000 characters."),
    ("Base64Decode", "text", "The text that a Base64 text stands for."),
    ("Hash", "text, algorithm", "The hash of the text: MD5, SHA-1, SHA-256, SHA-384 or SHA-512."),
    ("JsonMerge", "first, second, false", "One object of the members of both; the second's win."),
    ("MathRandom", "start, end, seed?", "A random whole number from start up to end."),
    ("MathAdd", "first, second", "The sum of two whole numbers."),
    ("StringSplit", "text, separators", "The parts of the text between the separators."),
    ("UUID", "", "A random UUID."),
];

/// The errors of the States Language that are raised; what its specification names besides, AWS never
/// raises.
pub(super) const ERRORS: &[Named] = &[
    (error_name::ALL, "Any error but States.DataLimitExceeded and States.Runtime; stands alone, last."),
    (error_name::TASK_FAILED, "Any error of a task but States.Timeout."),
    (error_name::TIMEOUT, "The task ran longer than its TimeoutSeconds."),
    (error_name::HEARTBEAT_TIMEOUT, "The task was silent for longer than its HeartbeatSeconds."),
    (error_name::PERMISSIONS, "The role does not allow the task."),
    (error_name::DATA_LIMIT_EXCEEDED, "An output is larger than it may be; States.ALL does not match it."),
    (error_name::QUERY_EVALUATION_ERROR, "A JSONata expression failed."),
    (error_name::INTRINSIC_FAILURE, "An intrinsic function refused what it was given."),
    (error_name::RESULT_PATH_MATCH_FAILURE, "ResultPath does not fit the state's input."),
    (error_name::EXCEED_TOLERATED_FAILURE_THRESHOLD, "More items of a distributed Map failed than may."),
    (error_name::ITEM_READER_FAILED, "A distributed Map could not read its items."),
    (error_name::RESULT_WRITER_FAILED, "A distributed Map could not write its results."),
    (error_name::RUNTIME, "The execution cannot go on, as by a wrong path; nothing retries or catches it."),
];

/// The errors of HTTP Tasks.
pub(super) const HTTP_ERRORS: &[Named] = &[
    ("States.Http.StatusCode.404", "The endpoint answered with this status."),
    ("States.Http.StatusCode.429", "The endpoint answered with this status."),
    ("States.Http.StatusCode.500", "The endpoint answered with this status."),
    ("States.Http.StatusCode.503", "The endpoint answered with this status."),
    ("States.Http.Socket", "The endpoint could not be reached."),
];

/// What `$states` has.
pub(super) const STATES: &[Named] = &[
    ("input", "The state's input."),
    ("context", "The Context object: the execution, the state, the machine, and in a Map the item."),
    ("result", "The result of the state's task, branches or iterations."),
    ("errorOutput", "The error that the catcher takes: Error and Cause."),
];

/// What an error is made of.
pub(super) const ERROR_OUTPUT: &[Named] =
    &[("Error", "The error's name."), ("Cause", "What happened, for people.")];

/// The Context object: the path to an object in it, and that object's members.
pub(super) const CONTEXT: &[(&str, &[Named])] = &[
    (
        "",
        &[
            ("Execution", "This execution."),
            ("State", "This state."),
            ("StateMachine", "The state machine."),
            ("Task", "The task, where its pattern gives it a token."),
            ("Map", "The item, within a Map."),
        ],
    ),
    (
        "Execution",
        &[
            ("Id", "The execution's ARN."),
            ("Input", "The execution's input."),
            ("Name", "The execution's name."),
            ("RoleArn", "The role that the execution runs with."),
            ("StartTime", "When the execution started."),
            ("RedriveCount", "How often the execution was redriven."),
            ("RedriveTime", "When the execution was last redriven."),
        ],
    ),
    (
        "State",
        &[
            ("Name", "The state's name."),
            ("EnteredTime", "When the state was entered."),
            ("RetryCount", "How many retries there were."),
        ],
    ),
    ("StateMachine", &[("Id", "The state machine's ARN."), ("Name", "The state machine's name.")]),
    ("Task", &[("Token", "The token with which somebody ends the task.")]),
    ("Map", &[("Item", "The item of this iteration.")]),
    (
        "Map.Item",
        &[
            ("Index", "The item's number, from 0."),
            ("Value", "The item itself."),
            ("Key", "The member's name, where the items come from an object."),
            ("Source", "Where the item of a distributed Map comes from."),
        ],
    ),
];

/// The members of an object in the Context object, by its path.
pub(super) fn context(path: &str) -> &'static [Named] {
    CONTEXT.iter().find(|(known, _)| *known == path).map_or(&[], |(_, members)| members)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_is_documented_and_no_other() {
        let functions: Vec<&str> = stateline_jsonata::functions().map(|function| function.name).collect();
        assert_eq!(functions, JSONATA.iter().map(|(name, _)| *name).collect::<Vec<_>>());
        let intrinsic = stateline_jsonpath::INTRINSIC_FUNCTIONS.to_vec();
        assert_eq!(intrinsic, INTRINSIC.iter().map(|(name, ..)| *name).collect::<Vec<_>>());
    }
}
