//! Wait (reference 01, section 5.4): exactly one of four ways to say how long.

use crate::check::jsonata::{self, Sees};
use crate::check::{Checker, Language, Site, path, transition};
use crate::program::{Kind, Wait, WaitUntil};
use stateline_base::Timestamp;
use stateline_base::limits::SECONDS_MAX;

/// In the order in which AWS lists them.
const WAYS: [&str; 4] = ["SecondsPath", "Seconds", "TimestampPath", "Timestamp"];

pub(super) fn check(c: &mut Checker<'_>, site: &Site<'_>) -> Option<Kind> {
    let until = if site.fields.exactly_one(&WAYS, &mut c.found) { until(c, site) } else { None };
    let transition = transition::of_state(c, site);
    Some(Kind::Wait(Wait { until: until?, transition: transition? }))
}

fn until(c: &mut Checker<'_>, site: &Site<'_>) -> Option<WaitUntil> {
    if site.language == Language::Jsonata {
        for (name, made) in [
            ("Seconds", WaitUntil::SecondsJsonata as fn(_) -> _),
            ("Timestamp", WaitUntil::TimestampJsonata as fn(_) -> _),
        ] {
            if let Some(field) = site.fields.get(name).filter(|field| jsonata::is_meant(field.node)) {
                return jsonata::expression(c, field.node, &field.location, Sees::Entry).map(made);
            }
        }
    }
    if let Some(field) = site.fields.get("SecondsPath") {
        return path::reference(c, &field).map(WaitUntil::SecondsPath);
    }
    if let Some(field) = site.fields.get("TimestampPath") {
        return path::reference(c, &field).map(WaitUntil::TimestampPath);
    }
    if let Some(field) = site.fields.get("Seconds") {
        return field.integer(0..=SECONDS_MAX, &mut c.found).map(WaitUntil::Seconds);
    }
    let field = site.fields.get("Timestamp")?;
    let text = field.string(&mut c.found)?;
    let timestamp = text.parse::<Timestamp>();
    if timestamp.is_err() {
        c.found
            .error("String does not match RFC3339 timestamp", &field.location, field.node.span)
            .help("write it as 2030-01-31T23:59:59Z, with a capital T and a zone");
    }
    timestamp.ok().map(WaitUntil::Timestamp)
}
