//! Fail (reference 01, section 5.5): `Error` and `Cause`, written down or found by
//! a path, an intrinsic function or an expression.

use crate::check::jsonata::{self, Sees};
use crate::check::{Checker, Ending, Language, Site, hints};
use crate::program::{Fail, FailText, Kind};
use stateline_jsonpath::Expression;

pub(super) fn check(c: &mut Checker<'_>, site: &Site<'_>) -> Kind {
    c.ending(site.index, Ending::Ends);
    let error = text(c, site, "Error");
    let cause = text(c, site, "Cause");
    Kind::Fail(Fail { error, cause })
}

fn text(c: &mut Checker<'_>, site: &Site<'_>, name: &str) -> Option<FailText> {
    let path_name = format!("{name}Path");
    if !site.fields.at_most_one(&[name, &path_name], &mut c.found) {
        return None;
    }
    let Some(field) = site.fields.get(&path_name) else {
        let (field, text) = site.fields.string(name, &mut c.found)?;
        if site.language == Language::JsonPath {
            hints::constant(&field, &mut c.found);
        } else if jsonata::is_meant(field.node) {
            return jsonata::expression(c, field.node, &field.location, Sees::Entry).map(FailText::Jsonata);
        }
        return Some(FailText::Fixed(text.into()));
    };
    match Expression::compile(field.string(&mut c.found)?) {
        Ok(expression) => {
            for name in expression.variables() {
                c.uses_variable(name, &field.location, field.node.span);
            }
            Some(FailText::Dynamic(expression))
        }
        Err(error) => {
            let message = format!(
                "The value for the field '{path_name}' must be a valid JSONPath or a valid intrinsic function call"
            );
            c.found.error(message, &field.location, field.node.span).help(error.to_string());
            None
        }
    }
}
