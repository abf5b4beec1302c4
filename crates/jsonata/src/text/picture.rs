//! Number pictures (XPath F&O 3.1, `fn:format-number`): `$formatNumber`.
//!
//! Steps and their order follow the recommendation, as jsonata.js 2.0.6 carries
//! them out. In one point we follow a later version: a picture with an exponent
//! writes zero and negative numbers, on which 2.0.6 loops for ever.

use super::integer::regular_factor;
use super::number::{js_text, round, to_fixed};
use super::{Fault, TextError};
use std::ops::Range;

/// How many grouping separators may stand at irregular places: each costs a pass
/// over the text.
const SEPARATORS_MAX: usize = 1000;

/// The texts with a meaning in a picture, and those that stand in the result.
#[derive(Clone, Debug)]
pub(crate) struct Symbols {
    decimal: Vec<char>,
    grouping: Vec<char>,
    exponent: Vec<char>,
    minus: Vec<char>,
    percent: Vec<char>,
    per_mille: Vec<char>,
    zero: Vec<char>,
    digit: Vec<char>,
    pattern: Vec<char>,
}

impl Default for Symbols {
    fn default() -> Symbols {
        Symbols {
            decimal: vec!['.'],
            grouping: vec![','],
            exponent: vec!['e'],
            minus: vec!['-'],
            percent: vec!['%'],
            per_mille: vec!['‰'],
            zero: vec!['0'],
            digit: vec!['#'],
            pattern: vec![';'],
        }
    }
}

impl Symbols {
    /// Takes one of the options of `$formatNumber`. Other names have no meaning, and
    /// `infinity` and `NaN` none either, since no such number is written.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        let slot = match name {
            "decimal-separator" => &mut self.decimal,
            "grouping-separator" => &mut self.grouping,
            "exponent-separator" => &mut self.exponent,
            "minus-sign" => &mut self.minus,
            "percent" => &mut self.percent,
            "per-mille" => &mut self.per_mille,
            "zero-digit" => &mut self.zero,
            "digit" => &mut self.digit,
            "pattern-separator" => &mut self.pattern,
            _ => return,
        };
        *slot = value.chars().collect();
    }

    /// The digit's value, if the character is of the decimal digit family.
    fn digit_of(&self, c: char) -> Option<u32> {
        let zero = self.zero.first().copied()?;
        u32::from(c).checked_sub(u32::from(zero)).filter(|digit| *digit < 10)
    }

    /// A digit that must be written, or one that may.
    fn is_place(&self, c: char) -> bool {
        self.digit_of(c).is_some() || self.digit == [c]
    }

    fn is_active(&self, c: char) -> bool {
        self.is_place(c)
            || [&self.decimal, &self.exponent, &self.grouping, &self.pattern].into_iter().any(|s| *s == [c])
    }

    /// Where a sub-picture begins and ends.
    fn split<'p>(&self, picture: &'p [char]) -> Vec<&'p [char]> {
        let mut pieces = Vec::new();
        let mut rest = picture;
        while let Some(at) = find(rest, &self.pattern, 0) {
            pieces.push(&rest[..at]);
            rest = &rest[at + self.pattern.len()..];
        }
        pieces.push(rest);
        pieces
    }
}

/// The first place of a text at or after `from`; an empty text is nowhere.
fn find(text: &[char], wanted: &[char], from: usize) -> Option<usize> {
    if wanted.is_empty() {
        return None;
    }
    let found = text.get(from..)?.windows(wanted.len()).position(|window| window == wanted);
    found.map(|at| at + from)
}

fn occurs_twice(text: &[char], wanted: &[char]) -> bool {
    find(text, wanted, 0).is_some_and(|at| find(text, wanted, at + 1).is_some())
}

/// `$formatNumber`.
///
/// # Errors
/// `D3080` to `D3093` for a wrong picture, `D1001` for a number that is not
/// finite, [`TextError::TooLong`] beyond `max` bytes.
pub(crate) fn format_number(
    number: f64,
    picture: &str,
    symbols: &Symbols,
    max: usize,
) -> Result<String, TextError> {
    if !number.is_finite() {
        return Err(Fault::out_of_range(number).into());
    }
    if picture.len() > max {
        return Err(TextError::TooLong);
    }
    let picture: Vec<char> = picture.chars().collect();
    let pieces = symbols.split(&picture);
    if pieces.len() > 2 {
        return Err(fault("D3080").into());
    }
    let mut variables = Vec::new();
    let parts = pieces.into_iter().map(|piece| Parts::of(piece, symbols)).collect::<Result<Vec<_>, _>>()?;
    for part in &parts {
        part.validate(symbols)?;
        variables.push(part.analyse(symbols));
    }
    // A negative number without a sub-picture of its own gets a minus sign.
    let signed = number < 0.0 && variables.len() == 1;
    let chosen = if number >= 0.0 { variables.first() } else { variables.last() };
    let Some(chosen) = chosen else { return Err(fault("D3085").into()) };
    Writer { symbols, max }.write(number, chosen, signed)
}

fn fault(code: &'static str) -> Fault {
    let text = match code {
        "D3080" => "The picture string must only contain a maximum of two sub-pictures",
        "D3081" => {
            "The sub-picture must not contain more than one instance of the 'decimal-separator' character"
        }
        "D3082" => "The sub-picture must not contain more than one instance of the 'percent' character",
        "D3083" => "The sub-picture must not contain more than one instance of the 'per-mille' character",
        "D3084" => "The sub-picture must not contain both a 'percent' and a 'per-mille' character",
        "D3085" => {
            "The mantissa part of a sub-picture must contain at least one character that is either an 'optional digit character' or a member of the 'decimal digit family'"
        }
        "D3086" => {
            "The sub-picture must not contain a passive character that is preceded by an active character and that is followed by another active character"
        }
        "D3087" => {
            "The sub-picture must not contain a 'grouping-separator' character that appears adjacent to a 'decimal-separator' character"
        }
        "D3088" => "The sub-picture must not contain a 'grouping-separator' at the end of the integer part",
        "D3089" => {
            "The sub-picture must not contain two adjacent instances of the 'grouping-separator' character"
        }
        "D3090" => {
            "The integer part of the sub-picture must not contain a member of the 'decimal digit family' that is followed by an instance of the 'optional digit character'"
        }
        "D3091" => {
            "The fractional part of the sub-picture must not contain an instance of the 'optional digit character' that is followed by a member of the 'decimal digit family'"
        }
        "D3092" => {
            "A sub-picture that contains a 'percent' or 'per-mille' character must not contain a character treated as an 'exponent-separator'"
        }
        _ => {
            "The exponent part of the sub-picture must comprise only of one or more characters that are members of the 'decimal digit family'"
        }
    };
    Fault::new(code, text)
}

/// A sub-picture, taken apart (F&O 4.7.3).
struct Parts<'p> {
    picture: &'p [char],
    prefix: &'p [char],
    suffix: &'p [char],
    active: &'p [char],
    mantissa: &'p [char],
    exponent: Option<&'p [char]>,
    integer: &'p [char],
    fraction: &'p [char],
}

/// A part of the text, as far as it is there.
fn slice(text: &[char], range: Range<usize>) -> &[char] {
    let end = range.end.min(text.len());
    &text[range.start.min(end)..end]
}

impl<'p> Parts<'p> {
    /// A picture without any active character is `D3085`; 2.0.6 fails on it without
    /// a code.
    fn of(picture: &'p [char], symbols: &Symbols) -> Result<Parts<'p>, Fault> {
        let bounds = |c: &char| symbols.is_active(*c) && symbols.exponent != [*c];
        let first = picture.iter().position(bounds).ok_or_else(|| fault("D3085"))?;
        let last = picture.iter().rposition(bounds).unwrap_or(first) + 1;
        let (prefix, suffix, active) = (&picture[..first], &picture[last..], &picture[first..last]);
        // The place counts from the start of the sub-picture, and is then used within
        // the active part: with a prefix, jsonata.js cuts that much further right.
        let at = find(picture, &symbols.exponent, first).filter(|at| *at <= last);
        let (mantissa, exponent) = match at {
            Some(at) => (slice(active, 0..at), Some(slice(active, at + 1..active.len()))),
            None => (active, None),
        };
        // Without a decimal separator, jsonata.js takes the suffix for the fraction.
        let (integer, fraction) = match find(mantissa, &symbols.decimal, 0) {
            Some(at) => (&mantissa[..at], &mantissa[at + 1..]),
            None => (mantissa, suffix),
        };
        Ok(Parts { picture, prefix, suffix, active, mantissa, exponent, integer, fraction })
    }

    /// The rules in the order of jsonata.js, which reports the last one broken.
    fn validate(&self, symbols: &Symbols) -> Result<(), Fault> {
        let picture = self.picture;
        let is_family = |c: &char| symbols.digit_of(*c).is_some();
        let is_optional = |c: &char| symbols.digit == [*c];
        let decimal = find(picture, &symbols.decimal, 0);
        let percent = find(picture, &symbols.percent, 0).is_some();
        let per_mille = find(picture, &symbols.per_mille, 0).is_some();
        let groups_at =
            |at: Option<usize>| at.and_then(|at| picture.get(at)).is_some_and(|c| symbols.grouping == [*c]);
        let (beside_decimal, ends_in_group) = match decimal {
            Some(at) => (groups_at(at.checked_sub(1)) || groups_at(Some(at + 1)), false),
            None => (false, self.integer.last().is_some_and(|c| symbols.grouping == [*c])),
        };
        let first_optional = self.integer.iter().position(is_optional);
        let last_optional = self.fraction.iter().rposition(is_optional);
        let exponent = self.exponent;
        let broken = [
            ("D3081", occurs_twice(picture, &symbols.decimal)),
            ("D3082", occurs_twice(picture, &symbols.percent)),
            ("D3083", occurs_twice(picture, &symbols.per_mille)),
            ("D3084", percent && per_mille),
            ("D3085", !self.mantissa.iter().any(|c| symbols.is_place(*c))),
            ("D3086", !self.active.iter().all(|c| symbols.is_active(*c))),
            ("D3087", beside_decimal),
            ("D3088", ends_in_group),
            ("D3089", find(picture, &symbols.grouping.repeat(2), 0).is_some()),
            ("D3090", first_optional.is_some_and(|at| self.integer[..at].iter().any(is_family))),
            ("D3091", last_optional.is_some_and(|at| self.fraction[at..].iter().any(is_family))),
            ("D3092", exponent.is_some_and(|part| !part.is_empty()) && (percent || per_mille)),
            ("D3093", exponent.is_some_and(|part| part.is_empty() || !part.iter().all(is_family))),
        ];
        match broken.iter().rev().find(|(_, broken)| *broken) {
            Some((code, _)) => Err(fault(code)),
            None => Ok(()),
        }
    }

    /// F&O 4.7.4.
    fn analyse(&self, symbols: &Symbols) -> Variables<'p> {
        let count = |part: &[char], test: &dyn Fn(char) -> bool| part.iter().filter(|c| test(**c)).count();
        let family = |c: char| symbols.digit_of(c).is_some();
        let place = |c: char| symbols.is_place(c);
        let mut integer_min = count(self.integer, &family);
        let scaling = integer_min;
        let mut fraction_min = count(self.fraction, &family);
        let mut fraction_max = count(self.fraction, &place);
        if integer_min == 0 && fraction_max == 0 {
            if self.exponent.is_some() {
                (fraction_min, fraction_max) = (1, 1);
            } else {
                integer_min = 1;
            }
        }
        if self.exponent.is_some() && integer_min == 0 && find(self.integer, &symbols.digit, 0).is_some() {
            integer_min = 1;
        }
        if integer_min == 0 && fraction_min == 0 {
            fraction_min = 1;
        }
        let integer_groups = self.grouping_places(self.integer, false, symbols);
        Variables {
            picture: self.picture,
            prefix: self.prefix,
            suffix: self.suffix,
            regular: regular_factor(integer_groups.iter().copied()),
            integer_groups,
            fraction_groups: self.grouping_places(self.fraction, true, symbols),
            integer_min,
            scaling,
            fraction_min,
            fraction_max,
            exponent_min: self.exponent.map_or(0, |part| count(part, &family)),
        }
    }

    /// How many digits stand before (`left`) or behind each grouping separator.
    fn grouping_places(&self, part: &[char], left: bool, symbols: &Symbols) -> Vec<usize> {
        // The number of digits before each place of the part.
        let mut before = vec![0];
        for c in part {
            before.push(before.last().copied().unwrap_or(0) + usize::from(symbols.is_place(*c)));
        }
        let all = before.last().copied().unwrap_or(0);
        let mut places = Vec::new();
        let mut next = find(part, &symbols.grouping, 0);
        while let Some(at) = next {
            let count = before.get(at).copied().unwrap_or(all);
            places.push(if left { count } else { all - count });
            // From the second one on, jsonata.js searches the integer part in any case.
            next = find(self.integer, &symbols.grouping, at + 1);
        }
        places
    }
}

/// What a sub-picture demands.
struct Variables<'p> {
    picture: &'p [char],
    prefix: &'p [char],
    suffix: &'p [char],
    integer_groups: Vec<usize>,
    /// The size of all groups, 0 if they differ.
    regular: usize,
    fraction_groups: Vec<usize>,
    integer_min: usize,
    scaling: usize,
    fraction_min: usize,
    fraction_max: usize,
    exponent_min: usize,
}

/// Writes a number as a sub-picture demands (F&O 4.7.5).
struct Writer<'s> {
    symbols: &'s Symbols,
    max: usize,
}

impl Writer<'_> {
    fn write(&self, number: f64, variables: &Variables<'_>, signed: bool) -> Result<String, TextError> {
        let symbols = self.symbols;
        let contains = |symbol: &[char]| find(variables.picture, symbol, 0).is_some();
        let adjusted = if contains(&symbols.percent) {
            number * 100.0
        } else if contains(&symbols.per_mille) {
            number * 1000.0
        } else {
            number
        };
        if variables.fraction_max > 100 {
            // JavaScript's own limit.
            let text = "toFixed() digits argument must be between 0 and 100";
            return Err(Fault::new("", text).into());
        }
        let (mantissa, exponent) = scaled(adjusted, variables);
        let rounded = round(mantissa, variables.fraction_max as f64);
        if !rounded.is_finite() {
            return Err(Fault::out_of_range(rounded).into());
        }
        let mut text = self.digits(rounded, variables)?;
        self.group(&mut text, variables)?;
        let decimal = find(&text, &symbols.decimal, 0);
        if !contains(&symbols.decimal) || decimal.is_some_and(|at| at + 1 == text.len()) {
            text.pop();
        }
        if let Some(exponent) = exponent {
            text.extend(&symbols.exponent);
            text.extend(if exponent < 0.0 { symbols.minus.as_slice() } else { &[] });
            let digits = self.family(&js_text(exponent.abs()));
            self.pad(&mut text, variables.exponent_min.saturating_sub(digits.len()))?;
            text.extend(digits);
        }
        let sign = if signed { symbols.minus.as_slice() } else { &[] };
        let pieces = [sign, variables.prefix, &text, variables.suffix];
        let text: String = pieces.into_iter().flatten().collect();
        if text.len() > self.max { Err(TextError::TooLong) } else { Ok(text) }
    }

    /// ASCII digits in the picture's family.
    fn family(&self, text: &str) -> Vec<char> {
        let zero = self.symbols.zero.first().copied().unwrap_or('0');
        let written = |c: char| match c.to_digit(10) {
            Some(digit) => char::from_u32(u32::from(zero) + digit).unwrap_or(c),
            None => c,
        };
        text.chars().map(written).collect()
    }

    /// Appends so many zeros.
    fn pad(&self, text: &mut Vec<char>, count: usize) -> Result<(), TextError> {
        self.check(text.len(), count, &self.symbols.zero)?;
        text.extend(self.symbols.zero.repeat(count));
        Ok(())
    }

    fn check(&self, length: usize, count: usize, piece: &[char]) -> Result<(), TextError> {
        let length = length.saturating_add(count.saturating_mul(piece.len()));
        if length > self.max { Err(TextError::TooLong) } else { Ok(()) }
    }

    /// The digits with the decimal separator, filled up with zeros.
    fn digits(&self, rounded: f64, variables: &Variables<'_>) -> Result<Vec<char>, TextError> {
        let Symbols { decimal, zero, .. } = self.symbols;
        let plain = to_fixed(rounded.abs(), variables.fraction_max);
        let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
        let mut text = self.family(whole);
        text.extend(decimal);
        text.extend(self.family(fraction));
        let is_zero = |c: &char| *zero == [*c];
        let leading = text.iter().take_while(|c| is_zero(c)).count();
        text.drain(..leading);
        while text.last().is_some_and(is_zero) {
            text.pop();
        }
        let at = find(&text, decimal, 0).unwrap_or(0);
        let mut padded = Vec::new();
        self.pad(&mut padded, variables.integer_min.saturating_sub(at))?;
        let right = variables.fraction_min.saturating_sub(text.len().saturating_sub(at + 1));
        padded.extend(text);
        self.pad(&mut padded, right)?;
        Ok(padded)
    }

    /// Puts the grouping separators in.
    fn group(&self, text: &mut Vec<char>, variables: &Variables<'_>) -> Result<(), TextError> {
        let Symbols { decimal, grouping, .. } = self.symbols;
        let at = find(text, decimal, 0).unwrap_or(0);
        let regular = variables.regular;
        if let Some(groups) = at.checked_div(regular) {
            self.check(text.len(), groups, grouping)?;
            let mut grouped = Vec::with_capacity(text.len());
            for (index, c) in text.iter().enumerate() {
                if index > 0 && index < at && (at - index).is_multiple_of(regular) {
                    grouped.extend(grouping);
                }
                grouped.push(*c);
            }
            *text = grouped;
        } else {
            self.check(text.len(), variables.integer_groups.len(), grouping)?;
            self.limit(&variables.integer_groups)?;
            for (done, places) in variables.integer_groups.iter().enumerate() {
                // A place left of the text counts from its end, as `slice` has it.
                let index = match (at + done).checked_sub(*places) {
                    Some(index) => index.min(text.len()),
                    None => (text.len() + at + done).saturating_sub(*places),
                };
                text.splice(index..index, grouping.iter().copied());
            }
        }
        self.check(text.len(), variables.fraction_groups.len(), grouping)?;
        self.limit(&variables.fraction_groups)?;
        let at = find(text, decimal, 0).unwrap_or(0);
        for places in &variables.fraction_groups {
            let index = (at + 1 + places).min(text.len());
            text.splice(index..index, grouping.iter().copied());
        }
        Ok(())
    }

    fn limit(&self, places: &[usize]) -> Result<(), TextError> {
        if places.len() > SEPARATORS_MAX { Err(TextError::TooLong) } else { Ok(()) }
    }
}

/// Mantissa and exponent, if the picture has one: the mantissa then has as many
/// digits before the decimal separator as the picture demands.
fn scaled(number: f64, variables: &Variables<'_>) -> (f64, Option<f64>) {
    if variables.exponent_min == 0 {
        return (number, None);
    }
    let power = |exponent: i64| format!("1e{exponent}").parse().unwrap_or(f64::INFINITY);
    let digits = i64::try_from(variables.scaling).unwrap_or(i64::MAX);
    let (highest, lowest): (f64, f64) = (power(digits), power(digits - 1));
    let (mut mantissa, mut exponent) = (number, 0.0);
    if mantissa != 0.0 {
        while mantissa.abs() < lowest && mantissa.is_finite() {
            mantissa *= 10.0;
            exponent -= 1.0;
        }
        while mantissa.abs() > highest && mantissa.is_finite() {
            mantissa /= 10.0;
            exponent += 1.0;
        }
    }
    (mantissa, Some(exponent))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn format(number: f64, picture: &str, options: &[(&str, &str)]) -> Result<String, TextError> {
        let mut symbols = Symbols::default();
        for (name, value) in options {
            symbols.set(name, value);
        }
        format_number(number, picture, &symbols, 10_000)
    }

    #[test]
    fn numbers_are_written() {
        for (number, picture, text) in [
            (12345.6, "#,###.00", "12,345.60"),
            (12345678.9, "9,999.99", "12,345,678.90"),
            (123.9, "9999", "0124"),
            (0.14, "01%", "14%"),
            (0.14, "001‰", "140‰"),
            (-6.0, "000", "-006"),
            (-6.0, "000;(000)", "(006)"),
            (1234567.0, "#,##,##0", "12,34,567"),
            (0.123456, "0.000,000", "0.123,456"),
            (1234.5678, "00.000e0", "12.346e2"),
            (0.00012, "#.0e00", "0.1e-03"),
            (0.0, "0.0e0", "0.0e0"),
            (-1234.0, "0.0##e0", "-1.234e3"),
            (0.0, "#", "0"),
            (0.4, "#", "0"),
            (0.5, ".0", ".5"),
            (2.5, "0", "2"),
            (1e21, "0", "1e+21"),
            (1e6, "€ #,##0.00 net", "€ 1,000,000.00 net"),
        ] {
            assert_eq!(format(number, picture, &[]), Ok(text.to_owned()), "{number} in {picture}");
        }
    }

    #[test]
    fn options_replace_symbols() {
        let german = [("decimal-separator", ","), ("grouping-separator", ".")];
        assert_eq!(format(12345.6, "#.##0,00", &german).as_deref(), Ok("12.345,60"));
        assert_eq!(format(12.0, "٠٠٠", &[("zero-digit", "٠")]).as_deref(), Ok("٠١٢"));
        assert_eq!(format(0.14, "###pm", &[("per-mille", "pm")]).as_deref(), Ok("140pm"));
        assert_eq!(format(-1.0, "0", &[("minus-sign", "minus "), ("other", "x")]).as_deref(), Ok("minus 1"));
        let empty = [("grouping-separator", ""), ("pattern-separator", ""), ("zero-digit", "")];
        assert_eq!(format(1.0, "#;#", &empty).map_err(|_| ()), Err(()));
        assert_eq!(format(1.0, "#", &empty).as_deref(), Ok("1"));
    }

    #[test]
    fn wrong_pictures_are_refused() {
        for (picture, code) in [
            ("0;0;0", "D3080"),
            ("0.0.0", "D3081"),
            ("0%%", "D3082"),
            ("0‰‰", "D3083"),
            ("0%‰", "D3084"),
            (".e0", "D3085"),
            ("", "D3085"),
            ("abc", "D3085"),
            ("0+0", "D3086"),
            ("0,.0", "D3087"),
            ("0,", "D3088"),
            ("0,,0", "D3089"),
            ("0#.e0", "D3090"),
            ("0.#0", "D3091"),
            ("0e0%", "D3092"),
            ("0e#", "D3093"),
        ] {
            match format(1.0, picture, &[]) {
                Err(TextError::Fault(fault)) => assert_eq!(fault.code, code, "{picture}"),
                other => panic!("{picture}: {other:?}"),
            }
        }
    }

    #[test]
    fn long_results_are_refused() {
        let symbols = Symbols::default();
        assert_eq!(format_number(1.0, &"0".repeat(20), &symbols, 10), Err(TextError::TooLong));
        let long = "x".repeat(5000);
        assert_eq!(format(1e9, "#,##0", &[("minus-sign", &long)]), Ok("1,000,000,000".into()));
        assert_eq!(format(-1.0, "0", &[("minus-sign", &long.repeat(3))]), Err(TextError::TooLong));
        assert_eq!(format(1e9, &format!("{}0,#0", "#,".repeat(2000)), &[]), Err(TextError::TooLong));
        let zeros = format!("0{long}");
        assert_eq!(format(1.0, "000", &[("zero-digit", &zeros)]), Err(TextError::TooLong));
        assert!(format(f64::INFINITY, "0", &[]).is_err());
        assert!(format(1.0, &format!("0.{}", "0".repeat(101)), &[]).is_err());
    }

    proptest! {
        #[test]
        fn nothing_panics(
            bits: u64,
            picture in "[0#.,e%‰;x9]{0,12}",
            any_picture in any::<String>(),
            name in 0usize..9,
            value in "[0#.,e%x]{0,2}",
        ) {
            let names = ["decimal-separator", "grouping-separator", "exponent-separator", "minus-sign", "percent",
                "per-mille", "zero-digit", "digit", "pattern-separator"];
            let number = f64::from_bits(bits);
            for picture in [&picture, &any_picture] {
                let _ = format(number, picture, &[]);
                let _ = format(number, picture, &[(names[name], &value)]);
            }
        }
    }
}
