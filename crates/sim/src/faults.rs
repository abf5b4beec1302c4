//! What goes wrong with commits, drawn from the seed, and only while faults are on.

use crate::dice::Dice;
use stateline_store::{Fault, FaultPlan};
use std::sync::{Arc, Mutex, MutexGuard};

/// The plan of one simulation; clones are the same plan.
#[derive(Clone, Debug)]
pub(crate) struct Faults(Arc<Mutex<Inner>>);

#[derive(Debug)]
struct Inner {
    dice: Dice,
    on: bool,
    /// One commit in so many goes wrong; 0 stands for none.
    once_in: usize,
    /// Nothing but a disk that is full now and then.
    only_full: bool,
    /// Faults in a row: the committer tries again for ever, so luck must turn.
    in_a_row: usize,
    /// What happened since somebody last asked.
    happened: Vec<Fault>,
}

/// Faults in a row at most.
const IN_A_ROW_MAX: usize = 4;

impl Faults {
    pub(crate) fn new(mut dice: Dice) -> Self {
        let only_full = dice.once_in(5);
        let once_in = if only_full { 3 } else { *dice.pick(&[0, 12, 30, 60]) };
        let inner = Inner { dice, only_full, on: false, once_in, in_a_row: 0, happened: Vec::new() };
        Faults(Arc::new(Mutex::new(inner)))
    }

    pub(crate) fn switch(&self, on: bool) {
        self.lock().on = on;
    }

    /// The faults since the last call.
    pub(crate) fn take(&self) -> Vec<Fault> {
        std::mem::take(&mut self.lock().happened)
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().expect("drawing a fault does not panic")
    }
}

impl FaultPlan for Faults {
    fn fault(&mut self, _write: u64) -> Fault {
        let mut inner = self.lock();
        let once_in = if inner.in_a_row > 0 { 2 } else { inner.once_in };
        if !inner.on || inner.in_a_row >= IN_A_ROW_MAX || !inner.dice.once_in(once_in) {
            inner.in_a_row = 0;
            return Fault::None;
        }
        inner.in_a_row += 1;
        let kinds = if inner.only_full { 7 } else { 12 };
        let fault = match inner.dice.below(kinds) {
            0..=2 => Fault::Retry,
            3..=6 => Fault::Full,
            7 => Fault::Lost { applied: true },
            8 => Fault::Lost { applied: false },
            9 => Fault::Torn,
            10 => Fault::Poison { survives: true },
            _ => Fault::Poison { survives: false },
        };
        inner.happened.push(fault);
        fault
    }
}
