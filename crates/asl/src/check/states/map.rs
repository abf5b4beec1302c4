//! Map (reference 01, section 5.7), inline. What makes it distributed is read here
//! only to be refused.

use crate::MachineKind;
use crate::check::fields::{Field, Fields};
use crate::check::{Checker, Site, allowed, path, retry, template, transition, unsupported};
use crate::program::{Kind, Map, Number, ScopeIndex};

/// Iterations at once that may be asked for; what fits AWS's integer.
const CONCURRENCY_MAX: u64 = 2_147_483_647;

pub(super) fn check(c: &mut Checker<'_>, site: &Site<'_>) -> Option<Kind> {
    let one = site.fields.exactly_one(&["ItemProcessor", "Iterator"], &mut c.found);
    let processor = if one { processor(c, site) } else { None };
    site.fields.at_most_one(&["ItemSelector", "Parameters"], &mut c.found);
    let items_path = path::items(c, site);
    let item_selector = template::of(c, site, "ItemSelector").or_else(|| template::of(c, site, "Parameters"));
    let max_concurrency = path::number(c, site, "MaxConcurrency", 0..=CONCURRENCY_MAX);
    let result_selector = template::of(c, site, "ResultSelector");
    let result_path = path::result(c, &site.fields);
    let retry = retry::retriers(c, site);
    let catch = retry::catchers(c, site);
    let transition = transition::of_state(c, site);
    Some(Kind::Map(Box::new(Map {
        processor: processor?,
        distributed: None,
        items_path,
        items: None,
        item_selector,
        max_concurrency: max_concurrency.unwrap_or(Number::Fixed(0)),
        result_selector,
        result_path,
        retry,
        catch,
        transition: transition?,
    })))
}

/// The processor's scope, and the configuration that says how it runs.
fn processor(c: &mut Checker<'_>, site: &Site<'_>) -> Option<ScopeIndex> {
    let field = site.fields.get("ItemProcessor").or_else(|| site.fields.get("Iterator"))?;
    let node = field.node;
    let fields = Fields::of(node, field.location, &mut c.found)?;
    let mode = fields.get("ProcessorConfig").and_then(|config| mode(c, &config));
    let distributed = mode.as_ref().filter(|mode| mode.node.as_str() == Some("DISTRIBUTED")).cloned();
    match (&distributed, c.kind) {
        (Some(mode), MachineKind::Express) => {
            let message =
                "The field 'Mode' with value 'DISTRIBUTED' is not supported inside 'EXPRESS' state machines";
            c.found.error(message, &mode.location, mode.node.span);
        }
        _ => {
            unsupported::distributed(&site.fields, distributed, &mut c.found);
        }
    }
    c.outline.scope_at(node)
}

/// `ProcessorConfig`, and in it the mode.
fn mode<'t>(c: &mut Checker<'_>, config: &Field<'t>) -> Option<Field<'t>> {
    let fields = Fields::of(config.node, config.location.clone(), &mut c.found)?;
    allowed::only(&fields, &["Mode", "ExecutionType"], None, &mut c.found);
    let mode = fields.word("Mode", &["INLINE", "DISTRIBUTED"], &mut c.found);
    fields.word("ExecutionType", &["STANDARD", "EXPRESS"], &mut c.found);
    if mode == Some("DISTRIBUTED") {
        fields.require(&["ExecutionType"], &mut c.found);
    }
    fields.get("Mode")
}
