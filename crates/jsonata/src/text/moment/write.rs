//! A time in an analysed picture.

use super::super::integer::{Case, Decimal, Format, Grouping, Kind, format_integer};
use super::super::number::parse_int;
use super::super::{Fault, TextError, json_text};
use super::calendar::Moment;
use super::spec::{Marker, Part};

#[rustfmt::skip]
pub(super) const MONTHS: [&str; 12] = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
];
pub(super) const DAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// # Errors
/// `D3130`, `D3133`, `D3134`; [`TextError::TooLong`] beyond `max` bytes.
pub(super) fn write(
    picture: &[Part],
    millis: f64,
    timezone: Option<&str>,
    max: usize,
) -> Result<String, TextError> {
    // +0530 is 5 hours and 30 minutes; of a negative one, jsonata.js takes the hours
    // rounded down and the minutes negative.
    let offset = timezone.map_or(0.0, parse_int);
    let (hours, minutes) = ((offset / 100.0).floor(), offset % 100.0);
    let writer =
        Writer { moment: Moment::new(millis + (60.0 * hours + minutes) * 60_000.0), hours, minutes, max };
    let mut text = String::new();
    for part in picture {
        match part {
            Part::Literal(literal) => text.push_str(literal),
            Part::Marker(marker) => text.push_str(&writer.component(marker)?),
        }
        if text.len() > max {
            return Err(TextError::TooLong);
        }
    }
    Ok(text)
}

/// `D3133`.
pub(super) fn no_name(component: char) -> Fault {
    let problem =
        "The 'name' modifier can only be applied to months and days in the date/time picture string, not";
    Fault::new("D3133", format!("{problem} {}", json_text(&component.to_string())))
}

struct Writer {
    moment: Moment,
    /// Of the offset from UTC.
    hours: f64,
    minutes: f64,
    max: usize,
}

impl Writer {
    fn component(&self, marker: &Marker) -> Result<String, TextError> {
        match marker.component {
            'Z' | 'z' => self.timezone(marker),
            'P' => {
                let upper = marker.names == Some(Case::Upper);
                Ok(match (self.moment.is_afternoon(), upper) {
                    (false, false) => "am",
                    (false, true) => "AM",
                    (true, false) => "pm",
                    (true, true) => "PM",
                }
                .to_owned())
            }
            'C' | 'E' => Ok("ISO".to_owned()),
            component => match self.moment.component(component) {
                Some(value) => self.number(marker, value),
                // jsonata.js refuses an unknown component only without a presentation.
                None => Ok("undefined".to_owned()),
            },
        }
    }

    fn number(&self, marker: &Marker, value: f64) -> Result<String, TextError> {
        let mut value = value;
        if let ('Y', Some(digits)) = (marker.component, marker.digits_max) {
            value %= format!("1e{digits}").parse().unwrap_or(f64::NAN);
        }
        let Some(case) = marker.names else {
            let format = marker.format.as_ref().ok_or_else(|| no_name(marker.component))?;
            return format.write(value, self.max);
        };
        let names = match marker.component {
            'M' | 'x' => MONTHS.as_slice(),
            'F' => DAYS.as_slice(),
            other => return Err(no_name(other).into()),
        };
        // Without a date there is no name.
        let name = names.get(value as usize - usize::from(value >= 1.0)).filter(|_| !value.is_nan());
        let name = name.ok_or_else(|| Fault::out_of_range(value))?;
        let name = match case {
            Case::Upper => name.to_uppercase(),
            Case::Lower => name.to_lowercase(),
            Case::Title => (*name).to_owned(),
        };
        Ok(match marker.width_max {
            Some(width) if name.len() as f64 > width => name.chars().take(width.max(0.0) as usize).collect(),
            _ => name,
        })
    }

    fn timezone(&self, marker: &Marker) -> Result<String, TextError> {
        let offset = self.hours * 100.0 + self.minutes;
        if offset == 0.0 && marker.modifier == Some('t') && self.digits(marker).is_ok() {
            return Ok("Z".to_owned());
        }
        let (format, digits) = self.digits(marker)?;
        let mut text = if digits == 1.0 || digits == 2.0 {
            let mut text = format.write(self.hours, self.max)?;
            if self.minutes != 0.0 {
                text.push(':');
                text.push_str(&format_integer(self.minutes, "00", self.max)?);
            }
            text
        } else {
            format.write(offset, self.max)?
        };
        if offset >= 0.0 {
            text.insert(0, '+');
        }
        if marker.component == 'z' {
            text.insert_str(0, "GMT");
        }
        Ok(text)
    }

    /// The format of a time zone and how many digits it demands, 4 if it groups them.
    fn digits<'m>(&self, marker: &'m Marker) -> Result<(&'m Format, f64), Fault> {
        let refused =
            || Fault::new("D3134", "The timezone integer format specifier cannot have more than four digits");
        match &marker.format {
            Some(format @ Format { kind: Kind::Decimal(Decimal { grouping, mandatory, .. }), .. }) => {
                if let Grouping::Regular(..) = grouping {
                    return Ok((format, 4.0));
                }
                if *mandatory <= 4.0 { Ok((format, *mandatory)) } else { Err(refused()) }
            }
            _ => Err(refused()),
        }
    }
}
