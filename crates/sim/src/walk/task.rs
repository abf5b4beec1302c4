//! The legal walk of tasks: attempts that end with their call, with a token, with a
//! worker's answer, or with a job.

use super::{Place, Walk, owner, told_retry};
use crate::calls;
use crate::check::{Violation, rule};
use stateline_asl::program::Kind;
use stateline_asl::{Pattern, TaskResource};
use stateline_base::{Failure, Payload, Timestamp};
use stateline_journal::{AttemptId, Event, FrameId, Record, TaskClock};

/// One attempt as the history tells it.
#[derive(Debug)]
pub(crate) struct Try {
    pub(crate) attempt: AttemptId,
    /// How it is to end.
    pub(crate) way: Way,
    /// Place in the journal of the event that began it: `TaskStarted`, or `ActivityStarted`.
    pub(crate) started: usize,
    /// What the service said that took the request of a task that ends later.
    pub(crate) taken: Option<Payload>,
    /// Place of its `SubmitLost` in the journal.
    pub(crate) lost: Option<usize>,
    /// Place of its end in the journal, and how it ended; absent when it was cut off.
    pub(crate) end: Option<(usize, TryEnd)>,
    timeout: Option<u64>,
    heartbeat: Option<u64>,
}

/// How an attempt is to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// With its call.
    Call,
    /// With the answer of an activity's worker.
    Activity,
    /// With its token, whatever its call gives.
    Callback,
    /// With the job that its call has begun.
    Job,
}

/// How an attempt ended.
#[derive(Debug)]
pub(crate) enum TryEnd {
    Succeeded(Payload),
    Failed(Failure),
    TimedOut,
}

impl Way {
    pub(crate) fn of(resource: &TaskResource) -> Self {
        match (resource, calls::pattern(resource)) {
            (TaskResource::Activity { .. }, _) => Way::Activity,
            (_, Pattern::WaitForTaskToken) => Way::Callback,
            (_, Pattern::Sync | Pattern::Sync2) => Way::Job,
            (_, Pattern::RequestResponse) => Way::Call,
        }
    }

    /// Whether somebody ends it with a token.
    pub(crate) fn has_token(self) -> bool {
        matches!(self, Way::Activity | Way::Callback)
    }
}

/// The clock that runs out first.
fn first_due(clock: TaskClock) -> Option<Timestamp> {
    [clock.deadline, clock.heartbeat].into_iter().flatten().min()
}

impl Walk<'_> {
    pub(super) fn task(&mut self, seq: usize, record: &Record) -> Result<(), Violation> {
        let frame = owner(&record.event).unwrap_or(0);
        let visitor = self.visitor(frame)?;
        let place = visitor.place;
        let Kind::Task(task) = self.kind(visitor.state)? else {
            return Err(Violation("only Task states have attempts".into()));
        };
        let way = Way::of(&task.resource);
        match (&record.event, place) {
            (Event::TaskScheduled { .. }, Place::Entered | Place::Backoff(_)) => {
                self.scheduled(seq, record, way)
            }
            (Event::TaskStarted { clock, .. }, Place::Scheduled) if way != Way::Activity => {
                self.begun(frame, (seq, record.at), *clock, way)
            }
            (Event::ActivityStarted { clock, .. }, Place::Scheduled) if way == Way::Activity => {
                self.begun(frame, (seq, record.at), *clock, way)
            }
            (Event::TaskSubmitted { output, .. }, Place::Running(_)) => {
                let attempt = self.working_on(frame)?;
                rule!(matches!(way, Way::Callback | Way::Job), "its call is all there is to wait for");
                rule!(attempt.taken.is_none() && attempt.lost.is_none(), "no call is out");
                attempt.taken = Some(output.clone());
                Ok(())
            }
            (Event::SubmitLost { .. }, Place::Running(_)) => {
                let attempt = self.working_on(frame)?;
                rule!(way == Way::Callback, "only a callback goes on without its call");
                rule!(attempt.taken.is_none() && attempt.lost.is_none(), "no call is out");
                attempt.lost = Some(seq);
                Ok(())
            }
            (Event::HeartbeatRecorded { until, .. }, Place::Running(clock)) => {
                self.beat(frame, clock, *until, record.at)
            }
            (Event::TaskSucceeded { output, .. }, Place::Running(clock)) => {
                let taken = self.working_on(frame)?.taken.is_some();
                rule!(way != Way::Job || taken, "its job is done before it began");
                let due = first_due(clock);
                rule!(
                    !way.has_token() || due.is_none_or(|due| record.at < due),
                    "its token was taken after its time"
                );
                self.end_attempt(frame, seq, TryEnd::Succeeded(output.clone()))
            }
            (Event::TaskFailed { failure, .. }, Place::Running(_)) => {
                self.end_attempt(frame, seq, TryEnd::Failed(failure.clone()))
            }
            (Event::TaskTimedOut { heartbeat, .. }, Place::Running(clock)) => {
                let due = first_due(clock);
                rule!(due.is_some_and(|due| record.at >= due), "a timeout came early");
                let missed = clock.heartbeat.is_some() && due == clock.heartbeat && due != clock.deadline;
                rule!(missed == *heartbeat, "it is the other clock that ran out");
                self.end_attempt(frame, seq, TryEnd::TimedOut)
            }
            (_, place) => Err(Violation(format!("the frame is {}", place.name()))),
        }
    }

    fn scheduled(&mut self, seq: usize, record: &Record, way: Way) -> Result<(), Violation> {
        let Event::TaskScheduled { frame, attempt, parameters, timeout_seconds, heartbeat_seconds, .. } =
            &record.event
        else {
            return Err(Violation("nothing is scheduled".into()));
        };
        let visitor = self.visitor(*frame)?;
        let retries: u64 = visitor.retries.iter().sum();
        let told = told_retry(parameters);
        rule!(told.is_none_or(|told| told == retries), "retry {retries} is made as {told:?}");
        if let Place::Backoff(until) = visitor.place {
            rule!(record.at >= until, "a retry came early");
        }
        let last = self.last_attempt;
        rule!(*attempt == last + 1, "attempts are counted; {attempt} follows {last}");
        self.last_attempt = *attempt;
        self.attempts.push(Try {
            attempt: *attempt,
            way,
            started: seq,
            taken: None,
            lost: None,
            end: None,
            timeout: *timeout_seconds,
            heartbeat: *heartbeat_seconds,
        });
        self.working.insert(*frame, *attempt);
        self.put(*frame, Place::Scheduled)
    }

    /// Its clocks run from here: a call's as soon as it leaves, an activity's when a worker takes it.
    fn begun(
        &mut self,
        frame: FrameId,
        (seq, at): (usize, Timestamp),
        clock: TaskClock,
        way: Way,
    ) -> Result<(), Violation> {
        let attempt = self.working_on(frame)?;
        attempt.started = seq;
        let due = |seconds: Option<u64>| seconds.map(|seconds| at.plus_seconds(seconds));
        // Nobody can send a heartbeat for what ends with its call.
        let heartbeat = due(attempt.heartbeat).filter(|_| way != Way::Call);
        let expected = TaskClock { deadline: due(attempt.timeout), heartbeat };
        rule!(clock == expected, "its clocks are {clock:?} and not {expected:?}");
        self.put(frame, Place::Running(clock))
    }

    /// A heartbeat moves the heartbeat's own clock and no other.
    fn beat(
        &mut self,
        frame: FrameId,
        clock: TaskClock,
        until: Timestamp,
        at: Timestamp,
    ) -> Result<(), Violation> {
        let attempt = self.working_on(frame)?;
        let expected = attempt.heartbeat.map(|seconds| at.plus_seconds(seconds));
        rule!(attempt.way != Way::Call && expected == Some(until), "the next heartbeat is due at {until}");
        let due = first_due(clock);
        rule!(due.is_none_or(|due| at < due), "a heartbeat came after the task's time");
        let tenth = i64::try_from(attempt.heartbeat.unwrap_or(0) * 100).unwrap_or(i64::MAX);
        let moves = clock.heartbeat.is_some_and(|last| until.since_millis(last) >= tenth);
        rule!(moves, "a heartbeat that hardly moves its clock is written down");
        self.put(frame, Place::Running(TaskClock { heartbeat: Some(until), ..clock }))
    }

    fn working_on(&mut self, frame: FrameId) -> Result<&mut Try, Violation> {
        let number = self.working.get(&frame).copied();
        let found = self.attempts.iter_mut().rev().find(|attempt| Some(attempt.attempt) == number);
        found.ok_or_else(|| Violation("no attempt is out".into()))
    }

    fn end_attempt(&mut self, frame: FrameId, seq: usize, end: TryEnd) -> Result<(), Violation> {
        self.working_on(frame)?.end = Some((seq, end));
        self.working.remove(&frame);
        self.put(frame, Place::TaskEnded)
    }
}
