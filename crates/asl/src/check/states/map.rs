//! Map (reference 01, section 5.7): what inline and distributed ones share. The
//! fields that make it distributed are `distributed`'s.

use super::distributed;
use crate::check::fields::{Field, Fields};
use crate::check::jsonata::{self, Sees};
use crate::check::{Checker, Language, Site, allowed, path, retry, template, transition, words};
use crate::program::{Kind, Map, Number, ScopeIndex, Template};
use crate::tree::NodeKind;
use crate::{Code, MachineKind};

/// What a `ProcessorConfig` may have.
pub(crate) const CONFIG: [&str; 2] = ["Mode", "ExecutionType"];
/// Iterations at once that may be asked for; what fits AWS's integer.
const CONCURRENCY_MAX: u64 = 2_147_483_647;
/// Fields that have no meaning for an inline Map. AWS takes them all the same.
pub(crate) const WITHOUT_EFFECT: [&str; 5] = [
    "ToleratedFailureCount",
    "ToleratedFailureCountPath",
    "ToleratedFailurePercentage",
    "ToleratedFailurePercentagePath",
    "Label",
];
/// Fields that an inline Map may not have.
pub(crate) const DISTRIBUTED_ONLY: [&str; 3] = ["ItemReader", "ItemBatcher", "ResultWriter"];

pub(super) fn check(c: &mut Checker<'_>, site: &Site<'_>) -> Option<Kind> {
    let one = site.fields.exactly_one(&["ItemProcessor", "Iterator"], &mut c.found);
    let processor = if one { processor(c, site) } else { None };
    site.fields.at_most_one(&["ItemSelector", "Parameters"], &mut c.found);
    let items_path = path::items(c, site);
    let items = items(c, site);
    let item_selector = template::either(c, site, "ItemSelector", Sees::Entry)
        .or_else(|| template::of(c, site, "Parameters"));
    let max_concurrency = path::number(c, &site.fields, site.language, "MaxConcurrency", 0..=CONCURRENCY_MAX);
    // Read on an inline Map too, so that what is wrong in it is told.
    let distributed = distributed::check(c, site, processor);
    if distributed.is_none() {
        refuse_inline(c, site);
    }
    let result_selector = template::of(c, site, "ResultSelector");
    let result_path = path::result(c, &site.fields);
    let retry = retry::retriers(c, site);
    let catch = retry::catchers(c, site);
    let transition = transition::of_state(c, site);
    Some(Kind::Map(Box::new(Map {
        processor: processor?,
        distributed: distributed.map(Box::new),
        items_path,
        items,
        item_selector,
        max_concurrency: max_concurrency.unwrap_or(Number::Fixed(0)),
        result_selector,
        result_path,
        retry,
        catch,
        transition: transition?,
    })))
}

/// `Items`: an array or an object, or an expression that gives one.
fn items(c: &mut Checker<'_>, site: &Site<'_>) -> Option<Template> {
    let field = site.fields.get("Items").filter(|_| site.language == Language::Jsonata)?;
    if matches!(field.node.kind, NodeKind::Array(_) | NodeKind::Object(_)) || jsonata::is_meant(field.node) {
        return template::jsonata(c, &field, Sees::Entry);
    }
    field.wrong_type("ARRAY", &mut c.found);
    None
}

/// The processor's scope, and the configuration that says how it runs.
fn processor(c: &mut Checker<'_>, site: &Site<'_>) -> Option<ScopeIndex> {
    let field = site.fields.get("ItemProcessor").or_else(|| site.fields.get("Iterator"))?;
    let node = field.node;
    let fields = Fields::of(node, field.location, &mut c.found)?;
    if let Some(config) = fields.get("ProcessorConfig") {
        configuration(c, site, &config);
    }
    c.outline.scope_at(node)
}

/// `ProcessorConfig`: the mode, and for children the type of execution.
fn configuration(c: &mut Checker<'_>, site: &Site<'_>, config: &Field<'_>) -> Option<()> {
    let fields = Fields::of(config.node, config.location.clone(), &mut c.found)?;
    allowed::only(&fields, &CONFIG, None, &mut c.found);
    let mode = fields.word("Mode", &words::MODE, &mut c.found);
    fields.word("ExecutionType", &words::EXECUTION_TYPE, &mut c.found);
    if mode == Some("DISTRIBUTED") {
        fields.require(&["ExecutionType"], &mut c.found);
        if c.kind_in(site.scope) == MachineKind::Express {
            let field = fields.get("Mode")?;
            let message =
                "The field 'Mode' with value 'DISTRIBUTED' is not supported inside 'EXPRESS' state machines";
            c.found.error(message, &field.location, field.node.span);
        }
    } else if let Some(field) = fields.get("ExecutionType") {
        let message = "The field 'ExecutionType' has no effect without the mode DISTRIBUTED";
        c.found.warning(Code::NoEffect, message, &field.location, field.key_span);
    }
    Some(())
}

/// Refuses what an inline Map may not have, and warns of what does nothing on it.
fn refuse_inline(c: &mut Checker<'_>, site: &Site<'_>) {
    // Without a processor nobody knows which of the two the Map is meant to be.
    if !site.fields.has("ItemProcessor") && !site.fields.has("Iterator") {
        return;
    }
    if let Some(field) = DISTRIBUTED_ONLY.iter().find_map(|name| site.fields.get(name)) {
        let message = "The ItemReader, ItemBatcher and ResultWriter fields are not supported for INLINE maps";
        c.found.error(message, site.fields.place(), field.key_span).help(
            "set \"ProcessorConfig\": {\"Mode\": \"DISTRIBUTED\", \"ExecutionType\": \"STANDARD\"} in the item processor",
        );
    }
    for field in WITHOUT_EFFECT.iter().filter_map(|name| site.fields.get(name)) {
        let message = format!("The field '{}' has no effect on an INLINE map", field.name);
        c.found.warning(Code::NoEffect, message, &field.location, field.key_span);
    }
}
