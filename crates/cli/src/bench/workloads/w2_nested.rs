//! `w2-nested`: a Map over ten lists, in each a Parallel state of two branches, in each a Map over
//! the list's fifty items: 1,000 Pass states, two levels further in than those of `w2`.

use super::w1;
use crate::bench::closed::{Input, Script};
use serde_json::{Map, Value, json};

const LISTS: u32 = 10;
const ITEMS: u32 = 50;
const BRANCHES: u32 = 2;

/// What its clients do.
pub fn script() -> Script {
    let lists: Vec<Vec<u32>> = (0..LISTS).map(|_| (0..ITEMS).collect()).collect();
    // Names of states are used once in a definition, however deep.
    let branches: Vec<Value> = (0..BRANCHES)
        .map(|n| {
            let item = format!("Item{n}");
            let mut states = Map::new();
            states.insert(item.clone(), json!({"Type": "Pass", "End": true}));
            map(&format!("Items{n}"), &item, &states.into())
        })
        .collect();
    let parallel = json!({"Both": {"Type": "Parallel", "Branches": branches, "End": true}});
    Script {
        definition: map("Lists", "Both", &parallel).to_string(),
        input: Input::Same(json!(lists).to_string()),
        items: Some(LISTS * BRANCHES * ITEMS),
        ..w1::script()
    }
}

/// One Map state of this name over states that begin with `first`.
fn map(name: &str, first: &str, states: &Value) -> Value {
    let map = json!({
        "Type": "Map",
        "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"}, "StartAt": first, "States": states},
        "End": true,
    });
    let mut states = Map::new();
    states.insert(name.to_owned(), map);
    json!({"StartAt": name, "States": states})
}
