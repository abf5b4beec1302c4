//! The table as it is built in: a head of text that says where each service lies, and the services,
//! each deflated on its own, so that asking for one inflates one.
//!
//! ```text
//! stateline-models 2
//! botocore 1.2.3
//! partition aws amazonaws.com api.aws ^…$     its name, its two suffixes, what its regions are like
//! …
//! acm 0 812            a service: where it begins behind the head, and how long it is
//! …
//!                      an empty line ends the head
//! ```

use miniz_oxide::inflate::decompress_to_vec_with_limit;
use std::sync::LazyLock;

const TABLE: &[u8] = include_bytes!("models.bin");

/// The form of the table that this release reads.
const FORMAT: &str = "stateline-models 2";
/// How a partition's line begins; no service has a blank in its name.
const PARTITION: &str = "partition ";
/// No service is larger than this, inflated.
const SERVICE_BYTES_MAX: usize = 16 << 20;

/// The version of botocore that the table was made from.
#[must_use]
pub fn botocore_version() -> &'static str {
    let line = head().and_then(|(head, _)| head.lines().nth(1)).unwrap_or_default();
    line.strip_prefix("botocore ").unwrap_or_default()
}

/// The names of all services, in the order of the alphabet.
pub(crate) fn services() -> impl Iterator<Item = &'static str> {
    rows().filter_map(|row| row.split(' ').next())
}

/// What the table says of each partition, behind the word itself.
pub(crate) fn partitions() -> impl Iterator<Item = &'static str> {
    lines().filter_map(|line| line.strip_prefix(PARTITION))
}

/// What the table says of a service, inflated.
pub(crate) fn read(service: &str) -> Option<String> {
    let (_, body) = head()?;
    let row = rows().find(|row| row.strip_prefix(service).is_some_and(|rest| rest.starts_with(' ')))?;
    let mut numbers = row.split(' ').skip(1).map(str::parse);
    let (start, length): (usize, usize) = (numbers.next()?.ok()?, numbers.next()?.ok()?);
    let deflated = body.get(start..start.checked_add(length)?)?;
    String::from_utf8(decompress_to_vec_with_limit(deflated, SERVICE_BYTES_MAX).ok()?).ok()
}

fn rows() -> impl Iterator<Item = &'static str> {
    lines().filter(|line| !line.starts_with(PARTITION))
}

fn lines() -> impl Iterator<Item = &'static str> {
    head().map_or("", |(head, _)| head).lines().skip(2)
}

/// The head, and all that follows it. A table of another form is as good as none.
fn head() -> Option<(&'static str, &'static [u8])> {
    static HEAD: LazyLock<Option<(&'static str, &'static [u8])>> = LazyLock::new(find_head);
    *HEAD
}

fn find_head() -> Option<(&'static str, &'static [u8])> {
    let end = TABLE.windows(2).position(|pair| pair == b"\n\n")?;
    let head = std::str::from_utf8(TABLE.get(..end)?).ok()?;
    (head.lines().next() == Some(FORMAT)).then_some((head, TABLE.get(end + 2..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_service_can_be_inflated() {
        let names: Vec<_> = services().collect();
        assert!(names.len() > 400, "{}", names.len());
        assert!(names.is_sorted());
        for name in names {
            assert!(read(name).is_some_and(|text| text.contains("\n\n")), "{name}");
        }
        assert!(botocore_version().starts_with("1."));
    }

    #[test]
    fn what_is_no_service_is_not_found() {
        for name in
            ["", "nothing", "lamb", "lambda ", "botocore", "stateline-models", "partition", "partition aws"]
        {
            assert_eq!(read(name), None, "{name}");
        }
    }
}
