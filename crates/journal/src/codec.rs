//! How a batch of records is written down: a version byte, then the texts of
//! the payloads, each once, then the records with indexes into those texts.

use crate::{Event, Record};
use serde::{Deserialize, Serialize};
use stateline_base::{Payload, Timestamp};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// The version this crate writes. Older ones stay readable for ever.
const FORMAT: u8 = 1;

/// Records that were decided together and became durable together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// In the order in which they were decided.
    pub records: Vec<Record>,
}

/// The bytes are not a batch this release can read.
#[derive(Debug, thiserror::Error)]
pub enum CodecError {
    /// There are no bytes at all.
    #[error("a journal batch is empty: the store lost it")]
    Empty,
    /// A newer release wrote it.
    #[error(
        "journal batch has format {0}, this release reads up to {FORMAT}: run the release that wrote it, or a newer one"
    )]
    Version(u8),
    /// The bytes do not follow the format.
    #[error("journal batch does not decode ({0}): the data is damaged")]
    Damaged(String),
}

#[derive(Serialize, Deserialize)]
struct Wire<T> {
    /// The payloads' texts.
    texts: Vec<T>,
    start: Timestamp,
    records: Vec<WireRecord>,
}

#[derive(Serialize, Deserialize)]
struct WireRecord {
    /// Milliseconds after the batch's start.
    after: i64,
    /// The public id, or 0.
    id: u64,
    /// How far the previous event lies behind the id; 0 stands for "none".
    back: u64,
    event: Event<u32>,
}

/// Writes a batch.
#[must_use]
pub fn encode(records: &[Record]) -> Vec<u8> {
    let mut table = Table::default();
    let start = records.first().map_or(Timestamp::default(), |record| record.at);
    let wire_records = records
        .iter()
        .map(|record| WireRecord {
            after: record.at.since_millis(start),
            id: record.id,
            back: if record.previous == 0 { 0 } else { record.id.wrapping_sub(record.previous) },
            event: table.intern_event(&record.event),
        })
        .collect();
    let texts: Vec<&str> = table.texts.iter().map(Payload::text).collect();
    let room = texts.iter().map(|text| text.len()).sum::<usize>()
        + BYTES_BESIDE_TEXTS
        + records.len() * RECORD_BYTES;
    let wire = Wire { texts, start, records: wire_records };
    let mut bytes = Vec::with_capacity(room);
    bytes.push(FORMAT);
    postcard::to_extend(&wire, bytes).expect("writing a plain structure to memory cannot fail")
}

/// About what a record takes without its texts. Guesses: a buffer that is too small grows.
const RECORD_BYTES: usize = 16;
/// About what a batch takes beside texts and records; a start's ARNs are most of it.
const BYTES_BESIDE_TEXTS: usize = 384;

/// Reads a batch.
///
/// # Errors
/// When the bytes are empty, of a newer format, or damaged.
pub fn decode(bytes: &[u8]) -> Result<Batch, CodecError> {
    let (version, body) = bytes.split_first().ok_or(CodecError::Empty)?;
    if *version != FORMAT {
        return Err(CodecError::Version(*version));
    }
    let wire: Wire<Box<str>> =
        postcard::from_bytes(body).map_err(|error| CodecError::Damaged(error.to_string()))?;
    let payloads: Vec<Payload> = wire.texts.into_iter().map(Payload::from_checked_text).collect();
    let mut look_up = |index: &u32| {
        let found = payloads.get(*index as usize).cloned();
        found.ok_or_else(|| CodecError::Damaged(format!("payload {index} is missing")))
    };
    let mut records = Vec::with_capacity(wire.records.len());
    for record in wire.records {
        records.push(Record {
            at: wire.start.plus_millis(record.after),
            id: record.id,
            previous: if record.back == 0 { 0 } else { record.id.wrapping_sub(record.back) },
            event: record.event.try_map(&mut look_up)?,
        });
    }
    Ok(Batch { records })
}

/// The texts of one batch, each once: found by the payload's address, or for equal copies by the text.
#[derive(Default)]
struct Table {
    texts: Vec<Payload>,
    by_address: HashMap<usize, u32, BuildHasherDefault<AddressHasher>>,
}

/// Spreads addresses over a table. Nobody outside chooses an address, so nothing slower is needed.
#[derive(Default)]
struct AddressHasher(u64);

impl Hasher for AddressHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_usize(usize::from(*byte)));
    }

    fn write_usize(&mut self, address: usize) {
        // An odd factor with bits all over; the table looks at the highest bits and the lowest.
        self.0 = (self.0 ^ address as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(32);
    }
}

impl Table {
    fn intern_event(&mut self, event: &Event) -> Event<u32> {
        let interned =
            event.try_map(&mut |payload| Ok::<u32, std::convert::Infallible>(self.intern(payload)));
        match interned {
            Ok(event) => event,
            Err(never) => match never {},
        }
    }

    /// Documents that a state passed on are the same in memory; short equal ones are found by looking back.
    fn intern(&mut self, payload: &Payload) -> u32 {
        if let Some(index) = self.by_address.get(&payload.address()) {
            return *index;
        }
        let recent = self.texts.iter().rev().take(LOOK_BACK).position(|known| known == payload);
        let at = match recent {
            Some(back) => self.texts.len() - 1 - back,
            None => {
                self.texts.push(payload.clone());
                self.texts.len() - 1
            }
        };
        let index = u32::try_from(at).expect("a batch has fewer than 2^32 payloads");
        self.by_address.insert(payload.address(), index);
        index
    }
}

/// How many texts to compare with before writing one more.
const LOOK_BACK: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{MachineKind, ReaderPlan, RunPlan, Started};
    use serde_json::json;
    use stateline_base::Failure;

    fn record(id: u64, previous: u64, event: Event) -> Record {
        Record { at: Timestamp::from_millis(1_000 + id as i64), id, previous, event }
    }

    fn started(input: Payload) -> Event {
        Event::ExecutionStarted(Box::new(Started {
            execution_arn: "e".into(),
            machine_arn: "m".into(),
            version_arn: None,
            alias_arn: Some("a".into()),
            definition: "d".into(),
            kind: MachineKind::Standard,
            role_arn: "r".into(),
            trace_header: None,
            input,
            seed: 7,
            deadline: Timestamp::from_millis(9),
            scope: 0,
            parent: None,
        }))
    }

    #[test]
    fn a_batch_comes_back_as_it_was() {
        let input = Payload::parse("{ \"a\": 1 }").expect("JSON");
        let records = vec![
            record(1, 0, started(input.clone())),
            record(2, 0, Event::StateEntered { frame: 0, state: 3, input }),
            record(0, 0, Event::RandomDrawn { state: u64::MAX }),
            record(3, 2, Event::TaskFailed { frame: 0, state: 3, failure: Failure::named("E") }),
            record(
                4,
                3,
                Event::StateExited {
                    frame: 0,
                    state: 3,
                    output: Payload::from(json!([1])),
                    next: None,
                    assigned: vec![("x".into(), Payload::from(json!([1])))],
                },
            ),
            record(5, 4, Event::ExecutionSucceeded { output: Payload::from(json!([1])) }),
        ];
        assert_eq!(decode(&encode(&records)).expect("decodes").records, records);
    }

    #[test]
    fn what_a_map_run_reads_and_writes_comes_back() {
        let reader = ReaderPlan {
            parameters: Payload::from(json!({"Bucket": "b"})),
            config: Payload::from(json!({"InputType": "CSV"})),
            items_max: Some(7),
            batch_items_max: None,
            batch_bytes_max: Some(9),
        };
        let writer = Some(Payload::from(json!({"Prefix": "p"})));
        let plan = RunPlan { frame: 2, reader: Some(reader), writer, kept_bytes_max: 0 };
        let (input, cursor) = (Payload::from(json!({"Items": []})), "12:7".into());
        let records = vec![
            record(0, 0, Event::MapRunPlanned(Box::new(plan))),
            record(0, 0, Event::ItemsTaken { frame: 2, index: 0, attempt: 1, input, items: 3, cursor }),
            record(0, 0, Event::ReaderEnded { frame: 2 }),
            record(0, 0, Event::ResultsAwaited { frame: 2, failure: None }),
            record(0, 0, Event::ResultsAwaited { frame: 2, failure: Some(Failure::named("E")) }),
        ];
        assert_eq!(decode(&encode(&records)).expect("decodes").records, records);
    }

    #[test]
    fn a_document_that_is_passed_on_is_written_once() {
        let input = Payload::from(json!({"text": "x".repeat(1000)}));
        let one = encode(&[record(1, 0, Event::StateEntered { frame: 0, state: 0, input: input.clone() })]);
        let many: Vec<Record> = (1..50)
            .map(|id| record(id, id - 1, Event::StateEntered { frame: 0, state: 0, input: input.clone() }))
            .collect();
        assert!(encode(&many).len() < one.len() + 50 * 10);
    }

    #[test]
    fn bytes_that_are_no_batch_are_told_apart() {
        assert!(matches!(decode(&[]), Err(CodecError::Empty)));
        assert!(matches!(decode(&[99, 1]), Err(CodecError::Version(99))));
        assert!(matches!(decode(&[1, 200, 200]), Err(CodecError::Damaged(_))));
        let mut bytes = encode(&[record(1, 0, started(Payload::empty_object()))]);
        bytes.truncate(bytes.len() - 3);
        assert!(matches!(decode(&bytes), Err(CodecError::Damaged(_))));
    }
}
