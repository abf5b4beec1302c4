//! Answers of HTTP/1.1 in the memory of a connection, and the one field of JSON that is wanted of
//! most of them.

use memchr::memmem;

const HEADERS_MAX: usize = 64;

/// The head of an answer that is there as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The status code.
    pub status: u16,
    /// The length of the head.
    pub bytes: usize,
    /// The length of the body behind it.
    pub body_bytes: usize,
    /// Whether the server takes no further request on this connection.
    pub closes: bool,
}

impl Head {
    /// The body, of the answer that this is the head of.
    pub fn body<'a>(&self, answer: &'a [u8]) -> &'a [u8] {
        answer.get(self.bytes..self.bytes + self.body_bytes).unwrap_or_default()
    }
}

enum Length {
    Known(usize),
    Chunked,
    ToTheEnd,
}

/// Reads what came so far, up to the connection's end if it is `over`; none if there must be more.
/// A body in chunks is put together in place.
///
/// # Errors
/// When it is no answer of HTTP/1.
pub fn read(answer: &mut Vec<u8>, over: bool) -> Result<Option<Head>, String> {
    let Some((mut head, length)) = head(answer)? else { return Ok(None) };
    let there = answer.len() - head.bytes;
    match length {
        Length::Known(bytes) if bytes > there => return Ok(None),
        Length::Known(bytes) => head.body_bytes = bytes,
        Length::ToTheEnd if !over => return Ok(None),
        Length::ToTheEnd => (head.body_bytes, head.closes) = (there, true),
        Length::Chunked => match joined(&answer[head.bytes..])? {
            None => return Ok(None),
            Some(body) => {
                head.body_bytes = body.len();
                answer.truncate(head.bytes);
                answer.extend_from_slice(&body);
            }
        },
    }
    Ok(Some(head))
}

fn head(answer: &[u8]) -> Result<Option<(Head, Length)>, String> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
    let mut parsed = httparse::Response::new(&mut headers);
    let bytes = match parsed.parse(answer) {
        Ok(httparse::Status::Complete(bytes)) => bytes,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(error) => return Err(format!("the answer is not HTTP/1.1: {error}")),
    };
    let status = parsed.code.unwrap_or_default();
    let mut length = if status == 204 || status == 304 { Length::Known(0) } else { Length::ToTheEnd };
    let mut closes = parsed.version == Some(0);
    for header in parsed.headers.iter() {
        let value = std::str::from_utf8(header.value).unwrap_or_default().trim();
        if header.name.eq_ignore_ascii_case("content-length") {
            length = Length::Known(value.parse().map_err(|_| format!("{value} is no content-length"))?);
        } else if header.name.eq_ignore_ascii_case("transfer-encoding") {
            length = Length::Chunked;
        } else if header.name.eq_ignore_ascii_case("connection") {
            closes = value.eq_ignore_ascii_case("close");
        }
    }
    Ok(Some((Head { status, bytes, body_bytes: 0, closes }, length)))
}

/// A body in chunks as one; none if its last chunk is not there yet.
fn joined(mut chunks: &[u8]) -> Result<Option<Vec<u8>>, String> {
    let mut body = Vec::new();
    loop {
        let (at, bytes) = match httparse::parse_chunk_size(chunks) {
            Ok(httparse::Status::Complete((at, bytes))) => (at, usize::try_from(bytes).unwrap_or(usize::MAX)),
            Ok(httparse::Status::Partial) => return Ok(None),
            Err(_) => return Err("the answer has a chunk without a size".to_owned()),
        };
        // Behind each chunk stands an empty line; trailers are not sent to those who do not ask.
        let Some(chunk) = chunks.get(at..at.saturating_add(bytes)) else { return Ok(None) };
        let Some(rest) = chunks.get(at + bytes + 2..) else { return Ok(None) };
        if bytes == 0 {
            return Ok(Some(body));
        }
        body.extend_from_slice(chunk);
        chunks = rest;
    }
}

/// A header's value in the head of an answer.
pub fn header<'a>(head: &'a [u8], name: &str) -> Option<&'a str> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
    let mut parsed = httparse::Response::new(&mut headers);
    parsed.parse(head).ok()?;
    let found = parsed.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name))?;
    std::str::from_utf8(found.value).ok()
}

/// The first text of this name in a JSON object. It is looked for by its bytes: inside of other
/// texts the quotes around the name would be escaped. None, too, if the text has escapes.
pub fn text<'a>(object: &'a [u8], name: &str) -> Option<&'a str> {
    let mut from = 0;
    loop {
        let at = from + memmem::find(object.get(from..)?, name.as_bytes())?;
        from = at + name.len();
        let quoted = at.checked_sub(1).and_then(|before| object.get(before)) == Some(&b'"');
        let Some(rest) = object.get(from..)?.strip_prefix(b"\"").filter(|_| quoted) else { continue };
        let Some(rest) = rest.trim_ascii_start().strip_prefix(b":") else { continue };
        let rest = rest.trim_ascii_start().strip_prefix(b"\"")?;
        let value = rest.get(..memchr::memchr(b'"', rest)?)?;
        return std::str::from_utf8(value).ok().filter(|value| !value.contains('\\'));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(answer: &str, over: bool, expected: &Expect) {
        let mut bytes = answer.as_bytes().to_vec();
        let shown = match read(&mut bytes, over) {
            Ok(None) => "more".to_owned(),
            Ok(Some(head)) => format!(
                "{} {:?}{}",
                head.status,
                String::from_utf8_lossy(head.body(&bytes)),
                if head.closes { " closes" } else { "" }
            ),
            Err(why) => why,
        };
        expected.assert_eq(&shown);
    }

    #[test]
    fn answers_are_whole_when_their_length_says_so() {
        check("HTTP/1.1 200 OK\r\nConte", false, &expect!["more"]);
        check("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{", false, &expect!["more"]);
        check("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", false, &expect![[r#"200 "{}""#]]);
        check(
            "HTTP/1.1 503 Later\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
            false,
            &expect![[r#"503 "" closes"#]],
        );
        check("HTTP/1.1 202 Taken\r\n\r\n{}", false, &expect!["more"]);
        check("HTTP/1.1 202 Taken\r\n\r\n{}", true, &expect![[r#"202 "{}" closes"#]]);
        check("HTTP/1.1 204 Nothing\r\n\r\n", false, &expect![[r#"204 """#]]);
        check("SSH-2.0\r\n\r\n", false, &expect!["the answer is not HTTP/1.1: invalid HTTP version"]);
        check("HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n", false, &expect!["x is no content-length"]);
    }

    #[test]
    fn chunks_are_put_together() {
        let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
        let whole = "3\r\nabc\r\nA;x=1\r\n0123456789\r\n0\r\n\r\n";
        for bytes in 0..whole.len() {
            check(&format!("{head}{}", &whole[..bytes]), false, &expect!["more"]);
        }
        check(&format!("{head}{whole}"), false, &expect![[r#"200 "abc0123456789""#]]);
        check(&format!("{head}zz\r\n"), false, &expect!["the answer has a chunk without a size"]);
    }

    #[test]
    fn a_header_is_found_whatever_its_case() {
        let head = b"HTTP/1.1 200 OK\r\nX-Id: 7\r\n\r\n";
        assert_eq!(header(head, "x-id"), Some("7"));
        assert_eq!(header(head, "x"), None);
    }

    #[test]
    fn a_field_is_found_by_its_name() {
        let check =
            |object: &str, expected| assert_eq!(text(object.as_bytes(), "status"), expected, "{object}");
        check(r#"{"status":"RUNNING"}"#, Some("RUNNING"));
        check(r#"{"redriveStatus":"NO","input":"{\"status\":\"x\"}", "status" : "FAILED"}"#, Some("FAILED"));
        check(r#"{"a":"status","b":"status\"","status":"OK"}"#, Some("OK"));
        check(r#"{"status":"a\"b"}"#, None);
        check(r#"{"status":7}"#, None);
        check(r#"{"state":"x"}"#, None);
        check("status", None);
    }
}
