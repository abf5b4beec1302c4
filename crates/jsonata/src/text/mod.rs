//! Text work of the JSONata functions, free of the evaluator's values: numbers
//! as text, number, integer and date pictures, encodings, digests and regular
//! expressions.
//!
//! Everything here is pure and bounded. A function whose arguments could ask for
//! a long text takes the most bytes it may make and checks before it allocates;
//! a function that searches takes the evaluator's remaining steps. The meaning is
//! that of jsonata.js 2.0.6, down to codes and messages. The evaluator's built-in
//! functions call it.

pub(crate) mod coding;
pub(crate) mod hash;
pub(crate) mod integer;
pub(crate) mod moment;
pub(crate) mod number;
pub(crate) mod picture;
pub(crate) mod regex;

/// An error with jsonata.js's code and text, placeholders filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// As in jsonata.js, `D3080` for example. Empty where jsonata.js lets an error
    /// of JavaScript itself through, which has no code.
    pub(crate) code: &'static str,
    /// Without the code.
    pub(crate) message: String,
}

impl Fault {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Fault {
        Fault { code, message: message.into() }
    }

    /// `D1001`, for a number that no picture can write and no date can hold.
    pub(crate) fn out_of_range(number: f64) -> Fault {
        Fault::new("D1001", format!("Number out of range: {}", json_number(number)))
    }
}

/// Why a function of this module gave no text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TextError {
    /// The arguments are wrong.
    Fault(Fault),
    /// The text would be longer than the caller allows; nothing was allocated.
    TooLong,
    /// The steps ran out.
    OutOfSteps,
}

impl From<Fault> for TextError {
    fn from(fault: Fault) -> TextError {
        TextError::Fault(fault)
    }
}

impl From<regex::RegexLimit> for TextError {
    fn from(_: regex::RegexLimit) -> TextError {
        TextError::OutOfSteps
    }
}

/// A text as `JSON.stringify` quotes it, which is how messages show values.
pub(crate) fn json_text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A number as `JSON.stringify` writes it: what is not finite becomes `null`.
pub(crate) fn json_number(number: f64) -> String {
    if number.is_finite() { number::js_text(number) } else { "null".to_owned() }
}

/// Whether JavaScript counts the character as white space (`\s`, `trim`).
pub(crate) fn is_js_space(c: char) -> bool {
    match c {
        '\t'..='\r' | ' ' | '\u{a0}' | '\u{feff}' => true,
        '\0'..='\u{ff}' => false,
        '\u{1680}' | '\u{2000}'..='\u{200a}' => true,
        '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => true,
        _ => false,
    }
}
