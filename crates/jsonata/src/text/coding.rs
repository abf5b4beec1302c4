//! Base64 and URL coding as `$base64encode`, `$base64decode`, `$encodeUrl`,
//! `$encodeUrlComponent`, `$decodeUrl` and `$decodeUrlComponent` do it.
//!
//! jsonata.js hands these to Node's `Buffer` and to JavaScript's `encodeURI`
//! family; their oddities are kept.

use super::{Fault, TextError, json_text};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// What `encodeURIComponent` leaves alone besides letters and digits.
const UNRESERVED_MARKS: &[u8] = b"-_.!~*'()";
/// What `encodeURI` leaves alone on top of that, and `decodeURI` leaves encoded.
const RESERVED: &[u8] = b";/?:@&=+$,#";

/// Whether a whole URL or a part of one is coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UrlPart {
    /// `encodeURI`: what separates the parts of a URL stays as it is.
    Whole,
    /// `encodeURIComponent`.
    Component,
}

/// `$base64encode`: the low bytes of the text's UTF-16 units, as Node's `binary`
/// encoding takes them. A character beyond U+00FF does not survive.
///
/// # Errors
/// [`TextError::TooLong`] beyond `max` bytes.
pub(crate) fn base64_encode(text: &str, max: usize) -> Result<String, TextError> {
    let units = text.encode_utf16().count();
    if units.div_ceil(3).saturating_mul(4) > max {
        return Err(TextError::TooLong);
    }
    let bytes: Vec<u8> = text.encode_utf16().map(|unit| unit as u8).collect();
    Ok(STANDARD.encode(bytes))
}

/// `$base64decode`: each decoded byte becomes the character of that number.
///
/// Reads as Node does: both alphabets, whatever belongs to neither is skipped, the
/// first `=` ends it, and so do bits too few for a byte. Nothing is refused.
///
/// # Errors
/// [`TextError::TooLong`] beyond `max` bytes.
pub(crate) fn base64_decode(text: &str, max: usize) -> Result<String, TextError> {
    let mut decoded = String::new();
    let mut bits: u32 = 0;
    let mut count = 0;
    for unit in text.encode_utf16() {
        // Node looks at the low byte alone, also for characters beyond U+00FF.
        let value = match unit as u8 {
            b'=' => break,
            letter @ b'A'..=b'Z' => letter - b'A',
            letter @ b'a'..=b'z' => letter - b'a' + 26,
            digit @ b'0'..=b'9' => digit - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => continue,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            decoded.push(char::from((bits >> count) as u8));
            if decoded.len() > max {
                return Err(TextError::TooLong);
            }
        }
    }
    Ok(decoded)
}

/// `$encodeUrl` and `$encodeUrlComponent`.
///
/// # Errors
/// [`TextError::TooLong`] beyond `max` bytes. jsonata.js's `D3140` cannot happen:
/// it is about half of a surrogate pair, which a Rust text does not hold.
pub(crate) fn encode_url(text: &str, part: UrlPart, max: usize) -> Result<String, TextError> {
    let stays = |byte: u8| {
        byte.is_ascii_alphanumeric()
            || UNRESERVED_MARKS.contains(&byte)
            || (part == UrlPart::Whole && RESERVED.contains(&byte))
    };
    let escaped = text.bytes().filter(|byte| !stays(*byte)).count();
    let length = text.len().saturating_add(escaped.saturating_mul(2));
    if length > max {
        return Err(TextError::TooLong);
    }
    let mut encoded = String::with_capacity(length);
    for byte in text.bytes() {
        if stays(byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push(char::from(b"0123456789ABCDEF"[usize::from(byte >> 4)]));
            encoded.push(char::from(b"0123456789ABCDEF"[usize::from(byte & 15)]));
        }
    }
    Ok(encoded)
}

/// `$decodeUrl` and `$decodeUrlComponent`. The result is never longer than `text`.
///
/// # Errors
/// `D3140` for a `%` without two hexadecimal digits, and for bytes that are not
/// UTF-8.
pub(crate) fn decode_url(text: &str, part: UrlPart) -> Result<String, Fault> {
    let malformed = || {
        let function = if part == UrlPart::Whole { "decodeUrl" } else { "decodeUrlComponent" };
        Fault::new("D3140", format!("Malformed URL passed to ${function}(): {}", json_text(text)))
    };
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        if *first != b'%' {
            decoded.push(*first);
            rest = after;
            continue;
        }
        let byte = escaped_byte(rest).ok_or_else(malformed)?;
        if part == UrlPart::Whole && RESERVED.contains(&byte) {
            decoded.extend_from_slice(&rest[..3]);
            rest = &rest[3..];
            continue;
        }
        // All bytes of one character must be escaped, each by itself.
        let length = match byte {
            0x00..=0x7f => 1,
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf4 => 4,
            _ => return Err(malformed()),
        };
        let mut character = [0; 4];
        for slot in character.iter_mut().take(length) {
            *slot = escaped_byte(rest).ok_or_else(malformed)?;
            rest = &rest[3..];
        }
        let character = std::str::from_utf8(&character[..length]).map_err(|_| malformed())?;
        decoded.extend_from_slice(character.as_bytes());
    }
    String::from_utf8(decoded).map_err(|_| malformed())
}

/// The byte of `%XX` at the start.
fn escaped_byte(text: &[u8]) -> Option<u8> {
    let [b'%', high, low, ..] = text else { return None };
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    u8::try_from(digit(high)? << 4 | digit(low)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn base64_is_that_of_node() {
        for (text, encoded) in [("", ""), ("hello", "aGVsbG8="), ("é", "6Q=="), ("Ā", "AA=="), ("😀", "PQA=")]
        {
            assert_eq!(base64_encode(text, 100).as_deref(), Ok(encoded), "{text}");
        }
        for (encoded, text) in [
            ("aGVsbG8=", "hello"),
            ("aGVsbG8", "hello"),
            ("6Q", "é"),
            ("YQ==YQ==", "a"),
            ("Y W\nJj", "abc"),
            ("YW-_", "ao¿"),
            ("a!bc", "i·"),
            ("éYWJj", "abc"),
            ("Y😀WJj", ""),
            ("Y", ""),
            ("====", ""),
        ] {
            assert_eq!(base64_decode(encoded, 100).as_deref(), Ok(text), "{encoded}");
        }
    }

    #[test]
    fn urls_are_encoded() {
        let url = "https://a.b/c d?x=1&y=ü#z€😀~";
        assert_eq!(
            encode_url(url, UrlPart::Whole, 100).as_deref(),
            Ok("https://a.b/c%20d?x=1&y=%C3%BC#z%E2%82%AC%F0%9F%98%80~")
        );
        let all = "?x=ü/'(a)";
        assert_eq!(encode_url(all, UrlPart::Component, 100).as_deref(), Ok("%3Fx%3D%C3%BC%2F'(a)"));
    }

    #[test]
    fn urls_are_decoded() {
        let text = "%3Fx%3d%C3%BC%41é";
        assert_eq!(decode_url(text, UrlPart::Whole).as_deref(), Ok("%3Fx%3düAé"));
        assert_eq!(decode_url(text, UrlPart::Component).as_deref(), Ok("?x=üAé"));
        for bad in ["%", "%4", "%4g", "%c3", "%c3x%bc", "%ff", "%c0%80", "%ed%a0%80", "%f5%80%80%80"] {
            let fault = decode_url(bad, UrlPart::Component).expect_err(bad);
            assert_eq!(fault.code, "D3140");
            let message = format!("Malformed URL passed to $decodeUrlComponent(): \"{bad}\"");
            assert_eq!(fault.message, message);
        }
    }

    #[test]
    fn long_results_are_refused() {
        assert_eq!(base64_encode("abcd", 7), Err(TextError::TooLong));
        assert_eq!(base64_decode("YWJj", 2), Err(TextError::TooLong));
        assert_eq!(encode_url("a b", UrlPart::Whole, 4), Err(TextError::TooLong));
        assert!(encode_url("a b", UrlPart::Whole, 5).is_ok());
    }

    proptest! {
        #[test]
        fn what_is_encoded_decodes(text in any::<String>()) {
            for part in [UrlPart::Component, UrlPart::Whole] {
                let encoded = encode_url(&text, part, usize::MAX).expect("no limit");
                if part == UrlPart::Component || !text.contains('%') {
                    prop_assert_eq!(decode_url(&encoded, part).expect("well formed"), text.clone());
                }
                let _ = decode_url(&text, part);
            }
            let _ = base64_decode(&text, usize::MAX);
        }

        #[test]
        fn base64_returns_latin_texts(bytes: Vec<u8>) {
            let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
            let encoded = base64_encode(&text, usize::MAX).expect("no limit");
            prop_assert_eq!(base64_decode(&encoded, usize::MAX).expect("no limit"), text);
        }
    }
}
