//! Results of Map Runs on their way into files, each run's on a thread of its own.

use super::stores::{Holder, Stores};
use stateline_base::{Failure, Payload, error_name};
use stateline_items::{Form, ResultFiles, ResultStatus as File};
use stateline_runtime::{Caller, Outcome, ResultSource, ResultStatus, ResultTarget};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{Semaphore, oneshot};

/// Runs whose results are being written. Two never write the same files: after a redrive the second
/// waits until the first, which nobody wants any more, has ended.
pub(crate) struct Writers {
    runs: Mutex<HashMap<Arc<str>, Arc<Mutex<()>>>>,
    places: Arc<Semaphore>,
}

/// Runs whose results are written at once; others wait.
const WRITERS_MAX: usize = 64;

impl Default for Writers {
    fn default() -> Self {
        Writers { runs: Mutex::default(), places: Arc::new(Semaphore::new(WRITERS_MAX)) }
    }
}

/// Says to the thread that nobody waits for it any more.
struct CallOff(Arc<AtomicBool>);

impl Drop for CallOff {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

impl Writers {
    /// Writes all results of a source and tells where the manifest is.
    pub async fn write(
        &self,
        stores: Arc<Stores>,
        target: Arc<ResultTarget>,
        results: Box<dyn ResultSource>,
    ) -> Outcome {
        let (told, end) = oneshot::channel();
        let called_off = Arc::new(AtomicBool::new(false));
        let _guard = CallOff(called_off.clone());
        let turn = self.turn(&target.map_run_arn);
        let place = self.places.clone().acquire_owned().await;
        let thread = std::thread::Builder::new().name("results".to_owned());
        let started = thread.spawn(move || {
            let _place = place;
            let _turn = turn.lock().unwrap_or_else(PoisonError::into_inner);
            drop(told.send(written(&stores, &target, results, &called_off)));
        });
        if let Err(error) = started {
            return Outcome::Failed(failed(&format!(
                "The system has no thread to write results on: {error}"
            )));
        }
        match end.await {
            Ok(Ok(manifest)) => Outcome::Succeeded(manifest),
            Ok(Err(failure)) => Outcome::Failed(failure),
            Err(_) => Outcome::Failed(failed("The writing of results was stopped in the middle.")),
        }
    }

    fn turn(&self, map_run_arn: &Arc<str>) -> Arc<Mutex<()>> {
        let mut runs = self.runs.lock().unwrap_or_else(PoisonError::into_inner);
        // What nobody else holds is over.
        runs.retain(|_, turn| Arc::strong_count(turn) > 1);
        runs.entry(map_run_arn.clone()).or_default().clone()
    }
}

fn failed(cause: &str) -> Failure {
    Failure::new(error_name::RESULT_WRITER_FAILED, cause)
}

fn written(
    stores: &Arc<Stores>,
    target: &ResultTarget,
    mut results: Box<dyn ResultSource>,
    called_off: &AtomicBool,
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
        if called_off.load(Ordering::Acquire) {
            return Err(failed("Nobody waits for the results any more."));
        }
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
