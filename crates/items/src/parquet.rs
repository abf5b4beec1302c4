//! Parquet: the rows of a file, from whichever row reading goes on.
//!
//! The footer says where row groups lie; of a group, each column is read page by page through a small
//! cache of blocks ([`blocks`]). What a row looks like as JSON is in [`row`].

mod blocks;
mod row;

use crate::cursor::Place;
use crate::failure::{failed, uncarried};
use crate::objects::{ObjectName, Objects};
use crate::records::{Record, Records};
use ::parquet::errors::ParquetError;
use ::parquet::file::reader::{ChunkReader, FileReader, Length};
use ::parquet::file::serialized_reader::{ReadOptionsBuilder, SerializedFileReader};
use ::parquet::record::reader::RowIter;
use ::parquet::schema::types::Type;
use blocks::Blocks;
use stateline_base::{DEPTH_MAX, Failure, Limits, Payload};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// Length of the footer and the format's mark.
const TAIL_BYTES: usize = 8;
const MARK: &[u8] = b"PAR1";

/// The rows of a Parquet file.
pub(crate) struct Rows {
    rows: RowIter<'static>,
    schema: Arc<Type>,
    object: ObjectName,
    etag: Option<Arc<str>>,
    place: Place,
    item_bytes_max: usize,
}

impl Rows {
    /// Opens a file at a row.
    pub(crate) fn open(
        objects: &Arc<dyn Objects>,
        object: &ObjectName,
        pinned: Option<&str>,
        place: Place,
        limits: &Limits,
    ) -> Result<Self, Failure> {
        let blocks = Blocks::open(objects, object, pinned, limits)?;
        let etag = blocks.etag();
        check_tail(&blocks, object, limits)?;
        let (rows, schema) = guarded(object, || begin(&blocks, object, place, limits))?;
        Ok(Rows { rows, schema, object: object.clone(), etag, place, item_bytes_max: limits.item_bytes_max })
    }

    /// The entity tag of what is read.
    pub(crate) fn etag(&self) -> Option<Arc<str>> {
        self.etag.clone()
    }
}

impl Records for Rows {
    fn next(&mut self) -> Result<Option<Record>, Failure> {
        let (object, schema, rows) = (&self.object, &self.schema, &mut self.rows);
        let item =
            guarded(object, || match rows.next().transpose().map_err(|error| broken(object, &error))? {
                Some(row) => Ok(Some(Payload::from(row::value(&row, schema)))),
                None => Ok(None),
            })?;
        let Some(item) = item else { return Ok(None) };
        let row = self.place.items;
        if !item.is_shallow() {
            return Err(failed(format!("Row {row} of {object} is nested deeper than {DEPTH_MAX} levels.")));
        }
        if item.bytes_len() > self.item_bytes_max {
            let max = self.item_bytes_max;
            return Err(failed(format!(
                "Row {row} of {object} has more than {max} bytes as JSON, which is as much as an item may have."
            )));
        }
        self.place.items += 1;
        Ok(Some(item.into()))
    }

    fn place(&self) -> Place {
        self.place
    }
}

/// The length of the footer comes from the file: looked at before anything of that length is read.
fn check_tail(blocks: &Blocks, object: &ObjectName, limits: &Limits) -> Result<(), Failure> {
    let tail_at = blocks.len().checked_sub(TAIL_BYTES as u64);
    let tail_at = tail_at.ok_or_else(|| failed(format!("{object} is too short to be a Parquet file.")))?;
    let tail = blocks.get_bytes(tail_at, TAIL_BYTES).map_err(|error| broken(object, &error))?;
    if !tail.ends_with(MARK) {
        return Err(failed(format!("{object} is not a Parquet file: it does not end with PAR1.")));
    }
    let footer = u32::from_le_bytes([tail[0], tail[1], tail[2], tail[3]]);
    if u64::from(footer) > limits.parquet_footer_bytes_max {
        let max = limits.parquet_footer_bytes_max;
        return Err(failed(format!(
            "The footer of {object} has {footer} bytes, and no more than {max} are read. Write the file with fewer \
             row groups or columns."
        )));
    }
    Ok(())
}

/// Goes to the group that holds the row, and in it to the row.
fn begin(
    blocks: &Blocks,
    object: &ObjectName,
    place: Place,
    limits: &Limits,
) -> Result<(RowIter<'static>, Arc<Type>), Failure> {
    let file = SerializedFileReader::new(blocks.clone()).map_err(|error| broken(object, &error))?;
    let metadata = file.metadata();
    let (mut first, mut before) = (0, 0);
    for (number, group) in metadata.row_groups().iter().enumerate() {
        let bytes = u64::try_from(group.total_byte_size()).unwrap_or(u64::MAX);
        if bytes > limits.parquet_row_group_bytes_max {
            let max = limits.parquet_row_group_bytes_max;
            return Err(failed(format!(
                "Row group {number} of {object} has {bytes} bytes, and no more than {max} are read. Write the \
                 file with smaller row groups."
            )));
        }
        let rows = u64::try_from(group.num_rows()).unwrap_or(0);
        if first == number && before + rows <= place.items {
            (first, before) = (number + 1, before + rows);
        }
    }
    let schema = metadata.file_metadata().schema_descr().root_schema_ptr();
    let options =
        ReadOptionsBuilder::new().with_predicate(Box::new(move |_, number| number >= first)).build();
    let file = SerializedFileReader::new_with_options(blocks.clone(), options)
        .map_err(|error| broken(object, &error))?;
    let mut rows = RowIter::from_file_into(Box::new(file));
    for _ in before..place.items {
        rows.next().transpose().map_err(|error| broken(object, &error))?;
    }
    Ok((rows, schema))
}

fn broken(object: &ObjectName, error: &ParquetError) -> Failure {
    if let ParquetError::External(inner) = error
        && let Some(failure) = inner.downcast_ref::<std::io::Error>().and_then(uncarried)
    {
        return failure;
    }
    failed(format!("{object} cannot be read as Parquet: {error}."))
}

/// The library takes files by their word in places and panics when it was not true, or when it has no
/// value for a type. That is the file's failure and nobody else's.
fn guarded<T>(object: &ObjectName, work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<String>().map(String::as_str);
        let said = said.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("for an unknown reason");
        Err(failed(format!("{object} cannot be read as Parquet: {said}.")))
    })
}
