//! The journal's codec. Damaged bytes are told apart and never panic; what was decoded is encoded
//! to something that decodes to the same; and any records come back as they were written.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stateline_base::{Payload, Timestamp};
use stateline_journal::{Event, Record, decode, encode};

fuzz_target!(|data: &[u8]| {
    if let Ok(batch) = decode(data) {
        comes_back(&batch.records);
    }
    comes_back(&records(data));
});

/// Compared as text, because a tolerance that is not a number differs from itself.
fn comes_back(records: &[Record]) {
    let bytes = encode(records);
    let decoded = decode(&bytes).expect("what was encoded decodes").records;
    assert_eq!(format!("{decoded:?}"), format!("{records:?}"));
    assert_eq!(encode(&decoded), bytes, "the same records are written the same way");
}

/// Records of every kind, read from the bytes as the codec's own format, payloads by their index.
fn records(data: &[u8]) -> Vec<Record> {
    let payloads =
        ["{}", "[1, 2]", "{\"a\": \"\\u00e4\"}", "null"].map(|text| Payload::parse(text).expect("JSON"));
    let mut records = Vec::new();
    let mut rest = data.to_vec();
    while rest.len() > 3 && records.len() < 64 {
        let Ok((event, behind)) = postcard::take_from_bytes::<Event<u32>>(&rest) else { break };
        let behind = behind.to_vec();
        let pick = |index: &u32| Ok::<_, ()>(payloads[*index as usize % payloads.len()].clone());
        let Ok(event) = event.try_map(&mut { pick }) else { break };
        let number = records.len() as u64;
        let (id, previous) = if event.is_public() { (number + 1, number) } else { (0, 0) };
        let at = Timestamp::from_millis(1_700_000_000_000 + i64::from(behind.first().copied().unwrap_or(0)));
        records.push(Record { at, id, previous, event });
        rest = behind;
    }
    records
}
