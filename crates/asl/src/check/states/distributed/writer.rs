//! `ResultWriter` and its `WriterConfig` (reference 01, section 5.7).

use super::{request, resource};
use crate::check::fields::Fields;
use crate::check::{Checker, Language, Site, allowed};
use crate::program::{OutputType, ResultWriter, Transformation};

const WRITER: [&str; 4] = ["Resource", "Parameters", "Arguments", "WriterConfig"];

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
    let resource = resource(c, &fields, &["putObject"]);
    let parameters = request(c, site, &fields);
    let (transformation, output_type) = configuration(c, &fields).unwrap_or((None, OutputType::Json));
    Some(ResultWriter { resource, parameters, transformation, output_type })
}

/// `WriterConfig`; both of its fields are required.
fn configuration(c: &mut Checker<'_>, fields: &Fields<'_>) -> Option<(Option<Transformation>, OutputType)> {
    let field = fields.get("WriterConfig")?;
    let fields = Fields::of(field.node, field.location, &mut c.found)?;
    let names = ["Transformation", "OutputType"];
    allowed::only(&fields, &names, None, &mut c.found);
    fields.require(&names, &mut c.found);
    let transformation = fields.word("Transformation", &["NONE", "COMPACT", "FLATTEN"], &mut c.found);
    let transformation = transformation.map(|word| match word {
        "COMPACT" => Transformation::Compact,
        "FLATTEN" => Transformation::Flatten,
        _ => Transformation::None,
    });
    let output_type = match fields.word("OutputType", &["JSON", "JSONL"], &mut c.found) {
        Some("JSONL") => OutputType::JsonLines,
        _ => OutputType::Json,
    };
    Some((transformation, output_type))
}
