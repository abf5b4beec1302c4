//! The value of a `.$` key: a query or a call of an intrinsic function. No panic, and the same
//! draws give the same value.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stateline_fuzz::{Scope, expression_and_document};
use stateline_jsonpath::Expression;

fuzz_target!(|data: &[u8]| {
    let Some((text, document)) = expression_and_document(data) else { return };
    match Expression::compile(text) {
        Ok(expression) => {
            assert_eq!(expression.text(), text);
            let _ = expression.variables().count();
            let once = expression.evaluate(&Scope::new(document.clone()));
            let again = expression.evaluate(&Scope::new(document));
            assert_eq!(once, again);
        }
        Err(error) => assert!(error.offset() <= text.len(), "{error} at {}", error.offset()),
    }
});
