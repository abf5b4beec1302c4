//! The member `includedData`, with which a caller does without the data that
//! may be encrypted: definitions, inputs, outputs, errors and causes.

use super::decode::Text;

/// Whether an answer carries data or only what is known about it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum IncludedData {
    /// Everything.
    #[default]
    All,
    /// Names, times, states.
    Metadata,
}

/// What a member asks for that has been checked to be one of the words.
pub(super) fn included_data(member: Option<&Text<'_>>) -> IncludedData {
    match member.map(|word| &**word) {
        Some("METADATA_ONLY") => IncludedData::Metadata,
        _ => IncludedData::All,
    }
}
