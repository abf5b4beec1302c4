//! `jsonata`: a document of about 2 KiB filtered, summed up and chosen by in JSONata, in one request.

use super::w1sync;
use crate::bench::closed::{Input, Script};
use serde_json::{Value, json};

const LINES: u32 = 24;

/// What its clients do.
pub fn script() -> Script {
    let definition = json!({
        "QueryLanguage": "JSONata",
        "StartAt": "Sum",
        "States": {
            "Sum": {
                "Type": "Pass",
                "Assign": {
                    "wanted": "{% $states.input.lines[price >= 10] %}",
                    "total": "{% $sum($states.input.lines.(price * quantity)) %}",
                },
                "Next": "Large",
            },
            "Large": {
                "Type": "Choice",
                "Choices": [{"Condition": "{% $total > 1000 and $count($wanted) > 5 %}", "Next": "Tell"}],
                "Default": "Refuse",
            },
            "Tell": {
                "Type": "Pass",
                "Output": {
                    "order": "{% $states.input.id %}",
                    "total": "{% $round($total, 2) %}",
                    "by": "{% $wanted{group: $sum(quantity)} %}",
                    "names": "{% $join($wanted.name, ', ') %}",
                },
                "End": true,
            },
            "Refuse": {"Type": "Fail", "Error": "Small", "Cause": "The document is made to be large."},
        },
    });
    let lines: Vec<Value> = (0..LINES)
        .map(|n| {
            json!({
                "name": format!("article {n}"),
                "group": format!("group {}", n % 5),
                "price": f64::from(n) + 0.75,
                "quantity": 1 + n % 7,
                "tags": ["new", "light"],
            })
        })
        .collect();
    let input = json!({"id": "order 7", "lines": lines});
    Script { definition: definition.to_string(), input: Input::Same(input.to_string()), ..w1sync::script() }
}
