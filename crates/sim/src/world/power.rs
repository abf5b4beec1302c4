//! Power: the service shuts down, the machine goes down, and both come up again.

use super::map_runs::Beside;
use super::{Happening, World};
use crate::check::{Violation, rule};
use crate::ports::Left;
use crate::process::{Process, Surroundings};
use crate::sabotage::Sabotage;
use crate::store::SimStore;
use stateline_runtime::Clock;
use stateline_store::Store;

/// How the store says that it was told to fail.
const FAULTS: [&str; 3] =
    ["the outcome of the commit is unknown", "went down during a write", "a sync failed"];

impl World {
    pub(super) fn drain(&mut self) {
        let Some(process) = self.process.as_mut().filter(|process| !process.draining) else { return };
        if self.healed {
            return;
        }
        self.trace.line(self.now, format_args!("drain"));
        process.drain();
        let grace = self.dice.between(0, 4_000);
        self.later(grace, Happening::DrainEnd);
    }

    /// The service ends its threads: what waits is dealt with and made durable.
    pub(super) fn drain_end(&mut self) -> Result<(), Violation> {
        let Some(process) = self.process.as_ref().filter(|process| process.draining) else { return Ok(()) };
        let number = process.number;
        process.close();
        while let Some(process) = self.process.as_ref().filter(|process| process.number == number) {
            let ready = process.ready_workers(self.clock.now()).first().copied();
            match ready {
                Some(worker) => self.work(worker)?,
                None if process.queue.is_empty() => {
                    self.cover.crash("after a drain");
                    return self.crash("shut down");
                }
                None => self.commit()?,
            }
        }
        Ok(())
    }

    /// At what moment a crash comes.
    pub(super) fn name_crash(&mut self) {
        let Some(process) = &self.process else { return };
        let recovering = process.recovering > 0;
        let moments = [
            ("before a commit", !process.queue.is_empty()),
            ("with messages waiting", process.has_messages()),
            ("with calls out", !self.out.is_empty()),
            ("with tasks at the desk", self.shadows.offers().next().is_some()),
            ("with tokens out", self.crew.has_plans()),
            ("during recovery", recovering),
        ];
        let mut rests = true;
        for (name, applies) in moments {
            if applies {
                rests = false;
                self.cover.crash(name);
            }
        }
        if rests {
            self.cover.crash("at rest");
        }
    }

    pub(super) fn crash_on_fault(&mut self) -> Result<(), Violation> {
        let fault = self.process.as_ref().and_then(|process| process.health.fault());
        match fault {
            Some(why) => {
                let planned = FAULTS.iter().any(|text| why.contains(text));
                rule!(planned, "the service stopped by itself: {why}");
                self.poll(false)?;
                self.crash("stopped by a fault")
            }
            None => Ok(()),
        }
    }

    /// The machine goes down: what is durable is all that is left.
    pub(super) fn crash(&mut self, why: &str) -> Result<(), Violation> {
        let Some(process) = self.process.take() else { return Ok(()) };
        self.trace.line(self.now, format_args!("{why}"));
        self.crashes += 1;
        self.disk = process.store.disk.crash();
        drop(process);
        for waiting in std::mem::take(&mut self.waiting) {
            self.unanswered(waiting.client());
        }
        self.desert();
        if self.options.sabotage != Some(Sabotage::CallAgain) {
            self.out.clear();
        }
        self.beside = Beside::default();
        self.shadows.fall_back(&self.disk)?;
        self.ledger.check_kept(&self.disk)?;
        self.ledger.tokens.check_kept(&self.disk, &self.scene.limits)?;
        if self.burst == 0 && self.dice.once_in(10) {
            self.burst = 2 + self.dice.below(5);
        }
        let pause = if self.dice.once_in(2) { 0 } else { self.dice.between(0, 10_000) };
        self.later(pause, Happening::Restart);
        Ok(())
    }

    /// Another process takes the store over. What the first one writes afterwards must fail,
    /// and nothing that waits for it may leave.
    pub(super) fn take_over(&mut self) -> Result<(), Violation> {
        let Some(mut first) = self.process.take() else { return Ok(()) };
        self.trace.line(self.now, format_args!("another process takes over"));
        self.cover.crash("taken over");
        let waiting = std::mem::take(&mut self.waiting);
        self.desert();
        self.out.clear();
        self.beside = Beside::default();
        self.shadows.fall_back(&self.disk)?;
        self.restart()?;
        let writes = first.queue.iter().any(|batch| !batch.appends.is_empty());
        first.write(first.queue.len());
        let fault = first.health.fault();
        let fenced = fault.as_ref().is_some_and(|why| why.contains("another owner"));
        rule!(fenced || !writes, "a process whose store was taken over went on writing: {fault:?}");
        // A task on a desk that is gone does no harm, nor does a look at a job, or its name again.
        let harmless = |left: &Left| match left {
            Left::Offer { .. } | Left::Watch(_) => true,
            // Nor does what is read or written once more, or an Express child that runs twice.
            Left::Read(_) | Left::Write(_) | Left::Release(..) | Left::Child(_) | Left::StopChild(_) => true,
            Left::Invoke { invocation, .. } => invocation.call.repeated,
            Left::Cancel(..) => false,
        };
        let left = first.dispatch.take().iter().any(|left| !harmless(left));
        rule!(!left, "a call left a process whose store was taken over");
        self.shadows.fall_back(&self.disk)?;
        drop(first);
        for one in waiting {
            let client = one.client();
            match one.poll() {
                Ok(told) => self.hear(told)?,
                Err(_) => self.unanswered(client),
            }
        }
        Ok(())
    }

    pub(super) fn restart(&mut self) -> Result<(), Violation> {
        self.processes += 1;
        let lies = self.options.sabotage == Some(Sabotage::ReleaseBeforeCommit);
        if self.options.sabotage == Some(Sabotage::FastClock) {
            self.clock.set_ahead(1_500);
        }
        let around = Surroundings {
            number: self.processes,
            store: SimStore::new(self.disk.clone(), lies),
            limits: &self.scene.limits,
            clock: self.clock.clone(),
        };
        let process = Process::start(around, &mut self.dice)?;
        self.trace.line(self.now, format_args!("process {} is up", self.processes));
        self.process = Some(process);
        for ((id, _), invocation) in std::mem::take(&mut self.out) {
            let durable_seq = self.disk.execution(id)?.map_or(0, |row| row.next_seq);
            self.take_left(Left::Invoke { invocation, durable_seq })?;
        }
        Ok(())
    }
}
