//! Random definitions: valid, bounded, and with everything in them that an execution can do.
//!
//! Every scope works on one small object, `{"n": …, "items": […], "last": …}`. Both query
//! languages occur, as the machine's and as a state's. A scope is written from its end to its
//! beginning; its first state may assign a variable, which the others then read.

use super::choices::Choices;
use serde_json::{Map, Value, json};

/// Scopes within scopes at most.
const DEPTH_MAX: usize = 2;

const ACTIVITY: &str = "arn:aws:states:us-east-1:000000000000:activity:a";
const FUNCTION: &str = "arn:aws:lambda:us-east-1:000000000000:function:f";

/// Names that a retrier or a catcher takes.
const SOME_ERRORS: [&[&str]; 5] = [
    &["E1", "E2"],
    &["E2", "States.Timeout"],
    &["States.TaskFailed"],
    &["States.QueryEvaluationError", "States.IntrinsicFailure"],
    &["States.DataLimitExceeded", "States.ExceedToleratedFailureThreshold"],
];

/// What may be in a definition.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    /// States, give or take a few.
    pub states: usize,
    /// Whether a Map may be distributed: not in Express.
    pub distributed: bool,
}

/// The text of a random definition.
pub fn definition(choices: &mut Choices<'_>, scale: Scale) -> String {
    let jsonata = choices.once_in(2);
    let mut author = Author { choices, scale, named: 0, jsonata, visible: Vec::new() };
    let mut definition = author.scope(0);
    if jsonata {
        set(&mut definition, "QueryLanguage", json!("JSONata"));
    }
    if author.choices.once_in(6) {
        let seconds = author.choices.between(3, 45);
        set(&mut definition, "TimeoutSeconds", json!(seconds));
    }
    definition.to_string()
}

/// Writes one definition.
struct Author<'c, 'b> {
    choices: &'c mut Choices<'b>,
    scale: Scale,
    /// States named so far; names are unique in the whole definition.
    named: usize,
    /// Whether the machine speaks JSONata; then every state does.
    jsonata: bool,
    /// Variables that can be read here.
    visible: Vec<String>,
}

/// The states of one scope, so far.
type States = Map<String, Value>;

/// A state in the making.
struct Draft {
    name: String,
    jsonata: bool,
    fields: Value,
}

impl Author<'_, '_> {
    fn draft(&mut self, kind: &str) -> Draft {
        self.named += 1;
        // A JSONPath machine may hold JSONata states, not the reverse.
        let own = !self.jsonata && self.choices.once_in(4);
        let mut fields = json!({"Type": kind});
        if own {
            set(&mut fields, "QueryLanguage", json!("JSONata"));
        }
        Draft { name: format!("{kind}{}", self.named), jsonata: self.jsonata || own, fields }
    }

    fn is_full(&self) -> bool {
        self.named >= self.scale.states
    }

    /// A `States` object, written from its end to its beginning.
    fn scope(&mut self, depth: usize) -> Value {
        let mut states = States::new();
        let variable = self.choices.once_in(2).then(|| format!("v{}", self.named));
        self.visible.extend(variable.clone());
        let mut next = self.ending(&mut states);
        for _ in 0..=self.choices.below(4) {
            next = Some(self.segment(&mut states, next.as_deref(), depth));
            if self.is_full() {
                break;
            }
        }
        if let Some(variable) = variable {
            self.visible.pop();
            next = Some(self.assigning(&mut states, next.as_deref(), &variable));
        }
        json!({"StartAt": next, "States": states})
    }

    /// What stands at the end of a scope; nothing leaves it to the state before.
    fn ending(&mut self, states: &mut States) -> Option<String> {
        match self.choices.below(12) {
            10 => {
                let mut draft = self.draft("Succeed");
                self.output(&mut draft);
                Some(keep(states, draft))
            }
            11 => Some(self.fail(states)),
            _ => None,
        }
    }

    fn segment(&mut self, states: &mut States, next: Option<&str>, depth: usize) -> String {
        let nests = depth < DEPTH_MAX && !self.is_full();
        match self.choices.below(12) {
            0 | 1 => self.pass(states, next),
            2 => self.wait(states, next),
            3 => self.choice(states, next),
            4 => self.turns(states, next),
            5 | 6 if nests => self.parallel(states, next, depth),
            7 | 8 if nests => self.map(states, next, depth),
            _ => self.task(states, next),
        }
    }

    /// The value of a variable that can be read here, or a constant.
    fn value(&mut self, draft: &Draft) -> (&'static str, Value) {
        let variable = (!self.visible.is_empty()).then(|| self.choices.pick(&self.visible).clone());
        match (draft.jsonata, variable) {
            (true, Some(name)) => ("x", json!(format!("{{% ${name} %}}"))),
            (false, Some(name)) => ("x.$", json!(format!("${name}"))),
            (_, None) => ("x", json!("constant")),
        }
    }

    /// The first state of a scope that has a variable.
    fn assigning(&mut self, states: &mut States, next: Option<&str>, variable: &str) -> String {
        let mut draft = self.draft("Pass");
        let assigned = match (draft.jsonata, self.choices.below(3)) {
            (true, 0) => json!({variable: "{% $states.input.n %}"}),
            (true, _) => json!({variable: {"list": ["{% $states.context.State.Name %}", 1]}}),
            (false, 0) => json!({format!("{variable}.$"): "$.n"}),
            (false, _) => json!({variable: {"list.$": "States.Array($$.State.Name, 1)"}}),
        };
        set(&mut draft.fields, "Assign", assigned);
        keep(states, then(draft, next))
    }

    /// `Output` of a JSONata state, sometimes. It keeps what the scope works on.
    fn output(&mut self, draft: &mut Draft) {
        if !draft.jsonata {
            return;
        }
        let (_, value) = self.value(draft);
        let output = match self.choices.below(5) {
            0 => return,
            1 => json!("{% $merge([$states.input, {'last': {'pick': $random() > 2}}]) %}"),
            2 => {
                json!({"n": "{% $states.input.n + 1 %}", "items": "{% $states.input.items %}", "last": value})
            }
            3 => json!("{% $states.input.nowhere.to.be.found %}"),
            _ => json!("{% $states.input %}"),
        };
        set(&mut draft.fields, "Output", output);
    }

    fn pass(&mut self, states: &mut States, next: Option<&str>) -> String {
        let mut draft = self.draft("Pass");
        if draft.jsonata {
            self.output(&mut draft);
            return keep(states, then(draft, next));
        }
        let (key, value) = self.value(&draft);
        let fields = match self.choices.below(6) {
            0 => json!({}),
            1 => json!({"Result": {"pick": 2}, "ResultPath": "$.last"}),
            2 => {
                json!({"Parameters": {"sum.$": "States.MathAdd($.n, 3)", key: value}, "ResultPath": "$.last"})
            }
            // The draw moves the execution's generator; what was drawn is thrown away.
            3 => json!({"Parameters": {"id.$": "States.UUID()"}, "ResultPath": null}),
            4 => json!({"Parameters": {"text.$": "States.JsonToString($)"}, "ResultPath": "$.last"}),
            _ => json!({"InputPath": "$.last.pick", "ResultPath": "$.last"}),
        };
        merge(&mut draft, fields);
        keep(states, then(draft, next))
    }

    fn wait(&mut self, states: &mut States, next: Option<&str>) -> String {
        let mut draft = self.draft("Wait");
        let seconds = *self.choices.pick(&[0, 1, 2, 3, 5, 8, 15]);
        let fields = match (draft.jsonata, self.choices.below(4)) {
            (_, 0) => json!({"Seconds": seconds}),
            (_, 1) => json!({"Timestamp": "2001-01-01T00:00:00Z"}),
            (true, 2) => json!({"Seconds": "{% $states.input.n %}"}),
            (true, _) => json!({"Timestamp": "{% $fromMillis($toMillis($now()) + 2000) %}"}),
            (false, 2) => json!({"SecondsPath": "$.n"}),
            (false, _) => json!({"Seconds": seconds, "OutputPath": "$.nowhere"}),
        };
        merge(&mut draft, fields);
        self.output(&mut draft);
        keep(states, then(draft, next))
    }

    fn fail(&mut self, states: &mut States) -> String {
        let mut draft = self.draft("Fail");
        let fields = match (draft.jsonata, self.choices.below(3)) {
            (true, 0) => json!({"Error": "E1", "Cause": "{% 'n is ' & $string($states.input.n) %}"}),
            (false, 0) => json!({"ErrorPath": "States.Format('E{}', $.n)", "CausePath": "$.last.cause"}),
            _ => json!({"Error": self.choices.pick(&["E1", "E2", "Given.Up"]), "Cause": "by design"}),
        };
        merge(&mut draft, fields);
        keep(states, draft)
    }

    /// A state that needs somewhere to go: what follows, or a state made for it.
    fn somewhere(&mut self, states: &mut States, next: Option<&str>) -> String {
        match next {
            Some(next) => next.to_owned(),
            None => {
                let draft = self.draft("Pass");
                keep(states, then(draft, None))
            }
        }
    }

    fn choice(&mut self, states: &mut States, next: Option<&str>) -> String {
        let one = self.task(states, next);
        let other = if self.choices.once_in(8) { self.fail(states) } else { self.somewhere(states, next) };
        let mut draft = self.draft("Choice");
        let least = self.choices.below(3);
        let rule = match (draft.jsonata, self.choices.below(2)) {
            (true, 0) => json!({"Condition": format!("{{% $states.input.n >= {least} %}}"), "Next": one}),
            (true, _) => json!({"Condition": "{% $states.input.last.pick %}", "Next": one}),
            (false, 0) => json!({"And": [
                {"Variable": "$.last.pick", "IsPresent": true},
                {"Variable": "$.last.pick", "NumericGreaterThanEquals": least},
            ], "Next": one}),
            (false, _) => json!({"Variable": "$.n", "NumericLessThan": 2, "Next": one}),
        };
        merge(&mut draft, json!({"Choices": [rule]}));
        // Without a default, no rule may hold: that fails the execution.
        if !self.choices.once_in(10) {
            set(&mut draft.fields, "Default", json!(other));
        } else if let Some(Value::Array(rules)) = draft.fields.get_mut("Choices") {
            let never = match draft.jsonata {
                true => json!({"Condition": false, "Next": other}),
                false => json!({"Variable": "$.n", "IsString": true, "Next": other}),
            };
            rules.push(never);
        }
        keep(states, draft)
    }

    /// A bounded loop: set a counter, do something, count, go back while it is small.
    fn turns(&mut self, states: &mut States, next: Option<&str>) -> String {
        self.named += 3;
        let counter = format!("c{}", self.named);
        let (begin, count, back) =
            (format!("Begin{counter}"), format!("Count{counter}"), format!("Again{counter}"));
        let body = match self.choices.below(2) {
            0 => self.wait(states, Some(&count)),
            _ => self.task(states, Some(&count)),
        };
        let after = self.somewhere(states, next);
        let most = self.choices.between(1, 4);
        let (zero, one_more, again) = match self.jsonata {
            true => (
                json!({counter.clone(): 0}),
                json!({counter.clone(): format!("{{% ${counter} + 1 %}}")}),
                json!({"Condition": format!("{{% ${counter} < {most} %}}"), "Next": body}),
            ),
            false => (
                json!({counter.clone(): 0}),
                json!({format!("{counter}.$"): format!("States.MathAdd(${counter}, 1)")}),
                json!({"Variable": format!("${counter}"), "NumericLessThan": most, "Next": body}),
            ),
        };
        states.insert(begin.clone(), json!({"Type": "Pass", "Assign": zero, "Next": body}));
        states.insert(count, json!({"Type": "Pass", "Assign": one_more, "Next": back}));
        states.insert(back, json!({"Type": "Choice", "Choices": [again], "Default": after}));
        begin
    }

    fn task(&mut self, states: &mut States, next: Option<&str>) -> String {
        let mut draft = self.draft("Task");
        let (key, value) = self.value(&draft);
        let request = match draft.jsonata {
            true => {
                json!({"n": "{% $states.input.n %}", "retry": "{% $states.context.State.RetryCount %}", key: value})
            }
            false => json!({"n.$": "$.n", "retry.$": "$$.State.RetryCount", key: value}),
        };
        let parameters = if draft.jsonata { "Arguments" } else { "Parameters" };
        let fields = match self.choices.below(if self.scale.distributed { 4 } else { 2 }) {
            0 => json!({"Resource": FUNCTION, parameters: request}),
            2 => json!({"Resource": ACTIVITY, parameters: request}),
            3 => json!({"Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
                parameters: {"FunctionName": "f", "Payload": request}}),
            _ => json!({"Resource": "arn:aws:states:::lambda:invoke",
                parameters: {"FunctionName": "f", "Payload": request}}),
        };
        merge(&mut draft, fields);
        if draft.jsonata && self.choices.once_in(2) {
            let output = "{% $merge([$states.input, {'last': $states.result}]) %}";
            set(&mut draft.fields, "Output", json!(output));
        } else if !draft.jsonata {
            set(&mut draft.fields, "ResultPath", json!("$.last"));
        }
        match self.choices.below(4) {
            1 => set(&mut draft.fields, "TimeoutSeconds", json!(self.choices.between(2, 20))),
            2 if draft.jsonata => {
                set(&mut draft.fields, "TimeoutSeconds", json!("{% 2 + $states.input.n %}"));
            }
            2 => set(&mut draft.fields, "TimeoutSecondsPath", json!("$.n")),
            _ => {}
        }
        self.handlers(states, &mut draft, next);
        keep(states, then(draft, next))
    }

    /// `Retry` and `Catch`, sometimes.
    fn handlers(&mut self, states: &mut States, draft: &mut Draft, next: Option<&str>) {
        let mut retriers = Vec::new();
        if self.choices.once_in(2) {
            let names = *self.choices.pick(&SOME_ERRORS);
            retriers.push(self.retrier(names));
        }
        if self.choices.once_in(3) {
            retriers.push(self.retrier(&["States.ALL"]));
        }
        if !retriers.is_empty() {
            set(&mut draft.fields, "Retry", Value::Array(retriers));
        }
        if self.choices.once_in(2) {
            let target =
                if self.choices.once_in(4) { self.fail(states) } else { self.somewhere(states, next) };
            let names =
                if self.choices.once_in(3) { *self.choices.pick(&SOME_ERRORS) } else { &["States.ALL"] };
            let mut catcher = json!({"ErrorEquals": names, "Next": target});
            if draft.jsonata {
                let output = "{% $merge([$states.input, {'last': $states.errorOutput}]) %}";
                set(&mut catcher, "Output", json!(output));
            } else {
                set(&mut catcher, "ResultPath", json!("$.last"));
            }
            set(&mut draft.fields, "Catch", json!([catcher]));
        }
    }

    fn retrier(&mut self, names: &[&str]) -> Value {
        let mut retrier = json!({
            "ErrorEquals": names,
            "IntervalSeconds": self.choices.between(1, 3),
            "MaxAttempts": self.choices.between(0, 3),
            "BackoffRate": self.choices.pick(&[1.0, 1.5, 2.0]),
        });
        if self.choices.once_in(3) {
            set(&mut retrier, "JitterStrategy", json!("FULL"));
        }
        if self.choices.once_in(4) {
            set(&mut retrier, "MaxDelaySeconds", json!(4));
        }
        retrier
    }

    /// What a Parallel or Map state does with its result.
    fn gathering(&mut self, draft: &mut Draft) {
        if draft.jsonata {
            let output = "{% {'n': $states.input.n, 'items': $states.input.items, 'last': $states.result} %}";
            set(&mut draft.fields, "Output", json!(output));
        } else {
            set(&mut draft.fields, "ResultPath", json!("$.last"));
            if self.choices.once_in(5) {
                // Fails at the first try, and at a later one does not.
                let selector = "States.ArrayPartition(States.Array(1), $$.State.RetryCount)";
                set(&mut draft.fields, "ResultSelector", json!({"chunks.$": selector}));
            }
        }
    }

    fn parallel(&mut self, states: &mut States, next: Option<&str>, depth: usize) -> String {
        let mut draft = self.draft("Parallel");
        let branches: Vec<Value> = (0..=self.choices.below(3)).map(|_| self.scope(depth + 1)).collect();
        let fields = match draft.jsonata {
            true => json!({"Branches": branches,
                "Arguments": {"n": "{% $states.input.n %}", "items": "{% $states.input.items %}"}}),
            false => json!({"Branches": branches, "Parameters": {"n.$": "$.n", "items.$": "$.items"}}),
        };
        merge(&mut draft, fields);
        self.gathering(&mut draft);
        self.handlers(states, &mut draft, next);
        keep(states, then(draft, next))
    }

    fn map(&mut self, states: &mut States, next: Option<&str>, depth: usize) -> String {
        let mut draft = self.draft("Map");
        let distributed = self.scale.distributed && self.choices.once_in(3);
        // What runs elsewhere does not see the variables of here.
        let outer = if distributed { std::mem::take(&mut self.visible) } else { Vec::new() };
        let mut processor = self.scope(depth + 1);
        self.visible.extend(outer);
        let selector = match draft.jsonata {
            true => {
                json!({"n": "{% $states.context.Map.Item.Index %}", "items": "{% $states.input.items %}"})
            }
            false => json!({"n.$": "$$.Map.Item.Index", "items.$": "$.items"}),
        };
        let items = if draft.jsonata { "Items" } else { "ItemsPath" };
        let path = if draft.jsonata { "{% $states.input.items %}" } else { "$.items" };
        let concurrency = self.choices.below(4);
        merge(&mut draft, json!({items: path, "ItemSelector": selector, "MaxConcurrency": concurrency}));
        if distributed {
            let config = json!({"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"});
            set(&mut processor, "ProcessorConfig", config);
            if self.choices.once_in(2) {
                set(&mut draft.fields, "ToleratedFailureCount", json!(self.choices.below(3)));
            }
            if self.choices.once_in(3) {
                set(
                    &mut draft.fields,
                    "ItemBatcher",
                    json!({"MaxItemsPerBatch": self.choices.between(1, 3)}),
                );
            }
        } else {
            set(&mut processor, "ProcessorConfig", json!({"Mode": "INLINE"}));
        }
        set(&mut draft.fields, "ItemProcessor", processor);
        self.gathering(&mut draft);
        self.handlers(states, &mut draft, next);
        keep(states, then(draft, next))
    }
}

fn set(object: &mut Value, key: &str, value: Value) {
    if let Value::Object(members) = object {
        members.insert(key.to_owned(), value);
    }
}

fn merge(draft: &mut Draft, fields: Value) {
    if let (Value::Object(members), Value::Object(more)) = (&mut draft.fields, fields) {
        members.extend(more);
    }
}

fn keep(states: &mut States, draft: Draft) -> String {
    states.insert(draft.name.clone(), draft.fields);
    draft.name
}

/// The state with `Next`, or with `End` where nothing follows.
fn then(mut draft: Draft, next: Option<&str>) -> Draft {
    match next {
        Some(next) => set(&mut draft.fields, "Next", json!(next)),
        None => set(&mut draft.fields, "End", json!(true)),
    }
    draft
}
