//! Executions across machines, newest first. There is no index over all of them: each machine has its
//! list, and these are merged as far as a page needs.

use super::Service;
use super::read::{item, read_key, write_key};
use crate::ServiceError;
use crate::requests::{ChildStatus, Ending, ExecutionItem, Page};
use crate::shards::unavailable;
use stateline_base::{Failure, Timestamp};
use stateline_engine::MapRunSummary;
use stateline_journal::MachineKind;
use stateline_store::{ExecutionRow, ListKey, ListQuery, Status, Store, StoreError};
use std::collections::{BinaryHeap, VecDeque};
use std::sync::Arc;

/// Rows looked at for one page; a page of what is rare may come back short, and not be the last.
const ROWS_MAX: usize = 5_000;
/// Journals whose ends are looked at for one page because a text may stand there.
const ENDS_MAX: usize = 1_000;
/// Rows of one list read at a time: more each time that a list turns out to be wanted.
const AHEAD_FIRST: usize = 2;
const AHEAD_MAX: usize = 128;

/// Which executions are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// What the ARNs of their machines begin with: account and region.
    pub machine_prefix: String,
    /// Only of this machine, version or alias.
    pub list_arn: Option<Arc<str>>,
    /// Only children of this Map Run, which are found in no other way.
    pub map_run_arn: Option<Arc<str>>,
    /// Only those that stand so; any when empty. Only a Map Run's children wait for a redrive.
    pub statuses: Vec<ChildStatus>,
    /// Only those that have this in their name, their ARN or their error, in small or large letters.
    pub text: Option<String>,
    /// Only those that started then or later.
    pub from: Option<Timestamp>,
    /// Only those that started then or earlier.
    pub to: Option<Timestamp>,
}

/// One that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// As lists have it.
    pub item: ExecutionItem,
    /// Why it failed or was stopped.
    pub failure: Option<Failure>,
}

impl Service {
    /// Executions that a search finds, newest first. `after` is a page's `next`; a page may be short, or
    /// empty. Each list of the search costs one look into the store; beyond that a page costs at most
    /// 5,000 rows and the ends of 1,000 journals besides those that it shows.
    ///
    /// # Errors
    /// [`ServiceError::MachineDoesNotExist`], [`ServiceError::MapRunDoesNotExist`], or that the store
    /// cannot be read.
    pub async fn search(
        &self,
        search: Search,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<Found>, ServiceError> {
        if let Some(arn) = &search.list_arn {
            self.inner.catalog.check_list(arn)?;
        }
        let run = match &search.map_run_arn {
            Some(arn) => Some(self.map_run(arn).await?.summary),
            None => None,
        };
        let before = after.and_then(read_key).or(search.to.map(just_after));
        self.look(move |service| service.look_for(&search, run.as_ref(), before, limit.max(1))).await?
    }

    fn look_for(
        &self,
        search: &Search,
        run: Option<&MapRunSummary>,
        before: Option<ListKey>,
        limit: usize,
    ) -> Result<Page<Found>, ServiceError> {
        let text = search.text.as_ref().map(|text| text.to_lowercase());
        let sources = self.sources(search, before);
        let mut merge = Merge::new(&*self.inner.store, sources, limit).map_err(unavailable)?;
        let (mut items, mut last, mut ends) = (Vec::new(), before, 0);
        for _ in 0..ROWS_MAX {
            if items.len() == limit || ends == ENDS_MAX {
                let next = last.filter(|_| !merge.heads.is_empty()).map(write_key);
                return Ok(Page { items, next });
            }
            let row = merge.next().map_err(unavailable)?;
            let Some(row) = row.filter(|row| search.from.is_none_or(|from| row.started >= from)) else {
                return Ok(Page { items, next: None });
            };
            last = Some(ListKey::of(&row));
            let pending = run.is_some_and(|run| self.is_pending(&row, run));
            if !self.is_there(&row) || !takes(&search.statuses, row.status, pending) {
                continue;
            }
            let matches = text.as_ref().is_none_or(|text| row.arn.to_lowercase().contains(text));
            if !matches && !may_have_failure(row.status) {
                continue;
            }
            let failure = self.failure(&row)?;
            if !matches {
                ends += 1;
                let error = failure.as_ref().and_then(|failure| failure.error.as_deref());
                let error = error.unwrap_or_default().to_lowercase();
                if text.as_ref().is_some_and(|text| !error.contains(text)) {
                    continue;
                }
            }
            let map_run_arn = row.map_run.as_deref().map(Arc::from);
            let item = ExecutionItem { pending_redrive: pending, map_run_arn, ..item(row) };
            items.push(Found { item, failure });
        }
        Ok(Page { items, next: last.map(write_key) })
    }

    /// Why an execution ended that did not succeed.
    fn failure(&self, row: &ExecutionRow) -> Result<Option<Failure>, ServiceError> {
        if !may_have_failure(row.status) {
            return Ok(None);
        }
        match self.ending(row) {
            Ok(Ending::Failed(failure) | Ending::Aborted(failure)) => Ok(Some(failure)),
            Ok(_) => Ok(None),
            // It may have been redriven, or deleted, since its row was read.
            Err(error) => match self.inner.store.execution(row.id).map_err(unavailable)? {
                Some(now) if now == *row => Err(error),
                _ => Ok(None),
            },
        }
    }

    /// The lists in which a search looks.
    fn sources(&self, search: &Search, before: Option<ListKey>) -> Vec<Source> {
        let lists: Vec<Arc<str>> = match (&search.map_run_arn, &search.list_arn) {
            (Some(run), _) => vec![run.clone()],
            (None, Some(list)) => vec![list.clone()],
            (None, None) => {
                let machines = self.inner.catalog.machines(&search.machine_prefix, None, usize::MAX);
                let listed = |kind| kind == MachineKind::Standard || self.keeps_express();
                machines
                    .iter()
                    .filter(|machine| listed(machine.kind))
                    .map(|machine| machine.arn.clone())
                    .collect()
            }
        };
        let statuses = statuses(&search.statuses);
        let of_list = |list: &Arc<str>| {
            let source = |status: &Option<Status>| Source::new(list, *status, before);
            statuses.iter().map(source).collect::<Vec<_>>()
        };
        lists.iter().flat_map(of_list).collect()
    }
}

/// The place before everything that started then.
fn just_after(to: Timestamp) -> ListKey {
    ListKey { started: to.plus_millis(1), id: stateline_base::ExecutionId::from_bytes([0; 16]) }
}

fn may_have_failure(status: Status) -> bool {
    matches!(status, Status::Failed | Status::Aborted)
}

/// The statuses whose lists are needed: those of all together, or of each that is wanted.
fn statuses(wanted: &[ChildStatus]) -> Vec<Option<Status>> {
    let is_wanted = |status: &Status| {
        wanted.iter().any(|wanted| match wanted {
            ChildStatus::Is(wanted) => wanted == status,
            ChildStatus::PendingRedrive => !matches!(status, Status::Running | Status::Succeeded),
        })
    };
    let wanted: Vec<Option<Status>> = Status::ALL.into_iter().filter(is_wanted).map(Some).collect();
    if wanted.is_empty() || wanted.len() == Status::ALL.len() { vec![None] } else { wanted }
}

fn takes(wanted: &[ChildStatus], status: Status, pending: bool) -> bool {
    let stands = if pending { ChildStatus::PendingRedrive } else { ChildStatus::Is(status) };
    wanted.is_empty() || wanted.contains(&stands)
}

/// One list, read a piece at a time.
struct Source {
    query: ListQuery,
    rows: VecDeque<ExecutionRow>,
    ended: bool,
}

impl Source {
    fn new(list: &str, status: Option<Status>, before: Option<ListKey>) -> Self {
        let query = ListQuery { machine: list.to_owned(), status, before, limit: AHEAD_FIRST };
        Source { query, rows: VecDeque::new(), ended: false }
    }

    /// Where its next row stands.
    fn head(&mut self, store: &dyn Store) -> Result<Option<ListKey>, StoreError> {
        if self.rows.is_empty() && !self.ended {
            self.rows = store.list(&self.query)?.into();
            self.ended = self.rows.len() < self.query.limit;
            self.query.limit = (2 * self.query.limit).min(AHEAD_MAX);
            self.query.before = self.rows.back().map(ListKey::of);
        }
        Ok(self.rows.front().map(ListKey::of))
    }
}

/// Many lists as one.
struct Merge<'a> {
    store: &'a dyn Store,
    sources: Vec<Source>,
    /// The newest row of each list that has one, with the list's number.
    heads: BinaryHeap<(ListKey, usize)>,
}

impl<'a> Merge<'a> {
    /// The fewer the lists, the more is read of each at once.
    fn new(store: &'a dyn Store, mut sources: Vec<Source>, limit: usize) -> Result<Self, StoreError> {
        let share = limit.div_ceil(sources.len().max(1)).saturating_add(1);
        let mut heads = BinaryHeap::new();
        for (number, source) in sources.iter_mut().enumerate() {
            source.query.limit = share.clamp(AHEAD_FIRST, AHEAD_MAX);
            heads.extend(source.head(store)?.map(|head| (head, number)));
        }
        Ok(Merge { store, sources, heads })
    }

    fn next(&mut self) -> Result<Option<ExecutionRow>, StoreError> {
        let Some((_, number)) = self.heads.pop() else { return Ok(None) };
        let Some(source) = self.sources.get_mut(number) else { return Ok(None) };
        let row = source.rows.pop_front();
        self.heads.extend(source.head(self.store)?.map(|head| (head, number)));
        Ok(row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use stateline_base::{ExecutionId, ShardId};
    use stateline_store::{Append, Group, MemStore};

    /// A machine's number, a status's, and when it started.
    type Place = (usize, usize, i64);

    fn row(number: usize, (machine, status, started): Place) -> ExecutionRow {
        let started = Timestamp::from_millis(started);
        ExecutionRow {
            id: ExecutionId::new(started, ShardId::from_number(1), number as u64),
            machine: format!("m{machine}"),
            arn: format!("e{number}"),
            name: number.to_string(),
            status: Status::ALL[status],
            started,
            stopped: None,
            next_seq: 0,
            wake: None,
            busy: false,
            expires: None,
            map_runs: Vec::new(),
            body: Vec::new(),
            map_run: None,
            lists: Vec::new(),
        }
    }

    fn store(rows: &[ExecutionRow]) -> MemStore {
        let store = MemStore::new();
        let epoch = store.acquire("test").expect("a store in memory");
        let append = |row: &ExecutionRow| Append {
            id: row.id,
            expected_seq: 0,
            events: 0,
            bytes: Vec::new(),
            row: row.clone(),
        };
        let group = Group { epoch, appends: rows.iter().map(append).collect(), puts: Vec::new() };
        store.commit(&group).expect("a store in memory");
        store
    }

    proptest! {
        #[test]
        fn lists_are_merged_as_if_they_were_one(
            places in vec((0..4usize, 0..5usize, 0..40i64), 0..200),
            wanted in vec(0..5usize, 0..3),
            from in proptest::option::of(0..40i64),
            limit in 1..50usize,
        ) {
            let rows: Vec<ExecutionRow> =
                places.iter().enumerate().map(|(number, place)| row(number, *place)).collect();
            let store = store(&rows);
            let wanted: Vec<ChildStatus> =
                wanted.into_iter().map(|status| ChildStatus::Is(Status::ALL[status])).collect();
            let before = from.map(|at| just_after(Timestamp::from_millis(at)));
            let mut sources = Vec::new();
            for machine in ["m0", "m1", "m2", "m3"] {
                sources.extend(statuses(&wanted).into_iter().map(|status| Source::new(machine, status, before)));
            }
            let mut merge = Merge::new(&store, sources, limit).expect("it can be read");
            let mut found = Vec::new();
            while let Some(row) = merge.next().expect("it can be read") {
                found.push(ListKey::of(&row));
            }
            let mut expected: Vec<ListKey> = rows
                .iter()
                .filter(|row| takes(&wanted, row.status, false))
                .filter(|row| from.is_none_or(|at| row.started.as_millis() <= at))
                .map(ListKey::of)
                .collect();
            expected.sort_unstable_by(|one, other| other.cmp(one));
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn children_that_wait_for_their_redrive_are_among_those_that_ended_badly() {
        let pending = [ChildStatus::PendingRedrive];
        let bad = [Some(Status::Failed), Some(Status::TimedOut), Some(Status::Aborted)];
        assert_eq!(statuses(&pending), bad);
        assert_eq!(statuses(&[]), [None]);
        assert!(takes(&pending, Status::Failed, true) && !takes(&pending, Status::Failed, false));
        assert!(!takes(&[ChildStatus::Is(Status::Failed)], Status::Failed, true));
    }
}
