//! `w2`: an inline Map over 1,000 items, a Pass state in each.

use super::w1;
use crate::bench::closed::{Input, Script};
use serde_json::json;

const ITEMS: u32 = 1_000;

/// What its clients do.
pub fn script() -> Script {
    let items: Vec<u32> = (0..ITEMS).collect();
    let definition = json!({"StartAt": "M", "States": {"M": {
        "Type": "Map",
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "INLINE"},
            "StartAt": "P",
            "States": {"P": {"Type": "Pass", "End": true}},
        },
        "End": true,
    }}});
    Script {
        definition: definition.to_string(),
        input: Input::Same(json!(items).to_string()),
        items: Some(ITEMS),
        ..w1::script()
    }
}
