//! `DeleteStateMachine`: succeeds also when there is none.

use super::arn::check_unlabelled_machine;
use super::decode::{Text, decode, shape};
use super::error::ApiError;
use super::validate::{ARN_CHARS, Violations};
use super::{Call, detached};

shape! {
    /// The request.
    DeleteStateMachine {
        /// The machine.
        machine_arn: Text<'a> = "stateMachineArn",
    }
}

pub(super) async fn run(call: &Call<'_>) -> Result<Vec<u8>, ApiError> {
    let request: DeleteStateMachine<'_> = decode(call.body)?;
    let mut violations = Violations::default();
    let arn = violations.required_sized("stateMachineArn", request.machine_arn.as_ref(), ARN_CHARS);
    violations.finish()?;
    check_unlabelled_machine(arn)?;
    let (service, arn) = (call.api.service().clone(), arn.to_owned());
    detached(async move { service.delete_machine(&arn).await }).await?;
    Ok(b"{}".to_vec())
}
