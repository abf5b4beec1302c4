//! `ItemReader` and its `ReaderConfig` (reference 01, section 5.7).

use super::{request, resource};
use crate::check::fields::{Field, Fields};
use crate::check::{Checker, Site, allowed, path, words};
use crate::program::ItemReader;
use serde_json::Value;

/// Items that may be asked for.
const ITEMS_MAX: u64 = 100_000_000;
/// Characters that `ItemsPointer` may have: less than 2,000.
const POINTER_CHARS_MAX: usize = 1_999;

/// What an `ItemReader` may have.
pub(crate) const READER: [&str; 4] = ["Resource", "Parameters", "Arguments", "ReaderConfig"];
/// What a `ReaderConfig` may have.
pub(crate) const CONFIG: [&str; 9] = [
    "InputType",
    "Transformation",
    "ManifestType",
    "CSVDelimiter",
    "CSVHeaderLocation",
    "CSVHeaders",
    "ItemsPointer",
    "MaxItems",
    "MaxItemsPath",
];

/// What a configuration says, as far as its rules hang together.
struct Said<'t> {
    lists: bool,
    input_type: Option<&'t str>,
    manifest_type: Option<&'t str>,
    flattens: bool,
}

pub(super) fn check(c: &mut Checker<'_>, site: &Site<'_>) -> Option<ItemReader> {
    let field = site.fields.get("ItemReader")?;
    let fields = Fields::of(field.node, field.location, &mut c.found)?;
    allowed::only(&fields, &READER, Some(site.language), &mut c.found);
    fields.require(&["Resource"], &mut c.found);
    let resource = resource(c, &fields, &words::READER_ACTIONS);
    let parameters = request(c, site, &fields);
    let lists = resource.as_ref().map(|arn| arn.ends_with(":listObjectsV2"));
    let config = fields.get("ReaderConfig");
    let (config, max_items) = match (config, lists) {
        (Some(config), _) => {
            let fields = Fields::of(config.node, config.location.clone(), &mut c.found)?;
            configuration(c, site, &fields, lists);
            let max_items = path::number(c, &fields, site.language, "MaxItems", 0..=ITEMS_MAX);
            (config.node.to_value(), max_items)
        }
        (None, Some(false)) => {
            fields.require(&["ReaderConfig"], &mut c.found);
            (Value::Null, None)
        }
        (None, _) => (Value::Object(serde_json::Map::new()), None),
    };
    Some(ItemReader { resource: resource?, parameters, config, max_items })
}

/// The fields of a `ReaderConfig` and how they go together. `lists` says whether the
/// reader lists objects; it is open where the resource is wrong.
fn configuration(c: &mut Checker<'_>, site: &Site<'_>, fields: &Fields<'_>, lists: Option<bool>) {
    allowed::only(fields, &CONFIG, Some(site.language), &mut c.found);
    let input_type = fields.word("InputType", &words::INPUT_TYPE, &mut c.found);
    let transformation = fields.word("Transformation", &words::READER_TRANSFORMATION, &mut c.found);
    let manifest_type = fields.word("ManifestType", &words::MANIFEST_TYPE, &mut c.found);
    let flattens = transformation == Some("LOAD_AND_FLATTEN");
    if let Some(lists) = lists {
        let said = Said { lists, input_type, manifest_type, flattens };
        sources(c, fields, &said);
    }
    csv(c, fields, input_type, manifest_type);
    pointer(c, fields, input_type);
}

/// Which kind of data each way of reading needs.
fn sources(c: &mut Checker<'_>, fields: &Fields<'_>, said: &Said<'_>) {
    let inventory = said.manifest_type == Some("S3_INVENTORY");
    let needs_type = if said.lists { said.flattens } else { !inventory };
    if needs_type {
        fields.require(&["InputType"], &mut c.found);
    }
    if !said.lists
        && let Some(field) = fields.get("Transformation").filter(|_| said.flattens)
    {
        let text = "is only supported for the resource 'arn:aws:states:::s3:listObjectsV2'";
        refuse(c, &field, text);
    }
    if said.lists
        && let Some(field) = fields.get("ManifestType")
    {
        refuse(c, &field, "is only supported for the resource 'arn:aws:states:::s3:getObject'");
    }
    let Some(field) = fields.get("InputType") else { return };
    if inventory {
        refuse(c, &field, "is not supported when 'ManifestType' is 'S3_INVENTORY'");
    }
    let athena = said.manifest_type == Some("ATHENA_DATA");
    if athena && !matches!(said.input_type, None | Some("CSV" | "JSONL" | "PARQUET")) {
        refuse(c, &field, "should be CSV, JSONL or PARQUET when 'ManifestType' is 'ATHENA_DATA'");
    }
    if said.lists && !said.flattens && said.input_type.is_some() {
        let message = "The field 'InputType' has no effect when the names of objects are the items";
        c.found
            .warning(crate::Code::NoEffect, message, &field.location, field.key_span)
            .help("set \"Transformation\": \"LOAD_AND_FLATTEN\" to iterate over what is in the objects");
    }
}

/// The fields of CSV.
fn csv(c: &mut Checker<'_>, fields: &Fields<'_>, input_type: Option<&str>, manifest_type: Option<&str>) {
    let inventory = manifest_type == Some("S3_INVENTORY");
    fields.word("CSVDelimiter", &words::CSV_DELIMITER, &mut c.found);
    let headers = fields.word("CSVHeaderLocation", &words::CSV_HEADER_LOCATION, &mut c.found);
    // Without a type its absence is the mistake, and an inventory is CSV.
    let known = input_type.is_some() && !inventory;
    for (name, types) in [
        ("CSVDelimiter", &["CSV", "MANIFEST"][..]),
        ("CSVHeaderLocation", &["CSV"]),
        ("CSVHeaders", &["CSV"]),
    ] {
        let wrong = known && !input_type.is_some_and(|input| types.contains(&input));
        if let Some(field) = fields.get(name).filter(|_| wrong) {
            refuse(c, &field, &format!("is only supported when 'InputType' is {}", types.join(" or ")));
        }
    }
    if headers == Some("GIVEN") {
        fields.require(&["CSVHeaders"], &mut c.found);
    } else if let Some(field) = fields.get("CSVHeaders") {
        refuse(c, &field, "is only supported when 'CSVHeaderLocation' is GIVEN");
    }
    for (node, location) in fields.full_list("CSVHeaders", &mut c.found).unwrap_or_default() {
        if node.as_str().is_none() {
            crate::check::fields::wrong_type(node, &location, "STRING", &mut c.found);
        }
    }
}

/// `ItemsPointer`: a JSON Pointer into a JSON document.
fn pointer(c: &mut Checker<'_>, fields: &Fields<'_>, input_type: Option<&str>) {
    let Some((field, text)) = fields.string("ItemsPointer", &mut c.found) else { return };
    if input_type.is_some_and(|input| input != "JSON") {
        refuse(c, &field, "is only supported when 'InputType' is JSON");
    }
    let rooted = text.is_empty() || text.starts_with('/');
    let escaped = text.split('~').skip(1).all(|after| after.starts_with(['0', '1']));
    if text.chars().nth(POINTER_CHARS_MAX).is_some() {
        refuse(c, &field, "should have less than 2000 characters");
    } else if !rooted || !escaped {
        refuse(c, &field, "should be a valid JSON Pointer");
    }
}

/// Our words; no recording shows AWS's.
fn refuse(c: &mut Checker<'_>, field: &Field<'_>, why: &str) {
    let message = format!("The field '{}' {why}", field.name);
    c.found.error(message, &field.location, field.node.span);
}
