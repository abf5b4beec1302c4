//! What stands behind the question mark of an own endpoint: read member by member, and what is not
//! known is refused by name.

use crate::aws::ApiError;
use hyper::Uri;
use stateline_base::Timestamp;
use std::borrow::Cow;

/// Shows every member of a query to `take`, which says whether it knows it.
///
/// # Errors
/// What `take` refuses, and a member that it does not know; `known` tells what could be asked.
pub(super) fn read<'a>(
    uri: &'a Uri,
    known: &str,
    mut take: impl FnMut(&str, Cow<'a, str>) -> Result<bool, ApiError>,
) -> Result<(), ApiError> {
    for (name, value) in form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()) {
        if !take(&name, value)? {
            return Err(ApiError::Validation(format!("'{name}' cannot be asked here; what can is {known}")));
        }
    }
    Ok(())
}

/// A number of results for one page.
pub(super) fn max_results(value: &str, max: usize) -> Result<usize, ApiError> {
    value.parse().ok().filter(|number| (1..=max).contains(number)).ok_or_else(|| {
        ApiError::Validation(format!("maxResults must be a number from 1 to {max}, not '{value}'"))
    })
}

/// A member that is true or false.
pub(super) fn flag(name: &str, value: &str) -> Result<bool, ApiError> {
    value.parse().map_err(|_| ApiError::Validation(format!("{name} must be true or false, not '{value}'")))
}

/// A time in seconds since the epoch, with a fraction or without.
pub(super) fn time(name: &str, value: &str) -> Result<Timestamp, ApiError> {
    // To the end of the year 9999.
    let number = value.parse::<f64>().ok().filter(|seconds| (0.0..=253_402_300_799.0).contains(seconds));
    let millis = number.map(|seconds| Timestamp::from_millis((seconds * 1_000.0).round() as i64));
    millis.ok_or_else(|| {
        ApiError::Validation(format!(
            "{name} must be seconds since 1970, such as 1732200000.123, not '{value}'"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_seconds() {
        let check = |text: &str, millis: Option<i64>| {
            let read = time("from", text).ok().map(Timestamp::as_millis);
            assert_eq!(read, millis, "{text}");
        };
        check("1732200000.123", Some(1_732_200_000_123));
        check("1732200000", Some(1_732_200_000_000));
        check("0", Some(0));
        for wrong in ["", "now", "-1", "NaN", "inf", "1e300", "2025-01-01T00:00:00Z"] {
            check(wrong, None);
        }
    }
}
