//! What `rest-json` and `rest-xml` share: paths, queries and headers.

use serde_json::Value;
use stateline_models::{Location, Member, TimeFormat};

use crate::fields::{self, percent_encoded};
use crate::parameters::{BadParameters, Node, ProblemKind};

type Members<'m, 'a> = &'m [(Member<'a>, Node<'a>)];

/// The path with its labels filled in, and the query that the model has for it.
pub(crate) fn path(template: &str, members: Members<'_, '_>) -> Result<(String, String), BadParameters> {
    let (template, query) = template.split_once('?').unwrap_or((template, ""));
    let mut path = String::new();
    let mut rest = template;
    while let Some((before, (label, after))) =
        rest.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
    {
        let (name, safe) = label.strip_suffix('+').map_or((label, ""), |name| (name, "/"));
        path.push_str(before);
        path.push_str(&percent_encoded(&label_text(name, members)?, safe));
        rest = after;
    }
    path.push_str(rest);
    Ok((path, query.to_owned()))
}

/// A label's value; an empty one would lead to another address.
fn label_text(name: &str, members: Members<'_, '_>) -> Result<String, BadParameters> {
    let is_it = |member: &Member<'_>| member.location == Some(Location::Uri) && member.wire_name() == name;
    let Some((member, node)) = members.iter().find(|(member, _)| is_it(member)) else {
        return Err(BadParameters::of_member(name, ProblemKind::Missing));
    };
    match fields::text(node, TimeFormat::Iso8601) {
        Some(text) if !text.is_empty() => Ok(text),
        _ => Err(BadParameters::of_member(member.name, ProblemKind::Invalid("a string that is not empty"))),
    }
}

/// What stands before the host, with its labels filled in.
pub(crate) fn host_prefix(template: &str, members: Members<'_, '_>) -> Result<String, BadParameters> {
    let mut prefix = template.to_owned();
    for (member, node) in members.iter().filter(|(member, _)| member.wire.host_label) {
        let text = fields::text(node, TimeFormat::Iso8601).unwrap_or_default();
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
        if text.is_empty() || !text.bytes().all(fits) {
            let what = "letters, digits, hyphens and periods, as it is part of the host's name";
            return Err(BadParameters::of_member(member.name, ProblemKind::Invalid(what)));
        }
        prefix = prefix.replace(&format!("{{{}}}", member.name), &text);
    }
    match prefix.split_once('{').and_then(|(_, rest)| rest.split_once('}')) {
        Some((name, _)) => Err(BadParameters::of_member(name, ProblemKind::Missing)),
        None => Ok(prefix),
    }
}

/// The members of the query, encoded, behind what the model has already.
pub(crate) fn query(before: String, members: Members<'_, '_>) -> String {
    let mut query = before;
    let mut add = |name: &str, value: &str| {
        query.push_str(if query.is_empty() { "" } else { "&" });
        query.push_str(&format!("{}={}", percent_encoded(name, ""), percent_encoded(value, "")));
    };
    let text = |node: &Node<'_>| fields::text(node, TimeFormat::Iso8601).unwrap_or_default();
    for (member, node) in members.iter().filter(|(member, _)| member.location == Some(Location::Query)) {
        match node {
            Node::List(_, items) => items.iter().for_each(|item| add(member.wire_name(), &text(item))),
            Node::Map(_, entries) => {
                for (key, value) in entries {
                    match value {
                        Node::List(_, items) => items.iter().for_each(|item| add(key, &text(item))),
                        value => add(key, &text(value)),
                    }
                }
            }
            node => add(member.wire_name(), &text(node)),
        }
    }
    query
}

/// The headers that members give.
pub(crate) fn headers(members: Members<'_, '_>) -> Result<Vec<(String, String)>, BadParameters> {
    let mut headers = Vec::new();
    for (member, node) in members {
        let before = headers.len();
        match (member.location, node) {
            (Some(Location::Header), Node::List(_, items)) if items.is_empty() => {}
            (Some(Location::Header), node) => {
                headers.push((member.wire_name().to_owned(), header(node)));
            }
            (Some(Location::Headers), Node::Map(_, entries)) => {
                let prefix = member.wire.name.unwrap_or_default();
                headers.extend(entries.iter().map(|(key, value)| (format!("{prefix}{key}"), header(value))));
            }
            _ => {}
        }
        let is_sound = |(name, value): &(String, String)| is_name(name) && !value.contains(is_control);
        if !headers.iter().skip(before).all(is_sound) {
            let what = "text that fits into a header, without control characters";
            return Err(BadParameters::of_member(member.name, ProblemKind::Invalid(what)));
        }
    }
    Ok(headers)
}

fn is_name(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(fits)
}

fn is_control(char: char) -> bool {
    char.is_control() && char != '\t'
}

fn header(node: &Node<'_>) -> String {
    match node {
        Node::List(_, items) => items.iter().map(header_item).collect::<Vec<_>>().join(","),
        // JSON in a header; a text is taken to be JSON already.
        Node::Document(Value::String(text)) => fields::base64(text.as_bytes()),
        Node::Document(value) => fields::base64(value.to_string().as_bytes()),
        node => fields::text(node, TimeFormat::Rfc822).unwrap_or_default(),
    }
}

fn header_item(node: &Node<'_>) -> String {
    match node {
        Node::Text(text) if text.contains(['"', ',']) => format!("\"{}\"", text.replace('"', "\\\"")),
        node => header(node),
    }
}
