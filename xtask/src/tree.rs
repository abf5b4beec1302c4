//! The repository as the checks see it: its text files and its packages, read once.
//!
//! Git tells which files belong to the project (tracked, or new and not ignored), cargo tells
//! which packages there are. The checks themselves touch neither disk nor processes, so that
//! their tests are small strings.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Everything the checks look at.
#[derive(Debug, Default)]
pub struct Tree {
    /// The text files, sorted by path.
    pub files: Vec<File>,
    /// All paths of the project including those of files that hold no text, and of folders.
    pub paths: BTreeSet<String>,
    /// The packages of the workspace.
    pub packages: Vec<Package>,
}

/// One text file.
#[derive(Debug, Clone)]
pub struct File {
    /// Path relative to the repository, with `/` between its parts.
    pub path: String,
    /// Its whole text.
    pub text: String,
}

/// One package of the workspace, as `cargo metadata` describes it.
#[derive(Debug, Clone, Default)]
pub struct Package {
    /// Package name, for example `stateline-engine`.
    pub name: String,
    /// Path of its `Cargo.toml`, relative to the repository.
    pub manifest: String,
    /// SPDX expression, if the manifest states one.
    pub license: Option<String>,
    /// What it depends on, in the manifest's order.
    pub dependencies: Vec<Dependency>,
}

/// One direct dependency of a package.
#[derive(Debug, Clone, Default)]
pub struct Dependency {
    /// The depended-on package's real name, also where it is renamed.
    pub name: String,
    /// Whether only tests, examples and benches use it.
    pub dev: bool,
    /// Whether it is a folder of this repository rather than a registry's crate.
    pub local: bool,
}

/// Reads the repository at `root`. The error is a sentence for the terminal.
pub fn read(root: &Path) -> Result<Tree, String> {
    let listing = output(
        Command::new("git").args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]),
        root,
    )?;
    let mut tree = Tree { packages: packages(root)?, ..Tree::default() };
    for path in listing.split('\0').filter(|path| !path.is_empty()) {
        // A path may be listed and yet be gone, when its deletion is not committed.
        let Ok(bytes) = std::fs::read(root.join(path)) else { continue };
        for (at, _) in path.match_indices('/') {
            tree.paths.insert(path[..at].to_owned());
        }
        tree.paths.insert(path.to_owned());
        if let Ok(text) = String::from_utf8(bytes) {
            tree.files.push(File { path: path.to_owned(), text });
        }
    }
    tree.files.sort_by(|a, b| a.path.cmp(&b.path));
    tree.files.dedup_by(|a, b| a.path == b.path);
    Ok(tree)
}

fn packages(root: &Path) -> Result<Vec<Package>, String> {
    // The variable is set by cargo for whatever it runs, and names that very cargo.
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let text = output(Command::new(cargo).args(["metadata", "--format-version", "1", "--no-deps"]), root)?;
    let metadata: Value =
        serde_json::from_str(&text).map_err(|error| format!("cargo metadata printed no JSON: {error}"))?;
    let all = metadata["packages"].as_array().ok_or("cargo metadata names no packages")?;
    Ok(all.iter().map(|package| read_package(package, root)).collect())
}

fn read_package(package: &Value, root: &Path) -> Package {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let manifest = text(&package["manifest_path"]);
    let manifest = Path::new(&manifest).strip_prefix(root).unwrap_or(Path::new(&manifest));
    let dependencies = package["dependencies"].as_array().map(Vec::as_slice).unwrap_or_default();
    Package {
        name: text(&package["name"]),
        manifest: manifest.to_string_lossy().into_owned(),
        license: package["license"].as_str().map(str::to_owned),
        dependencies: dependencies
            .iter()
            .map(|dependency| Dependency {
                name: text(&dependency["name"]),
                dev: dependency["kind"] == "dev",
                local: dependency["path"].is_string(),
            })
            .collect(),
    }
}

fn output(command: &mut Command, root: &Path) -> Result<String, String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output =
        command.current_dir(root).output().map_err(|error| format!("cannot run {program}: {error}"))?;
    if !output.status.success() {
        return Err(format!("{program} failed: {}", String::from_utf8_lossy(&output.stderr).trim()));
    }
    String::from_utf8(output.stdout).map_err(|_| format!("{program} printed something that is not text"))
}
