//! The bytes choose a small program, its input and what its tasks answer. The replayed execution
//! must equal the live one at every step, and the same history must come of decisions that are cut
//! short and of inputs that nobody waits for. The code is that of the engine's property tests.
#![no_main]

#[path = "../../crates/engine/tests/properties/author.rs"]
mod author;
#[path = "../../crates/engine/tests/properties/choices.rs"]
mod choices;
#[path = "../../crates/engine/tests/properties/compared.rs"]
mod compared;
#[path = "../../crates/engine/tests/properties/world.rs"]
mod world;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let told = compared::compare_manners(&mut choices::Choices::new(data));
    assert!(!told.records.is_empty());
    compared::compare_kinds(&mut choices::Choices::new(data));
});
