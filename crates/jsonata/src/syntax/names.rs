//! Names as small numbers, so that looking up a variable compares no texts.

use std::collections::BTreeMap;
use std::sync::Arc;

/// A name's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Sym(u32);

impl Sym {
    pub(crate) fn from_index(index: u32) -> Sym {
        Sym(index)
    }

    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }

    pub(crate) fn number(self) -> u32 {
        self.0
    }
}

/// The names of a program in the order in which they were met.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    list: Vec<Arc<str>>,
    numbers: BTreeMap<Arc<str>, u32>,
}

impl Names {
    /// The number of a name, a new one if it is new.
    pub(crate) fn intern(&mut self, name: &str) -> Sym {
        if let Some(number) = self.numbers.get(name) {
            return Sym(*number);
        }
        let number = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        let name: Arc<str> = name.into();
        self.list.push(Arc::clone(&name));
        self.numbers.insert(name, number);
        Sym(number)
    }

    /// The number of a name that the program has.
    pub(crate) fn find(&self, name: &str) -> Option<Sym> {
        self.numbers.get(name).map(|number| Sym(*number))
    }

    pub(crate) fn text(&self, sym: Sym) -> &str {
        self.list.get(sym.index()).map(|name| &**name).unwrap_or_default()
    }

    pub(crate) fn shared(&self, sym: Sym) -> Arc<str> {
        self.list.get(sym.index()).cloned().unwrap_or_default()
    }

    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }
}
