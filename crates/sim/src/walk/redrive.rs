//! The legal walk of redrives: where each frame stands when an execution that had ended is open
//! again, told from what the history said of it before.

use super::{Place, Visitor, Walk};
use crate::check::{Violation, rule};
use stateline_base::Timestamp;
use stateline_engine::MapRunStatus;
use stateline_journal::{FrameId, MachineKind, Redriven};
use std::collections::BTreeMap;

/// How an execution ended last.
#[derive(Clone, Debug)]
pub(super) enum Over {
    Well,
    /// With this error; other ends have none.
    Badly(Option<String>),
}

impl Visitor {
    /// The top level before its first state.
    pub(super) fn top() -> Self {
        Visitor {
            parent: None,
            index: 0,
            state: 0,
            place: Place::New,
            worked: Place::New,
            retries: Vec::new(),
            in_vain: false,
        }
    }

    /// Where the visitor goes on.
    fn go_on(&mut self) {
        let place = match self.place {
            Place::Joined | Place::Failed => self.worked,
            other => other,
        };
        self.place = match place {
            Place::Entered
            | Place::Waiting(_)
            | Place::Scheduled
            | Place::Running(_)
            | Place::TaskEnded
            | Place::Backoff(_)
            | Place::Joined
            | Place::Failed => Place::Entered,
            Place::New
            | Place::Leaving(_)
            | Place::Branches { .. }
            | Place::Iterations { .. }
            | Place::Children(_)
            | Place::Done => place,
        };
        self.retries.clear();
        self.in_vain = false;
    }
}

impl Walk<'_> {
    /// The execution is open again.
    pub(super) fn redriven(&mut self, redriven: &Redriven, at: Timestamp) -> Result<(), Violation> {
        let Some(Over::Badly(error)) = self.over.take() else {
            return Err(Violation("what has not ended badly is redriven".into()));
        };
        self.redrives += 1;
        let count = redriven.count;
        rule!(count == self.redrives, "redrive {count} is the {}th", self.redrives);
        rule!(redriven.deadline > at, "it has timed out before it goes on");
        self.deadline = redriven.deadline;
        self.working.clear();
        if self.started.kind == MachineKind::Express {
            self.frames = BTreeMap::from([(0, Visitor::top())]);
            return Ok(());
        }
        let places: Vec<FrameId> = self.frames.keys().copied().collect();
        for frame in &places {
            self.visitor_mut(*frame)?.go_on();
        }
        for frame in places {
            if self.frames.contains_key(&frame) && self.is_whole(frame, error.as_deref())? {
                self.remove_below(frame);
                self.put(frame, Place::Entered)?;
            }
        }
        self.join_again()
    }

    /// Whether a state runs again from its beginning.
    fn is_whole(&self, frame: FrameId, error: Option<&str>) -> Result<bool, Violation> {
        let too_large = error == Some("States.DataLimitExceeded");
        Ok(match self.visitor(frame)?.place {
            Place::Branches { .. } | Place::Iterations { .. } => too_large && frame == 0,
            Place::Children(run) => {
                let failed = self.run_ended(run) != Some(MapRunStatus::Aborted);
                failed && (too_large || error == Some("States.Runtime"))
            }
            _ => false,
        })
    }

    /// Where everything had succeeded, that is looked at again.
    fn join_again(&mut self) -> Result<(), Violation> {
        let frames: Vec<FrameId> = self.frames.keys().copied().collect();
        for frame in frames {
            let place = self.visitor(frame)?.place;
            let done = |child| self.visitor(child).is_ok_and(|child| matches!(child.place, Place::Done));
            let joined = match place {
                Place::Branches { first, count } => (first..first + count).all(done),
                Place::Iterations { next, length, running, .. } => next == length && running == 0,
                _ => false,
            };
            if joined {
                self.put(frame, Place::Joined)?;
            }
        }
        Ok(())
    }
}
