//! `QueryLanguage`: which language a machine and a state speak, and what AWS
//! refuses about saying so (reference 01, section 1).

use super::fields::Fields;
use super::findings::Findings;
use super::words;

/// The two query languages.
pub(crate) use crate::program::QueryLanguage as Language;

/// The language that a given one is not.
pub(super) fn other(language: Language) -> Language {
    match language {
        Language::JsonPath => Language::Jsonata,
        Language::Jsonata => Language::JsonPath,
    }
}

/// The language that a `QueryLanguage` field names, if there is one. AWS takes every
/// value but exactly `"JSONPath"` for JSONata, and reports a wrong word besides.
pub(super) fn declared(fields: &Fields<'_>, found: &mut Findings) -> Option<Language> {
    let field = fields.get("QueryLanguage")?;
    let word = fields.word("QueryLanguage", &words::QUERY_LANGUAGE, found);
    if field.node.is_broken() || word == Some("JSONPath") {
        Some(Language::JsonPath)
    } else {
        Some(Language::Jsonata)
    }
}

/// The language of a state; `None` when it is one that the machine does not allow.
pub(super) fn of_state(machine: Language, fields: &Fields<'_>, found: &mut Findings) -> Option<Language> {
    let language = declared(fields, found).unwrap_or(machine);
    if (machine, language) == (Language::Jsonata, Language::JsonPath) {
        let message = "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine";
        let span = fields.get("QueryLanguage").map_or(fields.span, |field| field.node.span);
        found.error(message, fields.place(), span);
        return None;
    }
    Some(language)
}
