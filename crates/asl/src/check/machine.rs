//! The fields that only the top level has: `Version`, `TimeoutSeconds`,
//! `QueryLanguage`. `StartAt` and `States` are every scope's (see `scope`).

use super::fields::Fields;
use super::{Checker, allowed, language, words};
use crate::program::ScopeIndex;
use language::Language;
use stateline_base::limits::SECONDS_MAX;

/// What the top level may have.
pub(crate) const FIELDS: [&str; 6] =
    ["Comment", "StartAt", "States", "Version", "TimeoutSeconds", "QueryLanguage"];

/// Checks the top level and gives its `TimeoutSeconds`.
pub(super) fn check(c: &mut Checker<'_>) -> Option<u64> {
    let root = c.outline.scope_of(ScopeIndex(0));
    let fields = Fields::of(root.node, String::new(), &mut c.found)?;
    allowed::only(&fields, &FIELDS, None, &mut c.found);
    fields.word("Version", &words::VERSION, &mut c.found);
    c.language = language::declared(&fields, &mut c.found).unwrap_or(Language::JsonPath);
    fields.integer("TimeoutSeconds", 1..=SECONDS_MAX, &mut c.found)
}
