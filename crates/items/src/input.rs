//! The bytes of one object: read in blocks, unpacked, counted, and taken up again where a connection
//! broke.

use crate::failure::{carried, changed, failed, named, uncarried};
use crate::objects::{ObjectName, Objects, Opened};
use stateline_base::{Failure, Limits, error_name};
use std::io::{self, Read};
use std::sync::Arc;

/// Bytes that are read at once.
const BLOCK_BYTES: usize = 65_536;
/// Times that a connection may break in a row without a byte in between.
const BREAKS_MAX: u32 = 3;
/// Two to the power of this is the largest window of Zstandard: 128 MiB, its own default.
const ZSTD_WINDOW_LOG_MAX: u32 = 27;
/// What some editors write before UTF-8.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// An object being read from its beginning or from a place in it.
pub(crate) struct Input {
    source: Box<dyn Read + Send>,
    objects: Arc<dyn Objects>,
    object: ObjectName,
    etag: Option<Arc<str>>,
    packed: bool,
    block: Box<[u8]>,
    from: usize,
    to: usize,
    position: u64,
    bytes_max: u64,
}

impl Input {
    /// Opens an object at a byte of what it is unpacked. Packed objects are read from their beginning
    /// for that, others are not.
    pub(crate) fn open(
        objects: &Arc<dyn Objects>,
        object: &ObjectName,
        at: u64,
        pinned: Option<&str>,
        limits: &Limits,
    ) -> Result<Self, Failure> {
        let packing = Packing::of(&object.key);
        let from = if packing == Packing::None { at } else { 0 };
        let body = Body::open(objects, object, from, pinned, limits.item_file_bytes_max)?;
        let etag = body.etag.clone();
        let mut input = Input {
            source: packing.unpack(body).map_err(|error| unreadable(object, 0, &error))?,
            objects: Arc::clone(objects),
            object: object.clone(),
            etag,
            packed: packing != Packing::None,
            block: vec![0; BLOCK_BYTES].into_boxed_slice(),
            from: 0,
            to: 0,
            position: from,
            bytes_max: limits.item_file_bytes_max,
        };
        input.pass_over(at)?;
        if at == 0 && input.at_least(BYTE_ORDER_MARK.len())?.starts_with(BYTE_ORDER_MARK) {
            input.consume(BYTE_ORDER_MARK.len());
        }
        Ok(input)
    }

    /// Goes on at a byte that lies ahead.
    pub(crate) fn go_to(&mut self, at: u64) -> Result<(), Failure> {
        if !self.packed && at > self.position + BLOCK_BYTES as u64 {
            let etag = self.etag.as_deref();
            let body = Body::open(&self.objects, &self.object, at, etag, self.bytes_max)?;
            self.source = Box::new(body);
            (self.from, self.to, self.position) = (0, 0, at);
        }
        self.pass_over(at)
    }

    fn pass_over(&mut self, at: u64) -> Result<(), Failure> {
        while self.position < at {
            let ahead = at - self.position;
            let there = self.chunk()?.len();
            if there == 0 {
                return Err(changed(&self.object));
            }
            self.consume(usize::try_from(ahead).unwrap_or(usize::MAX).min(there));
        }
        Ok(())
    }

    /// What is there of the bytes that come next; empty at the end only.
    pub(crate) fn chunk(&mut self) -> Result<&[u8], Failure> {
        if self.from == self.to {
            (self.from, self.to) = (0, 0);
            self.fill()?;
        }
        Ok(&self.block[self.from..self.to])
    }

    /// At least so many bytes of those that come next, fewer only at the end.
    fn at_least(&mut self, bytes: usize) -> Result<&[u8], Failure> {
        while self.to - self.from < bytes && self.to < self.block.len() {
            if self.fill()? == 0 {
                break;
            }
        }
        Ok(&self.block[self.from..self.to])
    }

    fn fill(&mut self) -> Result<usize, Failure> {
        let read = loop {
            match self.source.read(&mut self.block[self.to..]) {
                Ok(read) => break read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(unreadable(&self.object, self.position, &error)),
            }
        };
        self.to += read;
        if self.position + (self.to - self.from) as u64 > self.bytes_max {
            return Err(too_large(&self.object, self.bytes_max));
        }
        Ok(read)
    }

    /// Takes bytes of the last [`chunk`](Input::chunk).
    pub(crate) fn consume(&mut self, bytes: usize) {
        debug_assert!(bytes <= self.to - self.from, "only what was shown is taken");
        self.from += bytes;
        self.position += bytes as u64;
    }

    /// Bytes before the next one, unpacked.
    pub(crate) fn position(&self) -> u64 {
        self.position
    }

    /// The object's name.
    pub(crate) fn object(&self) -> &ObjectName {
        &self.object
    }

    /// The entity tag of what is read.
    pub(crate) fn etag(&self) -> Option<Arc<str>> {
        self.etag.clone()
    }
}

/// All of a small object, unpacked, with its entity tag.
pub(crate) fn whole(
    objects: &Arc<dyn Objects>,
    object: &ObjectName,
    pinned: Option<&str>,
    limits: &Limits,
) -> Result<(Vec<u8>, Option<Arc<str>>), Failure> {
    let small = Limits { item_file_bytes_max: limits.items_pointer_bytes_max, ..limits.clone() };
    let mut input = Input::open(objects, object, 0, pinned, &small)?;
    let mut bytes = Vec::new();
    loop {
        let chunk = input.chunk()?;
        if chunk.is_empty() {
            return Ok((bytes, input.etag()));
        }
        bytes.extend_from_slice(chunk);
        let read = chunk.len();
        input.consume(read);
    }
}

fn too_large(object: &ObjectName, bytes_max: u64) -> Failure {
    failed(format!(
        "{object} is larger than {bytes_max} bytes, which is as much as is read of one file. Split it."
    ))
}

fn unreadable(object: &ObjectName, position: u64, error: &io::Error) -> Failure {
    uncarried(error).unwrap_or_else(|| {
        failed(format!(
            "{object} cannot be read behind byte {position}: {error}. Check that it is whole and of the kind \
             that its name says."
        ))
    })
}

/// How an object is packed, by the end of its key, as AWS tells it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Packing {
    None,
    Gzip,
    Zstd,
}

impl Packing {
    fn of(key: &str) -> Self {
        match key.rsplit_once('.').map(|(_, ending)| ending) {
            Some("gz") => Packing::Gzip,
            Some("zst" | "zstd") => Packing::Zstd,
            _ => Packing::None,
        }
    }

    fn unpack(self, body: Body) -> io::Result<Box<dyn Read + Send>> {
        Ok(match self {
            Packing::None => Box::new(body),
            Packing::Gzip => Box::new(flate2::read::MultiGzDecoder::new(body)),
            Packing::Zstd => {
                let mut decoder = zstd::stream::read::Decoder::new(body)?;
                decoder.window_log_max(ZSTD_WINDOW_LOG_MAX)?;
                Box::new(decoder)
            }
        })
    }
}

/// The bytes of an object as they are kept. A connection that breaks is opened again behind the last
/// byte, as long as the entity tag tells that it is still the same object.
struct Body {
    objects: Arc<dyn Objects>,
    object: ObjectName,
    etag: Option<Arc<str>>,
    body: Box<dyn Read + Send>,
    at: u64,
    len: Option<u64>,
    breaks: u32,
}

impl Body {
    fn open(
        objects: &Arc<dyn Objects>,
        object: &ObjectName,
        from: u64,
        pinned: Option<&str>,
        bytes_max: u64,
    ) -> Result<Self, Failure> {
        let opened = open(objects, object, from, None, pinned)?;
        if opened.len.is_some_and(|len| len > bytes_max) {
            return Err(too_large(object, bytes_max));
        }
        Ok(Body {
            objects: Arc::clone(objects),
            object: object.clone(),
            etag: opened.etag.map(Arc::from),
            body: opened.body,
            at: from,
            len: opened.len,
            breaks: 0,
        })
    }

    fn again(&mut self, error: io::Error) -> io::Result<()> {
        self.breaks += 1;
        if self.breaks > BREAKS_MAX || self.etag.is_none() {
            return Err(error);
        }
        let opened =
            open(&self.objects, &self.object, self.at, None, self.etag.as_deref()).map_err(carried)?;
        self.body = opened.body;
        Ok(())
    }
}

impl Read for Body {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.body.read(buffer) {
                Ok(0) if !buffer.is_empty() && self.len.is_some_and(|len| self.at < len) => {
                    self.again(io::Error::new(
                        io::ErrorKind::UnexpectedEof,
                        "the connection ended too soon",
                    ))?;
                }
                Ok(read) => {
                    self.at += read as u64;
                    self.breaks = 0;
                    return Ok(read);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => self.again(error)?,
            }
        }
    }
}

/// Opens an object and sees to it that it is the one that was meant.
pub(crate) fn open(
    objects: &Arc<dyn Objects>,
    object: &ObjectName,
    from: u64,
    bytes_max: Option<u64>,
    pinned: Option<&str>,
) -> Result<Opened, Failure> {
    let opened = objects
        .open(object, from, bytes_max, pinned)
        .map_err(|failure| named(failure, error_name::ITEM_READER_FAILED, object))?;
    if pinned.is_some() && opened.etag.as_deref() != pinned {
        return Err(changed(object));
    }
    Ok(opened)
}
