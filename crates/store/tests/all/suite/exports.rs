//! Handing out all there is: complete, in order, and of one moment.

use super::{Bench, Cases, MACHINE, append, bytes, closed, commit, commit_puts, row, start};
use stateline_store::{Item, Put, Status, Store, Table};
use std::ops::ControlFlow;

pub fn cases<B: Bench>() -> Cases<B> {
    vec![
        ("all of it is handed out in order", all_of_it),
        ("what is written meanwhile does not show", one_moment),
        ("handing out ends when no more is wanted", until_enough),
    ]
}

fn put(table: Table, key: &str, text: &str) -> Put {
    Put { table, key: key.to_owned(), bytes: Some(text.into()) }
}

fn items(store: &impl Store) -> Vec<Item> {
    let mut items = Vec::new();
    let going = store.export(&mut |item| {
        items.push(item);
        ControlFlow::Continue(())
    });
    assert_eq!(going, Ok(ControlFlow::Continue(())));
    items
}

fn all_of_it(bench: &mut impl Bench) {
    let store = bench.store();
    let first = items(store);
    assert!(matches!(first[..], [Item::Standing(_)]), "an empty store has a standing: {first:?}");
    let mut rows: Vec<_> = (0..30).map(|n| row(n / 4, n as u64)).collect();
    let epoch = start(store, &mut rows);
    rows[7] = closed(rows[7].clone(), Status::Failed, 50);
    commit(store, vec![append(&mut rows[7], 3), append(&mut rows[9], 1)]);
    // Only the row changes.
    commit(store, vec![append(&mut rows[8], 0)]);
    commit_puts(store, vec![put(Table::Tags, "b", "2"), put(Table::Tags, "a", "1")]);
    commit_puts(store, vec![put(Table::StateMachines, "m", "machine")]);
    let items = items(store);
    let Some(Item::Standing(standing)) = items.first() else { panic!("the standing comes first") };
    assert!(standing.epoch > epoch);
    rows.sort_by_key(|row| row.id);
    let mut expected = Vec::new();
    for row in &rows {
        expected.push(format!("{:?}", Item::Execution(Box::new(row.clone()))));
        let all = store.journal(row.id, 0, 100).expect("a journal");
        let mut seq = 0;
        for batch in all {
            assert_eq!(batch.bytes[..], bytes(row.id, seq, batch.events)[..]);
            seq += u64::from(batch.events);
            expected.push(format!("{:?}", Item::Batch(batch)));
        }
        assert_eq!(seq, row.next_seq);
    }
    let mut names: Vec<_> = rows.iter().map(|row| (row.name.clone(), row.id)).collect();
    names.sort();
    let names = names.into_iter().map(|(name, id)| Item::Name { machine: MACHINE.to_owned(), name, id });
    expected.extend(names.map(|name| format!("{name:?}")));
    for (table, key, text) in
        [(Table::StateMachines, "m", "machine"), (Table::Tags, "a", "1"), (Table::Tags, "b", "2")]
    {
        let document = Item::Document { table, key: key.to_owned(), bytes: text.into() };
        expected.push(format!("{document:?}"));
    }
    let found: Vec<_> = items[1..].iter().map(|item| format!("{item:?}")).collect();
    assert_eq!(found, expected);
}

fn one_moment(bench: &mut impl Bench) {
    let store = bench.store();
    let mut rows: Vec<_> = (0..10).map(|n| row(n, n as u64)).collect();
    start(store, &mut rows);
    commit_puts(store, vec![put(Table::Tags, "a", "before")]);
    let before = items(store);
    let mut meanwhile = Vec::new();
    let mut later = rows.clone();
    let going = store.export(&mut |item| {
        if let Item::Standing(_) = item {
            // More than buffers hold, so that the engine writes tables while it is looked at.
            for round in 0..6 {
                commit(store, later.iter_mut().map(|row| append(row, 1_500)).collect());
                start(store, &mut [row(100, round)]);
                commit_puts(store, vec![put(Table::Tags, "a", "after"), put(Table::Tags, "b", "after")]);
            }
            later[0] = closed(later[0].clone(), Status::Aborted, 5);
            commit(store, vec![append(&mut later[0], 1)]);
            assert_eq!(store.expire(super::at(5), 10), Ok(1));
        }
        meanwhile.push(item);
        ControlFlow::Continue(())
    });
    assert_eq!(going, Ok(ControlFlow::Continue(())));
    assert_eq!(meanwhile, before);
    assert_ne!(items(store), before);
}

fn until_enough(bench: &mut impl Bench) {
    let store = bench.store();
    let mut rows: Vec<_> = (0..10).map(|n| row(n, n as u64)).collect();
    start(store, &mut rows);
    commit_puts(store, vec![put(Table::Tags, "a", "1")]);
    let all = items(store);
    for wanted in 1..all.len() {
        let mut got = Vec::new();
        let going = store.export(&mut |item| {
            got.push(item);
            if got.len() == wanted { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        assert_eq!((going, &got[..]), (Ok(ControlFlow::Break(())), &all[..wanted]));
    }
}
