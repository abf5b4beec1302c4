//! What stands behind the question mark of an own endpoint: read member by member, and what is not
//! known is refused by name.

use crate::aws::ApiError;
use hyper::Uri;
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
