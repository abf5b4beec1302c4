//! XML bodies. Names, attributes and the order are the model's and the author's; there is neither a
//! declaration nor white space between elements.

use stateline_models::{List, Map, Member, TimeFormat, Wire};

use crate::fields;
use crate::parameters::Node;

/// A structure as a document, with the root's name.
pub(crate) fn body(name: &str, wire: &Wire<'_>, members: &[(Member<'_>, Node<'_>)]) -> String {
    let mut out = String::new();
    structure(&mut out, name, wire, members);
    out
}

fn structure(out: &mut String, name: &str, wire: &Wire<'_>, members: &[(Member<'_>, Node<'_>)]) {
    let mut attributes = namespace(wire);
    let mut inside = String::new();
    for (member, node) in members {
        if member.wire.xml_attribute {
            let value = fields::text(node, TimeFormat::Iso8601).unwrap_or_default();
            attributes += &format!(" {}=\"{}\"", member.wire_name(), escaped(&value, true));
        } else {
            self::node(&mut inside, member.wire_name(), &member.wire, node);
        }
    }
    element(out, name, &attributes, &inside);
}

fn node(out: &mut String, name: &str, wire: &Wire<'_>, node: &Node<'_>) {
    match node {
        Node::Structure(members) => structure(out, name, wire, members),
        Node::List(list, items) => self::list(out, name, wire, list, items),
        Node::Map(map, entries) => self::map(out, name, wire, map, entries),
        Node::Document(value) => element(out, name, &namespace(wire), &escaped(&value.to_string(), false)),
        _ => {
            let text = fields::text(node, TimeFormat::Iso8601).unwrap_or_default();
            element(out, name, &namespace(wire), &escaped(&text, false));
        }
    }
}

fn list(out: &mut String, name: &str, wire: &Wire<'_>, list: &List<'_>, items: &[Node<'_>]) {
    let mut inside = String::new();
    let element_name = if list.flattened { name } else { list.element.unwrap_or("member") };
    for item in items {
        node(&mut inside, element_name, &Wire::default(), item);
    }
    if list.flattened {
        out.push_str(&inside);
    } else {
        element(out, name, &namespace(wire), &inside);
    }
}

fn map(out: &mut String, name: &str, wire: &Wire<'_>, map: &Map<'_>, entries: &[(&str, Node<'_>)]) {
    let mut inside = String::new();
    let entry_name = if map.flattened { name } else { "entry" };
    for (key, value) in entries {
        let mut entry = String::new();
        element(&mut entry, map.key.unwrap_or("key"), "", &escaped(key, false));
        node(&mut entry, map.value.unwrap_or("value"), &Wire::default(), value);
        element(&mut inside, entry_name, "", &entry);
    }
    if map.flattened {
        out.push_str(&inside);
    } else {
        element(out, name, &namespace(wire), &inside);
    }
}

fn element(out: &mut String, name: &str, attributes: &str, inside: &str) {
    if inside.is_empty() {
        *out += &format!("<{name}{attributes} />");
    } else {
        *out += &format!("<{name}{attributes}>{inside}</{name}>");
    }
}

fn namespace(wire: &Wire<'_>) -> String {
    match wire.namespace {
        None => String::new(),
        Some(("", uri)) => format!(" xmlns=\"{}\"", escaped(uri, true)),
        Some((prefix, uri)) => format!(" xmlns:{prefix}=\"{}\"", escaped(uri, true)),
    }
}

fn escaped(text: &str, in_attribute: bool) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    if !in_attribute {
        return text;
    }
    let text = text.replace('"', "&quot;").replace('\r', "&#13;");
    text.replace('\n', "&#10;").replace('\t', "&#09;")
}
