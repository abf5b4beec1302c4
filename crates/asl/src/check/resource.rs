//! `Resource` of a Task state: is it one that AWS knows, and may this type of
//! state machine use it?

use super::{Checker, Site, integrations};
use crate::{MachineKind, Pattern, TaskResource};

/// The resource, understood, if it is there.
pub(super) fn of(c: &mut Checker<'_>, site: &Site<'_>) -> Option<TaskResource> {
    let (field, text) = site.fields.string("Resource", &mut c.found)?;
    if !text.starts_with("arn:") {
        let help = "give the ARN of a function or an activity, or arn:aws:states:::<service>:<action>";
        c.found.error("Value is not a valid resource ARN", &field.location, field.node.span).help(help);
        return None;
    }
    let stored = c.is_stored;
    let resource = TaskResource::parse(text).filter(|resource| stored || integrations::is_known(resource));
    let Some(resource) = resource else {
        let message = format!(
            "The resource provided {text} is not recognized. The value is not a valid resource ARN, or the \
             resource is not available in this region."
        );
        c.found.error(message, &field.location, field.node.span).help_if(integrations::advice(text));
        return None;
    };
    if c.kind_in(site.scope) == MachineKind::Express
        && let Some(message) = refused_by_express(&resource)
    {
        let help = "an Express state machine can only wait for the answer of a call; use a Standard one";
        c.found.error(message, &field.location, field.node.span).help(help);
        return None;
    }
    if matches!(resource, TaskResource::Activity { .. })
        && let Some(credentials) = site.fields.get("Credentials")
    {
        let message = "The field 'Credentials' is not supported for activities";
        c.found.error(message, &credentials.location, credentials.key_span);
    }
    Some(resource)
}

/// AWS's words, the trailing space of the second included.
fn refused_by_express(resource: &TaskResource) -> Option<&'static str> {
    match resource {
        TaskResource::Activity { .. } => Some("Express state machine does not support Activity ARN"),
        TaskResource::Integration { pattern: Pattern::Sync | Pattern::Sync2, .. } => {
            Some("Express state machine does not support '.sync' service integration")
        }
        TaskResource::Integration { pattern: Pattern::WaitForTaskToken, .. } => {
            Some("Express state machine does not support '.waitForTaskToken' service integration ")
        }
        _ => None,
    }
}
