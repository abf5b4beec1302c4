//! The eight kinds of state, one struct each where a kind has fields.

use super::{
    Catcher, Choice, Distributed, Jsonata, ResultPath, Retrier, ScopeIndex, Selector, Template, Transition,
};
use crate::TaskResource;
use stateline_base::{Payload, Timestamp};
use stateline_jsonpath::{Expression, Query};
use std::sync::Arc;

/// A state's kind with its own fields.
#[derive(Clone, Debug)]
pub enum Kind {
    /// Passes its input, or a fixed result, on.
    Pass(Box<Pass>),
    /// Has something outside done.
    Task(Box<Task>),
    /// Chooses the next state.
    Choice(Choice),
    /// Lets time pass.
    Wait(Wait),
    /// Ends its scope with success.
    Succeed,
    /// Ends its scope with failure.
    Fail(Fail),
    /// Runs branches side by side.
    Parallel(Box<Parallel>),
    /// Runs one processor for each item.
    Map(Box<Map>),
}

/// A Pass state.
#[derive(Clone, Debug)]
pub struct Pass {
    /// `Result`, taken literally.
    pub result: Option<Payload>,
    /// `Parameters`.
    pub parameters: Option<Template>,
    /// `ResultPath`.
    pub result_path: ResultPath,
    /// `Next` or `End`.
    pub transition: Transition,
}

/// A Task state.
#[derive(Clone, Debug)]
pub struct Task {
    /// `Resource`, understood.
    pub resource: TaskResource,
    /// `Parameters`, or `Arguments` in a JSONata state.
    pub parameters: Option<Template>,
    /// `Credentials`: a template whose outcome has `RoleArn`.
    pub credentials: Option<Template>,
    /// `TimeoutSeconds` or `TimeoutSecondsPath`.
    pub timeout: Option<Number>,
    /// `HeartbeatSeconds` or `HeartbeatSecondsPath`.
    pub heartbeat: Option<Number>,
    /// `ResultSelector`.
    pub result_selector: Option<Template>,
    /// `ResultPath`.
    pub result_path: ResultPath,
    /// `Retry`, in order.
    pub retry: Vec<Retrier>,
    /// `Catch`, in order.
    pub catch: Vec<Catcher>,
    /// `Next` or `End`.
    pub transition: Transition,
}

/// A whole number that is written down or found by a path (`X` or `XPath`).
#[derive(Clone, Debug)]
pub enum Number {
    /// `TimeoutSeconds: 5`.
    Fixed(u64),
    /// `TimeoutSecondsPath: "$.limit"`.
    Path(Query),
    /// `TimeoutSeconds: "{% $limit %}"`.
    Jsonata(Jsonata),
}

/// A Wait state.
#[derive(Clone, Debug)]
pub struct Wait {
    /// What ends the wait.
    pub until: WaitUntil,
    /// `Next` or `End`.
    pub transition: Transition,
}

/// The four forms of a Wait state.
#[derive(Clone, Debug)]
pub enum WaitUntil {
    /// `Seconds`.
    Seconds(u64),
    /// `SecondsPath`.
    SecondsPath(Query),
    /// `Timestamp`.
    Timestamp(Timestamp),
    /// `TimestampPath`.
    TimestampPath(Query),
    /// `Seconds` as an expression.
    SecondsJsonata(Jsonata),
    /// `Timestamp` as an expression.
    TimestampJsonata(Jsonata),
}

/// A Fail state.
#[derive(Clone, Debug)]
pub struct Fail {
    /// `Error` or `ErrorPath`.
    pub error: Option<FailText>,
    /// `Cause` or `CausePath`.
    pub cause: Option<FailText>,
}

/// A text of a Fail state.
#[derive(Clone, Debug)]
pub enum FailText {
    /// Written in the definition.
    Fixed(Arc<str>),
    /// A reference path or an intrinsic that gives a string.
    Dynamic(Expression),
    /// An expression that gives a string.
    Jsonata(Jsonata),
}

/// A Parallel state.
#[derive(Clone, Debug)]
pub struct Parallel {
    /// One scope a branch, in order, at least one.
    pub branches: Vec<ScopeIndex>,
    /// `Parameters`, or `Arguments` in a JSONata state.
    pub parameters: Option<Template>,
    /// `ResultSelector`.
    pub result_selector: Option<Template>,
    /// `ResultPath`.
    pub result_path: ResultPath,
    /// `Retry`, in order.
    pub retry: Vec<Retrier>,
    /// `Catch`, in order.
    pub catch: Vec<Catcher>,
    /// `Next` or `End`.
    pub transition: Transition,
}

/// A Map state, inline or distributed.
#[derive(Clone, Debug)]
pub struct Map {
    /// The item processor (or `Iterator`).
    pub processor: ScopeIndex,
    /// What makes it distributed; `None` for an inline Map.
    pub distributed: Option<Box<Distributed>>,
    /// `ItemsPath`, on the effective input or on what `ItemReader` read.
    pub items_path: Selector,
    /// `Items` (JSONata); absent: the state's input, or what `ItemReader` read.
    pub items: Option<Template>,
    /// `ItemSelector`, or `Parameters`, its older name.
    pub item_selector: Option<Template>,
    /// `MaxConcurrency` or `MaxConcurrencyPath`; 0 is the service's own bound.
    pub max_concurrency: Number,
    /// `ResultSelector`.
    pub result_selector: Option<Template>,
    /// `ResultPath`.
    pub result_path: ResultPath,
    /// `Retry`, in order.
    pub retry: Vec<Retrier>,
    /// `Catch`, in order.
    pub catch: Vec<Catcher>,
    /// `Next` or `End`.
    pub transition: Transition,
}
