//! Functions that search texts: for a text, with a regular expression, or with a
//! function that the expression brings.
//!
//! A regular expression is a function of JSONata. It gives its first match as an
//! object whose member `next` is a function that gives the one after. The functions
//! here take the short way where they meet a regular expression, and that protocol
//! with any other function. Places in texts count UTF-16 units, as in JavaScript.

use super::Args;
use super::object::with_member;
use super::textual::piece;
use crate::error::{Outcome, Problem, Raised, raise};
use crate::evaluate::{Evaluator, Frame, Function, FunctionKind};
use crate::text::regex::{self, Match, Pattern};
use crate::value::{Array, Object, Text, Value, stringify};
use std::rc::Rc;

/// A regular expression called as a function, with a text and where to begin.
pub(crate) fn search<'v>(
    evaluator: &Evaluator<'v>,
    pattern: &'v Pattern,
    arguments: &[Value<'v>],
) -> Outcome<Value<'v>> {
    let text = match arguments.first() {
        Some(Value::Text(text)) => text.clone(),
        Some(other) if !other.is_undefined() => {
            Text::made(stringify::string(other, false, &evaluator.meter)?, &evaluator.meter)?
        }
        // JavaScript searches the name of what is not there.
        _ => Text::Borrowed("undefined"),
    };
    let from = match arguments.get(1) {
        Some(Value::Number(units)) => byte_of(text.as_str(), *units),
        _ => 0,
    };
    match find(evaluator, pattern, text.as_str(), from)? {
        Some(found) => match_object(evaluator, pattern, &text, &found).map(Object::into_value),
        None => Ok(Value::Undefined),
    }
}

/// The `next` of a match: the match after it. One that is empty would be found for
/// ever and is an error.
pub(crate) fn search_on<'v>(
    evaluator: &Evaluator<'v>,
    pattern: &'v Pattern,
    text: &Text<'v>,
    from: usize,
) -> Outcome<Value<'v>> {
    match find_next(evaluator, pattern, text.as_str(), from)? {
        Some(found) => match_object(evaluator, pattern, text, &found).map(Object::into_value),
        None => Ok(Value::Undefined),
    }
}

fn find(evaluator: &Evaluator<'_>, pattern: &Pattern, text: &str, from: usize) -> Outcome<Option<Match>> {
    let mut steps = evaluator.meter.steps_left();
    let found = pattern.find_at(text, from, &mut steps);
    evaluator.meter.set_steps_left(steps);
    found.map_err(|_| Box::new(Raised::Time))
}

fn find_next(
    evaluator: &Evaluator<'_>,
    pattern: &Pattern,
    text: &str,
    from: usize,
) -> Outcome<Option<Match>> {
    evaluator.meter.step(1)?;
    if from >= text.len() {
        return Ok(None);
    }
    match find(evaluator, pattern, text, from)? {
        Some(found) if found.start == found.end => raise("D1004"),
        found => Ok(found),
    }
}

/// The byte at a place that is counted in UTF-16 units.
fn byte_of(text: &str, units: f64) -> usize {
    if text.is_ascii() {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "negative is 0")]
        return (units as usize).min(text.len());
    }
    let mut seen = 0.0;
    for (byte, character) in text.char_indices() {
        if seen >= units {
            return byte;
        }
        seen += if character.len_utf16() == 2 { 2.0 } else { 1.0 };
    }
    text.len()
}

/// The place of a byte, counted in UTF-16 units.
fn units_of(evaluator: &Evaluator<'_>, text: &str, byte: usize) -> Outcome<f64> {
    evaluator.meter.scan(byte)?;
    let before = text.get(..byte).unwrap_or(text);
    let units = if before.is_ascii() { before.len() } else { before.encode_utf16().count() };
    #[allow(clippy::cast_precision_loss, reason = "no text has 2^53 units")]
    Ok(units as f64)
}

/// `match`, `start`, `end`, `groups` and `next`.
fn match_object<'v>(
    evaluator: &Evaluator<'v>,
    pattern: &'v Pattern,
    text: &Text<'v>,
    found: &Match,
) -> Outcome<Object<'v>> {
    let matched = piece(evaluator, text, found.start, found.end)?;
    let start = units_of(evaluator, text.as_str(), found.start)?;
    let end = units_of(evaluator, text.as_str(), found.end)?;
    let next = FunctionKind::NextMatch { pattern, text: text.clone(), from: found.end };
    let object = with_member(Object::new(&evaluator.meter), "match", matched)?;
    let object = with_member(object, "start", Value::Number(start))?;
    let object = with_member(object, "end", Value::Number(end))?;
    let object = with_member(object, "groups", groups(evaluator, text, found)?)?;
    with_member(object, "next", Function::value(next))
}

fn groups<'v>(evaluator: &Evaluator<'v>, text: &Text<'v>, found: &Match) -> Outcome<Value<'v>> {
    let mut groups = Array::plain(&evaluator.meter);
    for group in &found.groups {
        groups.push(match group {
            Some(range) => piece(evaluator, text, range.start, range.end)?,
            None => Value::Undefined,
        })?;
    }
    Ok(groups.into_value())
}

/// A match on its way through one of the functions below.
struct Found<'v> {
    start: usize,
    end: usize,
    /// The first of `end` by the length of what matched.
    matched_end: usize,
    /// What a regular expression found.
    by_pattern: Option<Match>,
    /// What a function of the expression gave.
    object: Option<Value<'v>>,
}

/// The matches of a text, one after the other.
struct Matches<'r, 'v> {
    evaluator: &'r Evaluator<'v>,
    frame: &'r Rc<Frame<'v>>,
    text: Text<'v>,
    pattern: Option<&'v Pattern>,
    /// The function that gives the next match, and whether it takes the text.
    next: Option<Rc<Function<'v>>>,
    begun: bool,
    position: usize,
}

impl<'r, 'v> Matches<'r, 'v> {
    fn new(
        evaluator: &'r Evaluator<'v>,
        args: &Args<'r, 'v>,
        text: Text<'v>,
        index: usize,
    ) -> Outcome<Matches<'r, 'v>> {
        let Some(function) = args.function(index) else { return raise("T1010") };
        let inner = match &function.kind {
            FunctionKind::Passed(inner) => Rc::clone(inner),
            _ => Rc::clone(&function),
        };
        let pattern = if let FunctionKind::Regex(pattern) = inner.kind { Some(pattern) } else { None };
        let frame = args.frame;
        Ok(Matches { evaluator, frame, text, pattern, next: Some(function), begun: false, position: 0 })
    }

    fn next(&mut self) -> Outcome<Option<Found<'v>>> {
        let begun = std::mem::replace(&mut self.begun, true);
        let Some(pattern) = self.pattern else { return self.next_of_function(begun) };
        let found = if begun {
            find_next(self.evaluator, pattern, self.text.as_str(), self.position)?
        } else {
            find(self.evaluator, pattern, self.text.as_str(), 0)?
        };
        Ok(found.map(|found| {
            self.position = found.end;
            Found {
                start: found.start,
                end: found.end,
                matched_end: found.end,
                by_pattern: Some(found),
                object: None,
            }
        }))
    }

    fn next_of_function(&mut self, begun: bool) -> Outcome<Option<Found<'v>>> {
        let Some(function) = self.next.take() else { return raise("T1010") };
        let arguments = if begun { vec![Value::Undefined] } else { vec![Value::Text(self.text.clone())] };
        let value = self.evaluator.apply_passed(&function, arguments, self.frame)?;
        if value.is_undefined() {
            return Ok(None);
        }
        let member = |name: &str| value.as_object().map(|object| object.get(name)).unwrap_or_default();
        let (start, end) = (member("start"), member("end"));
        let next = member("next");
        let is_match = matches!(start, Value::Number(_)) || member("groups").is_array() || next.is_function();
        if !is_match {
            return raise("T1010");
        }
        if let Value::Function(next) = next {
            self.next = Some(next);
        }
        let place = |value: &Value<'v>| match value {
            Value::Number(units) => byte_of(self.text.as_str(), *units),
            _ => 0,
        };
        let start = place(&start);
        let matched = member("match").as_str().map_or(0, str::len);
        let matched_end = (start + matched).min(self.text.as_str().len());
        let end = place(&end);
        Ok(Some(Found { start, end, matched_end, by_pattern: None, object: Some(value) }))
    }

    /// The match as an object, for functions that look at it.
    fn object(&self, found: &Found<'v>) -> Outcome<Value<'v>> {
        match (&found.by_pattern, self.pattern) {
            (Some(by_pattern), Some(pattern)) => {
                match_object(self.evaluator, pattern, &self.text, by_pattern).map(Object::into_value)
            }
            _ => Ok(found.object.clone().unwrap_or_default()),
        }
    }
}

/// Whether a limit lets one more through.
fn below(count: f64, limit: Option<f64>) -> bool {
    limit.is_none_or(|limit| count < limit)
}

pub(super) fn contains<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    let Some(text) = args.shared_text(0) else { return Ok(Value::Undefined) };
    if let Some(part) = args.text(1) {
        evaluator.meter.scan(text.as_str().len())?;
        return Ok(Value::Bool(text.as_str().contains(part)));
    }
    if args.get(1).is_undefined() {
        return Ok(Value::Undefined);
    }
    Ok(Value::Bool(Matches::new(evaluator, args, text, 1)?.next()?.is_some()))
}

pub(super) fn matches<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    let Some(text) = args.shared_text(0) else { return Ok(Value::Undefined) };
    let limit = args.number(2);
    if limit.is_some_and(|limit| limit < 0.0) {
        return raise("D3040");
    }
    let mut list = Array::sequence(&evaluator.meter);
    let mut matches = Matches::new(evaluator, args, text, 1)?;
    let mut count = 0.0;
    while below(count, limit) {
        let Some(found) = matches.next()? else { break };
        let (matched, start, groups) = match &found.by_pattern {
            Some(by_pattern) => (
                piece(evaluator, &matches.text, found.start, found.end)?,
                Value::Number(units_of(evaluator, matches.text.as_str(), found.start)?),
                groups(evaluator, &matches.text, by_pattern)?,
            ),
            None => {
                let object = found.object.clone().unwrap_or_default();
                let member =
                    |name: &str| object.as_object().map(|object| object.get(name)).unwrap_or_default();
                (member("match"), member("start"), member("groups"))
            }
        };
        let object = with_member(Object::new(&evaluator.meter), "match", matched)?;
        let object = with_member(object, "index", start)?;
        list.push(with_member(object, "groups", groups)?.into_value())?;
        count += 1.0;
    }
    Ok(list.into_value())
}

pub(super) fn split<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    let Some(text) = args.shared_text(0) else { return Ok(Value::Undefined) };
    let limit = args.number(2);
    if limit.is_some_and(|limit| limit < 0.0) {
        return raise("D3020");
    }
    let mut pieces = Array::plain(&evaluator.meter);
    if let Some(separator) = args.text(1) {
        split_at_text(evaluator, &text, separator, limit.map(f64::floor), &mut pieces)?;
        return Ok(pieces.into_value());
    }
    let mut count = 0.0;
    let mut start = 0;
    let mut matches = Matches::new(evaluator, args, text, 1)?;
    while below(count, limit) {
        let Some(found) = matches.next()? else { break };
        pieces.push(between(evaluator, &matches.text, start, found.start)?)?;
        start = found.end;
        count += 1.0;
    }
    if below(count, limit) {
        let end = matches.text.as_str().len();
        pieces.push(between(evaluator, &matches.text, start, end)?)?;
    }
    Ok(pieces.into_value())
}

/// JavaScript's `substring`, which takes its ends in either order.
fn between<'v>(evaluator: &Evaluator<'v>, text: &Text<'v>, one: usize, other: usize) -> Outcome<Value<'v>> {
    piece(evaluator, text, one.min(other), one.max(other))
}

fn split_at_text<'v>(
    evaluator: &Evaluator<'v>,
    text: &Text<'v>,
    separator: &str,
    limit: Option<f64>,
    pieces: &mut Array<'v>,
) -> Outcome<()> {
    evaluator.meter.scan(text.as_str().len())?;
    let mut count = 0.0;
    let mut start = 0;
    if separator.is_empty() {
        for (byte, character) in text.as_str().char_indices() {
            if !below(count, limit) {
                return Ok(());
            }
            pieces.push(piece(evaluator, text, byte, byte + character.len_utf8())?)?;
            count += 1.0;
        }
        return Ok(());
    }
    while below(count, limit) {
        let rest = text.as_str().get(start..).unwrap_or_default();
        let Some(length) = rest.find(separator) else {
            pieces.push(piece(evaluator, text, start, text.as_str().len())?)?;
            return Ok(());
        };
        pieces.push(piece(evaluator, text, start, start + length)?)?;
        start += length + separator.len();
        count += 1.0;
    }
    Ok(())
}

pub(super) fn replace<'v>(evaluator: &Evaluator<'v>, args: &mut Args<'_, 'v>) -> Outcome<Value<'v>> {
    let Some(text) = args.shared_text(0) else { return Ok(Value::Undefined) };
    let limit = args.number(3);
    if args.text(1) == Some("") {
        return raise("D3010");
    }
    if limit.is_some_and(|limit| limit < 0.0) {
        return raise("D3011");
    }
    let mut result = Builder { evaluator, text: String::new() };
    match args.text(1) {
        Some(pattern) => {
            let is_met = limit != Some(0.0) && text.as_str().contains(pattern);
            match args.text(2) {
                Some(replacement) => {
                    replace_text(&mut result, text.as_str(), pattern, replacement, limit)?;
                }
                None if is_met => return not_a_text(evaluator, args.get(2)),
                None => return Ok(Value::Text(text)),
            }
        }
        None => replace_matches(&mut result, args, text, limit)?,
    }
    evaluator.text(result.text)
}

fn not_a_text<T>(evaluator: &Evaluator<'_>, value: &Value<'_>) -> Outcome<T> {
    Problem::new("D3012").value(stringify::in_message(value, &evaluator.meter)).raise()
}

/// A text that grows within the budget.
struct Builder<'r, 'v> {
    evaluator: &'r Evaluator<'v>,
    text: String,
}

impl Builder<'_, '_> {
    fn push(&mut self, piece: &str) -> Outcome<()> {
        self.evaluator.meter.scan(piece.len())?;
        if self.text.len() + piece.len() > self.evaluator.meter.text_max() {
            return Err(Box::new(Raised::Memory));
        }
        self.text.push_str(piece);
        Ok(())
    }
}

fn replace_text(
    result: &mut Builder<'_, '_>,
    text: &str,
    pattern: &str,
    replacement: &str,
    limit: Option<f64>,
) -> Outcome<()> {
    let mut rest = text;
    let mut count = 0.0;
    while below(count, limit) {
        let Some((before, after)) = rest.split_once(pattern) else { break };
        result.push(before)?;
        result.push(replacement)?;
        rest = after;
        count += 1.0;
    }
    result.push(rest)
}

fn replace_matches<'v>(
    result: &mut Builder<'_, 'v>,
    args: &Args<'_, 'v>,
    text: Text<'v>,
    limit: Option<f64>,
) -> Outcome<()> {
    let evaluator = result.evaluator;
    let mut matches = Matches::new(evaluator, args, text, 1)?;
    let mut position = 0;
    let mut count = 0.0;
    while below(count, limit) {
        let Some(found) = matches.next()? else { break };
        let whole = matches.text.clone();
        let piece = |start: usize, end: usize| whole.as_str().get(start..end).unwrap_or_default();
        result.push(piece(position.min(found.start), position.max(found.start)))?;
        if let Some(template) = args.text(2) {
            let groups: Vec<Option<String>> = found_groups(&found, &matches)?;
            let groups: Vec<Option<&str>> = groups.iter().map(Option::as_deref).collect();
            let matched = piece(found.start, found.matched_end);
            let max = evaluator.meter.text_max();
            evaluator.meter.scan(template.len() + matched.len())?;
            regex::expand(template, matched, &groups, &mut result.text, max)?;
        } else {
            let Some(replacer) = args.function(2) else { return not_a_text(evaluator, args.get(2)) };
            let object = matches.object(&found)?;
            let replaced = evaluator.apply_passed(&replacer, vec![object], args.frame)?;
            match replaced.as_str() {
                Some(text) => result.push(text)?,
                None => return not_a_text(evaluator, &replaced),
            }
        }
        position = found.matched_end;
        count += 1.0;
    }
    result.push(matches.text.as_str().get(position..).unwrap_or_default())
}

/// The texts of a match's groups.
fn found_groups(found: &Found<'_>, matches: &Matches<'_, '_>) -> Outcome<Vec<Option<String>>> {
    if let Some(by_pattern) = &found.by_pattern {
        let text = matches.text.as_str();
        let group = |range: &Option<std::ops::Range<usize>>| {
            range.as_ref().and_then(|range| text.get(range.clone())).map(str::to_owned)
        };
        return Ok(by_pattern.groups.iter().map(group).collect());
    }
    let object = found.object.clone().unwrap_or_default();
    let groups = object.as_object().map(|object| object.get("groups")).unwrap_or_default();
    Ok(groups
        .as_array()
        .iter()
        .flat_map(|groups| groups.iter())
        .map(|group| group.as_str().map(str::to_owned))
        .collect())
}
