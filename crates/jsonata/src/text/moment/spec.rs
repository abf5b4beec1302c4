//! A date picture, analysed (F&O 9.8.4): literals, and markers in brackets.

use super::super::integer::{Case, Format, Kind};
use super::super::number::parse_int;
use super::super::{Fault, is_js_space, json_text};

#[derive(Debug)]
pub(super) enum Part {
    Literal(String),
    Marker(Marker),
}

/// `[component presentation modifier , width]`
#[derive(Debug)]
pub(super) struct Marker {
    pub(super) component: char,
    /// `[Z01:01t]` and its like: `a`, `t`, `c` or `o`.
    pub(super) modifier: Option<char>,
    /// A name is asked for, in this case.
    pub(super) names: Option<Case>,
    /// Where a number is asked for.
    pub(super) format: Option<Format>,
    /// The most characters, if the picture says so; NaN for what is no number.
    pub(super) width_max: Option<f64>,
    /// The most digits of a year, month or day.
    pub(super) digits_max: Option<f64>,
}

/// # Errors
/// `D3131`, `D3132`, `D3135`.
pub(super) fn analyse(picture: &str) -> Result<Vec<Part>, Fault> {
    let mut parts = Vec::new();
    let mut rest = picture;
    while let Some((literal, after)) = rest.split_once('[') {
        add_literal(&mut parts, literal);
        if let Some(after) = after.strip_prefix('[') {
            parts.push(Part::Literal("[".to_owned()));
            rest = after;
            continue;
        }
        let Some((marker, after)) = after.split_once(']') else {
            return Err(Fault::new("D3135", "No matching closing bracket ']' in date/time picture string"));
        };
        parts.push(Part::Marker(Marker::analyse(marker)?));
        rest = after;
    }
    add_literal(&mut parts, rest);
    Ok(parts)
}

fn add_literal(parts: &mut Vec<Part>, text: &str) {
    if !text.is_empty() {
        parts.push(Part::Literal(text.replace("]]", "]")));
    }
}

/// What a component without a presentation gets.
fn default_presentation(component: char) -> Option<&'static str> {
    Some(match component {
        'Y' | 'M' | 'D' | 'd' | 'W' | 'w' | 'X' | 'x' | 'H' | 'h' | 'f' => "1",
        'm' | 's' => "01",
        'Z' | 'z' => "01:01",
        'F' | 'P' | 'C' | 'E' => "n",
        _ => return None,
    })
}

impl Marker {
    fn analyse(text: &str) -> Result<Marker, Fault> {
        let text: Vec<char> = text.chars().filter(|c| !is_js_space(*c)).collect();
        let comma = text.iter().rposition(|c| *c == ',');
        // `[,…]` has no component; JavaScript then sees the comma in its place.
        let presentation = match comma {
            Some(0) => &text[..1],
            Some(comma) => &text[1..comma],
            None => text.get(1..).unwrap_or_default(),
        };
        let (width_min, width_max) = comma.map_or((None, None), |comma| widths(&text[comma + 1..]));
        let (presentation, modifier) = match presentation {
            [first @ .., last @ ('a' | 't' | 'c' | 'o')] if !first.is_empty() => (first, Some(*last)),
            other => (other, None),
        };
        let mut marker = Marker {
            component: text.first().copied().unwrap_or('\0'),
            modifier,
            names: None,
            format: None,
            width_max,
            digits_max: None,
        };
        let presentation: String = if presentation.is_empty() {
            let name: String = text.first().into_iter().collect();
            default_presentation(marker.component).map(str::to_owned).ok_or_else(|| {
                let text =
                    format!("Unknown component specifier {} in date/time picture string", json_text(&name));
                Fault::new("D3132", text)
            })?
        } else {
            presentation.iter().collect()
        };
        marker.present(&presentation, width_min)?;
        Ok(marker)
    }

    fn present(&mut self, presentation: &str, width_min: Option<f64>) -> Result<(), Fault> {
        self.names = match presentation.as_bytes() {
            [b'n', ..] => Some(Case::Lower),
            [b'N', b'n', ..] => Some(Case::Title),
            [b'N', ..] => Some(Case::Upper),
            _ => None,
        };
        if self.names.is_none() && "YMDdFWwXxHhmsf".contains(self.component) {
            let picture = match self.modifier {
                Some(modifier) => format!("{presentation};{modifier}"),
                None => presentation.to_owned(),
            };
            let mut format = Format::analyse(&picture)?;
            self.apply_widths(&mut format, width_min);
            self.format = Some(format);
        }
        if matches!(self.component, 'Z' | 'z') {
            self.format = Some(Format::analyse(presentation)?);
        }
        Ok(())
    }

    fn apply_widths(&mut self, format: &mut Format, width_min: Option<f64>) {
        let is_date = matches!(self.component, 'Y' | 'M' | 'D');
        if is_date {
            self.digits_max = self.width_max;
        }
        let Kind::Decimal(decimal) = &mut format.kind else { return };
        if let Some(least) = width_min
            && decimal.mandatory < least
        {
            decimal.mandatory = least;
        }
        if !is_date {
            return;
        }
        match self.width_max {
            Some(most) => decimal.mandatory = most,
            None => {
                let digits = decimal.mandatory + decimal.optional as f64;
                self.digits_max = (digits >= 2.0).then_some(digits);
            }
        }
    }
}

/// `min-max` or `min`; a star leaves it open.
fn widths(text: &[char]) -> (Option<f64>, Option<f64>) {
    let text: String = text.iter().collect();
    let width = |text: &str| if text == "*" { None } else { Some(parse_int(text)) };
    match text.split_once('-') {
        Some((min, max)) => (width(min), width(max)),
        None => (width(&text), None),
    }
}
