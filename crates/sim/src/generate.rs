//! Random definitions: valid, bounded, and with everything in them that an
//! execution can wait for.
//!
//! Every scope works on one small object, `{"n": …, "items": […], "last": …}`.
//! Results go to `$.last`, and a nested scope begins with `n` and `items` only,
//! so that documents stay small. A task's request names the retry it is, so that
//! what a call gives can follow from its request alone.

mod distributed;
mod jsonata;
mod tokens;
mod variables;

pub(crate) use tokens::ACTIVITIES;

use crate::dice::Dice;
use serde_json::{Map, Value, json};

/// Scopes within scopes at most.
const DEPTH_MAX: usize = 2;

/// Names that a retrier or a catcher takes.
const SOME_ERRORS: [&[&str]; 4] =
    [&["E1", "E2"], &["E2", "States.Timeout"], &["States.HeartbeatTimeout"], &["States.TaskFailed"]];

/// The text of a random definition.
pub(crate) fn definition(dice: &mut Dice) -> String {
    let mut author = Author { dice, named: 0, budget: 14, express: false, variables: Vec::new(), own: None };
    let mut definition = author.scope(0);
    if author.dice.once_in(6) {
        let seconds = author.dice.between(3, 45);
        set(&mut definition, "TimeoutSeconds", json!(seconds));
    }
    definition.to_string()
}

/// Writes one definition.
struct Author<'a> {
    dice: &'a mut Dice,
    /// States named so far; names are unique in the whole definition.
    named: u32,
    /// States that may still be written, give or take a few.
    budget: usize,
    /// Whether it is the inside of an Express child, which has no distributed Maps.
    express: bool,
    /// Variables that can be seen, outer ones first.
    variables: Vec<String>,
    /// The variable of this scope.
    own: Option<String>,
}

/// The states of one scope, so far.
type States = Map<String, Value>;

impl Author<'_> {
    fn name(&mut self, kind: &str) -> String {
        self.named += 1;
        self.budget = self.budget.saturating_sub(1);
        format!("{kind}{}", self.named)
    }

    /// A `States` object, written from its end to its beginning.
    fn scope(&mut self, depth: usize) -> Value {
        let mut states = States::new();
        let outer = self.open_variable();
        let mut next = self.ending(&mut states);
        for _ in 0..=self.dice.below(4) {
            next = Some(self.segment(&mut states, next.as_deref(), depth));
            if self.budget == 0 {
                break;
            }
        }
        let next = self.close_variable(&mut states, outer, next);
        json!({"StartAt": next, "States": states})
    }

    /// What stands at the end of a scope; nothing leaves it to the state before.
    fn ending(&mut self, states: &mut States) -> Option<String> {
        match self.dice.below(12) {
            0..=1 => {
                let name = self.name("Succeed");
                states.insert(name.clone(), json!({"Type": "Succeed"}));
                Some(name)
            }
            2 => Some(self.fail(states)),
            _ => None,
        }
    }

    fn segment(&mut self, states: &mut States, next: Option<&str>, depth: usize) -> String {
        let nests = depth < DEPTH_MAX && self.budget > 3;
        match self.dice.below(14) {
            0..=4 => self.task(states, next, None),
            5 => self.pass(states, next),
            6..=7 => self.wait(states, next, depth),
            8 => self.choice(states, next),
            9 => self.turns(states, next),
            10 if nests => self.parallel(states, next, depth),
            11 if nests => self.map(states, next, depth),
            12 if nests && !self.express => self.distributed(states, next, depth),
            13 => self.jsonata(states, next, depth),
            _ => self.task(states, next, None),
        }
    }

    fn pass(&mut self, states: &mut States, next: Option<&str>) -> String {
        let name = self.name("Pass");
        let mut state = match self.dice.below(4) {
            0 => json!({"Type": "Pass"}),
            1 => json!({"Type": "Pass", "Result": {"pick": 2}, "ResultPath": "$.last"}),
            2 => {
                json!({"Type": "Pass", "Parameters": {"sum.$": "States.MathAdd($.n, 3)"}, "ResultPath": "$.last"})
            }
            // The draw moves the execution's generator; what was drawn is thrown away.
            _ => json!({"Type": "Pass", "Parameters": {"id.$": "States.UUID()"}, "ResultPath": null}),
        };
        if self.dice.once_in(50) {
            set(&mut state, "InputPath", json!("$.nowhere"));
        }
        self.count_up(&mut state);
        states.insert(name.clone(), then(state, next));
        name
    }

    fn wait(&mut self, states: &mut States, next: Option<&str>, depth: usize) -> String {
        let name = self.name("Wait");
        let seconds = *self.dice.pick(&[0, 1, 2, 3, 5, 8, 15, 30]);
        let mut state = match self.dice.below(6) {
            0 => json!({"Type": "Wait", "SecondsPath": "$.n"}),
            1 if depth == 0 => json!({"Type": "Wait", "TimestampPath": "$.until"}),
            2 => json!({"Type": "Wait", "Timestamp": "2001-01-01T00:00:00Z"}),
            _ => json!({"Type": "Wait", "Seconds": seconds}),
        };
        if self.dice.once_in(25) {
            // Found out only when the wait is over.
            set(&mut state, "OutputPath", json!("$.nowhere"));
        }
        self.count_up(&mut state);
        states.insert(name.clone(), then(state, next));
        name
    }

    fn fail(&mut self, states: &mut States) -> String {
        let name = self.name("Fail");
        let error = *self.dice.pick(&["E1", "E2", "Given.Up"]);
        states.insert(name.clone(), json!({"Type": "Fail", "Error": error, "Cause": "by design"}));
        name
    }

    /// A state that needs somewhere to go: what follows, or a state made for it.
    fn somewhere(&mut self, states: &mut States, next: Option<&str>) -> String {
        match next {
            Some(next) => next.to_owned(),
            None => {
                let name = self.name("Last");
                states.insert(name.clone(), json!({"Type": "Pass", "End": true}));
                name
            }
        }
    }

    fn choice(&mut self, states: &mut States, next: Option<&str>) -> String {
        let one = self.task(states, next, None);
        let other = if self.dice.once_in(8) { self.fail(states) } else { self.somewhere(states, next) };
        let name = self.name("Choice");
        let at_least = self.dice.below(3);
        let guarded = json!({"And": [
            {"Variable": "$.last.pick", "IsPresent": true},
            {"Variable": "$.last.pick", "NumericGreaterThanEquals": at_least},
        ], "Next": one});
        let plain = json!({"Variable": "$.n", "NumericLessThan": 2, "Next": one});
        let mut rule = if self.dice.once_in(2) { guarded } else { plain };
        self.count_up(&mut rule);
        let mut state = json!({"Type": "Choice", "Choices": [rule, {"Variable": "$.n", "IsString": true, "Next": other}]});
        // Without a default, no rule may hold: that fails the execution.
        if !self.dice.once_in(10) {
            set(&mut state, "Default", json!(other));
        }
        states.insert(name.clone(), state);
        name
    }

    /// A bounded loop: set a counter, do something, count, go back while it is small.
    fn turns(&mut self, states: &mut States, next: Option<&str>) -> String {
        let (begin, count, back) = (self.name("Begin"), self.name("Count"), self.name("Again"));
        let path = format!("$.{begin}");
        let counter = format!("{path}.c");
        let body = if self.dice.once_in(2) {
            self.task(states, Some(&count), Some(&counter))
        } else {
            self.wait(states, Some(&count), 1)
        };
        let after = self.somewhere(states, next);
        states.insert(
            begin.clone(),
            then(json!({"Type": "Pass", "Result": {"c": 0}, "ResultPath": path}), Some(&body)),
        );
        let one_more = json!({"c.$": format!("States.MathAdd({counter}, 1)")});
        states
            .insert(count, json!({"Type": "Pass", "Parameters": one_more, "ResultPath": path, "Next": back}));
        let times = self.dice.between(1, 4);
        let rule = json!({"Variable": counter, "NumericLessThan": times, "Next": body});
        states.insert(back, json!({"Type": "Choice", "Choices": [rule], "Default": after}));
        begin
    }

    fn task(&mut self, states: &mut States, next: Option<&str>, counter: Option<&str>) -> String {
        let name = self.name("Task");
        let mut request = json!({"n.$": "$.n", "retry.$": "$$.State.RetryCount"});
        if let Some(counter) = counter {
            set(&mut request, "c.$", json!(counter));
        }
        if self.dice.once_in(12) {
            set(&mut request, "chunks.$", json!(self.chunks()));
        }
        self.tell_variable(&mut request);
        let mut state = self.work(&name, request);
        set(&mut state, "ResultPath", json!("$.last"));
        self.handlers(states, &mut state, next);
        states.insert(name.clone(), then(state, next));
        name
    }

    /// `Retry` and `Catch`, sometimes.
    fn handlers(&mut self, states: &mut States, state: &mut Value, next: Option<&str>) {
        if !self.dice.once_in(3) {
            let mut retriers = Vec::new();
            if self.dice.once_in(2) {
                let names = *self.dice.pick(&SOME_ERRORS);
                retriers.push(self.retrier(names));
            }
            if self.dice.once_in(2) {
                retriers.push(self.retrier(&["States.ALL"]));
            }
            if !retriers.is_empty() {
                set(state, "Retry", Value::Array(retriers));
            }
        }
        if !self.dice.once_in(3) {
            let target = if self.dice.once_in(4) { self.fail(states) } else { self.somewhere(states, next) };
            let names = if self.dice.once_in(3) { &["States.ALL"] } else { *self.dice.pick(&SOME_ERRORS) };
            let path = if self.dice.once_in(3) { Value::Null } else { json!("$.last") };
            let mut catcher = json!({"ErrorEquals": names, "ResultPath": path, "Next": target});
            self.count_up(&mut catcher);
            set(state, "Catch", json!([catcher]));
        }
        self.count_up(state);
    }

    fn retrier(&mut self, names: &[&str]) -> Value {
        let mut retrier = json!({
            "ErrorEquals": names,
            "IntervalSeconds": self.dice.between(1, 3),
            "MaxAttempts": self.dice.between(0, 3),
            "BackoffRate": self.dice.pick(&[1.0, 1.5, 2.0]),
        });
        if self.dice.once_in(3) {
            set(&mut retrier, "JitterStrategy", json!("FULL"));
        }
        if self.dice.once_in(4) {
            set(&mut retrier, "MaxDelaySeconds", json!(4));
        }
        retrier
    }

    fn parallel(&mut self, states: &mut States, next: Option<&str>, depth: usize) -> String {
        let name = self.name("Parallel");
        let branches: Vec<Value> = (0..=self.dice.below(3)).map(|_| self.scope(depth + 1)).collect();
        let mut parameters = json!({"n.$": "$.n", "items.$": "$.items"});
        if self.dice.once_in(6) {
            set(&mut parameters, "chunks.$", json!(self.chunks()));
        }
        let mut state = json!({"Type": "Parallel", "Branches": branches, "Parameters": parameters,
            "ResultPath": "$.last"});
        self.selector(&mut state);
        self.handlers(states, &mut state, next);
        states.insert(name.clone(), then(state, next));
        name
    }

    /// A `ResultSelector` that fails at some tries, sometimes.
    fn selector(&mut self, state: &mut Value) {
        if self.dice.once_in(5) {
            set(state, "ResultSelector", json!({"chunks.$": self.chunks(), "all.$": "$"}));
        }
    }

    /// An expression that fails at the first try, or only at a later one: chunks have no size 0.
    fn chunks(&mut self) -> String {
        let sizes = *self.dice.pick(&["1, 0, 2, 0", "1, 1, 0, 1", "0, 1, 0, 1"]);
        format!(
            "States.ArrayPartition(States.Array(1, 2), States.ArrayGetItem(States.Array({sizes}), $$.State.RetryCount))"
        )
    }

    fn map(&mut self, states: &mut States, next: Option<&str>, depth: usize) -> String {
        let name = self.name("Map");
        let mut processor = self.scope(depth + 1);
        set(&mut processor, "ProcessorConfig", json!({"Mode": "INLINE"}));
        let mut selector = json!({"n.$": "$$.Map.Item.Index", "items.$": "$.items"});
        if self.dice.once_in(8) {
            // Fails for the second item.
            let chunks = "States.ArrayPartition($.items, States.ArrayGetItem(States.Array(1, 0, 2), $$.Map.Item.Index))";
            set(&mut selector, "chunks.$", json!(chunks));
        }
        let mut state = json!({"Type": "Map", "ItemsPath": "$.items", "ItemSelector": selector,
            "MaxConcurrency": self.dice.below(4), "ItemProcessor": processor, "ResultPath": "$.last"});
        if self.dice.once_in(6) {
            // Fits only some inputs, and is found out after the Map has started.
            set(&mut state, "MaxConcurrencyPath", json!("$.last.pick"));
            if let Value::Object(members) = &mut state {
                members.remove("MaxConcurrency");
            }
        }
        self.selector(&mut state);
        self.handlers(states, &mut state, next);
        states.insert(name.clone(), then(state, next));
        name
    }
}

fn set(state: &mut Value, key: &str, value: Value) {
    if let Value::Object(members) = state {
        members.insert(key.to_owned(), value);
    }
}

/// The state with `Next`, or with `End` where nothing follows.
fn then(mut state: Value, next: Option<&str>) -> Value {
    match next {
        Some(next) => set(&mut state, "Next", json!(next)),
        None => set(&mut state, "End", json!(true)),
    }
    state
}

#[cfg(test)]
mod tests {
    use super::*;
    use stateline_asl::{MachineKind, compile};

    #[test]
    fn what_is_generated_compiles() {
        for seed in 0..400 {
            let text = definition(&mut Dice::new(seed));
            let compiled = compile(&text, MachineKind::Standard);
            assert!(compiled.program.is_some(), "seed {seed}: {:?}\n{text}", compiled.diagnostics);
        }
    }
}
