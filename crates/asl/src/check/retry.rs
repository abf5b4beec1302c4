//! `Retry` and `Catch` (reference 01, sections 6 and 7).

use super::fields::Field;
use super::fields::Fields;
use super::jsonata::Sees;
use super::{Checker, Language, Site, allowed, path, template, transition, variables, words};
use crate::program::{Catcher, Jitter, Retrier};
use crate::tree::Node;
use stateline_base::{error_name, limits::SECONDS_MAX};
use std::sync::Arc;

/// Retries that may be asked for.
const ATTEMPTS_MAX: u64 = 99_999_999;
/// Seconds that a delay may be bounded to: less than 31,622,401, a leap year.
const DELAY_SECONDS_MAX: u64 = 31_622_400;

/// What a retrier may have.
pub(crate) const RETRY: [&str; 7] = [
    "ErrorEquals",
    "IntervalSeconds",
    "MaxAttempts",
    "BackoffRate",
    "MaxDelaySeconds",
    "JitterStrategy",
    "Comment",
];
/// What a catcher may have.
pub(crate) const CATCH: [&str; 6] = ["ErrorEquals", "Next", "ResultPath", "Output", "Assign", "Comment"];

/// `Retry`, in order; none when absent.
pub(super) fn retriers(c: &mut Checker<'_>, site: &Site<'_>) -> Vec<Retrier> {
    let list = site.fields.list("Retry", &mut c.found).unwrap_or_default();
    let count = list.len();
    let items = list.into_iter().enumerate();
    items.filter_map(|(at, (node, location))| retrier(c, node, location, at + 1 == count)).collect()
}

fn retrier(c: &mut Checker<'_>, node: &Node, location: String, last: bool) -> Option<Retrier> {
    let fields = Fields::of(node, location, &mut c.found)?;
    allowed::only(&fields, &RETRY, None, &mut c.found);
    fields.comment(&mut c.found);
    let error_equals = error_equals(c, &fields, last, &["ErrorEquals"]);
    let found = &mut c.found;
    let interval_seconds = fields.integer("IntervalSeconds", 1..=SECONDS_MAX, found).unwrap_or(1);
    let max_attempts = fields.integer("MaxAttempts", 0..=ATTEMPTS_MAX, found).unwrap_or(3);
    let backoff_rate = fields.get("BackoffRate").and_then(|field| field.number(1.0, found)).unwrap_or(2.0);
    let max_delay_seconds = fields.integer("MaxDelaySeconds", 1..=DELAY_SECONDS_MAX, found);
    let jitter = match fields.word("JitterStrategy", &words::JITTER_STRATEGY, found) {
        Some("FULL") => Jitter::Full,
        _ => Jitter::None,
    };
    let error_equals = error_equals?;
    Some(Retrier { error_equals, interval_seconds, max_attempts, backoff_rate, max_delay_seconds, jitter })
}

/// `Catch`, in order; none when absent.
pub(super) fn catchers(c: &mut Checker<'_>, site: &Site<'_>) -> Vec<Catcher> {
    let list = site.fields.list("Catch", &mut c.found).unwrap_or_default();
    let count = list.len();
    let items = list.into_iter().enumerate();
    items.filter_map(|(at, (node, location))| catcher(c, site, node, location, at + 1 == count)).collect()
}

fn catcher(
    c: &mut Checker<'_>,
    site: &Site<'_>,
    node: &Node,
    location: String,
    last: bool,
) -> Option<Catcher> {
    let fields = Fields::of(node, location, &mut c.found)?;
    allowed::only(&fields, &CATCH, Some(site.language), &mut c.found);
    fields.comment(&mut c.found);
    let error_equals = error_equals(c, &fields, last, &["ErrorEquals", "Next"]);
    let result_path = path::result(c, &fields);
    let assign = variables::assign(c, &fields, site.language, Sees::ErrorOutput);
    let output = fields.get("Output").filter(|_| site.language == Language::Jsonata);
    let output = output.and_then(|field: Field<'_>| template::jsonata(c, &field, Sees::ErrorOutput));
    let next = fields.get("Next").and_then(|field| transition::target(c, site, &field));
    if next.is_none() {
        c.uncertain.insert(site.scope);
    }
    Some(Catcher { error_equals: error_equals?, result_path, assign, output, next: next? })
}

/// `ErrorEquals`: at least one name; `States.ALL` alone and in the last element only.
fn error_equals(
    c: &mut Checker<'_>,
    fields: &Fields<'_>,
    last: bool,
    required: &[&str],
) -> Option<Vec<Arc<str>>> {
    fields.require(required, &mut c.found);
    let list = fields.full_list("ErrorEquals", &mut c.found)?;
    let mut names: Vec<Arc<str>> = Vec::with_capacity(list.len());
    for (node, location) in list {
        match node.as_str() {
            Some(name) => names.push(name.into()),
            None => super::fields::wrong_type(node, &location, "STRING", &mut c.found),
        }
    }
    if names.iter().any(|name| **name == *error_name::ALL) && (names.len() > 1 || !last) {
        let field = fields.get("ErrorEquals")?;
        c.found
            .error("States.ALL must appear alone and at end of list", &field.location, field.node.span)
            .help("States.ALL matches every error, so nothing beside or behind it would ever be looked at");
    }
    Some(names)
}
