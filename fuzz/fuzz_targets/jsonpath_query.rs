//! A path in Jayway's dialect on a document: no panic, the same answer twice, and errors that
//! point into the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stateline_fuzz::{Scope, expression_and_document};
use stateline_jsonpath::{Path, Query, ReferencePath};

fuzz_target!(|data: &[u8]| {
    let Some((text, document)) = expression_and_document(data) else { return };
    if let Ok(reference) = ReferencePath::compile(text) {
        let mut written = document.clone();
        let _ = reference.put(&mut written, serde_json::json!({"put": 1}));
    }
    if let Ok(path) = Path::compile(text) {
        assert_eq!(path.read(&document).ok(), path.read(&document).ok());
    }
    let scope = Scope::new(document);
    match Query::compile(text) {
        Ok(query) => {
            assert_eq!(query.text(), text);
            assert_eq!(query.read(&scope), query.read(&scope));
        }
        Err(error) => assert!(error.offset() <= text.len(), "{error} at {}", error.offset()),
    }
});
