//! What the paths of our own have in common: what stands behind the question mark, and a body of JSON.

use crate::aws::ApiError;
use hyper::http::request::Parts;
use serde::Deserialize;
use std::borrow::Cow;

/// The values of some names behind the question mark, each at most once and no others.
pub(super) fn query<'u, const N: usize>(
    head: &'u Parts,
    names: [&str; N],
) -> Result<[Option<Cow<'u, str>>; N], ApiError> {
    let mut values = [const { None }; N];
    for (name, value) in form_urlencoded::parse(head.uri.query().unwrap_or_default().as_bytes()) {
        let place = names.iter().position(|known| *known == name).and_then(|at| values.get_mut(at));
        let Some(place) = place else {
            let known = if N == 0 { "nothing".to_owned() } else { names.join(", ") };
            return Err(ApiError::Validation(format!("'{name}' cannot be asked here; what can is {known}")));
        };
        *place = Some(value);
    }
    Ok(values)
}

/// The body as what it must be.
pub(super) fn body<'b, T: Deserialize<'b>>(body: &'b [u8]) -> Result<T, ApiError> {
    serde_json::from_slice(body).map_err(|error| {
        ApiError::Serialization(format!("the request's body is not what this path takes: {error}"))
    })
}
