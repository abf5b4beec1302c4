//! The parameters of an optimised integration, read field by field. What cannot be used fails the
//! task before anything is sent, in the words that are recorded for it.

use serde_json::{Map, Value};
use stateline_base::Failure;
use stateline_runtime::Attempt;

pub(crate) use stateline_protocols::words::{NO_OBJECT, invalid_field, missing_field, unsupported_field};

/// The parameters of one attempt.
pub(crate) struct Parameters<'a> {
    text: &'a str,
    members: &'a Map<String, Value>,
}

impl<'a> Parameters<'a> {
    /// The attempt's parameters, which may have these members and no others.
    ///
    /// # Errors
    /// `States.Runtime` when they are no object, or have another member.
    pub fn of(attempt: &'a Attempt, known: &[&str]) -> Result<Self, Failure> {
        let text = attempt.input.text();
        let Some(members) = attempt.input.value().as_object() else {
            return Err(refused(text, NO_OBJECT));
        };
        let parameters = Parameters { text, members };
        match members.keys().find(|key| !known.contains(&key.as_str())) {
            Some(key) => {
                Err(parameters.refuse(&format!("{}; there are {}", unsupported_field(key), known.join(", "))))
            }
            None => Ok(parameters),
        }
    }

    /// A member; `null` counts as absent.
    pub fn get(&self, field: &str) -> Option<&'a Value> {
        self.members.get(field).filter(|value| !value.is_null())
    }

    /// A member that is a text.
    pub fn text(&self, field: &str) -> Result<Option<&'a str>, Failure> {
        match self.get(field) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.invalid(field, "give a text")),
        }
    }

    /// A member that is a text and has to be there.
    pub fn required(&self, field: &str) -> Result<&'a str, Failure> {
        self.text(field)?.ok_or_else(|| self.missing(field))
    }

    /// A member that is one of these words.
    pub fn word<T: Clone>(&self, field: &str, words: &[(&str, T)]) -> Result<Option<T>, Failure> {
        let Some(text) = self.text(field)? else { return Ok(None) };
        self.one_of(field, text, words).map(Some)
    }

    /// What a word stands for.
    pub fn one_of<T: Clone>(&self, field: &str, text: &str, words: &[(&str, T)]) -> Result<T, Failure> {
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, meaning)| meaning.clone());
        found.ok_or_else(|| {
            let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            self.invalid(field, &format!("'{text}' is none of {}", words.join(", ")))
        })
    }

    /// The failure of a member that is not there.
    pub fn missing(&self, field: &str) -> Failure {
        self.refuse(&missing_field(field))
    }

    /// The failure of a member that cannot be used; `remedy` says what could.
    pub fn invalid(&self, field: &str, remedy: &str) -> Failure {
        self.refuse(&format!("{}: {remedy}", invalid_field(field)))
    }

    /// The failure of parameters that cannot be used.
    pub fn refuse(&self, reason: &str) -> Failure {
        refused(self.text, reason)
    }
}

/// The failure of parameters that cannot be used, for who has no [`Parameters`] any more.
pub(crate) fn refused(text: &str, reason: &str) -> Failure {
    refused_for(text, &format!("[{reason}]"))
}

/// The same for several reasons, in brackets.
pub(crate) fn refused_for(text: &str, reasons: &str) -> Failure {
    Failure::runtime(format!("The Parameters '{text}' could not be used to start the Task: {reasons}"))
}

/// Takes out a parameter that must be there and be a text.
pub(crate) fn take_text(parameters: &mut Map<String, Value>, field: &str) -> Result<String, String> {
    match parameters.shift_remove(field) {
        Some(Value::String(text)) => Ok(text),
        None | Some(Value::Null) => Err(missing_field(field)),
        Some(_) => Err(format!("The value for the field '{field}' must be a STRING")),
    }
}

/// Refuses what is left over.
pub(crate) fn nothing_else(parameters: &Map<String, Value>) -> Result<(), String> {
    parameters.keys().next().map_or(Ok(()), |field| Err(unsupported_field(field)))
}
