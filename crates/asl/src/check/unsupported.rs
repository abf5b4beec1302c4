//! What AWS has and this release does not run. All of it stands in this file, so
//! that a later release lifts it piece by piece.

use super::fields::Field;
use super::findings::Findings;
use crate::{Code, TaskResource};

/// Warns of an integration that AWS has and this release cannot call: the definition
/// is valid, the task fails when it is reached.
pub(super) fn integration(resource: &TaskResource, field: &Field<'_>, found: &mut Findings) {
    let what = match resource {
        TaskResource::Integration { service, .. }
            if !matches!(&**service, "lambda" | "states" | "http" | "apigateway" | "aws-sdk:sfn") =>
        {
            format!("The integration '{service}'")
        }
        _ => return,
    };
    let message = format!("{what} cannot be called by this release; the task will fail when it runs");
    found.warning(Code::Unsupported, message, &field.location, field.node.span);
}
