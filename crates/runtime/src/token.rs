//! Task tokens: which attempt of which execution somebody may end.
//!
//! A token is the place it leads to and a code over it that only this installation can
//! make. Nothing is stored for one, however many are out, and each is good for as long as
//! its attempt is open, across restarts and upgrades.

use crate::catalog::Catalog;
use crate::mocks::Mocks;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use stateline_base::ExecutionId;
use stateline_engine::Outside;
use stateline_journal::AttemptId;
use std::fmt;

/// What tokens are made with: 32 random bytes, kept in the store.
#[derive(Clone, Default)]
pub struct TokenKey([u8; KEY_BYTES]);

/// The attempt that a token leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaskToken {
    /// The execution.
    pub execution: ExecutionId,
    /// The attempt within it.
    pub attempt: AttemptId,
}

const KEY_BYTES: usize = 32;
/// The first byte, changed when the layout changes.
const LAYOUT: u8 = 1;
/// Layout, execution, attempt.
const PLACE_BYTES: usize = 1 + 16 + 8;
/// Bytes of the code: 128 bits are not guessed.
const CODE_BYTES: usize = 16;

impl TokenKey {
    /// A key from random numbers.
    #[must_use]
    pub fn from_draws(draws: [u64; 4]) -> Self {
        let mut key = [0; KEY_BYTES];
        for (part, draw) in key.chunks_exact_mut(8).zip(draws) {
            part.copy_from_slice(&draw.to_le_bytes());
        }
        TokenKey(key)
    }

    /// A key as it is stored; `None` when its length is wrong.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(TokenKey)
    }

    /// The key as it is stored.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.to_vec()
    }

    /// The token that leads to an attempt: 55 characters, the same whenever it is asked for.
    #[must_use]
    pub fn seal(&self, token: TaskToken) -> String {
        let mut bytes = Vec::with_capacity(PLACE_BYTES + CODE_BYTES);
        bytes.push(LAYOUT);
        bytes.extend_from_slice(&token.execution.to_bytes());
        bytes.extend_from_slice(&token.attempt.to_be_bytes());
        let code = self.code(&bytes).finalize().into_bytes();
        bytes.extend(code.iter().take(CODE_BYTES));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Where a token leads; `None` when it was not made with this key.
    #[must_use]
    pub fn open(&self, text: &str) -> Option<TaskToken> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (place, code) = bytes.split_at_checked(PLACE_BYTES)?;
        if code.len() != CODE_BYTES {
            return None;
        }
        // Compares in constant time.
        self.code(place).verify_truncated_left(code).ok()?;
        let (execution, attempt) = place.strip_prefix(&[LAYOUT])?.split_first_chunk::<16>()?;
        let attempt = AttemptId::from_be_bytes(attempt.try_into().ok()?);
        Some(TaskToken { execution: ExecutionId::from_bytes(*execution), attempt })
    }

    fn code(&self, place: &[u8]) -> Hmac<Sha256> {
        let mut code = Hmac::<Sha256>::new_from_slice(&self.0).expect("a key of any length will do");
        code.update(place);
        code
    }
}

impl fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenKey(…)")
    }
}

/// What an execution can ask of its surroundings.
#[derive(Debug)]
pub(crate) struct Surroundings<'a> {
    pub(crate) catalog: &'a Catalog,
    pub(crate) mocks: &'a dyn Mocks,
    pub(crate) execution: ExecutionId,
}

impl Outside for Surroundings<'_> {
    fn task_token(&self, attempt: AttemptId) -> String {
        self.catalog.token_key().seal(TaskToken { execution: self.execution, attempt })
    }

    fn activity_exists(&self, arn: &str) -> bool {
        self.catalog.activities().get(arn).is_some()
    }

    fn is_mocked(&self, machine_arn: &str, case: &str, state: &str) -> bool {
        self.mocks.names(machine_arn, case, state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stateline_base::{ShardId, Timestamp};

    fn token() -> TaskToken {
        let execution = ExecutionId::new(Timestamp::from_millis(7), ShardId::from_number(9), 11);
        TaskToken { execution, attempt: 13 }
    }

    #[test]
    fn a_token_leads_back_to_its_attempt() {
        let key = TokenKey::from_draws([1, 2, 3, 4]);
        let text = key.seal(token());
        assert_eq!(text.len(), 55);
        assert_eq!(key.open(&text), Some(token()));
        assert_eq!(TokenKey::from_bytes(&key.to_bytes()).and_then(|key| key.open(&text)), Some(token()));
    }

    #[test]
    fn other_keys_and_damaged_tokens_open_nothing() {
        let key = TokenKey::from_draws([1, 2, 3, 4]);
        let text = key.seal(token());
        assert_eq!(TokenKey::from_draws([1, 2, 3, 5]).open(&text), None);
        for at in 0..text.len() {
            let mut damaged = text.clone().into_bytes();
            damaged[at] = if damaged[at] == b'A' { b'B' } else { b'A' };
            let damaged = String::from_utf8(damaged).expect("ASCII");
            assert_ne!(key.open(&damaged), Some(token()), "{damaged}");
            assert_eq!(key.open(&text[..at]), None);
        }
        for text in ["", "x", "==", "äöü", "AQAA"] {
            assert_eq!(key.open(text), None, "{text}");
        }
    }

    #[test]
    fn keys_do_not_show() {
        assert_eq!(format!("{:?}", TokenKey::from_draws([1; 4])), "TokenKey(…)");
    }
}
