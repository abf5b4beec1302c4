//! `credential_process`: a program that prints credentials.

use super::{Found, Held};
use std::fmt::Display;
use std::time::Duration;
use tokio::process::Command;

const TIMEOUT: Duration = Duration::from_secs(60);

/// Characters of what a program says that are written to the log.
const SAID_MAX: usize = 500;

/// Runs the command by the shell, as AWS's tools do, and reads what it prints. What the failure is
/// told with names the profile only; what the program says of it is in the log.
pub(super) async fn find(profile: &str, command: &str) -> Found {
    let told = |reason: &dyn Display| format!("credential_process of profile {profile} failed ({reason})");
    let child = Command::new("sh").arg("-c").arg(command).kill_on_drop(true).output();
    let output = tokio::time::timeout(TIMEOUT, child)
        .await
        .map_err(|_| told(&format!("it printed nothing within {} s", TIMEOUT.as_secs())))?
        .map_err(|error| told(&error))?;
    if !output.status.success() {
        // The arguments may be secrets, and so may variables that stand before the program.
        let program = command.split_whitespace().find(|word| !word.contains('='));
        let said: String = String::from_utf8_lossy(&output.stderr).trim().chars().take(SAID_MAX).collect();
        tracing::warn!(profile, program, status = %output.status, said, "credential_process failed");
        return Err(told(&output.status));
    }
    let document: serde_json::Value = serde_json::from_slice(&output.stdout)
        .map_err(|error| told(&format!("it printed no JSON: {error}")))?;
    let held = Held::read(&document, ["AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"]);
    held.map(Some).ok_or_else(|| told(&"it printed no AccessKeyId and SecretAccessKey"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_process_prints_credentials_or_its_failure_is_told() {
        let printed = r#"echo '{"Version":1,"AccessKeyId":"id","SecretAccessKey":"hush","Expiration":"2100-01-01T00:00:00Z"}'"#;
        let held = find("p", printed).await.expect("it works").expect("credentials");
        assert_eq!(held.credentials.access_key_id, "id");
        assert!(held.expires.is_some());
        let failed = find("p", "echo hush >&2; exit 3").await.expect_err("it fails");
        assert_eq!(failed, "credential_process of profile p failed (exit status: 3)");
        assert!(find("p", "echo '{}'").await.is_err());
        assert!(find("p", "echo nothing").await.expect_err("no JSON").contains("no JSON"));
    }
}
