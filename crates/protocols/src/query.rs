//! Forms: the protocols `query` and `ec2`, which name every value by the path to it.

use stateline_models::{Member, TimeFormat};

use crate::fields;
use crate::parameters::Node;

/// How names are made.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Query,
    Ec2,
}

/// The body of a request.
pub(crate) fn form(
    dialect: Dialect,
    action: &str,
    version: &str,
    members: &[(Member<'_>, Node<'_>)],
) -> String {
    let mut form = Form { dialect, pairs: Vec::new() };
    form.set("Action", action.to_owned());
    form.set("Version", version.to_owned());
    form.structure(members, "");
    let encoded = |(name, value): &(String, String)| {
        format!("{}={}", fields::form_encoded(name), fields::form_encoded(value))
    };
    form.pairs.iter().map(encoded).collect::<Vec<_>>().join("&")
}

struct Form {
    dialect: Dialect,
    pairs: Vec<(String, String)>,
}

impl Form {
    fn set(&mut self, name: &str, value: String) {
        self.pairs.push((name.to_owned(), value));
    }

    fn structure(&mut self, members: &[(Member<'_>, Node<'_>)], prefix: &str) {
        for (member, node) in members {
            let name = self.name(member);
            let name = if prefix.is_empty() { name } else { format!("{prefix}.{name}") };
            self.node(node, &name);
        }
    }

    /// In `ec2` a name of the wire's own begins with a capital letter.
    fn name(&self, member: &Member<'_>) -> String {
        match (self.dialect, member.wire.query_name, member.wire.name) {
            (Dialect::Ec2, Some(name), _) => name.to_owned(),
            (Dialect::Ec2, None, Some(name)) => stateline_models::names::raised(name),
            (Dialect::Query, _, Some(name)) => name.to_owned(),
            (_, _, None) => member.name.to_owned(),
        }
    }

    fn node(&mut self, node: &Node<'_>, prefix: &str) {
        match node {
            Node::Structure(members) => self.structure(members, prefix),
            Node::List(_, items) if items.is_empty() => {
                if self.dialect == Dialect::Query {
                    self.set(prefix, String::new());
                }
            }
            Node::List(list, items) => {
                let prefix = match (self.dialect, list.flattened, list.element) {
                    (Dialect::Ec2, ..) | (_, true, None) => prefix.to_owned(),
                    // The elements' name takes the place of the list's.
                    (_, true, Some(name)) => match prefix.rsplit_once('.') {
                        Some((above, _)) => format!("{above}.{name}"),
                        None => name.to_owned(),
                    },
                    (_, false, name) => format!("{prefix}.{}", name.unwrap_or("member")),
                };
                for (index, item) in items.iter().enumerate() {
                    self.node(item, &format!("{prefix}.{}", index + 1));
                }
            }
            Node::Map(map, entries) => {
                let prefix = if map.flattened { prefix.to_owned() } else { format!("{prefix}.entry") };
                let (key_name, value_name) = (map.key.unwrap_or("key"), map.value.unwrap_or("value"));
                for (index, (key, value)) in entries.iter().enumerate() {
                    let number = index + 1;
                    self.set(&format!("{prefix}.{number}.{key_name}"), (*key).to_owned());
                    self.node(value, &format!("{prefix}.{number}.{value_name}"));
                }
            }
            Node::Document(value) => self.set(prefix, value.to_string()),
            _ => {
                let text = fields::text(node, TimeFormat::Iso8601).unwrap_or_default();
                self.set(prefix, text);
            }
        }
    }
}
