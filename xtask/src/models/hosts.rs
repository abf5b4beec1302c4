//! The hosts of a service in all regions, as few lines: the one that holds nearly everywhere, then
//! what differs by partition, then what differs by region.

use super::ruleset::{Place, place};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A region with what a host's name is made of there.
struct Region<'p> {
    name: &'p str,
    partition: &'p str,
    suffix: &'p str,
    dual_stack_suffix: &'p str,
}

/// `host * dynamodb.{region}.{suffix}`, and the exceptions. Lines of operations that have hosts of
/// their own begin with the number that the operation names: `host1 …`.
pub(super) fn lines(model: &mut Value, rules: &Value, partitions: &Value) -> Vec<String> {
    let regions = regions(partitions);
    let metadata = &model["metadata"];
    let signing = metadata["signingName"].as_str().or_else(|| metadata["endpointPrefix"].as_str());
    let signing = signing.unwrap_or_default().to_owned();
    let usual = table(rules, partitions, &regions, &signing, &Map::new());
    let mut lines = told("host", &regions, &usual);
    let mut others: Vec<Vec<Option<Place>>> = Vec::new();
    let shapes = model["shapes"].clone();
    for operation in model["operations"].as_object_mut().into_iter().flat_map(|all| all.values_mut()) {
        let mut set = Map::new();
        for (name, parameter) in operation["staticContextParams"].as_object().into_iter().flatten() {
            set.insert(name.clone(), parameter["value"].clone());
        }
        if set.is_empty() || names_a_bucket(&shapes[operation["input"]["shape"].as_str().unwrap_or_default()])
        {
            continue;
        }
        let places = table(rules, partitions, &regions, &signing, &set);
        if places == usual || places.iter().all(Option::is_none) {
            continue;
        }
        let number = others.iter().position(|known| *known == places).unwrap_or_else(|| {
            others.push(places);
            others.len() - 1
        });
        operation["hosts"] = (number + 1).to_string().into();
    }
    for (number, places) in others.iter().enumerate() {
        lines.extend(told(&format!("host{}", number + 1), &regions, places));
    }
    lines
}

/// Whether the rules look at a bucket's name or an access point's, which say where the call goes.
fn names_a_bucket(input: &Value) -> bool {
    let mut members = input["members"].as_object().into_iter().flat_map(Map::values);
    members
        .any(|member| matches!(member["contextParam"]["name"].as_str(), Some("Bucket" | "AccessPointName")))
}

/// `partition aws amazonaws.com api.aws ^…$`, one a partition: what a region's name tells.
pub(super) fn partitions_told(partitions: &Value) -> Vec<String> {
    let line = |partition: &Value| {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let (id, outputs) = (text(&partition["id"]), &partition["outputs"]);
        let (suffix, dual) = (text(&outputs["dnsSuffix"]), text(&outputs["dualStackDnsSuffix"]));
        format!("partition {id} {suffix} {dual} {}", text(&partition["regionRegex"]))
    };
    partitions["partitions"].as_array().into_iter().flatten().map(line).collect()
}

fn regions(partitions: &Value) -> Vec<Region<'_>> {
    let mut regions = Vec::new();
    for partition in partitions["partitions"].as_array().into_iter().flatten() {
        let outputs = &partition["outputs"];
        for name in partition["regions"].as_object().into_iter().flat_map(Map::keys) {
            if name.ends_with("-global") {
                continue;
            }
            regions.push(Region {
                name,
                partition: partition["id"].as_str().unwrap_or_default(),
                suffix: outputs["dnsSuffix"].as_str().unwrap_or_default(),
                dual_stack_suffix: outputs["dualStackDnsSuffix"].as_str().unwrap_or_default(),
            });
        }
    }
    regions
}

/// The places of all regions. Each has a region to sign for; it has a name to sign for only where
/// that is not the service's own.
fn table(
    rules: &Value,
    partitions: &Value,
    regions: &[Region<'_>],
    signing: &str,
    set: &Map<String, Value>,
) -> Vec<Option<Place>> {
    let found = |region: &Region<'_>| {
        let place = place(rules, partitions, region.name, set)?;
        let signed = place.region.unwrap_or_else(|| region.name.to_owned());
        let name = place.name.filter(|name| name != signing);
        Some(Place { host: place.host, region: Some(signed), name })
    };
    regions.iter().map(found).collect()
}

fn told(word: &str, regions: &[Region<'_>], places: &[Option<Place>]) -> Vec<String> {
    let all = || regions.iter().zip(places).filter_map(|(region, place)| Some((region, place.as_ref()?)));
    let aws = all().filter(|(region, _)| region.partition == "aws");
    let Some(usual) = commonest(aws).or_else(|| commonest(all())) else { return Vec::new() };
    let mut lines = vec![line(word, "*", &usual)];
    let mut partitions: Vec<&str> = regions.iter().map(|region| region.partition).collect();
    partitions.dedup();
    for partition in partitions {
        let inside = || all().filter(|(region, _)| region.partition == partition);
        let Some(here) = commonest(inside()) else { continue };
        let here =
            if inside().all(|(region, place)| expanded(&usual, region) == *place) { &usual } else { &here };
        if *here != usual {
            lines.push(line(word, partition, here));
        }
        for (region, place) in inside().filter(|(region, place)| expanded(here, region) != **place) {
            lines.push(line(word, region.name, &template(region, place)));
        }
    }
    lines
}

fn line(word: &str, whom: &str, place: &Place) -> String {
    let mut line = format!("{word} {whom} {}", place.host);
    for said in
        [place.region.as_ref().map(|r| format!(" r={r}")), place.name.as_ref().map(|n| format!(" n={n}"))]
    {
        line += &said.unwrap_or_default();
    }
    line
}

fn commonest<'r>(places: impl Iterator<Item = (&'r Region<'r>, &'r Place)>) -> Option<Place> {
    let mut counts: BTreeMap<String, (usize, Place)> = BTreeMap::new();
    for (region, place) in places {
        let template = template(region, place);
        counts.entry(line("", "", &template)).or_insert((0, template)).0 += 1;
    }
    counts.into_values().max_by_key(|(count, _)| *count).map(|(_, place)| place)
}

/// A place with the region's own names as blanks.
fn template(region: &Region<'_>, place: &Place) -> Place {
    let host = place.host.replace(region.name, "{region}");
    let host = match (host.strip_suffix(region.suffix), host.strip_suffix(region.dual_stack_suffix)) {
        (Some(rest), _) => format!("{rest}{{suffix}}"),
        (None, Some(rest)) => format!("{rest}{{dual}}"),
        _ => host,
    };
    let signed = place.region.clone().filter(|signed| signed != region.name);
    Place { host, region: signed, name: place.name.clone() }
}

fn expanded(template: &Place, region: &Region<'_>) -> Place {
    let host = template.host.replace("{region}", region.name).replace("{suffix}", region.suffix);
    let host = host.replace("{dual}", region.dual_stack_suffix);
    let signed = template.region.clone().unwrap_or_else(|| region.name.to_owned());
    Place { host, region: Some(signed), name: template.name.clone() }
}
