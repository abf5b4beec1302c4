//! Who else has a draft open: tabs that saved it or asked for it a moment ago. Memory only; a tab that
//! is still there comes again by itself.

use stateline_base::Timestamp;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How long a tab that is silent counts as there.
const PRESENT_MILLIS: i64 = 30_000;
/// Tabs remembered of one draft.
const EDITORS_MAX: usize = 50;
/// Drafts remembered at once; tabs at others do not see each other.
const DRAFTS_MAX: usize = 1_000;

/// A tab, and when it was last seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    /// Its random id.
    pub(crate) editor: String,
    /// When it last saved the draft or asked for it.
    pub(crate) at: Timestamp,
}

/// The tabs of all drafts that were seen a moment ago.
#[derive(Debug, Default)]
pub(crate) struct Presence {
    drafts: Mutex<HashMap<String, Vec<Seen>>>,
}

impl Presence {
    /// Notes that a tab is at a draft, and tells the others that are, the latest first.
    pub(crate) fn meet(&self, draft: &str, editor: &str, now: Timestamp) -> Vec<Seen> {
        let mut drafts = self.present(now);
        if drafts.len() >= DRAFTS_MAX && !drafts.contains_key(draft) {
            return Vec::new();
        }
        let seen = drafts.entry(draft.to_owned()).or_default();
        seen.retain(|seen| seen.editor != editor);
        let others = seen.iter().rev().cloned().collect();
        seen.push(Seen { editor: editor.to_owned(), at: now });
        if seen.len() > EDITORS_MAX {
            seen.remove(0);
        }
        others
    }

    /// The tabs at a draft, the latest first.
    pub(crate) fn at(&self, draft: &str, now: Timestamp) -> Vec<Seen> {
        let drafts = self.present(now);
        drafts.get(draft).map(|seen| seen.iter().rev().cloned().collect()).unwrap_or_default()
    }

    /// Those who are still there.
    fn present(&self, now: Timestamp) -> MutexGuard<'_, HashMap<String, Vec<Seen>>> {
        let mut drafts = self.drafts.lock().unwrap_or_else(PoisonError::into_inner);
        drafts.retain(|_, seen| {
            seen.retain(|seen| now.since_millis(seen.at) <= PRESENT_MILLIS);
            !seen.is_empty()
        });
        drafts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn others_are_there_for_half_a_minute() {
        let presence = Presence::default();
        let meet = |draft: &str, editor: &str, millis: i64| -> Vec<String> {
            let others = presence.meet(draft, editor, Timestamp::from_millis(millis));
            others.into_iter().map(|seen| format!("{} {}", seen.editor, seen.at.as_millis())).collect()
        };
        assert!(meet("a", "x", 0).is_empty());
        assert!(meet("b", "y", 1).is_empty());
        assert_eq!(meet("a", "z", 10_000), ["x 0"]);
        assert_eq!(meet("a", "x", 20_000), ["z 10000"]);
        assert_eq!(meet("a", "w", 40_000), ["x 20000", "z 10000"]);
        assert_eq!(meet("a", "w", 50_001), Vec::<String>::new());
        assert_eq!(presence.drafts.lock().expect("nobody panics").len(), 1);
        for number in 0..2 * DRAFTS_MAX {
            assert!(meet(&number.to_string(), "x", 60_000).is_empty());
        }
        assert_eq!(presence.drafts.lock().expect("nobody panics").len(), DRAFTS_MAX);
        assert_eq!(meet("0", "y", 60_001), ["x 60000"]);
    }
}
