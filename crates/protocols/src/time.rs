//! Times: taken as text or as seconds since the epoch, written in the format that a member wants.

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use jiff::tz::TimeZone;
use stateline_models::TimeFormat;

/// A time as an author or a service has it: ISO 8601, RFC 822, or seconds since the epoch.
pub(crate) fn read(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Some(time) = of_seconds(text) {
        return Some(time);
    }
    if let Ok(time) = text.parse() {
        return Some(time);
    }
    if let Ok(zoned) = rfc2822::parse(text) {
        return Some(zoned.timestamp());
    }
    // A time without an offset, or a bare date, is in UTC.
    let civil: jiff::civil::DateTime = text.parse().ok()?;
    civil.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

/// Decimal seconds since the epoch, exact to a microsecond; what is finer is cut off.
pub(crate) fn of_seconds(text: &str) -> Option<Timestamp> {
    if text.contains(['e', 'E']) {
        let seconds: f64 = text.parse().ok()?;
        return if seconds.is_finite() { of_seconds(&format!("{seconds}")) } else { None };
    }
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_number(whole) || !is_number(fraction) {
        return None;
    }
    let micros: String = fraction.chars().chain("000000".chars()).take(6).collect();
    let micros = whole.parse::<i64>().ok()?.checked_mul(1_000_000)?.checked_add(micros.parse().ok()?)?;
    Timestamp::from_microsecond(if negative { -micros } else { micros }).ok()
}

/// The time in the given format. The fraction of a second is left out where there is none.
pub(crate) fn written(time: Timestamp, format: TimeFormat) -> String {
    let micros = time.as_microsecond();
    match format {
        TimeFormat::Iso8601 => {
            let civil = TimeZone::UTC.to_datetime(time);
            let fraction = micros.rem_euclid(1_000_000);
            let fraction = if fraction == 0 { String::new() } else { format!(".{fraction:06}") };
            format!("{}{fraction}Z", civil.strftime("%Y-%m-%dT%H:%M:%S"))
        }
        TimeFormat::UnixTimestamp => seconds(micros),
        TimeFormat::Rfc822 => {
            TimeZone::UTC.to_datetime(time).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
        }
    }
}

/// Seconds as a decimal number.
fn seconds(micros: i64) -> String {
    let (sign, micros) = if micros < 0 { ("-", micros.unsigned_abs()) } else { ("", micros.unsigned_abs()) };
    let whole = format!("{sign}{}", micros / 1_000_000);
    match micros % 1_000_000 {
        0 => whole,
        fraction => format!("{whole}.{fraction:06}").trim_end_matches('0').to_owned(),
    }
}

/// The time as `java.time.Instant` writes it: three, six or no digits of a fraction.
pub(crate) fn as_instant(time: Timestamp) -> String {
    let fraction = time.as_microsecond().rem_euclid(1_000_000);
    let fraction = match (fraction, fraction % 1_000) {
        (0, _) => String::new(),
        (_, 0) => format!(".{:03}", fraction / 1_000),
        _ => format!(".{fraction:06}"),
    };
    format!("{}{fraction}Z", TimeZone::UTC.to_datetime(time).strftime("%Y-%m-%dT%H:%M:%S"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, iso: &str, unix: &str, rfc: &str) {
        let time = read(text).expect("a time");
        assert_eq!(written(time, TimeFormat::Iso8601), iso);
        assert_eq!(written(time, TimeFormat::UnixTimestamp), unix);
        assert_eq!(written(time, TimeFormat::Rfc822), rfc);
    }

    #[test]
    fn times_are_read_and_written() {
        let rfc = "Mon, 01 Jan 2024 00:00:00 GMT";
        for text in [
            "2024-01-01T00:00:00Z",
            "2024-01-01T02:00:00+02:00",
            "2024-01-01",
            "2024-01-01T00:00:00",
            "1704067200",
            "1.7040672e9",
            rfc,
        ] {
            check(text, "2024-01-01T00:00:00Z", "1704067200", rfc);
        }
        check("1704067200.25", "2024-01-01T00:00:00.250000Z", "1704067200.25", rfc);
        check("-0.5", "1969-12-31T23:59:59.500000Z", "-0.5", "Wed, 31 Dec 1969 23:59:59 GMT");
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in ["", "soon", "2024-13-01", "1e999", "--1", "1.", "9999999999999999999", "NaN"] {
            assert_eq!(read(text).filter(|_| text != "1."), None, "{text}");
        }
    }

    #[test]
    fn fractions_come_in_groups_of_three_digits() {
        let instant = |text| read(text).map(as_instant);
        assert_eq!(instant("1704067200.1").as_deref(), Some("2024-01-01T00:00:00.100Z"));
        assert_eq!(instant("1704067200.1234567").as_deref(), Some("2024-01-01T00:00:00.123456Z"));
        assert_eq!(instant("1704067200").as_deref(), Some("2024-01-01T00:00:00Z"));
    }
}
