//! Bodies that were compressed on the way. The limit of a body holds for what
//! comes out: a small body that unfolds into a huge one ends at the limit.

use crate::aws::ApiError;
use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use hyper::HeaderMap;
use hyper::header::CONTENT_ENCODING;
use std::io::Read;

/// The body as it was before it was compressed.
pub(crate) fn decoded(headers: &HeaderMap, body: Bytes, limit: usize) -> Result<Bytes, ApiError> {
    let mut gzipped = false;
    for encoding in headers.get_all(CONTENT_ENCODING) {
        let encoding = String::from_utf8_lossy(encoding.as_bytes());
        match encoding.trim().to_ascii_lowercase().as_str() {
            "" | "identity" => {}
            // Twice would unfold twice, and no client does it.
            "gzip" | "x-gzip" if !gzipped => gzipped = true,
            _ => return Err(ApiError::UnsupportedEncoding(encoding.into_owned())),
        }
    }
    if gzipped { unfolded(&body, limit) } else { Ok(body) }
}

fn unfolded(body: &[u8], limit: usize) -> Result<Bytes, ApiError> {
    let mut text = Vec::new();
    MultiGzDecoder::new(body)
        .take(limit as u64 + 1)
        .read_to_end(&mut text)
        .map_err(|error| ApiError::Serialization(format!("the request's body is not gzip: {error}")))?;
    if text.len() > limit { Err(ApiError::RequestTooLarge { limit }) } else { Ok(Bytes::from(text)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    fn gzip(bytes: &[u8]) -> Bytes {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).expect("memory takes it");
        Bytes::from(encoder.finish().expect("memory takes it"))
    }

    fn decode(encodings: &[&'static str], body: Bytes, limit: usize) -> Result<Bytes, String> {
        let mut headers = HeaderMap::new();
        for encoding in encodings {
            headers.append(CONTENT_ENCODING, encoding.parse().expect("a header value"));
        }
        decoded(&headers, body, limit).map_err(|error| format!("{}: {error}", error.name()))
    }

    #[test]
    fn gzip_is_unfolded_and_nothing_else_is() {
        let plain = Bytes::from_static(b"{}");
        for encodings in [&[][..], &["identity"], &[""], &["identity", "Identity"]] {
            assert_eq!(decode(encodings, plain.clone(), 9), Ok(plain.clone()), "{encodings:?}");
        }
        for encodings in [&["gzip"][..], &["x-gzip"], &["GZIP"], &["identity", "gzip"]] {
            assert_eq!(decode(encodings, gzip(b"{}"), 9), Ok(plain.clone()), "{encodings:?}");
        }
        for encodings in [&["br"][..], &["gzip, gzip"], &["gzip", "gzip"], &["deflate"], &["aws-chunked"]] {
            let refused = decode(encodings, plain.clone(), 9).expect_err("not read here");
            assert!(refused.starts_with("UnsupportedMediaTypeException: "), "{refused}");
        }
    }

    #[test]
    fn what_is_not_whole_is_refused() {
        let whole = gzip(b"{\"a\": 1}");
        for body in
            [Bytes::from_static(b"{}"), Bytes::new(), whole.slice(..whole.len() - 1), whole.slice(1..)]
        {
            let refused = decode(&["gzip"], body, 99).expect_err("not gzip");
            assert!(
                refused.starts_with("SerializationException: the request's body is not gzip: "),
                "{refused}"
            );
        }
        let mut wrong = whole.to_vec();
        let checksum = wrong.len() - 8;
        wrong[checksum] ^= 1;
        assert!(decode(&["gzip"], Bytes::from(wrong), 99).is_err(), "the checksum counts");
    }

    #[test]
    fn a_body_that_unfolds_without_end_ends_at_the_limit() {
        let bomb = gzip(&vec![b' '; 64 << 20]);
        assert!(bomb.len() < 100_000, "{} bytes", bomb.len());
        let refused = decode(&["gzip"], bomb, 1_000).expect_err("too large");
        assert!(refused.starts_with("RequestEntityTooLargeException: "), "{refused}");
        assert_eq!(decode(&["gzip"], gzip(b"12345"), 5), Ok(Bytes::from_static(b"12345")));
        assert!(decode(&["gzip"], gzip(b"123456"), 5).is_err());
        // Many members that hold nothing go by in one pass.
        let empty = gzip(b"").repeat(50_000);
        assert_eq!(decode(&["gzip"], Bytes::from(empty), 9), Ok(Bytes::new()));
    }
}
