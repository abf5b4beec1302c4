//! Patterns by example, many of them from the ECMAScript specification's own
//! remarks, and that no pattern runs for ever.

use super::*;
use proptest::prelude::*;

fn find(source: &str, flags: &str, text: &str) -> Option<Match> {
    let pattern = Pattern::compile(source, flags).unwrap_or_else(|fault| panic!("{}", fault.message));
    pattern.find_at(text, 0, &mut 1_000_000).unwrap_or_else(|_| panic!("/{source}/ runs out of steps"))
}

/// The match and its groups, separated by bars; a group without a part is `-`.
fn shown(source: &str, flags: &str, text: &str) -> String {
    let Some(found) = find(source, flags, text) else { return "none".into() };
    let mut pieces = vec![text[found.start..found.end].to_owned()];
    pieces.extend(
        found.groups.iter().map(|group| group.clone().map_or("-".into(), |range| text[range].into())),
    );
    pieces.join("|")
}

#[test]
fn patterns_match_as_in_javascript() {
    for (source, text, expected) in [
        ("b+", "abbb", "bbb"),
        ("b+?", "abbb", "b"),
        ("a{2,3}?b", "aaaab", "aaab"),
        ("a{,3}", "a{,3}", "a{,3}"),
        ("x*", "aaa", ""),
        ("(a)|(b)", "b", "b|-|b"),
        // Each round forgets what the last one captured.
        ("(?:(a)|(b))*", "ab", "ab|-|b"),
        ("(z)((a+)?(b+)?(c))*", "zaacbbbcac", "zaacbbbcac|z|ac|a|-|c"),
        ("(a*)*", "b", "|-"),
        ("(a*)+", "b", "|"),
        ("(?:a?){3}b", "aab", "aab"),
        ("(a\\1)", "a", "a|a"),
        ("\\1(a)", "a", "a|a"),
        ("(ab)\\1", "abab", "abab|ab"),
        ("(?<y>\\d{4})-\\k<y>", "2020-2020", "2020-2020|2020"),
        ("(?=(a+))a*b\\1", "baaabac", "aba|a"),
        ("(.*?)a(?!(a+)b\\2c)\\2(.*)", "baaabaac", "baaabaac|ba|-|abaac"),
        ("(?<=\\$)\\d+(\\.\\d*)?", "US$10.53", "10.53|.53"),
        ("(?<!\\$)\\b\\d+", "$5 7", "7"),
        ("(?<=(\\d+)(\\d+))$", "1053", "|1|053"),
        ("(?<=\\1(a))b", "aab", "b|a"),
        ("[^\\W_]+", "__ab1_", "ab1"),
        ("[\\d-x]+", "1-x", "1-x"),
        ("[^]", "\n", "\n"),
        ("[]", "a", "none"),
        ("a.b", "a\nb", "none"),
        ("\\x41\\u0042\\103\\cI\\u{2}", "ABC\tuu", "ABC\tuu"),
        ("\\8\\a", "8a", "8a"),
        ("[\\b]", "\u{8}", "\u{8}"),
        ("\\s+", "a\u{a0}\u{feff}\u{3000}b", "\u{a0}\u{feff}\u{3000}"),
        ("\\d", "٣", "none"),
        ("\\bfoo\\B", "xfoo foox", "foo"),
        ("}]", "a}]", "}]"),
        ("(?:)", "abc", ""),
        ("a|ab|abc", "abc", "a"),
        ("(?=a)*b", "b", "b"),
        ("^..$", "😀", "😀"),
        ("[\\ud800-\\udbff][\\udc00-\\udfff]", "x😀", "😀"),
        ("(.)", "😀", "😀|😀"),
        ("ü+", "xüüy", "üü"),
        (".*b", "aa\r\nab", "ab"),
        (".*?$", "aa\nb", "b"),
        ("(.*x)y", "ax\ncxxy", "cxxy|cxx"),
        ("(.*)-\\1$", "ab-b", "b-b|b"),
        ("(?:.*)(?<=a)c", "c\nac", "ac"),
    ] {
        assert_eq!(shown(source, "", text), expected, "/{source}/ on {text:?}");
    }
}

#[test]
fn flags_change_the_meaning() {
    for (source, flags, text, expected) in [
        ("hello", "i", "say HELLO", "HELLO"),
        ("[a-z]+", "i", "ABC", "ABC"),
        ("[^x]", "i", "Xa", "a"),
        ("ä", "i", "Ä", "Ä"),
        ("[α-ω]+", "i", "ΑΒΓ", "ΑΒΓ"),
        // Neither crosses from outside ASCII, nor from one letter to two.
        ("[sk]", "i", "\u{17f}\u{212a}", "none"),
        ("ß", "i", "SS", "none"),
        ("µ", "i", "μ", "μ"),
        ("(a)\\1", "i", "aA", "aA|a"),
        ("^b$", "", "a\nb\nc", "none"),
        ("^b$", "m", "a\nb\nc", "b"),
        ("^B$", "mi", "a\r\nb", "b"),
    ] {
        assert_eq!(shown(source, flags, text), expected, "/{source}/{flags} on {text:?}");
    }
}

#[test]
fn searches_go_on_behind_a_place() {
    let pattern = Pattern::compile("a(b)?", "").expect("it is well formed");
    let found = pattern.find_at("ab xx a", 1, &mut 100).expect("steps are left").expect("there is one");
    assert_eq!(found, Match { start: 6, end: 7, groups: vec![None] });
    assert_eq!(pattern.find_at("ab", 3, &mut 100), Ok(None));
    assert_eq!(pattern.find_at("ü", 1, &mut 100), Ok(None));
    let anchored = Pattern::compile("^a", "").expect("it is well formed");
    assert_eq!(anchored.find_at("aa", 1, &mut 100), Ok(None));
}

#[test]
fn wrong_patterns_are_refused_in_v8s_words() {
    for (source, problem) in [
        ("(", "Unterminated group"),
        (")", "Unmatched ')'"),
        ("a**", "Nothing to repeat"),
        ("^*", "Nothing to repeat"),
        ("{1}", "Nothing to repeat"),
        ("a{1000}{1000}{1000}", "Nothing to repeat"),
        ("[b-a]", "Range out of order in character class"),
        ("[😀-😎]", "Range out of order in character class"),
        ("a{2,1}", "numbers out of order in {} quantifier"),
        ("[a", "Unterminated character class"),
        ("(?x)", "Invalid group"),
        ("(?<1>a)", "Invalid capture group name"),
        ("(?<n>a)(?<n>b)", "Duplicate capture group name"),
        ("\\k<x>(?<y>)", "Invalid named capture referenced"),
        ("(?<y>)\\k", "Invalid named reference"),
        ("(?<=a)*", "Invalid quantifier"),
        ("\\", "\\ at end of pattern"),
    ] {
        let fault = Pattern::compile(source, "i").expect_err(source);
        assert_eq!(fault.code, "");
        assert_eq!(fault.message, format!("Invalid regular expression: /{source}/gi: {problem}"));
    }
    assert!(Pattern::compile("a", "x").is_err());
    for source in ["(".repeat(100_000), format!("{}{}", "(".repeat(500), ")".repeat(500)), "a".repeat(70_000)]
    {
        let fault = Pattern::compile(&source, "").expect_err("it is too large");
        assert!(fault.message.ends_with("Regular expression too large"));
    }
}

#[test]
fn what_never_ends_runs_out_of_steps() {
    let text = format!("{}!", "a".repeat(100_000));
    for source in ["(a+)+$", "(a|aa)*$", "(a*)*b", "(.*)(.*)(.*)(.*)c\\1", "(?=(a+)+$)", "(a?){4000000000}$"]
    {
        let pattern = Pattern::compile(source, "").expect(source);
        let mut budget = 5_000_000;
        assert_eq!(pattern.find_at(&text, 0, &mut budget), Err(RegexLimit), "{source}");
    }
    let missing = Pattern::compile("(.*)zebra", "").expect("it is well formed");
    assert_eq!(missing.find_at(&text, 0, &mut 1_000_000), Ok(None));
    // A long text alone is no reason to give up.
    for (source, end) in
        [("(?:a)*!", 100_001), ("[^!]*", 100_000), ("a+!", 100_001), ("(a)*?!", 100_001), ("(.*)!", 100_001)]
    {
        let pattern = Pattern::compile(source, "").expect(source);
        let found = pattern.find_at(&text, 0, &mut 2_000_000).expect(source).expect(source);
        assert_eq!((found.start, found.end), (0, end), "{source}");
    }
}

#[test]
fn replacement_texts_are_expanded() {
    let one = ["x"];
    let many: Vec<&str> = "abcdefghijkl".split("").filter(|letter| !letter.is_empty()).collect();
    for (template, groups, expected) in [
        ("$0-$0", &one[..], "M-M"),
        ("$1$2$$1", &one[..], "x$1"),
        ("a$", &one[..], "a$"),
        ("$a$ 5", &one[..], "$a$ 5"),
        ("$1", &[][..], ""),
        ("$12", &one[..], "x2"),
        ("$12|$13|$1a", &many[..], "l|a3|aa"),
        ("$-1|$+1", &one[..], "$-1|$+1"),
        ("ü$1ü", &one[..], "üxü"),
    ] {
        let groups: Vec<Option<&str>> = groups.iter().copied().map(Some).collect();
        let mut out = String::new();
        assert_eq!(expand(template, "M", &groups, &mut out, 100), Ok(()));
        assert_eq!(out, expected, "{template}");
    }
    let mut out = "12345678".to_owned();
    assert_eq!(expand("$1", "", &[Some("xyz")], &mut out, 10), Err(TextError::TooLong));
    assert_eq!(expand("[$1]", "", &[None], &mut out, 10), Ok(()));
    assert_eq!(out, "12345678[]");
}

proptest! {
    #[test]
    fn any_pattern_on_any_text_ends(
        source in r"([ab(){}\[\]|*+?^$.\\]|[0-9,-]|\\[bBdDwWsSk1]|\(\?[:=!<]|\(\?<[=!]|😀|ß){0,20}",
        flags in "i?m?",
        text in "[abAB1 \n😀ß]{0,20}",
        start in 0usize..25,
    ) {
        if let Ok(pattern) = Pattern::compile(&source, &flags)
            && let Ok(Some(found)) = pattern.find_at(&text, start, &mut 20_000)
        {
            prop_assert!(text.get(found.start..found.end).is_some());
            for group in found.groups.into_iter().flatten() {
                prop_assert!(text.get(group).is_some());
            }
        }
    }

    #[test]
    fn any_replacement_text_is_expanded(template in any::<String>(), count in 0usize..13) {
        let groups = vec![Some("g"); count];
        let _ = expand(&template, "match", &groups, &mut String::new(), 1000);
    }
}
