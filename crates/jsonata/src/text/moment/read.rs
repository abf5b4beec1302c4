//! A time out of a text, by an analysed picture: the picture becomes a regular
//! expression with a group for each part, as in jsonata.js.

use super::super::integer::{Case, Decimal, Format, Grouping, Kind, word_values};
use super::super::number::parse_int;
use super::super::regex::Pattern;
use super::super::{Fault, TextError};
use super::calendar::{DAY_MS, Moment, utc, utc_day};
use super::spec::{Marker, Part};
use super::write::{DAYS, MONTHS, no_name};
use std::collections::BTreeMap;

/// What a text gave for each component; `None` for a name that is none.
type Components = BTreeMap<char, Option<f64>>;

/// # Errors
/// `D3130`, `D3133`, `D3136`, what a pattern's compilation says about an odd time
/// zone separator, [`TextError::OutOfSteps`].
pub(super) fn read(
    picture: &[Part],
    text: &str,
    now: f64,
    budget: &mut u64,
) -> Result<Option<f64>, TextError> {
    let mut source = String::from("^");
    for part in picture {
        source.push('(');
        match part {
            Part::Literal(literal) => escape(literal, &mut source),
            Part::Marker(marker) => pattern(marker, &mut source)?,
        }
        source.push(')');
    }
    source.push('$');
    // To compile the pattern takes time in proportion to its length.
    *budget = budget.checked_sub(source.len() as u64).ok_or(TextError::OutOfSteps)?;
    let Some(found) = Pattern::compile(&source, "i")?.find_at(text, 0, budget)? else { return Ok(None) };
    let mut components = Components::new();
    for (part, group) in picture.iter().zip(found.groups) {
        if let Part::Marker(marker) = part {
            let piece = group.and_then(|range| text.get(range)).unwrap_or_default();
            components.insert(marker.component, value(marker, piece)?);
        }
    }
    if components.is_empty() { Ok(None) } else { Ok(Some(assemble(components, Moment::new(now))?)) }
}

fn escape(literal: &str, source: &mut String) {
    for c in literal.chars() {
        if ".*+?^${}()|[]\\".contains(c) {
            source.push('\\');
        }
        source.push(c);
    }
}

/// The separator between hours and minutes of a time zone, if there is one.
fn separator(format: &Format) -> Option<char> {
    match &format.kind {
        Kind::Decimal(Decimal { grouping: Grouping::Regular(_, separator), .. }) => Some(*separator),
        _ => None,
    }
}

fn pattern(marker: &Marker, source: &mut String) -> Result<(), Fault> {
    match (&marker.format, marker.component) {
        (Some(format), component @ ('Z' | 'z')) => {
            source.push_str(if component == 'z' { "GMT[-+][0-9]+" } else { "[-+][0-9]+" });
            if let Some(separator) = separator(format) {
                source.push(separator);
                source.push_str("[0-9]+");
            }
        }
        (Some(format), _) => number_pattern(format, marker.digits_max, source)?,
        (None, 'M' | 'x' | 'F' | 'P') => source.push_str("[a-zA-Z]+"),
        (None, other) => return Err(no_name(other)),
    }
    Ok(())
}

fn number_pattern(format: &Format, digits_max: Option<f64>, source: &mut String) -> Result<(), Fault> {
    match &format.kind {
        Kind::Letters(Case::Upper) => source.push_str("[A-Z]+"),
        Kind::Letters(_) => source.push_str("[a-z]+"),
        Kind::Roman(Case::Upper) => source.push_str("[MDCLXVI]+"),
        Kind::Roman(_) => source.push_str("[mdclxvi]+"),
        Kind::Words(_) => {
            source.push_str("(?:");
            for (word, _) in word_values() {
                source.push_str(&word);
                source.push('|');
            }
            source.push_str("and|[\\-, ])+");
        }
        Kind::Decimal(decimal) => {
            source.push_str("[0-9]");
            match digits_max {
                Some(most) if most > 0.0 && decimal.optional == 0 => source.push_str(&format!("{{{most}}}")),
                Some(most) if most > 0.0 => {
                    source.push_str(&format!("{{{},{most}}}", most - decimal.optional as f64));
                }
                _ => source.push('+'),
            }
            if format.ordinal {
                source.push_str("(?:th|st|nd|rd)");
            }
        }
        // Says what is wrong with it.
        Kind::Sequence(_) => _ = format.read("")?,
    }
    Ok(())
}

fn value(marker: &Marker, text: &str) -> Result<Option<f64>, Fault> {
    let name_value = |names: &[&str]| {
        let shortened = |name: &str| match marker.width_max {
            Some(width) if width > 0.0 => name.chars().take(width as usize).collect::<String>() == text,
            _ => name == text,
        };
        // Of names that shortening makes the same, the last one is meant.
        names.iter().rposition(|name| shortened(name)).map(|index| index as f64 + 1.0)
    };
    match (&marker.format, marker.component) {
        (Some(format), 'Z' | 'z') => Ok(Some(offset(marker, separator(format), text))),
        (Some(format), _) => format.read(text).map(Some),
        (None, 'M' | 'x') => Ok(name_value(&MONTHS)),
        (None, 'F') => Ok(name_value(&DAYS)),
        (None, 'P') => Ok(match text {
            "am" | "AM" => Some(0.0),
            "pm" | "PM" => Some(1.0),
            _ => None,
        }),
        (None, other) => Err(no_name(other)),
    }
}

/// A time zone in minutes.
fn offset(marker: &Marker, separator: Option<char>, text: &str) -> f64 {
    let text = if marker.component == 'z' { text.get(3..).unwrap_or_default() } else { text };
    let (hours, minutes) = match separator {
        Some(separator) => {
            let (hours, minutes) = text.split_once(separator).unwrap_or((text, ""));
            (parse_int(hours), parse_int(minutes))
        }
        None if text.len() <= 3 => (parse_int(text), 0.0),
        None => text.split_at_checked(3).map_or((f64::NAN, 0.0), |(h, m)| (parse_int(h), parse_int(m))),
    };
    hours * 60.0 + minutes
}

/// Which components a text gave a value for that JavaScript takes for true.
fn mask(components: &Components, of: &str) -> u32 {
    let given = |component: char| {
        let value = components.get(&component).copied().flatten().unwrap_or(0.0);
        value != 0.0 && !value.is_nan()
    };
    of.chars().fold(0, |mask, component| mask << 1 | u32::from(given(component)))
}

/// Whether something is given of a kind of date or time, and nothing else.
fn is_kind(mask: u32, kind: u32) -> bool {
    mask & !kind == 0 && mask & kind != 0
}

/// The time that the components say, completed by zeros to the right and by the
/// present time to the left.
fn assemble(mut components: Components, now: Moment) -> Result<f64, Fault> {
    let incomplete = || {
        Fault::new(
            "D3136",
            "The date/time picture string is missing specifiers required to parse the timestamp",
        )
    };
    let date = mask(&components, "YXMxWwdD");
    let by_month = is_kind(date, 0b1010_0001);
    let by_day = !by_month && is_kind(date, 0b1000_0010);
    let by_week_of_month = is_kind(date, 0b0101_0100);
    let by_week = !by_week_of_month && is_kind(date, 0b0100_1000);
    let time = mask(&components, "PHhmsf");
    let by_half_day = !is_kind(time, 0b01_0111) && is_kind(time, 0b10_1111);
    let wanted = match (by_day, by_week_of_month, by_week) {
        (true, ..) => "YD",
        (_, true, _) => "XxwF",
        (_, _, true) => "XWF",
        _ => "YMD",
    };
    let wanted = wanted.chars().chain(if by_half_day { "Phmsf" } else { "Hmsf" }.chars());
    let (mut started, mut ended) = (false, false);
    for component in wanted {
        match components.get(&component).copied().flatten() {
            Some(_) if ended => return Err(incomplete()),
            Some(_) => started = true,
            None => {
                ended |= started;
                let zero = if matches!(component, 'M' | 'D' | 'd') { 1.0 } else { 0.0 };
                let default = if started { Some(zero) } else { now.component(component) };
                components.insert(component, default);
            }
        }
    }
    if by_week_of_month || by_week {
        // jsonata.js cannot read weeks.
        return Err(incomplete());
    }
    Ok(millis(&components, by_day, by_half_day))
}

fn millis(components: &Components, by_day: bool, by_half_day: bool) -> f64 {
    let get = |component: char| components.get(&component).copied().flatten();
    let number = |component: char| get(component).unwrap_or(f64::NAN);
    let (year, mut month, mut day) = (number('Y'), number('M'), number('D'));
    month = if month > 0.0 { month - 1.0 } else { 0.0 };
    if by_day {
        let derived = Moment::new((utc_day(year, 0.0, 1.0) + number('d') - 1.0) * DAY_MS);
        month = derived.component('M').unwrap_or(f64::NAN) - 1.0;
        day = derived.component('D').unwrap_or(f64::NAN);
    }
    let mut hour = number('H');
    if by_half_day {
        hour = if number('h') == 12.0 { 0.0 } else { number('h') };
        hour += if get('P') == Some(1.0) { 12.0 } else { 0.0 };
    }
    let millis = utc(year, month, day, [hour, number('m'), number('s'), number('f')]);
    let truthy = |component: char| get(component).filter(|value| *value != 0.0 && !value.is_nan());
    millis - truthy('Z').or(truthy('z')).unwrap_or(0.0) * 60_000.0
}
