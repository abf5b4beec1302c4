//! States that speak JSONata, among others that speak JSONPath: expressions in
//! arguments, outputs, conditions, items and assignments, some of which fail.

use super::{Author, States, set, then};
use serde_json::{Map, Value, json};

/// The state's input with its result under `last`.
const RESULT: &str = "{% $merge([$states.input, {'last': $states.result}]) %}";
/// Fails at the first try of a state, or at the second.
const FAILING: [&str; 2] = [
    "{% $states.context.State.RetryCount = 0 ? $error('not yet') : 1 %}",
    "{% $states.context.State.RetryCount = 1 ? $error('not now') : 1 %}",
];

impl Author<'_> {
    /// A state that speaks JSONata.
    pub(super) fn jsonata(&mut self, states: &mut States, next: Option<&str>, depth: usize) -> String {
        let nests = depth < super::DEPTH_MAX && self.budget > 3;
        match self.dice.below(7) {
            0 => self.jsonata_pass(states, next),
            1 => self.jsonata_wait(states, next),
            2 => self.jsonata_choice(states, next),
            3 if nests => self.jsonata_map(states, next, depth),
            4 if nests => self.jsonata_parallel(states, next, depth),
            _ => self.jsonata_task(states, next),
        }
    }

    fn jsonata_pass(&mut self, states: &mut States, next: Option<&str>) -> String {
        let name = self.name("JPass");
        let output = *self.dice.pick(&[
            "{% $merge([$states.input, {'last': {'pick': $states.input.n + 1}}]) %}",
            "{% $merge([$states.input, {'last': {'pick': $count($states.input.items)}}]) %}",
            "{% ($id := $uuid(); $states.input) %}",
        ]);
        let mut state = json!({"Type": "Pass", "QueryLanguage": "JSONata", "Output": output});
        if self.dice.once_in(30) {
            set(&mut state, "Output", json!("{% $states.input.nowhere %}"));
        }
        self.count_up(&mut state);
        translate(&mut state);
        states.insert(name.clone(), then(state, next));
        name
    }

    fn jsonata_wait(&mut self, states: &mut States, next: Option<&str>) -> String {
        let name = self.name("JWait");
        let mut state =
            json!({"Type": "Wait", "QueryLanguage": "JSONata", "Seconds": "{% $states.input.n + 1 %}"});
        self.count_up(&mut state);
        translate(&mut state);
        states.insert(name.clone(), then(state, next));
        name
    }

    fn jsonata_choice(&mut self, states: &mut States, next: Option<&str>) -> String {
        let one = self.task(states, next, None);
        let other = self.somewhere(states, next);
        let name = self.name("JChoice");
        let mut rule = json!({"Condition": "{% $states.input.n > 1 %}", "Next": one});
        self.count_up(&mut rule);
        translate(&mut rule);
        let state =
            json!({"Type": "Choice", "QueryLanguage": "JSONata", "Choices": [rule], "Default": other});
        states.insert(name.clone(), state);
        name
    }

    fn jsonata_task(&mut self, states: &mut States, next: Option<&str>) -> String {
        let name = self.name("JTask");
        let mut request =
            json!({"n": "{% $states.input.n %}", "retry": "{% $states.context.State.RetryCount %}"});
        if self.dice.once_in(6) {
            set(&mut request, "luck", json!(self.dice.pick(&FAILING)));
        }
        if let Some(variable) = self.variables.last() {
            let variable = format!("{{% ${variable} %}}");
            set(&mut request, "v", json!(variable));
        }
        let mut state = self.jsonata_work(&name, request);
        set(&mut state, "Output", json!(RESULT));
        self.jsonata_handlers(states, &mut state, next);
        states.insert(name.clone(), then(state, next));
        name
    }

    fn jsonata_parallel(&mut self, states: &mut States, next: Option<&str>, depth: usize) -> String {
        let name = self.name("JParallel");
        let branches: Vec<Value> = (0..=self.dice.below(2)).map(|_| self.scope(depth + 1)).collect();
        let arguments = json!({"n": "{% $states.input.n %}", "items": "{% $states.input.items %}"});
        let mut state = json!({"Type": "Parallel", "QueryLanguage": "JSONata", "Branches": branches,
            "Arguments": arguments, "Output": RESULT});
        if self.dice.once_in(5) {
            set(&mut state, "Arguments", json!(self.dice.pick(&FAILING)));
        }
        self.jsonata_handlers(states, &mut state, next);
        states.insert(name.clone(), then(state, next));
        name
    }

    fn jsonata_map(&mut self, states: &mut States, next: Option<&str>, depth: usize) -> String {
        let name = self.name("JMap");
        let distributed = !self.express && self.dice.once_in(2);
        let outer = distributed.then(|| std::mem::take(&mut self.variables));
        let mut processor = self.scope(depth + 1);
        if let Some(outer) = outer {
            self.variables = outer;
        }
        let config = if distributed {
            json!({"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"})
        } else {
            json!({"Mode": "INLINE"})
        };
        set(&mut processor, "ProcessorConfig", config);
        let selector =
            json!({"n": "{% $states.context.Map.Item.Index %}", "items": "{% $states.input.items %}"});
        let mut state = json!({"Type": "Map", "QueryLanguage": "JSONata", "Items": "{% $states.input.items %}",
            "ItemSelector": selector, "ItemProcessor": processor, "Output": RESULT,
            "MaxConcurrency": self.dice.below(4)});
        if self.dice.once_in(6) {
            set(&mut state, "MaxConcurrency", json!("{% $states.input.last.pick %}"));
        }
        if distributed && self.dice.once_in(2) {
            set(&mut state, "ToleratedFailurePercentage", json!("{% 20 * $states.input.n %}"));
        }
        self.jsonata_handlers(states, &mut state, next);
        states.insert(name.clone(), then(state, next));
        name
    }

    /// `Retry`, `Catch` and `Assign` as in JSONPath, and what differs after that.
    fn jsonata_handlers(&mut self, states: &mut States, state: &mut Value, next: Option<&str>) {
        self.handlers(states, state, next);
        translate(state);
        for catcher in state.get_mut("Catch").and_then(Value::as_array_mut).into_iter().flatten() {
            translate(catcher);
            let Value::Object(members) = catcher else { continue };
            if members.remove("ResultPath") != Some(Value::Null) {
                let output = "{% $merge([$states.input, {'last': $states.errorOutput}]) %}";
                members.insert("Output".into(), json!(output));
            } else {
                members.insert("Output".into(), json!("{% $states.input %}"));
            }
        }
    }
}

/// Puts what an assignment counts up into an expression.
fn translate(site: &mut Value) {
    let Some(Value::Object(assign)) = site.get_mut("Assign") else { return };
    let names = assign.keys().map(|key| key.trim_end_matches(".$").to_owned());
    let translated: Map<String, Value> =
        names.map(|name| (name.clone(), json!(format!("{{% ${name} + 1 %}}")))).collect();
    *assign = translated;
}
