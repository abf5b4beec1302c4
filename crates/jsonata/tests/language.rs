//! The language: paths, operators, constructors, functions of the expression, and
//! what is refused.

mod support;

use serde_json::json;
use support::{Given, check};

fn given() -> Given {
    Given::variable(
        "doc",
        json!({
            "name": "Ann",
            "orders": [
                {"id": "o1", "price": 12.5, "qty": 2, "tags": ["a", "b"]},
                {"id": "o2", "price": 7, "qty": 10, "tags": []},
                {"id": "o3", "price": 1, "qty": 1, "tags": ["c"], "note": null}
            ],
            "one": [{"id": "x"}],
            "empty": [],
            "nested": [[1, 2], [3, [4, 5]]],
            "odd key": {"x": 1}
        }),
    )
}

#[test]
fn paths() {
    check(
        &given(),
        &[
            ("$doc.name", "\"Ann\""),
            ("$doc.missing.x", "undefined"),
            ("$doc.orders.id", r#"["o1","o2","o3"]"#),
            ("$doc.orders.tags", r#"["a","b","c"]"#),
            ("$doc.one.id", "\"x\""),
            ("$doc.one.id[]", r#"["x"]"#),
            ("$doc.one", r#"[{"id":"x"}]"#),
            ("$doc.empty", "[]"),
            ("$doc.empty.x", "undefined"),
            ("$doc.nested", "[[1,2],[3,[4,5]]]"),
            ("$doc.nested.$", "[1,2,3,[4,5]]"),
            ("$doc.`odd key`.x", "1"),
            ("$doc.'odd key'.*", "1"),
            ("$doc.orders.*[0]", r#"["o1","o2","o3"]"#),
            ("$count($doc.**)", "27"),
            ("$doc.orders.[id, qty]", r#"[["o1",2],["o2",10],["o3",1]]"#),
            ("$doc.orders.(price * qty)", "[25,70,1]"),
            ("$doc.(orders).(id)[0]", r#"["o1","o2","o3"]"#),
        ],
    );
}

#[test]
fn filters() {
    check(
        &given(),
        &[
            ("$doc.orders[0].id", "\"o1\""),
            ("$doc.orders[-1].id", "\"o3\""),
            ("$doc.orders[1.9].id", "\"o2\""),
            ("$doc.orders[9].id", "undefined"),
            ("$doc.orders[price > 5].id", r#"["o1","o2"]"#),
            ("$doc.orders[[0, 2]].id", r#"["o1","o3"]"#),
            ("$doc.orders[[0, 0]].id", r#"["o1","o1"]"#),
            ("$doc.orders[tags].id", r#"["o1","o3"]"#),
            ("$doc.orders.tags[0]", r#"["a","c"]"#),
            ("$doc.(orders.tags)[0]", "\"a\""),
            ("$doc.orders[id = 'o2'][]", r#"[{"id":"o2","price":7,"qty":10,"tags":[]}]"#),
            ("[1..5][$ > 2]", "[3,4,5]"),
        ],
    );
}

#[test]
fn tuples_and_parents() {
    check(
        &given(),
        &[
            ("$doc.orders#$i.($i & id)", r#"["0o1","1o2","2o3"]"#),
            ("$doc.orders#$i[qty > 1].$i", "[0,1]"),
            ("$doc.orders[qty < 5]#$i.$i", "[0,1]"),
            ("$doc.orders@$o.$doc.one@$x.($o.id & $x.id)", r#"["o1x","o2x","o3x"]"#),
            ("$doc.orders.tags.%.id", r#"["o1","o1","o3"]"#),
            (
                "$doc.orders.tags.{'id': %.id, 'tag': $}",
                r#"[{"id":"o1","tag":"a"},{"id":"o1","tag":"b"},{"id":"o3","tag":"c"}]"#,
            ),
            ("$doc.orders[%.name = 'Ann'].id", r#"["o1","o2","o3"]"#),
            ("%", "S0217 at 0: The object representing the 'parent' cannot be derived from this expression"),
        ],
    );
}

#[test]
fn sorting_and_grouping() {
    check(
        &given(),
        &[
            ("$doc.orders^(price).id", r#"["o3","o2","o1"]"#),
            ("$doc.orders^(>qty).id", r#"["o2","o1","o3"]"#),
            ("$doc.orders^(note, <price).id", r#"["o3","o2","o1"]"#),
            (
                "$doc.orders^(tags).id",
                "T2008: The expressions within an order-by clause must evaluate to numeric or string values",
            ),
            ("[3, 'a']^($)", "T2007: Type mismatch when comparing values 3 and \"a\" in order-by clause"),
            ("$doc.orders{id: price}", r#"{"o1":12.5,"o2":7,"o3":1}"#),
            ("[1, 2, 3, 4]{$string($ % 2): $sum($)}", r#"{"1":4,"0":6}"#),
            ("$doc.orders{price: id}", "T1003: Key in object structure must evaluate to a string; got: 12.5"),
            ("{'a': 1, 'a': 2}", "D1009: Multiple key definitions evaluate to same key: \"a\""),
            ("{'a': missing, 'b': 1}", r#"{"b":1}"#),
        ],
    );
}

#[test]
fn operators() {
    check(
        &given(),
        &[
            ("1 + 2 * 3 - 4 / 2", "5"),
            ("-7 % 4", "-3"),
            ("'a' & 1 & true & null & [1, 'b']", "\"a1truenull[1,\\\"b\\\"]\""),
            ("1 = 1.0 and 'a' != 'b' and [1, {'a': 2}] = [1, {'a': 2}]", "true"),
            ("1 = '1'", "false"),
            ("missing = missing", "false"),
            ("missing > 1", "undefined"),
            ("'a' < 'b' and 2 >= 2", "true"),
            ("'\u{ff5e}' > '\u{1f600}'", "true"),
            (
                "1 < 'a'",
                "T2009: The values 1 and \"a\" either side of operator \"<\" must be of the same data type",
            ),
            (
                "null < 1",
                "T2010: The expressions either side of operator \"<\" must evaluate to numeric or string values",
            ),
            ("'a' + 1", "T2001: The left side of the \"+\" operator must evaluate to a number"),
            ("1 - 'a'", "T2002: The right side of the \"-\" operator must evaluate to a number"),
            ("-'a'", "D1002: Cannot negate a non-numeric value: \"a\""),
            ("2 in [1, 2] and 'a' in 'a'", "true"),
            ("[1] in [[1]]", "false"),
            ("[2..4]", "[2,3,4]"),
            ("[4..2]", "[]"),
            ("[1.5..2]", "T2003: The left side of the range operator (..) must evaluate to an integer"),
            ("[1..'2']", "T2004: The right side of the range operator (..) must evaluate to an integer"),
            ("true ? 'yes' : 'no'", "\"yes\""),
            ("false ? 'yes'", "undefined"),
            ("1 / 0", "\"Infinity\""),
            ("{'a': [-1 / 0, 0 / 0]}", r#"{"a":["-Infinity","NaN"]}"#),
            ("1 / 0 + 1", "D1001: Number out of range: null"),
            ("9007199254740992", "9007199254740992"),
            ("1e21", "1e+21"),
            ("0.1 + 0.2", "0.30000000000000004"),
            ("$string(0.1 + 0.2)", "\"0.3\""),
        ],
    );
}

#[test]
fn constructors() {
    check(
        &given(),
        &[
            ("[1, [2, 3], [1..2], missing, null]", "[1,[2,3],[1,2],null]"),
            ("[$doc.orders.id, 'x']", r#"["o1","o2","o3","x"]"#),
            ("[[$doc.orders.qty]]", "[[2,10,1]]"),
            ("{'a': {'b': [1]}}.a.b", "[1]"),
            ("[{'a': 1}, {'a': 2}].a", "[1,2]"),
            ("'\\u00e9\\ud83d\\ude00\\n'", "\"é😀\\n\""),
            ("/* a comment */ 1", "1"),
        ],
    );
}

#[test]
fn functions_of_the_expression() {
    check(
        &given(),
        &[
            ("($f := function($x, $y){$x + $y}; $f(1, 2))", "3"),
            ("($x := 1; ($x := 2; $y := 3); [$x, $y])", "[1]"),
            ("($fac := function($n){$n <= 1 ? 1 : $n * $fac($n - 1)}; $fac(10))", "3628800"),
            ("($make := function($n){function($m){$n + $m}}; $make(2)(3))", "5"),
            ("($add := function($x, $y){$x + $y}; $inc := $add(1, ?); $inc(41))", "42"),
            ("($up := $substring(?, 0, 1) ~> $uppercase; $up('abc'))", "\"A\""),
            ("'a b' ~> $uppercase() ~> $split(' ')", r#"["A","B"]"#),
            ("(λ($x)<n:n>{$x * 2})(4)", "8"),
            (
                "($f := function($x)<n:n>{$x}; $f('a'))",
                "T0410: Argument 1 of function \"f\" does not match function signature",
            ),
            ("(function($x)<a<n>:n>{$sum($x)})(5)", "5"),
            (
                "(function($x)<a<n>:n>{$sum($x)})('a')",
                "T0412: Argument 1 of function undefined must be an array of \"numbers\"",
            ),
            ("$doc.name.$length()", "3"),
            (
                "5.(function($x)<s-:s>{$x})()",
                "S0213 at 0: The literal value 5 cannot be used as a step within a path expression",
            ),
            ("uppercase('a')", "T1005: Attempted to invoke a non-function. Did you mean $uppercase?"),
            ("$nothing(1)", "T1006: Attempted to invoke a non-function"),
            ("uppercase(?)", "T1007: Attempted to partially apply a non-function. Did you mean $uppercase?"),
            ("$nothing(?)", "T1008: Attempted to partially apply a non-function"),
            ("1 ~> 2", "T2006: The right side of the function application operator ~> must be a function"),
            ("$eval('1')", "T1006: Attempted to invoke a non-function"),
            ("$sum", "function"),
            ("[1, function($x){$x}]", "function"),
            ("{'a': /x/}", "function"),
            ("$map([1, 2], function($v, $i, $a){$v + $i + $count($a)})", "[3,5]"),
        ],
    );
}

#[test]
fn transforms() {
    check(
        &given(),
        &[
            ("{'a': {'b': 1, 'c': 2}} ~> |a|{'b': b + 1}|", r#"{"a":{"b":2,"c":2}}"#),
            ("{'a': {'b': 1, 'c': 2}} ~> |a|{}, ['b']|", r#"{"a":{"c":2}}"#),
            ("{'a': [{'n': 1}, {'n': 2}]} ~> |a|{'n': n * 10}, 'x'|", r#"{"a":[{"n":10},{"n":20}]}"#),
            ("{'a': {'n': {}}} ~> |**|{'k': $count($keys($))}|", r#"{"a":{"n":{"k":0},"k":1},"k":1}"#),
            ("{'a': 1} ~> |a|{'b': 2}|", "Cannot set properties of 1"),
            ("{'a': 1} ~> |$|{'old': $}|", r#"{"a":1,"old":{"a":1}}"#),
            (
                "{'a': {}} ~> |a|5|",
                "T2011: The insert/update clause of the transform expression must evaluate to an object: 5",
            ),
            (
                "{'a': {}} ~> |a|{}, 5|",
                "T2012: The delete clause of the transform expression must evaluate to a string or array of strings: 5",
            ),
            ("5 ~> |a|{}|", "T0410: Argument 1 of function undefined does not match function signature"),
            (
                "($clone := 5; {} ~> |$|{}|)",
                "T2013: The transform expression clones the input object using the $clone() function.  This has been overridden in the current scope by a non-function.",
            ),
        ],
    );
}

#[test]
fn refused_texts() {
    check(
        &given(),
        &[
            ("", "S0207 at 0: Unexpected end of expression"),
            ("1 +", "S0207 at 3: Unexpected end of expression"),
            ("1 2", "S0201 at 2: Syntax error: 2"),
            ("(1", "S0203 at 2: Expected \")\" before end of expression"),
            ("[1)", "S0202 at 2: Expected \"]\", got \")\""),
            ("'abc", "S0101 at 4: String literal must be terminated by a matching quote"),
            ("1e999", "S0102 at 0: Number out of range: \"1e999\""),
            ("'\\q'", "S0103 at 2: Unsupported escape sequence: \\\"q\""),
            ("'\\u12'", "S0104 at 2: The escape sequence \\u must be followed by 4 hex digits"),
            ("`abc", "S0105 at 4: Quoted property name must be terminated with a backquote (`)"),
            ("/* abc", "S0106 at 0: Comment has no closing tag"),
            ("1 ! 2", "S0204 at 2: Unknown operator: \"!\""),
            (
                "function(1){2}",
                "S0208 at 9: Parameter 1 of function definition must be a variable name (start with $)",
            ),
            ("a{b: c}{d: e}", "S0210 at 7: Each step can only have one grouping expression"),
            ("$a ?? 1", "S0211 at 4: The symbol \"?\" cannot be used as a unary operator"),
            ("$a ?: 1", "S0211 at 4: The symbol \":\" cannot be used as a unary operator"),
            ("1 := 2", "S0212 at 0: The left side of := must be a variable name (start with $)"),
            ("a.1", "S0213 at 2: The literal value 1 cannot be used as a step within a path expression"),
            ("a@b", "S0214 at 2: The right side of \"@\" must be a variable name (start with $)"),
            ("a[0]@$b", "S0215 at 4: A context variable binding must precede any predicates on a step"),
            (
                "a^(b)@$c",
                "S0216 at 5: A context variable binding must precede the 'order-by' clause on a step",
            ),
            ("$f(//)", "S0301 at 4: Empty regular expressions are not allowed"),
            ("$f(/a", "S0302 at 5: No terminating / in regular expression"),
            (
                "function($x)<s<n>>{$x}",
                "S0401 at 12: Type parameters can only be applied to functions and arrays",
            ),
            (
                "function($x)<(s<n>)>{$x}",
                "S0402 at 12: Choice groups containing parameterized types are not supported",
            ),
            ("x[0..1]", "S0202 at 3: Expected \"]\", got \"..\""),
        ],
    );
}
