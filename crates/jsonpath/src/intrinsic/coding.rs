//! `States.Base64Encode`, `Base64Decode` and `Hash`.

use base64::Engine;
use base64::alphabet::STANDARD as ALPHABET;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use md5::Md5;
use serde_json::Value;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::{Refusal, expect_text};
use crate::limits::CODED_CHARS_MAX;

/// A text of at most the length that these functions take.
fn bounded(text: &str) -> Result<&str, Refusal> {
    if text.chars().nth(CODED_CHARS_MAX).is_some() {
        return Err(format!("The data has more than {CODED_CHARS_MAX} characters"));
    }
    Ok(text)
}

/// Base64 of the text's UTF-8.
pub(super) fn encode(data: &Value) -> Result<Value, Refusal> {
    let text = bounded(expect_text(data, "first")?)?;
    Ok(Value::String(STANDARD.encode(text)))
}

/// The text behind MIME Base64: characters outside of the alphabet (line ends
/// above all) are skipped, missing padding is forgiven, bytes that are no UTF-8
/// become replacement characters.
pub(super) fn decode(data: &Value) -> Result<Value, Refusal> {
    let text = bounded(expect_text(data, "first")?)?;
    let known = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    let cleaned: String = text.chars().filter(known).collect();
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    let bytes = GeneralPurpose::new(&ALPHABET, config)
        .decode(cleaned)
        .map_err(|_| "The data is not valid Base64".to_owned())?;
    Ok(Value::String(String::from_utf8_lossy(&bytes).into_owned()))
}

/// A digest in lower-case hexadecimal. What is no text is hashed as JSON.
pub(super) fn hash(data: &Value, algorithm: &Value) -> Result<Value, Refusal> {
    let algorithm = expect_text(algorithm, "second")?;
    let printed;
    let text = match data {
        Value::String(text) => text,
        other => {
            printed = other.to_string();
            &printed
        }
    };
    let bytes = bounded(text)?.as_bytes();
    let digest = match algorithm {
        "MD5" => Md5::digest(bytes).to_vec(),
        "SHA-1" => Sha1::digest(bytes).to_vec(),
        "SHA-256" => Sha256::digest(bytes).to_vec(),
        "SHA-384" => Sha384::digest(bytes).to_vec(),
        "SHA-512" => Sha512::digest(bytes).to_vec(),
        _ => {
            return Err(format!(
                "The algorithm '{algorithm}' is not one of MD5, SHA-1, SHA-256, SHA-384, SHA-512"
            ));
        }
    };
    Ok(Value::String(digest.iter().map(|byte| format!("{byte:02x}")).collect()))
}

#[cfg(test)]
mod tests {
    use crate::intrinsic::{check, check_refused};
    use serde_json::json;

    #[test]
    fn base64() {
        check(&[
            ("States.Base64Encode('Data to encode')", json!("RGF0YSB0byBlbmNvZGU=")),
            ("States.Base64Encode('')", json!("")),
            ("States.Base64Encode('é')", json!("w6k=")),
            ("States.Base64Decode('RGF0YSB0byBlbmNvZGU=')", json!("Data to encode")),
            ("States.Base64Decode('RGF0YSB0\n byBlbmNvZGU')", json!("Data to encode")),
            ("States.Base64Decode('')", json!("")),
            ("States.Base64Decode('/w==')", json!("\u{fffd}")),
        ]);
        check_refused(&[
            ("States.Base64Encode($.long)", "The data has more than 10000 characters"),
            ("States.Base64Decode($.long)", "The data has more than 10000 characters"),
            ("States.Base64Encode($.i)", "The first argument must be a string"),
            ("States.Base64Decode('RGF0Y')", "The data is not valid Base64"),
        ]);
    }

    #[test]
    fn hash() {
        check(&[
            ("States.Hash('', 'MD5')", json!("d41d8cd98f00b204e9800998ecf8427e")),
            ("States.Hash('abc', 'SHA-1')", json!("a9993e364706816aba3e25717850c26c9cd0d89d")),
            (
                "States.Hash('abc', 'SHA-256')",
                json!("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            ),
            (
                "States.Hash('abc', 'SHA-384')",
                json!(
                    "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed\
                     8086072ba1e7cc2358baeca134c825a7"
                ),
            ),
            (
                "States.Hash('abc', 'SHA-512')",
                json!(
                    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a\
                     2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
                ),
            ),
        ]);
        check_refused(&[
            ("States.Hash($.long, 'MD5')", "The data has more than 10000 characters"),
            (
                "States.Hash('a', 'sha-256')",
                "The algorithm 'sha-256' is not one of MD5, SHA-1, SHA-256, SHA-384, SHA-512",
            ),
            ("States.Hash('a', 1)", "The second argument must be a string"),
        ]);
    }
}
