//! Backups of a running service: all accounts' data, as of one moment.

use super::Service;
use stateline_store::{BackupError, BackupFacts, write_backup};
use std::io::Write;
use tokio::sync::OwnedSemaphorePermit;

/// The right to take a backup; there is only one at a time.
pub struct Backup {
    service: Service,
    _place: OwnedSemaphorePermit,
}

impl Service {
    /// Begins a backup; `None` while another is under way. Nothing is read yet.
    #[must_use]
    pub fn backup(&self) -> Option<Backup> {
        let place = self.inner.backups.clone().try_acquire_owned().ok()?;
        Some(Backup { service: self.clone(), _place: place })
    }
}

impl Backup {
    /// Writes it. It blocks while the store is read and `out` takes what was read; `go_on` is asked after
    /// each part, of about a mebibyte before it was compressed, and ends it by an error.
    ///
    /// # Errors
    /// As [`BackupError`] says.
    pub fn write(
        self,
        out: &mut dyn Write,
        go_on: &mut dyn FnMut() -> Result<(), String>,
    ) -> Result<BackupFacts, BackupError> {
        let inner = &self.service.inner;
        write_backup(&*inner.store, inner.clock.now(), out, &mut |_, _| go_on())
    }
}
