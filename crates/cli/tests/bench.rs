//! `stateline bench` as its users start it: that it runs and what its report holds. Figures are not
//! judged here; a test cannot know the machine it runs on.

use serde_json::Value;
use std::process::Command;

fn bench(arguments: &[&str]) -> std::process::Output {
    let folder = tempfile::tempdir().expect("a folder");
    let mut bench = Command::new(env!("CARGO_BIN_EXE_stateline"));
    bench.arg("bench").args(arguments).arg("--store").arg(folder.path());
    bench.current_dir(folder.path()).output().expect("the program runs")
}

#[test]
fn the_quick_benchmark_runs_and_reports() {
    let output = bench(&["--quick", "--output", "json"]);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON on stdout");
    for key in ["version", "optimised", "machine", "store", "runs", "left_out"] {
        assert!(report.get(key).is_some(), "{key} is missing: {report}");
    }
    let runs = report["runs"].as_array().expect("runs");
    assert_eq!(runs.len(), 6, "{report}");
    for run in runs {
        for key in ["workload", "kind", "way", "until"] {
            assert!(run[key].is_string(), "{key}: {run}");
        }
        let numbers = [
            "in_flight",
            "round",
            "workflows",
            "per_second",
            "p50_ms",
            "p99_ms",
            "max_ms",
            "cpu_us_per_workflow",
            "polls_per_workflow",
            "rss_max_mib",
            "disk_bytes_per_workflow",
        ];
        for key in numbers {
            assert!(run[key].is_number(), "{key}: {run}");
        }
        assert!(run["workflows"].as_u64() > Some(0), "{run}");
        let polled = run["kind"] == "standard" && run["way"] == "http";
        assert_eq!(run["poll_cpu_us_per_workflow"].is_number(), polled, "{run}");
    }
}

#[test]
fn the_benchmark_of_waiting_runs_and_reports() {
    let few = ["--pollers", "20", "--open-tasks", "40", "--seconds", "0.1", "--warm-up", "0.05"];
    let output = bench(&[&["--waiting", "--output", "json"], &few[..]].concat());
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
fn an_endpoint_without_a_server_is_reported() {
    let output = bench(&["--endpoint", "http://127.0.0.1:1", "--quick"]);
    assert_eq!(output.status.code(), Some(1));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.contains("the connection to 127.0.0.1:1 is lost"), "{errors}");
}
