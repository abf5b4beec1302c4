//! Services for the tests of jobs: they answer what they are told to, and their calls are told.

#![allow(
    clippy::needless_pass_by_value,
    reason = "a fake serves one life, and what it was asked ends with it"
)]

use super::{Asked, Refusal, Services, give_up, special, submit, watch};
use crate::test_attempt::attempt;
use expect_test::Expect;
use serde_json::Value;
use stateline_base::{Failure, Payload};
use stateline_runtime::{Attempt, Outcome};
use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write as _;
use std::sync::Mutex;

type Answer = Result<Value, Refusal>;

/// Answers each operation with what was put in for it, in that order; the last answer stays.
#[derive(Default)]
pub(super) struct Fake {
    answers: Mutex<BTreeMap<&'static str, VecDeque<Answer>>>,
    calls: Mutex<String>,
}

impl Fake {
    pub fn new() -> Self {
        Fake::default()
    }

    fn add(mut self, operation: &'static str, answer: Answer) -> Self {
        let answers = self.answers.get_mut().expect("no test panics with the lock");
        answers.entry(operation).or_default().push_back(answer);
        self
    }

    pub fn on(self, operation: &'static str, answer: Value) -> Self {
        self.add(operation, Ok(answer))
    }

    pub fn refuse(self, operation: &'static str, status: u16, code: &str) -> Self {
        let failure = Failure::new(format!("Service.{code}"), format!("refused (Status Code: {status})"));
        self.add(operation, Err(Refusal::answered(failure, status, Some(code.to_owned()))))
    }

    pub fn unreachable(self, operation: &'static str) -> Self {
        let failure = Failure::new("Service.SdkClientException", "Unable to execute HTTP request");
        self.add(operation, Err(Refusal::unanswered(failure, true)))
    }

    fn tell(&self, line: &str) {
        let mut calls = self.calls.lock().expect("no test panics with the lock");
        writeln!(calls, "{line}").expect("a text takes every line");
    }
}

impl Services for Fake {
    fn ask<'a>(&'a self, model: &'a str, operation: &'a str, parameters: Value) -> Asked<'a> {
        self.tell(&format!("{model}:{operation} {parameters}"));
        let mut answers = self.answers.lock().expect("no test panics with the lock");
        let queue = answers.get_mut(operation).unwrap_or_else(|| panic!("{operation} is not expected"));
        let answer = if queue.len() > 1 { queue.pop_front() } else { queue.front().cloned() };
        Box::pin(std::future::ready(answer.expect("a queue is never empty")))
    }
}

fn task(resource: &str, input: &str) -> Attempt {
    attempt(&format!("arn:aws:states:::{resource}"), input)
}

fn described(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Succeeded(output) => format!("gives {}", output.text()),
        Outcome::Failed(failure) => {
            format!("fails with {}: {}", failure.name(), failure.cause.as_deref().unwrap_or("(no cause)"))
        }
    }
}

fn run<T>(life: impl Future<Output = T>) -> T {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_time().start_paused(true).build().expect("a runtime").block_on(life)
}

/// A job's life up to its end, with what was asked of the service.
pub(super) fn life(attempt: &Attempt, fake: &Fake) -> String {
    run(async {
        let begun = tokio::time::Instant::now();
        let taken = submit(fake, attempt).await;
        fake.tell(&described(&taken));
        if let Outcome::Succeeded(submitted) = taken {
            let end = watch(fake, attempt, &submitted).await;
            let seconds = begun.elapsed().as_secs();
            fake.tell(&format!("after {seconds} s {}", described(&end)));
        }
    });
    fake.calls.lock().expect("no test panics with the lock").clone()
}

pub(super) fn told(resource: &str, input: &str, fake: Fake) -> String {
    life(&task(resource, input), &fake)
}

pub(super) fn check(resource: &str, input: &str, fake: Fake, expected: &Expect) {
    expected.assert_eq(&told(resource, input, fake));
}

/// The same, of a job that was perhaps submitted before.
pub(super) fn check_again(resource: &str, input: &str, fake: Fake, expected: &Expect) {
    let attempt = Attempt { repeated: true, ..task(resource, input) };
    expected.assert_eq(&life(&attempt, &fake));
}

/// A job that is submitted and called off.
pub(super) fn check_stop(resource: &str, input: &str, fake: Fake, expected: &Expect) {
    let attempt = task(resource, input);
    run(async {
        let submitted = match submit(&fake, &attempt).await {
            Outcome::Succeeded(submitted) => submitted,
            Outcome::Failed(_) => Payload::from(Value::Null),
        };
        give_up(&fake, &attempt, &submitted).await;
    });
    expected.assert_eq(&fake.calls.lock().expect("no test panics with the lock"));
}

/// An action that starts no job, or does not wait for it.
pub(super) fn check_special(resource: &str, input: &str, fake: Fake, expected: &Expect) {
    let (service, action) = resource.rsplit_once(':').expect("a service and an action");
    let attempt = task(resource, input);
    let answer = run(special(&fake, service, action, &attempt));
    fake.tell(&answer.map_or_else(
        || "no special action".to_owned(),
        |answer| described(&answer.map_or_else(Outcome::Failed, |it| Outcome::Succeeded(Payload::from(it)))),
    ));
    expected.assert_eq(&fake.calls.lock().expect("no test panics with the lock"));
}
