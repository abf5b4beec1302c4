//! Which of several frames goes first.
//!
//! Frames that can go on at once do so in the order of the tree they form: branches and
//! iterations in their order, and all that is below a frame before the frame itself. The order
//! follows from the execution alone, so a decision that is cut short and carried on later comes
//! to the same history as one that was not.

use crate::execution::Execution;
use stateline_journal::FrameId;
use std::cmp::Ordering;

/// Frames with work, as a stack: the one that goes first is the last.
pub(crate) fn stack(x: &Execution) -> Vec<FrameId> {
    let with_work = x.frames.iter().filter(|(_, frame)| frame.has_work());
    let mut lines: Vec<Vec<FrameId>> = with_work.map(|(id, _)| line(x, *id)).collect();
    lines.sort_unstable_by(|one, other| first(other, one));
    lines.into_iter().filter_map(|line| line.last().copied()).collect()
}

/// Puts a frame into the stack below everything that is below it in the tree, unless it is there.
pub(crate) fn put(ready: &mut Vec<FrameId>, x: &Execution, frame: FrameId) {
    if ready.contains(&frame) {
        return;
    }
    // Mostly nothing below it is ready, and a look at parents is all this takes.
    let at = ready.iter().position(|other| line(x, *other).contains(&frame));
    ready.insert(at.unwrap_or(ready.len()), frame);
}

/// The frames from the top level down to this one. A frame that is gone has only itself.
fn line(x: &Execution, frame: FrameId) -> Vec<FrameId> {
    let above = |id: &FrameId| x.frames.get(id).and_then(|frame| frame.parent);
    let mut line: Vec<FrameId> = std::iter::successors(Some(frame), above).collect();
    line.reverse();
    line
}

/// Whether the frame with one line goes before the frame with another.
fn first(one: &[FrameId], other: &[FrameId]) -> Ordering {
    let apart = one.iter().zip(other).map(|(one, other)| one.cmp(other)).find(|order| order.is_ne());
    apart.unwrap_or_else(|| other.len().cmp(&one.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(one: &[FrameId], other: &[FrameId], expected: Ordering) {
        assert_eq!(first(one, other), expected, "{one:?} {other:?}");
        assert_eq!(first(other, one), expected.reverse(), "{other:?} {one:?}");
    }

    #[test]
    fn what_is_below_goes_before_what_is_above_and_siblings_in_order() {
        check(&[0, 1], &[0, 2], Ordering::Less);
        check(&[0, 1, 9], &[0, 2], Ordering::Less);
        check(&[0, 1, 9], &[0, 1], Ordering::Less);
        check(&[0], &[0, 7], Ordering::Greater);
        check(&[0, 3], &[0, 3], Ordering::Equal);
    }
}
