//! Numbers as JavaScript writes, reads and rounds them.
//!
//! Serves `$string`, `$number`, `$round` and `$formatBase`, and every place where
//! a number appears inside a text.

use super::{Fault, is_js_space, json_number};

/// A number as `String(n)` writes it: the shortest digits that read back as the
/// same number, with an exponent from 1e21 on and below 1e-6.
pub(crate) fn js_text(number: f64) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    if number.abs() < 9e15 && number.fract() == 0.0 {
        // Below 2^53 an integer's own digits are the shortest ones; -0 is "0".
        return (number as i64).to_string();
    }
    if (1e-6..1e21).contains(&number.abs()) {
        // Without an exponent, Rust writes the same digits in the same way.
        let text = number.to_string();
        if digit_count(&text) < 16 {
            return text;
        }
    }
    from_scientific(&shortest(number))
}

/// The shortest digits that read back as the number, in the form `-d.ddde-7`.
fn shortest(number: f64) -> String {
    let text = format!("{number:e}");
    let digits = digit_count(&text);
    if digits < 16 {
        return text;
    }
    // Of two such texts that are equally near, V8 takes the even one, and Rust the
    // upper one; with its number of digits given, Rust too rounds to even.
    let even = format!("{number:.*e}", digits - 1);
    if even.parse() == Ok(number) { even } else { text }
}

fn digit_count(text: &str) -> usize {
    text.bytes().take_while(|byte| *byte != b'e').filter(u8::is_ascii_digit).count()
}

/// A number as `$string` writes it: rounded to 15 significant digits first.
pub(crate) fn to_text(number: f64) -> String {
    let text = js_text(number);
    if digit_count(&text) <= 15 && number.abs() >= f64::MIN_POSITIVE {
        text
    } else {
        js_text(round15(number))
    }
}

/// The number that is left of one after `Number(n.toPrecision(15))`.
pub(crate) fn round15(number: f64) -> f64 {
    if !number.is_finite() || (number.abs() < 1e15 && number.fract() == 0.0) {
        return number;
    }
    // Any decimal of up to 15 digits survives the way through a normal double,
    // so the shortest digits are also the nearest 15.
    if digit_count(&format!("{number:e}")) <= 15 && number.abs() >= f64::MIN_POSITIVE {
        return number;
    }
    let text = if is_tie(number, &format!("{number:.15e}"), |places| format!("{number:.*e}", places)) {
        format!("{:.14e}", away_from_zero(number))
    } else {
        format!("{number:.14e}")
    };
    text.parse().unwrap_or(number)
}

/// Whether the number lies exactly between two decimals that have one digit less
/// than `text`: JavaScript rounds these away from zero, Rust to even. `write` writes
/// the number with so many decimals.
fn is_tie(number: f64, text: &str, write: impl Fn(usize) -> String) -> bool {
    let digits = |text: &str| text.split('e').next().unwrap_or_default().to_owned();
    let text = digits(text);
    // No double has more than 1,074 decimals.
    number.is_finite() && text.ends_with('5') && {
        let exact = digits(&write(1100));
        exact.strip_prefix(&text).is_some_and(|rest| rest.bytes().all(|digit| digit == b'0'))
    }
}

/// The next number, which of 15 digits changes the last at most.
fn away_from_zero(number: f64) -> f64 {
    f64::from_bits(number.to_bits() + 1)
}

/// JavaScript's layout for digits in the form `-d.ddde-7`.
fn from_scientific(text: &str) -> String {
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", mantissa),
    };
    let digits: String = mantissa.chars().filter(|c| *c != '.').collect();
    let count = digits.len() as i32;
    // The decimal point stands after this many digits.
    let point = exponent + 1;
    let body = if (count..=21).contains(&point) {
        format!("{digits}{}", "0".repeat((point - count) as usize))
    } else if (1..=21).contains(&point) {
        let (whole, fraction) = digits.split_at(point as usize);
        format!("{whole}.{fraction}")
    } else if (-5..=0).contains(&point) {
        format!("0.{}{digits}", "0".repeat(-point as usize))
    } else {
        let (first, rest) = digits.split_at(1);
        let dot = if rest.is_empty() { "" } else { "." };
        format!("{first}{dot}{rest}e{}{}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
    };
    format!("{sign}{body}")
}

/// A text as `$number` reads it: a decimal number, or one with the prefix `0x`,
/// `0o` or `0b`. `None` is `D3030`.
///
/// jsonata.js answers NaN for some texts that merely contain a prefixed number
/// (`0x1g`); those are `None` too, since NaN is no JSON value.
pub(crate) fn parse(text: &str) -> Option<f64> {
    if is_plain_decimal(text) {
        return text.parse().ok().filter(|number: &f64| number.is_finite());
    }
    parse_prefixed(text)
}

/// `^-?[0-9]+(\.[0-9]+)?([Ee][-+]?[0-9]+)?$`
fn is_plain_decimal(text: &str) -> bool {
    let digits = |rest: &mut &[u8]| {
        let count = rest.iter().take_while(|b| b.is_ascii_digit()).count();
        *rest = &rest[count..];
        count > 0
    };
    let mut rest = text.strip_prefix('-').unwrap_or(text).as_bytes();
    if !digits(&mut rest) {
        return false;
    }
    if let [b'.', after @ ..] = rest {
        rest = after;
        if !digits(&mut rest) {
            return false;
        }
    }
    if let [b'e' | b'E', after @ ..] = rest {
        rest = match after {
            [b'+' | b'-', after @ ..] => after,
            _ => after,
        };
        if !digits(&mut rest) {
            return false;
        }
    }
    rest.is_empty()
}

/// jsonata.js's pattern for these is anchored at the start for `0x` only and at the
/// end for `0b` only; white space may stand where it is not.
fn parse_prefixed(text: &str) -> Option<f64> {
    let start = text.trim_start_matches(is_js_space);
    let (text, radix) = match start.as_bytes() {
        [b'0', b'x' | b'X', _, ..] if start.len() == text.len() => (start.trim_end_matches(is_js_space), 16),
        [b'0', b'o' | b'O', _, ..] => (start.trim_end_matches(is_js_space), 8),
        [b'0', b'b' | b'B', _, ..] => (start, 2),
        _ => return None,
    };
    digits_value(text.get(2..)?, radix).filter(|number| number.is_finite())
}

/// The value of digits of a base that is a power of two, rounded half to even as
/// `Number(…)` rounds it.
fn digits_value(digits: &str, radix: u32) -> Option<f64> {
    let mut value: u64 = 0;
    // Bits beyond the 64 that `value` holds: how many, and whether any is set.
    let mut dropped: i32 = 0;
    let mut rest_set = false;
    let width = radix.trailing_zeros();
    for c in digits.chars() {
        let digit = u64::from(c.to_digit(radix)?);
        for bit in (0..width).rev().map(|shift| digit >> shift & 1) {
            if value >> 63 == 0 {
                value = value << 1 | bit;
            } else {
                rest_set |= bit == 1;
                dropped = dropped.saturating_add(1);
            }
        }
    }
    // The lowest of 64 bits stands for all that follow: 53 of them count.
    let value = value | u64::from(rest_set);
    Some(value as f64 * 2f64.powi(dropped))
}

/// `parseInt(text)`: leading white space, a sign, digits up to the first other
/// character, hexadecimal after `0x`; NaN where no digit stands.
pub(crate) fn parse_int(text: &str) -> f64 {
    let text = text.trim_start_matches(is_js_space);
    let (negative, text) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let hex = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    let (digits, radix) = hex.map_or((text, 10), |digits| (digits, 16));
    let end = digits.find(|c: char| !c.is_digit(radix)).unwrap_or(digits.len());
    let digits = &digits[..end];
    let value = match radix {
        _ if digits.is_empty() => f64::NAN,
        10 => digits.parse().unwrap_or(f64::NAN),
        _ => digits_value(digits, radix).unwrap_or(f64::NAN),
    };
    if negative { -value } else { value }
}

/// `$round`: to `precision` decimal places (negative: tens, hundreds …), a tie to
/// the even neighbour. A precision with a fraction is rounded down first.
///
/// NaN where jsonata.js has it: for what is not finite, and where the shift
/// overflows.
pub(crate) fn round(number: f64, precision: f64) -> f64 {
    let places = if precision.is_finite() { precision.floor().clamp(-2000.0, 2000.0) as i32 } else { 0 };
    let shifted = if places == 0 { number } else { shift(number, places) };
    let mut result = half_up(shifted);
    if (result - shifted).abs() == 0.5 && (result % 2.0).abs() == 1.0 {
        result -= 1.0;
    }
    if places != 0 {
        result = shift(result, -places);
    }
    // JSON has no -0.
    if result == 0.0 { 0.0 } else { result }
}

/// `Math.round`.
fn half_up(number: f64) -> f64 {
    let floor = number.floor();
    if number - floor >= 0.5 { floor + 1.0 } else { floor }
}

/// The number times ten to the power of `places`, by way of its text, so that no
/// error of a multiplication gets into the rounding.
fn shift(number: f64, places: i32) -> f64 {
    if !number.is_finite() {
        return f64::NAN;
    }
    let text = js_text(number);
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    format!("{mantissa}e{}", exponent.saturating_add(places)).parse().unwrap_or(f64::NAN)
}

/// 2^53, up to which a double holds every integer.
const INTEGERS_MAX: f64 = 9_007_199_254_740_992.0;

/// `$formatBase`: the number, rounded, in another base; both arguments are
/// rounded half to even first.
///
/// # Errors
/// `D3100` for a base below 2 or above 36.
pub(crate) fn format_base(number: f64, radix: f64) -> Result<String, Fault> {
    let number = round(number, 0.0);
    let radix = round(radix, 0.0);
    if !(2.0..=36.0).contains(&radix) {
        let text = "The radix of the formatBase function must be between 2 and 36.  It was given";
        return Err(Fault::new("D3100", format!("{text} {}", json_number(radix))));
    }
    if radix == 10.0 || !number.is_finite() {
        return Ok(js_text(number));
    }
    let mut digits = Vec::new();
    let mut rest = number.abs();
    // V8 does not compute digits that a double does not hold but writes zeros.
    while rest / radix >= INTEGERS_MAX {
        rest /= radix;
        digits.push(b'0');
    }
    loop {
        let digit = rest % radix;
        digits.push(b"0123456789abcdefghijklmnopqrstuvwxyz"[digit as usize % 36]);
        rest = (rest - digit) / radix;
        if rest <= 0.0 {
            break;
        }
    }
    if number < 0.0 {
        digits.push(b'-');
    }
    Ok(digits.iter().rev().map(|digit| char::from(*digit)).collect())
}

/// `toFixed(places)` of a number that is not negative.
pub(crate) fn to_fixed(number: f64, places: usize) -> String {
    if number >= 1e21 || !number.is_finite() {
        return js_text(number);
    }
    let longer = format!("{number:.*}", places + 1);
    if is_tie(number, &longer, |places| format!("{number:.places$}")) {
        return count_up(longer[..longer.len() - 1].trim_end_matches('.'));
    }
    format!("{number:.places$}")
}

/// The decimal that follows one with as many digits.
fn count_up(decimal: &str) -> String {
    let kept = decimal.trim_end_matches(['9', '.']).len();
    let (head, nines) = decimal.split_at(kept);
    let (head, last) = head.split_at(kept.saturating_sub(1));
    let last = last.parse().map_or(1, |digit: u32| digit + 1);
    format!("{head}{last}{}", nines.replace('9', "0"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_written_as_javascript_writes_them() {
        for (number, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (1e21, "1e+21"),
            (123_456_789_012_345_680_000.0, "123456789012345680000"),
            (1e20, "100000000000000000000"),
            (1e-7, "1e-7"),
            (0.000001, "0.000001"),
            (1.5e-10, "1.5e-10"),
            (-1.5, "-1.5"),
            (0.1 + 0.2, "0.30000000000000004"),
            (5e-324, "5e-324"),
            (1_460_966_284_390_245.0 / 8.0, "182620785548780.62"),
            (f64::MAX, "1.7976931348623157e+308"),
            (9_007_199_254_740_993.0, "9007199254740992"),
            (f64::NEG_INFINITY, "-Infinity"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(js_text(number), text);
        }
    }

    #[test]
    fn string_keeps_fifteen_digits() {
        for (number, text) in [
            (0.1 + 0.2, "0.3"),
            (5_890_840_712_243_076.0, "5890840712243080"),
            (100_000_000_000_000.5, "100000000000001"),
            (-100_000_000_000_000.5, "-100000000000001"),
            (100_000_000_000_001.5, "100000000000002"),
            (1.0 / 3.0, "0.333333333333333"),
            (2.0 / 3.0, "0.666666666666667"),
            (22.0 / 7.0, "3.14285714285714"),
            (1e22 / 3.0, "3.33333333333333e+21"),
            (5e-324, "5e-324"),
        ] {
            assert_eq!(to_text(number), text);
        }
    }

    #[test]
    fn fixed_places_round_ties_up() {
        for (number, places, text) in [
            (771_466_823_991_153.0 / 8.0, 2, "96433352998894.13"),
            (0.5, 0, "1"),
            (99.5, 0, "100"),
            (9.96875, 4, "9.9688"),
            (99.996875, 5, "99.99688"),
            (9.5, 0, "10"),
            (1999.96875, 4, "1999.9688"),
            (2.5, 0, "3"),
            (1.005, 2, "1.00"),
            (0.0, 3, "0.000"),
            (1e21, 2, "1e+21"),
        ] {
            assert_eq!(to_fixed(number, places), text);
        }
    }

    #[test]
    fn texts_are_read_as_numbers() {
        for (text, number) in [
            ("12.5e-1", 1.25),
            ("-007", -7.0),
            ("0x1F", 31.0),
            ("0b101", 5.0),
            ("0O17", 15.0),
            (" 0o17 ", 15.0),
            ("0x1f\n", 31.0),
            (" 0b11", 3.0),
            ("0xFFFFFFFFFFFFFFFFFF", 4_722_366_482_869_645_000_000.0),
            ("0x20000000000001", 9_007_199_254_740_992.0),
            ("0x20000000000003", 9_007_199_254_740_996.0),
        ] {
            assert_eq!(parse(text), Some(number), "{text}");
        }
        for text in [
            "", " 1", "1.", ".5", "+1", "1e400", "Infinity", "NaN", "1e", "0x", "0x1g", " 0x1", "0b1 ",
            "-0b1", "١",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn parse_int_reads_a_prefix() {
        for (text, number) in [(" -12px", -12.0), ("0x1fz", 31.0), ("+0530", 530.0), ("007", 7.0)] {
            assert_eq!(parse_int(text), number);
        }
        assert!(parse_int("px").is_nan() && parse_int("").is_nan() && parse_int("0x").is_nan());
    }

    #[test]
    fn ties_round_to_even() {
        for (number, places, rounded) in [
            (123.456, 0.0, 123.0),
            (123.456, 2.0, 123.46),
            (123.456, -1.0, 120.0),
            (125.0, -1.0, 120.0),
            (11.5, 0.0, 12.0),
            (12.5, 0.0, 12.0),
            (-0.5, 0.0, 0.0),
            (-1.5, 0.0, -2.0),
            (-2.5, 0.0, -2.0),
            (4.525, 2.0, 4.52),
            (4.535, 2.9, 4.54),
            (0.49999999999999994, 0.0, 0.0),
            (1e300, 5.0, 1e300),
            (1e-300, 5.0, 0.0),
        ] {
            assert_eq!(round(number, places), rounded, "{number} to {places}");
        }
        assert!(round(f64::INFINITY, 1.0).is_nan());
    }

    #[test]
    fn bases_are_written() {
        for (number, radix, text) in [
            (100.0, 2.0, "1100100"),
            (2555.0, 16.0, "9fb"),
            (-35.5, 36.0, "-10"),
            (99.5, 2.5, "1100100"),
            (0.0, 7.0, "0"),
            (1e21, 10.0, "1e+21"),
            (1e20, 16.0, "56bc75e2d63100000"),
            (1e21, 36.0, "5v1j4f4ds7c000"),
            (18_014_398_509_481_988.0, 3.0, "10020111100200200022122200101210002"),
        ] {
            assert_eq!(format_base(number, radix).as_deref(), Ok(text), "{number} in {radix}");
        }
        let fault = format_base(1.0, 37.0).expect_err("37 is no base");
        assert_eq!(fault.code, "D3100");
        assert!(fault.message.ends_with("It was given 37"), "{}", fault.message);
    }

    proptest! {
        #[test]
        fn written_numbers_read_back(bits: u64) {
            let number = f64::from_bits(bits);
            prop_assume!(number.is_finite());
            prop_assert_eq!(js_text(number).parse::<f64>().expect("it is a number"), number);
            let rounded = round15(number);
            prop_assert_eq!(round15(rounded), rounded);
        }

        #[test]
        fn nothing_panics(number: f64, other: f64, text in ".{0,30}") {
            let _ = (round(number, other), format_base(number, other), parse(&text), parse_int(&text));
        }
    }
}
