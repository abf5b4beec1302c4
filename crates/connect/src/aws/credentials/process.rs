//! `credential_process`: a program that prints credentials.

use super::{Found, Held};
use std::time::Duration;
use tokio::process::Command;

const TIMEOUT: Duration = Duration::from_secs(60);

/// Runs the command by the shell, as AWS's tools do, and reads what it prints.
pub(super) async fn find(command: &str) -> Found {
    let told = |reason: &dyn std::fmt::Display| format!("credential_process '{command}': {reason}");
    let child = Command::new("sh").arg("-c").arg(command).kill_on_drop(true).output();
    let output = tokio::time::timeout(TIMEOUT, child)
        .await
        .map_err(|_| told(&format!("printed nothing within {} s", TIMEOUT.as_secs())))?
        .map_err(|error| told(&error))?;
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr);
        return Err(told(&format!("{}: {}", output.status, words.trim())));
    }
    let document: serde_json::Value =
        serde_json::from_slice(&output.stdout).map_err(|error| told(&format!("printed no JSON: {error}")))?;
    let held = Held::read(&document, ["AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"]);
    held.map(Some).ok_or_else(|| told(&"printed no AccessKeyId and SecretAccessKey"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_process_prints_credentials_or_its_failure_is_told() {
        let printed = r#"echo '{"Version":1,"AccessKeyId":"id","SecretAccessKey":"hush","Expiration":"2100-01-01T00:00:00Z"}'"#;
        let held = find(printed).await.expect("it works").expect("credentials");
        assert_eq!(held.credentials.access_key_id, "id");
        assert!(held.expires.is_some());
        let failed = find("echo no >&2; exit 3").await.expect_err("it fails");
        assert!(failed.contains("exit status: 3: no"), "{failed}");
        assert!(find("echo '{}'").await.is_err());
        assert!(find("echo nothing").await.expect_err("no JSON").contains("no JSON"));
    }
}
