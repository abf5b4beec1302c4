//! Machines with how they have been doing: out of the newest rows of each.

use super::Service;
use super::read::item;
use crate::body;
use crate::requests::{ExecutionItem, ExecutionView, Page, status_of};
use crate::shards::unavailable;
use crate::{Machine, ServiceError};
use stateline_base::Arn;
use stateline_journal::MachineKind;
use stateline_store::{ExecutionRow, ListQuery, Status, StoreError};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The newest executions that figures are made of.
const ROWS: usize = 100;
/// Those of them that are shown one by one.
const RECENT: usize = 20;
/// Running executions counted: with so many there may be more.
const RUNNING_MAX: usize = 1_000;

/// A machine and its newest executions.
#[derive(Clone, Debug, PartialEq)]
pub struct MachineOverview {
    /// The machine.
    pub machine: Arc<Machine>,
    /// Its open executions; 1,000 stands for that many or more.
    pub running: usize,
    /// Its newest executions, at most 20, newest first.
    pub recent: Vec<ExecutionItem>,
    /// What follows from the closed ones among its newest 100.
    pub figures: Figures,
}

/// What some closed executions have in common.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Figures {
    /// How many there are.
    pub finished: usize,
    /// How many of them failed or timed out. Those that were stopped did neither.
    pub failed: usize,
    /// Half of them were open no longer than this, in seconds.
    pub p50_seconds: Option<f64>,
    /// The same of 95 in 100.
    pub p95_seconds: Option<f64>,
}

impl Service {
    /// Machines of an account and region (a prefix of the ARN) in order of their ARNs, those that have
    /// `text` in their name, in small or large letters. `after` is a page's `next`. Each machine costs
    /// its newest 100 rows and at most 1,000 of those that run.
    ///
    /// # Errors
    /// That the store cannot be read.
    pub async fn overview(
        &self,
        prefix: &str,
        text: Option<&str>,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<MachineOverview>, ServiceError> {
        let text = text.unwrap_or_default().to_lowercase();
        let mut machines = self.inner.catalog.machines(prefix, after, usize::MAX);
        machines.retain(|machine| machine.name.to_lowercase().contains(&text));
        let more = machines.len() > limit;
        machines.truncate(limit);
        let next = machines.last().filter(|_| more).map(|machine| machine.arn.to_string());
        let look = move |service: &Service| {
            let overviews = machines.into_iter().map(|machine| service.overview_of(machine));
            overviews.collect::<Result<Vec<_>, StoreError>>()
        };
        Ok(Page { items: self.look(look).await?.map_err(unavailable)?, next })
    }

    /// Accounts and regions that have machines, each pair with how many.
    #[must_use]
    pub fn accounts(&self) -> BTreeMap<(Arc<str>, Arc<str>), usize> {
        let mut accounts: BTreeMap<(Arc<str>, Arc<str>), usize> = BTreeMap::new();
        for machine in self.inner.catalog.machines("", None, usize::MAX) {
            if let Ok(arn) = Arn::parse(&machine.arn) {
                *accounts.entry((arn.account.into(), arn.region.into())).or_default() += 1;
            }
        }
        accounts
    }

    fn overview_of(&self, machine: Arc<Machine>) -> Result<MachineOverview, StoreError> {
        let list = |status, limit| {
            let query = ListQuery { machine: machine.arn.to_string(), status, before: None, limit };
            self.inner.store.list(&query)
        };
        let running = list(Some(Status::Running), RUNNING_MAX)?.len();
        if machine.kind == MachineKind::Express && !self.keeps_express() {
            // Lists do not have these; what is remembered of them is all there is.
            let records = self.recent_express(&machine.arn, ROWS);
            let facts =
                records.iter().map(|record| (status_of(&record.view.ending), open_millis(&record.view)));
            let figures = figures(facts.collect());
            return Ok(MachineOverview { machine, running, recent: Vec::new(), figures });
        }
        let mut rows = list(None, ROWS)?;
        rows.retain(|row| self.is_there(row));
        let closed = rows.iter().filter(|row| !row.status.is_open());
        let figures = figures(closed.map(fact).collect());
        rows.truncate(RECENT);
        Ok(MachineOverview { machine, running, recent: rows.into_iter().map(item).collect(), figures })
    }
}

/// How an execution ended, and how long it was open in milliseconds.
type Fact = (Status, i64);

fn fact(row: &ExecutionRow) -> Fact {
    let since_start = row.stopped.map_or(0, |stopped| stopped.since_millis(row.started));
    // What was redriven was closed for a while in between.
    let body = body::read(row);
    (row.status, if body.redrives > 0 { body.open_millis } else { since_start })
}

fn open_millis(view: &ExecutionView) -> i64 {
    view.stopped.map_or(0, |stopped| stopped.since_millis(view.started))
}

fn figures(facts: Vec<Fact>) -> Figures {
    let failed =
        facts.iter().filter(|(status, _)| matches!(status, Status::Failed | Status::TimedOut)).count();
    let mut millis: Vec<i64> = facts.into_iter().map(|(_, millis)| millis.max(0)).collect();
    millis.sort_unstable();
    Figures {
        finished: millis.len(),
        failed,
        p50_seconds: quantile(&millis, 50),
        p95_seconds: quantile(&millis, 95),
    }
}

/// The smallest of sorted milliseconds that so many in 100 are not above, in seconds.
fn quantile(sorted: &[i64], percent: usize) -> Option<f64> {
    let at = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(at).map(|millis| *millis as f64 / 1_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_follow_from_how_executions_ended() {
        assert_eq!(figures(Vec::new()), Figures::default());
        let facts = |count: i64| (1..=count).map(|n| (Status::Succeeded, n * 1_000)).collect::<Vec<_>>();
        let times = |facts| {
            let Figures { p50_seconds, p95_seconds, .. } = figures(facts);
            (p50_seconds, p95_seconds)
        };
        assert_eq!(times(facts(1)), (Some(1.0), Some(1.0)));
        assert_eq!(times(facts(2)), (Some(1.0), Some(2.0)));
        assert_eq!(times(facts(100)), (Some(50.0), Some(95.0)));
        let ends = Status::ALL.into_iter().filter(|status| !status.is_open()).map(|status| (status, 1));
        let Figures { finished, failed, .. } = figures(ends.collect());
        assert_eq!((finished, failed), (4, 2));
    }
}
