//! Results of Map Runs on their way into files.

use super::stores::{Holder, Stores};
use stateline_base::{Failure, Payload, error_name};
use stateline_items::{Form, ResultFiles, ResultStatus as File};
use stateline_runtime::{Caller, Outcome, ResultSource, ResultStatus, ResultTarget};
use std::sync::Arc;

/// Writes all results of a source and tells where the manifest is.
pub(crate) async fn write(
    stores: Arc<Stores>,
    target: Arc<ResultTarget>,
    results: Box<dyn ResultSource>,
) -> Outcome {
    let runtime = stores.runtime().clone();
    match runtime.spawn_blocking(move || written(&stores, &target, results)).await {
        Ok(Ok(manifest)) => Outcome::Succeeded(manifest),
        Ok(Err(failure)) => Outcome::Failed(failure),
        Err(error) => {
            let cause = format!("The writing of results was stopped in the middle: {error}");
            Outcome::Failed(Failure::new(error_name::RESULT_WRITER_FAILED, cause))
        }
    }
}

fn written(
    stores: &Arc<Stores>,
    target: &ResultTarget,
    mut results: Box<dyn ResultSource>,
) -> Result<Payload, Failure> {
    let holder = Holder {
        region: target.region.clone(),
        account: target.account.clone(),
        request_id: target.request_id.clone(),
        caller: Caller {
            machine_arn: "".into(),
            machine_role: target.role_arn.clone(),
            // Buckets are of the state machine's own account (reference 04, section 13).
            task_role: None,
        },
    };
    let form = Form { transformation: target.transformation, output_type: target.output_type };
    let parameters = target.parameters.value();
    let mut files =
        ResultFiles::new(stores.objects(holder), parameters, &target.map_run_arn, form, &stores.limits)?;
    loop {
        let page = results.next_page()?;
        if page.is_empty() {
            return files.finish().map(Payload::from);
        }
        for child in page {
            let file = match child.status {
                ResultStatus::Succeeded => File::Succeeded,
                ResultStatus::Failed | ResultStatus::TimedOut | ResultStatus::Aborted => File::Failed,
                ResultStatus::Pending => File::Pending,
            };
            files.add(file, &child.metadata, child.output.as_ref())?;
        }
    }
}
