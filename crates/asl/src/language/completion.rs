//! What could stand at a place of a text that is being written.

use super::expressions;
use super::fields;
use super::integrations;
use super::names::{ERRORS, HTTP_ERRORS};
use super::site::{Shape, Site, is_name};
use super::spot::{self, Place, Spot};
use super::{Callable, Format, Source, yaml};
use crate::check::words::{READER_ACTIONS, WRITER_ACTIONS};
use crate::operation::optimised_prefix;
use crate::tree::Node;
use crate::{Span, TaskResource, parse};
use stateline_models::Service;
use std::collections::HashSet;

/// What can stand at a place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// What an item replaces: whole characters, around the place.
    pub span: Span,
    /// What could stand there, the most likely first.
    pub items: Vec<Item>,
}

/// One thing that could stand at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What is shown and looked for.
    pub label: String,
    /// What it is.
    pub kind: ItemKind,
    /// A few words behind it: a type, a signature.
    pub detail: Option<String>,
    /// A sentence or two.
    pub documentation: Option<String>,
    /// What replaces the span.
    pub insert: String,
}

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum ItemKind {
    Field,
    State,
    Value,
    Resource,
    Error,
    Function,
    Variable,
}

/// Items at most; a person reads a dozen.
const ITEMS_MAX: usize = 2_000;

/// What is being typed.
pub(super) struct Cursor<'s> {
    pub(super) text: &'s str,
    pub(super) offset: usize,
    /// What an item replaces.
    pub(super) word: Span,
    /// Whether JSONata has begun before it and has not ended.
    pub(super) in_expression: bool,
    quote: Option<char>,
    format: Format,
    /// What has to be written behind a key.
    behind_key: &'static str,
    /// What has to be written before a key.
    before: &'static str,
    callable: &'s Callable,
}

impl Cursor<'_> {
    /// What stands before the cursor of the word.
    pub(super) fn typed(&self) -> &str {
        self.text.get(self.word.start..self.offset).unwrap_or_default()
    }

    /// Whether it is within quotes.
    pub(super) fn is_quoted(&self) -> bool {
        self.quote.is_some()
    }

    /// A key as it is written here.
    fn key(&self, name: &str) -> String {
        format!("{}{}{}", self.before, self.text_of(name), self.behind_key)
    }

    /// A text as it is written here: within its quotes, or with quotes of its own.
    fn text_of(&self, text: &str) -> String {
        let json = || serde_json::Value::from(text).to_string();
        match (self.quote, self.format) {
            (Some('\''), _) => text.replace('\'', "''"),
            (Some(_), _) => json().trim_matches('"').to_owned(),
            (None, Format::Json) => json(),
            (None, Format::Yaml) if is_plain(text) => text.to_owned(),
            (None, Format::Yaml) => json(),
        }
    }

    /// An item whose label is a text of the definition.
    pub(super) fn text_item(
        &self,
        kind: ItemKind,
        label: &str,
        detail: Option<String>,
        documentation: Option<String>,
    ) -> Item {
        Item { label: label.to_owned(), kind, detail, documentation, insert: self.text_of(label) }
    }
}

/// Whether YAML reads a text as itself without quotes.
fn is_plain(text: &str) -> bool {
    let begins = text.starts_with(|first: char| first.is_alphabetic() || first == '$');
    let words = ["true", "false", "null", "yes", "no", "on", "off"];
    let tame =
        |c: char| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.' | ':' | '/' | '$' | '(' | ')');
    begins
        && text.chars().all(tame)
        && !text.contains(": ")
        && !text.ends_with([' ', ':'])
        && !words.contains(&text.to_ascii_lowercase().as_str())
}

/// What could stand at a byte of a text, broken as it may be. Without an idea the list is empty.
#[must_use]
pub fn complete(source: &Source<'_>, offset: usize, callable: &Callable) -> Completion {
    let offset = super::boundary(source.text, offset);
    let nothing = Completion { span: Span::new(offset, offset), items: Vec::new() };
    let found = match source.format {
        Format::Json => in_json(source, offset, callable),
        Format::Yaml => in_yaml(source, offset, callable),
    };
    let mut completion = found.unwrap_or(nothing);
    completion.items.truncate(ITEMS_MAX);
    completion
}

fn in_json(source: &Source<'_>, offset: usize, callable: &Callable) -> Option<Completion> {
    let text = source.text;
    let (tree, _) = parse(text);
    let root = tree.root.as_ref()?;
    let spot = spot::find(root, text, offset)?;
    let scalar = match spot.place {
        Place::Key { entry: Some(entry), .. } => Some(entry.key_span),
        Place::Value { node: Some(node) } if node.as_str().is_some() => Some(node.span),
        _ => None,
    };
    let quoted = scalar.filter(|span| text.get(span.start..).is_some_and(|rest| rest.starts_with('"')));
    let mut word = quoted.map_or_else(|| spot::word(text, offset), |span| spot::inner(text, span));
    let quote = quoted.map(|_| '"');
    // A quote that was not closed goes on to the next one, and a word begins behind that.
    let behind = quoted.and_then(|span| text.get(span.end..)?.chars().next());
    if behind.is_some_and(char::is_alphanumeric) {
        word.end = spot::word(text, offset).end.min(word.end);
    }
    let (mut behind_key, mut before) = ("", "");
    if let Place::Key { entry, .. } = spot.place {
        let end = entry.map_or(word.end, |entry| entry.key_span.end);
        let has_colon = text.get(end..).is_some_and(|rest| rest.trim_start().starts_with(':'));
        if !has_colon {
            // The closing quote is written anew with the colon.
            behind_key = if quote.is_some() { "\": " } else { ": " };
            word.end = end;
        }
        let written = text.get(..word.start).unwrap_or_default().trim_end();
        before = if quote.is_some() || written.ends_with(['{', ',']) { "" } else { ", " };
    }
    let typed = text.get(word.start..offset).unwrap_or_default();
    let in_expression =
        typed.rfind("{%").is_some_and(|at| !typed.get(at..).unwrap_or_default().contains("%}"));
    let format = Format::Json;
    let cursor = Cursor { text, offset, word, in_expression, quote, format, behind_key, before, callable };
    Some(at_spot(root, &spot, cursor))
}

fn in_yaml(source: &Source<'_>, offset: usize, callable: &Callable) -> Option<Completion> {
    let mended = yaml::mend(source.text, offset)?;
    let root = mended.tree.root.as_ref()?;
    let spot = yaml::find(root)?;
    let is_key = matches!(spot.place, Place::Key { .. });
    let mut word = mended.word;
    let behind_key = match mended.quote {
        _ if !is_key || mended.has_colon => "",
        None => ": ",
        Some(quote) => {
            // The closing quote is written anew with the colon.
            let closed = source.text.get(word.end..).is_some_and(|rest| rest.starts_with(quote));
            word.end += usize::from(closed);
            if quote == '"' { "\": " } else { "': " }
        }
    };
    let quote = mended.quote;
    let cursor = Cursor {
        text: source.text,
        offset,
        word,
        in_expression: mended.in_expression,
        quote,
        format: Format::Yaml,
        behind_key,
        before: "",
        callable,
    };
    Some(at_spot(root, &spot, cursor))
}

fn at_spot(root: &Node, spot: &Spot<'_>, mut cursor: Cursor<'_>) -> Completion {
    let site = Site::of(root, spot);
    let items = match spot.place {
        Place::Key { object, entry } => keys(&site, object, entry.map(|entry| entry.key.as_str()), &cursor),
        Place::Value { .. } => values(&site, &mut cursor),
    };
    Completion { span: cursor.word, items }
}

/// Keys that the object may have and has not. `typed` is the one that is being written.
fn keys(site: &Site<'_>, object: &Node, typed: Option<&str>, cursor: &Cursor<'_>) -> Vec<Item> {
    let entries = object.as_object().unwrap_or_default();
    let mut present: Vec<&str> = entries.iter().map(|entry| entry.key.as_str()).collect();
    if let Some(typed) = typed
        && let Some(at) = present.iter().position(|key| *key == typed)
    {
        present.remove(at);
    }
    let field = |name: &str, detail: Option<String>, documentation: Option<String>| Item {
        label: name.to_owned(),
        kind: ItemKind::Field,
        detail,
        documentation,
        insert: cursor.key(name),
    };
    match site.target {
        Shape::Arguments => {
            let given: HashSet<&str> =
                present.iter().map(|key| key.strip_suffix(".$").unwrap_or(key)).collect();
            let mut items = Vec::new();
            for parameter in site.resource.and_then(integrations::parameters).unwrap_or_default() {
                if given.contains(parameter.name.as_str()) {
                    continue;
                }
                let required = if parameter.required { ", required" } else { "" };
                let detail = format!("{}{required}", parameter.type_name);
                items.push(field(&parameter.name, Some(detail.clone()), parameter.documentation.clone()));
                if !site.is_jsonata {
                    let name = format!("{}.$", parameter.name);
                    items.push(field(&name, Some(format!("path to {detail}")), parameter.documentation));
                }
            }
            items
        }
        Shape::Assign => {
            let variables = site.variables();
            let given: HashSet<&str> =
                present.iter().map(|key| key.strip_suffix(".$").unwrap_or(key)).collect();
            let again = variables.iter().filter(|(name, _)| !given.contains(name) && Some(*name) != typed);
            again.map(|(name, states)| field(name, None, Some(assigned_by(states)))).collect()
        }
        _ => {
            let names = fields::missing(site, object, &present);
            let mut items: Vec<Item> = names
                .into_iter()
                .map(|name| field(name, None, fields::documentation(site.target, name)))
                .collect();
            for item in &mut items {
                // `End` has one value that says anything.
                if item.label == "End" && !cursor.behind_key.is_empty() {
                    item.insert.push_str("true");
                }
            }
            items
        }
    }
}

pub(super) fn assigned_by(states: &[&str]) -> String {
    const SHOWN: usize = 5;
    let mut shown =
        states.iter().take(SHOWN).map(|state| format!("'{state}'")).collect::<Vec<_>>().join(", ");
    if states.len() > SHOWN {
        shown.push_str(", …");
    }
    format!("Assigned by {shown}.")
}

fn values(site: &Site<'_>, cursor: &mut Cursor<'_>) -> Vec<Item> {
    let field = site.field.unwrap_or_default();
    let words = fields::words(site.shape, field);
    if !words.is_empty() {
        let about =
            |word: &str| if field == "Type" { fields::of_state_type(word).map(str::to_owned) } else { None };
        return words.iter().map(|word| cursor.text_item(ItemKind::Value, word, None, about(word))).collect();
    }
    let words =
        if site.shape == Shape::Arguments { parameter_words(site, field, cursor) } else { Vec::new() };
    if let Some(mut items) = expressions::complete(site, cursor) {
        items.splice(0..0, words);
        return items;
    }
    match (site.shape, field) {
        (Shape::Machine | Shape::Branch | Shape::Processor, "StartAt") => states(site, cursor),
        (Shape::State | Shape::Catcher | Shape::Rule, "Next") | (Shape::State, "Default") => {
            states(site, cursor)
        }
        (Shape::State, "Resource") => resources(cursor),
        (Shape::Reader, "Resource") => s3(&READER_ACTIONS, cursor),
        (Shape::Writer, "Resource") => s3(&WRITER_ACTIONS, cursor),
        (Shape::ErrorNames, _) => errors(site, cursor),
        (Shape::Arguments, _) => words,
        (shape, field) if fields::is_boolean(shape, field) && cursor.quote.is_none() => ["true", "false"]
            .map(|word| Item {
                insert: word.to_owned(),
                ..cursor.text_item(ItemKind::Value, word, None, None)
            })
            .into(),
        _ => Vec::new(),
    }
}

/// The states of the innermost scope, the one that the cursor is in last.
fn states(site: &Site<'_>, cursor: &Cursor<'_>) -> Vec<Item> {
    let entries =
        site.scope().and_then(|scope| scope.get("States")).and_then(Node::as_object).unwrap_or_default();
    let own = site.state().map(|state| state.name);
    let mut seen = HashSet::new();
    let mut items: Vec<Item> = Vec::new();
    let mut last = None;
    for entry in entries.iter().filter(|entry| is_name(&entry.key) && seen.insert(entry.key.as_str())) {
        let of = |field: &str| entry.value.get(field).and_then(Node::as_str).map(str::to_owned);
        let item = cursor.text_item(ItemKind::State, &entry.key, of("Type"), of("Comment"));
        let is_own = Some(entry.key.as_str()) == own && site.shape != Shape::Machine;
        if is_own { last = Some(item) } else { items.push(item) }
    }
    items.extend(last);
    items
}

fn resources(cursor: &Cursor<'_>) -> Vec<Item> {
    const SDK: &str = "arn:aws:states:::aws-sdk:";
    let typed = cursor.typed();
    let item = |label: &str, detail: String, documentation: Option<String>| {
        cursor.text_item(ItemKind::Resource, label, Some(detail), documentation)
    };
    if let Some((service, _)) = typed.strip_prefix(SDK).and_then(|rest| rest.split_once(':')) {
        let actions = integrations::sdk_actions(service).unwrap_or_default();
        return actions.into_iter().map(|action| item(&action.resource, action.title, None)).collect();
    }
    if typed.starts_with(SDK.trim_end_matches(':')) {
        let services = integrations::sdk_services();
        return services.into_iter().map(|(id, title)| item(&format!("{SDK}{id}:"), title, None)).collect();
    }
    let of = |arns: &[String], about: &str| {
        arns.iter().map(|arn| item(arn, about.to_owned(), None)).collect::<Vec<_>>()
    };
    let mut items = of(&cursor.callable.functions, "a function of this server");
    items.extend(of(&cursor.callable.activities, "an activity of this server"));
    for service in integrations::services() {
        for action in service.actions {
            let detail = format!("{}: {}", service.title, action.title);
            items.push(item(&action.resource, detail.clone(), None));
            for pattern in action.patterns {
                let about = integrations::about_pattern(pattern).map(str::to_owned);
                items.push(item(&format!("{}.{pattern}", action.resource), detail.clone(), about));
            }
        }
    }
    items.push(item(
        SDK,
        "any action of any service of AWS".to_owned(),
        Some("Goes on with the service and the action.".to_owned()),
    ));
    items.push(item(
        "arn:aws:lambda:us-east-1:000000000000:function:",
        "a function, invoked without a wrapper".to_owned(),
        None,
    ));
    items.push(item(
        "arn:aws:states:us-east-1:000000000000:activity:",
        "an activity, done by a worker".to_owned(),
        None,
    ));
    items
}

fn s3(actions: &[&str], cursor: &Cursor<'_>) -> Vec<Item> {
    let arns = actions.iter().map(|action| format!("arn:aws:states:::s3:{action}"));
    arns.map(|arn| cursor.text_item(ItemKind::Resource, &arn, None, None)).collect()
}

/// The errors of the language, and those that the state's service has.
fn errors(site: &Site<'_>, cursor: &Cursor<'_>) -> Vec<Item> {
    let item = |name: &str, about: Option<String>| cursor.text_item(ItemKind::Error, name, None, about);
    let mut items: Vec<Item> =
        ERRORS.iter().map(|(name, about)| item(name, Some((*about).to_owned()))).collect();
    let resource = site.state().and_then(|state| state.node.get("Resource")).and_then(Node::as_str);
    let Some(task) = resource.and_then(TaskResource::parse) else { return items };
    let service = match &task {
        TaskResource::Integration { service, .. } => &**service,
        TaskResource::Function { .. } => "lambda",
        TaskResource::Activity { .. } => return items,
    };
    if service == "http" {
        items.extend(HTTP_ERRORS.iter().map(|(name, about)| item(name, Some((*about).to_owned()))));
    }
    let (model, prefix) = match (task.operation(), service) {
        (_, "lambda") => ("lambda", Some("Lambda")),
        (_, "states") => ("sfn", Some("StepFunctions")),
        (Some(operation), _) => (operation.service, optimised_prefix(service)),
        (None, _) => return items,
    };
    let Some(model) = Service::shared(model) else { return items };
    let prefix = prefix.map_or_else(|| model.client_name().to_owned(), str::to_owned);
    let own = model.errors().map(|error| item(&format!("{prefix}.{}", error.exception()), None));
    items.extend(own);
    items
}

/// The words that a parameter may be.
fn parameter_words(site: &Site<'_>, field: &str, cursor: &Cursor<'_>) -> Vec<Item> {
    let parameters = site.resource.and_then(integrations::parameters).unwrap_or_default();
    let parameter = parameters.into_iter().find(|parameter| parameter.name == field);
    let words = parameter.map(|parameter| parameter.words).unwrap_or_default();
    let words = words.iter().map(|word| cursor.text_item(ItemKind::Value, word, None, None));
    let callable = |(label, about): (&str, &str)| {
        cursor.text_item(ItemKind::Resource, label, Some(format!("{about} of this server")), None)
    };
    let name = |arn| str::rsplit(arn, ':').next().unwrap_or_default();
    let Callable { functions, machines, .. } = cursor.callable;
    words
        .chain(
            functions
                .iter()
                .filter(|_| is(site, "lambda", field, "FunctionName"))
                .map(|arn| callable((name(arn), "a function"))),
        )
        .chain(
            machines
                .iter()
                .filter(|_| is(site, "states", field, "StateMachineArn"))
                .map(|arn| callable((arn, "a state machine"))),
        )
        .collect()
}

/// Whether a field is this parameter of an optimised service.
fn is(site: &Site<'_>, service: &str, field: &str, parameter: &str) -> bool {
    let behind = site.resource.and_then(|resource| resource.strip_prefix("arn:aws:states:::"));
    field == parameter && behind.and_then(|rest| rest.split(':').next()) == Some(service)
}
