//! Drafts: save, look up, list, delete.

use super::{Service, unavailable};
use crate::ServiceError;
use crate::drafts::{self, DRAFTS_MAX, Draft, DraftHeader, DraftSave};
use stateline_base::Timestamp;

impl Service {
    /// The drafts of an account in a region, the latest first.
    ///
    /// # Errors
    /// That the store cannot be read.
    pub fn drafts(&self, account: &str, region: &str) -> Result<Vec<DraftHeader>, ServiceError> {
        let prefix = drafts::prefix(account, region);
        let mut drafts = drafts::list(&*self.inner.store, &prefix).map_err(unavailable)?;
        drafts.sort_by(|one, other| other.saved.cmp(&one.saved).then_with(|| one.id.cmp(&other.id)));
        Ok(drafts)
    }

    /// One draft, if it is there.
    ///
    /// # Errors
    /// That the store cannot be read.
    pub async fn draft(&self, account: &str, region: &str, id: &str) -> Result<Option<Draft>, ServiceError> {
        // It is read in two parts, and a save between them would give half of each.
        let _meanwhile_nobody_saves = self.inner.drafts.lock().await;
        drafts::find(&*self.inner.store, &key(account, region, id)).map_err(unavailable)
    }

    /// Saves a draft, and answers once it is durable. Its time of saving is set here: it is later than
    /// that of the save before, even if the clock is not.
    ///
    /// With `if_saved` only when the stored one was saved at that time; at time 0, when none is stored.
    ///
    /// # Errors
    /// [`ServiceError::TooManyDrafts`], or that the service cannot write.
    pub async fn save_draft(
        &self,
        account: &str,
        region: &str,
        mut draft: Draft,
        if_saved: Option<Timestamp>,
    ) -> Result<DraftSave, ServiceError> {
        self.check_running()?;
        let _one_at_a_time = self.inner.drafts.lock().await;
        let store = &*self.inner.store;
        let key = key(account, region, &draft.header.id);
        let stored = drafts::header(store, &key).map_err(unavailable)?;
        let saved = stored.map(|header| header.saved);
        if if_saved.is_some_and(|wanted| wanted != saved.unwrap_or_default()) {
            let other = drafts::find(store, &key).map_err(unavailable)?;
            return Ok(DraftSave::Changed(other.map(Box::new)));
        }
        if saved.is_none() && self.drafts(account, region)?.len() >= DRAFTS_MAX {
            return Err(ServiceError::TooManyDrafts { limit: DRAFTS_MAX });
        }
        let now = self.now();
        draft.header.saved = saved.map_or(now, |before| now.max(before.plus_millis(1)));
        self.write(drafts::puts(&key, &draft)).await?;
        Ok(DraftSave::Saved(draft.header.saved))
    }

    /// Deletes a draft; deleting a missing one succeeds.
    ///
    /// # Errors
    /// That the service cannot write.
    pub async fn delete_draft(&self, account: &str, region: &str, id: &str) -> Result<(), ServiceError> {
        self.check_running()?;
        let _one_at_a_time = self.inner.drafts.lock().await;
        let key = key(account, region, id);
        if drafts::header(&*self.inner.store, &key).map_err(unavailable)?.is_some() {
            self.write(drafts::removals(&key)).await?;
        }
        Ok(())
    }
}

fn key(account: &str, region: &str, id: &str) -> String {
    format!("{}{id}", drafts::prefix(account, region))
}
