//! Room for recursion.
//!
//! What walks through expressions and values recurses as deep as they are nested.
//! That depth is bounded everywhere, but not to what the caller's thread has left,
//! so that the deeper levels get a stack of their own.

/// Less than this many bytes left, and a new stack is taken.
const RED_ZONE_BYTES: usize = 192 * 1024;

/// The size of a new stack.
const STACK_BYTES: usize = 2 * 1024 * 1024;

/// Runs `deeper` with room for some more levels of any recursion of this crate.
#[inline]
pub(crate) fn with_room<R>(deeper: impl FnOnce() -> R) -> R {
    stacker::maybe_grow(RED_ZONE_BYTES, STACK_BYTES, deeper)
}
