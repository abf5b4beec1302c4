//! `ResultWriter` and its `WriterConfig` (reference 01, section 5.7).

use super::{request, resource};
use crate::check::fields::Fields;
use crate::check::{Checker, Language, Site, allowed, words};
use crate::program::{OutputType, ResultWriter, Transformation};

/// What a `ResultWriter` may have.
pub(crate) const WRITER: [&str; 4] = ["Resource", "Parameters", "Arguments", "WriterConfig"];

/// What a `WriterConfig` has.
pub(crate) const CONFIG: [&str; 2] = ["Transformation", "OutputType"];

pub(super) fn check(c: &mut Checker<'_>, site: &Site<'_>) -> Option<ResultWriter> {
    let field = site.fields.get("ResultWriter")?;
    let fields = Fields::of(field.node, field.location, &mut c.found)?;
    allowed::only(&fields, &WRITER, Some(site.language), &mut c.found);
    let request_name = match site.language {
        Language::JsonPath => "Parameters",
        Language::Jsonata => "Arguments",
    };
    // Where results go is either said whole or not at all; then their form has to be.
    if fields.has("Resource") || fields.has(request_name) {
        fields.require(&["Resource", request_name], &mut c.found);
    } else {
        fields.require(&["WriterConfig"], &mut c.found);
    }
    let resource = resource(c, &fields, &words::WRITER_ACTIONS);
    let parameters = request(c, site, &fields);
    let (transformation, output_type) = configuration(c, &fields).unwrap_or((None, OutputType::Json));
    Some(ResultWriter { resource, parameters, transformation, output_type })
}

/// `WriterConfig`; both of its fields are required.
fn configuration(c: &mut Checker<'_>, fields: &Fields<'_>) -> Option<(Option<Transformation>, OutputType)> {
    let field = fields.get("WriterConfig")?;
    let fields = Fields::of(field.node, field.location, &mut c.found)?;
    allowed::only(&fields, &CONFIG, None, &mut c.found);
    fields.require(&CONFIG, &mut c.found);
    let transformation = fields.word("Transformation", &words::WRITER_TRANSFORMATION, &mut c.found);
    let transformation = transformation.map(|word| match word {
        "COMPACT" => Transformation::Compact,
        "FLATTEN" => Transformation::Flatten,
        _ => Transformation::None,
    });
    let output_type = match fields.word("OutputType", &words::OUTPUT_TYPE, &mut c.found) {
        Some("JSONL") => OutputType::JsonLines,
        _ => OutputType::Json,
    };
    Some((transformation, output_type))
}
