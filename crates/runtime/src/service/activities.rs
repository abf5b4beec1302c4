//! Activities and task tokens: what workers ask for and say.

use super::{Service, offer};
use crate::activities::{ActivityEntry, put, removal};
use crate::desk::Place;
use crate::requests::{ActivityTask, Page, TokenWord};
use crate::shards::Message;
use crate::{Offer, ServiceError};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout_at};

/// A task on its way to a worker. When the worker goes away in the very moment in which the task
/// comes, nobody has seen it, and it goes back.
struct Taking<'a> {
    place: &'a Place,
    offered: Offer,
    answer: oneshot::Receiver<Option<ActivityTask>>,
}

impl Drop for Taking<'_> {
    fn drop(&mut self) {
        self.answer.close();
        if let Ok(Some(_)) = self.answer.try_recv() {
            self.place.give_back(self.offered);
        }
    }
}

impl Service {
    /// Creates an activity, or gives the one that has this ARN.
    ///
    /// # Errors
    /// That the service cannot write.
    pub async fn create_activity(&self, entry: ActivityEntry) -> Result<Arc<ActivityEntry>, ServiceError> {
        self.check_running()?;
        let _one_at_a_time = self.inner.machines.lock().await;
        let activities = self.inner.catalog.activities();
        if let Some(known) = activities.get(&entry.arn) {
            return Ok(known);
        }
        self.keep_activity(entry.clone()).await?;
        Ok(Arc::new(entry))
    }

    /// An activity by ARN.
    ///
    /// # Errors
    /// [`ServiceError::ActivityDoesNotExist`].
    pub fn activity(&self, arn: &str) -> Result<Arc<ActivityEntry>, ServiceError> {
        let found = self.inner.catalog.activities().get(arn);
        found.ok_or_else(|| ServiceError::ActivityDoesNotExist(arn.into()))
    }

    /// Activities in order of their ARNs, of one account and region (a prefix of the ARN).
    #[must_use]
    pub fn activities(&self, prefix: &str, after: Option<&str>, limit: usize) -> Page<Arc<ActivityEntry>> {
        let mut items = self.inner.catalog.activities().list(prefix, after, limit + 1);
        let more = items.len() > limit;
        items.truncate(limit);
        let next = if more { items.last().map(|entry| entry.arn.to_string()) } else { None };
        Page { items, next }
    }

    /// Deletes an activity; deleting a missing one succeeds. Tasks that wait for its workers go on
    /// waiting; states that come to it later fail.
    ///
    /// # Errors
    /// That the service cannot write.
    pub async fn delete_activity(&self, arn: &str) -> Result<(), ServiceError> {
        self.check_running()?;
        let _one_at_a_time = self.inner.machines.lock().await;
        let activities = self.inner.catalog.activities();
        if activities.get(arn).is_some() {
            self.write(vec![removal(arn)]).await?;
            activities.remove(arn);
        }
        Ok(())
    }

    /// Makes a change of an activity durable. The caller lets no other change happen meanwhile.
    pub(super) async fn keep_activity(&self, entry: ActivityEntry) -> Result<(), ServiceError> {
        self.write(vec![put(&entry)]).await?;
        self.inner.catalog.activities().insert(entry);
        Ok(())
    }

    /// Gives a worker the next task of an activity, or `None` when none comes for so long.
    ///
    /// A task whose worker goes away before the answer is given to the next one. Dropping the
    /// future gives the worker's place up.
    ///
    /// # Errors
    /// [`ServiceError::ActivityDoesNotExist`], [`ServiceError::TooManyWorkers`], or that the service
    /// takes no more requests.
    #[allow(clippy::disallowed_methods, reason = "a worker's patience is a matter of its connection")]
    pub async fn activity_task(
        &self,
        arn: &str,
        worker: Option<Arc<str>>,
        patience: Duration,
    ) -> Result<Option<ActivityTask>, ServiceError> {
        self.check_running()?;
        self.activity(arn)?;
        let most = self.inner.limits.activity_workers_max;
        let place =
            self.inner.desk.enter(arn, most).ok_or_else(|| ServiceError::TooManyWorkers(arn.into()))?;
        let until = Instant::now() + patience;
        loop {
            let offered = match place.take() {
                Some(offered) => offered,
                None => {
                    let mut wait = place.wait();
                    match timeout_at(until, wait.next()).await {
                        Ok(Some(offered)) => offered,
                        Ok(None) | Err(_) => return Ok(None),
                    }
                }
            };
            // When there is none, that task was over; there may be another, within the worker's patience.
            if let Some(task) = self.take(&place, offered, worker.clone()).await? {
                return Ok(Some(task));
            }
            if Instant::now() >= until {
                return Ok(None);
            }
        }
    }

    async fn take(
        &self,
        place: &Place,
        offered: Offer,
        worker: Option<Arc<str>>,
    ) -> Result<Option<ActivityTask>, ServiceError> {
        let (reply, answer) = oneshot::channel();
        let message = Message::Take { offer: offered, worker, reply };
        if let Err(error) = offer(self.worker(offered.0.shard()), message) {
            place.give_back(offered);
            return Err(error);
        }
        let mut taking = Taking { place, offered, answer };
        (&mut taking.answer).await.map_err(|_| self.gone())
    }

    /// Whether a text is a task token of this installation, whatever has become of its task.
    ///
    /// # Errors
    /// [`ServiceError::InvalidTaskToken`].
    pub fn check_token(&self, token: &str) -> Result<(), ServiceError> {
        let found = self.inner.catalog.token_key().open(token);
        found.map(|_| ()).ok_or(ServiceError::InvalidTaskToken)
    }

    /// Says something with a task token, and answers once it is durable. A caller that does not wait
    /// for the answer takes nothing back.
    ///
    /// # Errors
    /// [`ServiceError::InvalidTaskToken`], [`ServiceError::TaskDoesNotExist`],
    /// [`ServiceError::TaskTimedOut`], or that the service cannot write.
    pub async fn token(&self, token: &str, word: TokenWord) -> Result<(), ServiceError> {
        self.check_running()?;
        let token = self.inner.catalog.token_key().open(token).ok_or(ServiceError::InvalidTaskToken)?;
        let (reply, answer) = oneshot::channel();
        offer(self.worker(token.execution.shard()), Message::Token { token, word, reply })?;
        answer.await.map_err(|_| self.gone())?
    }

    /// Lets every worker that waits for a task go without one, and ends every watch: the service stops.
    pub fn stop_polling(&self) {
        self.inner.desk.close();
        self.inner.watchers.close();
    }
}
