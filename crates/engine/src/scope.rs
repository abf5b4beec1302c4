//! What an expression sees: `$`, `$$` and variables.

use crate::context::{Item, item_of, of_decision};
use crate::decider::Decider;
use crate::expression::Seen;
use crate::variables;
use serde_json::Value;
use stateline_base::{Payload, Rng};
use stateline_journal::FrameId;
use stateline_jsonpath::Path;
use std::cell::{Cell, OnceCell};

/// The scope of one evaluation. The Context object is only built when somebody looks at it.
pub(crate) struct Scope<'a> {
    decider: &'a Decider<'a>,
    frame: FrameId,
    input: Document<'a>,
    item: Option<Item<'a>>,
    seen: Seen<'a>,
    context: OnceCell<Value>,
    light: OnceCell<Value>,
    rng: &'a Cell<Rng>,
}

/// What `$` stands for. A payload that nobody looks into stays a text.
#[derive(Clone, Copy)]
pub(crate) enum Document<'a> {
    Value(&'a Value),
    Payload(&'a Payload),
}

impl<'a> From<&'a Value> for Document<'a> {
    fn from(value: &'a Value) -> Self {
        Document::Value(value)
    }
}

impl<'a> From<&'a Payload> for Document<'a> {
    fn from(payload: &'a Payload) -> Self {
        Document::Payload(payload)
    }
}

impl<'a> Scope<'a> {
    /// `input` is what `$` stands for.
    pub(crate) fn new(decider: &'a Decider<'a>, frame: FrameId, input: impl Into<Document<'a>>) -> Self {
        let item = item_of(decider.x, frame);
        Scope {
            decider,
            frame,
            input: input.into(),
            item,
            seen: Seen::default(),
            context: OnceCell::new(),
            light: OnceCell::new(),
            rng: &decider.rng,
        }
    }

    /// The same with another item: what an `ItemSelector` sees for an iteration to come.
    pub(crate) fn with_item(mut self, item: Item<'a>) -> Self {
        self.item = Some(item);
        self.seen.item = Some(item);
        self
    }

    /// The same with what `$states` holds beside input and Context object.
    pub(crate) fn with_seen(mut self, seen: Seen<'a>) -> Self {
        self.seen = seen;
        self
    }

    /// What a JSONata expression sees here.
    pub(crate) fn seen(&self) -> Seen<'a> {
        self.seen
    }
}

impl Scope<'_> {
    fn build(&self, with_input: bool) -> Value {
        of_decision(self.decider, self.frame, self.item, with_input)
    }
}

/// Whether a path into the Context object may touch `Execution.Input`, which can be large:
/// all but the plain paths to its other members.
fn looks_at_input(path: &str) -> bool {
    let others = [
        "$.State.",
        "$.StateMachine.",
        "$.Map.Item.",
        "$.Task.",
        "$.Execution.Id",
        "$.Execution.Name",
        "$.Execution.StartTime",
        "$.Execution.RoleArn",
        "$.Execution.RedriveCount",
    ];
    !others.iter().any(|other| path.starts_with(other))
}

impl stateline_jsonpath::Scope for Scope<'_> {
    fn input(&self) -> &Value {
        match self.input {
            Document::Value(value) => value,
            Document::Payload(payload) => payload.value(),
        }
    }

    fn context(&self) -> &Value {
        self.context.get_or_init(|| self.build(true))
    }

    fn context_for(&self, path: &Path) -> &Value {
        if looks_at_input(path.text()) {
            return self.context();
        }
        self.light.get_or_init(|| self.build(false))
    }

    fn variable(&self, name: &str) -> Option<&Value> {
        variables::look_up(self.decider.x, self.frame, name).map(Payload::value)
    }

    fn random(&self) -> u64 {
        let mut rng = self.rng.get();
        let drawn = rng.next_u64();
        self.rng.set(rng);
        drawn
    }
}
