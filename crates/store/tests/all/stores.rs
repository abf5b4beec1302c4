//! The suite on every store.

use crate::suite::{self, Bench};
use stateline_store::{EmbeddedStore, MemStore, Options, open_embedded};

struct InMemory(MemStore);

impl Bench for InMemory {
    type Store = MemStore;

    fn store(&self) -> &MemStore {
        &self.0
    }

    fn reopen(&mut self) {
        self.0 = self.0.crash();
    }
}

struct OnDisk {
    store: Option<EmbeddedStore>,
    dir: tempfile::TempDir,
}

impl OnDisk {
    fn open(&mut self) {
        self.store = None;
        self.store = Some(open_embedded(self.dir.path(), Options::default()).expect("a store"));
    }
}

impl Bench for OnDisk {
    type Store = EmbeddedStore;

    fn store(&self) -> &EmbeddedStore {
        self.store.as_ref().expect("the store is open")
    }

    fn reopen(&mut self) {
        self.open();
    }
}

#[test]
fn in_memory() {
    for (name, case) in suite::cases::<InMemory>() {
        println!("{name}");
        case(&mut InMemory(MemStore::new()));
    }
}

#[test]
fn on_disk() {
    for (name, case) in suite::cases::<OnDisk>() {
        println!("{name}");
        let mut bench = OnDisk { store: None, dir: tempfile::tempdir().expect("a folder") };
        bench.open();
        case(&mut bench);
    }
}
