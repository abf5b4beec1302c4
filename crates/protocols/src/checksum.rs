//! Checksums of bodies, which S3 and a few others want in a header.

use crc::{CRC_32_ISCSI, CRC_32_ISO_HDLC, CRC_64_NVME, Crc};
use md5::{Digest, Md5};
use sha1::Sha1;
use sha2::{Sha256, Sha512};

use crate::fields::base64;

/// The algorithm where the author chooses none.
pub(crate) const DEFAULT: &str = "CRC32";

/// The body's checksum in Base64; `None` for an algorithm that is unknown here.
pub(crate) fn of(algorithm: &str, body: &[u8]) -> Option<String> {
    Some(match algorithm.to_ascii_uppercase().as_str() {
        "CRC32" => base64(&Crc::<u32>::new(&CRC_32_ISO_HDLC).checksum(body).to_be_bytes()),
        "CRC32C" => base64(&Crc::<u32>::new(&CRC_32_ISCSI).checksum(body).to_be_bytes()),
        "CRC64NVME" => base64(&Crc::<u64>::new(&CRC_64_NVME).checksum(body).to_be_bytes()),
        "SHA1" => base64(&Sha1::digest(body)),
        "SHA256" => base64(&Sha256::digest(body)),
        "SHA512" => base64(&Sha512::digest(body)),
        "MD5" => base64(&Md5::digest(body)),
        _ => return None,
    })
}

/// The hash of a tree over the body's mebibytes, in hexadecimal, as Glacier wants it.
pub(crate) fn tree_hash(body: &[u8]) -> String {
    let mut level: Vec<Vec<u8>> = body.chunks(1 << 20).map(|chunk| Sha256::digest(chunk).to_vec()).collect();
    if level.is_empty() {
        level.push(Sha256::digest([]).to_vec());
    }
    while level.len() > 1 {
        level = level
            .chunks(2)
            .map(|pair| if pair.len() == 2 { Sha256::digest(pair.concat()).to_vec() } else { pair.concat() })
            .collect();
    }
    hex(&level.concat())
}

/// The plain hash in hexadecimal.
pub(crate) fn sha256_hex(body: &[u8]) -> String {
    hex(&Sha256::digest(body))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The check values of the algorithms' catalogues, and one that S3 gave for a recorded object.
    #[test]
    fn checksums_are_those_of_the_catalogues() {
        let check = |algorithm, expected: &str| {
            assert_eq!(of(algorithm, b"123456789").as_deref(), Some(expected), "{algorithm}");
        };
        check("CRC32", "y/Q5Jg==");
        check("crc32c", "4waSgw==");
        check("CRC64NVME", "rosUhgp5mIg=");
        check("SHA1", "98O8HYCOBHMq32eZZczDTKeuNEE=");
        check("MD5", "JfnnlDI7RTiF9RgfG2JNCw==");
        assert_eq!(of("CRC32", b"\"text data\"").as_deref(), Some("KUmHvQ=="));
        assert_eq!(of("ROT13", b""), None);
    }

    #[test]
    fn a_tree_of_one_leaf_is_the_plain_hash() {
        assert_eq!(tree_hash(b"leaf"), sha256_hex(b"leaf"));
        assert_ne!(tree_hash(&vec![0; 3 << 20]), sha256_hex(&vec![0; 3 << 20]));
    }
}
