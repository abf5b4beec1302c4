//! The test case that an execution runs: how often each of its Task states was invoked.
//!
//! Which tasks a case answers, and with what, is known outside; the engine counts, so
//! that the count is the same after a restart. Only `apply` calls [`TestRun::count`].

use std::collections::BTreeMap;
use std::sync::Arc;

/// A test case that an execution is started with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestCase {
    /// Its name.
    pub name: Arc<str>,
    /// Where counting the invocations of each state begins, 0 for all but children of Map Runs.
    pub first: u32,
}

/// A test case at work.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TestRun {
    pub(crate) case: Arc<str>,
    first: u32,
    /// Invocations so far, by state.
    invocations: BTreeMap<u32, u32>,
}

impl TestRun {
    pub(crate) fn new(case: Arc<str>, first: u32) -> Self {
        TestRun { case, first, invocations: BTreeMap::new() }
    }

    /// One more invocation of a state; gives its index.
    pub(crate) fn count(&mut self, state: u32) -> u32 {
        let count = self.invocations.entry(state).or_default();
        let index = self.first.saturating_add(*count);
        *count = count.saturating_add(1);
        index
    }
}
