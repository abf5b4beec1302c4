//! Points in time with the precision AWS shows: milliseconds.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Milliseconds since 1970-01-01T00:00:00Z. Never read from a clock here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Timestamp(i64);

/// The text is not an ISO-8601 date and time with `T` and a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an RFC 3339 timestamp with 'T' and a zone")]
pub struct TimestampError;

impl Timestamp {
    /// From milliseconds since the epoch.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Timestamp(millis)
    }

    /// Milliseconds since the epoch.
    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Seconds since the epoch with a fraction, as the API sends times.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "milliseconds of our era fit an f64's 53 bits")]
    pub fn as_epoch_seconds(self) -> f64 {
        self.0 as f64 / 1000.0
    }

    /// Later by so many milliseconds; stops at the ends of time instead of wrapping.
    #[must_use]
    pub const fn plus_millis(self, millis: i64) -> Self {
        Timestamp(self.0.saturating_add(millis))
    }

    /// Later by so many seconds; stops at the end of time instead of wrapping.
    #[must_use]
    pub fn plus_seconds(self, seconds: u64) -> Self {
        let millis = i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(1000);
        self.plus_millis(millis)
    }

    /// Milliseconds from `earlier` to here; negative when it lies ahead.
    #[must_use]
    pub const fn since_millis(self, earlier: Timestamp) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl fmt::Display for Timestamp {
    /// ISO 8601 in UTC; trailing zeros of the fraction are dropped, as the Context object shows times.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(instant) => write!(f, "{instant}"),
            Err(_) => write!(f, "{}ms", self.0),
        }
    }
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    /// Accepts what AWS accepts: capital `T`, seconds (with or without a fraction), and `Z` or an offset.
    fn from_str(text: &str) -> Result<Self, TimestampError> {
        let bytes = text.as_bytes();
        let digits = |range: std::ops::Range<usize>| {
            bytes.get(range).is_some_and(|part| part.iter().all(u8::is_ascii_digit))
        };
        let marks = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
        let shaped = marks.iter().all(|(at, mark)| bytes.get(*at) == Some(mark))
            && [0..4, 5..7, 8..10, 11..13, 14..16, 17..19].into_iter().all(digits)
            && zone_is_written(&text[19.min(text.len())..]);
        if !shaped {
            return Err(TimestampError);
        }
        let instant: jiff::Timestamp = text.parse().map_err(|_| TimestampError)?;
        Ok(Timestamp(instant.as_millisecond()))
    }
}

/// An optional fraction, then `Z` or `±hh:mm`, and nothing else.
fn zone_is_written(rest: &str) -> bool {
    let zone = match rest.strip_prefix('.') {
        Some(fraction) => {
            let zone = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
            if zone.len() == fraction.len() {
                return false;
            }
            zone
        }
        None => rest,
    };
    let bytes = zone.as_bytes();
    zone == "Z"
        || (bytes.len() == 6
            && matches!(bytes[0], b'+' | b'-')
            && bytes[3] == b':'
            && [1, 2, 4, 5].iter().all(|at| bytes[*at].is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<i64>) {
        assert_eq!(text.parse::<Timestamp>().ok().map(Timestamp::as_millis), expected, "{text}");
    }

    #[test]
    fn reads_what_aws_reads() {
        check("1970-01-01T00:00:01Z", Some(1000));
        check("1970-01-01T00:00:01.5Z", Some(1500));
        check("1970-01-01T02:00:00+02:00", Some(0));
        check("2016-12-05T21:29:29", None);
        check("2016-12-05 21:29:29Z", None);
        check("2016-13-05T21:29:29Z", None);
        check("2016-12-05T25:29:29Z", None);
        check("05-12-2016T21:29:29Z", None);
        check("2016-12-05t21:29:29z", None);
        check("2016-12-05T21:29:29.Z", None);
        check("", None);
        check("äöüäöüäöüäöüäöü", None);
    }

    #[test]
    fn writes_without_trailing_zeros() {
        assert_eq!(Timestamp::from_millis(1_500).to_string(), "1970-01-01T00:00:01.5Z");
        assert_eq!(Timestamp::from_millis(2_000).to_string(), "1970-01-01T00:00:02Z");
    }

    #[test]
    fn arithmetic_stops_at_the_ends() {
        assert_eq!(Timestamp::from_millis(i64::MAX).plus_seconds(u64::MAX).as_millis(), i64::MAX);
    }
}
