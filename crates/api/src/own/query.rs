//! What stands behind the question mark of an own endpoint: read member by member, and what is not
//! known is refused by name.

use crate::aws::ApiError;
use hyper::Uri;
use stateline_base::Timestamp;
use std::borrow::Cow;

/// The member that may be given more than once.
const REPEATED: &str = "status";

/// Shows every member of a query to `take`; their names are all `known`.
///
/// # Errors
/// What `take` refuses, a member that is not known, and one that stands there twice.
pub(super) fn read<'a>(
    uri: &'a Uri,
    known: &[&str],
    mut take: impl FnMut(&str, Cow<'a, str>) -> Result<(), ApiError>,
) -> Result<(), ApiError> {
    let mut given = Vec::new();
    for (name, value) in form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()) {
        let Some(name) = known.iter().find(|known| **known == name) else {
            return Err(ApiError::Validation(format!(
                "'{name}' cannot be asked here; what can is {}",
                listed(known)
            )));
        };
        if given.contains(name) && *name != REPEATED {
            return Err(ApiError::Validation(format!("{name} is given twice; it has one value")));
        }
        given.push(name);
        take(name, value)?;
    }
    Ok(())
}

/// The values of some members, and no others.
pub(super) fn values<'a, const N: usize>(
    uri: &'a Uri,
    names: [&str; N],
) -> Result<[Option<Cow<'a, str>>; N], ApiError> {
    let mut values = [const { None }; N];
    read(uri, &names, |name, value| {
        if let Some(place) = names.iter().position(|known| *known == name).and_then(|at| values.get_mut(at)) {
            *place = Some(value);
        }
        Ok(())
    })?;
    Ok(values)
}

/// Names as a sentence has them.
fn listed(names: &[&str]) -> String {
    let shown = |name: &&str| {
        if *name == REPEATED { format!("{name} (more than once)") } else { (*name).to_owned() }
    };
    let names: Vec<String> = names.iter().map(shown).collect();
    match names.split_last() {
        None => "nothing".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    }
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
    fn members_are_known_and_have_one_value() {
        let check = |query: &str, expected: &str| {
            let uri: Uri = format!("/stateline/x?{query}").parse().expect("a path");
            let read = values(&uri, ["id", "status"]).map(|values| format!("{values:?}"));
            assert_eq!(read.unwrap_or_else(|error| error.to_string()), expected, "{query}");
        };
        check("", "[None, None]");
        check("id=a%2Fb", r#"[Some("a/b"), None]"#);
        check("status=x&status=y", r#"[None, Some("y")]"#);
        check("id=a&id=a", "id is given twice; it has one value");
        check("iD=a", "'iD' cannot be asked here; what can is id and status (more than once)");
        let uri: Uri = "/stateline/x?id=1".parse().expect("a path");
        let said = values(&uri, []).map_err(|error| error.to_string());
        assert_eq!(said, Err("'id' cannot be asked here; what can is nothing".to_owned()));
    }

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
