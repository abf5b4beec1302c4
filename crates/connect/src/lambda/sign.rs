//! Signs a request with Signature Version 4.

use crate::config::Credentials;
use aws_credential_types::Credentials as Identity;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningError, SigningSettings, sign};
use aws_sigv4::sign::v4;
use bytes::Bytes;
use http_body_util::Full;
use hyper::Request;
use std::time::SystemTime;

/// Adds the signature's headers to `request`, whose body is `body`; `service` is the name that the
/// service signs under, such as `lambda`.
///
/// # Errors
/// When a header's value cannot be signed.
pub(crate) fn sign_request(
    request: &mut Request<Full<Bytes>>,
    body: &Bytes,
    credentials: &Credentials,
    service: &str,
    region: &str,
    at: SystemTime,
) -> Result<(), SigningError> {
    let identity = Identity::new(
        &credentials.access_key_id,
        &credentials.secret_access_key,
        credentials.session_token.clone(),
        None,
        "configuration",
    )
    .into();
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name(service)
        .time(at)
        .settings(SigningSettings::default())
        .build()
        .expect("every parameter of the signature is set above");
    let headers: Vec<(&str, &str)> = request
        .headers()
        .iter()
        .filter_map(|(name, value)| value.to_str().ok().map(|value| (name.as_str(), value)))
        .collect();
    let uri = request.uri().to_string();
    let signable =
        SignableRequest::new(request.method().as_str(), uri, headers.into_iter(), SignableBody::Bytes(body))?;
    let (instructions, _) = sign(signable, &parameters.into())?.into_parts();
    instructions.apply_to_request_http1x(request);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_signature_names_key_day_region_and_service() {
        let body = Bytes::from_static(b"{}");
        let mut request = Request::post("http://127.0.0.1:9/2015-03-31/functions/f/invocations")
            .header("host", "127.0.0.1:9")
            .body(Full::new(body.clone()))
            .expect("a request");
        let credentials = Credentials {
            access_key_id: "AKID".to_owned(),
            secret_access_key: "hush".to_owned(),
            session_token: Some("token".to_owned()),
        };
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        sign_request(&mut request, &body, &credentials, "lambda", "eu-west-1", at).expect("signed");
        let header = |name: &str| {
            request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
        };
        let start = "AWS4-HMAC-SHA256 Credential=AKID/20231114/eu-west-1/lambda/aws4_request, SignedHeaders=host;x-amz-date;x-amz-security-token, Signature=";
        assert!(header("authorization").starts_with(start), "{}", header("authorization"));
        assert_eq!(header("x-amz-date"), "20231114T221320Z");
        assert_eq!(header("x-amz-security-token"), "token");
    }
}
