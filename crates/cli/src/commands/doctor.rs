//! `stateline doctor`: whether clients on this machine would reach a server, and what to change.

use super::{CommandError, Outcome};
use crate::args::DoctorArgs;
use crate::doctor::advice::{Advice, advice};
use crate::doctor::environment::{self, Surroundings};
use crate::doctor::{Finding, Target, Verdict, disk, network};
use crate::names;
use crate::output::{green, pretty, red, say, yellow};
use serde_json::{Value, json};
use std::path::Path;
use std::process::ExitCode;

pub async fn run(args: DoctorArgs) -> Outcome {
    let variable = |name: &str| std::env::var(name).ok();
    let file = |path: &Path| std::fs::read_to_string(path).ok();
    let around = Surroundings { variable: &variable, file: &file };
    let endpoint = endpoint(args.endpoint.endpoint.clone(), &variable);
    let target = Target::parse(&endpoint).ok_or_else(|| {
        CommandError::Usage(format!("{endpoint} is no endpoint; it must be http://HOST:PORT or https://HOST"))
    })?;
    let place = names::place(args.endpoint.account.clone(), args.endpoint.region.clone());
    let (mut findings, sync_resolves) = network::findings(&target, &place, around.prefix_is_off()).await;
    findings.extend(environment::findings(&around, &target));
    findings.extend(args.data.as_deref().map(disk::finding));
    let advice = advice(&target, sync_resolves);
    if args.json {
        say(&pretty(&document(&target, &findings, &advice)));
    } else {
        say(&text(&target, &findings, &advice));
    }
    let failed = findings.iter().any(|finding| finding.verdict == Verdict::Failed);
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The endpoint that SDKs would take; ours stands above theirs.
fn endpoint(typed: Option<String>, variable: &dyn Fn(&str) -> Option<String>) -> String {
    let named = ["STATELINE_ENDPOINT", "AWS_ENDPOINT_URL_SFN", "AWS_ENDPOINT_URL"]
        .into_iter()
        .find_map(|name| variable(name).filter(|value| !value.is_empty()));
    typed.or(named).unwrap_or_else(|| names::DEFAULT_ENDPOINT.to_owned())
}

fn document(target: &Target, findings: &[Finding], advice: &[Advice]) -> Value {
    let clients = advice.iter().map(|advice| json!({"client": advice.client, "set": advice.set}));
    json!({
        "endpoint": target.endpoint,
        "ok": findings.iter().all(|finding| finding.verdict != Verdict::Failed),
        "checks": findings.iter().map(Finding::json).collect::<Vec<_>>(),
        "clients": clients.collect::<Vec<_>>(),
    })
}

fn text(target: &Target, findings: &[Finding], advice: &[Advice]) -> String {
    let mut lines = vec![format!("{}", target.endpoint)];
    for Finding { check, verdict, text, help } in findings {
        let padded = format!("{:<8}", verdict.name());
        let verdict = match verdict {
            Verdict::Ok => green(&padded),
            Verdict::Warning => yellow(&padded),
            Verdict::Failed => red(&padded),
        };
        lines.push(format!("{verdict} {check}: {text}"));
        lines.extend(help.iter().map(|help| format!("         {help}")));
    }
    lines.push(String::new());
    lines.push("what each client needs:".to_owned());
    lines.extend(advice.iter().map(|Advice { client, set }| format!("  {client}: {set}")));
    lines.join("\n")
}
