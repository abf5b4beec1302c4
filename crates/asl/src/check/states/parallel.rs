//! Parallel (reference 01, section 5.6). What is inside a branch is its scope's matter.

use crate::check::fields::wrong_type;
use crate::check::jsonata::Sees;
use crate::check::{Checker, Site, path, retry, template, transition};
use crate::program::{Kind, Parallel, ScopeIndex};

pub(super) fn check(c: &mut Checker<'_>, site: &Site<'_>) -> Option<Kind> {
    site.fields.require(&["Branches"], &mut c.found);
    let branches = branches(c, site);
    let parameters = template::of(c, site, "Parameters")
        .or_else(|| template::jsonata_of(c, site, "Arguments", Sees::Entry));
    let result_selector = template::of(c, site, "ResultSelector");
    let result_path = path::result(c, &site.fields);
    let retry = retry::retriers(c, site);
    let catch = retry::catchers(c, site);
    let transition = transition::of_state(c, site);
    Some(Kind::Parallel(Box::new(Parallel {
        branches: branches?,
        parameters,
        result_selector,
        result_path,
        retry,
        catch,
        transition: transition?,
    })))
}

fn branches(c: &mut Checker<'_>, site: &Site<'_>) -> Option<Vec<ScopeIndex>> {
    let list = site.fields.full_list("Branches", &mut c.found)?;
    let mut scopes = Vec::with_capacity(list.len());
    for (node, location) in list {
        match c.outline.scope_at(node).filter(|_| node.as_object().is_some()) {
            Some(scope) => scopes.push(scope),
            None => wrong_type(node, &location, "OBJECT", &mut c.found),
        }
    }
    Some(scopes)
}
