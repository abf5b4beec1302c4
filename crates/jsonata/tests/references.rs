//! What an expression is found to refer to.

use stateline_jsonata::Expression;

fn refers(text: &str) -> (Vec<String>, Vec<String>) {
    let expression = Expression::parse(text).expect("it is an expression");
    let found = expression.references();
    let variables = found.variables.iter().map(|variable| {
        let path: Vec<&str> = variable.path.iter().map(|name| &**name).collect();
        format!("{}@{}:{}", variable.name, variable.offset, path.join("/"))
    });
    let input = found.input.iter().map(|input| format!("{}@{}", input.text, input.offset));
    (variables.collect(), input.collect())
}

#[test]
fn variables() {
    let table: [(&str, &[&str]); 12] = [
        ("$states.input.a.b", &["states@0:input/a/b"]),
        ("$states.input.a[0].b", &["states@0:input/a"]),
        ("$states.input.*.b", &["states@0:input"]),
        ("$states", &["states@0:"]),
        ("$a + $sum($b)", &["a@0:", "b@10:"]),
        ("($x := 1; $x + $y)", &["y@15:"]),
        ("($x := $x + 1; $x)", &["x@7:"]),
        ("($f := function($n){$f($n) + $later}; $later := 1; $f(1))", &[]),
        ("(($x := 1); $x)", &["x@12:"]),
        ("$a.b@$v.c#$i[$i = $v].{'d': $v, 'e': $w}", &["a@0:b", "w@37:"]),
        ("$map($list, function($v){$v.a & $states.context.b})", &["list@5:", "states@32:context/b"]),
        ("$eval('1')", &["eval@0:"]),
    ];
    for (text, wanted) in table {
        assert_eq!(refers(text).0, wanted, "{text}");
    }
}

#[test]
fn the_input() {
    let table: [(&str, &[&str]); 12] = [
        ("phone", &["phone@0"]),
        ("$", &["$@0"]),
        ("$a.($$.x)", &["$$@4"]),
        ("* = **", &["*@0", "**@4"]),
        ("$states.input.(phone & $)", &[]),
        ("$a[phone = 1]^(x){y: z}", &[]),
        ("{'a': phone, b: 1}", &["phone@6", "b@13"]),
        ("function($x){phone}", &["phone@13"]),
        ("$f(phone).x", &["phone@3"]),
        ("$a ~> |b|{'c': d}, e|", &[]),
        ("($x := phone; $x.y)", &["phone@7"]),
        ("[1..3].($ + 1)", &[]),
    ];
    for (text, wanted) in table {
        assert_eq!(refers(text).1, wanted, "{text}");
    }
}
