//! Which record may follow which state: one table, checked on every record.
//!
//! A journal that breaks it is damaged, or the engine has a fault; either way
//! going on would make things worse, so the check stays on in production.

use crate::execution::{Activity, Ending, Execution, Hold};
use stateline_journal::{Event, Record};

/// Asserts that a record may come next.
///
/// # Panics
/// When it may not.
pub(crate) fn assert_legal(x: &Execution, record: &Record) {
    assert!(
        may_after(x, &record.event),
        "illegal after {:?} of {}: {:?}",
        x.ending,
        x.started.execution_arn,
        record.event
    );
    let expected_id = if record.event.is_public() { x.last_id + 1 } else { 0 };
    assert!(record.id == expected_id, "event ids are dense: got {}, expected {expected_id}", record.id);
    assert!(record.previous <= x.last_id, "an event names a later one as its predecessor");
    if let Some((frame, activity)) = subject(x, &record.event) {
        assert!(
            may(activity, &record.event),
            "illegal in frame {frame} of {}: {:?} while {activity:?}",
            x.started.execution_arn,
            record.event
        );
    }
}

/// Which events may follow an end, or follow from one: what has ended badly is redriven, and what
/// children that were cut off had come to is counted, also later. Nothing else happens after an end.
fn may_after(x: &Execution, event: &Event) -> bool {
    match event {
        Event::ExecutionRedriven(_) => !matches!(x.ending, None | Some(Ending::Succeeded(_))),
        Event::ChildSettled { map_run_arn, attempt, .. } => {
            x.unsettled(*attempt).is_some_and(|child| child.map_run_arn == *map_run_arn)
        }
        Event::TestCaseChosen { .. } => x.records == 1,
        _ => x.is_open(),
    }
}

/// The frame an event is about, with what it is doing.
fn subject<'a>(x: &'a Execution, event: &Event) -> Option<(u32, &'a Activity)> {
    let frame = match event {
        Event::StateEntered { frame, .. }
        | Event::StateExited { frame, .. }
        | Event::WaitStarted { frame, .. }
        | Event::TaskScheduled { frame, .. }
        | Event::TaskStarted { frame, .. }
        | Event::ActivityStarted { frame, .. }
        | Event::TaskSubmitted { frame, .. }
        | Event::SubmitLost { frame }
        | Event::TaskSucceeded { frame, .. }
        | Event::TaskFailed { frame, .. }
        | Event::TaskTimedOut { frame, .. }
        | Event::HeartbeatRecorded { frame, .. }
        | Event::RetryScheduled { frame, .. }
        | Event::ParallelStarted { frame, .. }
        | Event::ParallelSucceeded { frame }
        | Event::ParallelFailed { frame }
        | Event::MapStarted { frame, .. }
        | Event::MapIterationStarted { frame, .. }
        | Event::MapSucceeded { frame }
        | Event::MapFailed { frame }
        | Event::EvaluationFailed { frame, .. }
        | Event::MapRunStarted { frame, .. }
        | Event::ChildStarted { frame, .. }
        | Event::ChildEnded { frame, .. }
        | Event::MapRunUpdated { frame, .. }
        | Event::MapRunSucceeded { frame }
        | Event::MapRunFailed { frame, .. }
        | Event::MapRunAborted { frame }
        | Event::MapRunRedriven { frame, .. }
        | Event::ChildRedriven { frame, .. }
        | Event::ItemsTaken { frame, .. }
        | Event::ReaderEnded { frame }
        | Event::ResultsAwaited { frame, .. }
        | Event::StateAborted { frame, .. } => *frame,
        Event::MapRunPlanned(plan) => plan.frame,
        Event::MapIterationSucceeded { child, .. }
        | Event::MapIterationFailed { child, .. }
        | Event::MapIterationAborted { child, .. }
        | Event::BranchFailed { child } => *child,
        Event::ExecutionStarted(_)
        | Event::RandomDrawn { .. }
        | Event::ExecutionSucceeded { .. }
        | Event::ExecutionFailed { .. }
        | Event::ExecutionAborted { .. }
        | Event::ExecutionTimedOut
        | Event::ExecutionRedriven(_)
        | Event::RedriveFollowed { .. }
        | Event::ChildSettled { .. }
        | Event::TestCaseChosen { .. } => return None,
    };
    Some((frame, &x.frame(frame).activity))
}

/// The table.
fn may(activity: &Activity, event: &Event) -> bool {
    use Activity as A;
    match event {
        Event::StateEntered { .. } => matches!(activity, A::New | A::Leaving(_)),
        // From a backoff when the retry fails before it begins, and that is caught.
        Event::StateExited { .. } => match activity {
            A::Entered | A::Waiting { .. } | A::TaskEnded | A::Backoff { .. } | A::Joined(_) => true,
            // When a field that is read after the Map has started makes it fail, and that is caught.
            A::Iterations(map) => map.next == 0,
            _ => false,
        },
        Event::EvaluationFailed { .. } => !matches!(activity, A::New | A::Leaving(_) | A::Done(_)),
        Event::WaitStarted { .. } => matches!(activity, A::Entered),
        Event::TaskScheduled { .. } => matches!(activity, A::Entered | A::Backoff { .. }),
        Event::TaskStarted { .. } | Event::ActivityStarted { .. } => matches!(activity, A::Scheduled { .. }),
        Event::TaskSubmitted { .. } | Event::SubmitLost { .. } => {
            matches!(activity, A::Running { hold: Hold::Call, .. })
        }
        Event::TaskSucceeded { .. } | Event::TaskFailed { .. } | Event::TaskTimedOut { .. } => {
            matches!(activity, A::Running { .. })
        }
        Event::HeartbeatRecorded { .. } => matches!(activity, A::Running { .. }),
        Event::RetryScheduled { .. } => matches!(
            activity,
            A::Entered
                | A::Backoff { .. }
                | A::TaskEnded
                | A::Joined(_)
                | A::Branches { .. }
                | A::Iterations(_)
                | A::MapRun(_)
        ),
        Event::StateAborted { .. } => matches!(
            activity,
            A::Waiting { .. }
                | A::Running { .. }
                | A::Scheduled { .. }
                | A::Backoff { .. }
                | A::Branches { .. }
                | A::Iterations(_)
                | A::MapRun(_)
                | A::TaskEnded
                | A::Entered
        ),
        Event::ExecutionStarted(_) => false,
        Event::RandomDrawn { .. }
        | Event::ExecutionSucceeded { .. }
        | Event::ExecutionFailed { .. }
        | Event::ExecutionAborted { .. }
        | Event::ExecutionTimedOut
        | Event::ExecutionRedriven(_)
        | Event::RedriveFollowed { .. }
        | Event::ChildSettled { .. }
        | Event::TestCaseChosen { .. } => true,
        _ => may_fan_out(activity, event),
    }
}

/// The part of the table for Parallel and Map states.
fn may_fan_out(activity: &Activity, event: &Event) -> bool {
    use Activity as A;
    match event {
        Event::ParallelStarted { .. } | Event::MapStarted { .. } => {
            matches!(activity, A::Entered | A::Backoff { .. })
        }
        // Once more after a redrive, when only what came of the branches had failed.
        Event::ParallelSucceeded { .. } => matches!(activity.work(), A::Branches { .. }),
        // Before any branch is open, when an expression fails.
        Event::ParallelFailed { .. } => {
            matches!(activity, A::Branches { .. } | A::Entered | A::Backoff { .. })
        }
        Event::MapIterationStarted { .. } => matches!(activity, A::Iterations(_)),
        Event::MapSucceeded { .. } => matches!(activity.work(), A::Iterations(_) | A::MapRun(_)),
        Event::MapFailed { .. } => {
            matches!(activity, A::Iterations(_) | A::MapRun(_) | A::Entered | A::Backoff { .. })
        }
        Event::MapRunStarted { .. } => matches!(activity, A::Iterations(_)),
        // What has an end to come to starts no more.
        Event::ItemsTaken { .. } | Event::ReaderEnded { .. } => {
            matches!(activity, A::MapRun(run)
                if run.awaited.is_none() && run.reader.as_ref().is_some_and(|reader| !reader.ended))
        }
        Event::ResultsAwaited { .. } => {
            matches!(activity, A::MapRun(run) if run.awaited.is_none() && run.writer.is_some())
        }
        Event::MapRunPlanned(_) => matches!(activity, A::MapRun(run) if run.next == 0),
        Event::ChildStarted { .. }
        | Event::ChildEnded { .. }
        | Event::MapRunUpdated { .. }
        | Event::MapRunSucceeded { .. }
        | Event::MapRunFailed { .. }
        | Event::MapRunAborted { .. }
        | Event::MapRunRedriven { .. }
        | Event::ChildRedriven { .. } => matches!(activity, A::MapRun(_)),
        Event::MapIterationSucceeded { .. } => matches!(activity, A::Done(_)),
        // A branch can fail in anything but success.
        Event::MapIterationFailed { .. } | Event::MapIterationAborted { .. } | Event::BranchFailed { .. } => {
            !matches!(activity, A::Done(_))
        }
        _ => unreachable!("`may` deals with every other event"),
    }
}
