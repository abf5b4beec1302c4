//! Ordered maps as a key-value engine, with a plan of faults in front.

use super::{Fault, FaultPlan};
use crate::keys::Space;
use crate::kv::{KeyRange, Kv, Op, Purpose, View, Visit, Write};
use crate::{CommitError, StoreError};
use std::collections::BTreeMap;
use std::ops::{Bound, ControlFlow};
use std::sync::{Mutex, MutexGuard, PoisonError};

type Table = BTreeMap<Vec<u8>, Vec<u8>>;

pub(crate) struct MemKv(Mutex<State>);

struct State {
    tables: [Table; Space::ALL.len()],
    plan: Box<dyn FaultPlan>,
    writes: u64,
    /// Durable though it never showed: what a failed sync left behind.
    hidden: Vec<Op>,
    /// Why nothing is written any more.
    stopped: Option<&'static str>,
}

impl MemKv {
    pub(super) fn new(plan: Box<dyn FaultPlan>) -> Self {
        MemKv::with(Default::default(), plan, 0)
    }

    fn with(tables: [Table; Space::ALL.len()], plan: Box<dyn FaultPlan>, writes: u64) -> Self {
        MemKv(Mutex::new(State { tables, plan, writes, hidden: Vec::new(), stopped: None }))
    }

    /// Moves the durable data and the plan into a new engine and stops this one.
    pub(super) fn crash(&self) -> MemKv {
        let mut state = self.lock();
        state.stopped = Some("the process is gone");
        let hidden = std::mem::take(&mut state.hidden);
        state.apply(hidden);
        let plan = std::mem::replace(&mut state.plan, Box::new(|_: u64| Fault::None));
        MemKv::with(std::mem::take(&mut state.tables), plan, state.writes)
    }

    pub(super) fn bytes(&self) -> u64 {
        let state = self.lock();
        let pairs = state.tables.iter().flatten();
        pairs.map(|(key, value)| (key.len() + value.len()) as u64).sum()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn apply(&mut self, ops: Vec<Op>) {
        for op in ops {
            let table = &mut self.tables[op.space.index()];
            match op.value {
                Some(value) => table.insert(op.key, value),
                None => table.remove(&op.key),
            };
        }
    }

    fn stop(&mut self, why: &'static str) -> Result<(), CommitError> {
        self.stopped = Some(why);
        Err(CommitError::Poisoned(why.to_owned()))
    }
}

impl Kv for MemKv {
    fn view(&self) -> Box<dyn View + '_> {
        Box::new(MemView(self.lock()))
    }

    /// A copy, because a view keeps everybody else waiting.
    fn frozen(&self) -> Box<dyn View + '_> {
        Box::new(Frozen(self.lock().tables.clone()))
    }

    fn write(&self, write: Write) -> Result<(), CommitError> {
        let mut state = self.lock();
        if let Some(why) = state.stopped {
            return Err(CommitError::Poisoned(why.to_owned()));
        }
        let fault = match write.purpose {
            Purpose::Acquire | Purpose::Restore => Fault::None,
            Purpose::Commit | Purpose::Expire => {
                state.writes += 1;
                let number = state.writes;
                state.plan.fault(number)
            }
        };
        match fault {
            Fault::None => state.apply(write.ops),
            Fault::Retry => return Err(CommitError::Retry),
            Fault::Full => return Err(CommitError::Full("by plan".to_owned())),
            Fault::Lost { applied } => {
                if applied {
                    state.apply(write.ops);
                }
                return Err(CommitError::Unknown);
            }
            Fault::Torn => return state.stop("the machine went down during a write"),
            Fault::Poison { survives } => {
                if survives {
                    state.hidden = write.ops;
                }
                return state.stop("a sync failed");
            }
        }
        Ok(())
    }
}

/// Holds the lock: nothing changes while it lives.
struct MemView<'a>(MutexGuard<'a, State>);

impl View for MemView<'_> {
    fn get(&self, space: Space, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.0.tables[space.index()].get(key).cloned())
    }

    fn scan(&self, range: &KeyRange, visit: &mut Visit<'_>) -> Result<(), StoreError> {
        scan(&self.0.tables, range, visit)
    }
}

/// A copy of what was there.
struct Frozen([Table; Space::ALL.len()]);

impl View for Frozen {
    fn get(&self, space: Space, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.0[space.index()].get(key).cloned())
    }

    fn scan(&self, range: &KeyRange, visit: &mut Visit<'_>) -> Result<(), StoreError> {
        scan(&self.0, range, visit)
    }
}

fn scan(
    tables: &[Table; Space::ALL.len()],
    range: &KeyRange,
    visit: &mut Visit<'_>,
) -> Result<(), StoreError> {
    if range.is_empty() {
        return Ok(());
    }
    let bounds = (Bound::Included(&range.from[..]), Bound::Excluded(&range.to[..]));
    let pairs = tables[range.space.index()].range::<[u8], _>(bounds);
    if range.reverse { walk(pairs.rev(), visit) } else { walk(pairs, visit) }
}

fn walk<'a>(
    pairs: impl Iterator<Item = (&'a Vec<u8>, &'a Vec<u8>)>,
    visit: &mut Visit<'_>,
) -> Result<(), StoreError> {
    for (key, value) in pairs {
        if visit(key, value)? == ControlFlow::Break(()) {
            break;
        }
    }
    Ok(())
}
