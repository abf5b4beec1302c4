//! Choice (reference 01, section 5.3): rules in order and a default. What a rule
//! asks is `condition`'s matter.

use super::condition;
use crate::check::fields::Fields;
use crate::check::jsonata::Sees;
use crate::check::{Checker, Ending, Language, Site, template, transition, variables};
use crate::program::{Choice, ChoiceRule, Kind};
use crate::tree::Node;

pub(super) fn check(c: &mut Checker<'_>, site: &Site<'_>) -> Option<Kind> {
    c.ending(site.index, Ending::GoesOn);
    site.fields.require(&["Choices"], &mut c.found);
    let list = site.fields.full_list("Choices", &mut c.found);
    let count = list.as_ref().map_or(0, Vec::len);
    let rules: Vec<ChoiceRule> = list
        .unwrap_or_default()
        .into_iter()
        .filter_map(|(node, location)| rule(c, site, node, location))
        .collect();
    let default = site.fields.get("Default").and_then(|field| transition::target(c, site, &field));
    // A rule that is missing here has been reported.
    (count > 0 && rules.len() == count).then_some(Kind::Choice(Choice { rules, default }))
}

fn rule(c: &mut Checker<'_>, site: &Site<'_>, node: &Node, location: String) -> Option<ChoiceRule> {
    let fields = Fields::of(node, location, &mut c.found)?;
    let condition = condition::check(c, site, &fields, true);
    fields.require(&["Next"], &mut c.found);
    let next = fields.get("Next").and_then(|field| transition::target(c, site, &field));
    let assign = variables::assign(c, &fields, site.language, Sees::Entry);
    let output = fields.get("Output").filter(|_| site.language == Language::Jsonata);
    let output = output.and_then(|field| template::jsonata(c, &field, Sees::Entry));
    Some(ChoiceRule { condition: condition?, next: next?, assign, output })
}
