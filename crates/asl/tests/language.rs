//! What editors are told: completion and hover at places of sound and of broken texts.

use expect_test::{Expect, expect};
use proptest::prelude::*;
use stateline_asl::MachineKind;
use stateline_asl::language::{Callable, Completion, Format, Source, hover};

/// The text without its `|`, and where that was.
fn place(marked: &str) -> (String, usize) {
    let offset = marked.find('|').expect("a place");
    (marked.replacen('|', "", 1), offset)
}

fn source(text: &str, format: Format) -> Source<'_> {
    Source { text, format, kind: MachineKind::Standard }
}

fn complete(source: &Source<'_>, offset: usize) -> Completion {
    stateline_asl::language::complete(source, offset, &Callable::default())
}

/// The labels, the first few; behind them what is replaced and what the first one puts there.
fn check_in(format: Format, marked: &str, expected: &Expect) {
    const SHOWN: usize = 12;
    let (text, offset) = place(marked);
    let found = complete(&source(&text, format), offset);
    let mut labels: Vec<&str> = found.items.iter().map(|item| item.label.as_str()).collect();
    let more = labels.len().saturating_sub(SHOWN);
    labels.truncate(SHOWN);
    let mut said = labels.join(" ");
    if more > 0 {
        said.push_str(&format!(" and {more} more"));
    }
    if let Some(first) = found.items.first() {
        let replaced = &text[found.span.start..found.span.end];
        said.push_str(&format!("\n{replaced:?} -> {:?}", first.insert));
    }
    expected.assert_eq(&said);
}

fn check(marked: &str, expected: &Expect) {
    check_in(Format::Json, marked, expected);
}

fn yaml(marked: &str, expected: &Expect) {
    check_in(Format::Yaml, marked, expected);
}

fn explains(marked: &str, expected: &Expect) {
    let (text, offset) = place(marked);
    let format = if text.trim_start().starts_with('{') { Format::Json } else { Format::Yaml };
    let said = hover(&source(&text, format), offset).map_or("nothing".to_owned(), |hover| {
        let link = hover.link.map(|link| format!("\n{link}")).unwrap_or_default();
        format!("{}: {}\n{}{link}", &text[hover.span.start..hover.span.end], hover.title, hover.text)
    });
    expected.assert_eq(&said);
}

#[test]
fn fields_of_a_state_type_in_its_language() {
    check(
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "|"}}}"#,
        &expect![[r#"
        InputPath OutputPath Result ResultPath Parameters Assign Next End Comment QueryLanguage
        "\"" -> "InputPath\": ""#]],
    );
    check(
        r#"{"QueryLanguage": "JSONata", "States": {"A": {"Type": "Pass", "Next": "B", |}}}"#,
        &expect![[r#"
            Output Assign Comment QueryLanguage
            "" -> "\"Output\": ""#]],
    );
    check(
        r#"{"States": {"A": {"Type": "Wait", "Seconds": 1, E|}}}"#,
        &expect![[r#"
        InputPath OutputPath Assign Next End Comment QueryLanguage
        "E" -> "\"InputPath\": ""#]],
    );
    check(
        r#"{"States": {"A": {"Type": "Wait" |}}}"#,
        &expect![[r#"
        InputPath OutputPath Assign Seconds Timestamp SecondsPath TimestampPath Next End Comment QueryLanguage
        "" -> ", \"InputPath\": ""#]],
    );
    check(
        r#"{|}"#,
        &expect![[r#"
        Comment StartAt States Version TimeoutSeconds QueryLanguage
        "" -> "\"Comment\": ""#]],
    );
    check(
        r#"{"|": 1}"#,
        &expect![[r#"
        Comment StartAt States Version TimeoutSeconds QueryLanguage
        "" -> "Comment""#]],
    );
    check(
        "{\"States\": {\"A\": {\"Type\": \"Task\", \"Re|\n  \"Next\": \"B\"}}}",
        &expect![[r#"
        InputPath OutputPath ResultPath Parameters Assign Resource Credentials ResultSelector Retry Catch TimeoutSeconds TimeoutSecondsPath and 4 more
        "Re" -> "InputPath\": ""#]],
    );
    check(
        r#"{"States": {"A": {"Type": "Map", "ItemProcessor": {"ProcessorConfig": {"|"#,
        &expect![[r#"
        Mode ExecutionType
        "" -> "Mode\": ""#]],
    );
    check(
        r#"{"States": {"A": {"Type": "Task", "Retry": [{"|"}]}}}"#,
        &expect![[r#"
        ErrorEquals IntervalSeconds MaxAttempts BackoffRate MaxDelaySeconds JitterStrategy Comment
        "\"" -> "ErrorEquals\": ""#]],
    );
    check(
        r#"{"States": {"A": {"Type": "Choice", "Choices": [{"Variable": "$.a", "String|"}]}}}"#,
        &expect![[r#"
            StringEquals StringEqualsPath StringLessThan StringLessThanPath StringGreaterThan StringGreaterThanPath StringLessThanEquals StringLessThanEqualsPath StringGreaterThanEquals StringGreaterThanEqualsPath StringMatches NumericEquals and 30 more
            "String\"" -> "StringEquals\": ""#]],
    );
    check(
        r#"{"States": {"A": {"Type": "Choice", "Choices": [{"And": [{|}]}]}}}"#,
        &expect![[r#"
        And Or Not Variable Comment
        "" -> "\"And\": ""#]],
    );
    check(r#"{"States": {"|": {}}}"#, &expect![[r#""#]]);
}

#[test]
fn values_and_names_of_states() {
    check(
        r#"{"States": {"A": {"Type": "|"}}}"#,
        &expect![[r#"
        Task Wait Pass Succeed Fail Choice Parallel Map
        "" -> "Task""#]],
    );
    check(
        r#"{"States": {"A": {"Type": |}}}"#,
        &expect![[r#"
        Task Wait Pass Succeed Fail Choice Parallel Map
        "" -> "\"Task\"""#]],
    );
    check(
        r#"{"States": {"A": {"Type": Ta|}}}"#,
        &expect![[r#"
        Task Wait Pass Succeed Fail Choice Parallel Map
        "Ta" -> "\"Task\"""#]],
    );
    check(
        r#"{"States": {"A": {"Type": "Pass", "Next": "|}, "B": {"Type": "Fail"}, "C \" d": {}}}"#,
        &expect![[r#"
            A
            "" -> "A""#]],
    );
    check(
        "{\"StartAt\": |\n\"States\": {\"A\": {\"Type\": \"Pass\"}}}",
        &expect![[r#"
        A
        "" -> "\"A\"""#]],
    );
    check(
        r#"{"States": {"P": {"Type": "Parallel", "Branches": [{"StartAt": "|", "States": {"I": {}}}]}, "O": {}}}"#,
        &expect![[r#"
            I
            "" -> "I""#]],
    );
    check(
        r#"{"States": {"A": {"End": |}}}"#,
        &expect![[r#"
        true false
        "" -> "true""#]],
    );
    check(
        r#"{"States": {"A": {"Type": "Task", "Retry": [{"JitterStrategy": "|"}]}}}"#,
        &expect![[r#"
        NONE FULL
        "" -> "NONE""#]],
    );
    check(
        r#"{"States": {"A": {"Type": "Map", "ItemProcessor": {"ProcessorConfig": {"Mode": "|"}}}}}"#,
        &expect![[r#"
            INLINE DISTRIBUTED
            "" -> "INLINE""#]],
    );
}

#[test]
fn resources_errors_and_parameters() {
    check(
        r#"{"States": {"A": {"Type": "Task", "Resource": "|"}}}"#,
        &expect![[r#"
        arn:aws:states:::lambda:invoke arn:aws:states:::lambda:invoke.waitForTaskToken arn:aws:states:::states:startExecution arn:aws:states:::states:startExecution.sync arn:aws:states:::states:startExecution.sync:2 arn:aws:states:::states:startExecution.waitForTaskToken arn:aws:states:::dynamodb:getItem arn:aws:states:::dynamodb:putItem arn:aws:states:::dynamodb:updateItem arn:aws:states:::dynamodb:deleteItem arn:aws:states:::sns:publish arn:aws:states:::sns:publish.waitForTaskToken and 101 more
        "" -> "arn:aws:states:::lambda:invoke""#]],
    );
    check(
        r#"{"States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:|"}}}"#,
        &expect![[r#"
            arn:aws:states:::aws-sdk:accessanalyzer: arn:aws:states:::aws-sdk:account: arn:aws:states:::aws-sdk:accountaccess: arn:aws:states:::aws-sdk:acm: arn:aws:states:::aws-sdk:acmpca: arn:aws:states:::aws-sdk:agentregistry: arn:aws:states:::aws-sdk:agentregistrycontrol: arn:aws:states:::aws-sdk:aiops: arn:aws:states:::aws-sdk:amp: arn:aws:states:::aws-sdk:amplify: arn:aws:states:::aws-sdk:amplifybackend: arn:aws:states:::aws-sdk:amplifyuibuilder: and 419 more
            "arn:aws:states:::aws-sdk:" -> "arn:aws:states:::aws-sdk:accessanalyzer:""#]],
    );
    check(
        r#"{"States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:sts:|"}}}"#,
        &expect![[r#"
            arn:aws:states:::aws-sdk:sts:assumeRole arn:aws:states:::aws-sdk:sts:assumeRoleWithSAML arn:aws:states:::aws-sdk:sts:assumeRoleWithWebIdentity arn:aws:states:::aws-sdk:sts:assumeRoot arn:aws:states:::aws-sdk:sts:decodeAuthorizationMessage arn:aws:states:::aws-sdk:sts:getAccessKeyInfo arn:aws:states:::aws-sdk:sts:getCallerIdentity arn:aws:states:::aws-sdk:sts:getDelegatedAccessToken arn:aws:states:::aws-sdk:sts:getFederationToken arn:aws:states:::aws-sdk:sts:getSessionToken arn:aws:states:::aws-sdk:sts:getWebIdentityToken
            "arn:aws:states:::aws-sdk:sts:" -> "arn:aws:states:::aws-sdk:sts:assumeRole""#]],
    );
    check(
        r#"{"States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Retry": [{"ErrorEquals": ["|"]}]}}}"#,
        &expect![[r#"
            States.ALL States.TaskFailed States.Timeout States.HeartbeatTimeout States.Permissions States.DataLimitExceeded States.QueryEvaluationError States.IntrinsicFailure States.ResultPathMatchFailure States.ExceedToleratedFailureThreshold States.ItemReaderFailed States.ResultWriterFailed and 29 more
            "" -> "States.ALL""#]],
    );
    check(
        r#"{"States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Parameters": {"QueueUrl": "q", "|"}}}}"#,
        &expect![[r#"
            MessageBody MessageBody.$ DelaySeconds DelaySeconds.$ MessageAttributes MessageAttributes.$ MessageSystemAttributes MessageSystemAttributes.$ MessageDeduplicationId MessageDeduplicationId.$ MessageGroupId MessageGroupId.$
            "\"" -> "MessageBody\": ""#]],
    );
    check(
        r#"{"QueryLanguage": "JSONata", "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:dynamodb:getItem", "Arguments": {"ReturnConsumedCapacity": "|"}}}}"#,
        &expect![[r#"
            INDEXES NONE TOTAL {% $states.input %}
            "" -> "INDEXES""#]],
    );
}

#[test]
fn expressions() {
    let jsonata = |expression: &str| {
        format!(
            r#"{{"QueryLanguage": "JSONata", "States": {{"A": {{"Type": "Task", "Assign": {{"order": 1}}, "Output": "{expression}", "Catch": [{{"Output": "x"}}]}}}}}}"#
        )
    };
    check(
        &jsonata("{% $| %}"),
        &expect![[r#"
        $states $order $abs $append $assert $average $base64decode $base64encode $boolean $ceil $clone $contains and 59 more
        "$" -> "$states""#]],
    );
    check(
        &jsonata("{% $states.| %}"),
        &expect![[r#"
        input context result
        "" -> "input""#]],
    );
    check(
        &jsonata("{% $sum($states.context.Execution.Na|"),
        &expect![[r#"
        Id Input Name RoleArn StartTime RedriveCount RedriveTime
        "Na" -> "Id""#]],
    );
    check(
        &jsonata("{% $ord| %}"),
        &expect![[r#"
        $states $order $abs $append $assert $average $base64decode $base64encode $boolean $ceil $clone $contains and 59 more
        "$ord" -> "$states""#]],
    );
    check(&jsonata("{% 1 %} |"), &expect![[r#""#]]);
    check(
        &jsonata("|"),
        &expect![[r#"
        {% $states.input %}
        "" -> "{% $states.input %}""#]],
    );
    check(
        r#"{"QueryLanguage": "JSONata", "States": {"A": {"Type": "Task", "Catch": [{"Output": "{% $states.| %}"}]}}}"#,
        &expect![[r#"
            input context errorOutput
            "" -> "input""#]],
    );
    check(
        r#"{"States": {"A": {"Type": "Pass", "InputPath": "|"}}}"#,
        &expect![[r#"
        $ $$ $$.Execution $$.State $$.StateMachine $$.Task $$.Map
        "" -> "$""#]],
    );
    check(
        r#"{"States": {"A": {"Type": "Pass", "Parameters": {"x.$": "$$.Exec|"}}}}"#,
        &expect![[r#"
        Execution State StateMachine Task Map
        "Exec" -> "Execution""#]],
    );
    check(
        r#"{"States": {"A": {"Type": "Pass", "Parameters": {"x.$": "States.Format('{}', $$.State.|"}}}}"#,
        &expect![[r#"
            Name EnteredTime RetryCount
            "" -> "Name""#]],
    );
    check(
        r#"{"States": {"A": {"Type": "Pass", "Parameters": {"x.$": "States.F|"}}}}"#,
        &expect![[r#"
        $ $$ $$.Execution $$.State $$.StateMachine $$.Task $$.Map States.Format States.StringToJson States.JsonToString States.Array States.ArrayPartition and 13 more
        "States.F" -> "$""#]],
    );
    check(r#"{"States": {"A": {"Type": "Pass", "Parameters": {"x": "|"}}}}"#, &expect![[r#""#]]);
}

#[test]
fn variables_are_seen_where_they_are() {
    let text = |mode: &str| {
        format!(
            r#"{{"QueryLanguage": "JSONata", "States": {{
                "A": {{"Type": "Pass", "Assign": {{"outer": 1}}}},
                "M": {{"Type": "Map", "ItemProcessor": {{"ProcessorConfig": {{"Mode": "{mode}"}}, "States": {{
                    "I": {{"Type": "Pass", "Assign": {{"inner": 1}}, "Output": "{{% $| %}}"}}}}}}}},
                "P": {{"Type": "Parallel", "Branches": [{{"States": {{"X": {{"Assign": {{"elsewhere": 1}}}}}}}}]}}}}}}"#
        )
    };
    let seen = |mode: &str| {
        let (text, offset) = place(&text(mode));
        let items = complete(&source(&text, Format::Json), offset).items;
        let names = items
            .into_iter()
            .filter(|item| item.documentation.as_ref().is_some_and(|text| text.starts_with("Assigned")));
        names.map(|item| item.label).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(seen("INLINE"), "$inner $outer");
    assert_eq!(seen("DISTRIBUTED"), "$inner");
}

#[test]
fn what_can_be_called_here_is_offered() {
    let callable = Callable {
        functions: vec!["arn:aws:lambda:eu-west-1:000000000002:function:charge".to_owned()],
        activities: vec!["arn:aws:states:eu-west-1:000000000002:activity:pack".to_owned()],
        machines: vec!["arn:aws:states:eu-west-1:000000000002:stateMachine:ship".to_owned()],
    };
    let check = |marked: &str, expected: &[&str]| {
        let (text, offset) = place(marked);
        let format = if text.starts_with('{') { Format::Json } else { Format::Yaml };
        let found = stateline_asl::language::complete(&source(&text, format), offset, &callable);
        let here = |item: &&stateline_asl::language::Item| {
            item.detail.as_ref().is_some_and(|detail| detail.ends_with("of this server"))
        };
        let shown: Vec<&str> = found.items.iter().filter(here).map(|item| item.insert.as_str()).collect();
        assert_eq!(shown, expected, "{marked}");
    };
    let task = |resource: &str, rest: &str| {
        format!(r#"{{"States": {{"A": {{"Type": "Task", "Resource": "{resource}"{rest}}}}}}}"#)
    };
    check(&task("|", ""), &[&callable.functions[0], &callable.activities[0]]);
    check(
        "States:\n  A:\n    Type: Task\n    Resource: |\n",
        &[&callable.functions[0], &callable.activities[0]],
    );
    let named = |resource: &str, parameter: &str| {
        task(resource, &format!(r#", "Parameters": {{"{parameter}": "|"}}"#))
    };
    check(&named("arn:aws:states:::lambda:invoke", "FunctionName"), &["charge"]);
    check(&named("arn:aws:states:::lambda:invoke.waitForTaskToken", "FunctionName"), &["charge"]);
    check(
        &named("arn:aws:states:::states:startExecution.sync:2", "StateMachineArn"),
        &[&callable.machines[0]],
    );
    check(&named("arn:aws:states:::lambda:invoke", "Qualifier"), &[]);
    check(&named("arn:aws:states:::sqs:sendMessage", "FunctionName"), &[]);
}

/// However many names a text assigns, each is looked up at once: this took minutes.
#[test]
fn many_variables_cost_no_more_than_their_number() {
    let names = |from: usize| {
        let names: Vec<String> = (from..30_000).map(|number| format!(r#""v{number}": 1"#)).collect();
        names.join(", ")
    };
    let (all, later) = (names(0), names(100));
    let text = format!(
        r#"{{"QueryLanguage": "JSONata", "States": {{
            "A": {{"Type": "Pass", "Assign": {{{all}}}}}, "B": {{"Type": "Pass", "Assign": {{{all}}}}},
            "C": {{"Type": "Pass", "Assign": {{{later}, "|": 1}}}},
            "D": {{"Type": "Pass", "Output": "{{% $| %}}"}}}}}}"#
    );
    let places: Vec<usize> = text.match_indices('|').map(|(offset, _)| offset).collect();
    let offered = places.iter().map(|offset| complete(&source(&text, Format::Json), *offset).items.len());
    assert_eq!(offered.collect::<Vec<_>>(), [100, 2_000]);
}

#[test]
fn what_has_no_name_is_not_offered() {
    check(
        r#"{"StartAt": "|", "States": {"": {"Type": "Pass"}, "A": {"Type": "Pass"}}}"#,
        &expect![[r#"
            A
            "" -> "A""#]],
    );
    check(
        r#"{"States": {"A": {"Assign": {"": 1, "x": 1}}, "B": {"Type": "Pass", "Assign": {"|": 1}}}}"#,
        &expect![[r#"
            x
            "" -> "x""#]],
    );
    yaml(
        "States:\n  A:\n    Assign: {x: 1, '': 2}\n  B:\n    Assign:\n      |\n",
        &expect![[r#"
            x
            "" -> "x: ""#]],
    );
}

#[test]
fn yaml_is_mended_around_the_cursor() {
    // Behind another mistake the reader reads nothing any more.
    yaml(
        "QueryLanguage: JSONata\nStates:\n  A:\n    Output: '{% $states\n    Comment: x\n    Ne|\n",
        &expect![[r#""#]],
    );
    yaml(
        "StartAt: A\nStates:\n  A:\n    Type: Wait\n    Sec|\n  B:\n    Type: Fail\n",
        &expect![[r#"
        InputPath OutputPath Assign Seconds Timestamp SecondsPath TimestampPath Next End Comment QueryLanguage
        "Sec" -> "InputPath: ""#]],
    );
    yaml(
        "States:\n  A:\n    Type: |\n",
        &expect![[r#"
        Task Wait Pass Succeed Fail Choice Parallel Map
        "" -> "Task""#]],
    );
    yaml(
        "States:\n  A:\n    Type: Pa|\n    Next: B\n",
        &expect![[r#"
        Task Wait Pass Succeed Fail Choice Parallel Map
        "Pa" -> "Task""#]],
    );
    yaml(
        "StartAt: |\nStates:\n  A:\n    Type: Pass\n  'true':\n    Type: Fail\n",
        &expect![[r#"
        A true
        "" -> "A""#]],
    );
    yaml(
        "States:\n  A:\n    Type: Task\n    Retry:\n      - Err|\n",
        &expect![[r#"
        ErrorEquals IntervalSeconds MaxAttempts BackoffRate MaxDelaySeconds JitterStrategy Comment
        "Err" -> "ErrorEquals: ""#]],
    );
    yaml(
        "States:\n  A:\n    Type: Task\n    Retry:\n      - ErrorEquals: [States.T|]\n",
        &expect![[r#"
        States.ALL States.TaskFailed States.Timeout States.HeartbeatTimeout States.Permissions States.DataLimitExceeded States.QueryEvaluationError States.IntrinsicFailure States.ResultPathMatchFailure States.ExceedToleratedFailureThreshold States.ItemReaderFailed States.ResultWriterFailed and 1 more
        "States.T" -> "States.ALL""#]],
    );
    yaml(
        "States:\n  A:\n    Type: Task\n    Retry:\n      - ErrorEquals: [\"States.Timeout\", \"|\n",
        &expect![[r#"
            States.ALL States.TaskFailed States.Timeout States.HeartbeatTimeout States.Permissions States.DataLimitExceeded States.QueryEvaluationError States.IntrinsicFailure States.ResultPathMatchFailure States.ExceedToleratedFailureThreshold States.ItemReaderFailed States.ResultWriterFailed and 1 more
            "" -> "States.ALL""#]],
    );
    yaml(
        "States:\n  A:\n    Type: Task\n    Retry:\n      - ErrorEquals:\n          - Sta|\n",
        &expect![[r#"
            States.ALL States.TaskFailed States.Timeout States.HeartbeatTimeout States.Permissions States.DataLimitExceeded States.QueryEvaluationError States.IntrinsicFailure States.ResultPathMatchFailure States.ExceedToleratedFailureThreshold States.ItemReaderFailed States.ResultWriterFailed and 1 more
            "Sta" -> "States.ALL""#]],
    );
    yaml(
        "QueryLanguage: JSONata\nStates:\n  A:\n    Type: Pass\n    Output: '{% $states.|\n    Next: B\n",
        &expect![[r#"
            input context
            "" -> "input""#]],
    );
    yaml(
        "QueryLanguage: JSONata\nStates:\n  A:\n    Type: Pass\n    Output: >-\n      {% $states.input &\n      $upper| %}\n    Next: B\n",
        &expect![[r#"
            $states $abs $append $assert $average $base64decode $base64encode $boolean $ceil $clone $contains $count and 58 more
            "$upper" -> "$states""#]],
    );
    yaml(
        "States:\n  A:\n    Type: Pass\n    |\n    Next: B\n",
        &expect![[r#"
        InputPath OutputPath Result ResultPath Parameters Assign Comment QueryLanguage
        "" -> "InputPath: ""#]],
    );
    yaml(
        "|",
        &expect![[r#"
        Comment StartAt States Version TimeoutSeconds QueryLanguage
        "" -> "Comment: ""#]],
    );
    yaml("States:\n  A:\n    Comment: a note|\n", &expect![[""]]);
}

#[test]
fn what_stands_there_is_explained() {
    let text = |task: &str| {
        format!(
            r#"{{"QueryLanguage": "JSONata", "StartAt": "A", "States": {{"A": {{"Type": "Task", "Comment": "asks", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", {task}"Next": "B"}}, "B": {{"Type": "Succeed"}}}}}}"#
        )
    };
    explains(
        &text("").replacen("\"Resource", "\"Reso|urce", 1),
        &expect![[r#"
        Resource: Resource
        What does the task: the ARN of a function, an activity, or a service's action."#]],
    );
    explains(
        &text("").replacen("sendMessage", "send|Message", 1),
        &expect![[r#"
        arn:aws:states:::sqs:sendMessage.waitForTaskToken: sqs sendMessage
        Waits until somebody returns the task token, which the request must hold.
        Needs: QueueUrl, MessageBody.
        Takes: DelaySeconds, MessageAttributes, MessageSystemAttributes, MessageDeduplicationId, MessageGroupId."#]],
    );
    explains(
        &text("").replacen("\"A\": {", "\"|A\": {", 1),
        &expect![[r#"
        A: A (Task)
        asks
        Has something outside done: a function, an activity, or an action of a service.
        Calls arn:aws:states:::sqs:sendMessage.waitForTaskToken.
        Goes on to 'B'.
        https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html"#]],
    );
    explains(
        &text("").replacen("\"Next\": \"B", "\"Next\": \"|B", 1),
        &expect![[r#"
        B: B (Succeed)
        Ends the execution, the branch or the iteration with success.
        https://docs.aws.amazon.com/step-functions/latest/dg/state-succeed.html"#]],
    );
    explains(
        &text(r#""Arguments": {"Queue|Url": 1}, "#),
        &expect![[r#"
        QueueUrl: QueueUrl
        string, required"#]],
    );
    explains(
        &text(r#""Output": "{% $up|percase($states.input) %}", "#),
        &expect![[r#"
        $uppercase: $uppercase <s-:s>
        The text in capital letters.
        https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html"#]],
    );
    explains(
        &text(r#""Output": "{% $uppercase($states.context.Execution.Na|me) %}", "#),
        &expect![[r#"
        Name: $states.context.Execution.Name
        The execution's name.
        https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html"#]],
    );
    explains(
        &text(r#""Assign": {"x": 1}, "Output": "{% $x| %}", "#),
        &expect![[r#"
        $x: $x
        Assigned by 'A'.
        https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html"#]],
    );
    explains(
        &text(r#""Catch": [{"ErrorEquals": ["States.Time|out"], "Next": "B"}], "#),
        &expect![[r#"
        States.Timeout: States.Timeout
        The task ran longer than its TimeoutSeconds.
        https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html"#]],
    );
    explains(
        &text(r#""Nxt|": 1, "#),
        &expect![[r#"
        "Nxt": Error
        Field 'Nxt' is not supported
        did you mean 'Next'?"#]],
    );
    explains(
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Parameters": {"a.$": "States.Fo|rmat('{}', $.x)"}, "End": true}}}"#,
        &expect![[r#"
            Format: States.Format(template, values…)
            The text with each {} replaced by a value.
            https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html"#]],
    );
    explains(
        "StartAt: A\nStates:\n  A:\n    Type: Wa|it\n    Seconds: 1\n    End: true\n",
        &expect![[r#"
            Wait: Wait
            Waits for a time, or until one.
            https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html"#]],
    );
    explains("{} |", &expect!["nothing"]);
}

const DEFINITIONS: [&str; 3] = [
    r#"{"QueryLanguage": "JSONata", "StartAt": "Ä", "States": {"Ä": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Arguments": {"MessageBody": "{% $states.input & '😀' %}"}, "Assign": {"x": "{% $uuid() %}"}, "Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 2}], "Next": "M"}, "M": {"Type": "Map", "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "I", "States": {"I": {"Type": "Choice", "Choices": [{"Condition": "{% $x %}", "Next": "I"}], "Default": "I"}}}, "End": true}}}"#,
    "StartAt: A\nStates:\n  A:\n    Type: Choice\n    Choices:\n      - Variable: $.ä\n        StringEquals: \"😀\"\n        Next: B\n      - And: [{Variable: $.b, IsNull: true}]\n        Next: B\n    Default: B\n  B:\n    Type: Pass\n    Parameters:\n      x.$: States.Format('{}', $$.State.Name)\n    ResultPath: $.y\n    End: true\n",
    "Comment: >-\n  folded\n  text\nStates:\n  'q ': {Type: Task, Resource: \"arn:aws:states:::lambda:invoke\", Catch: [{ErrorEquals: [States.ALL], Next: q}]}\n",
];

/// A definition with pieces cut out, doubled and put in.
fn mutated() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "{", "}", "[", "]", "\"", "'", ":", ",", "\n", " ", "  - ", "\\", "{% ", " %}", "$", "$$.", ".",
        "States.", "é", "😀", "|", "- ", "#", "&a", "*a", "\t",
    ]);
    let change = (any::<prop::sample::Index>(), 0..12_usize, pieces);
    (0..DEFINITIONS.len(), prop::collection::vec(change, 0..6)).prop_map(|(which, changes)| {
        let mut text: Vec<char> = DEFINITIONS[which].chars().collect();
        for (at, cut, piece) in changes {
            let at = at.index(text.len() + 1);
            let end = (at + cut).min(text.len());
            text.splice(at..end, piece.chars());
        }
        text.into_iter().collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_place_of_any_text_has_an_answer(text in mutated(), places in prop::collection::vec(any::<prop::sample::Index>(), 12)) {
        for format in [Format::Json, Format::Yaml] {
            for place in &places {
                let offset = place.index(text.len() + 1);
                let source = source(&text, format);
                let found = complete(&source, offset);
                let whole = (0..=offset).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
                prop_assert!(found.span.start <= whole && whole <= found.span.end, "{:?} {whole} {text}", found.span);
                prop_assert!(text.get(found.span.start..found.span.end).is_some(), "{:?} {text}", found.span);
                for item in &found.items {
                    prop_assert!(!item.label.is_empty() && !item.insert.is_empty() && !item.insert.contains('\u{E83A}'), "{item:?}");
                }
                if let Some(hover) = hover(&source, offset) {
                    prop_assert!(text.get(hover.span.start..hover.span.end).is_some(), "{:?} {text}", hover.span);
                    prop_assert!(!hover.title.is_empty());
                }
            }
        }
    }
}

/// Every place of sound definitions, too.
#[test]
fn every_place_of_a_definition_has_an_answer() {
    for text in DEFINITIONS {
        for format in [Format::Json, Format::Yaml] {
            for offset in 0..=text.len() {
                let found = complete(&source(text, format), offset);
                assert!(text.get(found.span.start..found.span.end).is_some(), "{:?}", found.span);
                let _ = hover(&source(text, format), offset);
            }
        }
    }
}
