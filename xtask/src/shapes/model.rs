//! The model: where it is, and how it is read.

use flate2::read::GzDecoder;
use serde_json::Value;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// A service's model.
#[derive(Debug)]
pub struct Model(Value);

impl Model {
    /// Names of operations with the names of their inputs' shapes, in order.
    pub fn operations(&self) -> Vec<(&str, &str)> {
        let Some(operations) = self.0.get("operations").and_then(Value::as_object) else { return Vec::new() };
        let mut found: Vec<(&str, &str)> = operations
            .iter()
            .filter_map(|(name, operation)| {
                Some((name.as_str(), operation.get("input")?.get("shape")?.as_str()?))
            })
            .collect();
        found.sort_unstable();
        found
    }

    /// A shape by name.
    pub fn shape(&self, name: &str) -> Result<&Value, String> {
        self.0.get("shapes").and_then(|shapes| shapes.get(name)).ok_or_else(|| format!("no shape {name}"))
    }
}

/// The newest model of the service that is installed here.
pub fn find(root: &Path) -> Option<PathBuf> {
    let mut found = Vec::new();
    for python in fs::read_dir(root.join(".venv/lib")).ok()?.flatten() {
        let service = python.path().join("site-packages/botocore/data/stepfunctions");
        for version in fs::read_dir(service).into_iter().flatten().flatten() {
            found.push(version.path().join("service-2.json.gz"));
        }
    }
    found.sort();
    found.into_iter().rfind(|path| path.exists())
}

/// Reads a model.
pub fn read(path: &Path) -> Result<Model, String> {
    let at = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let file = fs::File::open(path).map_err(|error| at(&error))?;
    let mut text = String::new();
    GzDecoder::new(file).read_to_string(&mut text).map_err(|error| at(&error))?;
    serde_json::from_str(&text).map(Model).map_err(|error| at(&error))
}
