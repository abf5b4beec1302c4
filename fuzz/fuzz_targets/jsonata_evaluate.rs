//! A JSONata expression on a document with a small budget: no panic, the same answer twice, and
//! no more steps and memory than the budget allows.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stateline_fuzz::{Scope, expression_and_document};
use stateline_jsonata::{Budget, Expression};
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

const BUDGET: Budget = Budget { steps: 20_000, depth: 200, bytes: 1_000_000 };

/// What an evaluation may hold beside the values it is charged for: a step may leave a small
/// value behind, and its bytes are charged by content and not by what the heap rounds them to.
const BYTES_MAX: usize = 20_000 * 512 + 16 * 1_000_000;

/// The system's allocator, which also counts.
struct Counting;

static HELD: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call goes to the system's allocator as it came; only numbers are kept beside it.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let held = HELD.fetch_add(layout.size(), Relaxed) + layout.size();
        PEAK.fetch_max(held, Relaxed);
        // SAFETY: the caller keeps the contract of this very method.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller keeps the contract of this very method.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fuzz_target!(|data: &[u8]| {
    let Some((text, document)) = expression_and_document(data) else { return };
    let Ok(expression) = Expression::parse(text) else { return };
    let (first, second) = (Scope::new(document.clone()), Scope::new(document));
    let before = HELD.load(Relaxed);
    PEAK.store(before, Relaxed);
    let once = expression.evaluate(&first, BUDGET);
    let used = PEAK.load(Relaxed).saturating_sub(before);
    assert!(used <= BYTES_MAX, "{used} bytes for a budget of {}", BUDGET.bytes);
    assert!(first.looks() <= BUDGET.steps + 1, "{} look-ups for {} steps", first.looks(), BUDGET.steps);
    let again = expression.evaluate(&second, BUDGET);
    assert_eq!(format!("{once:?}"), format!("{again:?}"));
    if let Ok(Some(value)) = once {
        let written = serde_json::to_string(&value).expect("a value can be written");
        assert!(written.len() as u64 <= BUDGET.bytes * 8, "{} bytes of result", written.len());
    }
});
