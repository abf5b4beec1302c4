//! Any text as a definition in JSON: no panic, and findings and program as they should be.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stateline_asl::{MachineKind, compile};
use stateline_fuzz::check_compilation;

fuzz_target!(|text: &str| {
    for kind in [MachineKind::Standard, MachineKind::Express] {
        check_compilation(text, &compile(text, kind));
    }
});
