//! Sets of UTF-16 units, and JavaScript's folding of case.

use std::sync::OnceLock;

/// A set of UTF-16 units as a character class describes it.
#[derive(Clone, Debug, Default)]
pub(super) struct Set {
    /// In order, apart from each other, both ends included.
    ranges: Vec<(u16, u16)>,
    /// The part below 128 as bits.
    ascii: u128,
    negated: bool,
}

impl Set {
    /// Whether the set has the unit; with folding, the unit must be folded.
    pub(super) fn contains(&self, unit: u16) -> bool {
        let member = if unit < 128 {
            self.ascii >> unit & 1 == 1
        } else {
            let next = self.ranges.partition_point(|(_, last)| *last < unit);
            self.ranges.get(next).is_some_and(|(first, _)| *first <= unit)
        };
        member != self.negated
    }
}

/// A set under construction.
#[derive(Clone, Debug, Default)]
pub(super) struct Ranges(Vec<(u16, u16)>);

impl Ranges {
    pub(super) fn add(&mut self, first: u16, last: u16) {
        self.0.push((first, last));
    }

    /// Adds what an escape such as `\d` stands for, or `\D` if `outside`.
    pub(super) fn add_class(&mut self, class: &[(u16, u16)], outside: bool) {
        if !outside {
            self.0.extend_from_slice(class);
            return;
        }
        let mut next = 0;
        for (first, last) in class {
            if *first > next {
                self.0.push((next, first - 1));
            }
            next = last.saturating_add(1);
        }
        self.0.push((next, u16::MAX));
    }

    /// Closes the set; with `fold`, what [`Set::contains`] is asked for is folded.
    pub(super) fn into_set(mut self, negated: bool, fold: bool) -> Set {
        if fold {
            let changing = &folding().changing;
            for index in 0..self.0.len() {
                let (first, last) = self.0[index];
                let from = changing.partition_point(|(unit, _)| *unit < first);
                let inside = changing[from..].iter().take_while(|(unit, _)| *unit <= last);
                let outside = inside.filter(|(_, folded)| !(first..=last).contains(folded));
                self.0.extend(outside.map(|(_, folded)| (*folded, *folded)));
            }
        }
        self.0.sort_unstable();
        let mut ranges: Vec<(u16, u16)> = Vec::new();
        for (first, last) in self.0 {
            match ranges.last_mut() {
                Some(before) if first <= before.1.saturating_add(1) => before.1 = before.1.max(last),
                _ => ranges.push((first, last)),
            }
        }
        let ascii = ranges
            .iter()
            .flat_map(|(first, last)| *first..=(*last).min(127))
            .fold(0, |bits, unit| bits | 1u128 << unit);
        Set { ranges, ascii, negated }
    }
}

/// `\d`
pub(super) const DIGITS: &[(u16, u16)] = &[(0x30, 0x39)];
/// `\w`
pub(super) const WORD: &[(u16, u16)] = &[(0x30, 0x39), (0x41, 0x5a), (0x5f, 0x5f), (0x61, 0x7a)];
/// `\s`
pub(super) const SPACE: &[(u16, u16)] = &[
    (0x09, 0x0d),
    (0x20, 0x20),
    (0xa0, 0xa0),
    (0x1680, 0x1680),
    (0x2000, 0x200a),
    (0x2028, 0x2029),
    (0x202f, 0x202f),
    (0x205f, 0x205f),
    (0x3000, 0x3000),
    (0xfeff, 0xfeff),
];

/// Whether `\b` counts the unit to a word; the flag `i` changes nothing there.
pub(super) fn is_word(unit: u16) -> bool {
    u8::try_from(unit).is_ok_and(|byte| byte == b'_' || byte.is_ascii_alphanumeric())
}

/// Whether the unit ends a line: `.` stops there, and `^` and `$` see it under `m`.
pub(super) fn is_line_end(unit: u16) -> bool {
    matches!(unit, 0x0a | 0x0d | 0x2028 | 0x2029)
}

/// The unit that stands for all that are the same without regard to case.
pub(super) fn fold(unit: u16) -> u16 {
    match u8::try_from(unit) {
        Ok(byte) if byte.is_ascii() => u16::from(byte.to_ascii_uppercase()),
        _ => folding().table.get(usize::from(unit)).copied().unwrap_or(unit),
    }
}

struct Folding {
    /// For each unit, its folded form.
    table: Vec<u16>,
    /// The units that folding changes, in order.
    changing: Vec<(u16, u16)>,
}

fn folding() -> &'static Folding {
    static FOLDING: OnceLock<Folding> = OnceLock::new();
    FOLDING.get_or_init(|| {
        let table: Vec<u16> = (0..=u16::MAX).map(upper).collect();
        let changing = (0..=u16::MAX)
            .zip(&table)
            .filter(|(unit, folded)| unit != *folded)
            .map(|(u, f)| (u, *f))
            .collect();
        Folding { table, changing }
    })
}

/// ECMAScript's `Canonicalize` without the flag `u`: upper case where that is one
/// unit, and never from outside ASCII into it.
fn upper(unit: u16) -> u16 {
    let Some(c) = char::from_u32(u32::from(unit)) else { return unit };
    let mut upper = c.to_uppercase();
    match (upper.next().map(|c| u16::try_from(u32::from(c))), upper.next()) {
        (Some(Ok(folded)), None) if unit < 128 || folded >= 128 => folded,
        _ => unit,
    }
}
