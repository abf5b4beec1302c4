//! Texts that are never printed, and where settings take them from.

use serde::Deserialize;
use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Bytes of a file that holds a secret; more than any header takes.
const FILE_BYTES_MAX: u64 = 65_536;

/// A text that no log, error or `Debug` shows.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Secret(Arc<str>);

impl Secret {
    /// Keeps a text to itself.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Secret(text.into())
    }

    /// The text, for the request that needs it.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(not shown)")
    }
}

/// Where a secret stands: in the settings themselves, in a variable, or in a file of its own.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged, expecting = "a secret is a text, { env = \"NAME\" } or { file = \"path\" }")]
pub enum SecretConfig {
    /// Here.
    Text(Secret),
    /// In a variable of the server's environment.
    Variable(Variable),
    /// In a file; a line break at its end does not count.
    File(File),
}

/// `{ env = "NAME" }`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variable {
    /// The variable's name.
    pub env: String,
}

/// `{ file = "path" }`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// The file; relative to `stateline.toml`.
    pub file: PathBuf,
}

impl SecretConfig {
    /// Whether it stands in the settings, where everybody who reads them reads it.
    pub(crate) fn is_written_out(&self) -> bool {
        matches!(self, SecretConfig::Text(_))
    }

    /// Makes a file's path absolute.
    pub(crate) fn locate(&mut self, folder: &Path) {
        if let SecretConfig::File(File { file }) = self {
            *file = folder.join(&*file);
        }
    }

    /// The secret, read from where it stands.
    ///
    /// # Errors
    /// What is wrong with the place, and what would be right. It never has the secret in it.
    pub(crate) fn read(&self) -> Result<Secret, String> {
        match self {
            SecretConfig::Text(secret) => Ok(secret.clone()),
            SecretConfig::Variable(Variable { env }) => match std::env::var(env) {
                Ok(text) if !text.is_empty() => Ok(Secret::new(text)),
                Ok(_) => Err(format!("the variable {env} is empty")),
                Err(std::env::VarError::NotPresent) => {
                    Err(format!("the variable {env} is not set; set it before the server starts"))
                }
                Err(std::env::VarError::NotUnicode(_)) => Err(format!("the variable {env} is no UTF-8")),
            },
            SecretConfig::File(File { file }) => read_file(file),
        }
    }
}

fn read_file(path: &Path) -> Result<Secret, String> {
    let fail = |reason: String| Err(format!("{}: {reason}", path.display()));
    match std::fs::metadata(path) {
        Ok(found) if found.len() > FILE_BYTES_MAX => {
            return fail(format!("has more than {FILE_BYTES_MAX} bytes"));
        }
        Ok(_) => {}
        Err(error) => return fail(error.to_string()),
    }
    // What says that it is empty may have no end.
    let mut text = String::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(FILE_BYTES_MAX).read_to_string(&mut text));
    match read.map(|_| text) {
        Ok(text) => match text.trim_end_matches(['\r', '\n']) {
            "" => fail("is empty".to_owned()),
            text => Ok(Secret::new(text)),
        },
        Err(error) => fail(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_read_from_three_places_and_never_shown() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(folder.path().join("token"), "hush\n").expect("written");
        std::fs::write(folder.path().join("nothing"), "\n").expect("written");
        let read = |text: &str| {
            let mut config: SecretConfig = serde_json::from_str(text).expect("a secret");
            config.locate(folder.path());
            let shown = format!("{config:?}");
            assert!(!shown.contains("hush"), "{shown}");
            config.read()
        };
        for place in [r#""hush""#, r#"{"file":"token"}"#] {
            let secret = read(place).expect("it is there");
            assert_eq!((secret.reveal(), format!("{secret:?}").as_str()), ("hush", "(not shown)"));
        }
        assert!(read(r#"{"env":"PATH"}"#).is_ok());
        let error = read(r#"{"env":"STATELINE_NO_SUCH_VARIABLE"}"#).expect_err("it is not set");
        assert!(error.starts_with("the variable STATELINE_NO_SUCH_VARIABLE is not set"), "{error}");
        let error = read(r#"{"file":"nothing"}"#).expect_err("it is empty");
        assert!(error.ends_with("nothing: is empty"), "{error}");
        assert!(read(r#"{"file":"no_such"}"#).is_err());
        assert!(serde_json::from_str::<SecretConfig>(r#"{"file":"a","env":"b"}"#).is_err());
    }
}
