//! Any text as JSONata: no panic, no overflow of the stack, and every place lies in the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stateline_jsonata::Expression;

fuzz_target!(|text: &str| {
    match Expression::parse(text) {
        Ok(expression) => {
            assert_eq!(expression.text(), text);
            let references = expression.references();
            let places = references.variables.iter().map(|used| used.offset);
            for offset in places.chain(references.input.iter().map(|used| used.offset)) {
                assert!(text.get(offset..).is_some_and(|rest| !rest.is_empty()), "a reference at {offset}");
            }
        }
        Err(error) => {
            assert!(text.is_char_boundary(error.offset), "{error} at {}", error.offset);
            // The reference gives the regular expressions' own errors no code.
            let of_pattern = ["Invalid regular expression", "Invalid flags supplied to RegExp"]
                .iter()
                .any(|own| error.message.starts_with(own));
            assert!(!error.message.is_empty() && error.code.is_empty() == of_pattern, "{error:?}");
        }
    }
});
