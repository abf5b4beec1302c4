//! The reader: items of a source one by one, each with the place behind it.

use crate::config::{Format, From, Source};
use crate::cursor::{Cursor, Place};
use crate::files::{Files, Listing};
use crate::input::{Input, whole};
use crate::objects::{Listed, ObjectName, Objects};
use crate::records::Records;
use crate::{csv, json, lines, manifest, parquet};
use serde_json::{Map, Value};
use stateline_base::{Failure, Limits, Payload};
use std::sync::Arc;

/// What is read: the effective fields of an `ItemReader`.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'r> {
    /// `Resource`.
    pub resource: &'r str,
    /// `Parameters` or `Arguments`.
    pub parameters: &'r Value,
    /// `ReaderConfig`, with `MaxItems` as a number.
    pub config: &'r Value,
}

/// One item.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Its value; text that was checked, parsed when somebody asks.
    pub value: Payload,
    /// `Map.Item.Key`, where the items are the members of an object.
    pub key: Option<Arc<str>>,
    /// `Map.Item.Source`: the S3 URI of the object it was in, or of the bucket that was listed.
    pub source: Arc<str>,
    /// Where the item after this one begins; for [`Reader::open`].
    pub cursor: Arc<str>,
}

/// The items of a source, in its order. After a failure it has ended.
pub struct Reader {
    objects: Arc<dyn Objects>,
    limits: Limits,
    items_max: u64,
    from: Position,
    cursor: Cursor,
    ended: bool,
}

enum Position {
    /// Objects are the items.
    Names { listing: Listing, source: Arc<str> },
    /// Items are in files.
    Files { files: Files, format: Format, open: Option<Open> },
}

struct Open {
    records: Box<dyn Records>,
    source: Arc<str>,
}

impl Reader {
    /// Opens a source at a cursor that an item of it had, or at its beginning.
    ///
    /// # Errors
    /// `States.ItemReaderFailed`: fields that cannot be read by, an object that cannot be opened or has
    /// changed since the cursor was given, a manifest that is none. Never more than that is read here
    /// of an object that is not packed, but the header of CSV, the way to `ItemsPointer` and, in
    /// Parquet, the rows of the group before the item.
    pub fn open(
        objects: Arc<dyn Objects>,
        reading: &Reading<'_>,
        limits: &Limits,
        cursor: Option<&str>,
    ) -> Result<Self, Failure> {
        let source = Source::of(reading)?;
        let mut cursor = cursor.map(Cursor::parse).transpose()?.unwrap_or_default();
        let objects_are_items = matches!(source.from, From::Names { .. });
        if cursor.read > 0 && cursor.place.is_some() == objects_are_items {
            return Err(Cursor::strange("it is one of another kind"));
        }
        let (from, within) = position(&objects, source.from, &mut cursor, limits)?;
        let items_max = source.items_max.unwrap_or(u64::MAX).min(limits.items_max);
        let mut reader = Reader { objects, limits: limits.clone(), items_max, from, cursor, ended: false };
        if let Some(object) = within {
            reader.open_file(&object)?;
        }
        Ok(reader)
    }

    fn open_file(&mut self, object: &ObjectName) -> Result<(), Failure> {
        let Position::Files { format, open, .. } = &mut self.from else { return Ok(()) };
        let place = self.cursor.place.unwrap_or_default();
        let pinned = self.cursor.etag.as_deref();
        let (records, etag) = records(&self.objects, object, format, place, pinned, &self.limits)?;
        self.cursor.etag = etag;
        *open = Some(Open { records, source: object.to_string().into() });
        Ok(())
    }

    fn read(&mut self) -> Result<Option<Item>, Failure> {
        if self.cursor.read >= self.items_max {
            return Ok(None);
        }
        loop {
            let next = match &mut self.from {
                Position::Names { listing, source } => {
                    let Some(listed) = listing.next()? else { return Ok(None) };
                    self.cursor.read += 1;
                    self.cursor.key = Some(listed.key.clone());
                    let (value, source) = (listed_item(listed), source.clone());
                    return Ok(Some(Item { value, key: None, source, cursor: self.cursor.text() }));
                }
                Position::Files { files, open: None, .. } => files.next()?,
                Position::Files { open: Some(open), .. } => {
                    if let Some(record) = open.records.next()? {
                        self.cursor.read += 1;
                        self.cursor.place = Some(open.records.place());
                        let (source, cursor) = (open.source.clone(), self.cursor.text());
                        return Ok(Some(Item { value: record.value, key: record.key, source, cursor }));
                    }
                    self.close_file();
                    continue;
                }
            };
            let Some(object) = next else { return Ok(None) };
            if let Position::Files { files: Files::Listed(_), .. } = &self.from {
                self.cursor.key = Some(object.key.clone());
            }
            self.open_file(&object)?;
        }
    }

    fn close_file(&mut self) {
        if let Position::Files { open, .. } = &mut self.from {
            *open = None;
        }
        self.cursor.place = None;
        self.cursor.etag = None;
        if self.cursor.manifest.is_some() {
            self.cursor.file += 1;
        }
    }
}

impl Iterator for Reader {
    type Item = Result<Item, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let read = self.read();
        self.ended = !matches!(read, Ok(Some(_)));
        read.transpose()
    }
}

/// Where reading begins, and the file that the cursor is in.
fn position(
    objects: &Arc<dyn Objects>,
    from: From,
    cursor: &mut Cursor,
    limits: &Limits,
) -> Result<(Position, Option<ObjectName>), Failure> {
    let files = |files, format| Position::Files { files, format, open: None };
    match from {
        From::Names { bucket, prefix } => {
            let source = format!("s3://{}", bucket.name).into();
            let listing = Listing::new(objects, &bucket, &prefix, cursor.key.clone());
            Ok((Position::Names { listing, source }, None))
        }
        From::Listed { bucket, prefix, format } => {
            let listing = Listing::new(objects, &bucket, &prefix, cursor.key.clone());
            let within = cursor.key.clone().map(|key| ObjectName { bucket, key, version: None });
            Ok((files(Files::Listed(listing), format), within))
        }
        From::One { object, format } => match cursor.place {
            Some(_) => Ok((files(Files::Named([].into()), format), Some(object))),
            None => Ok((files(Files::Named([object].into()), format), None)),
        },
        From::Inventory { manifest, delimiter } => {
            let text = manifest_text(objects, &manifest, cursor, limits)?;
            let (named, dialect) = manifest::inventory(&manifest, &text, delimiter)?;
            let (named, within) = left(named, cursor)?;
            Ok((files(Files::Named(named.into()), Format::Csv(dialect)), within))
        }
        From::Athena { manifest, format } => {
            let text = manifest_text(objects, &manifest, cursor, limits)?;
            let (named, within) = left(manifest::athena(&manifest, &text)?, cursor)?;
            Ok((files(Files::Named(named.into()), format), within))
        }
    }
}

/// Reads a manifest; a cursor belongs to one manifest, so it notes its entity tag.
fn manifest_text(
    objects: &Arc<dyn Objects>,
    manifest: &ObjectName,
    cursor: &mut Cursor,
    limits: &Limits,
) -> Result<Vec<u8>, Failure> {
    let (text, etag) =
        whole(objects, manifest, cursor.manifest.as_deref().filter(|tag| !tag.is_empty()), limits)?;
    // A store without tags is noted, too: files are counted by that.
    cursor.manifest = Some(etag.unwrap_or_default());
    Ok(text)
}

/// The files from the cursor's on, with the one that it is in by itself.
fn left(named: Vec<ObjectName>, cursor: &Cursor) -> Result<(Vec<ObjectName>, Option<ObjectName>), Failure> {
    let before = usize::try_from(cursor.file).unwrap_or(usize::MAX);
    let mut named = named.into_iter().skip(before);
    if cursor.place.is_none() {
        return Ok((named.collect(), None));
    }
    let within = named.next().ok_or_else(|| Cursor::strange("the manifest names fewer files"))?;
    Ok((named.collect(), Some(within)))
}

type OpenRecords = (Box<dyn Records>, Option<Arc<str>>);

fn records(
    objects: &Arc<dyn Objects>,
    object: &ObjectName,
    format: &Format,
    place: Place,
    pinned: Option<&str>,
    limits: &Limits,
) -> Result<OpenRecords, Failure> {
    let input = |at| Input::open(objects, object, at, pinned, limits);
    let (records, etag): (Box<dyn Records>, _) = match format {
        Format::JsonLines => {
            let input = input(place.bytes)?;
            let etag = input.etag();
            (Box::new(lines::Lines::new(input, place, limits.item_bytes_max)), etag)
        }
        Format::Csv(dialect) => {
            // The header is at the beginning.
            let input = input(0)?;
            let etag = input.etag();
            (Box::new(csv::Items::new(input, dialect, place, limits)?), etag)
        }
        Format::Json { pointer } => {
            let input = input(place.bytes)?;
            let etag = input.etag();
            (Box::new(json::Elements::new(input, pointer.as_deref(), place, limits)?), etag)
        }
        Format::Parquet => {
            let rows = parquet::Rows::open(objects, object, pinned, place, limits)?;
            let etag = rows.etag();
            (Box::new(rows), etag)
        }
    };
    Ok((records, etag))
}

/// An object as S3's listing shows it to children, in AWS's spelling.
fn listed_item(listed: Listed) -> Payload {
    let mut item = Map::new();
    item.extend(listed.etag.map(|etag| ("Etag".to_owned(), Value::from(etag))));
    item.insert("Key".to_owned(), Value::from(&*listed.key));
    item.insert("LastModified".to_owned(), Value::from(listed.last_modified));
    item.insert("Size".to_owned(), Value::from(listed.size));
    item.extend(listed.storage_class.map(|class| ("StorageClass".to_owned(), Value::from(class))));
    Payload::from(Value::Object(item))
}
