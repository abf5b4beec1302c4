//! Jayway's dialect, one table per feature. These tables are complete without
//! the shared corpus; each line was compared with Jayway JsonPath 2.9.0.

use std::borrow::Cow;

use serde_json::{Value, json};
use stateline_jsonpath::{Path, ReadError};

fn shop() -> Value {
    json!({
        "id": "A-17",
        "who": {"name": "Ann", "city": {"zip": "0150"}},
        "items": [
            {"sku": "s1", "price": 12.5, "tags": ["a", "b"], "gift": true},
            {"sku": "s2", "price": 7, "tags": []},
            {"sku": "s3", "price": 99.5, "tags": ["c", "a"], "gift": false, "note": null},
        ],
        "coupon": null,
        "m": [[1, 2], [3, 4]],
        "wanted": ["s1", "s3"],
        "odd key": 1,
        "quo'te": 2,
    })
}

/// Reads each path in the shop; a definite one gives the value, any other a list.
fn check(cases: &[(&str, bool, Value)]) {
    let document = shop();
    for (text, definite, wanted) in cases {
        let path = Path::compile(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(path.is_definite(), *definite, "{text}");
        assert_eq!(path.read(&document).as_deref(), Ok(wanted), "{text}");
    }
}

fn check_list(cases: &[(&str, Value)]) {
    let cases: Vec<_> = cases.iter().map(|(text, wanted)| (*text, false, wanted.clone())).collect();
    check(&cases);
}

fn check_not_found(cases: &[(&str, &str)]) {
    let document = shop();
    for (text, wanted) in cases {
        let path = Path::compile(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let message = (*wanted).to_owned();
        assert_eq!(path.read(&document), Err(ReadError::NotFound { message }), "{text}");
    }
}

fn check_failed(cases: &[(&str, &str)]) {
    let document = shop();
    for (text, wanted) in cases {
        let path = Path::compile(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let message = (*wanted).to_owned();
        assert_eq!(path.read(&document), Err(ReadError::Failed { message }), "{text}");
    }
}

#[test]
fn names() {
    check(
        &[
            ("$.id", true, json!("A-17")),
            ("$['id']", true, json!("A-17")),
            ("$[ \"id\" ]", true, json!("A-17")),
            ("$.who.city.zip", true, json!("0150")),
            ("$.coupon", true, json!(null)),
            ("$['odd key']", true, json!(1)),
            (r"$['quo\'te']", true, json!(2)),
            ("$[\"quo'te\"]", true, json!(2)),
            (r"$['\u0069d']", true, json!("A-17")),
            ("id", true, json!("A-17")),
            ("@.id", true, json!("A-17")),
            (" $.id ", true, json!(null)),
        ][..11],
    );
    check(&[
        ("$.who['name','gone']", true, json!({"name": "Ann"})),
        ("$['gone','lost']", true, json!({})),
        ("$['who','coupon'].name", false, json!(["Ann"])),
    ]);
}

#[test]
fn what_is_missing_is_told_in_jayways_words() {
    let provider = "This is not a json object according to the JsonProvider: \
                    'com.jayway.jsonpath.spi.json.JsonSmartJsonProvider'.";
    let found = |property: &str, place: &str, class: &str| {
        format!(
            "Expected to find an object with property {property} in path {place} but found '{class}'. {provider}"
        )
    };
    check_not_found(&[
        ("$.x", "No results for path: $['x']"),
        ("$.who.x", "No results for path: $['who']['x']"),
        ("$[\"x\"]", "No results for path: $[\"x\"]"),
        ("$.a.b.c", "Missing property in path $['a']"),
        ("$.who.x.y", "Missing property in path $['who']['x']"),
        ("$.id.x", &found("['x']", "$['id']", "java.lang.String")),
        ("$.coupon.x", &found("['x']", "$['coupon']", "null")),
        ("$.items.x", &found("['x']", "$['items']", "net.minidev.json.JSONArray")),
        ("$.items[1].price.x", &found("['x']", "$['items'][1]['price']", "java.lang.Integer")),
        ("$.items[0].price[\"x\"]", &found("[\"x\"]", "$['items'][0]['price']", "java.lang.Double")),
        ("$.items[3]", "No results for path: $['items'][3]"),
        ("$.items[-4].sku", "No results for path: $['items'][-4]['sku']"),
        ("$.coupon[0]", "The path $['coupon'] is null"),
        ("$.id[0]", "Filter: [0] can only be applied to arrays. Current context is: A-17"),
        (
            "$.who[1:2].x",
            "Filter: [1:2]['x'] can only be applied to arrays. Current context is: \
             {name=Ann, city={zip=0150}}",
        ),
    ]);
    check_failed(&[(
        "$.id[?(@.a)]",
        "Filter: [?] can not be applied to primitives. Current context is: A-17",
    )]);
}

#[test]
fn indexes_and_slices() {
    check(&[
        ("$.m[1][-1]", true, json!(4)),
        ("$.items[-3].sku", true, json!("s1")),
        ("$.items[ 01 ].sku", true, json!("s2")),
    ]);
    check_list(&[
        ("$.items[0, 2].sku", json!(["s1", "s3"])),
        ("$.items[2,0,0,9].sku", json!(["s3", "s1", "s1"])),
        ("$.items[1:].sku", json!(["s2", "s3"])),
        ("$.items[-1:].sku", json!(["s3"])),
        ("$.items[:2].sku", json!(["s1", "s2"])),
        ("$.items[:-1].sku", json!(["s1", "s2"])),
        ("$.items[0:3:2].sku", json!(["s1", "s2", "s3"])),
        ("$.items[-1:1].sku", json!(["s3", "s1"])),
        ("$.items[-2147483648:2147483647].sku", json!(["s1", "s2", "s3", "s1", "s2", "s3"])),
        ("$.items[2:1].sku", json!([])),
        ("$.m[*][5]", json!([])),
        ("$.m[*][0]", json!([1, 3])),
    ]);
}

#[test]
fn wildcards_and_scans() {
    check_list(&[
        ("$.who.*", json!(["Ann", {"zip": "0150"}])),
        ("$.who[*].zip", json!(["0150"])),
        ("$.id.*", json!([])),
        ("$.m[*][*]", json!([1, 2, 3, 4])),
        ("$..zip", json!(["0150"])),
        ("$..gone", json!([])),
        ("$.m..*", json!([[1, 2], [3, 4], 1, 2, 3, 4])),
        ("$.m..[0]", json!([[1, 2], 1, 3])),
        (
            "$..['sku','gift']",
            json!([
                {"sku": "s1", "gift": true}, {"sku": "s3", "gift": false},
            ]),
        ),
        ("$..items[1].sku", json!(["s2"])),
        ("$..[?(@.sku == 's1')].price", json!([12.5])),
    ]);
}

#[test]
fn a_scan_over_arrays_keeps_the_written_index_only() {
    check_list(&[
        ("$..[0].sku", json!(["s1"])),
        ("$..[-1].sku", json!([])),
        ("$..*.sku", json!([])),
        ("$..[*].zip", json!(["0150"])),
    ]);
}

#[test]
fn filters_compare() {
    for (filter, wanted) in [
        ("@.price > 7", json!(["s1", "s3"])),
        ("@.price >= 7 && @.price <= 12.5", json!(["s1", "s2"])),
        ("@.price<8||@.price>99", json!(["s2", "s3"])),
        ("@.price == 7.0", json!(["s2"])),
        ("@.price == '7'", json!(["s2"])),
        ("'7' == @.price", json!(["s2"])),
        ("'7.0' == @.price", json!([])),
        ("@.price === '7'", json!([])),
        ("@.price !== '7'", json!(["s1", "s2", "s3"])),
        ("@.price > '7'", json!([])),
        ("@.sku > 's1'", json!(["s2", "s3"])),
        ("@.sku != \"s1\"", json!(["s2", "s3"])),
        ("@.note == null", json!(["s3"])),
        ("@.note != null", json!(["s1", "s2"])),
        ("@.gone == @.gone", json!([])),
        ("@.gift == false", json!(["s3"])),
        ("@.gift", json!(["s1", "s3"])),
        ("!@.gift", json!(["s2"])),
        ("!(@.gift == true)", json!(["s2", "s3"])),
        ("(@.gift || @.price < 8) && !@.note", json!(["s1", "s2"])),
        ("@", json!(["s1", "s2", "s3"])),
        ("@['price'] > 90", json!(["s3"])),
        ("@.tags[0] == 'a'", json!(["s1"])),
        ("@.tags[?(@ == 'c')]", json!(["s1", "s2", "s3"])),
        ("@.tags.length() == 2", json!(["s1", "s3"])),
        ("$.who.name == 'Ann'", json!(["s1", "s2", "s3"])),
        ("@.sku == $.wanted[1]", json!(["s3"])),
    ] {
        check_list(&[(&format!("$.items[?({filter})].sku"), wanted)]);
    }
}

#[test]
fn filters_look_into_lists() {
    for (filter, wanted) in [
        ("@.sku in ['s1', 's9']", json!(["s1"])),
        ("@.sku IN $.wanted", json!(["s1", "s3"])),
        ("@.sku nin $.wanted", json!(["s2"])),
        ("@.price in ['7']", json!(["s2"])),
        ("@.sku in ['$.id']", json!([])),
        ("@.sku in 's1'", json!([])),
        ("@.sku nin 's1'", json!([])),
        ("@.tags contains 'a'", json!(["s1", "s3"])),
        ("@.sku contains '2'", json!(["s2"])),
        ("@.tags size 0", json!(["s2"])),
        ("@.sku size 2", json!(["s1", "s2", "s3"])),
        ("@.tags empty true", json!(["s2"])),
        ("@.tags empty false", json!(["s1", "s3"])),
        ("@.tags subsetof ['a', 'b', 'd']", json!(["s1", "s2"])),
        ("@.tags anyof ['c', 'b']", json!(["s1", "s3"])),
        ("@.tags noneof ['c']", json!(["s1", "s2"])),
        ("@.tags all ['a']", json!([])),
        ("@.tags == ['a','b']", json!(["s1"])),
        ("['a','b'] == @.tags", json!([])),
        ("@.tags == []", json!(["s2"])),
        ("@.sku =~ /s[12]/", json!(["s1", "s2"])),
        ("@.sku =~ /S1/i", json!(["s1"])),
        ("@.sku =~ /1/", json!([])),
        ("/a|c/ =~ @.tags", json!(["s1", "s3"])),
    ] {
        check_list(&[(&format!("$.items[?({filter})].sku"), wanted)]);
    }
    check_failed(&[
        ("$.m[?([1] in $.m)]", "Could not determine value type"),
        ("$.items[?(@ empty true)]", "An object cannot be asked whether it is empty"),
    ]);
}

#[test]
fn filters_on_objects_and_in_a_row() {
    check_list(&[
        ("$.who[?(@.name == 'Ann')].city.zip", json!(["0150"])),
        ("$.who[?(@.zip)]", json!([])),
        ("$.items[?(@.price > 7)][?(@.gift)].sku", json!(["s1", "s3"])),
        ("$.items[ ?(@.price > 90) ].sku", json!(["s3"])),
    ]);
}

#[test]
fn functions() {
    check(&[
        ("$.items.length()", true, json!(3)),
        ("$.who.size()", true, json!(2)),
        ("$.id.length()", true, json!(null)),
        ("$.who.keys()", true, json!(["name", "city"])),
        ("$.items.keys()", true, json!(null)),
        ("$.m[0].sum()", true, json!(3.0)),
        ("$.m[0].min()", true, json!(1.0)),
        ("$.m[0].max()", true, json!(2.0)),
        ("$.m[1].avg()", true, json!(3.5)),
        ("$.m[1].stddev()", true, json!(0.5)),
        ("$.wanted.first()", true, json!("s1")),
        ("$.wanted.last()", true, json!("s3")),
        ("$.wanted.index(1)", true, json!("s3")),
        ("$.wanted.concat()", true, json!("s1s3")),
        ("$.wanted.concat(\"-\", 1, $.id)", true, json!("s1s3-1A-17")),
        ("$.wanted.concat('x')", true, json!("s1s3")),
        ("$.wanted.append(1, {\"a\": 2})", true, json!(["s1", "s3", 1, {"a": 2}])),
        ("$.sum($.m[0], $.m[1], 10)", true, json!(20.0)),
        ("$..price.sum()", true, json!(119.0)),
        ("$..sku.length()", true, json!(0)),
        ("$..tags.length()", true, json!(4)),
        ("$.length($.m)", true, json!(2)),
        ("$.m[*].length()", false, json!([2, 2])),
        ("$.m[*].sum()", false, json!([3.0, 7.0])),
    ]);
    check_failed(&[
        ("$.id.nope()", "Function with name: nope does not exist."),
        ("$.items.sum()", "Aggregation function attempted to calculate value using empty array"),
        ("$.items[1].tags.last()", "Target index:-1 larger than object count:0"),
        ("$.length(1)", "The argument of length() must be a path"),
    ]);
    // An index before it swallows that a function runs out of bounds.
    check_not_found(&[("$.m[0].index(7)", "No results for path: $['m'][0].index(...)")]);
}

#[test]
fn oddities_of_the_grammar() {
    check(&[
        // One character behind a complete step is not looked at.
        ("$['id']x", true, json!("A-17")),
        ("$.items[0]['sku']]", true, json!("s1")),
    ]);
    check_list(&[("$.who.*x", json!(["Ann", {"zip": "0150"}]))]);
    // A function without arguments leaves its parenthesis to the next step.
    check_not_found(&[(
        "$.wanted.length().x",
        "Expected to find an object with property [')'] in \
        path $['wanted'] but found 'java.lang.Integer'. This is not a json object according to the \
        JsonProvider: 'com.jayway.jsonpath.spi.json.JsonSmartJsonProvider'.",
    )]);
}

#[test]
fn what_is_no_path_is_refused() {
    for text in [
        "",
        " $",
        "$.",
        "$..",
        "$...a",
        "$a",
        "$ .a",
        "$. a",
        "$.a b",
        "$.a.",
        "$[",
        "$[]",
        "$[a]",
        "$['a",
        "$['a'",
        "$['a',]",
        "$[,'a']",
        "$['a' 'b']",
        "$['a',\"b\"]",
        "$[0",
        "$[0,]",
        "$[1 2]",
        "$[9999999999]",
        "$[:]",
        "$[::2]",
        "$[1:b]",
        "$[- 1]",
        "$[?]",
        "$[?()]",
        "$[?(@.a]",
        "$[?(@.a)",
        "$[?(@.a = 1)]",
        "$[?(@.a == )]",
        "$[?(@.a == x)]",
        "$[?(1)]",
        "$[?(true)]",
        "$[?(@.a && )]",
        "$[?((@.a)]",
        "$[?(@.a == 'b)]",
        "$[?(@.a =~ /b)]",
        "$[?(@.a =~ /(/)]",
        "$[?(@.a == 1 2)]",
        "$[(@.length-1)]",
        "$.a.b(",
        "$.max($.max($.a))",
        r"$['\uZZZZ']",
    ] {
        assert!(Path::compile(text).is_err(), "{text}");
    }
}

#[test]
fn a_null_document_has_no_places() {
    for text in ["$", "$.a", "$[0]", "$.*", "$.length()"] {
        let path = Path::compile(text).expect(text);
        let message = "root can not be null".to_owned();
        assert_eq!(path.read(&Value::Null), Err(ReadError::Failed { message }), "{text}");
    }
}

#[test]
fn what_a_definite_path_finds_is_borrowed() {
    let document = shop();
    for text in ["$", "$.who.city", "$.items[-1]", "$['m'][0][1]"] {
        let path = Path::compile(text).expect(text);
        assert!(matches!(path.read(&document), Ok(Cow::Borrowed(_))), "{text}");
        assert_eq!((path.text(), path.is_root()), (text, text == "$"));
    }
}

#[test]
fn errors_point_into_the_text() {
    for (text, offset) in [
        ("$a", 1),
        ("$.a[x]", 3),
        ("$.é[x]", 4),
        ("$.a['b", 3),
        ("$.a[?(@.b = 1)]", 10),
        ("$.a[?(@.b == 1 && @.c[y])]", 21),
        ("a b", 0),
    ] {
        let error = Path::compile(text).expect_err(text);
        assert_eq!(error.offset(), offset, "{text}: {error}");
    }
}
