//! What deciding and remembering cost, without store and network.
//!
//! ```sh
//! cargo bench -p stateline-engine
//! ```

mod ruler;

use ruler::{Case, measure, ratio};
use serde_json::{Value, json};
use stateline_asl::{MachineKind as Checked, Program, compile};
use stateline_base::{Limits, Payload, Timestamp};
use stateline_engine::{
    Apart, Effect, Execution, Input, RECORDS_PER_DECISION_MAX, Setting, advance, replay, start,
};
use stateline_journal::{AttemptId, MachineKind, Record, Started, decode, encode};
use std::hint::black_box;

const START: Timestamp = Timestamp::from_millis(1_700_000_000_000);

fn main() {
    five_passes();
    large_documents();
    maps();
}

/// A definition, ready to run.
struct Workflow {
    program: Program,
    limits: Limits,
}

impl Workflow {
    fn new(definition: &Value) -> Self {
        let compiled = compile(&definition.to_string(), Checked::Standard);
        let program = compiled.program.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics));
        Workflow { program, limits: Limits::default() }
    }

    fn setting(&self) -> Setting<'_> {
        Setting {
            program: &self.program,
            limits: &self.limits,
            records_max: RECORDS_PER_DECISION_MAX,
            outside: &Apart,
        }
    }

    /// Runs to the end, tasks echoing their requests: all records, and the execution.
    fn run(&self, input: Payload) -> (Execution, Vec<Record>) {
        let started = Started {
            execution_arn: "arn:aws:states:us-east-1:000000000000:execution:m:e".into(),
            machine_arn: "arn:aws:states:us-east-1:000000000000:stateMachine:m".into(),
            version_arn: None,
            alias_arn: None,
            definition: "hash".into(),
            kind: MachineKind::Standard,
            role_arn: "arn:aws:iam::000000000000:role/r".into(),
            trace_header: None,
            input,
            seed: 42,
            deadline: START.plus_seconds(31_536_000),
            scope: 0,
            parent: None,
        };
        let (mut x, mut decision) = start(self.setting(), started, START);
        let mut records = decision.records;
        let mut out: Vec<(AttemptId, Payload)> = Vec::new();
        while x.is_open() {
            let mut input = None;
            for effect in decision.effects.drain(..) {
                match effect {
                    Effect::Invoke { attempt, parameters, .. } => out.push((attempt, parameters)),
                    Effect::Continue => input = Some(Input::Continue),
                    other => panic!("these workflows ask for no such thing: {other:?}"),
                }
            }
            let input = input.unwrap_or_else(|| {
                let (attempt, output) = out.pop().expect("an open execution waits for a call");
                Input::TaskSucceeded { attempt, output }
            });
            decision = advance(self.setting(), &mut x, input, START).expect("it is waited for");
            records.append(&mut decision.records);
        }
        (x, records)
    }

    /// Runs once to see that it succeeds.
    fn checked(self, input: &Payload) -> Self {
        let (x, _) = self.run(input.clone());
        assert!(matches!(x.ending, Some(stateline_engine::Ending::Succeeded(_))), "{:?}", x.ending);
        self
    }
}

/// So many states in a row, each with these fields.
fn row(states: usize, language: &str, fields: &Value) -> Value {
    let state = |at: usize| {
        let mut state = fields.clone();
        let (key, value) =
            if at + 1 == states { ("End", json!(true)) } else { ("Next", json!(format!("S{}", at + 1))) };
        state[key] = value;
        (format!("S{at}"), state)
    };
    let states: serde_json::Map<String, Value> = (0..states).map(state).collect();
    json!({"QueryLanguage": language, "StartAt": "S0", "States": states})
}

/// An order with lines, about so many bytes as text.
fn document(bytes: usize) -> Payload {
    let line = |n: usize| json!({"sku": format!("sku-{n:06}"), "quantity": n % 7 + 1, "price": 9.99, "note": "leave it at the door"});
    let mut lines = Vec::new();
    let mut length = 60;
    while length < bytes.saturating_sub(120) {
        lines.push(line(lines.len()));
        length += 83;
    }
    Payload::from(json!({"order": "o-1", "customer": {"name": "Ann"}, "lines": lines}))
}

fn five_passes() {
    println!("five Pass states: deciding and applying all of it");
    let small = Payload::from(json!({"n": 1, "items": [1, 2, 3], "who": "Ann"}));
    let plain = Workflow::new(&row(5, "JSONPath", &json!({"Type": "Pass"}))).checked(&small);
    let shaped = json!({"Type": "Pass", "Parameters": {"n.$": "$.n", "who.$": "$.who", "kind": "x"}});
    let shaped = Workflow::new(&row(5, "JSONPath", &shaped)).checked(&small);
    let jsonata = json!({"Type": "Pass", "Output": {"n": "{% $states.input.n + 1 %}", "who": "{% $states.input.who %}"}});
    let jsonata = Workflow::new(&row(5, "JSONata", &jsonata)).checked(&small);
    let (_, records) = plain.run(small.clone());
    let bytes = encode(&records);
    let found = measure(&mut [
        Case::new("plain", || drop(black_box(plain.run(small.clone())))),
        Case::new("Parameters in each", || drop(black_box(shaped.run(small.clone())))),
        Case::new("JSONata Output in each", || drop(black_box(jsonata.run(small.clone())))),
        Case::new("plain: encoding the records", || drop(black_box(encode(&records)))),
        Case::new("plain: decoding and replaying them", || {
            let decoded = decode(&bytes).expect("what was encoded decodes");
            drop(black_box(replay(&decoded.records)));
        }),
    ]);
    ratio("plain, of 15 us", found[0] / 15.0, 1.0);
}

fn large_documents() {
    println!("\na document through 100 Pass states");
    let (small, large) = (document(1 << 10), document(255 << 10));
    println!("{} and {} bytes", small.bytes_len(), large.bytes_len());
    let kinds = [
        ("JSONPath", "JSONPath", json!({"Type": "Pass"})),
        ("JSONPath, Assign", "JSONPath", json!({"Type": "Pass", "Assign": {"o.$": "$.order"}})),
        ("JSONata", "JSONata", json!({"Type": "Pass", "Output": "{% $states.input %}"})),
        ("JSONata, Assign", "JSONata", json!({"Type": "Pass", "Assign": {"o": "{% $states.input.order %}"}})),
    ];
    for (name, language, fields) in kinds {
        let workflow = Workflow::new(&row(100, language, &fields)).checked(&small).checked(&large);
        // As it is after a restart: only a text, of which a value is made when somebody looks into it.
        let stored = |payload: &Payload| Payload::from_checked_text(payload.text());
        let (_, records) = workflow.run(large.clone());
        let found = measure(&mut [
            Case::new(&format!("{name}: 1 KiB"), || drop(black_box(workflow.run(small.clone())))),
            Case::new(&format!("{name}: 255 KiB"), || drop(black_box(workflow.run(large.clone())))),
            Case::new(&format!("{name}: 255 KiB, from text"), || {
                drop(black_box(workflow.run(stored(&large))));
            }),
            Case::new(&format!("{name}: encoding, 255 KiB"), || drop(black_box(encode(&records)))),
        ]);
        ratio(&format!("{name}: 255 KiB against 1 KiB"), found[1] / found[0], 3.0);
    }
}

fn maps() {
    println!("\nMap, inline");
    let processor = |state: &Value| json!({"ProcessorConfig": {"Mode": "INLINE"}, "StartAt": "I", "States": {"I": state}});
    let pass = json!({"Type": "Pass", "End": true});
    let function = "arn:aws:lambda:us-east-1:000000000000:function:f";
    let task = json!({"Type": "Task", "Resource": function, "End": true});
    let map = |state: &Value| row(1, "JSONPath", &json!({"Type": "Map", "ItemProcessor": processor(state)}));
    let items = |count: usize| Payload::from((0..count).map(|n| json!({"n": n})).collect::<Value>());
    let (hundred, thousand) = (items(100), items(1_000));
    let pass = Workflow::new(&map(&pass)).checked(&thousand);
    let task = Workflow::new(&map(&task)).checked(&thousand);
    let found = measure(&mut [
        Case::new("Pass in each of 100 items", || drop(black_box(pass.run(hundred.clone())))),
        Case::new("Pass in each of 1,000 items", || drop(black_box(pass.run(thousand.clone())))),
        Case::new("Task in each of 100 items", || drop(black_box(task.run(hundred.clone())))),
        Case::new("Task in each of 1,000 items", || drop(black_box(task.run(thousand.clone())))),
    ]);
    ratio("Pass: an item of 1,000 against one of 100", found[1] / found[0] / 10.0, 1.5);
    ratio("Task: an item of 1,000 against one of 100", found[3] / found[2] / 10.0, 1.5);
}
