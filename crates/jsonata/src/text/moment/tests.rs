//! Pictures and times by example; what is unexpected here is so in jsonata.js.

use super::*;
use proptest::prelude::*;

/// 2018-03-05T14:05:09.007Z, a Monday.
const MONDAY: f64 = 1_520_258_709_007.0;
const NOW: i64 = 1_700_000_000_123;

fn written(millis: f64, picture: &str, timezone: Option<&str>) -> String {
    from_millis(millis, Some(picture), timezone, 1000).unwrap_or_else(|error| format!("{error:?}"))
}

fn read(text: &str, picture: Option<&str>) -> Result<Option<f64>, TextError> {
    to_millis(text, picture, NOW, &mut 100_000)
}

fn code<T: std::fmt::Debug>(result: Result<T, TextError>) -> &'static str {
    match result {
        Err(TextError::Fault(fault)) => fault.code,
        other => panic!("{other:?}"),
    }
}

#[test]
fn components_are_written() {
    for (picture, text) in [
        ("[Y]-[M]-[D] [H]:[m]:[s].[f]", "2018-3-5 14:05:09.7"),
        ("[Y0001][M01][D01] [h01][Pn] [f001]", "20180305 02pm 007"),
        ("[FNn], [D1o] [MNn] [Y]", "Monday, 5th March 2018"),
        ("[FN,*-3] [Mn,3-3] [F1] [PN]", "MON mar 1 PM"),
        ("[d] [W] [w] [X] [x] [xNn]", "64 10 2 2018 3 March"),
        ("[Y,2-2] [Y9,999,*] [YI] [Mi] [Da] [DWw] [dwo]", "18 2,018 MMXVIII iii e Five sixty-fourth"),
        ("[Dwo] [m,3] [ D 0 1 ]", "fifth 005 05"),
        ("[C] [E] [[x]] [q1]", "ISO ISO [x] undefined"),
        ("[Z] [z] [Z0] [Z00:00t] [Z0101t]", "+00:00 GMT+00:00 +0 Z Z"),
    ] {
        assert_eq!(written(MONDAY, picture, None), text, "{picture}");
    }
}

#[test]
fn time_zones_move_the_clock() {
    for (timezone, picture, text) in [
        ("+0530", "[D] [H]:[m] [Z] [z] [Z0] [Z0001]", "5 19:35 +05:30 GMT+05:30 +5:30 +0530"),
        ("-0500", "[D] [H]:[m] [Z] [Z0]", "5 9:05 -05:00 -5"),
        ("1400", "[D] [H] [Z]", "6 4 +14:00"),
        // jsonata.js counts a negative half hour twice over.
        ("-0330", "[H]:[m] [Z]", "9:35 -04:30"),
        ("x", "[Y0001] [Z]", "0NaN 0N:aN"),
    ] {
        assert_eq!(written(MONDAY, picture, Some(timezone)), text, "{timezone}");
    }
    let iso = |millis, timezone| from_millis(millis, None, timezone, 100).expect("it has a form");
    assert_eq!(iso(MONDAY, None), "2018-03-05T14:05:09.007Z");
    assert_eq!(iso(-1.5, Some("+0100")), "1970-01-01T00:59:59.998+01:00");
    assert_eq!(iso(1e20, None), "0NaN-NaN-NaNTNaN:NaN:NaN.NaNZ");
}

#[test]
fn weeks_belong_to_the_year_of_their_thursday() {
    for (date, text) in [
        ("2005-01-01", "2004-W53-6 w5 x12 d1"),
        ("2008-12-29", "2009-W1-1 w1 x1 d364"),
        ("2010-01-03", "2009-W53-7 w5 x12 d3"),
        ("2016-02-29", "2016-W9-1 w1 x3 d60"),
        ("2018-12-31", "2019-W1-1 w1 x1 d365"),
        ("1969-12-31", "1970-W1-3 w1 x1 d365"),
    ] {
        let millis = read(date, None).expect("ISO 8601").expect("a date");
        assert_eq!(written(millis, "[X]-W[W]-[F1] w[w] x[x] d[d]", None), text, "{date}");
    }
}

#[test]
fn iso_times_are_read() {
    for (text, millis) in [
        ("1970-01-01T00:00:00.001Z", 1.0),
        ("2018-03-05T14:05:09.007Z", MONDAY),
        ("2018-03-05T14:05:09.0079", MONDAY),
        ("2018-03-05T15:05:09.007+0100", MONDAY),
        ("2018-03-05T12:35:09.007-01:30", MONDAY),
        ("2018", 1_514_764_800_000.0),
        ("2018-02-30", 1_519_948_800_000.0),
        ("2018-01-01T24:00:00Z", 1_514_851_200_000.0),
        ("0000", -62_167_219_200_000.0),
    ] {
        assert_eq!(read(text, None), Ok(Some(millis)), "{text}");
    }
    for text in
        ["2018-13", "2018-01-01T25:00:00", "2018-01-01+0100", "2018-01-01-01", "2018-01-01T10:00:00+24:00"]
    {
        assert!(matches!(read(text, None), Ok(Some(millis)) if millis.is_nan()), "{text}");
    }
    let fault = read("1.2.2018", None).expect_err("not ISO 8601");
    let message =
        "The argument of the toMillis function must be an ISO 8601 formatted timestamp. Given \"1.2.2018\"";
    assert_eq!(fault, TextError::Fault(Fault::new("D3110", message)));
}

#[test]
fn pictures_are_read() {
    let date = |text| read(text, None).expect("ISO 8601");
    for (text, picture, same) in [
        ("5/3/2018 2:05 pm", "[D]/[M]/[Y] [h]:[m] [P]", "2018-03-05T14:05:00Z"),
        ("12:30 AM 1/1/2020", "[h]:[m] [PN] [D]/[M]/[Y]", "2020-01-01T00:30:00Z"),
        ("monday, 5th March 2018", "[FNn], [D1o] [MNn] [Y]", "2018-03-05"),
        ("2018-064", "[Y0001]-[d001]", "2018-03-05"),
        ("5 Mar 18", "[D] [MNn,3-3] [Y,2-2]", "1918-03-05"),
        ("MMXVIII fifth iii", "[YI] [Dwo] [Mi]", "2018-03-05"),
        ("Two Thousand and Eighteen", "[YWw]", "2018"),
        ("10:11 +01:30", "[H]:[m] [Z]", "2023-11-14T08:41:00Z"),
        ("10.11 GMT-0130", "[H].[m] [z0000]", "2023-11-14T10:41:00Z"),
        ("7", "[M]", "2023-07-01"),
        ("[2018] a.b", "[[[Y]]] a.b", "2018"),
    ] {
        assert_eq!(read(text, Some(picture)).ok(), Some(date(same)), "{text} in {picture}");
    }
    for (text, picture) in [("x", "[Y]"), ("2018", "[Y]-[M]"), ("aXb", "a.b"), ("", "[Y]"), ("abc", "abc")] {
        assert_eq!(read(text, Some(picture)), Ok(None), "{text} in {picture}");
    }
    assert!(matches!(read("99", Some("[H]")), Ok(Some(millis)) if millis > NOW as f64));
}

#[test]
fn wrong_pictures_are_refused() {
    for (picture, expected) in [
        ("[Y", "D3135"),
        ("[]", "D3132"),
        ("[q]", "D3132"),
        ("[YN]", "D3133"),
        ("[fn]", "D3133"),
        ("[Y#]", "D3130"),
        ("[Y0٠]", "D3131"),
        ("[Z12345]", "D3134"),
        ("[Zn]", "D3134"),
    ] {
        assert_eq!(code(from_millis(MONDAY, Some(picture), None, 100)), expected, "{picture}");
    }
    for (text, picture, expected) in [
        ("2018 10", "[Y] [D]", "D3136"),
        ("2018 1 10", "[Y] [d] [H]", "D3136"),
        ("2018-W10-1", "[X]-W[W]-[F1]", "D3136"),
        ("ISO", "[C]", "D3133"),
        ("x", "[q]", "D3132"),
        ("x", "[Y", "D3135"),
        ("1", "[Y#]", "D3130"),
        ("+01(01", "[Z01(01]", ""),
    ] {
        assert_eq!(code(read(text, Some(picture))), expected, "{picture}");
    }
}

#[test]
fn work_is_bounded() {
    assert_eq!(from_millis(0.0, Some("[Y,999999999]"), None, 100), Err(TextError::TooLong));
    assert_eq!(from_millis(0.0, Some(&"[Y]".repeat(40)), None, 100), Err(TextError::TooLong));
    let picture = "[Yw]".repeat(30);
    let text = format!("{}!", "six-".repeat(2000));
    assert_eq!(to_millis(&text, Some(&picture), 0, &mut 200_000), Err(TextError::OutOfSteps));
}

proptest! {
    #[test]
    fn what_is_written_is_read(millis in -62_135_596_800_000i64..253_402_300_800_000) {
        let millis = millis as f64;
        let iso = from_millis(millis, None, Some("+0545"), 100).expect("it has a form");
        prop_assert_eq!(read(&iso, None), Ok(Some(millis)));
        // JavaScript takes years of two digits for those of the 20th century.
        prop_assume!(millis > -59_011_459_200_000.0);
        let picture = "[FNn] [D1o] [MNn] [Y0001], [h]:[m]:[s].[f001] [PN] [z]";
        let text = from_millis(millis, Some(picture), Some("-0800"), 200).expect("it has a form");
        prop_assert_eq!(read(&text, Some(picture)), Ok(Some(millis)), "{}", text);
    }

    #[test]
    fn nothing_panics(
        bits: u64,
        picture in r"(\[[YMDdFWwXxHhPmsfZzCEq]?[01#nNaAiIwWo:t]{0,4}(,[0-9*x]{0,3}(-[0-9*]{0,3})?)?\]|[-a:\[\]]){0,5}",
        odd in any::<String>(),
        text in "[0-9a-zA-Z :+.TZ-]{0,20}",
        timezone in "[-+0-9x]{0,6}",
    ) {
        for picture in [&picture, &odd] {
            let _ = from_millis(f64::from_bits(bits), Some(picture), Some(&timezone), 1000);
            let _ = to_millis(&text, Some(picture), NOW, &mut 10_000);
        }
        let _ = to_millis(&odd, None, NOW, &mut 10_000);
        let _ = to_millis(&text, None, NOW, &mut 10_000);
    }
}
