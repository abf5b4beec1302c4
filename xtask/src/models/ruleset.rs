//! The rules by which an SDK finds a service's host: public facts beside each model, evaluated here
//! for every region, so that only their outcome goes into the table.
//!
//! No endpoint is given, and neither FIPS nor dual stack is asked for. What depends on a parameter
//! of a call (a bucket, an access point) is left out: such rules see the parameter unset.

use serde_json::{Map, Value, json};

/// Where a service is, and under which region and name requests are signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) host: String,
    pub(super) region: Option<String>,
    pub(super) name: Option<String>,
}

type Scope = Map<String, Value>;

/// The place for a region; `None` where the rules end in an error or need what is unknown here.
pub(super) fn place(rules: &Value, partitions: &Value, region: &str, set: &Scope) -> Option<Place> {
    let mut scope = Scope::new();
    for (name, parameter) in rules["parameters"].as_object()? {
        if let Some(default) = parameter.get("default") {
            scope.insert(name.clone(), default.clone());
        }
    }
    scope.extend(set.clone());
    scope.insert("Region".to_owned(), region.into());
    let evaluation = Evaluation { partitions };
    let endpoint = evaluation.first(rules["rules"].as_array()?, &scope)??;
    let url = endpoint["url"].as_str()?;
    let scheme = endpoint["properties"]["authSchemes"].as_array().and_then(|schemes| {
        schemes.iter().find(|scheme| scheme["name"].as_str().is_some_and(|name| name.starts_with("sigv4")))
    });
    let said = |name: &str| scheme.and_then(|scheme| scheme[name].as_str()).map(str::to_owned);
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    Some(Place {
        host: host.trim_end_matches('/').to_owned(),
        region: said("signingRegion"),
        name: said("signingName"),
    })
}

struct Evaluation<'a> {
    partitions: &'a Value,
}

impl Evaluation<'_> {
    /// What the first rule says that holds: an endpoint, or nothing where it is an error.
    fn first(&self, rules: &[Value], scope: &Scope) -> Option<Option<Value>> {
        for rule in rules {
            let mut inner = scope.clone();
            if !self.hold(&rule["conditions"], &mut inner)? {
                continue;
            }
            return match rule["type"].as_str()? {
                "tree" => self.first(rule["rules"].as_array()?, &inner),
                "endpoint" => Some(Some(self.written(&rule["endpoint"], &inner))),
                _ => Some(None),
            };
        }
        Some(None)
    }

    fn hold(&self, conditions: &Value, scope: &mut Scope) -> Option<bool> {
        for condition in conditions.as_array()? {
            let value = self.call(condition, scope)?;
            if value.is_null() || value == false {
                return Some(false);
            }
            if let Some(name) = condition["assign"].as_str() {
                scope.insert(name.to_owned(), value);
            }
        }
        Some(true)
    }

    /// A function's value, null where it has none; `None` for a function that is unknown here.
    fn call(&self, call: &Value, scope: &Scope) -> Option<Value> {
        let mut arguments = Vec::new();
        for argument in call["argv"].as_array()? {
            arguments.push(self.value(argument, scope)?);
        }
        let text = |index: usize| arguments.get(index).and_then(Value::as_str);
        let first = arguments.first()?;
        Some(match call["fn"].as_str()? {
            "isSet" => json!(!first.is_null()),
            "not" => json!(first.is_null() || *first == false),
            "booleanEquals" | "stringEquals" => json!(arguments.first() == arguments.get(1)),
            "getAttr" => text(1)?.split('.').fold(first.clone(), |value, name| value[name].clone()),
            "aws.partition" => self.partition(text(0)?)?,
            "isValidHostLabel" => json!(text(0).is_some_and(is_label)),
            "uriEncode" => first.clone(),
            // They are asked of a bucket, an ARN or an endpoint, and there is none.
            "parseURL" | "substring" | "aws.parseArn" | "aws.isVirtualHostableS3Bucket" => Value::Null,
            _ => return None,
        })
    }

    fn value(&self, value: &Value, scope: &Scope) -> Option<Value> {
        if let Some(name) = value["ref"].as_str() {
            return Some(scope.get(name).cloned().unwrap_or_default());
        }
        if value.get("fn").is_some() { self.call(value, scope) } else { Some(self.written(value, scope)) }
    }

    /// Texts with their `{Region}` and `{PartitionResult#dnsSuffix}` filled in.
    fn written(&self, value: &Value, scope: &Scope) -> Value {
        match value {
            Value::String(text) => filled(text, scope).into(),
            Value::Array(items) => items.iter().map(|item| self.written(item, scope)).collect(),
            Value::Object(members) if members.contains_key("ref") || members.contains_key("fn") => {
                self.value(value, scope).unwrap_or_default()
            }
            Value::Object(members) => Value::Object(
                members.iter().map(|(name, value)| (name.clone(), self.written(value, scope))).collect(),
            ),
            other => other.clone(),
        }
    }

    /// What is known of the partition that a region lies in.
    fn partition(&self, region: &str) -> Option<Value> {
        let partitions = self.partitions["partitions"].as_array()?;
        let found = partitions.iter().find(|partition| partition["regions"].get(region).is_some());
        found.map(|partition| partition["outputs"].clone())
    }
}

fn filled(text: &str, scope: &Scope) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, (name, after))) =
        rest.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
    {
        let (name, member) = name.split_once('#').unwrap_or((name, ""));
        let value = scope.get(name).cloned().unwrap_or_default();
        let value = if member.is_empty() { value } else { value[member].clone() };
        filled += before;
        filled += value.as_str().unwrap_or_default();
        rest = after;
    }
    filled + rest
}

fn is_label(text: &str) -> bool {
    (1..64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !text.starts_with('-')
}
