//! Distributed Maps: children of both kinds, batches, objects as items, tolerated
//! failures, and forms of the result.

use super::{Author, States, set, then};
use serde_json::{Value, json};

impl Author<'_> {
    /// A distributed Map, and before it a state that makes its items, sometimes.
    pub(super) fn distributed(&mut self, states: &mut States, next: Option<&str>, depth: usize) -> String {
        let name = self.name("Spread");
        let express = self.dice.once_in(3);
        let batched = self.dice.once_in(4);
        let (was, outer) = (self.express, std::mem::take(&mut self.variables));
        self.express = was || express;
        let mut processor = self.scope(depth + 1);
        (self.express, self.variables) = (was, outer);
        if batched {
            self.unpack(&mut processor);
        }
        let kind = if express { "EXPRESS" } else { "STANDARD" };
        set(&mut processor, "ProcessorConfig", json!({"Mode": "DISTRIBUTED", "ExecutionType": kind}));
        let mut state = json!({"Type": "Map", "Label": name, "ItemProcessor": processor,
            "MaxConcurrency": self.dice.pick(&[0, 1, 2, 5]), "ResultPath": "$.last"});
        let first = self.items(states, &name, &mut state);
        self.tolerance(&mut state);
        if batched {
            let mut batcher =
                json!({"BatchInput": {"n.$": "$.n"}, "MaxItemsPerBatch": self.dice.between(1, 3)});
            if self.dice.once_in(3) {
                set(&mut batcher, "MaxInputBytesPerBatch", json!(self.dice.between(20, 120)));
            }
            set(&mut state, "ItemBatcher", batcher);
        }
        if self.dice.once_in(5) {
            let parameters = json!({"Bucket": "b", "Prefix": name});
            let writer = json!({"Resource": "arn:aws:states:::s3:putObject", "Parameters": parameters});
            set(&mut state, "ResultWriter", writer);
        } else if self.dice.once_in(4) {
            let form = self.dice.pick(&["NONE", "COMPACT", "FLATTEN"]);
            set(
                &mut state,
                "ResultWriter",
                json!({"WriterConfig": {"Transformation": form, "OutputType": "JSON"}}),
            );
        }
        self.selector(&mut state);
        self.handlers(states, &mut state, next);
        states.insert(name.clone(), then(state, next));
        first
    }

    /// Where the items come from: the input, an object, or a row of numbers. Gives the state to begin with.
    fn items(&mut self, states: &mut States, map: &str, state: &mut Value) -> String {
        let mut selector = json!({"n.$": "$$.Map.Item.Index", "items.$": "$.items"});
        if self.dice.once_in(10) {
            // Fails for the second item.
            let chunks = "States.ArrayPartition(States.Array(1, 2), States.ArrayGetItem(States.Array(1, 0, 2, 2, 2, 2, 2, 2), $$.Map.Item.Index))";
            set(&mut selector, "chunks.$", json!(chunks));
        }
        if self.dice.once_in(4) {
            let mut config = json!({"InputType": "JSONL"});
            if self.dice.once_in(3) {
                set(&mut config, "MaxItems", json!(self.dice.between(0, 9)));
            }
            let reader = json!({"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": config,
                "Parameters": {"Bucket": "b", "Key": map}});
            set(state, "ItemReader", reader);
            if self.dice.once_in(2) {
                set(state, "ItemSelector", selector);
            }
            return map.to_owned();
        }
        let made = match self.dice.below(5) {
            0 => {
                set(&mut selector, "n.$", json!("$$.Map.Item.Value"));
                set(&mut selector, "key.$", json!("$$.Map.Item.Key"));
                json!({"Type": "Pass", "Result": {"a": 1, "b": 0, "c": 2}})
            }
            1 => json!({"Type": "Pass", "Parameters": {"all.$": "States.ArrayRange(0, 6, 1)"}}),
            _ => {
                set(state, "ItemsPath", json!("$.items"));
                set(state, "ItemSelector", selector);
                return map.to_owned();
            }
        };
        let before = self.name("Items");
        let path = format!("$.{before}");
        let items = if made.get("Result").is_some() { path.clone() } else { format!("{path}.all") };
        set(state, "ItemsPath", json!(items));
        set(state, "ItemSelector", selector);
        let mut made = then(made, Some(map));
        set(&mut made, "ResultPath", json!(path));
        states.insert(before.clone(), made);
        before
    }

    fn tolerance(&mut self, state: &mut Value) {
        let (count, share) = (json!(self.dice.between(0, 3)), json!(self.dice.between(0, 100)));
        match self.dice.below(5) {
            0 => set(state, "ToleratedFailureCount", count),
            1 => set(state, "ToleratedFailurePercentage", share),
            2 => {
                set(state, "ToleratedFailureCount", count);
                set(state, "ToleratedFailurePercentage", share);
            }
            // Fits only some inputs.
            3 if self.dice.once_in(2) => set(state, "ToleratedFailureCountPath", json!("$.last.pick")),
            _ => {}
        }
    }

    /// Makes the object that every scope works on out of a batch.
    fn unpack(&mut self, processor: &mut Value) {
        let name = self.name("Unpack");
        let start = processor.get("StartAt").cloned().unwrap_or_default();
        if let Some(Value::Object(states)) = processor.get_mut("States") {
            let parameters = json!({"n.$": "$.BatchInput.n", "items.$": "$.Items[*].n"});
            states.insert(name.clone(), json!({"Type": "Pass", "Parameters": parameters, "Next": start}));
        }
        set(processor, "StartAt", json!(name));
    }
}
