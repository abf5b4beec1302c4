//! Programs as pictures: the data, and the three ways to write it.

use expect_test::expect;
use stateline_asl::graph::{EdgeKind, dot, graph, mermaid, svg};
use stateline_asl::{MachineKind, Program, aws_text, compile};

const WORKFLOW: &str = r#"{"StartAt": "Take <1>", "States": {
"Take <1>": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:000000000000:function:take", "Next": "Enough?",
  "Catch": [{"ErrorEquals": ["A", "B"], "Next": "Give \"up\""}, {"ErrorEquals": ["States.ALL"], "Next": "Give \"up\""}]},
"Enough?": {"Type": "Choice", "Choices": [
  {"Variable": "$.n", "NumericGreaterThanEquals": 5, "Next": "All"},
  {"And": [{"Variable": "$.n", "NumericLessThan": 2}, {"Not": {"Variable": "$.s", "StringEquals": "x"}}], "Next": "Wait"},
  {"Variable": "$.s", "IsPresent": false, "Next": "Wait"}], "Default": "Take <1>"},
"Wait": {"Type": "Wait", "Seconds": 60, "Next": "Wait"},
"All": {"Type": "Parallel", "End": true, "Branches": [
  {"StartAt": "Each", "States": {"Each": {"Type": "Map", "MaxConcurrency": 3, "End": true,
    "ItemProcessor": {"StartAt": "One", "States": {"One": {"Type": "Pass", "End": true}}}}}},
  {"StartAt": "Other", "States": {"Other": {"Type": "Succeed"}}}]},
"Give \"up\"": {"Type": "Fail"}}}"#;

fn program(text: &str) -> Program {
    let compilation = compile(text, MachineKind::Standard);
    let said = aws_text(&compilation.diagnostics);
    compilation.program.unwrap_or_else(|| panic!("a valid definition: {said}"))
}

#[test]
fn the_data_of_a_picture() {
    let graph = graph(&program(WORKFLOW));
    let node = |index: stateline_asl::program::StateIndex| &graph.nodes[index.0 as usize].name;
    let mut shown = String::new();
    for edge in &graph.edges {
        let label = edge.label.as_deref().unwrap_or_default();
        shown.push_str(&format!("{} -> {} {:?} {label}\n", node(edge.from), node(edge.to), edge.kind));
    }
    expect![[r#"
        Take <1> -> Enough? Next 
        Take <1> -> Give "up" Catch A, B, States.ALL
        Enough? -> All Rule $.n ≥ 5
        Enough? -> Wait Rule $.n < 2 and not $.s = "x" or $.s is not present
        Enough? -> Take <1> Default default
        Wait -> Wait Next 
    "#]]
    .assert_eq(&shown);
    let titles: Vec<&str> = graph.clusters.iter().map(|cluster| &*cluster.title).collect();
    assert_eq!(titles, ["", "Branch 1", "Item processor", "Branch 2"]);
    assert!(graph.edges.iter().any(|edge| edge.kind == EdgeKind::Catch));
}

#[test]
fn mermaid_reads_it() {
    expect![[r#"
        flowchart TD
          s0["Take #lt;1#gt;<br/>Task · function take"]
          s1{"Enough?<br/>Choice"}
          s2["Wait<br/>Wait · 60 s"]
          subgraph s3["All<br/>Parallel"]
            subgraph c1["Branch 1"]
              subgraph s4["Each<br/>Map · 3 at a time"]
                subgraph c2["Item processor"]
                  s5["One<br/>Pass"]
                  in2(( )) --> s5
                end
              end
              in1(( )) --> s4
            end
            subgraph c3["Branch 2"]
              s6(["Other<br/>Succeed"])
              in3(( )) --> s6
            end
          end
          s7(["Give #quot;up#quot;<br/>Fail"])
          in0(( )) --> s0
          finish((( )))
          s0 --> s1
          s0 -.->|"A, B, States.ALL"| s7
          s1 -->|"$.n ≥ 5"| s3
          s1 -->|"$.n #lt; 2 and not $.s = #quot;x#quot; or $.s is not present"| s2
          s1 -->|"default"| s0
          s2 --> s2
          s3 --> finish
          s7 --> finish
    "#]]
    .assert_eq(&mermaid(&program(WORKFLOW)));
}

#[test]
fn graphviz_reads_it() {
    expect![[r#"
        digraph workflow {
          compound=true;
          node [shape=box, style=rounded, fontname="sans-serif"];
          edge [fontname="sans-serif", fontsize=10];
          start [shape=circle, label="", width=0.2, style=filled, fillcolor=black];
          finish [shape=doublecircle, label="", width=0.2];
          s0 [label="Take <1>\nTask · function take"];
          s1 [label="Enough?\nChoice", shape=diamond, style=""];
          s2 [label="Wait\nWait · 60 s"];
          subgraph cluster_s3 {
            label="";
            s3 [label="All\nParallel"];
            subgraph cluster_c1 {
              label="Branch 1"; style=dashed;
              subgraph cluster_s4 {
                label="";
                s4 [label="Each\nMap · 3 at a time"];
                subgraph cluster_c2 {
                  label="Item processor"; style=dashed;
                  s5 [label="One\nPass"];
                }
                s4 -> s5;
              }
            }
            s3 -> s4;
            subgraph cluster_c3 {
              label="Branch 2"; style=dashed;
              s6 [label="Other\nSucceed"];
            }
            s3 -> s6;
          }
          s7 [label="Give \"up\"\nFail"];
          start -> s0;
          s0 -> s1 [];
          s0 -> s7 [label="A, B, States.ALL", style=dashed];
          s1 -> s3 [label="$.n ≥ 5"];
          s1 -> s2 [label="$.n < 2 and not $.s = \"x\" or $.s is not present"];
          s1 -> s0 [label="default"];
          s2 -> s2 [];
          s3 -> finish [ltail=cluster_s3];
          s7 -> finish [];
        }
    "#]]
    .assert_eq(&dot(&program(WORKFLOW)));
}

/// Checks that every tag is closed in order and that no text breaks out of its place.
fn check_xml(text: &str) {
    let mut open = Vec::new();
    for (at, piece) in text.split('<').enumerate().skip(1) {
        let (tag, behind) = piece.split_once('>').unwrap_or_else(|| panic!("piece {at} has no end: {piece}"));
        assert!(!behind.contains('>') || open.last() == Some(&"style"), "a bracket in the text: {behind}");
        let name = tag.split([' ', '/']).next().unwrap_or_default();
        if let Some(closed) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(closed), "in {text}");
        } else if !tag.ends_with('/') {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn browsers_read_it() {
    let text = svg(&program(WORKFLOW));
    check_xml(&text);
    for shown in
        ["Take &lt;1&gt;", "Give &quot;up&quot;", "function take", "3 at a time", "Item processor", "default"]
    {
        assert!(text.contains(shown), "{shown} in {text}");
    }
    assert_eq!(text.matches("class=\"state ").count(), 8);
    assert_eq!(text.matches("class=\"cluster\"").count(), 3);
    // Four starts, four ends with a ring; eleven transitions, one of them to itself.
    assert_eq!(text.matches("class=\"dot\"").count(), 8);
}

#[test]
fn pictures_of_deep_and_long_programs_come_to_an_end() {
    let mut inner = r#"{"Type": "Pass", "End": true}"#.to_owned();
    for depth in 0..20 {
        inner = format!(
            r#"{{"Type": "Parallel", "End": true, "Branches": [{{"StartAt": "s{depth}", "States": {{"s{depth}": {inner}}}}}]}}"#
        );
    }
    let deep = program(&format!(r#"{{"StartAt": "S", "States": {{"S": {inner}}}}}"#));
    check_xml(&svg(&deep));
    let states: Vec<String> =
        (0..500).map(|at| format!(r#""s{at}": {{"Type": "Pass", "Next": "s{}"}}"#, at + 1)).collect();
    let long =
        format!(r#"{{"StartAt": "s0", "States": {{{}, "s500": {{"Type": "Succeed"}}}}}}"#, states.join(","));
    check_xml(&svg(&program(&long)));
}
