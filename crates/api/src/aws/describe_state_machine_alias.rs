//! `DescribeStateMachineAlias`.

use super::Call;
use super::arn::check_alias;
use super::constrain::{read, text};
use super::encode::Object;
use super::error::ApiError;
use crate::shapes;
use stateline_runtime::qualified_arn;

pub(super) async fn run(call: &Call<'_>) -> Result<Vec<u8>, ApiError> {
    let request: shapes::DescribeStateMachineAlias<'_> = read(call)?;
    let arn = text(request.state_machine_alias_arn.as_ref());
    check_alias(arn)?;
    let alias = call.api.service().alias(arn)?;
    Ok(Object::document(|answer| {
        answer.text("stateMachineAliasArn", &alias.arn);
        answer.text("name", &alias.name);
        answer.text_if("description", alias.description.as_deref());
        answer.array("routingConfiguration", &alias.routes, usize::MAX, |item, route| {
            item.text("stateMachineVersionArn", &qualified_arn(&alias.machine_arn, route.version));
            item.number("weight", route.weight.into());
        });
        answer.time("creationDate", alias.created);
        answer.time("updateDate", alias.updated);
    }))
}
