//! Credentials of a profile in the shared files: its own keys, a role that another profile or the
//! surroundings may take, or a process.

use super::{Chain, Credentials, Found, Held, container, process, web_identity};
use crate::aws::{Aws, sts};

/// Profiles that lead to each other end here.
const SOURCES_MAX: usize = 8;

pub(super) async fn find(aws: &Aws, chain: &Chain, profile: &str) -> Found {
    // From the profile that is asked for to the one that has credentials, and back by its roles.
    let mut roles: Vec<String> = Vec::new();
    let mut name = profile.to_owned();
    let mut held = loop {
        if roles.len() >= SOURCES_MAX {
            return Err(format!("profile {profile}: its source profiles lead in a circle"));
        }
        let named = chain.environment.get("AWS_PROFILE").is_some() || !roles.is_empty();
        if !chain.profiles().has(&name) {
            let missing = format!("profile {name} is in neither ~/.aws/config nor ~/.aws/credentials");
            return if named { Err(missing) } else { Ok(None) };
        }
        let get = |key: &str| chain.profiles().get(&name, key);
        let Some(role) = get("role_arn") else {
            match own(chain, &name).await? {
                Some(held) => break held,
                None if roles.is_empty() => return Ok(None),
                None => return Err(format!("profile {name} has no credentials")),
            }
        };
        if let Some(file) = get("web_identity_token_file") {
            let source = format!("web_identity_token_file of profile {name}");
            let assumed = web_identity::assume(aws, chain, role, (&source, file), get("role_session_name"));
            break assumed.await?;
        }
        roles.push(name.clone());
        match (get("source_profile"), get("credential_source")) {
            // A profile may be its own source: its keys take its role.
            (Some(source), _) if source == name => match own(chain, &name).await? {
                Some(held) => break held,
                None => return Err(format!("profile {name} is its own source and has no keys")),
            },
            (Some(source), _) => name = source.to_owned(),
            (None, Some(source)) => break surroundings(aws, chain, &name, source).await?,
            (None, None) => {
                return Err(format!(
                    "profile {name} has a role_arn and neither source_profile nor credential_source"
                ));
            }
        }
    };
    for role in roles.iter().rev() {
        let get = |key: &str| chain.profiles().get(role, key);
        let wanted = sts::Role {
            arn: get("role_arn").unwrap_or_default(),
            session: get("role_session_name").unwrap_or(sts::SESSION),
            external_id: get("external_id"),
            region: chain.region(),
        };
        held = sts::assume(aws, &held.credentials, &wanted)
            .await
            .map_err(|reason| format!("profile {role}: {reason}"))?;
    }
    Ok(Some(held))
}

/// The keys of a profile, or those that its process prints.
async fn own(chain: &Chain, name: &str) -> Found {
    let get = |key: &str| chain.profiles().get(name, key).map(str::to_owned);
    if let (Some(access_key_id), Some(secret_access_key)) =
        (get("aws_access_key_id"), get("aws_secret_access_key"))
    {
        let session_token = get("aws_session_token");
        return Ok(Some(Held::lasting(Credentials { access_key_id, secret_access_key, session_token })));
    }
    if let Some(command) = get("credential_process") {
        return process::find(name, &command).await;
    }
    if get("sso_session").is_some() || get("sso_start_url").is_some() {
        return Err(format!(
            "profile {name} signs in by single sign-on, which is left to AWS's command line: give another profile \"credential_process = aws configure export-credentials --profile {name} --format process\""
        ));
    }
    Ok(None)
}

/// `credential_source`.
async fn surroundings(aws: &Aws, chain: &Chain, name: &str, source: &str) -> Result<Held, String> {
    let found = match source {
        "Environment" => Ok(chain.keys_of_environment()),
        "EcsContainer" => container::find(aws, &chain.environment).await,
        "Ec2InstanceMetadata" => chain.instance.find(aws).await,
        other => Err(format!("'{other}' is not Environment, EcsContainer or Ec2InstanceMetadata")),
    };
    let told = |reason: String| format!("profile {name}: credential_source: {reason}");
    found.map_err(told)?.ok_or_else(|| told(format!("{source} has no credentials")))
}
