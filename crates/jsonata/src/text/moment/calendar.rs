//! The Gregorian calendar as JavaScript's `Date` has it, in UTC, with ISO weeks.
//!
//! All numbers are floating, because what a picture reads may be any number, and
//! NaN goes through everything as it does in JavaScript.

/// Milliseconds in a day.
pub(super) const DAY_MS: f64 = 86_400_000.0;
/// How far from 1970 a date may be, in milliseconds.
const MILLIS_MAX: f64 = 8.64e15;

/// A point in time, taken apart.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    millis: f64,
    year: f64,
    /// From 0.
    month: f64,
    /// From 1.
    day: f64,
}

impl Moment {
    /// All parts are NaN for what no date holds.
    pub(super) fn new(millis: f64) -> Moment {
        if millis.is_nan() || millis.abs() > MILLIS_MAX {
            return Moment { millis: f64::NAN, year: f64::NAN, month: f64::NAN, day: f64::NAN };
        }
        let millis = millis.trunc();
        let (year, month, day) = civil((millis / DAY_MS).floor() as i64);
        Moment { millis, year: year as f64, month: month as f64, day: day as f64 }
    }

    /// The number behind a component specifier of a picture; `None` for those that
    /// are no number (`P`, `Z`, `z`, `C`, `E`) and those that do not exist.
    pub(super) fn component(&self, component: char) -> Option<f64> {
        let time = self.millis.rem_euclid(DAY_MS);
        let hour = (time / 3_600_000.0).floor();
        Some(match component {
            'Y' => self.year,
            'M' => self.month + 1.0,
            'D' => self.day,
            'd' => utc_day(self.year, self.month, self.day) - utc_day(self.year, 0.0, 1.0) + 1.0,
            'F' => weekday((self.millis / DAY_MS).floor()),
            'W' => self.week_in_year(),
            'w' => self.week_in_month(),
            'X' => self.year_of_week(),
            'x' => self.month_of_week(),
            'H' => hour,
            'h' if hour % 12.0 == 0.0 => 12.0,
            'h' => hour % 12.0,
            'm' => (time / 60_000.0).floor() % 60.0,
            's' => (time / 1000.0).floor() % 60.0,
            'f' => time % 1000.0,
            _ => return None,
        })
    }

    pub(super) fn is_afternoon(&self) -> bool {
        self.component('H').is_some_and(|hour| hour >= 12.0)
    }

    fn week_in_year(&self) -> f64 {
        let today = utc_day(self.year, self.month, self.day);
        let week = weeks(first_week(self.year, 0.0), today);
        let week = if week > 52.0 {
            if today >= first_week(self.year + 1.0, 0.0) { 1.0 } else { week }
        } else if week < 1.0 {
            weeks(first_week(self.year - 1.0, 0.0), today)
        } else {
            week
        };
        week.floor()
    }

    fn week_in_month(&self) -> f64 {
        let today = utc_day(self.year, self.month, self.day);
        let week = weeks(first_week(self.year, self.month), today);
        let week = if week > 4.0 {
            if today >= first_week(self.year, self.month + 1.0) { 1.0 } else { week }
        } else if week < 1.0 {
            weeks(first_week(self.year, self.month - 1.0), today)
        } else {
            week
        };
        week.floor()
    }

    fn year_of_week(&self) -> f64 {
        let day = self.millis / DAY_MS;
        if day < first_week(self.year, 0.0) {
            self.year - 1.0
        } else if day >= first_week(self.year + 1.0, 0.0) {
            self.year + 1.0
        } else {
            self.year
        }
    }

    fn month_of_week(&self) -> f64 {
        let day = self.millis / DAY_MS;
        let month = if day < first_week(self.year, self.month) {
            self.month - 1.0
        } else if day >= first_week(self.year, self.month + 1.0) {
            self.month + 1.0
        } else {
            self.month
        };
        month.rem_euclid(12.0) + 1.0
    }
}

/// 1 for Monday to 7 for Sunday, of a day counted from 1970.
fn weekday(day: f64) -> f64 {
    (day + 3.0).rem_euclid(7.0) + 1.0
}

/// The Monday of the first week of a month: the week with its first Thursday. A
/// month outside the year is one of a neighbouring year.
fn first_week(year: f64, month: f64) -> f64 {
    let first = utc_day(year + (month / 12.0).floor(), month.rem_euclid(12.0), 1.0);
    let weekday = weekday(first);
    if weekday > 4.0 { first + 8.0 - weekday } else { first - weekday + 1.0 }
}

fn weeks(start: f64, end: f64) -> f64 {
    (end - start) / 7.0 + 1.0
}

/// `Date.UTC` in days: the years 0 to 99 mean 1900 to 1999.
pub(super) fn utc_day(year: f64, month: f64, day: f64) -> f64 {
    let year = year.trunc();
    date(if (0.0..=99.0).contains(&year) { 1900.0 + year } else { year }, month, day)
}

/// Days since 1970 of a date; months (from 0) and days may be any number.
pub(super) fn date(year: f64, month: f64, day: f64) -> f64 {
    let (year, month, day) = (year.trunc(), month.trunc(), day.trunc());
    let year = year + (month / 12.0).floor();
    if !(year.abs() <= 400_000.0 && day.is_finite()) {
        return f64::NAN;
    }
    days_before(year as i64, month.rem_euclid(12.0) as i64) as f64 + day - 1.0
}

/// `Date.UTC` in milliseconds; NaN for what no date holds.
pub(super) fn utc(year: f64, month: f64, day: f64, time: [f64; 4]) -> f64 {
    let [hour, minute, second, millis] = time.map(f64::trunc);
    let time = hour * 3_600_000.0 + minute * 60_000.0 + second * 1000.0 + millis;
    let total = utc_day(year, month, day) * DAY_MS + time;
    if total.abs() <= MILLIS_MAX { total } else { f64::NAN }
}

/// Days from 1970-01-01 to the first of a month (0 to 11).
///
/// Years are counted from March, so that a leap day is the last day of one, in
/// eras of 400 years with 146,097 days.
fn days_before(year: i64, month: i64) -> i64 {
    let year = if month < 2 { year - 1 } else { year };
    let from_march = (month + 10) % 12;
    let in_era = year.rem_euclid(400);
    let day_of_year = (153 * from_march + 2) / 5;
    let day_of_era = in_era * 365 + in_era / 4 - in_era / 100 + day_of_year;
    year.div_euclid(400) * 146_097 + day_of_era - 719_468
}

/// Year, month (0 to 11) and day of a day counted from 1970.
fn civil(day: i64) -> (i64, i64, i64) {
    // At most a year too early by the mean length of a year, never too late.
    let mut year = 1970 + (day * 400 - 400).div_euclid(146_097) - 1;
    while days_before(year + 1, 0) <= day {
        year += 1;
    }
    let mut month = 0;
    while month < 11 && days_before(year, month + 1) <= day {
        month += 1;
    }
    (year, month, day - days_before(year, month) + 1)
}
