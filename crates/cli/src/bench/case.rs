//! The cases: which workflow, of which type, reached how, how many at once.

use super::args::BenchArgs;
use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::time::Duration;

/// Workflows in flight, when nobody says how many.
const IN_FLIGHT: [u32; 3] = [1, 32, 256];
/// The function that a server of our own runs.
pub const FUNCTION_NAME: &str = "stateline-bench";

/// A workflow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Workload {
    /// Five Pass states, each of which writes a small result into its input
    Pass5,
    /// One Task state that calls a function
    Call1,
}

/// A type of execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Standard: every step durable
    Standard,
    /// Express, started with StartExecution: the start durable
    Express,
    /// Express, started with StartSyncExecution: nothing durable
    ExpressSync,
}

/// How the engine is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// As a library in the process that makes the load
    InProcess,
    /// As a server, over one keep-alive connection a client
    Http,
}

/// What a workflow's measured time ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Until {
    /// The workflow's end, durable where its type promises that.
    Ended,
    /// The answer that it is accepted; its end cannot be seen from outside.
    Accepted,
}

/// One case.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// Which workflow.
    pub workload: Workload,
    /// Of which type.
    pub kind: Kind,
    /// Reached how.
    pub way: Way,
    /// How many at once.
    pub in_flight: u32,
    /// Measured for so long.
    pub seconds: f64,
    /// After running for so long.
    pub warm_up_seconds: f64,
}

/// The cases that were asked for, and why others of them are left out.
#[derive(Debug, Default, PartialEq)]
pub struct Plan {
    /// In the order in which they run.
    pub cases: Vec<Case>,
    /// Sentences for people.
    pub left_out: Vec<String>,
}

impl Plan {
    /// From the arguments.
    pub fn new(args: &BenchArgs) -> Plan {
        if args.quick {
            return quick(args);
        }
        let mut plan = Plan::default();
        let in_flight = if args.in_flight.is_empty() { IN_FLIGHT.to_vec() } else { args.in_flight.clone() };
        for workload in chosen(&args.workload) {
            for kind in chosen(&args.kind) {
                for way in ways(args) {
                    if let Some(why) = cannot(args, workload, kind, way) {
                        plan.leave_out(why);
                        continue;
                    }
                    plan.cases.extend(in_flight.iter().map(|in_flight| Case {
                        workload,
                        kind,
                        way,
                        in_flight: *in_flight,
                        seconds: args.seconds.unwrap_or(5.0),
                        warm_up_seconds: args.warm_up.unwrap_or(1.0),
                    }));
                }
            }
        }
        plan
    }

    fn leave_out(&mut self, why: &str) {
        if !self.left_out.iter().any(|known| known == why) {
            self.left_out.push(why.to_owned());
        }
    }
}

/// About two seconds in all: each workflow, each type and each way once.
fn quick(args: &BenchArgs) -> Plan {
    let short = |workload, kind, way| Case {
        workload,
        kind,
        way,
        in_flight: args.in_flight.first().copied().unwrap_or(8),
        seconds: args.seconds.unwrap_or(0.2),
        warm_up_seconds: args.warm_up.unwrap_or(0.05),
    };
    let all = [
        short(Workload::Pass5, Kind::Standard, Way::InProcess),
        short(Workload::Pass5, Kind::Standard, Way::Http),
        short(Workload::Pass5, Kind::ExpressSync, Way::Http),
        short(Workload::Pass5, Kind::ExpressSync, Way::InProcess),
        short(Workload::Call1, Kind::Express, Way::InProcess),
        short(Workload::Call1, Kind::Standard, Way::Http),
    ];
    let ways = ways(args);
    let possible =
        |case: &Case| ways.contains(&case.way) && cannot(args, case.workload, case.kind, case.way).is_none();
    Plan { cases: all.into_iter().filter(possible).collect(), left_out: Vec::new() }
}

fn chosen<T: ValueEnum + Clone>(given: &[T]) -> Vec<T> {
    if given.is_empty() { T::value_variants().to_vec() } else { given.to_vec() }
}

fn ways(args: &BenchArgs) -> Vec<Way> {
    if args.endpoint.is_some() { vec![Way::Http] } else { chosen(&args.way) }
}

/// Why a combination cannot be measured honestly.
fn cannot(args: &BenchArgs, workload: Workload, kind: Kind, way: Way) -> Option<&'static str> {
    if (workload, kind, way) == (Workload::Call1, Kind::Express, Way::Http) {
        return Some(
            "call1 as asynchronous Express over HTTP: nobody outside sees its end, so the clients would \
             not wait for the functions, and the calls would pile up",
        );
    }
    if workload == Workload::Call1 && args.endpoint.is_some() && args.function.is_none() {
        return Some("call1 at an endpoint: --function must name a function that the server can call");
    }
    None
}

impl Case {
    /// What its measured time ends with.
    pub fn until(&self) -> Until {
        match (self.kind, self.way) {
            (Kind::Express, Way::Http) => Until::Accepted,
            _ => Until::Ended,
        }
    }

    /// How long it runs before it is measured.
    pub fn warm_up(&self) -> Duration {
        Duration::from_secs_f64(self.warm_up_seconds)
    }

    /// How long it is measured.
    pub fn measured(&self) -> Duration {
        Duration::from_secs_f64(self.seconds)
    }

    /// In a line: `pass5 standard in-process x32`.
    pub fn title(&self) -> String {
        format!("{} {} {} x{}", word(&self.workload), word(&self.kind), word(&self.way), self.in_flight)
    }
}

/// The name of a variant, as the command line and the JSON spell it.
pub fn word<T: ValueEnum>(value: &T) -> String {
    value.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

/// The definition of a workflow. `function` is the ARN that `call1` calls.
pub fn definition(workload: Workload, function: &str) -> String {
    match workload {
        Workload::Pass5 => {
            let states: serde_json::Map<String, serde_json::Value> = (0..5)
                .map(|n| {
                    let mut state = json!({"Type": "Pass", "Result": {"n": n}, "ResultPath": "$.r"});
                    match n {
                        4 => state["End"] = json!(true),
                        _ => state["Next"] = json!(format!("S{}", n + 1)),
                    }
                    (format!("S{n}"), state)
                })
                .collect();
            json!({"StartAt": "S0", "States": states}).to_string()
        }
        Workload::Call1 => {
            json!({"StartAt": "Call", "States": {"Call": {"Type": "Task", "Resource": function, "End": true}}})
                .to_string()
        }
    }
}

/// The ARN of the function that a server of our own runs.
pub fn own_function_arn() -> String {
    format!("arn:aws:lambda:us-east-1:000000000000:function:{FUNCTION_NAME}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;
    use expect_test::{Expect, expect};

    #[derive(Parser)]
    struct Typed {
        #[command(flatten)]
        bench: BenchArgs,
    }

    fn check(typed: &[&str], expected: &Expect) {
        let args = Typed::parse_from(std::iter::once(&"bench").chain(typed)).bench;
        let plan = Plan::new(&args);
        let mut lines: Vec<String> = plan.cases.iter().map(Case::title).collect();
        lines.extend(plan.left_out.iter().map(|why| why.split(':').next().unwrap_or_default().to_owned()));
        expected.assert_eq(&lines.join("\n"));
    }

    #[test]
    fn cases_are_every_combination_that_can_be_measured() {
        let typed = ["--in-flight", "1,32"];
        check(
            &typed,
            &expect![[r#"
            pass5 standard in-process x1
            pass5 standard in-process x32
            pass5 standard http x1
            pass5 standard http x32
            pass5 express in-process x1
            pass5 express in-process x32
            pass5 express http x1
            pass5 express http x32
            pass5 express-sync in-process x1
            pass5 express-sync in-process x32
            pass5 express-sync http x1
            pass5 express-sync http x32
            call1 standard in-process x1
            call1 standard in-process x32
            call1 standard http x1
            call1 standard http x32
            call1 express in-process x1
            call1 express in-process x32
            call1 express-sync in-process x1
            call1 express-sync in-process x32
            call1 express-sync http x1
            call1 express-sync http x32
            call1 as asynchronous Express over HTTP"#]],
        );
    }

    #[test]
    fn an_endpoint_is_reached_over_http() {
        check(
            &["--endpoint", "http://127.0.0.1:1", "--in-flight", "4"],
            &expect![[r#"
            pass5 standard http x4
            pass5 express http x4
            pass5 express-sync http x4
            call1 at an endpoint
            call1 as asynchronous Express over HTTP"#]],
        );
        check(
            &[
                "--endpoint",
                "http://127.0.0.1:1",
                "--function",
                "f",
                "--kind",
                "standard",
                "--in-flight",
                "4",
            ],
            &expect![[r#"
                pass5 standard http x4
                call1 standard http x4"#]],
        );
    }

    #[test]
    fn the_quick_ones_are_short() {
        check(
            &["--quick"],
            &expect![[r#"
            pass5 standard in-process x8
            pass5 standard http x8
            pass5 express-sync http x8
            pass5 express-sync in-process x8
            call1 express in-process x8
            call1 standard http x8"#]],
        );
        let plan = Plan::new(&Typed::parse_from(["bench", "--quick"]).bench);
        let seconds: f64 = plan.cases.iter().map(|case| case.seconds + case.warm_up_seconds).sum();
        assert!(seconds < 2.0, "{seconds}");
    }

    #[test]
    fn definitions_compile() {
        for workload in Workload::value_variants() {
            for kind in [stateline_asl::MachineKind::Standard, stateline_asl::MachineKind::Express] {
                let text = definition(*workload, &own_function_arn());
                let compiled = stateline_asl::compile(&text, kind);
                assert!(compiled.program.is_some(), "{text}: {:?}", compiled.diagnostics);
            }
        }
    }
}
