//! Pass (reference 01, section 5.1): `Result`, `Parameters`, `ResultPath`.

use crate::check::{Checker, Language, Site, hints, path, template, transition};
use crate::program::{Kind, Pass};
use stateline_base::Payload;

pub(super) fn check(c: &mut Checker<'_>, site: &Site<'_>) -> Option<Kind> {
    let result = site.fields.get("Result");
    if let Some(field) = result.as_ref().filter(|_| site.language == Language::JsonPath) {
        hints::pass_result(field, &mut c.found);
    }
    let result = result.map(|field| Payload::from(field.node.to_value()));
    let parameters = template::of(c, site, "Parameters");
    let result_path = path::result(c, &site.fields);
    let transition = transition::of_state(c, site)?;
    Some(Kind::Pass(Box::new(Pass { result, parameters, result_path, transition })))
}
