//! `UpdateMapRun`: changes the limits of a Map Run while it runs.

use super::Call;
use super::arn::check_map_run;
use super::constrain::{read, text};
use super::encode::Object;
use super::error::ApiError;
use crate::shapes;
use stateline_runtime::MapRunChange;

pub(super) async fn run(call: &Call<'_>) -> Result<Vec<u8>, ApiError> {
    let request: shapes::UpdateMapRun<'_> = read(call)?;
    let arn = text(request.map_run_arn.as_ref());
    check_map_run(arn)?;
    call.api.service().update_map_run(arn, change(&request)).await?;
    Ok(Object::document(|_| {}))
}

/// What changes. The numbers are in their ranges; more children than can be counted are all of them.
fn change(request: &shapes::UpdateMapRun<'_>) -> MapRunChange {
    MapRunChange {
        concurrency: request.max_concurrency.map(|number| u32::try_from(number).unwrap_or(0)),
        tolerated_count: request.tolerated_failure_count.map(|number| u64::try_from(number).unwrap_or(0)),
        tolerated_percentage: request.tolerated_failure_percentage,
    }
}
