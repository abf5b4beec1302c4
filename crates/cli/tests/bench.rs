//! `stateline bench` as its users start it: that it runs and what its report holds. Figures are not
//! judged here; a test cannot know the machine it runs on.

#![allow(clippy::disallowed_methods, reason = "a test of a program waits for it in real time")]

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

const STATELINE: &str = env!("CARGO_BIN_EXE_stateline");

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut bench = Command::new(STATELINE);
    bench.arg("bench").args(arguments).current_dir(folder);
    bench
}

/// Runs a benchmark whose data is in the folder `data` of `folder`; nothing of it is left there.
fn bench(folder: &Path, arguments: &[&str]) -> Output {
    std::fs::create_dir_all(folder.join("data")).expect("a folder");
    let output = command(folder, arguments).args(["--store", "data"]).output().expect("the program runs");
    let left = std::fs::read_dir(folder.join("data")).expect("a folder").count();
    assert_eq!(left, 0, "folders are left behind: {}", String::from_utf8_lossy(&output.stderr));
    output
}

fn report(arguments: &[&str]) -> Value {
    let folder = tempfile::tempdir().expect("a folder");
    let output = bench(folder.path(), &[&["--quick", "--output", "json"], arguments].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON on stdout")
}

fn runs<'a>(report: &'a Value, workload: &str) -> Vec<&'a Value> {
    let runs = report["runs"].as_array().expect("runs");
    let found: Vec<&Value> = runs.iter().filter(|run| run["case"]["workload"] == workload).collect();
    assert!(!found.is_empty(), "{workload} is missing: {report}");
    found
}

#[track_caller]
fn check(report: &Value, workload: &str, figures: &[&str]) {
    for run in runs(report, workload) {
        for figure in figures {
            assert!(run["figures"][figure].is_number(), "{figure}: {run}");
        }
    }
}

#[test]
fn closed_loops_are_measured_beside_their_ceilings() {
    let report =
        report(&["--workload", "w1,w1sync,express1,starts,w2,pass5,call1,ceiling-http,ceiling-durable"]);
    for key in ["version", "date", "optimised", "machine", "store", "command_line", "sides", "left_out"] {
        assert!(!report[key].is_null(), "{key} is missing: {report}");
    }
    assert_eq!(report["schema"], "stateline-bench/1");
    let usual =
        ["workflows", "per_second", "p50_ms", "p99_ms", "max_ms", "cpu_us_per_workflow", "rss_max_mib"];
    for workload in ["w1", "w1sync", "express1", "starts", "w2", "pass5", "call1", "ceiling-http"] {
        check(&report, workload, &usual);
        let counted =
            runs(&report, workload).iter().all(|run| run["figures"]["workflows"].as_f64() > Some(0.0));
        assert!(counted, "{workload}: {report}");
    }
    check(&report, "w1", &["polls_per_workflow", "poll_cpu_us_per_workflow", "disk_bytes_per_workflow"]);
    check(&report, "w1", &["of_ceiling", "client_cpu_us_per_workflow"]);
    check(&report, "express1", &["of_ceiling"]);
    check(&report, "w2", &["items_per_second", "cpu_us_per_item"]);
    let ways: Vec<&Value> = runs(&report, "pass5").iter().map(|run| &run["case"]["way"]).collect();
    assert_eq!(ways, ["in-process", "http"]);
}

#[test]
fn workers_and_functions_do_tasks() {
    let report = report(&["--workload", "w1t,w1t-function,w2-nested,jsonata"]);
    check(&report, "w1t", &["per_second", "cpu_us_per_workflow"]);
    check(&report, "w1t-function", &["per_second", "cpu_us_per_workflow"]);
    check(&report, "w2-nested", &["items_per_second"]);
    check(&report, "jsonata", &["per_second"]);
}

#[test]
fn sleepers_crashes_growth_and_the_disk_are_measured() {
    let report = report(&["--workload", "w3,w4,growth,disk", "--executions", "1000"]);
    check(&report, "w3", &["started_per_second", "kib_per_sleeper", "late_p99_ms", "wakes_per_second"]);
    check(&report, "w4", &["acknowledged", "ready_seconds", "ended_seconds"]);
    let crash = &runs(&report, "w4")[0]["figures"];
    assert_eq!(
        (&crash["open"], &crash["lost"], &crash["ended_twice"]),
        (&200.0.into(), &0.0.into(), &0.0.into())
    );
    check(&report, "growth", &["start_cpu_us", "list_ms", "deep_list_ms", "describe_ms", "history_ms"]);
    assert_eq!(runs(&report, "growth")[0]["case"]["size"], 1_000);
    check(&report, "disk", &["syncs_per_second", "mib_per_second", "p50_ms"]);
}

#[test]
fn two_servers_are_measured_by_turns() {
    let folder = tempfile::tempdir().expect("a folder");
    let other = format!("{STATELINE} serve --data {{data}} --listen 127.0.0.1:{{port}} --config {{config}}");
    let arguments = ["--quick", "--workload", "w1,disk", "--rounds", "2", "--against-command", &other];
    let saved = ["--against-label", "other", "--save", "saved.json", "--svg", "first.svg"];
    let output = bench(folder.path(), &[&arguments[..], &saved[..]].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("A / other"), "{text}");

    let saved = std::fs::read_to_string(folder.path().join("saved.json")).expect("it is saved");
    let report: Value = serde_json::from_str(&saved).expect("JSON");
    let turns: Vec<(&Value, &Value)> =
        runs(&report, "w1").iter().map(|run| (&run["round"], &run["side"])).collect();
    let expected = [(1, "first"), (1, "second"), (2, "second"), (2, "first")]
        .map(|(r, s)| (Value::from(r), Value::from(s)));
    assert_eq!(turns, expected.each_ref().map(|(round, side)| (round, side)));
    assert!(runs(&report, "disk").iter().all(|run| run["side"] == "neither"), "{report}");

    let output = command(folder.path(), &["--report", "saved.json", "--svg", "second.svg"]).output();
    assert_eq!(String::from_utf8_lossy(&output.expect("the program runs").stdout), text);
    let picture = |name| std::fs::read_to_string(folder.path().join(name)).expect("it is drawn");
    assert_eq!(picture("first.svg"), picture("second.svg"));
    assert!(picture("first.svg").starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""));
}

#[test]
fn what_was_measured_is_printed_when_it_is_stopped() {
    let folder = tempfile::tempdir().expect("a folder");
    let arguments = ["--workload", "disk-growing", "--seconds", "0.05", "--rounds", "1000", "--store", "."];
    let mut bench = command(folder.path(), &arguments);
    let bench = bench.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    std::thread::sleep(Duration::from_secs(4));
    let pid = i32::try_from(bench.id()).ok().and_then(Pid::from_raw).expect("a pid");
    kill_process(pid, Signal::INT).expect("it runs");
    let output = bench.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(130));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.starts_with("workload"), "{text}");
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0, "folders are left behind");
}

#[test]
fn the_benchmark_of_waiting_runs_and_reports() {
    let folder = tempfile::tempdir().expect("a folder");
    let few = ["--pollers", "20", "--open-tasks", "40", "--seconds", "0.1", "--warm-up", "0.05"];
    let output = bench(folder.path(), &[&["--waiting", "--output", "json"], &few[..]].concat());
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON on stdout");
    assert_eq!((&report["pollers"], &report["open_tasks"]), (&Value::from(20), &Value::from(40)));
    for phase in ["quiet", "loaded"] {
        for key in ["per_second", "p50_ms", "p99_ms", "max_ms"] {
            assert!(report[phase][key].is_number(), "{phase} {key}: {report}");
        }
    }
    assert!(report["p99_ratio"].is_number(), "{report}");
}

#[test]
fn what_cannot_be_done_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let check = |arguments: &[&str], code: i32, expected: &str| {
        let output = bench(folder.path(), arguments);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{errors}");
        assert!(errors.contains(expected), "{errors}");
    };
    let quick = |more: &[&'static str]| [&["--quick", "--workload", "express1"], more].concat();
    check(&quick(&["--endpoint", "http://127.0.0.1:1"]), 1, "the connection to 127.0.0.1:1 is lost");
    check(&quick(&["--against", "https://a"]), 2, "https://a is not an endpoint that can be measured");
    check(&quick(&["--save", "nowhere/report.json"]), 2, "nowhere/report.json: ");
    check(&quick(&["--command", "sh -c 'echo no licence >&2; exit 3'"]), 1, "no licence");
    check(&["--report", "missing.json"], 2, "missing.json: ");
    check(&["--workload", "w4", "--endpoint", "http://127.0.0.1:1"], 2, "w4 at an endpoint: only a server");
}
