//! Where reading goes on: what an item's cursor says about the place behind it.
//!
//! The text is compact JSON with names of one letter, since one of them stands in the journal for
//! every item or batch. Nobody but this crate looks into it.

use crate::failure::failed;
use serde::{Deserialize, Serialize};
use stateline_base::Failure;
use std::sync::Arc;

/// A place between two items of a source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cursor {
    /// Items before it, in all.
    #[serde(rename = "n")]
    pub(crate) read: u64,
    /// Entity tag of the manifest that names the files.
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    pub(crate) manifest: Option<Arc<str>>,
    /// Which file of the manifest is read.
    #[serde(rename = "f", default, skip_serializing_if = "is_zero")]
    pub(crate) file: u64,
    /// Key of the listed object that is read, or that was the last item.
    #[serde(rename = "k", default, skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<Arc<str>>,
    /// Entity tag of the object that is read.
    #[serde(rename = "e", default, skip_serializing_if = "Option::is_none")]
    pub(crate) etag: Option<Arc<str>>,
    /// Where in the object; absent where objects themselves are the items.
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    pub(crate) place: Option<Place>,
}

/// A place between two items of one object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Place {
    /// Bytes of the unpacked object before it; 0 in Parquet, where rows are counted.
    #[serde(rename = "b", default, skip_serializing_if = "is_zero")]
    pub(crate) bytes: u64,
    /// Items of the object before it.
    #[serde(rename = "i")]
    pub(crate) items: u64,
    /// Ends of lines before it, for causes.
    #[serde(rename = "l", default, skip_serializing_if = "is_zero")]
    pub(crate) lines: u64,
    /// What holds the items of a JSON document.
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    pub(crate) within: Option<Container>,
}

/// What holds items in a JSON document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Container {
    #[serde(rename = "a")]
    Array,
    #[serde(rename = "o")]
    Object,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl Cursor {
    /// As text.
    pub(crate) fn text(&self) -> Arc<str> {
        serde_json::to_string(self).expect("a cursor holds numbers and texts").into()
    }

    /// From text that [`Cursor::text`] made.
    pub(crate) fn parse(text: &str) -> Result<Self, Failure> {
        serde_json::from_str(text).map_err(|error| Cursor::strange(&error.to_string()))
    }

    /// A cursor that cannot be one of this source.
    pub(crate) fn strange(why: &str) -> Failure {
        failed(format!("The place where reading should go on is not one of this source: {why}."))
    }
}
