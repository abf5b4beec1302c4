//! What an execution is in memory: a tree of frames, one a `States` object that
//! is being visited. All of it follows from the records; [`crate::apply`] alone
//! changes it.

use crate::map_run::{Child, ChildInput, CutOff, CutOffs, MapRun, MapRunSummary};
use crate::redrive::{ChildRedrive, Redrives};
use crate::states::map_run::{child_arn, child_machine, child_name};
use crate::test_run::{TestCase, TestRun};
use crate::variables::Variables;
use stateline_base::{Failure, Payload, Rng, Timestamp};
use stateline_journal::{AttemptId, FrameId, ReaderPlan, Started, TaskClock};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The frame of the top level.
pub(crate) const ROOT: FrameId = 0;

/// One execution, as far as its records tell.
#[derive(Clone, Debug, PartialEq)]
pub struct Execution {
    /// What it was started with.
    pub started: Started,
    /// When it started.
    pub started_at: Timestamp,
    /// How it ended; `None` while it runs.
    pub ending: Option<Ending>,
    /// When it ended.
    pub stopped_at: Option<Timestamp>,
    /// When the last record was decided. An execution's own time never steps back.
    pub last_at: Timestamp,
    /// Records so far.
    pub records: u64,
    /// The last public event id.
    pub last_id: u64,
    pub(crate) rng: Rng,
    pub(crate) last_attempt: AttemptId,
    pub(crate) next_frame: FrameId,
    pub(crate) frames: BTreeMap<FrameId, Frame>,
    /// Map Runs, open and ended, by ARN.
    pub map_runs: BTreeMap<Arc<str>, MapRunSummary>,
    /// Children that were running when their Map Run was over, and have not gone on since.
    pub(crate) cut_off: CutOffs,
    /// When it times out as a whole: what it was started with, until it is redriven.
    pub(crate) deadline: Timestamp,
    /// How it was redriven.
    pub redrives: Redrives,
    /// The test case that it runs, if any.
    pub(crate) test: Option<TestRun>,
}

/// A child execution that is wanted and has not ended, as far as the parent knows.
#[derive(Clone, Debug, PartialEq)]
pub struct ChildOut {
    /// Its number within the parent.
    pub attempt: AttemptId,
    /// Index of the Map state in the program.
    pub state: u32,
    /// Its Map Run.
    pub map_run_arn: Arc<str>,
    /// Its own ARN, which is the same whenever it is asked for.
    pub execution_arn: String,
    /// The ARN of what it is an execution of: `stateMachine:<machine>/<label>`.
    pub machine_arn: String,
    /// Its input.
    pub input: ChildInput,
    /// The redrive of its Map Run that it follows; `None` for its first start.
    pub redrive: Option<ChildRedrive>,
    /// The test case that it runs, if any.
    pub test: Option<TestCase>,
}

/// How an execution ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Ending {
    /// With an output.
    Succeeded(Payload),
    /// With an error.
    Failed(Failure),
    /// From outside.
    Aborted(Failure),
    /// Longer than allowed.
    TimedOut,
}

/// A visit to one `States` object and the state it is in.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// The frame whose Parallel or Map state this belongs to.
    pub(crate) parent: Option<FrameId>,
    /// Number of the branch or index of the item.
    pub(crate) index: u32,
    /// The last event of this frame's chain: what the next one names as its predecessor.
    pub(crate) chain: u64,
    /// The state, by its index in the program.
    pub(crate) state: u32,
    /// The id of the state's Entered event.
    pub(crate) entered_id: u64,
    /// When the state was entered.
    pub(crate) entered_at: Timestamp,
    /// The last event of the chain before the state was entered.
    pub(crate) before: u64,
    /// The state's raw input.
    pub(crate) input: Payload,
    /// Variables that were assigned in this visit's scope.
    pub(crate) variables: Variables,
    /// Retries used, one counter a retrier, grown as needed.
    pub(crate) retries: Vec<u32>,
    /// Retries of this visit in all: `State.RetryCount`.
    pub(crate) retry_count: u32,
    /// The last attempt of the state's task.
    pub(crate) attempt: AttemptId,
    /// In a test, the how manieth invocation of the state that attempt is, from 0.
    pub(crate) invocation: u32,
    /// What the frame is doing.
    pub(crate) activity: Activity,
}

/// What a frame is doing.
#[derive(Clone, Debug, PartialEq)]
pub enum Activity {
    /// Created, has not come to its first state.
    New,
    /// In a state whose work has not been decided.
    Entered,
    /// Has left a state for the one with this index.
    Leaving(u32),
    /// In a Wait state.
    Waiting {
        /// When it is over.
        until: Timestamp,
    },
    /// A request is made. It leaves in the same decision; an activity's waits for its worker.
    Scheduled {
        /// The attempt.
        attempt: AttemptId,
        /// The request.
        parameters: Payload,
        /// `TimeoutSeconds`.
        timeout_seconds: Option<u64>,
        /// `HeartbeatSeconds`.
        heartbeat_seconds: Option<u64>,
        /// `Credentials.RoleArn`.
        role: Option<Arc<str>>,
    },
    /// A request is out.
    Running {
        /// The attempt.
        attempt: AttemptId,
        /// The request.
        parameters: Payload,
        /// When to give up.
        clock: TaskClock,
        /// How long a heartbeat is good for.
        heartbeat_seconds: Option<u64>,
        /// In whose name it is made, where the task says so.
        role: Option<Arc<str>>,
        /// Who has it.
        hold: Hold,
    },
    /// A task has ended; its end is dealt with in the same decision.
    TaskEnded,
    /// A retry is due later.
    Backoff {
        /// When.
        until: Timestamp,
    },
    /// Branches are open.
    Branches {
        /// Frame of the first branch; the others follow.
        first: FrameId,
        /// How many.
        count: u32,
        /// What each branch gets.
        input: Payload,
    },
    /// Iterations are open.
    Iterations(Box<Iterations>),
    /// The Map Run of a distributed Map is open.
    MapRun(Box<MapRun>),
    /// What the state did is over, well or not; that is dealt with in the same decision. What it
    /// did is kept, because a redrive goes on from there.
    Joined(Box<Activity>),
    /// The scope is done, with this output.
    Done(Payload),
}

/// Who has a request that is out.
#[derive(Clone, Debug, PartialEq)]
pub enum Hold {
    /// Whoever is being called; after a crash this is in doubt.
    Call,
    /// The service has taken it, with this answer: it ends with its token, or with its job.
    Submitted(Payload),
    /// Whoever has its token: an activity's worker, or somebody whom a lost call may have reached.
    Taken,
}

/// The progress of an inline Map state.
#[derive(Clone, Debug, PartialEq)]
pub struct Iterations {
    /// The items, an array.
    pub(crate) items: Payload,
    /// What `ItemSelector` sees as `$`.
    pub(crate) input: Payload,
    /// How many may run at once, at least 1.
    pub(crate) concurrency: u32,
    /// Index of the next item to start.
    pub(crate) next: u32,
    /// Iterations that run now.
    pub(crate) running: u32,
    /// Outputs by item.
    pub(crate) outputs: Vec<Option<Payload>>,
    /// What the next MapIterationStarted names as its predecessor.
    pub(crate) chain: u64,
}

impl Execution {
    /// Whether it still runs.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.ending.is_none()
    }

    /// Attempts that are out: the frame, the attempt and the state of each.
    pub fn attempts_out(&self) -> impl Iterator<Item = (FrameId, AttemptId, u32)> + '_ {
        self.frames.iter().filter_map(|(id, frame)| match &frame.activity {
            Activity::Running { attempt, .. } => Some((*id, *attempt, frame.state)),
            _ => None,
        })
    }

    /// Attempts whose call is out: in doubt after a crash.
    pub fn calls_out(&self) -> impl Iterator<Item = AttemptId> + '_ {
        self.frames.values().filter_map(|frame| match &frame.activity {
            Activity::Running { attempt, hold: Hold::Call, .. } => Some(*attempt),
            _ => None,
        })
    }

    /// Requests that a service has taken: the attempt, the state, the request and the answer.
    pub fn submitted(&self) -> impl Iterator<Item = (AttemptId, u32, &Payload, &Payload)> + '_ {
        self.frames.values().filter_map(|frame| match &frame.activity {
            Activity::Running { attempt, parameters, hold: Hold::Submitted(answer), .. } => {
                Some((*attempt, frame.state, parameters, answer))
            }
            _ => None,
        })
    }

    /// Activities' tasks that no worker has taken: the attempt and the state.
    pub fn offers(&self) -> impl Iterator<Item = (AttemptId, u32)> + '_ {
        self.frames.values().filter_map(|frame| match &frame.activity {
            Activity::Scheduled { attempt, .. } => Some((*attempt, frame.state)),
            _ => None,
        })
    }

    /// Requests that are made and have not ended: the attempt, the state, and the clock, which an
    /// activity's task gets with its worker.
    pub fn tasks_open(&self) -> impl Iterator<Item = (AttemptId, u32, Option<TaskClock>)> + '_ {
        self.frames.values().filter_map(|frame| match &frame.activity {
            Activity::Scheduled { attempt, .. } => Some((*attempt, frame.state, None)),
            Activity::Running { attempt, clock, .. } => Some((*attempt, frame.state, Some(*clock))),
            _ => None,
        })
    }

    /// The request of an activity's task that no worker has taken.
    #[must_use]
    pub fn offered(&self, wanted: AttemptId) -> Option<&Payload> {
        self.frames.values().find_map(|frame| match &frame.activity {
            Activity::Scheduled { attempt, parameters, .. } if *attempt == wanted => Some(parameters),
            _ => None,
        })
    }

    /// The request of an attempt that is out.
    #[must_use]
    pub fn request(&self, wanted: AttemptId) -> Option<&Payload> {
        self.frames.values().find_map(|frame| match &frame.activity {
            Activity::Running { attempt, parameters, .. } if *attempt == wanted => Some(parameters),
            _ => None,
        })
    }

    /// The role that a running attempt's task names in `Credentials`.
    #[must_use]
    pub fn task_role(&self, wanted: AttemptId) -> Option<&Arc<str>> {
        self.frames.values().find_map(|frame| match &frame.activity {
            Activity::Running { attempt, role, .. } if *attempt == wanted => role.as_ref(),
            _ => None,
        })
    }

    /// Child executions that are wanted and have not ended, as far as this execution knows.
    #[must_use]
    pub fn children_out(&self) -> Vec<ChildOut> {
        let mut out = Vec::new();
        for frame in self.frames.values() {
            let Activity::MapRun(run) = &frame.activity else { continue };
            for (attempt, child) in run.children_out() {
                out.push(self.child_out(run, frame.state, attempt, child));
            }
        }
        out
    }

    /// Whether there are [`Self::children_out`].
    #[must_use]
    pub fn has_children_out(&self) -> bool {
        let is_waiting = |frame: &Frame| matches!(&frame.activity, Activity::MapRun(run) if run.children_out().next().is_some());
        self.frames.values().any(is_waiting)
    }

    /// One of [`Self::children_out`].
    #[must_use]
    pub fn child(&self, wanted: AttemptId) -> Option<ChildOut> {
        self.frames.values().find_map(|frame| match &frame.activity {
            Activity::MapRun(run) if run.awaited.is_none() => {
                let child = run.running.get(&wanted)?;
                Some(self.child_out(run, frame.state, wanted, child))
            }
            _ => None,
        })
    }

    /// Map Runs whose items are read or whose results are written outside.
    pub(crate) fn map_runs_outside(&self) -> Vec<Arc<str>> {
        let outside = |frame: &Frame| match &frame.activity {
            Activity::MapRun(run) if run.reads_or_writes() => Some(run.arn.clone()),
            _ => None,
        };
        self.frames.values().filter_map(outside).collect()
    }

    /// What the items of an open Map Run are read from: index of the Map state in the program, and
    /// what its reader is asked for. `None` when none are.
    #[must_use]
    pub fn item_source(&self, map_run_arn: &str) -> Option<(u32, &ReaderPlan)> {
        let (state, run) = self.open_map_run(map_run_arn)?;
        run.reader.as_ref().map(|reader| (state, &reader.plan))
    }

    /// Where the results of an open Map Run are written: index of the Map state in the program, and
    /// the effective parameters. `None` when nothing writes them.
    #[must_use]
    pub fn result_target(&self, map_run_arn: &str) -> Option<(u32, &Payload)> {
        let (state, run) = self.open_map_run(map_run_arn)?;
        run.writer.as_ref().map(|parameters| (state, parameters))
    }

    /// The next child of an open Map Run that was never started; `None` where there is none, or where
    /// a reader would have to tell.
    #[must_use]
    pub fn next_pending(&self, map_run_arn: &str) -> Option<u32> {
        let (_, run) = self.open_map_run(map_run_arn)?;
        (run.next < run.children()).then_some(run.next)
    }

    fn open_map_run(&self, map_run_arn: &str) -> Option<(u32, &MapRun)> {
        self.frames.values().find_map(|frame| match &frame.activity {
            Activity::MapRun(run) if *run.arn == *map_run_arn => Some((frame.state, &**run)),
            _ => None,
        })
    }

    /// The redrive of its Map Run that a child was to follow last when it was cut off, 0 for none;
    /// `None` where it was not, or its end is counted.
    #[must_use]
    pub fn child_cut_off(&self, attempt: AttemptId) -> Option<u32> {
        self.unsettled(attempt).map(|child| child.redrive)
    }

    /// A child that was cut off, and of whose end nothing is known.
    pub(crate) fn unsettled(&self, attempt: AttemptId) -> Option<&CutOff> {
        self.cut_off.get(&attempt).filter(|child| child.end.is_none())
    }

    fn child_out(&self, run: &MapRun, state: u32, attempt: AttemptId, child: &Child) -> ChildOut {
        ChildOut {
            attempt,
            state,
            map_run_arn: run.arn.clone(),
            execution_arn: child_arn(&run.arn, &child_name(self, attempt)),
            machine_arn: child_machine(&run.arn),
            input: child.input.clone(),
            redrive: (child.redrives > 0).then(|| self.child_redrive(&run.arn)).flatten(),
            test: self.child_test(&run.arn, state, child.index),
        }
    }

    /// The case goes on in a child. What its states' counting begins with is its number among the
    /// children that the Map state has had in this execution.
    fn child_test(&self, map_run_arn: &str, state: u32, index: u32) -> Option<TestCase> {
        let test = self.test.as_ref()?;
        let this = self.map_runs.get(map_run_arn)?;
        let is_earlier = |run: &&MapRunSummary| {
            run.state == state && (run.started_at, &run.arn) < (this.started_at, &this.arn)
        };
        let before: u64 = self.map_runs.values().filter(is_earlier).map(|run| run.children.total).sum();
        let before = u32::try_from(before).unwrap_or(u32::MAX);
        Some(TestCase { name: test.case.clone(), first: before.saturating_add(index) })
    }

    /// The test case that this execution runs.
    #[must_use]
    pub fn test_case(&self) -> Option<&Arc<str>> {
        self.test.as_ref().map(|test| &test.case)
    }

    /// In a test, the how manieth invocation of its state an attempt is that is out or waits for a
    /// worker, from 0.
    #[must_use]
    pub fn invocation(&self, wanted: AttemptId) -> Option<u32> {
        self.frames.values().find(|frame| frame.attempt == wanted).map(|frame| frame.invocation)
    }

    fn child_redrive(&self, map_run_arn: &str) -> Option<ChildRedrive> {
        let summary = self.map_runs.get(map_run_arn)?;
        Some(ChildRedrive { map_run: summary.redrives, at: summary.redriven_at? })
    }

    /// Whether some frame has work that only deciding can go on with: the last
    /// decision was cut short, or the process ended before it was carried on.
    #[must_use]
    pub fn has_work(&self) -> bool {
        self.is_open() && self.frames.values().any(|frame| frame.has_work())
    }

    /// The frame with an id that the records speak of.
    pub(crate) fn frame(&self, id: FrameId) -> &Frame {
        self.frames.get(&id).expect("records name only frames that were created before")
    }

    pub(crate) fn frame_mut(&mut self, id: FrameId) -> &mut Frame {
        self.frames.get_mut(&id).expect("records name only frames that were created before")
    }

    /// The frames directly below a frame, in order.
    pub(crate) fn children(&self, parent: FrameId) -> Vec<FrameId> {
        let is_child = |frame: &Frame| frame.parent == Some(parent);
        self.frames.iter().filter(|(_, frame)| is_child(frame)).map(|(id, _)| *id).collect()
    }

    /// Removes everything below a frame. Children are always younger than their parents.
    pub(crate) fn remove_below(&mut self, parent: FrameId) {
        if self.frames.len() == 1 {
            return;
        }
        let mut gone = vec![parent];
        let younger: Vec<(FrameId, Option<FrameId>)> =
            self.frames.range(parent + 1..).map(|(id, frame)| (*id, frame.parent)).collect();
        for (id, its_parent) in younger {
            if its_parent.is_some_and(|its_parent| gone.contains(&its_parent)) {
                self.frames.remove(&id);
                gone.push(id);
            }
        }
    }
}

impl Activity {
    /// What the state did, also when that is over.
    pub(crate) fn work(&self) -> &Activity {
        match self {
            Activity::Joined(work) => work,
            other => other,
        }
    }
}

impl Frame {
    /// What the state did is over, and stays known.
    pub(crate) fn join(&mut self) {
        if !matches!(self.activity, Activity::Joined(_)) {
            let work = std::mem::replace(&mut self.activity, Activity::TaskEnded);
            self.activity = Activity::Joined(Box::new(work));
        }
    }

    pub(crate) fn new(parent: Option<FrameId>, index: u32, chain: u64, at: Timestamp) -> Self {
        Frame {
            parent,
            index,
            chain,
            state: 0,
            entered_id: 0,
            before: chain,
            entered_at: at,
            variables: Variables::default(),
            input: Payload::empty_object(),
            retries: Vec::new(),
            retry_count: 0,
            attempt: 0,
            invocation: 0,
            activity: Activity::New,
        }
    }

    pub(crate) fn has_work(&self) -> bool {
        match &self.activity {
            Activity::Entered | Activity::New | Activity::Leaving(_) => true,
            Activity::Iterations(map) => {
                map.running < map.concurrency && (map.next as usize) < map.outputs.len()
            }
            Activity::MapRun(run) => run.has_work(),
            // At rest only after a redrive, when all branches or iterations had succeeded before.
            Activity::Joined(_) => true,
            Activity::Waiting { .. }
            | Activity::Scheduled { .. }
            | Activity::Running { .. }
            | Activity::TaskEnded
            | Activity::Backoff { .. }
            | Activity::Branches { .. }
            | Activity::Done(_) => false,
        }
    }

    /// What this frame waits for on the clock, if anything.
    pub(crate) fn due(&self) -> Option<Timestamp> {
        match &self.activity {
            Activity::Waiting { until } | Activity::Backoff { until } => Some(*until),
            Activity::Running { clock, .. } => match (clock.deadline, clock.heartbeat) {
                (Some(deadline), Some(heartbeat)) => Some(deadline.min(heartbeat)),
                (one, other) => one.or(other),
            },
            _ => None,
        }
    }
}
