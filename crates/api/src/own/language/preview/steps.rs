//! The steps of a state in the order in which they happen, each with the field that it comes from.

use super::blame;
use serde_json::{Map, Value, json};
use stateline_asl::language::{Part, pointer_at};
use stateline_asl::{Diagnostic, Program};
use stateline_base::{Failure, Payload};
use stateline_runtime::{Inspection, Mock, Preview, StateTestOutcome, StateTestRequest, StateTestStatus};
use std::collections::{HashMap, HashSet};

/// One step.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Step {
    pub(super) name: String,
    /// The JSON pointer of the field in the definition.
    pub(super) field: String,
    /// The value after the step as JSON text, or the error that arose in it.
    pub(super) outcome: Result<String, Failure>,
}

/// What is known of a state's steps.
pub(super) struct Steps<'a> {
    pointer: &'a str,
    part: &'a Part,
    test: &'a StateTestRequest,
    pub(super) list: Vec<Step>,
}

/// What keeps a state from being looked at, each mistake at its place.
pub(super) fn of_mistakes(part: &Part, text: &str) -> Vec<Step> {
    let errors = part.compilation.diagnostics.iter().filter(|found| found.is_error());
    let step = |found: &Diagnostic| {
        // A place is within a text behind its first quote.
        let start = found.span.start;
        let is_quoted = text.get(start..).is_some_and(|rest| rest.starts_with(['"', '\'']));
        let field = pointer_at(&part.tree, text, start + usize::from(is_quoted));
        let name = field.rsplit('/').next().unwrap_or_default().to_owned();
        let cause = match &found.help {
            Some(help) => format!("{}; {help}", found.message),
            None => found.message.clone(),
        };
        Step { name, field, outcome: Err(Failure::new(found.code.as_str(), cause)) }
    };
    errors.map(step).collect()
}

impl<'a> Steps<'a> {
    pub(super) fn new(pointer: &'a str, part: &'a Part, test: &'a StateTestRequest) -> Self {
        Steps { pointer, part, test, list: Vec::new() }
    }

    fn has(&self, field: &str) -> bool {
        self.part.node.get(field).is_some()
    }

    fn type_name(&self) -> &'a str {
        self.part.node.get("Type").and_then(stateline_asl::Node::as_str).unwrap_or_default()
    }

    fn add(&mut self, name: &str, below: &str, value: String) {
        let field = self.field(below);
        self.list.push(Step { name: name.to_owned(), field, outcome: Ok(value) });
    }

    fn field(&self, below: &str) -> String {
        if below.is_empty() { self.pointer.to_owned() } else { format!("{}/{below}", self.pointer) }
    }

    /// A step whose field is in the definition.
    fn seen(&mut self, name: &str, value: Option<&Payload>) {
        if let Some(value) = value.filter(|_| self.has(name)) {
            self.add(name, name, value.text().to_owned());
        }
    }

    /// What happens before the state's work: the input's way, and a Map's items.
    pub(super) fn before_work(&mut self, seen: &Preview) {
        let Preview { inspection, waits, .. } = seen;
        self.seen("InputPath", inspection.after_input_path.as_ref());
        if let Some(pointed) = &inspection.after_items_pointer {
            self.add("ItemsPointer", "ItemReader/ReaderConfig/ItemsPointer", pointed.text().to_owned());
        }
        self.seen("ItemsPath", inspection.after_items_path.as_ref());
        self.seen("Items", inspection.items.as_ref());
        if let Some(selected) = &inspection.after_item_selector {
            let field = if self.has("ItemSelector") { "ItemSelector" } else { "Parameters" };
            self.add("ItemSelector", field, selected.text().to_owned());
        }
        self.seen("ItemBatcher", inspection.after_item_batcher.as_ref());
        if self.type_name() != "Map" {
            self.seen("Parameters", inspection.after_parameters.as_ref());
        }
        self.seen("Arguments", inspection.after_arguments.as_ref());
        if let Some(count) = inspection.iterations {
            let field = if self.has("ItemProcessor") { "ItemProcessor" } else { "Iterator" };
            let mut value = json!({"iterations": count});
            value["maxConcurrency"] = json!(inspection.max_concurrency.unwrap_or_default());
            self.add("Iterations", field, value.to_string());
        }
        if let Some((millis, until)) = waits {
            let fields = ["Seconds", "Timestamp", "SecondsPath", "TimestampPath"];
            let field = fields.into_iter().find(|field| self.has(field)).unwrap_or_default();
            #[allow(clippy::cast_precision_loss, reason = "a wait has less than 2^53 milliseconds")]
            let value = json!({"seconds": *millis as f64 / 1_000.0, "until": until.to_string()});
            self.add("Wait", field, value.to_string());
        }
    }

    /// The work, and who takes its error.
    pub(super) fn work(&mut self, seen: &Preview) {
        let field = match self.type_name() {
            "Pass" => "Result",
            "Task" => "Resource",
            "Parallel" => "Branches",
            "Map" if self.has("Iterator") => "Iterator",
            "Map" => "ItemProcessor",
            _ => "",
        };
        let reached = seen.outcome.is_some();
        match (&self.test.mock, &seen.inspection.result) {
            (Some(Mock::Error(failure)), _) if reached && self.is_given(seen, failure) => {
                let field = self.field(field);
                let outcome = Err(failure.clone());
                self.list.push(Step { name: "Result".to_owned(), field, outcome });
            }
            (_, Some(result)) => self.add("Result", field, result.text().to_owned()),
            _ => {}
        }
        if let (Some(index), Some(delay)) = (seen.inspection.retry_index, seen.inspection.retry_delay_ms) {
            #[allow(clippy::cast_precision_loss, reason = "a delay has less than 2^53 milliseconds")]
            let value = json!({"index": index, "delaySeconds": delay as f64 / 1_000.0});
            self.add("Retry", &format!("Retry/{index}"), value.to_string());
        }
    }

    /// Whether the error that arose is the one that was given.
    fn is_given(&self, seen: &Preview, given: &Failure) -> bool {
        seen.inspection.failure.as_ref().is_some_and(|failure| failure.error == given.error)
    }

    /// What happens behind the work, up to what goes on to the next state.
    pub(super) fn after_work(&mut self, seen: &Preview, program: &Program) {
        let inspection = &seen.inspection;
        let next = seen.outcome.as_ref().and_then(|outcome| outcome.next);
        let next = next.map(|next| program.state(next).name.to_string());
        let place = self.taker(seen, next.as_deref());
        if inspection.catch_index.is_none() {
            self.seen("ResultSelector", inspection.after_result_selector.as_ref());
            self.seen("ResultPath", inspection.after_result_path.as_ref());
        }
        self.assigned(&place, inspection);
        let Some(outcome) = &seen.outcome else { return };
        if let Some(output) = &outcome.output {
            let last = if self.part.is_jsonata { "Output" } else { "OutputPath" };
            let at_catcher = inspection.catch_index.is_some() && !self.part.is_jsonata;
            let last = if at_catcher { "ResultPath" } else { last };
            let below = below(&place, last);
            if self.part.node_at(&below).is_some() {
                self.add(last, &below, output.text().to_owned());
            }
        }
        self.failed(inspection, outcome);
    }

    /// The rule or the catcher that took over; its place below the state, empty for the state itself.
    fn taker(&mut self, seen: &Preview, next: Option<&str>) -> String {
        if let Some(index) = seen.inspection.catch_index {
            let place = format!("Catch/{index}");
            self.add("Catch", &place, json!({"index": index, "next": next}).to_string());
            return place;
        }
        if self.type_name() != "Choice" || next.is_none() {
            return String::new();
        }
        match seen.inspection.rule_index {
            Some(index) => {
                let place = format!("Choices/{index}");
                self.add("Choice", &place, json!({"index": index, "next": next}).to_string());
                place
            }
            None => {
                self.add("Choice", "Default", json!({"default": true, "next": next}).to_string());
                String::new()
            }
        }
    }

    /// The variables that were assigned, by the `Assign` at a place.
    fn assigned(&mut self, place: &str, inspection: &Inspection) {
        let below = below(place, "Assign");
        let Some(entries) = self.part.node_at(&below).and_then(stateline_asl::Node::as_object) else {
            return;
        };
        let names: HashSet<&str> =
            entries.iter().map(|entry| entry.key.strip_suffix(".$").unwrap_or(&entry.key)).collect();
        let before: HashMap<&str, &Payload> =
            self.test.variables.iter().map(|(name, value)| (&**name, value)).collect();
        let known = inspection.variables.iter().filter(|(name, value)| {
            names.contains(&**name) && before.get(&**name).is_none_or(|before| !before.same(value))
        });
        let values: Map<String, Value> =
            known.map(|(name, value)| (name.to_string(), value.value().clone())).collect();
        if !values.is_empty() {
            self.add("Assign", &below, Value::Object(values).to_string());
        }
    }

    /// The step at which the state failed.
    fn failed(&mut self, inspection: &Inspection, outcome: &StateTestOutcome) {
        let (StateTestStatus::Failed, Some(failure)) = (outcome.status, &outcome.failure) else { return };
        let was_told = self.list.iter().any(|step| step.outcome.as_ref().err() == Some(failure));
        if was_told {
            return;
        }
        let is_meant =
            self.type_name() == "Fail" && inspection.failed_field.is_none() && !blame::is_ours(failure);
        let below = if is_meant { String::new() } else { blame::field(self.part, inspection, failure) };
        let name = match below.split('/').next().unwrap_or_default() {
            "" => self.type_name(),
            "Choices" => "Choice",
            first => first,
        };
        let step = Step { name: name.to_owned(), field: self.field(&below), outcome: Err(failure.clone()) };
        self.list.push(step);
    }
}

fn below(place: &str, field: &str) -> String {
    if place.is_empty() { field.to_owned() } else { format!("{place}/{field}") }
}
