//! Which crate may import which: a crate sees lower floors only, never its own.
//!
//! The table here is the one place that knows the floors; the other checks ask it.

use crate::finding::Finding;
use crate::tree::Package;

/// Every crate of the workspace with its floor. `xtask` stands outside the house.
const FLOORS: [(&str, u8); 16] = [
    ("base", 0),
    ("jsonpath", 0),
    ("jsonata", 0),
    ("models", 0),
    ("console", 0),
    ("asl", 1),
    ("journal", 1),
    ("protocols", 1),
    ("engine", 2),
    ("store", 3),
    ("runtime", 4),
    ("items", 4),
    ("connect", 5),
    ("api", 5),
    ("cli", 6),
    ("sim", 6),
];

/// The one import within a floor: paths and intrinsic functions need the limits and error names.
const SAME_FLOOR: [(&str, &str); 1] = [("jsonpath", "base")];

/// The highest floor whose crates are pure: no clock, randomness, I/O or async.
pub const PURE_FLOOR_MAX: u8 = 2;

/// The highest floor whose every module must open with a heading.
pub const HEADED_FLOOR_MAX: u8 = 4;

/// The floor of a package, by its folder's name (`engine`) or its full name (`stateline-engine`).
pub fn floor_of(name: &str) -> Option<u8> {
    let short = short(name);
    FLOORS.iter().find(|(known, _)| *known == short).map(|(_, floor)| *floor)
}

/// The floor that a source file belongs to, if it lies in a crate of the house.
pub fn floor_of_path(path: &str) -> Option<u8> {
    let folder = path.strip_prefix("crates/")?.split('/').next()?;
    floor_of(folder)
}

/// Checks that every package has a floor and depends on lower floors only.
pub fn check(packages: &[Package]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in packages {
        let floor = floor_of(&package.name);
        if floor.is_none() && package.name != "xtask" {
            findings.push(Finding::new(
                &package.manifest,
                1,
                format!("package {} has no floor", package.name),
                "give it one in FLOORS in xtask/src/check/floors.rs and in ARCHITECTURE.md",
            ));
            continue;
        }
        for dependency in package.dependencies.iter().filter(|dependency| dependency.local) {
            findings.extend(check_import(package, floor, &dependency.name));
        }
    }
    findings
}

/// `floor` is `None` for xtask, which may import nothing of the house.
fn check_import(package: &Package, floor: Option<u8>, imported: &str) -> Option<Finding> {
    let below = floor_of(imported);
    let allowed = match (floor, below) {
        (Some(floor), Some(below)) => {
            below < floor || SAME_FLOOR.contains(&(short(&package.name), short(imported)))
        }
        _ => false,
    };
    let name = |floor: Option<u8>| floor.map_or("outside".to_owned(), |floor| format!("floor {floor}"));
    (!allowed).then(|| {
        Finding::new(
            &package.manifest,
            1,
            format!("{} ({}) imports {imported} ({})", package.name, name(floor), name(below)),
            "import lower floors only: move the shared part down, or pass it in from above",
        )
    })
}

fn short(name: &str) -> &str {
    name.strip_prefix("stateline-").unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Dependency;

    fn problems(name: &str, imports: &[&str]) -> Vec<String> {
        let local = |name: &&str| Dependency { name: (*name).to_owned(), local: true, ..Default::default() };
        let package = Package {
            name: name.to_owned(),
            dependencies: imports.iter().map(local).collect(),
            ..Default::default()
        };
        check(&[package]).into_iter().map(|finding| finding.problem).collect()
    }

    #[test]
    fn lower_floors_may_be_imported() {
        assert!(problems("stateline-engine", &["stateline-base", "stateline-asl"]).is_empty());
        assert!(problems("stateline-sim", &["stateline-api", "stateline-runtime"]).is_empty());
        assert!(problems("xtask", &[]).is_empty());
    }

    #[test]
    fn a_crate_sees_neither_its_own_floor_nor_a_higher_one() {
        assert_eq!(
            problems("stateline-asl", &["stateline-journal", "stateline-store"]),
            [
                "stateline-asl (floor 1) imports stateline-journal (floor 1)",
                "stateline-asl (floor 1) imports stateline-store (floor 3)"
            ]
        );
    }

    #[test]
    fn jsonpath_may_import_base_but_not_the_reverse() {
        assert!(problems("stateline-jsonpath", &["stateline-base"]).is_empty());
        assert_eq!(problems("stateline-base", &["stateline-jsonpath"]).len(), 1);
    }

    #[test]
    fn nobody_imports_the_simulator_and_xtask_imports_nobody() {
        assert_eq!(
            problems("stateline-cli", &["stateline-sim"]),
            ["stateline-cli (floor 6) imports stateline-sim (floor 6)"]
        );
        assert_eq!(
            problems("xtask", &["stateline-base"]),
            ["xtask (outside) imports stateline-base (floor 0)"]
        );
    }

    #[test]
    fn an_unknown_crate_fails() {
        assert_eq!(problems("stateline-helpers", &[]), ["package stateline-helpers has no floor"]);
    }
}
