//! Any text as a definition in YAML: no panic, findings and program as they should be, and what
//! is accepted means the same when it is written as JSON.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stateline_asl::{MachineKind, compile, compile_yaml};
use stateline_fuzz::check_compilation;

fuzz_target!(|text: &str| {
    let compiled = compile_yaml(text, MachineKind::Standard);
    check_compilation(text, &compiled);
    if compiled.program.is_some() {
        let json = compiled.tree.to_json();
        let again = compile(&json, MachineKind::Standard);
        assert!(again.program.is_some(), "not accepted as JSON: {json}: {:?}", again.diagnostics);
    }
});
