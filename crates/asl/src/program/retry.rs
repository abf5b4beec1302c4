//! `Retry` and `Catch`, with every default filled in.

use super::{ResultPath, StateIndex, Template};
use std::sync::Arc;

/// One element of `Retry`.
#[derive(Clone, Debug, PartialEq)]
pub struct Retrier {
    /// Names and wildcards, at least one.
    pub error_equals: Vec<Arc<str>>,
    /// Seconds before the first retry, default 1.
    pub interval_seconds: u64,
    /// Retries allowed, default 3; 0 means never.
    pub max_attempts: u64,
    /// What the delay is multiplied by after each retry, at least 1, default 2.
    pub backoff_rate: f64,
    /// The delay's upper bound in seconds.
    pub max_delay_seconds: Option<u64>,
    /// Whether the delay is drawn at random.
    pub jitter: Jitter,
}

/// `JitterStrategy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Jitter {
    /// The delay as computed.
    None,
    /// Uniform between 0 and the delay.
    Full,
}

/// One element of `Catch`.
#[derive(Clone, Debug)]
pub struct Catcher {
    /// Names and wildcards, at least one.
    pub error_equals: Vec<Arc<str>>,
    /// Where the Error Output goes within the state's raw input.
    pub result_path: ResultPath,
    /// `Assign`, which stands for the state's when this catcher takes the error.
    pub assign: Option<Template>,
    /// `Output` (JSONata); the Error Output itself when absent.
    pub output: Option<Template>,
    /// The state that goes on.
    pub next: StateIndex,
}
