//! The member `includedData`, with which a caller does without the data that
//! may be encrypted: definitions, inputs, outputs, errors and causes.

/// Whether an answer carries data or only what is known about it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum IncludedData {
    /// Everything.
    #[default]
    All,
    /// Names, times, states.
    Metadata,
}

/// The words of the wire.
pub(super) const INCLUDED_DATA: [(&str, IncludedData); 2] =
    [("METADATA_ONLY", IncludedData::Metadata), ("ALL_DATA", IncludedData::All)];
