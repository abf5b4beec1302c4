//! Signs a request with Signature Version 4.

use super::credentials::Credentials;
use crate::wire::Sent;
use aws_credential_types::Credentials as Identity;
pub(super) use aws_sigv4::http_request::SigningError;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation,
    SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use bytes::Bytes;
use std::time::{Duration, SystemTime};

/// For whom a request is signed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scope<'a> {
    /// The service's signing name: `s3`.
    pub service: &'a str,
    pub region: &'a str,
    /// Whether the signature covers the body.
    pub body: bool,
}

/// Adds the signature's headers to `request`, whose body is `body`.
///
/// # Errors
/// When a header's value cannot be signed.
pub(crate) fn sign_request(
    request: &mut Sent,
    body: &Bytes,
    credentials: &Credentials,
    scope: Scope<'_>,
    at: SystemTime,
) -> Result<(), SigningError> {
    let identity = identity(credentials).into();
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(scope.region)
        .name(scope.service)
        .time(at)
        .settings(settings(scope.service))
        .build()
        .expect("every parameter of the signature is set above");
    let headers: Vec<(&str, &str)> = request
        .headers()
        .iter()
        .filter_map(|(name, value)| value.to_str().ok().map(|value| (name.as_str(), value)))
        .collect();
    let uri = request.uri().to_string();
    let body = if scope.body { SignableBody::Bytes(body) } else { SignableBody::UnsignedPayload };
    let signable = SignableRequest::new(request.method().as_str(), uri, headers.into_iter(), body)?;
    let (instructions, _) = sign(signable, &parameters.into())?.into_parts();
    instructions.apply_to_request_http1x(request);
    Ok(())
}

/// Signs an address for whoever sends it within 60 seconds, with these headers.
///
/// # Errors
/// When a header's value cannot be signed.
pub(super) fn presign(
    uri: &str,
    headers: &[(&str, &str)],
    credentials: &Credentials,
    scope: Scope<'_>,
    at: SystemTime,
) -> Result<String, SigningError> {
    let identity = identity(credentials).into();
    let mut settings = settings(scope.service);
    settings.signature_location = SignatureLocation::QueryParams;
    settings.expires_in = Some(Duration::from_secs(60));
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(scope.region)
        .name(scope.service)
        .time(at)
        .settings(settings)
        .build()
        .expect("every parameter of the signature is set above");
    let signable = SignableRequest::new("GET", uri, headers.iter().copied(), SignableBody::Bytes(b""))?;
    let (instructions, _) = sign(signable, &parameters.into())?.into_parts();
    let mut request = hyper::Request::get(uri).body(()).expect("whoever signs has an address");
    instructions.apply_to_request_http1x(&mut request);
    Ok(request.uri().to_string())
}

fn identity(credentials: &Credentials) -> Identity {
    let Credentials { access_key_id, secret_access_key, session_token } = credentials;
    Identity::new(access_key_id, secret_access_key, session_token.clone(), None, "configuration")
}

/// S3 signs paths as they are sent and names the hash of the body in a header; the others encode
/// paths twice.
fn settings(service: &str) -> SigningSettings {
    let mut settings = SigningSettings::default();
    if service.starts_with("s3") {
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    }
    settings
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::Request;
    use std::time::Duration;

    fn signed(service: &str) -> Sent {
        let body = Bytes::from_static(b"{}");
        let mut request = Request::post("http://127.0.0.1:9/2015-03-31/functions/f/invocations")
            .header("host", "127.0.0.1:9")
            .body(http_body_util::Full::new(body.clone()))
            .expect("a request");
        let credentials = Credentials {
            access_key_id: "AKID".to_owned(),
            secret_access_key: "hush".to_owned(),
            session_token: Some("token".to_owned()),
        };
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        sign_request(
            &mut request,
            &body,
            &credentials,
            Scope { service, region: "eu-west-1", body: true },
            at,
        )
        .expect("signed");
        request
    }

    fn header<'a>(request: &'a Sent, name: &str) -> &'a str {
        request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    #[test]
    fn a_signature_names_key_day_region_and_service() {
        let request = signed("lambda");
        let start = "AWS4-HMAC-SHA256 Credential=AKID/20231114/eu-west-1/lambda/aws4_request, SignedHeaders=host;x-amz-date;x-amz-security-token, Signature=";
        assert!(
            header(&request, "authorization").starts_with(start),
            "{}",
            header(&request, "authorization")
        );
        assert_eq!(header(&request, "x-amz-date"), "20231114T221320Z");
        assert_eq!(header(&request, "x-amz-security-token"), "token");
    }

    #[test]
    fn an_address_carries_its_signature() {
        let credentials = Credentials {
            access_key_id: "AKID".to_owned(),
            secret_access_key: "hush".to_owned(),
            session_token: Some("to/ken".to_owned()),
        };
        let scope = Scope { service: "sts", region: "eu-west-1", body: true };
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        let uri = "https://sts.eu-west-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15";
        let headers = [("host", "sts.eu-west-1.amazonaws.com"), ("x-k8s-aws-id", "blue")];
        let signed = presign(uri, &headers, &credentials, scope, at).expect("signed");
        assert!(signed.starts_with(uri), "{signed}");
        for part in [
            "&X-Amz-Expires=60",
            "&X-Amz-SignedHeaders=host%3Bx-k8s-aws-id",
            "&X-Amz-Security-Token=to%2Fken",
            "&X-Amz-Signature=",
        ] {
            assert!(signed.contains(part), "{part} in {signed}");
        }
    }

    #[test]
    fn s3_hears_the_hash_of_the_body() {
        let hash = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
        assert_eq!(header(&signed("s3"), "x-amz-content-sha256"), hash);
        assert_eq!(header(&signed("lambda"), "x-amz-content-sha256"), "");
    }
}
