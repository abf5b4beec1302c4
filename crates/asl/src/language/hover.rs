//! What stands at a place of a text means: a field, a state, what a task calls, a function, an error, and
//! what is wrong there.

use super::Source;
use super::completion::assigned_by;
use super::expressions::is_computed;
use super::fields;
use super::integrations;
use super::names::{ERROR_OUTPUT, ERRORS, HTTP_ERRORS, INTRINSIC, JSONATA, Named, STATES, context};
use super::site::{Shape, Site};
use super::spot::{self, Place, word};
use crate::tree::{Entry, Node};
use crate::{Diagnostic, Pattern, Span, TaskResource};

/// What stands at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// What is explained: whole characters, around the place.
    pub span: Span,
    /// In a few words.
    pub title: String,
    /// In sentences, plain text; lines are divided by `\n`.
    pub text: String,
    /// Where AWS documents it.
    pub link: Option<String>,
}

/// AWS's guide.
const GUIDE: &str = "https://docs.aws.amazon.com/step-functions/latest/dg/";

/// What stands at a byte of a text; `None` where nothing is that has a meaning.
#[must_use]
pub fn hover(source: &Source<'_>, offset: usize) -> Option<Hover> {
    let offset = super::boundary(source.text, offset);
    let compilation = source.compile();
    let explained = compilation.tree.root.as_ref().and_then(|root| explain(root, source.text, offset));
    let wrong = compilation.diagnostics.iter().filter(|found| touches(found, offset));
    let wrong: Vec<&Diagnostic> = wrong.take(WRONG_MAX).collect();
    let told = wrong.iter().map(|found| match &found.help {
        Some(help) => format!("{}\n{help}", found.message),
        None => found.message.clone(),
    });
    let told = told.collect::<Vec<_>>().join("\n");
    match (explained, wrong.first()) {
        (explained, None) => explained,
        (None, Some(first)) => {
            let title = if first.is_error() { "Error" } else { "Warning" }.to_owned();
            Some(Hover { span: first.span, title, text: told, link: None })
        }
        (Some(mut explained), Some(_)) => {
            explained.text = format!("{told}\n{}", explained.text);
            Some(explained)
        }
    }
}

/// Mistakes told at one place.
const WRONG_MAX: usize = 3;

fn touches(found: &Diagnostic, offset: usize) -> bool {
    (found.span.start..found.span.end.max(found.span.start + 1)).contains(&offset)
}

fn explain(root: &Node, text: &str, offset: usize) -> Option<Hover> {
    let spot = spot::find(root, text, offset)?;
    let site = Site::of(root, &spot);
    match spot.place {
        Place::Key { entry, .. } => of_key(&site, entry?, text),
        Place::Value { node } => {
            let node = node?;
            of_expression(&site, node, text, offset).or_else(|| of_value(&site, node, text))
        }
    }
}

fn of_key(site: &Site<'_>, entry: &Entry, text: &str) -> Option<Hover> {
    let span = spot::inner(text, entry.key_span);
    let key = entry.key.as_str();
    let name = key.strip_suffix(".$").unwrap_or(key);
    let hover = |title: String, text: String, page: Option<&str>| {
        Some(Hover { span, title, text, link: page.map(|page| format!("{GUIDE}{page}")) })
    };
    match site.target {
        Shape::States => {
            let (title, text, page) = state(key, &entry.value);
            hover(title, text, page)
        }
        Shape::Arguments => {
            let parameters = site.resource.and_then(integrations::parameters)?;
            let found = parameters.into_iter().find(|parameter| parameter.name == name)?;
            let required = if found.required { ", required" } else { "" };
            let about = found.documentation.unwrap_or_default();
            let text = format!("{}{required}\n{about}", found.type_name);
            hover(found.name, text.trim_end().to_owned(), None)
        }
        Shape::Assign => {
            let variables = site.variables();
            let (_, states) = variables.iter().find(|(known, _)| *known == name)?;
            hover(format!("${name}"), assigned_by(states), Some("workflow-variables.html"))
        }
        shape => hover(key.to_owned(), fields::documentation(shape, key)?, page_of(shape, key)),
    }
}

/// The page that documents a field.
fn page_of(shape: Shape, key: &str) -> Option<&'static str> {
    Some(match (shape, key) {
        (Shape::Retrier | Shape::Catcher, _) | (Shape::State, "Retry" | "Catch") => {
            "concepts-error-handling.html"
        }
        (_, "Assign") => "workflow-variables.html",
        (_, "QueryLanguage" | "Arguments" | "Output") => "transforming-data.html",
        (Shape::Reader | Shape::ReaderConfig, _) => "input-output-itemreader.html",
        (Shape::Batcher, _) => "input-output-itembatcher.html",
        (Shape::Writer | Shape::WriterConfig, _) => "input-output-resultwriter.html",
        (Shape::Rule | Shape::InnerRule, _) => "state-choice.html",
        _ => return None,
    })
}

fn state(name: &str, node: &Node) -> (String, String, Option<&'static str>) {
    let of = |field: &str| node.get(field).and_then(Node::as_str);
    let type_name = of("Type").unwrap_or_default();
    let mut lines: Vec<String> = Vec::new();
    lines.extend(of("Comment").map(str::to_owned));
    lines.extend(fields::of_state_type(type_name).map(str::to_owned));
    lines.extend(of("Resource").map(|resource| format!("Calls {resource}.")));
    lines.extend(of("Next").map(|next| format!("Goes on to '{next}'.")));
    let page = match type_name {
        "Task" => Some("state-task.html"),
        "Pass" => Some("state-pass.html"),
        "Choice" => Some("state-choice.html"),
        "Wait" => Some("state-wait.html"),
        "Succeed" => Some("state-succeed.html"),
        "Fail" => Some("state-fail.html"),
        "Parallel" => Some("state-parallel.html"),
        "Map" => Some("state-map.html"),
        _ => None,
    };
    let title = if type_name.is_empty() { name.to_owned() } else { format!("{name} ({type_name})") };
    (title, lines.join("\n"), page)
}

fn of_value(site: &Site<'_>, node: &Node, text: &str) -> Option<Hover> {
    let value = node.as_str()?;
    let span = spot::inner(text, node.span);
    let hover = |title: &str, text: String, page: Option<&str>| {
        let link = page.map(|page| format!("{GUIDE}{page}"));
        Some(Hover { span, title: title.to_owned(), text, link })
    };
    match (site.shape, site.field.unwrap_or_default()) {
        (Shape::State, "Type") => {
            let (_, _, page) = state("", site.state()?.node);
            hover(value, fields::of_state_type(value)?.to_owned(), page)
        }
        (Shape::State | Shape::Reader | Shape::Writer, "Resource") => {
            let (title, text) = resource(value)?;
            hover(&title, text, None)
        }
        (Shape::ErrorNames, _) => {
            let (name, about) = ERRORS.iter().chain(HTTP_ERRORS).find(|(name, _)| *name == value)?;
            hover(name, (*about).to_owned(), Some("concepts-error-handling.html"))
        }
        (Shape::Machine | Shape::Branch | Shape::Processor, "StartAt")
        | (Shape::State | Shape::Catcher | Shape::Rule, "Next")
        | (Shape::State, "Default") => {
            let target = site.scope()?.get("States")?.get(value)?;
            let (title, text, page) = state(value, target);
            hover(&title, text, page)
        }
        (shape, field) => {
            let known = fields::words(shape, field).contains(&value);
            known.then(|| hover(value, fields::documentation(shape, field)?, None))?
        }
    }
}

/// What a resource calls, how it ends, and what it takes.
fn resource(arn: &str) -> Option<(String, String)> {
    let task = TaskResource::parse(arn)?;
    let (service, action, pattern) = match &task {
        TaskResource::Function { .. } => {
            return Some((
                "A Lambda function".to_owned(),
                "Its input is the task's; its answer is the result.".to_owned(),
            ));
        }
        TaskResource::Activity { .. } => {
            return Some((
                "An activity".to_owned(),
                "A worker that asks for tasks does it, and answers with the token.".to_owned(),
            ));
        }
        TaskResource::Integration { service, action, pattern, .. } => (service, action, pattern),
    };
    let name = action.split('.').next().unwrap_or_default();
    let about = match pattern {
        Pattern::RequestResponse => "Goes on with the service's answer.",
        Pattern::Sync => integrations::about_pattern("sync")?,
        Pattern::Sync2 => integrations::about_pattern("sync:2")?,
        Pattern::WaitForTaskToken => integrations::about_pattern("waitForTaskToken")?,
    };
    let mut text = about.to_owned();
    let parameters = integrations::parameters(arn).unwrap_or_default();
    let names = |required: bool| {
        let names = parameters.iter().filter(|parameter| parameter.required == required);
        names.map(|parameter| parameter.name.as_str()).collect::<Vec<_>>().join(", ")
    };
    for (what, names) in [("Needs", names(true)), ("Takes", names(false))] {
        if !names.is_empty() {
            text.push_str(&format!("\n{what}: {names}."));
        }
    }
    Some((format!("{} {name}", service.strip_prefix("aws-sdk:").unwrap_or(service)), text))
}

/// A name within an expression.
fn of_expression(site: &Site<'_>, node: &Node, text: &str, offset: usize) -> Option<Hover> {
    let value = node.as_str()?;
    let span = word(text, offset);
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '.');
    let before = text.get(..span.end)?;
    let start = before.trim_end_matches(is_part).len().max(spot::inner(text, node.span).start);
    let chain = before.get(start..)?;
    let hover = |title: &str, text: &str, page: &str| {
        let link = Some(format!("{GUIDE}{page}"));
        Some(Hover { span, title: title.to_owned(), text: text.to_owned(), link })
    };
    let is_expression = site.is_jsonata && is_computed(site) && value.starts_with("{%");
    if is_expression && let Some(name) = chain.strip_prefix('$').filter(|name| !name.contains('.')) {
        let functions = stateline_jsonata::functions().zip(JSONATA);
        if let Some((function, (_, about))) =
            functions.into_iter().find(|(function, _)| function.name == name)
        {
            let title = format!("${name} {}", function.signature);
            return hover(&title, about, "transforming-data.html");
        }
    }
    if is_expression && let Some((owner, name)) = chain.rsplit_once('.') {
        let members: &[Named] = match owner {
            "$states" => STATES,
            "$states.errorOutput" => ERROR_OUTPUT,
            "$states.context" => context(""),
            owner => owner.strip_prefix("$states.context.").map_or(&[][..], context),
        };
        let (_, about) = members.iter().find(|(known, _)| *known == name)?;
        return hover(chain, about, "transforming-data.html");
    }
    let holds_path = super::expressions::holds(site, value).is_some();
    if !is_expression && !holds_path {
        return None;
    }
    if let Some(name) = chain.strip_prefix("States.").filter(|_| !is_expression) {
        let (_, arguments, about) = INTRINSIC.iter().find(|(known, ..)| *known == name)?;
        return hover(&format!("States.{name}({arguments})"), about, "intrinsic-functions.html");
    }
    if let Some(path) = chain.strip_prefix("$$.").filter(|_| !is_expression) {
        let (owner, name) = path.rsplit_once('.').unwrap_or(("", path));
        let (_, about) = context(owner).iter().find(|(known, _)| *known == name)?;
        return hover(chain, about, "input-output-contextobject.html");
    }
    let name = chain.strip_prefix('$')?;
    let variables = site.variables();
    let (_, states) = variables.iter().find(|(known, _)| *known == name)?;
    hover(chain, &assigned_by(states), "workflow-variables.html")
}
