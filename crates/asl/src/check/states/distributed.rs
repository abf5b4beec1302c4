//! The fields of a distributed Map (reference 01, section 5.7): `Label`, tolerated
//! failures and `ItemBatcher` here, `ItemReader` and `ResultWriter` in their files.

pub(crate) mod reader;
pub(crate) mod writer;

use crate::check::fields::{Field, Fields};
use crate::check::jsonata::{self, Sees};
use crate::check::{Checker, Language, Site, allowed, path, template};
use crate::program::{Distributed, ItemBatcher, Percentage, ScopeIndex, Template};
use crate::{Code, Severity, TaskResource};
use std::sync::Arc;

/// Failures, and items of a batch, that may be asked for; what fits AWS's integer.
const COUNT_MAX: u64 = 2_147_483_647;
/// Bytes that a batch may be allowed: the largest input of an execution.
const BATCH_BYTES_MAX: u64 = 262_144;
/// Characters that a label may have.
const LABEL_CHARS_MAX: usize = 40;
/// Characters that a label may not have, besides blanks and control characters.
const LABEL_EXCLUDED: &str = "?*<>{}[]:;,\\|^~$#%&\"`";

/// What an `ItemBatcher` may have.
pub(crate) const BATCHER: [&str; 5] = [
    "BatchInput",
    "MaxItemsPerBatch",
    "MaxItemsPerBatchPath",
    "MaxInputBytesPerBatch",
    "MaxInputBytesPerBatchPath",
];

/// Reads the fields; `None` when the Map is inline.
pub(super) fn check(
    c: &mut Checker<'_>,
    site: &Site<'_>,
    processor: Option<ScopeIndex>,
) -> Option<Distributed> {
    let child = processor.and_then(|scope| c.child_kind(scope));
    let tolerated_count =
        path::number(c, &site.fields, site.language, "ToleratedFailureCount", 0..=COUNT_MAX);
    let tolerated_percentage = percentage(c, site);
    let reader = reader::check(c, site);
    let batcher = batcher(c, site);
    let writer = writer::check(c, site);
    let child = child?;
    let label = label(c, site);
    Some(Distributed { child, label, reader, batcher, tolerated_count, tolerated_percentage, writer })
}

/// `ToleratedFailurePercentage` or its path.
fn percentage(c: &mut Checker<'_>, site: &Site<'_>) -> Option<Percentage> {
    let names = ["ToleratedFailurePercentage", "ToleratedFailurePercentagePath"];
    if !site.fields.at_most_one(&names, &mut c.found) {
        return None;
    }
    let by_path = site.fields.get(names[1]).filter(|_| site.language == Language::JsonPath);
    if let Some(field) = by_path {
        return path::reference(c, &field).map(Percentage::Path);
    }
    let field = site.fields.get(names[0])?;
    if site.language == Language::Jsonata && jsonata::is_meant(field.node) {
        let found = jsonata::expression(c, field.node, &field.location, Sees::Entry);
        return found.map(Percentage::Jsonata);
    }
    let share = field.number(0.0, &mut c.found)?;
    if share > 100.0 {
        c.found.error("Maximum value is 100.0", &field.location, field.node.span);
        return None;
    }
    Some(Percentage::Fixed(share))
}

/// `ItemBatcher`: at least one of the two bounds.
fn batcher(c: &mut Checker<'_>, site: &Site<'_>) -> Option<ItemBatcher> {
    let field = site.fields.get("ItemBatcher")?;
    let fields = Fields::of(field.node, field.location, &mut c.found)?;
    allowed::only(&fields, &BATCHER, Some(site.language), &mut c.found);
    if BATCHER.iter().skip(1).all(|name| !fields.has(name)) && !fields.node.damaged {
        let message = "This object should have at least one of the following fields: [MaxItemsPerBatch, \
                       MaxItemsPerBatchPath, MaxInputBytesPerBatch, MaxInputBytesPerBatchPath]";
        c.found.error(message, fields.place(), fields.span);
    }
    let input = fields.get("BatchInput").and_then(|field| arguments(c, site.language, &field));
    let language = site.language;
    let max_items = path::number(c, &fields, language, "MaxItemsPerBatch", 1..=COUNT_MAX);
    let max_bytes = path::number(c, &fields, language, "MaxInputBytesPerBatch", 1..=BATCH_BYTES_MAX);
    Some(ItemBatcher { input, max_items, max_bytes })
}

/// A value that is an object in JSONPath states and an object or an expression in JSONata states.
fn arguments(c: &mut Checker<'_>, language: Language, field: &Field<'_>) -> Option<Template> {
    if language == Language::Jsonata && jsonata::is_meant(field.node) {
        return template::jsonata(c, field, Sees::Entry);
    }
    template::object_of(c, language, field, Sees::Entry)
}

/// `Parameters` of a JSONPath state or `Arguments` of a JSONata state.
fn request(c: &mut Checker<'_>, site: &Site<'_>, fields: &Fields<'_>) -> Option<Template> {
    let name = match site.language {
        Language::JsonPath => "Parameters",
        Language::Jsonata => "Arguments",
    };
    fields.get(name).and_then(|field| arguments(c, site.language, &field))
}

/// `Resource`: one of a few actions of S3.
fn resource(c: &mut Checker<'_>, fields: &Fields<'_>, actions: &[&str]) -> Option<Arc<str>> {
    let (field, text) = fields.string("Resource", &mut c.found)?;
    if let Some(TaskResource::Integration { arn, service, action, .. }) = TaskResource::parse(text)
        && &*service == "s3"
        && actions.contains(&&*action)
    {
        return Some(arn);
    }
    let message = format!(
        "The resource provided {text} is not recognized. The value is not a valid resource ARN, or the \
         resource is not available in this region."
    );
    let known: Vec<String> = actions.iter().map(|action| format!("arn:aws:states:::s3:{action}")).collect();
    c.found.error(message, &field.location, field.node.span).help(format!("write {}", known.join(" or ")));
    None
}

/// `Label`, or one made of the state's name.
fn label(c: &mut Checker<'_>, site: &Site<'_>) -> Arc<str> {
    let Some(field) = site.fields.get("Label") else { return generated(c, site) };
    let Some(text) = field.string(&mut c.found) else { return "".into() };
    let wrong = text.chars().find(|character| !allowed_in_label(*character));
    let message = match wrong {
        _ if text.is_empty() => Some("Label cannot be empty".to_owned()),
        _ if text.chars().nth(LABEL_CHARS_MAX).is_some() => {
            Some(format!("Label cannot exceed {LABEL_CHARS_MAX} characters"))
        }
        Some(character) => Some(format!("Label contains invalid character: '{character}'")),
        None => None,
    };
    if let Some(message) = message {
        let code = Code::InvalidLabelName;
        c.found.field(code, Severity::Error, message, &field.location, field.node.span);
    } else if !c.labels.insert(text.into()) {
        let message = format!("Duplicate Label name: {text}");
        c.found.field(Code::DuplicateLabelName, Severity::Error, message, &field.location, field.node.span);
    }
    text.into()
}

fn allowed_in_label(character: char) -> bool {
    !character.is_whitespace() && !character.is_control() && !LABEL_EXCLUDED.contains(character)
}

/// A label for a Map that has none: its name as far as a label may hold it, with a
/// number behind it where another Map has that label. It depends on the definition
/// alone, because it is part of the ARNs of children, and outlives a restart.
fn generated(c: &mut Checker<'_>, site: &Site<'_>) -> Arc<str> {
    let name = c.outline.states.get(site.index.0 as usize).map_or("", |state| state.name);
    // A slash divides the state machine's name from the label in an ARN.
    let tame = |character: char| {
        if allowed_in_label(character) && character != '/' { character } else { '-' }
    };
    let name: Arc<str> = match name {
        "" => "Map".into(),
        name => name.chars().take(LABEL_CHARS_MAX).map(tame).collect::<String>().into(),
    };
    // Numbers go on where they were, so that many Maps of one name stay quick to name.
    let mut number = c.label_numbers.get(&name).map_or(1, |number| number + 1);
    loop {
        let end = if number == 1 { String::new() } else { format!("-{number}") };
        let label: String = name.chars().take(LABEL_CHARS_MAX - end.len()).chain(end.chars()).collect();
        let label: Arc<str> = label.into();
        if !c.outline.has_label(&label) && c.labels.insert(label.clone()) {
            c.label_numbers.insert(name, number);
            return label;
        }
        number += 1;
    }
}
