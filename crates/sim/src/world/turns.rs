//! Turns: a worker decides, the committer writes, and what left goes out into the world.

use super::{Happening, World};
use crate::calls;
use crate::check::{Violation, rule};
use crate::ports::Left;
use crate::process::message_name;
use crate::sabotage::Sabotage;
use crate::scene::{BEGIN_MS, last_part};
use crate::walk::Way;
use stateline_base::ExecutionId;
use stateline_journal::AttemptId;
use stateline_runtime::{Batch, Clock, Invocation, Message, Offer, Outcome};
use stateline_store::{Append, Fault};
use std::collections::BTreeSet;
use std::fmt;

impl World {
    /// A worker takes a turn.
    pub(super) fn work(&mut self, worker: usize) -> Result<(), Violation> {
        let Some(mut process) = self.process.take() else { return Ok(()) };
        let due = process.next_due().is_some_and(|due| due <= self.clock.now());
        if due && !process.draining {
            self.cover.input("Tick");
        }
        let max = if self.dice.once_in(4) { 256 } else { 1 + self.dice.below(3) };
        let mut messages = process.take_messages(worker, max);
        self.sabotage_messages(&process, &mut messages);
        let names: Vec<&str> = messages.iter().map(message_name).collect();
        let mut forgotten = Vec::new();
        for message in &messages {
            self.cover.input(message_name(message));
            match message {
                Message::Recover(_) => process.recovering = process.recovering.saturating_sub(1),
                Message::Forget(id) => forgotten.push(*id),
                _ => {}
            }
        }
        let had = process.queue.len();
        let count = process.turn(worker, &mut messages);
        self.sabotage_batches(&mut process, had);
        self.trace.line(self.now, format_args!("worker {worker} {names:?} -> {count} batches"));
        let mut touched = BTreeSet::new();
        for batch in process.queue.iter().skip(had) {
            process.check_drain(batch)?;
            for append in &batch.appends {
                if append.events > 0 {
                    self.shadows.note(append, process.number, self.ledger.wall_max())?;
                }
                touched.insert(append.id);
                self.trace.line(self.now, format_args!("  {}", Written(append)));
            }
            batch.puts.iter().try_for_each(|put| self.shadows.check_put(batch.execution, put))?;
        }
        for id in forgotten {
            self.shadows.forget(id);
        }
        for id in touched {
            if let Some(live) = process.memory(id) {
                self.shadows.check_live(id, live)?;
            }
        }
        self.process = Some(process);
        self.poll_tokens(false)?;
        self.crash_on_fault()
    }

    /// The committer writes a group.
    pub(super) fn commit(&mut self) -> Result<(), Violation> {
        let Some(mut process) = self.process.take() else { return Ok(()) };
        let batches = (1 + self.dice.below(6)).min(process.queue.len());
        let dies = !self.healed && self.dice.once_in(60);
        let dead_after = dies.then(|| self.dice.below(4));
        process.dispatch.die_after(dead_after);
        let ids: BTreeSet<ExecutionId> = process.queue.iter().take(batches).flat_map(appended).collect();
        if !self.healed && self.dice.once_in(self.slow_once_in) {
            // The disk takes its time: whatever falls due meanwhile comes late.
            let millis = self.dice.between(200, 20_000);
            self.cover.fault("commit slow");
            self.advance(millis);
        }
        process.write(batches);
        self.trace.line(self.now, format_args!("commit {batches} batches"));
        for fault in self.faults.take() {
            self.trace.line(self.now, format_args!("  {fault:?}"));
            self.cover.crash(fault_name(fault));
        }
        for id in ids {
            self.shadows.committed(id, &self.disk)?;
        }
        let left = process.dispatch.take();
        self.process = Some(process);
        for left in left {
            self.take_left(left)?;
        }
        self.poll(dies)?;
        if dies {
            self.cover.crash("during a release");
            return self.crash("crash during a release");
        }
        self.crash_on_fault()
    }

    /// Something left the service: it must be durable that it may have.
    pub(super) fn take_left(&mut self, left: Left) -> Result<(), Violation> {
        match left {
            Left::Cancel(id, attempt) => {
                self.out.remove(&(id, attempt));
                Ok(())
            }
            Left::Offer { activity, offer, durable_seq } => self.offered(&activity, offer, durable_seq),
            Left::Watch(invocation) => self.watch(invocation),
            Left::Invoke { invocation, durable_seq } => self.call(invocation, durable_seq),
            Left::Read(request) => self.read(request),
            Left::Write(request) => self.write_results(&request),
            Left::Release(id, map_run_arn) => {
                self.beside.release(id, &map_run_arn);
                Ok(())
            }
            Left::Child(start) => self.express_child(*start),
            Left::StopChild(arn) => {
                self.beside.children.remove(&arn);
                Ok(())
            }
        }
    }

    fn call(&mut self, invocation: Box<Invocation>, durable_seq: u64) -> Result<(), Violation> {
        let (id, attempt, call) = (invocation.execution, invocation.attempt, &invocation.call);
        let state = call.state.clone();
        let name = last_part(&call.execution_arn);
        self.trace.line(self.now, format_args!("  call {state} #{attempt} of {name}"));
        let started = self.shadows.task_started(id, attempt);
        rule!(
            started.is_some_and(|seq| durable_seq > seq),
            "attempt {attempt} ({state}) left before its TaskStarted was durable"
        );
        let way = Way::of(&call.resource);
        let outcome = match way {
            Way::Callback | Way::Job => calls::reception(self.seed, &state, &call.input),
            Way::Call | Way::Activity => calls::outcome(self.seed, call),
        };
        let begins = matches!(outcome, Some(Outcome::Succeeded(_)));
        let endless = way == Way::Job && begins && calls::outcome(self.seed, call).is_none();
        let repeated = call.repeated;
        rule!(
            !repeated || way == Way::Job,
            "attempt {attempt} ({state}) was called as if that had no effect"
        );
        if repeated {
            self.cover.input("CallRepeated");
        }
        self.ledger.call((id, attempt), outcome.is_none() || endless, self.processes, repeated)?;
        if way == Way::Callback {
            self.posted((id, attempt), &call.input.clone(), outcome.as_ref())?;
        }
        let goes_on = way == Way::Callback && outcome.is_none();
        // Nobody calls back what may never return while its task goes on with its token.
        if !goes_on {
            self.out.insert((id, attempt), invocation);
        }
        self.come_back((id, attempt), outcome, way != Way::Job);
        Ok(())
    }

    /// A job that a service has taken is watched; after a restart it is so again.
    fn watch(&mut self, invocation: Box<Invocation>) -> Result<(), Violation> {
        let (id, attempt) = (invocation.execution, invocation.attempt);
        let state = &invocation.call.state;
        self.trace.line(self.now, format_args!("  watch {state} #{attempt}"));
        let taken = self.ledger.received(id, attempt);
        let taken = matches!(taken, Some(Outcome::Succeeded(_)));
        rule!(taken, "attempt {attempt} ({state}) is watched and no job of it has begun");
        let outcome = calls::outcome(self.seed, &invocation.call);
        self.cover.input("Watch");
        self.out.insert((id, attempt), invocation);
        self.come_back((id, attempt), outcome, true);
        Ok(())
    }

    /// A call or a watch comes back some time, or never.
    fn come_back(&mut self, (id, attempt): Offer, outcome: Option<Outcome>, may_repeat: bool) {
        let Some(outcome) = outcome else {
            self.cover.fault("call never answered");
            return;
        };
        let process = self.processes;
        let mut latency = calls::latency_ms(&mut self.dice);
        if self.dice.once_in(60) {
            latency = self.dice.between(60_000, 600_000);
            self.cover.fault("call slow by minutes");
        }
        if matches!(outcome, Outcome::Failed(_)) {
            self.cover.fault("call failed");
        }
        if may_repeat && self.dice.once_in(20) {
            // The network says it twice.
            self.cover.fault("call answered twice");
            let again = Happening::CallDone { process, id, attempt, outcome: outcome.clone() };
            self.later(latency + 5, again);
        }
        self.later(latency, Happening::CallDone { process, id, attempt, outcome });
    }

    pub(super) fn call_done(&mut self, process: u32, id: ExecutionId, attempt: AttemptId, outcome: Outcome) {
        let Some(running) = self.process.as_ref().filter(|running| running.number == process) else {
            return;
        };
        let waited_for = self.out.remove(&(id, attempt)).is_some();
        if !waited_for {
            // Called back, or said twice: dispatch drops most of these, the engine must bear the rest.
            let late = self.ledger.delivered(id, attempt).is_some();
            if !late {
                return;
            }
            self.cover.input("LateOutcome");
            self.cover.fault("call answered late");
        }
        if self.options.sabotage == Some(Sabotage::DropOutcome) && self.dice.once_in(4) {
            return;
        }
        self.ledger.deliver(id, attempt, &outcome);
        running.push(id, Message::Outcome { execution: id, attempt, outcome, job: None });
    }
}

fn appended(batch: &Batch) -> impl Iterator<Item = ExecutionId> + '_ {
    batch.appends.iter().map(|append| append.id)
}

fn fault_name(fault: Fault) -> &'static str {
    match fault {
        Fault::None => "commit done",
        Fault::Retry => "commit tried again",
        Fault::Full => "commit without room",
        Fault::Torn => "commit torn",
        Fault::Lost { applied: true } => "commit unknown, written",
        Fault::Lost { applied: false } => "commit unknown, not written",
        Fault::Poison { survives: true } => "sync failed, written",
        Fault::Poison { survives: false } => "sync failed, not written",
    }
}

/// An append as the trace shows it: records from and to, status, seconds at which it wakes.
struct Written<'a>(&'a Append);

impl fmt::Display for Written<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let row = &self.0.row;
        write!(f, "{} {}..{} {:?}", row.name, self.0.expected_seq, row.next_seq, row.status)?;
        match row.wake {
            Some(wake) => write!(f, ", wakes at {} ms", wake.as_millis() - BEGIN_MS),
            None => Ok(()),
        }
    }
}
