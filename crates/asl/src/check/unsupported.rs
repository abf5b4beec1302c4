//! What the language has and this release does not run. A definition that needs
//! it is refused with a plain word, never accepted and run differently.
//!
//! All of it stands in this file, so that a later release lifts it piece by
//! piece. Each check of a state calls here where it meets such a field.

use super::fields::{Field, Fields};
use super::findings::Findings;
use crate::{Code, Pattern, Severity, Span, TaskResource};
use stateline_jsonpath::{Expression, Query, Source};

/// Fields that only a distributed Map has.
const DISTRIBUTED_ONLY: [&str; 8] = [
    "ItemReader",
    "ItemBatcher",
    "ResultWriter",
    "ToleratedFailurePercentage",
    "ToleratedFailurePercentagePath",
    "ToleratedFailureCount",
    "ToleratedFailureCountPath",
    "Label",
];

fn refuse(what: &str, location: &str, span: Span, help: &str, found: &mut Findings) {
    let message = format!("{what} is not supported by this release");
    found.field(Code::Unsupported, Severity::Error, message, location, span).help(help);
}

/// `QueryLanguage: "JSONata"`, of a machine or of a state. A word that names neither
/// language counts as JSONata too, but has its own error.
pub(super) fn jsonata(fields: &Fields<'_>, found: &mut Findings) {
    if let Some(field) = fields.get("QueryLanguage").filter(|field| field.node.as_str() == Some("JSONata")) {
        let help = "use JSONPath: paths, payload templates and intrinsic functions";
        refuse("The query language JSONata", &field.location, field.node.span, help, found);
    }
}

/// `Assign`, of a state, a Choice rule or a catcher.
pub(super) fn assign(fields: &Fields<'_>, found: &mut Findings) {
    if let Some(field) = fields.get("Assign") {
        let help = "pass the value on in the state's output, with ResultPath";
        refuse("The field 'Assign'", &field.location, field.key_span, help, found);
    }
}

/// A path that starts at a variable; true when it does.
pub(super) fn variable(query: &Query, field: &Field<'_>, found: &mut Findings) -> bool {
    let Source::Variable(name) = query.source() else { return false };
    read_variable(name, &field.location, field.node.span, found);
    true
}

/// An expression that reads variables; true when it does.
pub(super) fn variables(expression: &Expression, location: &str, span: Span, found: &mut Findings) -> bool {
    let Some(name) = expression.variables().next() else { return false };
    read_variable(name, location, span, found);
    true
}

fn read_variable(name: &str, location: &str, span: Span, found: &mut Findings) {
    let what = format!("The variable '${name}'");
    refuse(&what, location, span, "read the value from the state's input or from the Context object", found);
}

/// A distributed Map, or its fields on an inline one; true when there is any.
pub(super) fn distributed(map: &Fields<'_>, mode: Option<Field<'_>>, found: &mut Findings) -> bool {
    let help = "an inline Map runs its iterations in the same execution";
    if let Some(mode) = mode {
        refuse("A Map in DISTRIBUTED mode", &mode.location, mode.node.span, help, found);
        return true;
    }
    let mut any = false;
    for field in DISTRIBUTED_ONLY.iter().filter_map(|name| map.get(name)) {
        let what = format!("The field '{}', which belongs to a distributed Map,", field.name);
        refuse(&what, &field.location, field.key_span, help, found);
        any = true;
    }
    any
}

/// Warns of an integration that AWS has and this release cannot call: the definition
/// is valid, the task fails when it is reached.
pub(super) fn integration(resource: &TaskResource, field: &Field<'_>, found: &mut Findings) {
    let what = match resource {
        TaskResource::Integration { service, .. } if &**service != "lambda" => {
            format!("The integration '{service}'")
        }
        TaskResource::Integration { pattern: Pattern::WaitForTaskToken, .. } => {
            "A task with a token".to_owned()
        }
        TaskResource::Activity { .. } => "An activity".to_owned(),
        TaskResource::Integration { .. } | TaskResource::Function { .. } => return,
    };
    let message = format!("{what} cannot be called by this release; the task will fail when it runs");
    found.warning(Code::Unsupported, message, &field.location, field.node.span);
}
