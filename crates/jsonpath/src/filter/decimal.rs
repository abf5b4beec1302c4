//! Exact decimal numbers, as filters compare them (Java's `BigDecimal`).
//!
//! Only what comparing needs: reading, ordering, and the text form. Numbers are
//! never scaled up, so an exponent of a billion costs nothing. Called by
//! `operand` and `operator`.

use std::cmp::Ordering;

/// `digits` × 10^-`scale`; the digits have no leading zero except `0` itself.
#[derive(Clone, Debug)]
pub(super) struct Decimal {
    negative: bool,
    digits: Vec<u8>,
    scale: i64,
}

impl Decimal {
    /// Reads what `new BigDecimal(text)` reads: no blanks, at least one digit.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (negative, text) = match text.as_bytes().first()? {
            b'-' => (true, text.get(1..)?),
            b'+' => (false, text.get(1..)?),
            _ => (false, text),
        };
        let (mantissa, exponent) = match text.find(['e', 'E']) {
            Some(at) => (text.get(..at)?, parse_exponent(text.get(at + 1..)?)?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
        if all.is_empty() || !all.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let zeros = all.iter().take_while(|&&digit| digit == b'0').count();
        let digits = all.get(zeros.min(all.len() - 1)..)?.to_vec();
        let scale = i64::try_from(fraction.len()).ok()? - exponent;
        i32::try_from(scale).ok()?;
        Some(Self { negative, digits, scale })
    }

    fn is_zero(&self) -> bool {
        self.digits == b"0"
    }

    /// The power of ten of the first digit.
    fn magnitude(&self) -> i64 {
        self.digits.len() as i64 - 1 - self.scale
    }

    /// Compares the values; `1.50` equals `1.5`.
    pub(super) fn compare(&self, other: &Self) -> Ordering {
        match (self.is_zero(), other.is_zero()) {
            (true, true) => return Ordering::Equal,
            (true, false) => return sign_order(!other.negative),
            (false, true) => return sign_order(self.negative),
            (false, false) => {}
        }
        if self.negative != other.negative {
            return sign_order(self.negative);
        }
        let sizes = self.magnitude().cmp(&other.magnitude()).then_with(|| {
            let length = self.digits.len().max(other.digits.len());
            let digit = |digits: &[u8], index: usize| digits.get(index).copied().unwrap_or(b'0');
            (0..length)
                .map(|index| digit(&self.digits, index).cmp(&digit(&other.digits, index)))
                .find(|order| order.is_ne())
                .unwrap_or(Ordering::Equal)
        });
        if self.negative { sizes.reverse() } else { sizes }
    }

    /// The text form of Java: plain for small exponents, else scientific.
    pub(super) fn text(&self) -> String {
        let sign = if self.negative && !self.is_zero() { "-" } else { "" };
        let digits: String = self.digits.iter().map(|&digit| char::from(digit)).collect();
        let magnitude = self.magnitude();
        if self.scale == 0 {
            return format!("{sign}{digits}");
        }
        if self.scale > 0 && magnitude >= -6 {
            let scale = usize::try_from(self.scale).unwrap_or(0);
            let padded = format!("{digits:0>width$}", width = scale + 1);
            let (whole, fraction) = padded.split_at(padded.len() - scale);
            return format!("{sign}{whole}.{fraction}");
        }
        let (first, rest) = digits.split_at(1);
        let point = if rest.is_empty() { "" } else { "." };
        if magnitude == 0 {
            return format!("{sign}{first}{point}{rest}");
        }
        format!("{sign}{first}{point}{rest}E{magnitude:+}")
    }

    /// The whole part, or `None` where it is far beyond any length.
    pub(super) fn to_length(&self) -> Option<i64> {
        if self.magnitude() < 0 {
            return Some(0);
        }
        let count = usize::try_from(self.magnitude() + 1).ok().filter(|&count| count <= 18)?;
        let digits: String =
            (0..count).map(|index| char::from(self.digits.get(index).copied().unwrap_or(b'0'))).collect();
        let whole: i64 = digits.parse().ok()?;
        Some(if self.negative { -whole } else { whole })
    }
}

fn sign_order(less: bool) -> Ordering {
    if less { Ordering::Less } else { Ordering::Greater }
}

fn parse_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || digits.len() > 10 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse::<i64>().ok().filter(|&exponent| i32::try_from(exponent).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_those_of_big_decimal() {
        for (text, wanted) in [
            ("7", Some("7")),
            ("+07.50", Some("7.50")),
            ("-0", Some("0")),
            (".5", Some("0.5")),
            ("1.", Some("1")),
            ("7e0", Some("7")),
            ("1.0E10", Some("1.0E+10")),
            ("1e-7", Some("1E-7")),
            ("0.000001", Some("0.000001")),
            ("123e-8", Some("0.00000123")),
            ("", None),
            ("-", None),
            (".", None),
            ("1e", None),
            ("1e99999999999", None),
            (" 1", None),
            ("1_0", None),
        ] {
            assert_eq!(Decimal::parse(text).map(|d| d.text()).as_deref(), wanted, "{text}");
        }
    }

    #[test]
    fn values_compare_whatever_their_form() {
        for (left, right, wanted) in [
            ("1.50", "1.5", Ordering::Equal),
            ("10", "1e1", Ordering::Equal),
            ("-1", "1", Ordering::Less),
            ("0", "-0.5", Ordering::Greater),
            ("0", "0.5", Ordering::Less),
            ("-10", "-9", Ordering::Less),
            ("1e2000000000", "1e1999999999", Ordering::Greater),
            ("12.34", "12.345", Ordering::Less),
        ] {
            let parse = |text| Decimal::parse(text).expect("a number");
            assert_eq!(parse(left).compare(&parse(right)), wanted, "{left} {right}");
        }
    }

    #[test]
    fn lengths_are_whole_parts() {
        for (text, wanted) in
            [("2", Some(2)), ("2.9", Some(2)), ("-3", Some(-3)), ("0.1", Some(0)), ("1e30", None)]
        {
            assert_eq!(Decimal::parse(text).and_then(|d| d.to_length()), wanted, "{text}");
        }
    }
}
