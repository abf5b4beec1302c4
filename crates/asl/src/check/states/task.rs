//! Task (reference 01, section 5.2).

use crate::check::fields::Fields;
use crate::check::jsonata::{self, Sees};
use crate::check::{Checker, Language, Site, parameters, path, resource, retry, template, transition};
use crate::program::{Kind, Number, Task};
use stateline_base::limits::SECONDS_MAX;

pub(super) fn check(c: &mut Checker<'_>, site: &Site<'_>) -> Option<Kind> {
    site.fields.require(&["Resource"], &mut c.found);
    let resource = resource::of(c, site);
    credentials(c, site);
    if let Some(resource) = resource.as_ref().filter(|_| !c.is_stored) {
        parameters::check(c, site, resource);
    }
    let timeout = path::number(c, &site.fields, site.language, "TimeoutSeconds", 1..=SECONDS_MAX);
    let heartbeat = path::number(c, &site.fields, site.language, "HeartbeatSeconds", 1..=SECONDS_MAX);
    if let (Some(Number::Fixed(timeout)), Some(Number::Fixed(heartbeat))) = (&timeout, &heartbeat)
        && heartbeat >= timeout
        && let Some(field) = site.fields.get("HeartbeatSeconds")
    {
        let message = "The field 'HeartbeatSeconds' must be smaller than the field 'TimeoutSeconds'";
        c.found.error(message, &field.location, field.node.span);
    }
    let parameters = template::of(c, site, "Parameters")
        .or_else(|| template::jsonata_of(c, site, "Arguments", Sees::Entry));
    let credentials = template::either(c, site, "Credentials", Sees::Entry);
    let result_selector = template::of(c, site, "ResultSelector");
    let result_path = path::result(c, &site.fields);
    let retry = retry::retriers(c, site);
    let catch = retry::catchers(c, site);
    let transition = transition::of_state(c, site);
    Some(Kind::Task(Box::new(Task {
        resource: resource?,
        parameters,
        credentials,
        timeout,
        heartbeat,
        result_selector,
        result_path,
        retry,
        catch,
        transition: transition?,
    })))
}

/// `Credentials` need a `RoleArn`, in either language.
fn credentials(c: &mut Checker<'_>, site: &Site<'_>) {
    let Some(field) = site.fields.get("Credentials") else { return };
    let whole = site.language == Language::Jsonata && jsonata::is_meant(field.node);
    if whole || field.node.as_object().is_none() {
        return;
    }
    let Some(fields) = Fields::of(field.node, field.location, &mut c.found) else { return };
    if !fields.has("RoleArn") && !fields.has("RoleArn.$") && !field.node.damaged {
        let message = "The field 'RoleArn' is required but was missing";
        c.found.error(message, fields.place(), fields.span);
    }
    fields.string("RoleArn", &mut c.found);
}
