//! The budget while it is being spent.
//!
//! One [`Meter`] goes with an evaluation. Values hold a [`Charge`] on it, which
//! gives its bytes back when the value is gone, so that the count is of what is
//! alive.

use crate::error::{Outcome, Raised};
use std::cell::Cell;
use std::rc::Rc;

/// The bytes of an element of an array or a member of an object, and of a text
/// besides its characters.
pub(crate) const CELL_BYTES: u64 = 12;

/// What an evaluation takes before it has made anything. With it the bounds of
/// AWS for a range are met to the number.
const BASE_BYTES: u64 = 376;

/// Bytes of text that are handled for one step.
const STEP_TEXT_BYTES: usize = 64;

/// What is left of a budget.
#[derive(Debug)]
pub(crate) struct Meter {
    steps: Cell<u64>,
    bytes: Cell<u64>,
    bytes_max: u64,
}

impl Meter {
    pub(crate) fn new(steps: u64, bytes_max: u64) -> Rc<Meter> {
        Rc::new(Meter { steps: Cell::new(steps), bytes: Cell::new(BASE_BYTES), bytes_max })
    }

    /// The steps that are left and all of the bytes, for the result.
    pub(crate) fn anew(&self) -> Rc<Meter> {
        Meter::new(self.steps.get(), self.bytes_max)
    }

    /// Takes steps.
    #[inline]
    pub(crate) fn step(&self, count: u64) -> Outcome<()> {
        match self.steps.get().checked_sub(count) {
            Some(left) => {
                self.steps.set(left);
                Ok(())
            }
            None => {
                self.steps.set(0);
                Err(Box::new(Raised::Time))
            }
        }
    }

    /// Takes the steps for looking at a text of this many bytes.
    pub(crate) fn scan(&self, bytes: usize) -> Outcome<()> {
        self.step((bytes / STEP_TEXT_BYTES) as u64 + 1)
    }

    /// The steps that are left, for code that counts them itself.
    pub(crate) fn steps_left(&self) -> u64 {
        self.steps.get()
    }

    /// Takes note of what such code left.
    pub(crate) fn set_steps_left(&self, steps: u64) {
        self.steps.set(steps.min(self.steps.get()));
    }

    /// The length of the longest text that could still be made.
    pub(crate) fn text_max(&self) -> usize {
        let left = self.bytes_max.saturating_sub(self.bytes.get()).saturating_sub(CELL_BYTES);
        usize::try_from(left).unwrap_or(usize::MAX)
    }

    fn take(&self, bytes: u64) -> Outcome<()> {
        let sum = self.bytes.get().saturating_add(bytes);
        if sum > self.bytes_max {
            return Err(Box::new(Raised::Memory));
        }
        self.bytes.set(sum);
        Ok(())
    }

    /// Says whether this many bytes could be taken, without taking them.
    pub(crate) fn check(&self, bytes: u64) -> Outcome<()> {
        if self.bytes.get().saturating_add(bytes) > self.bytes_max {
            return Err(Box::new(Raised::Memory));
        }
        Ok(())
    }
}

/// Bytes taken from a meter, until this is dropped.
#[derive(Debug)]
pub(crate) struct Charge {
    meter: Rc<Meter>,
    bytes: u64,
}

impl Charge {
    pub(crate) fn none(meter: &Rc<Meter>) -> Charge {
        Charge { meter: Rc::clone(meter), bytes: 0 }
    }

    pub(crate) fn new(meter: &Rc<Meter>, bytes: u64) -> Outcome<Charge> {
        meter.take(bytes)?;
        Ok(Charge { meter: Rc::clone(meter), bytes })
    }

    /// Takes more.
    #[inline]
    pub(crate) fn add(&mut self, bytes: u64) -> Outcome<()> {
        self.meter.take(bytes)?;
        self.bytes += bytes;
        Ok(())
    }

    /// What has been taken.
    #[inline]
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    #[inline]
    pub(crate) fn meter(&self) -> &Rc<Meter> {
        &self.meter
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        self.meter.bytes.set(self.meter.bytes.get().saturating_sub(self.bytes));
    }
}
