//! Runs a program over a text: backtracking with an explicit stack, each step
//! counted.
//!
//! A place in the text is a byte. Before a character of four bytes, which is two
//! UTF-16 units, the units are read at its first and at its third byte.

use super::compile::{Opening, Program, Step};
use super::parse::Test;
use super::set::{fold, is_line_end, is_word};
use super::{Match, RegexLimit};
use std::ops::Range;

/// How many things the stack may remember: 32 MiB.
const STACK_MAX: usize = 2 << 20;
/// A slot that holds nothing.
const NONE: u32 = u32::MAX;
/// How many units a plain scan passes for one step of the budget.
const SCAN_UNITS: u64 = 16;

/// What to try when the present way fails, and what to set right before.
#[derive(Clone, Copy, Debug)]
enum Entry {
    /// Go on at this step and place.
    Branch { step: u32, at: u32 },
    /// Put the slot's value back.
    Slot { slot: u32, value: u32 },
    /// A greedy run (the step before `step`) that may give back units until `floor`.
    Give { step: u32, floor: u32, at: u32 },
    /// A reluctant run (the step before `step`) that may take so many units more.
    Take { step: u32, at: u32, left: u32 },
}

/// The first match at or after `start`, which lies between two characters.
pub(super) fn find(
    program: &Program,
    text: &str,
    start: usize,
    budget: &mut u64,
) -> Result<Option<Match>, RegexLimit> {
    if u32::try_from(text.len()).map_or(true, |length| length == NONE) {
        return Err(RegexLimit);
    }
    let mut run = Run {
        program,
        text: Text { bytes: text.as_bytes() },
        budget,
        slots: vec![NONE; program.slots],
        stack: Vec::new(),
    };
    run.spend(program.slots as u64 / SCAN_UNITS)?;
    let mut next = Some(start);
    while let Some(from) = next {
        let Some(at) = run.candidate(text, from, from == start)? else { return Ok(None) };
        if let Some(end) = run.attempt(0, at, 0)? {
            return Ok(Some(run.found(at, end)));
        }
        next = run.text.next(at).map(|(_, after)| after);
    }
    Ok(None)
}

/// The bytes of a text, read as UTF-16 units.
#[derive(Clone, Copy)]
struct Text<'t> {
    bytes: &'t [u8],
}

impl Text<'_> {
    fn byte(&self, at: usize) -> u32 {
        u32::from(self.bytes.get(at).copied().unwrap_or(0))
    }

    /// Whether the place lies between the two units of one character.
    fn is_inside(&self, at: usize) -> bool {
        self.byte(at) & 0xc0 == 0x80
    }

    /// The unit at a place, and the place behind it.
    fn next(&self, at: usize) -> Option<(u16, usize)> {
        let lead = *self.bytes.get(at)?;
        let low = |offset: usize| self.byte(at + offset) & 0x3f;
        Some(match lead {
            0..=0x7f => (u16::from(lead), at + 1),
            // The second half of a character of four bytes.
            0x80..=0xbf => {
                let unit = 0xdc00 | (u32::from(lead) & 0x0f) << 6 | low(1);
                (unit as u16, at + 2)
            }
            0xc0..=0xdf => (((u32::from(lead) & 0x1f) << 6 | low(1)) as u16, at + 2),
            0xe0..=0xef => (((u32::from(lead) & 0x0f) << 12 | low(1) << 6 | low(2)) as u16, at + 3),
            0xf0..=0xff => {
                let high = (u32::from(lead) & 0x07) << 8 | low(1) << 2 | low(2) >> 4;
                ((0xd800 | high.wrapping_sub(0x40) & 0x3ff) as u16, at + 2)
            }
        })
    }

    /// The unit before a place, and the place before it.
    fn previous(&self, at: usize) -> Option<(u16, usize)> {
        let last = at.checked_sub(1)?;
        let mut before = last;
        if self.byte(last) >= 0x80 {
            // Back to the lead byte, or to the middle of four bytes.
            let start = (1..=3).find(|back| self.byte(at.saturating_sub(*back)) >= 0xc0);
            before = at.saturating_sub(start.unwrap_or(2));
        }
        self.next(before).map(|(unit, _)| (unit, before))
    }
}

struct Run<'p, 't, 'b> {
    program: &'p Program,
    text: Text<'t>,
    budget: &'b mut u64,
    slots: Vec<u32>,
    stack: Vec<Entry>,
}

impl<'p> Run<'p, '_, '_> {
    fn spend(&mut self, steps: u64) -> Result<(), RegexLimit> {
        match self.budget.checked_sub(steps) {
            Some(left) => {
                *self.budget = left;
                Ok(())
            }
            None => {
                *self.budget = 0;
                Err(RegexLimit)
            }
        }
    }

    /// The next place where a match may begin.
    fn candidate(&mut self, text: &str, from: usize, first: bool) -> Result<Option<usize>, RegexLimit> {
        let program = self.program;
        let found = match &program.opening {
            Opening::Any => Some(from),
            Opening::TextStart => (from == 0).then_some(0),
            Opening::Text(wanted) => {
                // A text of whole characters does not begin inside of one.
                let from = if self.text.is_inside(from) { from + 2 } else { from };
                let found = text.get(from..).and_then(|rest| rest.find(wanted)).map(|found| from + found);
                self.spend((found.unwrap_or(text.len()) - from.min(text.len())) as u64 / SCAN_UNITS)?;
                found
            }
            Opening::LineRest if first => Some(from),
            Opening::LineRest => {
                self.scan(from, |run, at| run.text.previous(at).is_some_and(|(unit, _)| is_line_end(unit)))?
            }
            Opening::Test(test) => {
                self.scan(from, |run, at| run.text.next(at).is_some_and(|(unit, _)| run.passes(test, unit)))?
            }
        };
        Ok(found)
    }

    /// The first place from `from` on that is wanted.
    fn scan(
        &mut self,
        from: usize,
        wanted: impl Fn(&Self, usize) -> bool,
    ) -> Result<Option<usize>, RegexLimit> {
        let mut passed = 0u64;
        let mut next = Some(from);
        while let Some(at) = next
            && !wanted(self, at)
        {
            passed += 1;
            next = self.neighbour(at, false);
        }
        self.spend(passed / SCAN_UNITS)?;
        Ok(next)
    }

    fn passes(&self, test: &Test, unit: u16) -> bool {
        test.passes(if self.program.fold { fold(unit) } else { unit })
    }

    fn found(&self, start: usize, end: usize) -> Match {
        let group = |index: usize| Some(self.whole(self.captured(index)?));
        let Range { start, end } = self.whole(start..end);
        Match { start, end, groups: (1..=self.program.groups).map(group).collect() }
    }

    /// The range, widened to whole characters.
    fn whole(&self, range: Range<usize>) -> Range<usize> {
        let inside = |at: usize| if self.text.is_inside(at) { 2 } else { 0 };
        let start = range.start - inside(range.start);
        let end = if range.is_empty() { start } else { range.end + inside(range.end) };
        start..end
    }

    fn captured(&self, group: usize) -> Option<Range<usize>> {
        let slot = |slot: usize| self.slots.get(slot).filter(|at| **at != NONE).map(|at| *at as usize);
        Some(slot(2 * group)?..slot(2 * group + 1)?)
    }

    fn push(&mut self, entry: Entry) -> Result<(), RegexLimit> {
        if self.stack.len() >= STACK_MAX {
            return Err(RegexLimit);
        }
        self.stack.push(entry);
        Ok(())
    }

    /// Sets a slot so that going back undoes it.
    fn set(&mut self, slot: usize, value: u32) -> Result<(), RegexLimit> {
        let Some(old) = self.slots.get_mut(slot) else { return Ok(()) };
        let entry = Entry::Slot { slot: slot as u32, value: *old };
        *old = value;
        self.push(entry)
    }

    fn slot(&self, slot: usize) -> u32 {
        self.slots.get(slot).copied().unwrap_or(NONE)
    }

    /// Runs from a step and a place to the end of the program, or of the look-around
    /// that begins there. `None` leaves the stack as high as `base`, slots restored.
    fn attempt(&mut self, step: usize, at: usize, base: usize) -> Result<Option<usize>, RegexLimit> {
        let program: &'p Program = self.program;
        let mut way = Some((step, at));
        loop {
            self.spend(1)?;
            let Some((step, at)) = way else {
                way = self.go_back(base)?;
                if way.is_none() {
                    return Ok(None);
                }
                continue;
            };
            way = match &program.steps[step] {
                Step::Match | Step::LookEnd => return Ok(Some(at)),
                Step::Test { test, back } => self.unit(test, at, *back).map(|at| (step + 1, at)),
                Step::Run { min, max, .. } => self.start_run(step, at, *min, *max)?,
                Step::Split(other) => {
                    self.push(Entry::Branch { step: *other as u32, at: at as u32 })?;
                    Some((step + 1, at))
                }
                Step::Jump(to) => Some((*to, at)),
                Step::Save(slot) => {
                    self.set(*slot, at as u32)?;
                    Some((step + 1, at))
                }
                Step::Captured { group, back } => {
                    self.repeat_captured(*group, at, *back)?.map(|at| (step + 1, at))
                }
                Step::LineStart => self.at_line(self.text.previous(at)).then_some((step + 1, at)),
                Step::LineEnd => self.at_line(self.text.next(at)).then_some((step + 1, at)),
                Step::WordEdge(edge) => (self.at_word_edge(at) == *edge).then_some((step + 1, at)),
                Step::Look { negated, exit } => self.look(step, at, *negated)?.then_some((*exit, at)),
                loop_step => self.loop_step(loop_step, step, at)?,
            };
        }
    }

    fn loop_step(
        &mut self,
        kind: &Step,
        step: usize,
        at: usize,
    ) -> Result<Option<(usize, usize)>, RegexLimit> {
        Ok(match kind {
            Step::LoopStart(slot) => {
                self.set(*slot, 0)?;
                Some((step + 1, at))
            }
            Step::LoopTest { slot, min, max, greedy, exit } => {
                let count = self.slot(*slot);
                if count < *min {
                    Some((step + 1, at))
                } else if count >= *max {
                    Some((*exit, at))
                } else {
                    let (now, later) = if *greedy { (step + 1, *exit) } else { (*exit, step + 1) };
                    self.push(Entry::Branch { step: later as u32, at: at as u32 })?;
                    Some((now, at))
                }
            }
            Step::LoopRound { slot, forget } => {
                self.set(slot + 1, at as u32)?;
                self.spend(forget.len() as u64 / SCAN_UNITS)?;
                for captured in forget.clone() {
                    if self.slot(captured) != NONE {
                        self.set(captured, NONE)?;
                    }
                }
                Some((step + 1, at))
            }
            Step::LoopEnd { slot, min, test } => {
                let count = self.slot(*slot);
                if count >= *min && self.slot(slot + 1) as usize == at {
                    return Ok(None);
                }
                self.set(*slot, count.saturating_add(1))?;
                Some((*test, at))
            }
            _ => None,
        })
    }

    /// Takes the newest entries off the stack until one says how to go on.
    fn go_back(&mut self, base: usize) -> Result<Option<(usize, usize)>, RegexLimit> {
        while self.stack.len() > base {
            let Some(entry) = self.stack.pop() else { break };
            match entry {
                Entry::Branch { step, at } => return Ok(Some((step as usize, at as usize))),
                Entry::Slot { slot, value } => {
                    if let Some(old) = self.slots.get_mut(slot as usize) {
                        *old = value;
                    }
                }
                Entry::Give { step, floor, at } => {
                    let back = self.run_at(step).is_some_and(|(_, back)| back);
                    let Some(fewer) = self.neighbour(at as usize, !back) else { continue };
                    if fewer != floor as usize {
                        self.push(Entry::Give { step, floor, at: fewer as u32 })?;
                    }
                    return Ok(Some((step as usize, fewer)));
                }
                Entry::Take { step, at, left } => {
                    let Some((test, back)) = self.run_at(step) else { continue };
                    let Some(more) = self.unit(test, at as usize, back) else { continue };
                    if left > 1 {
                        self.push(Entry::Take { step, at: more as u32, left: left - 1 })?;
                    }
                    return Ok(Some((step as usize, more)));
                }
            }
        }
        Ok(None)
    }

    /// The run that stands before a step.
    fn run_at(&self, step: u32) -> Option<(&'p Test, bool)> {
        let program: &'p Program = self.program;
        match program.steps.get((step as usize).checked_sub(1)?)? {
            Step::Run { test, back, .. } => Some((test, *back)),
            _ => None,
        }
    }

    fn neighbour(&self, at: usize, back: bool) -> Option<usize> {
        let unit = if back { self.text.previous(at) } else { self.text.next(at) };
        unit.map(|(_, at)| at)
    }

    /// The place behind the unit at `at`, or before it, if it passes.
    fn unit(&self, test: &Test, at: usize, back: bool) -> Option<usize> {
        let (unit, after) = if back { self.text.previous(at) } else { self.text.next(at) }?;
        self.passes(test, unit).then_some(after)
    }

    fn start_run(
        &mut self,
        step: usize,
        at: usize,
        min: u32,
        max: u32,
    ) -> Result<Option<(usize, usize)>, RegexLimit> {
        let Step::Run { test, greedy, back, .. } = &self.program.steps[step] else { return Ok(None) };
        let (greedy, back) = (*greedy, *back);
        let wanted = if greedy { max } else { min };
        let mut count: u32 = 0;
        let mut end = at;
        let mut floor = at;
        while count < wanted
            && let Some(after) = self.unit(test, end, back)
        {
            end = after;
            count += 1;
            if count == min {
                floor = end;
            }
        }
        self.spend(u64::from(count) / SCAN_UNITS)?;
        if count < min {
            return Ok(None);
        }
        let step = step as u32 + 1;
        if greedy && count > min {
            self.push(Entry::Give { step, floor: floor as u32, at: end as u32 })?;
        } else if !greedy && max > min {
            self.push(Entry::Take { step, at: end as u32, left: max - min })?;
        }
        Ok(Some((step as usize, end)))
    }

    /// The place behind another copy of what a group captured; an empty one, where it
    /// captured nothing.
    fn repeat_captured(&mut self, group: usize, at: usize, back: bool) -> Result<Option<usize>, RegexLimit> {
        let Some(captured) = self.captured(group) else { return Ok(Some(at)) };
        self.spend(captured.len() as u64 / SCAN_UNITS)?;
        let ignore_case = self.program.fold;
        let same = |one: u16, other: u16| one == other || ignore_case && fold(one) == fold(other);
        let (mut at, mut from) = (at, if back { captured.end } else { captured.start });
        let stop = if back { captured.start } else { captured.end };
        while from != stop {
            let read = |at: usize| if back { self.text.previous(at) } else { self.text.next(at) };
            let (Some((wanted, next)), Some((unit, after))) = (read(from), read(at)) else { return Ok(None) };
            if !same(wanted, unit) {
                return Ok(None);
            }
            (from, at) = (next, after);
        }
        Ok(Some(at))
    }

    /// Whether a line ends or begins where this is the unit on the other side.
    fn at_line(&self, beyond: Option<(u16, usize)>) -> bool {
        beyond.is_none_or(|(unit, _)| self.program.lines && is_line_end(unit))
    }

    fn at_word_edge(&self, at: usize) -> bool {
        let word = |unit: Option<(u16, usize)>| unit.is_some_and(|(unit, _)| is_word(unit));
        word(self.text.previous(at)) != word(self.text.next(at))
    }

    /// Whether a look-around holds. Its captures stay, its other ways are forgotten.
    fn look(&mut self, step: usize, at: usize, negated: bool) -> Result<bool, RegexLimit> {
        let base = self.stack.len();
        let found = self.attempt(step + 1, at, base)?.is_some();
        if !found {
            return Ok(negated);
        }
        let mut kept = base;
        for index in base..self.stack.len() {
            if let Entry::Slot { .. } = self.stack[index] {
                self.stack.swap(kept, index);
                kept += 1;
            }
        }
        self.stack.truncate(kept);
        if negated {
            while self.go_back(base)?.is_some() {}
        }
        Ok(!negated)
    }
}
