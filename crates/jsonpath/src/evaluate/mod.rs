//! Walks a compiled path over a document and collects what it finds.
//!
//! A definite path that resolves is followed without copying anything; all else
//! goes through [`Walk`], which visits nodes in Jayway's order and fails in its
//! words. Scans are in `scan`, functions in `function`. Called by `Path` and,
//! for the paths inside filters, by `filter`.

mod function;
mod scan;
mod trail;

use std::borrow::Cow;
use std::cell::{Cell, RefCell};

use serde_json::Value;

use crate::fault::Fault;
use crate::java;
use crate::limits::{EVALUATE_COPIES_MAX, EVALUATE_DEPTH_MAX, EVALUATE_STEPS_MAX};
use crate::token::{Steps, Token};
use trail::{Place, Trail};

/// Reads a path from the document's root.
pub(crate) fn read_document<'a>(steps: &Steps, document: &'a Value) -> Result<Cow<'a, Value>, Fault> {
    if document.is_null() {
        return Err(Fault::other("root can not be null"));
    }
    if let Some(found) = follow(steps, document) {
        return Ok(Cow::Borrowed(found));
    }
    let meter = Meter::default();
    let walk = Walk::new(steps, document, &meter, false, true);
    walk.outcome(walk.run(Node::of(document))?)
}

/// Reads a path of a filter or an argument, starting at `start` of `document`.
/// `strict` makes every missing name a failure. Messages about missing places
/// are not made, because nobody reads them.
pub(crate) fn read<'a>(
    steps: &Steps,
    start: &'a Value,
    document: &Value,
    strict: bool,
    meter: &Meter,
) -> Result<Cow<'a, Value>, Fault> {
    if let Some(found) = follow(steps, start) {
        return Ok(Cow::Borrowed(found));
    }
    let walk = Walk::new(steps, document, meter, strict, false);
    walk.outcome(walk.run(Node::of(start))?)
}

/// Follows names and single indexes as long as they lead somewhere.
fn follow<'a>(steps: &Steps, start: &'a Value) -> Option<&'a Value> {
    let mut place = start;
    for token in &steps.tokens {
        place = match token {
            Token::Property { names, .. } => match names.as_slice() {
                [name] => place.as_object()?.get(name)?,
                _ => return None,
            },
            Token::Index(indexes) => match indexes.as_slice() {
                [index] => element(place.as_array()?, i64::from(*index))?,
                _ => return None,
            },
            _ => return None,
        };
    }
    Some(place)
}

/// An element by index, counted from the end when negative.
fn element(items: &[Value], index: i64) -> Option<&Value> {
    let length = i64::try_from(items.len()).ok()?;
    let index = if index < 0 { length + index } else { index };
    items.get(usize::try_from(index).ok()?)
}

/// Counts the work of one evaluation, across the filters in it.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    depth: Cell<usize>,
    steps: Cell<u64>,
    copies: Cell<usize>,
}

impl Meter {
    /// Runs `work` one level deeper, unless a bound is reached.
    fn deeper<T>(&self, work: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
        let depth = self.depth.get() + 1;
        let steps = self.steps.get() + 1;
        if depth > EVALUATE_DEPTH_MAX {
            let message = format!("The path nests deeper than {EVALUATE_DEPTH_MAX} evaluations");
            return Err(Fault::Other(message));
        }
        if steps > EVALUATE_STEPS_MAX {
            return Err(Fault::Other(format!("The path visits more than {EVALUATE_STEPS_MAX} nodes")));
        }
        self.depth.set(depth);
        self.steps.set(steps);
        let result = work();
        self.depth.set(depth - 1);
        result
    }

    /// Accounts for a copy of `value`.
    fn copy(&self, value: &Value) -> Result<(), Fault> {
        let left = EVALUATE_COPIES_MAX.saturating_sub(self.copies.get());
        let count = count_nodes(value, left, 0)
            .ok_or_else(|| Fault::Other(format!("The path finds more than {EVALUATE_COPIES_MAX} values")))?;
        self.copies.set(self.copies.get() + count);
        Ok(())
    }
}

/// Counts the value and what is in it. `None` beyond `bound`, and where it
/// nests too deep to be copied.
fn count_nodes(value: &Value, bound: usize, depth: usize) -> Option<usize> {
    if bound == 0 || depth > EVALUATE_DEPTH_MAX {
        return None;
    }
    let add = |count: usize, child| Some(count + count_nodes(child, bound - count, depth + 1)?);
    match value {
        Value::Array(items) => items.iter().try_fold(1, add),
        Value::Object(members) => members.values().try_fold(1, add),
        _ => Some(1),
    }
}

/// A value on the way; the keys of an object are no list until they are a result.
#[derive(Clone, Copy)]
struct Node<'x> {
    value: &'x Value,
    is_set: bool,
}

impl<'x> Node<'x> {
    fn of(value: &'x Value) -> Self {
        Self { value, is_set: false }
    }

    fn array(self) -> Option<&'x Vec<Value>> {
        if self.is_set { None } else { self.value.as_array() }
    }

    fn object(self) -> Option<&'x serde_json::Map<String, Value>> {
        self.value.as_object()
    }

    fn class_name(self) -> &'static str {
        if self.is_set { "java.util.LinkedHashMap$LinkedKeySet" } else { java::class_name(self.value) }
    }
}

type Found<'x> = Vec<Cow<'x, Value>>;

/// One evaluation of one path.
struct Walk<'w> {
    steps: &'w Steps,
    document: &'w Value,
    meter: &'w Meter,
    /// Every missing name is a failure.
    strict: bool,
    /// Messages are wanted.
    verbose: bool,
    /// Per token, the array index a scan last handed it (see `scan`).
    scanned: RefCell<Vec<Option<usize>>>,
    /// The text of the step before the path's end, where it is not the path's
    /// own: `length` appends a step of which this text does not know.
    before_last: Option<String>,
    /// Gives one value rather than a list.
    definite: bool,
}

impl<'w> Walk<'w> {
    fn new(steps: &'w Steps, document: &'w Value, meter: &'w Meter, strict: bool, verbose: bool) -> Self {
        Self {
            steps,
            document,
            meter,
            strict,
            verbose,
            scanned: RefCell::default(),
            before_last: None,
            definite: steps.is_definite(),
        }
    }

    fn run<'x>(&self, start: Node<'x>) -> Result<Found<'x>, Fault> {
        let mut found = Vec::new();
        if self.steps.tokens.is_empty() {
            found.push(Cow::Borrowed(start.value));
        } else {
            self.step(0, start, &Trail::root(self.steps.root), &mut found)?;
        }
        Ok(found)
    }

    /// A definite path gives its last value, any other the list of all.
    fn outcome<'x>(&self, mut found: Found<'x>) -> Result<Cow<'x, Value>, Fault> {
        if self.definite {
            return found
                .pop()
                .ok_or_else(|| self.not_found(|| format!("No results for path: {}", self.steps)));
        }
        let copy = |value: Cow<'x, Value>| {
            if let Cow::Borrowed(value) = value {
                self.meter.copy(value)?;
            }
            Ok(value.into_owned())
        };
        Ok(Cow::Owned(Value::Array(found.into_iter().map(copy).collect::<Result<_, Fault>>()?)))
    }

    fn not_found(&self, message: impl FnOnce() -> String) -> Fault {
        Fault::NotFound(if self.verbose { message() } else { String::new() })
    }

    /// Applies the token at `at` to `node`.
    fn step<'x>(
        &self,
        at: usize,
        node: Node<'x>,
        trail: &Trail<'_>,
        found: &mut Found<'x>,
    ) -> Result<(), Fault> {
        self.meter.deeper(|| match self.steps.tokens.get(at) {
            Some(Token::Property { names, .. }) => self.properties(at, names, node, trail, found),
            Some(Token::Index(indexes)) => {
                let Some(items) = self.list(at, node, trail)? else { return Ok(()) };
                indexes.iter().try_for_each(|&index| self.index(at, i64::from(index), items, trail, found))
            }
            Some(Token::Slice { from, to }) => {
                let Some(items) = self.list(at, node, trail)? else { return Ok(()) };
                slice(*from, *to, items.len())
                    .try_for_each(|index| self.index(at, index, items, trail, found))
            }
            Some(Token::Wildcard) => self.wildcard(at, node, trail, found),
            Some(Token::Scan) => self.scan(at, node, trail, found),
            Some(Token::Filter(_)) => self.filter(at, node, trail, found),
            Some(Token::Function { name, parameters, .. }) => {
                self.call(at, name, parameters, node, trail, found)
            }
            None => Err(Fault::other("Current path token is a leaf")),
        })
    }

    /// Keeps `value` if the path ends here, else goes on with it.
    fn arrive<'x>(
        &self,
        at: usize,
        value: &'x Value,
        trail: &Trail<'_>,
        found: &mut Found<'x>,
    ) -> Result<(), Fault> {
        if self.steps.is_leaf(at) {
            found.push(Cow::Borrowed(value));
            return Ok(());
        }
        self.step(at + 1, Node::of(value), trail, found)
    }

    fn properties<'x>(
        &self,
        at: usize,
        names: &[String],
        node: Node<'x>,
        trail: &Trail<'_>,
        found: &mut Found<'x>,
    ) -> Result<(), Fault> {
        let Some(members) = node.object() else {
            if !self.steps.is_upstream_definite(at) {
                return Ok(());
            }
            return Err(self.not_found(|| {
                let token = self.steps.tokens.get(at).map(ToString::to_string).unwrap_or_default();
                format!(
                    "Expected to find an object with property {token} in path {trail} but found \
                     '{}'. This is not a json object according to the JsonProvider: \
                     'com.jayway.jsonpath.spi.json.JsonSmartJsonProvider'.",
                    node.class_name()
                )
            }));
        };
        if names.len() > 1 && self.steps.is_leaf(at) {
            return self.merge(names, members, trail, found);
        }
        names.iter().try_for_each(|name| self.property(at, name, members, trail, found))
    }

    /// Several names at the end make one object of those that exist.
    fn merge(
        &self,
        names: &[String],
        members: &serde_json::Map<String, Value>,
        trail: &Trail<'_>,
        found: &mut Found<'_>,
    ) -> Result<(), Fault> {
        let mut merged = serde_json::Map::new();
        for name in names {
            match members.get(name) {
                Some(value) => {
                    merged.insert(name.clone(), value.clone());
                }
                None if self.strict => {
                    return Err(self.not_found(|| {
                        format!("Missing property in path {trail}['{}']", names.join("', '"))
                    }));
                }
                None => {}
            }
        }
        found.push(Cow::Owned(Value::Object(merged)));
        Ok(())
    }

    fn property<'x>(
        &self,
        at: usize,
        name: &str,
        members: &'x serde_json::Map<String, Value>,
        trail: &Trail<'_>,
        found: &mut Found<'x>,
    ) -> Result<(), Fault> {
        let trail = trail.then(Place::Name(name));
        let leaf = self.steps.is_leaf(at);
        let Some(value) = members.get(name) else {
            let required = self.strict || self.is_definite_through(at);
            return match (leaf, required) {
                (true, _) if !self.strict => Ok(()),
                (true, _) => Err(self.not_found(|| format!("No results for path: {trail}"))),
                (false, true) => Err(self.not_found(|| format!("Missing property in path {trail}"))),
                (false, false) => Ok(()),
            };
        };
        if leaf && !self.accepts_scanned(at) {
            return Ok(());
        }
        self.arrive(at, value, &trail, found)
    }

    /// This token and all before it name one place.
    fn is_definite_through(&self, at: usize) -> bool {
        self.steps.is_upstream_definite(at + 1)
    }

    /// The list an index or slice applies to; `None` where it does not apply
    /// but need not.
    fn list<'x>(
        &self,
        at: usize,
        node: Node<'x>,
        trail: &Trail<'_>,
    ) -> Result<Option<&'x Vec<Value>>, Fault> {
        if let Some(items) = node.array() {
            return Ok(Some(items));
        }
        if !self.steps.is_upstream_definite(at) {
            return Ok(None);
        }
        Err(self.not_found(|| {
            if node.value.is_null() {
                return format!("The path {trail} is null");
            }
            format!(
                "Filter: {} can only be applied to arrays. Current context is: {}",
                self.steps.text_from(at),
                java::context_text(node.value)
            )
        }))
    }

    /// One element; an index beyond the end finds nothing, and so does a
    /// function further on that runs out of bounds.
    fn index<'x>(
        &self,
        at: usize,
        index: i64,
        items: &'x [Value],
        trail: &Trail<'_>,
        found: &mut Found<'x>,
    ) -> Result<(), Fault> {
        let Some(value) = element(items, index) else { return Ok(()) };
        match self.arrive(at, value, &trail.then(Place::Index(index)), found) {
            Err(Fault::Bounds(_)) => Ok(()),
            result => result,
        }
    }

    fn wildcard<'x>(
        &self,
        at: usize,
        node: Node<'x>,
        trail: &Trail<'_>,
        found: &mut Found<'x>,
    ) -> Result<(), Fault> {
        if let Some(members) = node.object() {
            return members.keys().try_for_each(|name| self.property(at, name, members, trail, found));
        }
        let Some(items) = node.array() else { return Ok(()) };
        (0_i64..).zip(items).try_for_each(|(index, _)| match self.index(at, index, items, trail, found) {
            Err(Fault::NotFound(_)) if !self.strict => Ok(()),
            result => result,
        })
    }

    fn filter<'x>(
        &self,
        at: usize,
        node: Node<'x>,
        trail: &Trail<'_>,
        found: &mut Found<'x>,
    ) -> Result<(), Fault> {
        if node.object().is_some() {
            if self.accepts(at, node.value)? {
                self.arrive(at, node.value, trail, found)?;
            }
            return Ok(());
        }
        if let Some(items) = node.array() {
            return (0_i64..).zip(items).try_for_each(|(index, item)| {
                if self.accepts(at, item)? { self.index(at, index, items, trail, found) } else { Ok(()) }
            });
        }
        if !self.steps.is_upstream_definite(at) {
            return Ok(());
        }
        Err(Fault::Invalid(format!(
            "Filter: {} can not be applied to primitives. Current context is: {}",
            self.steps.text_from(at),
            java::context_text(node.value)
        )))
    }

    /// Whether the filter at `at` holds; one that makes no sense here does not.
    fn accepts(&self, at: usize, item: &Value) -> Result<bool, Fault> {
        let Some(Token::Filter(condition)) = self.steps.tokens.get(at) else { return Ok(false) };
        match self.meter.deeper(|| condition.holds(item, self.document, self.meter)) {
            Err(Fault::Invalid(_)) => Ok(false),
            result => result,
        }
    }
}

/// The indexes of a slice. Between two bounds a negative start is not counted
/// from the end as a whole, but index by index: `[-1:1]` is the last element
/// and the first.
fn slice(from: Option<i32>, to: Option<i32>, length: usize) -> std::ops::Range<i64> {
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    let from_end = |bound: i64| if bound < 0 { length + bound } else { bound };
    match (from.map(i64::from), to.map(i64::from)) {
        (Some(from), None) => from_end(from).max(0)..length,
        (None, Some(to)) => 0..from_end(to).min(length),
        // Indexes further below zero than the list is long find nothing.
        (Some(from), Some(to)) if length > 0 => from.max(-length)..to.min(length),
        _ => 0..0,
    }
}
