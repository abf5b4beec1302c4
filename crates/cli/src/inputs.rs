//! Reading what `--input` and file arguments name.

use std::io::Read;
use std::path::{Path, PathBuf};

/// Why an input cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// A file cannot be read.
    #[error("{}: {source}", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It is not JSON.
    #[error("{origin} is not JSON: {why}")]
    NotJson {
        /// Where it came from.
        origin: String,
        /// Where it breaks and how.
        why: serde_json::Error,
    },
}

/// The text of a file.
///
/// # Errors
/// When it cannot be read or is not UTF-8.
pub fn file(path: &Path) -> Result<String, InputError> {
    std::fs::read_to_string(path).map_err(|source| InputError::Read { path: path.to_owned(), source })
}

/// The JSON text that `--input` names: itself, `@FILE`, or `-` for stdin.
///
/// # Errors
/// When it cannot be read or is not JSON.
pub fn json(argument: &str) -> Result<String, InputError> {
    let (text, origin) = match argument.strip_prefix('@') {
        Some(path) => (file(Path::new(path))?, path.to_owned()),
        None if argument == "-" => (stdin()?, "stdin".to_owned()),
        None => (argument.to_owned(), "--input".to_owned()),
    };
    match serde_json::from_str::<serde::de::IgnoredAny>(&text) {
        Ok(_) => Ok(text),
        Err(why) => Err(InputError::NotJson { origin, why }),
    }
}

fn stdin() -> Result<String, InputError> {
    let mut text = String::new();
    match std::io::stdin().lock().read_to_string(&mut text) {
        Ok(_) => Ok(text),
        Err(source) => Err(InputError::Read { path: PathBuf::from("stdin"), source }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_are_json_and_keep_their_text() {
        assert_eq!(json("{ \"a\": 1.0 }").expect("JSON"), "{ \"a\": 1.0 }");
        let error = json("{a}").expect_err("not JSON").to_string();
        assert_eq!(error, "--input is not JSON: key must be a string at line 1 column 2");
        assert!(json("@no/such/file").expect_err("no file").to_string().starts_with("no/such/file: "));
    }
}
