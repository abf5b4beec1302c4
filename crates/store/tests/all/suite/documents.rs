//! Documents in tables.

use super::{Bench, Cases, commit_puts};
use stateline_store::{Put, Store, Table};

pub fn cases<B: Bench>() -> Cases<B> {
    vec![
        ("documents are written, replaced and deleted", documents),
        ("tables are scanned in order of keys", scanning),
    ]
}

fn put(table: Table, key: &str, bytes: Option<&str>) -> Put {
    Put { table, key: key.to_owned(), bytes: bytes.map(|text| text.as_bytes().to_vec()) }
}

fn documents(bench: &mut impl Bench) {
    let machines = Table::StateMachines;
    commit_puts(bench.store(), vec![put(machines, "a", Some("1")), put(Table::Tags, "a", Some("2"))]);
    commit_puts(bench.store(), vec![put(machines, "a", Some("3")), put(machines, "b", Some(""))]);
    bench.reopen();
    let store = bench.store();
    assert_eq!(store.get(machines, "a"), Ok(Some(b"3".to_vec())));
    assert_eq!(store.get(machines, "b"), Ok(Some(Vec::new())));
    assert_eq!(store.get(Table::Tags, "a"), Ok(Some(b"2".to_vec())));
    assert_eq!(store.get(Table::Aliases, "a"), Ok(None));
    // Of several in one group the last counts.
    commit_puts(
        store,
        vec![put(machines, "a", None), put(machines, "b", None), put(machines, "b", Some("4"))],
    );
    assert_eq!(store.get(machines, "a"), Ok(None));
    assert_eq!(store.get(machines, "b"), Ok(Some(b"4".to_vec())));
}

fn scanning(bench: &mut impl Bench) {
    let store = bench.store();
    let keys = ["", "a", "a\0", "aa", "b", "ä"];
    commit_puts(store, keys.iter().rev().map(|key| put(Table::Tags, key, Some(key))).collect());
    commit_puts(store, vec![put(Table::Activities, "x", Some("x")), put(Table::MapRuns, "x", Some("x"))]);
    let scan = |after: Option<&str>, limit| -> Vec<String> {
        let found = store.scan(Table::Tags, after, limit).expect("documents");
        assert!(found.iter().all(|(key, bytes)| key.as_bytes() == bytes));
        found.into_iter().map(|(key, _)| key).collect()
    };
    assert_eq!(scan(None, 100), keys);
    assert_eq!(scan(None, 2), keys[..2]);
    assert_eq!(scan(Some("a"), 2), keys[2..4]);
    assert_eq!(scan(Some("ä"), 2), [""; 0]);
    assert_eq!(scan(Some(&"a".repeat(100_000)), 1), ["b"]);
    assert_eq!(store.get(Table::Tags, &"a".repeat(100_000)), Ok(None));
}
