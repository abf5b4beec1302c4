//! Page tokens: where the next page begins, sealed so that a token is good only
//! for the question it came from and for a day. There is nothing secret in one;
//! the checksum tells a damaged or invented token from a real one.

use super::error::ApiError;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use stateline_base::Timestamp;
use xxhash_rust::xxh3::xxh3_64;

/// How long a token is good.
const LIFETIME_SECONDS: u64 = 24 * 60 * 60;
/// The first byte, changed when the layout changes.
const LAYOUT: u8 = 1;
/// Bytes before the cursor: layout, end of life, question.
const HEAD_BYTES: usize = 17;
/// Bytes of the checksum at the end.
const CHECK_BYTES: usize = 8;

/// What was asked, save the size of a page: a token serves no other question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Question(u64);

impl Question {
    /// From the operation's name and its arguments in a fixed order.
    pub(crate) fn new(arguments: &[&str]) -> Self {
        Question(xxh3_64(arguments.join("\0").as_bytes()))
    }

    /// A token for the page that begins at `cursor`.
    pub(crate) fn seal(self, cursor: &str, now: Timestamp) -> String {
        let mut bytes = Vec::with_capacity(HEAD_BYTES + cursor.len() + CHECK_BYTES);
        bytes.push(LAYOUT);
        bytes.extend_from_slice(&now.plus_seconds(LIFETIME_SECONDS).as_millis().to_be_bytes());
        bytes.extend_from_slice(&self.0.to_be_bytes());
        bytes.extend_from_slice(cursor.as_bytes());
        bytes.extend_from_slice(&xxh3_64(&bytes).to_be_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The cursor in a token of this question.
    ///
    /// # Errors
    /// `InvalidToken` when it is not a token, has expired, or belongs to another question.
    pub(crate) fn open(self, token: &str, now: Timestamp) -> Result<String, ApiError> {
        self.cursor(token, now).ok_or(ApiError::InvalidToken)
    }

    fn cursor(self, token: &str, now: Timestamp) -> Option<String> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (sealed, check) = bytes.split_at_checked(bytes.len().checked_sub(CHECK_BYTES)?)?;
        let (head, cursor) = sealed.split_at_checked(HEAD_BYTES)?;
        let (expires, question) = head.get(1..)?.split_at_checked(8)?;
        let genuine = *check == xxh3_64(sealed).to_be_bytes()
            && head.first() == Some(&LAYOUT)
            && *question == self.0.to_be_bytes()
            && now.as_millis() < i64::from_be_bytes(expires.try_into().ok()?);
        if genuine { String::from_utf8(cursor.to_vec()).ok() } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_763_683_200_000);

    #[test]
    fn a_token_leads_back_to_its_cursor_for_a_day() {
        let question = Question::new(&["ListExecutions", "arn", "RUNNING"]);
        let token = question.seal("cursor ä", NOW);
        assert_eq!(question.open(&token, NOW.plus_seconds(LIFETIME_SECONDS - 1)), Ok("cursor ä".to_owned()));
        assert_eq!(question.open(&token, NOW.plus_seconds(LIFETIME_SECONDS)), Err(ApiError::InvalidToken));
    }

    #[test]
    fn a_token_serves_no_other_question() {
        let token = Question::new(&["ListExecutions", "arn", "RUNNING"]).seal("c", NOW);
        for other in
            [&["ListExecutions", "arn", ""], &["ListExecutions", "arnRUNNING", ""], &["x", "arn", "RUNNING"]]
        {
            assert_eq!(Question::new(other).open(&token, NOW), Err(ApiError::InvalidToken));
        }
    }

    #[test]
    fn damaged_and_invented_tokens_are_refused() {
        let question = Question::new(&["x"]);
        let token = question.seal("cursor", NOW);
        for at in 0..token.len() {
            let mut damaged = token.clone().into_bytes();
            damaged[at] = if damaged[at] == b'A' { b'B' } else { b'A' };
            let damaged = String::from_utf8(damaged).expect("ASCII");
            assert_eq!(question.open(&damaged, NOW), Err(ApiError::InvalidToken), "{damaged}");
            assert_eq!(question.open(&token[..at], NOW), Err(ApiError::InvalidToken));
        }
        for token in ["InvalidToken", "äöü", "AAAA", "==", " "] {
            assert_eq!(question.open(token, NOW), Err(ApiError::InvalidToken));
        }
    }

    #[test]
    fn the_longest_cursor_fits() {
        assert!(Question::new(&[]).seal(&"c".repeat(512), NOW).len() <= 1024);
    }
}
