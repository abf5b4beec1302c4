//! What the checks of Rust sources share: telling tests from the code they test.

use syn::Attribute;

/// Whether the file as a whole is test code.
pub fn is_test_file(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.strip_suffix(".rs").unwrap_or(name);
    let folder = path.split('/').any(|part| part == "tests" || part == "benches" || part == "examples");
    folder
        || stem == "tests"
        || stem.starts_with("test_")
        || stem.ends_with("_test")
        || stem.ends_with("_tests")
}

/// Whether the item carries `#[test]`, `#[tokio::test]`, `#[cfg(test)]` or the like.
pub fn is_test_item(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let path = attribute.path();
        if path.is_ident("cfg") {
            attribute.meta.require_list().is_ok_and(|list| {
                let condition = list.tokens.to_string();
                let words: Vec<&str> = condition.split(|c: char| !c.is_alphanumeric()).collect();
                words.contains(&"test") && !words.contains(&"not")
            })
        } else {
            path.segments.last().is_some_and(|segment| segment.ident == "test")
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(text: &str) -> bool {
        let item: syn::ItemFn = syn::parse_str(text).expect("the test's own text parses");
        is_test_item(&item.attrs)
    }

    #[test]
    fn tests_are_told_from_code() {
        assert!(item("#[test] fn f() {}"));
        assert!(item("#[tokio::test] async fn f() {}"));
        assert!(item("#[cfg(all(test, unix))] fn f() {}"));
        assert!(!item("#[cfg(not(test))] fn f() {}"));
        assert!(!item("#[inline] fn f() {}"));
    }

    #[test]
    fn test_files_are_told_from_sources() {
        assert!(is_test_file("crates/engine/tests/scripts.rs"));
        assert!(is_test_file("crates/engine/src/map/tests.rs"));
        assert!(!is_test_file("crates/engine/src/map.rs"));
    }
}
