//! Which field an error came from. An expression of JSONata says it; of the others AWS's words tell the
//! path or the function, and that stands in one field.

use stateline_asl::language::Part;
use stateline_asl::{Node, NodeKind};
use stateline_base::Failure;
use stateline_runtime::Inspection;

/// What stands in every failure that the interpreter itself raises.
const OURS: &str = "An error occurred while executing the state ";

/// Whether a failure is the interpreter's, and not one that was written or given.
pub(super) fn is_ours(failure: &Failure) -> bool {
    failure.cause.as_deref().is_some_and(|cause| cause.starts_with(OURS))
}

/// The place of the field below the state, as a pointer without its first slash; empty when none is at fault.
pub(super) fn field(part: &Part, inspection: &Inspection, failure: &Failure) -> String {
    if let Some(field) = &inspection.failed_field {
        return field.replace('[', "/").replace(']', "");
    }
    let cause = failure.cause.as_deref().unwrap_or_default();
    let said = cause.split_once("). ").map_or(cause, |(_, said)| said);
    let named = said.split_once("specified for the field '").and_then(|(_, rest)| rest.split('\'').next());
    if let Some(found) = named.and_then(|name| search(&part.node, &|key, _| key == name)) {
        return found;
    }
    let quoted = said.split(['\'', '"']).skip(1).step_by(2);
    let written = quoted.filter(|text| text.starts_with('$') || text.starts_with("States."));
    for text in written {
        if let Some(found) = search(&part.node, &|_, value| value.contains(text)) {
            return found;
        }
    }
    next(part, inspection).unwrap_or_default()
}

/// The first step that has a field and was not come to.
fn next(part: &Part, inspection: &Inspection) -> Option<String> {
    let fields = [
        ("InputPath", inspection.after_input_path.is_some()),
        ("ItemReader", inspection.after_items_pointer.is_some()),
        ("ItemsPath", inspection.after_items_path.is_some()),
        ("Items", inspection.items.is_some()),
        ("Parameters", inspection.after_parameters.is_some()),
        ("Arguments", inspection.after_arguments.is_some()),
        ("Seconds", false),
        ("Timestamp", false),
        ("SecondsPath", false),
        ("TimestampPath", false),
        ("Choices", inspection.rule_index.is_some()),
        ("ItemSelector", inspection.after_item_selector.is_some()),
        ("ItemBatcher", inspection.after_item_batcher.is_some()),
        ("ResultSelector", inspection.after_result_selector.is_some()),
        ("ResultPath", inspection.after_result_path.is_some()),
        ("Output", false),
        ("OutputPath", false),
    ];
    let field = fields.into_iter().find(|(field, came)| !came && part.node.get(field).is_some());
    field.map(|(field, _)| field.to_owned())
}

/// The first key and text below a state for which a question is answered, without inner states. The
/// parser bounds the depth.
fn search(node: &Node, is_meant: &dyn Fn(&str, &str) -> bool) -> Option<String> {
    let inner = |name: String, value: &Node| {
        if value.as_str().is_some_and(|text| is_meant(&name, text)) {
            return Some(name);
        }
        search(value, is_meant).map(|below| format!("{name}/{below}"))
    };
    match &node.kind {
        NodeKind::Object(entries) => {
            let own = entries.iter().filter(|entry| entry.key != "States");
            own.into_iter()
                .find_map(|entry| inner(entry.key.replace('~', "~0").replace('/', "~1"), &entry.value))
        }
        NodeKind::Array(items) => items.iter().enumerate().find_map(|(at, item)| inner(at.to_string(), item)),
        _ => None,
    }
}
