//! Credentials that are fetched, kept, and fetched anew before they expire.
//!
//! Nobody waits for new ones while the old ones are good, and the old ones are believed until they
//! have expired, whatever happens to the new ones. One caller fetches; the others wait for what it finds.

use super::{Credentials, Found, Held};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};
use tokio::sync::OwnedMutexGuard;

/// Temporary credentials are fetched anew so long before they expire, or when half of their life is
/// over, whichever is later.
const REFRESH_BEFORE: Duration = Duration::from_secs(300);
/// How long old credentials are used on before new ones are asked for again.
const REFRESH_AGAIN: Duration = Duration::from_secs(30);
/// How long it is remembered that there are none.
const ABSENCE_KEPT: Duration = Duration::from_secs(300);
/// How long it is remembered why there are none.
const FAILURE_KEPT: Duration = Duration::from_secs(5);

/// What is found, without its end.
pub(crate) type Named = Result<Option<Credentials>, String>;

/// What was found last, and who looks now.
#[derive(Default)]
pub(crate) struct Kept {
    last: Mutex<Option<Last>>,
    /// Held by whoever fetches.
    turn: Arc<tokio::sync::Mutex<()>>,
}

struct Last {
    found: Found,
    /// When new ones are wanted.
    again: SystemTime,
}

enum Known {
    Good(Named),
    /// Good for now, and new ones are wanted.
    Ageing(Credentials),
    Nothing,
}

impl Last {
    fn known(&self, now: SystemTime) -> Known {
        match &self.found {
            found if now < self.again => Known::Good(named(found.clone())),
            Ok(Some(held)) if held.is_valid(now) => Known::Ageing(held.credentials.clone()),
            _ => Known::Nothing,
        }
    }

    /// What is believed once something was found.
    fn after(previous: Option<Last>, found: Found, source: &str, now: SystemTime) -> Last {
        let again = match &found {
            Ok(Some(Held { expires: Some(expires), .. })) => match expires.duration_since(now) {
                Ok(life) => *expires - REFRESH_BEFORE.min(life / 2),
                // Whoever gives them may know better than this machine's clock.
                Err(_) => {
                    tracing::warn!(source, "credentials have expired already");
                    now + REFRESH_AGAIN
                }
            },
            // They do not expire; to look for others once a year costs nothing.
            Ok(Some(Held { expires: None, .. })) => now + Duration::from_secs(31_536_000),
            Ok(None) => now + ABSENCE_KEPT,
            Err(_) => now + FAILURE_KEPT,
        };
        let old = previous.and_then(|last| last.found.ok().flatten()).filter(|old| old.is_valid(now));
        match (old, &found) {
            (Some(old), Ok(None) | Err(_)) => {
                let reason = found.err().unwrap_or_else(|| "there are none any more".to_owned());
                tracing::warn!(source, reason, "credentials cannot be renewed; the old ones are used on");
                let end = old.expires.unwrap_or(now + REFRESH_AGAIN);
                Last { found: Ok(Some(old)), again: end.min(now + REFRESH_AGAIN) }
            }
            _ => Last { found, again },
        }
    }
}

fn named(found: Found) -> Named {
    found.map(|held| held.map(|held| held.credentials))
}

impl Kept {
    /// What there is now. `look` fetches, in a task of its own, so that a call that is broken off
    /// leaves what it found; `source` is for the log.
    ///
    /// # Errors
    /// Why what should give credentials does not, when there are no old ones that are still good.
    pub async fn get<L, F>(self: &Arc<Self>, source: &str, look: L) -> Named
    where
        L: FnOnce() -> F,
        F: Future<Output = Found> + Send + 'static,
    {
        match self.known() {
            Known::Good(found) => return found,
            Known::Ageing(old) => {
                if let Ok(turn) = Arc::clone(&self.turn).try_lock_owned() {
                    tokio::spawn(Arc::clone(self).fetch(turn, source.to_owned(), look()));
                }
                return Ok(Some(old));
            }
            Known::Nothing => {}
        }
        let turn = Arc::clone(&self.turn).lock_owned().await;
        match self.known() {
            Known::Good(found) => found,
            Known::Ageing(old) => Ok(Some(old)),
            Known::Nothing => {
                let fetching = tokio::spawn(Arc::clone(self).fetch(turn, source.to_owned(), look()));
                fetching.await.unwrap_or_else(|_| Err("the search for credentials was broken off".to_owned()))
            }
        }
    }

    async fn fetch(
        self: Arc<Self>,
        turn: OwnedMutexGuard<()>,
        source: String,
        look: impl Future<Output = Found>,
    ) -> Named {
        let found = look.await;
        let mut last = self.last();
        let next = Last::after(last.take(), found, &source, SystemTime::now());
        let found = named(next.found.clone());
        *last = Some(next);
        drop(last);
        drop(turn);
        found
    }

    fn known(&self) -> Known {
        self.last().as_ref().map_or(Known::Nothing, |last| last.known(SystemTime::now()))
    }

    fn last(&self) -> MutexGuard<'_, Option<Last>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};
    use tokio::sync::Semaphore;

    fn held(id: &str, seconds: Option<u64>) -> Held {
        let credentials = Credentials {
            access_key_id: id.to_owned(),
            secret_access_key: "hush".to_owned(),
            session_token: None,
        };
        let expires = seconds.map(|seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
        Held { credentials, expires }
    }

    /// What is believed of `last` after so many seconds of the epoch.
    fn told(last: &Last, at: u64) -> String {
        match last.known(SystemTime::UNIX_EPOCH + Duration::from_secs(at)) {
            Known::Good(Ok(Some(good))) => good.access_key_id,
            Known::Good(Ok(None)) => "none".to_owned(),
            Known::Good(Err(reason)) => reason,
            Known::Ageing(old) => format!("{}, ageing", old.access_key_id),
            Known::Nothing => "nothing".to_owned(),
        }
    }

    fn found(previous: Option<Last>, found: Found, at: u64) -> Last {
        Last::after(previous, found, "a test", SystemTime::UNIX_EPOCH + Duration::from_secs(at))
    }

    #[test]
    fn new_ones_are_wanted_before_the_old_ones_expire() {
        let hour = found(None, Ok(Some(held("hour", Some(3_600)))), 0);
        assert_eq!(
            [3_299, 3_300, 3_599, 3_600].map(|at| told(&hour, at)),
            ["hour", "hour, ageing", "hour, ageing", "nothing"]
        );
        // Such a short life must not mean that every call fetches.
        let short = found(None, Ok(Some(held("short", Some(60)))), 0);
        assert_eq!(
            [29, 30, 59, 60].map(|at| told(&short, at)),
            ["short", "short, ageing", "short, ageing", "nothing"]
        );
        let over = found(None, Ok(Some(held("over", Some(10)))), 20);
        assert_eq!([49, 50].map(|at| told(&over, at)), ["over", "nothing"]);
        let lasting = found(None, Ok(Some(held("lasting", None))), 0);
        assert_eq!(told(&lasting, 31_000_000), "lasting");
        assert_eq!(told(&lasting, 32_000_000), "lasting, ageing");
    }

    #[test]
    fn a_failure_leaves_the_old_ones_until_they_expire() {
        let old = || Some(found(None, Ok(Some(held("old", Some(3_600)))), 0));
        for bad in [Ok(None), Err("broken".to_owned())] {
            let last = found(old(), bad.clone(), 3_310);
            assert_eq!([3_339, 3_340, 3_600].map(|at| told(&last, at)), ["old", "old, ageing", "nothing"]);
            let last = found(Some(last), bad, 3_590);
            assert_eq!([3_599, 3_600].map(|at| told(&last, at)), ["old", "nothing"]);
        }
        let last = found(old(), Err("broken".to_owned()), 3_600);
        assert_eq!([3_604, 3_605].map(|at| told(&last, at)), ["broken", "nothing"]);
        let last = found(None, Ok(None), 0);
        assert_eq!([299, 300].map(|at| told(&last, at)), ["none", "nothing"]);
    }

    #[tokio::test]
    async fn one_fetches_for_all_and_nobody_waits_while_the_old_ones_are_good() {
        let (kept, fetched) = (Arc::new(Kept::default()), Arc::new(AtomicU32::new(0)));
        let gate = Arc::new(Semaphore::new(0));
        let get = |id: &'static str, end: SystemTime| {
            let (kept, fetched, gate) = (kept.clone(), fetched.clone(), gate.clone());
            async move {
                let look = || async move {
                    fetched.fetch_add(1, Ordering::Relaxed);
                    gate.acquire().await.expect("it is never closed").forget();
                    Ok(Some(Held { expires: Some(end), ..held(id, None) }))
                };
                kept.get("a test", look).await.expect("it works").expect("credentials").access_key_id
            }
        };
        let end = SystemTime::now() + Duration::from_secs(4);
        let first: Vec<_> = (0..10).map(|_| tokio::spawn(get("first", end))).collect();
        gate.add_permits(1);
        for call in first {
            assert_eq!(call.await.expect("no panic"), "first");
        }
        assert_eq!(fetched.load(Ordering::Relaxed), 1);
        tokio::time::sleep(Duration::from_millis(2_200)).await;
        for _ in 0..10 {
            assert_eq!(get("second", end + Duration::from_secs(3_600)).await, "first");
        }
        tokio::task::yield_now().await;
        assert_eq!(fetched.load(Ordering::Relaxed), 2, "one looks for new ones");
        gate.add_permits(1);
        tokio::time::sleep(Duration::from_millis(1_900)).await;
        assert_eq!(get("third", end).await, "second");
        assert_eq!(fetched.load(Ordering::Relaxed), 2);
    }
}
