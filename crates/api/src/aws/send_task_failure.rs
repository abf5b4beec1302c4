//! `SendTaskFailure`: not offered yet; the request is checked all the same.

use super::Call;
use super::constrain::read;
use super::error::ApiError;
use crate::shapes;

pub(super) async fn run(call: &Call<'_>) -> Result<Vec<u8>, ApiError> {
    let _request: shapes::SendTaskFailure<'_> = read(call)?;
    Err(ApiError::UnsupportedOperation("SendTaskFailure"))
}
