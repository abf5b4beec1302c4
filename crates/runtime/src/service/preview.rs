//! A look at what one state does with its data. Nothing is called and nobody waits: where a test would
//! go on with an answer, the look ends, and where it would wait, the time has come.

use super::{Service, unavailable};
use crate::ServiceError;
use crate::service::test_state::TestRequest;
use stateline_base::Timestamp;
use stateline_engine::{
    Apart, Input, Inspection, RECORDS_PER_DECISION_MAX, Setting, StateTest, StateTestOutcome, StateTestStep,
};

/// What was seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    /// The steps that the state came to.
    pub inspection: Inspection,
    /// What became of it; `None` when work would have to be done that nothing stands for.
    pub outcome: Option<StateTestOutcome>,
    /// For how long it would wait, in milliseconds, and until when.
    pub waits: Option<(i64, Timestamp)>,
}

impl Service {
    /// Runs one state as far as it comes by itself. Expressions take the time that their budget allows,
    /// so this is no work for a thread that others wait for.
    ///
    /// # Errors
    /// When the service is stopping.
    pub fn preview_state(&self, mut request: TestRequest) -> Result<Preview, ServiceError> {
        self.check_running()?;
        request.test.preview = true;
        let started = self.pretended(&request)?;
        let setting = Setting {
            program: &request.program,
            limits: &self.inner.limits,
            records_max: RECORDS_PER_DECISION_MAX,
            outside: &Apart,
        };
        let now = self.now();
        let (mut test, mut step) = StateTest::start(setting, started, request.test, now);
        let mut waits = None;
        loop {
            match step {
                StateTestStep::Done(outcome) => {
                    let inspection = outcome.inspection.clone();
                    return Ok(Preview { inspection, outcome: Some(*outcome), waits });
                }
                StateTestStep::Call { .. } | StateTestStep::NeedsMock => {
                    return Ok(Preview { inspection: test.inspection(), outcome: None, waits });
                }
                StateTestStep::Wait(until) => {
                    waits = Some((until.since_millis(now), until));
                    step = test.advance(setting, Input::Tick, until).map_err(unavailable)?;
                }
            }
        }
    }
}
