//! Digests for `$hash` and the text of a UUID for `$uuid`.
//!
//! Both functions are Step Functions' additions to JSONata.

use md5::{Digest, Md5};
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};
use std::fmt::Write as _;

/// The algorithms of `$hash`, by the names Step Functions gives them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Algorithm {
    Md5,
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Algorithm {
    /// `None` for any other name; upper and lower case differ.
    pub(crate) fn from_name(name: &str) -> Option<Algorithm> {
        Some(match name {
            "MD5" => Algorithm::Md5,
            "SHA-1" => Algorithm::Sha1,
            "SHA-256" => Algorithm::Sha256,
            "SHA-384" => Algorithm::Sha384,
            "SHA-512" => Algorithm::Sha512,
            _ => return None,
        })
    }
}

/// The digest of the text's UTF-8 bytes in lower-case hexadecimal digits.
pub(crate) fn hash_text(text: &str, algorithm: Algorithm) -> String {
    match algorithm {
        Algorithm::Md5 => hex(&Md5::digest(text)),
        Algorithm::Sha1 => hex(&Sha1::digest(text)),
        Algorithm::Sha256 => hex(&Sha256::digest(text)),
        Algorithm::Sha384 => hex(&Sha384::digest(text)),
        Algorithm::Sha512 => hex(&Sha512::digest(text)),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A version 4 UUID (RFC 9562) made of 128 random bits, six of which it fixes.
pub(crate) fn uuid_text(high: u64, low: u64) -> String {
    let high = high & !0xf000 | 0x4000;
    let low = low & (u64::MAX >> 2) | 1 << 63;
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xffff,
        low >> 48,
        low & 0xffff_ffff_ffff
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn digests_are_known() {
        for (name, text, digest) in [
            ("MD5", "", "d41d8cd98f00b204e9800998ecf8427e"),
            ("MD5", "abc", "900150983cd24fb0d6963f7d28e17f72"),
            ("SHA-1", "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
            ("SHA-256", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ] {
            let algorithm = Algorithm::from_name(name).expect("it is known");
            assert_eq!(hash_text(text, algorithm), digest);
        }
        for (algorithm, digits) in [(Algorithm::Sha384, 96), (Algorithm::Sha512, 128)] {
            assert_eq!(hash_text("abc", algorithm).len(), digits);
        }
        assert!(hash_text("abc", Algorithm::Sha384).starts_with("cb00753f45a35e8bb5a03d699ac65007"));
        assert!(hash_text("abc", Algorithm::Sha512).starts_with("ddaf35a193617abacc417349ae204131"));
        for name in ["", "md5", "SHA256", "SHA-224"] {
            assert_eq!(Algorithm::from_name(name), None);
        }
    }

    #[test]
    fn uuids_carry_version_and_variant() {
        assert_eq!(uuid_text(0, 0), "00000000-0000-4000-8000-000000000000");
        assert_eq!(uuid_text(u64::MAX, u64::MAX), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    }

    proptest! {
        #[test]
        fn uuids_have_one_form(high: u64, low: u64) {
            let text = uuid_text(high, low);
            prop_assert_eq!(text.len(), 36);
            prop_assert_eq!(&text[14..15], "4");
            prop_assert!("89ab".contains(&text[19..20]));
        }
    }
}
