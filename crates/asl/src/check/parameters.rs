//! The names in `Parameters` or `Arguments` of a task that calls a service: are they the operation's,
//! and are those there that it cannot do without? What is computed is checked when the task runs.

use super::{Checker, Site};
use crate::TaskResource;
use stateline_models::names::{raised, sdk};
use stateline_models::{Form, Member, Service, Structure};

pub(super) fn check(c: &mut Checker<'_>, site: &Site<'_>, resource: &TaskResource) {
    let Some(field) = site.fields.get("Parameters").or_else(|| site.fields.get("Arguments")) else { return };
    let (Some(entries), Some(asked)) = (field.node.as_object(), resource.operation()) else { return };
    let Some(service) = Service::shared(asked.service) else { return };
    let Some(operation) = service.operation(asked.operation) else { return };
    let structure = match operation.input().map(|input| input.form()) {
        Some(Form::Structure(structure)) => structure,
        _ => Structure::default(),
    };
    let mut given = Vec::new();
    for entry in entries {
        let name = entry.key.strip_suffix(".$").unwrap_or(&entry.key);
        match structure.member(name) {
            Some(member) => given.push(member.name),
            None => {
                let message = format!("The field '{name}' is not supported by Step Functions");
                let names = names(&structure, resource);
                let help = (!names.is_empty()).then(|| format!("{} takes {names}", operation.name()));
                c.found.error(message, &field.location, entry.key_span).help_if(help);
            }
        }
    }
    // The SDK makes up tokens that are not given.
    let missing = structure
        .members
        .iter()
        .filter(|member| member.required && !member.wire.idempotency_token && !given.contains(&member.name));
    for member in missing.filter(|_| !field.node.damaged) {
        let message = format!("The field '{}' is required but was missing", spelt(member, resource));
        c.found.error(message, &field.location, field.key_span);
    }
}

/// At most so many names help.
const NAMES_MAX: usize = 12;

fn names(structure: &Structure<'_>, resource: &TaskResource) -> String {
    let mut names: Vec<String> = structure.members.iter().map(|member| spelt(member, resource)).collect();
    if names.len() > NAMES_MAX {
        names.truncate(NAMES_MAX);
        names.push("others".to_owned());
    }
    names.join(", ")
}

fn spelt(member: &Member<'_>, resource: &TaskResource) -> String {
    match resource {
        TaskResource::Integration { service, .. } if service.starts_with("aws-sdk:") => sdk(member.name),
        _ => raised(member.name),
    }
}
