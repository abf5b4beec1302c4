//! Times as text (XPath F&O 3.1, `fn:format-dateTime`): `$fromMillis`,
//! `$toMillis`, `$now`.
//!
//! No clock is read: whoever calls brings the time. [`spec`] analyses a picture,
//! [`write`] and [`read`] use it, and [`calendar`] knows days, weeks and years.

mod calendar;
mod read;
mod spec;
#[cfg(test)]
mod tests;
mod write;

use super::regex::Pattern;
use super::{Fault, TextError, json_text};
use std::sync::OnceLock;

/// The picture that stands for ISO 8601.
const ISO_PICTURE: &str = "[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]";
/// What jsonata.js takes for an ISO 8601 time.
const ISO_PATTERN: &str =
    r"^\d{4}(-[01]\d)*(-[0-3]\d)*(T[0-2]\d:[0-5]\d:[0-5]\d)*(\.\d+)?([+-][0-2]\d:?[0-5]\d|Z)?$";

/// `$fromMillis`: milliseconds since 1970 in a picture, ISO 8601 if there is none.
/// The time zone is an offset such as `+0530`, UTC if there is none.
///
/// What no date holds (more than 8.64e15 ms) is written as `NaN`, as JavaScript
/// does it. So is any number for a time zone that does not begin with one.
///
/// # Errors
/// `D3130` to `D3135` for a wrong picture, [`TextError::TooLong`] beyond `max` bytes.
pub(crate) fn from_millis(
    millis: f64,
    picture: Option<&str>,
    timezone: Option<&str>,
    max: usize,
) -> Result<String, TextError> {
    static ISO: OnceLock<Result<Vec<spec::Part>, Fault>> = OnceLock::new();
    match picture {
        Some(picture) => write::write(&spec::analyse(picture)?, millis, timezone, max),
        None => match ISO.get_or_init(|| spec::analyse(ISO_PICTURE)) {
            Ok(picture) => write::write(picture, millis, timezone, max),
            Err(fault) => Err(fault.clone().into()),
        },
    }
}

/// `$toMillis`: the milliseconds since 1970 of a text in a picture, in ISO 8601 if
/// there is none. `None` is undefined: the text is not of this form. NaN, where
/// JavaScript finds a date in it that does not exist.
///
/// What the text leaves out to the left (the date, say) comes from `now_millis`.
///
/// # Errors
/// `D3110` for what is not ISO 8601, `D3130` to `D3136` for a wrong picture,
/// [`TextError::OutOfSteps`] when the search takes more than `budget`.
pub(crate) fn to_millis(
    text: &str,
    picture: Option<&str>,
    now_millis: i64,
    budget: &mut u64,
) -> Result<Option<f64>, TextError> {
    match picture {
        Some(picture) => read::read(&spec::analyse(picture)?, text, now_millis as f64, budget),
        None if is_iso(text, budget)? => Ok(Some(iso_millis(text))),
        None => {
            let problem =
                "The argument of the toMillis function must be an ISO 8601 formatted timestamp. Given";
            Err(Fault::new("D3110", format!("{problem} {}", json_text(text))).into())
        }
    }
}

fn is_iso(text: &str, budget: &mut u64) -> Result<bool, TextError> {
    static PATTERN: OnceLock<Result<Pattern, Fault>> = OnceLock::new();
    let pattern = PATTERN.get_or_init(|| Pattern::compile(ISO_PATTERN, "")).clone()?;
    Ok(pattern.find_at(text, 0, budget)?.is_some())
}

/// `Date.parse` of a text that fits the pattern above; NaN for what it lets through
/// and is no date. A time without an offset is in UTC, as on every server of ours.
fn iso_millis(text: &str) -> f64 {
    iso_fields(text).unwrap_or(f64::NAN)
}

fn iso_fields(text: &str) -> Option<f64> {
    let number = |digits: Option<&str>| digits?.parse::<u32>().ok().map(f64::from);
    let pair = |rest: &mut &str, before: char| {
        let value = rest.strip_prefix(before).and_then(|after| number(after.get(..2)));
        if value.is_some() {
            *rest = rest.get(3..).unwrap_or_default();
        }
        value
    };
    let year = number(text.get(..4))?;
    let mut rest = text.get(4..)?;
    let month = pair(&mut rest, '-');
    let day = month.and_then(|_| pair(&mut rest, '-'));
    let (month, day) = (month.unwrap_or(1.0), day.unwrap_or(1.0));
    if !(1.0..=12.0).contains(&month) || !(1.0..=31.0).contains(&day) {
        return None;
    }
    let date = calendar::date(year, month - 1.0, day) * calendar::DAY_MS;
    let Some(hour) = pair(&mut rest, 'T') else {
        return match rest {
            "" => Some(date),
            // Not the form ECMAScript has; V8 reads it by older rules, in which a year
            // may have two digits.
            "Z" => Some(calendar::utc_day(year, month - 1.0, day) * calendar::DAY_MS),
            _ => None,
        };
    };
    let (minute, second) = (pair(&mut rest, ':')?, pair(&mut rest, ':')?);
    let mut millis = 0.0;
    if let Some(after) = rest.strip_prefix('.') {
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        millis = number(Some(&format!("{:0<3}", after.get(..digits)?)[..3]))?;
        rest = &after[digits..];
    }
    let whole_day = hour == 24.0 && minute + second + millis == 0.0;
    if hour > 23.0 && !whole_day {
        return None;
    }
    let time = ((hour * 60.0 + minute) * 60.0 + second) * 1000.0 + millis;
    Some(date + time - iso_offset(rest)? * 60_000.0)
}

/// An offset in minutes.
fn iso_offset(text: &str) -> Option<f64> {
    let (sign, digits) = match text.as_bytes() {
        [] | [b'Z'] => return Some(0.0),
        [b'+', ..] => (1.0, text.get(1..)?),
        [b'-', ..] => (-1.0, text.get(1..)?),
        _ => return None,
    };
    let number: u32 = digits.replace(':', "").parse().ok()?;
    let (hours, minutes) = (number / 100, number % 100);
    (hours < 24).then(|| sign * f64::from(hours * 60 + minutes))
}
