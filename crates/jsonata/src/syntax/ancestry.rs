//! What `%` stands for: the value that the step before found this one in.
//!
//! Each `%` has a slot that seeks a step: up the path it is in, and from there up
//! the paths around it. The step that is found binds its input under the slot's
//! name, and from it on the path carries tuples.

use super::node::{Kind, Label, Node};
use super::raise::Raiser;
use super::refuse;
use crate::error::{Problem, SyntaxError};

/// A `%` on its way to its step.
#[derive(Debug)]
pub(super) struct Slot {
    label: Label,
    /// How many steps up it still has to go.
    level: u32,
}

impl Slot {
    pub(super) fn new(label: Label) -> Slot {
        Slot { label, level: 1 }
    }
}

/// Hands the slots that are not settled inside a part on to what it is a part of.
pub(super) fn inherit(node: &mut Node, part: &Node) {
    let mut slots = part.seeking().to_vec();
    if let Kind::Parent { slot, .. } = part.kind {
        slots.push(slot);
    }
    if !slots.is_empty() {
        node.extra_mut().seeking.extend(slots);
    }
}

impl Raiser {
    /// Settles the slots of a path's last step among the steps before it.
    pub(super) fn resolve_ancestry(&mut self, path: &mut Node) -> Result<(), SyntaxError> {
        let Kind::Path(steps) = &mut path.kind else { return Ok(()) };
        let Some(last) = steps.last() else { return Ok(()) };
        let mut slots = last.seeking().to_vec();
        if let Kind::Parent { slot, .. } = last.kind {
            slots.push(slot);
        }
        let mut unsettled = Vec::new();
        for slot in slots {
            let mut next = steps.len().checked_sub(2);
            while self.level(slot) > 0 {
                let Some(mut index) = next else {
                    unsettled.push(slot);
                    break;
                };
                // Steps in a row that are bound with @ all have the same parent.
                while index > 0
                    && steps.get(index).is_some_and(|step| step.focus().is_some())
                    && steps.get(index - 1).is_some_and(|step| step.focus().is_some())
                {
                    index -= 1;
                }
                next = index.checked_sub(1);
                if let Some(step) = steps.get_mut(index) {
                    self.seek_parent(step, slot)?;
                }
            }
        }
        if !unsettled.is_empty() {
            path.extra_mut().seeking.extend(unsettled);
        }
        Ok(())
    }

    /// Settles the slots of a filter with the step it filters.
    pub(super) fn settle_in_filter(&mut self, step: &mut Node, filter: &Node) -> Result<(), SyntaxError> {
        if filter.seeking().is_empty() {
            return Ok(());
        }
        for slot in filter.seeking() {
            if self.level(*slot) == 1 {
                self.seek_parent(step, *slot)?;
            } else {
                self.lower(*slot);
            }
        }
        inherit(step, filter);
        Ok(())
    }

    fn level(&self, slot: usize) -> u32 {
        self.slots.get(slot).map_or(0, |slot| slot.level)
    }

    fn lower(&mut self, slot: usize) {
        if let Some(slot) = self.slots.get_mut(slot) {
            slot.level = slot.level.saturating_sub(1);
        }
    }

    /// Goes one step up with a slot, and binds it there if it has arrived.
    fn seek_parent(&mut self, node: &mut Node, slot: usize) -> Result<(), SyntaxError> {
        match &mut node.kind {
            Kind::Name(_) | Kind::Wildcard => {
                self.lower(slot);
                if let Some(slot) = self.slots.get(slot).filter(|slot| slot.level == 0) {
                    if let Some(earlier) = &node.extra_mut().ancestor {
                        slot.label.become_same(earlier);
                    }
                    node.extra_mut().ancestor = Some(slot.label.clone());
                    node.tuple = true;
                }
            }
            Kind::Parent { .. } => {
                if let Some(slot) = self.slots.get_mut(slot) {
                    slot.level += 1;
                }
            }
            Kind::Block { nodes, .. } => {
                if let Some(last) = nodes.last_mut() {
                    node.tuple = true;
                    self.seek_parent(last, slot)?;
                }
            }
            Kind::Path(steps) => {
                node.tuple = true;
                let mut steps = steps.iter_mut().rev();
                if let Some(last) = steps.next() {
                    self.seek_parent(last, slot)?;
                }
                for step in steps {
                    if self.level(slot) == 0 {
                        break;
                    }
                    self.seek_parent(step, slot)?;
                }
            }
            _ => return Err(refuse(&Problem::new("S0217"), node.offset)),
        }
        Ok(())
    }
}
