//! Integer pictures (XPath F&O 3.1, `fn:format-integer`): `$formatInteger`,
//! `$parseInteger`, and the numbers inside date pictures.
//!
//! A [`Format`] is an analysed picture; `moment` makes and uses its own.

use super::number::{js_text, parse_int};
use super::{Fault, TextError, is_js_space, json_text};
use std::collections::BTreeSet;

/// The zeros of the decimal digit families a picture may use.
const ZEROS: [u32; 37] = [
    0x30, 0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66,
    0x0de6, 0x0e50, 0x0ed0, 0x0f20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50,
    0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10,
];

/// How many separators may stand at irregular places: each costs a pass over the
/// text.
const SEPARATORS_MAX: usize = 1000;

#[rustfmt::skip]
const FEW: [&str; 20] = [
    "Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven",
    "Twelve", "Thirteen", "Fourteen", "Fifteen", "Sixteen", "Seventeen", "Eighteen", "Nineteen",
];
#[rustfmt::skip]
const ORDINALS: [&str; 20] = [
    "Zeroth", "First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth",
    "Tenth", "Eleventh", "Twelfth", "Thirteenth", "Fourteenth", "Fifteenth", "Sixteenth", "Seventeenth",
    "Eighteenth", "Nineteenth",
];
/// Twenty to ninety, and the word that reading counts among them.
const DECADES: [&str; 9] =
    ["Twenty", "Thirty", "Forty", "Fifty", "Sixty", "Seventy", "Eighty", "Ninety", "Hundred"];
const MAGNITUDES: [&str; 4] = ["Thousand", "Million", "Billion", "Trillion"];

const ROMAN: [(f64, &str); 13] = [
    (1000.0, "m"),
    (900.0, "cm"),
    (500.0, "d"),
    (400.0, "cd"),
    (100.0, "c"),
    (90.0, "xc"),
    (50.0, "l"),
    (40.0, "xl"),
    (10.0, "x"),
    (9.0, "ix"),
    (5.0, "v"),
    (4.0, "iv"),
    (1.0, "i"),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    Upper,
    Lower,
    Title,
}

/// An analysed picture.
#[derive(Clone, Debug)]
pub(super) struct Format {
    pub(super) kind: Kind,
    pub(super) ordinal: bool,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    Decimal(Decimal),
    Letters(Case),
    Roman(Case),
    Words(Case),
    /// A numbering that we (like jsonata.js) do not have, by its picture.
    Sequence(String),
}

/// A decimal-digit-pattern.
#[derive(Clone, Debug)]
pub(super) struct Decimal {
    pub(super) zero: u32,
    /// Digits to fill up with zeros; NaN where a date picture says so.
    pub(super) mandatory: f64,
    pub(super) optional: usize,
    pub(super) grouping: Grouping,
}

#[derive(Clone, Debug)]
pub(super) enum Grouping {
    /// One character after each so many digits.
    Regular(usize, char),
    /// Characters at places counted from the right, the rightmost first.
    Irregular(Vec<(usize, char)>),
}

/// `$formatInteger`: a number, rounded down, in a picture.
///
/// # Errors
/// `D3130` for a picture that is no pattern we know, `D3131` for digits of two
/// families, `D1001` for a number that is not finite where only words or letters
/// would do; [`TextError::TooLong`] beyond `max` bytes.
pub(crate) fn format_integer(number: f64, picture: &str, max: usize) -> Result<String, TextError> {
    Format::analyse(picture)?.write(number.floor(), max)
}

/// `$parseInteger`: reads what `$formatInteger` writes in this picture. A text that
/// is not of this form is not refused but gives what can be read of it, NaN at the
/// worst.
///
/// # Errors
/// `D3130` and `D3131` as for [`format_integer`]; a fault without a code, where the
/// picture's digits are not ASCII and a character lies before them.
pub(crate) fn parse_integer(text: &str, picture: &str) -> Result<f64, Fault> {
    Format::analyse(picture)?.read(text)
}

impl Format {
    /// # Errors
    /// `D3131`.
    pub(super) fn analyse(picture: &str) -> Result<Format, Fault> {
        let (primary, modifier) = picture.rsplit_once(';').unwrap_or((picture, ""));
        let kind = match primary {
            "A" => Kind::Letters(Case::Upper),
            "a" => Kind::Letters(Case::Lower),
            "I" => Kind::Roman(Case::Upper),
            "i" => Kind::Roman(Case::Lower),
            "W" => Kind::Words(Case::Upper),
            "Ww" => Kind::Words(Case::Title),
            "w" => Kind::Words(Case::Lower),
            _ => match Decimal::analyse(primary)? {
                Some(decimal) => Kind::Decimal(decimal),
                None => Kind::Sequence(primary.to_owned()),
            },
        };
        Ok(Format { kind, ordinal: modifier.starts_with('o') })
    }

    /// # Errors
    /// As [`format_integer`].
    pub(super) fn write(&self, number: f64, max: usize) -> Result<String, TextError> {
        let size = number.abs();
        let cased = |text: String, case: Case| match case {
            Case::Upper => text.to_uppercase(),
            Case::Lower => text.to_lowercase(),
            Case::Title => text,
        };
        let finite = || if size.is_finite() { Ok(()) } else { Err(Fault::out_of_range(number)) };
        let text = match &self.kind {
            Kind::Decimal(decimal) => decimal.write(size, self.ordinal, max)?,
            Kind::Letters(case) => {
                finite()?;
                letters(size, if *case == Case::Upper { b'A' } else { b'a' })
            }
            Kind::Roman(case) => {
                finite()?;
                if size / 1000.0 > max as f64 {
                    return Err(TextError::TooLong);
                }
                cased(roman(size), *case)
            }
            Kind::Words(case) => {
                finite()?;
                let mut text = String::new();
                words(size, false, self.ordinal, &mut text);
                cased(text, *case)
            }
            Kind::Sequence(picture) => return Err(no_sequence(picture).into()),
        };
        let sign = if number < 0.0 { "-" } else { "" };
        if sign.len() + text.len() > max { Err(TextError::TooLong) } else { Ok(format!("{sign}{text}")) }
    }

    /// # Errors
    /// `D3130`.
    pub(super) fn read(&self, text: &str) -> Result<f64, Fault> {
        Ok(match &self.kind {
            Kind::Decimal(decimal) => decimal.read(text, self.ordinal)?,
            Kind::Letters(case) => letters_value(text, if *case == Case::Upper { b'A' } else { b'a' }),
            Kind::Roman(Case::Upper) => roman_value(text),
            Kind::Roman(_) => roman_value(&text.to_uppercase()),
            Kind::Words(_) => words_value(&text.to_lowercase()),
            Kind::Sequence(picture) => return Err(no_sequence(picture)),
        })
    }
}

fn no_sequence(picture: &str) -> Fault {
    let message = format!(
        "Formatting or parsing an integer as a sequence starting with {} is not supported by this implementation",
        json_text(picture)
    );
    Fault::new("D3130", message)
}

impl Decimal {
    /// `None` for a picture without a digit.
    fn analyse(picture: &str) -> Result<Option<Decimal>, Fault> {
        let mut zero = None;
        let (mut mandatory, mut optional) = (0usize, 0);
        let mut separators = Vec::new();
        for c in picture.chars().rev() {
            let code = u32::from(c);
            if let Some(family) = ZEROS.iter().find(|zero| (**zero..=**zero + 9).contains(&code)) {
                if zero.is_some_and(|zero| zero != *family) {
                    let text = "In a decimal digit pattern, all digits must be from the same decimal group";
                    return Err(Fault::new("D3131", text));
                }
                zero = Some(*family);
                mandatory += 1;
            } else if c == '#' {
                optional += 1;
            } else {
                separators.push((mandatory + optional, c));
            }
        }
        Ok(zero.map(|zero| Decimal {
            zero,
            mandatory: mandatory as f64,
            optional,
            grouping: Grouping::of(separators),
        }))
    }

    fn write(&self, size: f64, ordinal: bool, max: usize) -> Result<String, TextError> {
        let mut digits = js_text(size);
        let missing = self.mandatory - digits.len() as f64;
        if missing > 0.0 {
            if missing > max as f64 {
                return Err(TextError::TooLong);
            }
            digits.insert_str(0, &"0".repeat(missing as usize));
        }
        if let Grouping::Irregular(separators) = &self.grouping
            && separators.len() > SEPARATORS_MAX
        {
            return Err(TextError::TooLong);
        }
        let family = |c: char| char::from_u32(u32::from(c) + self.zero - 0x30).unwrap_or(c);
        let mut text = self.grouping.write(digits.chars().map(family).collect());
        if ordinal {
            let last = text.last().copied();
            let teen = text.len() > 1 && text[text.len() - 2] == '1';
            text.extend(
                match last {
                    Some('1') if !teen => "st",
                    Some('2') if !teen => "nd",
                    Some('3') if !teen => "rd",
                    _ => "th",
                }
                .chars(),
            );
        }
        Ok(text.into_iter().collect())
    }

    fn read(&self, text: &str, ordinal: bool) -> Result<f64, Fault> {
        let mut digits: Vec<char> = text.chars().collect();
        if ordinal {
            digits.truncate(digits.len().saturating_sub(2));
        }
        match &self.grouping {
            // jsonata.js takes out commas here, whatever the separator is.
            Grouping::Regular(..) => digits.retain(|c| *c != ','),
            Grouping::Irregular(separators) => {
                let separators: BTreeSet<char> = separators.iter().map(|(_, c)| *c).collect();
                digits.retain(|c| !separators.contains(c));
            }
        }
        if self.zero == 0x30 {
            return Ok(parse_int(&digits.into_iter().collect::<String>()));
        }
        let ascii = |c: char| {
            let code = i64::from(u32::from(c)) - i64::from(self.zero) + 0x30;
            // JavaScript's own error for what no character has as its number.
            let invalid = || Fault::new("", format!("Invalid code point {code}"));
            u32::try_from(code).ok().and_then(char::from_u32).ok_or_else(invalid)
        };
        Ok(parse_int(&digits.into_iter().map(ascii).collect::<Result<String, Fault>>()?))
    }
}

impl Grouping {
    /// Regular, if the separators are one character at every multiple of a number.
    fn of(separators: Vec<(usize, char)>) -> Grouping {
        let Some((_, character)) = separators.first().copied() else {
            return Grouping::Irregular(separators);
        };
        let factor = regular_factor(separators.iter().map(|(place, _)| *place));
        if factor > 0 && separators.iter().all(|(_, other)| *other == character) {
            Grouping::Regular(factor, character)
        } else {
            Grouping::Irregular(separators)
        }
    }

    fn write(&self, digits: Vec<char>) -> Vec<char> {
        match self {
            Grouping::Regular(factor, separator) => {
                let mut text = Vec::with_capacity(digits.len() * 2);
                for (index, digit) in digits.iter().enumerate() {
                    if index > 0 && (digits.len() - index).is_multiple_of(*factor) {
                        text.push(*separator);
                    }
                    text.push(*digit);
                }
                text
            }
            Grouping::Irregular(separators) => insert_from_left(digits, separators),
        }
    }
}

/// Puts separators in, the leftmost first. One that lies outside the digits goes
/// before them; jsonata.js loses digits when it lies further outside than there are
/// characters left to keep, and so do we.
fn insert_from_left(digits: Vec<char>, separators: &[(usize, char)]) -> Vec<char> {
    let mut text = digits;
    for (place, separator) in separators.iter().rev() {
        match text.len().checked_sub(*place) {
            Some(at) => text.insert(at, *separator),
            None => {
                let lost = text.len().saturating_sub(place - text.len());
                text.splice(..lost, [*separator]);
            }
        }
    }
    text
}

/// The number that all places are multiples of, each multiple up to their count
/// being there; 0 if there is none.
pub(super) fn regular_factor(places: impl Iterator<Item = usize> + Clone) -> usize {
    let gcd = |mut a: usize, mut b: usize| {
        while b != 0 {
            (a, b) = (b, a % b);
        }
        a
    };
    let Some(factor) = places.clone().reduce(gcd) else { return 0 };
    let all: BTreeSet<usize> = places.clone().collect();
    let regular = (1..=places.count()).all(|index| all.contains(&(index * factor)));
    if regular { factor } else { 0 }
}

/// 1 is `a`, 27 is `aa`; nothing for 0.
fn letters(mut size: f64, first: u8) -> String {
    let mut letters = Vec::new();
    while size > 0.0 {
        letters.push(char::from(first + ((size - 1.0) % 26.0) as u8));
        size = ((size - 1.0) / 26.0).floor();
    }
    letters.iter().rev().collect()
}

fn letters_value(text: &str, first: u8) -> f64 {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut value = 0.0;
    let mut weight = 1.0;
    for unit in units.iter().rev() {
        value += (f64::from(*unit) - f64::from(first) + 1.0) * weight;
        weight *= 26.0;
    }
    value
}

fn roman(mut size: f64) -> String {
    let mut text = String::new();
    for (value, numeral) in ROMAN {
        while size >= value {
            text.push_str(numeral);
            size -= value;
        }
    }
    text
}

fn roman_value(text: &str) -> f64 {
    let mut value = 0.0;
    let mut highest = 1.0;
    for c in text.chars().rev() {
        let digit = match c {
            'M' => 1000.0,
            'D' => 500.0,
            'C' => 100.0,
            'L' => 50.0,
            'X' => 10.0,
            'V' => 5.0,
            'I' => 1.0,
            _ => return f64::NAN,
        };
        if digit < highest {
            value -= digit;
        } else {
            highest = digit;
            value += digit;
        }
    }
    value
}

/// English words; `follows` after a larger part.
fn words(size: f64, follows: bool, ordinal: bool, out: &mut String) {
    let below_1000 = |text: &str| if follows { text.to_owned() } else { String::new() };
    if size < 20.0 {
        out.push_str(&below_1000(" and "));
        out.push_str(if ordinal { ORDINALS } else { FEW }[size as usize]);
    } else if size < 100.0 {
        out.push_str(&below_1000(" and "));
        let decade = DECADES[(size / 10.0) as usize - 2];
        let rest = size % 10.0;
        if rest > 0.0 {
            out.push_str(decade);
            out.push('-');
            words(rest, false, ordinal, out);
        } else if ordinal {
            out.push_str(&decade[..decade.len() - 1]);
            out.push_str("ieth");
        } else {
            out.push_str(decade);
        }
    } else {
        out.push_str(&below_1000(", "));
        let (factor, name) = magnitude(size);
        let count = (size / factor).floor();
        words(count, false, false, out);
        out.push(' ');
        out.push_str(name);
        let rest = size - count * factor;
        if rest > 0.0 {
            words(rest, true, ordinal, out);
        } else if ordinal {
            out.push_str("th");
        }
    }
}

/// The largest word that counts in a number of at least 100. There is none above
/// the trillion: what is larger has trillions of trillions.
fn magnitude(size: f64) -> (f64, &'static str) {
    let mut found = (100.0, "Hundred");
    let mut factor = 1000.0;
    for name in MAGNITUDES {
        if size >= factor {
            found = (factor, name);
        }
        factor *= 1000.0;
    }
    found
}

/// All words with their values, lower case, in the order in which jsonata.js tries
/// them.
pub(super) fn word_values() -> Vec<(String, f64)> {
    let mut values: Vec<(String, f64)> = Vec::new();
    for list in [FEW, ORDINALS] {
        values.extend(list.iter().enumerate().map(|(value, word)| (word.to_lowercase(), value as f64)));
    }
    for (index, word) in DECADES.iter().enumerate() {
        let word = word.to_lowercase();
        let value = (index as f64 + 2.0) * 10.0;
        let ordinal = format!("{}ieth", &word[..word.len() - 1]);
        values.extend([(word, value), (ordinal, value)]);
    }
    values.push(("hundredth".to_owned(), 100.0));
    let mut value = 1000.0;
    for word in MAGNITUDES {
        let word = word.to_lowercase();
        values.extend([(word.clone(), value), (format!("{word}th"), value)]);
        value *= 1000.0;
    }
    values
}

fn words_value(text: &str) -> f64 {
    let known = word_values();
    let mut segments = vec![0.0];
    for word in split_words(text) {
        let Some((_, value)) = known.iter().find(|(known, _)| known == word) else { return f64::NAN };
        let top = segments.pop().unwrap_or(0.0);
        if *value >= 100.0 {
            segments.push(top * value);
        } else if top >= 1000.0 {
            segments.extend([top, *value]);
        } else {
            segments.push(top + value);
        }
    }
    segments.iter().sum()
}

/// Splits at `, `, ` and `, and single spaces, dashes and backslashes.
fn split_words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = 0;
    let mut skip = 0;
    for (at, c) in text.char_indices() {
        let rest = &text[at..];
        if at < skip {
            continue;
        }
        let space = |text: &str| text.chars().next().filter(|c| is_js_space(*c)).map(char::len_utf8);
        let length = if c == ',' {
            space(&rest[1..]).map(|space| 1 + space)
        } else if is_js_space(c) {
            let after = &rest[c.len_utf8()..];
            let and = after.strip_prefix("and").and_then(|after| Some(c.len_utf8() + 3 + space(after)?));
            and.or(Some(c.len_utf8()))
        } else {
            matches!(c, '\\' | '-').then_some(1)
        };
        if let Some(length) = length {
            words.push(&text[start..at]);
            start = at + length;
            skip = start;
        }
    }
    words.push(&text[start..]);
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn format(number: f64, picture: &str) -> String {
        format_integer(number, picture, 10_000).unwrap_or_else(|error| format!("{error:?}"))
    }

    #[test]
    fn digits_are_written() {
        for (number, picture, text) in [
            (123.0, "0000", "0123"),
            (1234567.9, "#,##0", "1,234,567"),
            (-1234567.0, "###0.00,00", "-123.45,67"),
            (-0.5, "0", "-1"),
            (123.0, "#:#0", "1:23"),
            (1.0, "#:###,##0", ",1"),
            (123.0, "#,##:#0", ":,3"),
            (12345.0, "٠٬٠٠٠", "١٢٬٣٤٥"),
            (1e21, "0", "1e+21"),
            (f64::INFINITY, "0", "Infinity"),
            (1.0, "1;o", "1st"),
            (12.0, "1;o", "12th"),
            (22.0, "1;o(-en)", "22nd"),
            (1013.0, "#,##0;o", "1,013th"),
            (103.0, "0;c", "103"),
        ] {
            assert_eq!(format(number, picture), text, "{number} in {picture}");
        }
    }

    #[test]
    fn letters_numerals_and_words_are_written() {
        for (number, picture, text) in [
            (1.0, "a", "a"),
            (27.0, "A", "AA"),
            (0.0, "a", ""),
            (-703.0, "A", "-AAA"),
            (1999.0, "I", "MCMXCIX"),
            (4.0, "i", "iv"),
            (0.0, "I", ""),
            (0.0, "w", "zero"),
            (0.0, "W;o", "ZEROTH"),
            (12476.0, "Ww", "Twelve Thousand, Four Hundred and Seventy-Six"),
            (-20.0, "w;o", "-twentieth"),
            (100.0, "Ww;o", "One Hundredth"),
            (1000001.0, "w;o", "one million and first"),
            (1e15, "w", "one thousand trillion"),
            (1e24, "w", "one trillion trillion"),
        ] {
            assert_eq!(format(number, picture), text, "{number} in {picture}");
        }
    }

    #[test]
    fn wrong_pictures_are_refused() {
        let fault = |picture: &str| match format_integer(1.0, picture, 100) {
            Err(TextError::Fault(fault)) => (fault.code, fault.message),
            other => panic!("{picture}: {other:?}"),
        };
        let (code, message) = fault("\"α");
        assert_eq!(code, "D3130");
        assert!(message.contains(r#"starting with "\"α" is not"#), "{message}");
        assert_eq!(fault("").0, "D3130");
        assert_eq!(fault("0٠").0, "D3131");
        assert_eq!(parse_integer("1", "#").expect_err("no digit").code, "D3130");
    }

    #[test]
    fn long_results_are_refused() {
        assert_eq!(format_integer(1e12, "I", 1_000_000), Err(TextError::TooLong));
        assert_eq!(format_integer(1.0, &"0".repeat(50), 20), Err(TextError::TooLong));
        for picture in ["I", "w", "a"] {
            assert!(matches!(format_integer(f64::INFINITY, picture, 100), Err(TextError::Fault(_))));
        }
    }

    #[test]
    fn integers_are_read() {
        for (text, picture, number) in [
            ("12,345,678", "#,##0", 12_345_678.0),
            ("١٢٣", "٠", 123.0),
            ("1.234", "0.0,0", 1234.0),
            ("121st", "0;o", 121.0),
            ("-7", "0", -7.0),
            ("aa", "a", 27.0),
            ("AAA", "A", 703.0),
            ("", "a", 0.0),
            ("mcmxcix", "i", 1999.0),
            ("", "I", 0.0),
            ("twelve thousand, four hundred and seventy-six", "w", 12_476.0),
            ("One Million and First", "Ww;o", 1_000_001.0),
            ("ninety-fifth", "w", 95.0),
            ("one thousand trillion", "w", 1e15),
        ] {
            assert_eq!(parse_integer(text, picture), Ok(number), "{text} in {picture}");
        }
        for (text, picture) in [("x", "0"), ("", "0"), ("Q", "I"), ("i", "I"), ("one  two", "w")] {
            assert!(parse_integer(text, picture).is_ok_and(f64::is_nan), "{text} in {picture}");
        }
        let fault = parse_integer("1", "٠").expect_err("it lies before the digits");
        assert_eq!(fault.message, "Invalid code point -1535");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(number in 1u32..5_000_000, index in 0usize..8) {
            let picture = ["0", "#,##0", "0;o", "w", "Ww;o", "i", "A", "٠٬٠٠٠"][index];
            let number = f64::from(number % if picture == "i" { 5000 } else { u32::MAX });
            let written = format_integer(number, picture, 10_000).expect("it fits");
            // Only commas are taken out of regular groups.
            let written = written.replace('٬', "");
            prop_assert_eq!(parse_integer(&written, picture), Ok(number));
        }

        #[test]
        fn nothing_panics(bits: u64, picture in any::<String>(), short in "[#0-9,.;oAaIiWw٠]{0,8}", text in any::<String>()) {
            for picture in [picture, short] {
                let _ = format_integer(f64::from_bits(bits), &picture, 1000);
                let _ = parse_integer(&text, &picture);
            }
        }
    }
}
