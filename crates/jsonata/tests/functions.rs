//! The built-in functions, the six of Step Functions among them.

mod support;

use serde_json::json;
use support::{Given, check};

#[test]
fn numbers() {
    check(
        &Given::default(),
        &[
            ("$sum([1, 2.5])", "3.5"),
            ("$sum([])", "0"),
            ("$sum(missing)", "undefined"),
            ("$sum(['a'])", "T0412: Argument 1 of function \"sum\" must be an array of \"numbers\""),
            ("[$max([1, 3, 2]), $min([1, 3, 2]), $average([1, 2])]", "[3,1,1.5]"),
            ("$max([])", "undefined"),
            (
                "[$abs(-1), $ceil(1.2), $floor(-1.2), $round(2.5), $round(3.5), $round(125, -1), $round(1.255, 2)]",
                "[1,2,-2,2,4,120,1.26]",
            ),
            ("[$sqrt(9), $power(2, 10), $power(4, 0.5)]", "[3,1024,2]"),
            ("$sqrt(-1)", "D3060: The sqrt function cannot be applied to a negative number: -1"),
            (
                "$power(0, -1)",
                "D3061: The power function has resulted in a value that cannot be represented as a JSON number: base=0, exponent=-1",
            ),
            ("[$number('12.5e1'), $number(true), $number('0x1F')]", "[125,1,31]"),
            ("$number('abc')", "D3030: Unable to cast value to a number: \"abc\""),
            ("$formatNumber(1234.5, '#,##0.00')", "\"1,234.50\""),
            ("$formatBase(255, 16)", "\"ff\""),
            ("$formatInteger(2024, 'w')", "\"two thousand and twenty-four\""),
            ("$parseInteger('MMXXIV', 'I')", "2024"),
            ("$abs('a')", "T0410: Argument 1 of function \"abs\" does not match function signature"),
            ("$count([1, 2]) + $count(missing) + $count('a')", "3"),
        ],
    );
}

#[test]
fn texts() {
    check(
        &Given::default(),
        &[
            ("$string({'a': [1, 0.1 + 0.2, null, 'x', $sum]})", r#""{\"a\":[1,0.3,null,\"x\",\"\"]}""#),
            (
                "$string({'a': [1, {}], 'b': []}, true)",
                r#""{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}""#,
            ),
            ("$string(1 / 0)", "D3001: Attempting to invoke string function on Infinity or NaN"),
            ("$string([1 / 0])", "D1001: Number out of range: null"),
            ("$length('é😀')", "2"),
            (
                "[$substring('hello', 1), $substring('hello', -3, 2), $substring('hello', 1, 3), $substring('h😀llo', 1, 1), $substring('abc', 5), $substring('abc', -9, 2)]",
                r#"["ello","ll","ell","😀","","ab"]"#,
            ),
            (
                "[$substringBefore('a-b-c', '-'), $substringAfter('a-b-c', '-'), $substringAfter('abc', 'x')]",
                r#"["a","b-c","abc"]"#,
            ),
            ("[$uppercase('ß'), $lowercase('ÀB')]", r#"["SS","àb"]"#),
            ("$trim('  a \n\t b  ')", "\"a b\""),
            (
                "[$pad('x', 4, '12'), $pad('x', -4, '12'), $pad('xyz', 2), $pad('😀', 3)]",
                r#"["x121","121x","xyz","😀  "]"#,
            ),
            ("$join(['a', 'b'], '-') & $join('c')", "\"a-bc\""),
            ("$join([1])", "T0412: Argument 1 of function \"join\" must be an array of \"strings\""),
            ("[$base64encode('a:b'), $base64decode('YTpi')]", r#"["YTpi","a:b"]"#),
            (
                "[$encodeUrlComponent('a b/ü'), $encodeUrl('http://x/a b?c=ü'), $decodeUrl('%C3%BC'), $decodeUrlComponent('%2F')]",
                r#"["a%20b%2F%C3%BC","http://x/a%20b?c=%C3%BC","ü","/"]"#,
            ),
            ("$decodeUrl('%')", "D3140: Malformed URL passed to $decodeUrl(): \"%\""),
        ],
    );
}

#[test]
fn searching() {
    check(
        &Given::default(),
        &[
            ("[$contains('abc', 'b'), $contains('abc', /B/), $contains('abc', /B/i)]", "[true,false,true]"),
            (
                "$match('a1b22', /([a-z])([0-9]+)/)",
                r#"[{"match":"a1","index":0,"groups":["a","1"]},{"match":"b22","index":2,"groups":["b","22"]}]"#,
            ),
            ("$match('😀a', /a/).index", "2"),
            ("$match('aaa', /a/, 2).match", r#"["a","a"]"#),
            (
                "$match('a', /a/, -1)",
                "D3040: Third argument of match function must evaluate to a positive number",
            ),
            ("$split('a, b,c', /, */)", r#"["a","b","c"]"#),
            ("$split('abc', '')", r#"["a","b","c"]"#),
            ("$split('a-b-c', '-', 2)", r#"["a","b"]"#),
            (
                "$split('a', '-', -1)",
                "D3020: Third argument of split function must evaluate to a positive number",
            ),
            ("$replace('John Smith', /(\\w+) (\\w+)/, '$2, $1')", "\"Smith, John\""),
            ("$replace('a.a.a', '.', '-', 1)", "\"a-a.a\""),
            (
                "$replace('72F', /(\\d+)F/, function($m){$string(($number($m.groups[0]) - 32) / 2) & 'C'})",
                "\"20C\"",
            ),
            (
                "$replace('a', '', 'x')",
                "D3010: Second argument of replace function cannot be an empty string",
            ),
            (
                "$replace('a', 'a', 'x', -1)",
                "D3011: Fourth argument of replace function must evaluate to a positive number",
            ),
            (
                "$replace('a', /a/, function(){1})",
                "D3012: Attempted to replace a matched string with a non-string value",
            ),
            ("$replace('abc', /.*?/, 'x')", "D1004: Regular expression matches zero length string"),
            ("/b/('abc').start", "1"),
            ("($r := /a/; $r('aXa').next().start)", "2"),
            (
                "$split('a', $uppercase)",
                "T1010: The matcher function argument passed to function \"split\" does not return the correct object structure",
            ),
        ],
    );
}

#[test]
fn arrays_and_objects() {
    check(
        &Given::default(),
        &[
            ("$append([1, 2], 3)", "[1,2,3]"),
            ("$append(missing, 3)", "3"),
            ("$reverse([1, 2, 3])", "[3,2,1]"),
            (
                "$distinct([1, 1.0, 'a', 'a', [1], [1], {'b': 1}, {'b': 1}, null, null, 0, -0])",
                "[1,\"a\",[1],{\"b\":1},null,0]",
            ),
            ("$zip([1, 2, 3], ['a', 'b'])", "[[1,\"a\"],[2,\"b\"]]"),
            ("$sort([3, 1, 2])", "[1,2,3]"),
            ("$sort(['b', 'a'])", r#"["a","b"]"#),
            ("$sort([{'n': 2}, {'n': 1}], function($a, $b){$a.n > $b.n}).n", "[1,2]"),
            (
                "$sort([1, 'a'])",
                "D3070: The single argument form of the sort function can only be applied to an array of strings or an array of numbers.  Use the second argument to specify a comparison function",
            ),
            ("$count($shuffle([1..9])) & $string($sort($shuffle([1..3])))", "\"9[1,2,3]\""),
            ("$keys([{'a': 1, 'b': 2}, {'b': 3}])", r#"["a","b"]"#),
            ("$lookup([{'a': 1}, {'a': 2}], 'a')", "[1,2]"),
            ("$spread({'a': 1, 'b': 2})", r#"[{"a":1},{"b":2}]"#),
            ("$merge([{'a': 1}, {'a': 2, 'b': 3}])", r#"{"a":2,"b":3}"#),
            ("$each({'a': 1}, function($v, $k){$k & $v})", "\"a1\""),
            ("$sift({'a': 1, 'b': 2}, function($v){$v > 1})", r#"{"b":2}"#),
            ("$filter([1, 2, 3], function($v){$v % 2 = 1})", "[1,3]"),
            ("$reduce([1, 2, 3], function($a, $b){$a * $b}, 2)", "12"),
            (
                "$reduce([1], function($a){$a})",
                "D3050: The second argument of reduce function must be a function with at least two arguments",
            ),
            ("$single([1, 2, 3], function($v){$v = 2})", "2"),
            (
                "$single([1, 2])",
                "D3138: The $single() function expected exactly 1 matching result.  Instead it matched more.",
            ),
            (
                "$single([], function($v){true})",
                "D3139: The $single() function expected exactly 1 matching result.  Instead it matched 0.",
            ),
            ("$clone({'a': [1]})", r#"{"a":[1]}"#),
        ],
    );
}

#[test]
fn any_values() {
    check(
        &Given::default(),
        &[
            (
                "[$type(1), $type('a'), $type(null), $type(true), $type([]), $type({}), $type($sum)]",
                r#"["number","string","null","boolean","array","object","function"]"#,
            ),
            (
                "[$boolean([0, 0]), $boolean([0, 1]), $boolean({}), $boolean('a'), $boolean(null), $boolean($sum)]",
                "[false,true,false,true,false,false]",
            ),
            ("[$not(0), $exists(missing), $exists(null)]", "[true,false,true]"),
            ("$error('no')", "D3137: no"),
            ("$error()", "D3137: $error() function evaluated"),
            ("$assert(1 = 2, 'not so')", "D3141: not so"),
            ("$assert(true)", "undefined"),
            ("[$now(), $now('[Y]')]", r#"["2018-03-23T10:33:36.617Z","2018"]"#),
            ("$millis()", "1521801216617"),
            (
                "$fromMillis(0) & $fromMillis(0, '[H01]:[m01] [z]', '+0530')",
                "\"1970-01-01T00:00:00.000Z05:30 GMT+05:30\"",
            ),
            ("$toMillis('2018-03-23') + $toMillis('23/3/2018', '[D]/[M]/[Y]')", "3043526400000"),
            (
                "$toMillis('x')",
                "D3110: The argument of the toMillis function must be an ISO 8601 formatted timestamp. Given \"x\"",
            ),
        ],
    );
}

#[test]
fn the_six_of_step_functions() {
    check(
        &Given::variable("text", json!("{\"a\":[1,null,\"x\"]}")),
        &[
            ("$partition([1..5], 2)", "[[1,2],[3,4],[5]]"),
            ("$partition([1..4], 2.9)", "[[1,2],[3,4]]"),
            ("$partition([], 2)", "[]"),
            ("$partition([1], 0)", "D3137: The size for $partition() must be at least 1, but was 0"),
            ("$range(0, 10, 5)", "[0,5,10]"),
            ("$range(3, 0, -2)", "[3,1]"),
            ("$range(1, 0, 1)", "[]"),
            ("$range(1, 2, 0)", "D3137: The step for $range() must not be 0"),
            ("$range(1, 2)", "T0410: Argument 3 of function \"range\" does not match function signature"),
            ("$hash('abc', 'MD5')", "\"900150983cd24fb0d6963f7d28e17f72\""),
            ("$hash('abc', 'SHA-1')", "\"a9993e364706816aba3e25717850c26c9cd0d89d\""),
            (
                "$hash('abc', 'sha9')",
                "D3137: The algorithm for $hash() must be MD5, SHA-1, SHA-256, SHA-384 or SHA-512, but was \"sha9\"",
            ),
            ("$random(42) = $random(42) and $random() < 1", "true"),
            ("$random(42)", "0.7275636800328681"),
            (
                "$match($uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/) ~> $count()",
                "1",
            ),
            ("$parse($text).a", "[1,null,\"x\"]"),
            (
                "$parse('{')",
                "D3137: The argument of $parse() is no JSON: EOF while parsing an object at line 1 column 1",
            ),
        ],
    );
}
