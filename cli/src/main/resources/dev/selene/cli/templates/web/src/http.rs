//! As much of HTTP/1.1 as a small server needs: a request is read from any reader, a response goes to any writer.

use std::io::{self, BufRead, Read, Write};

/// Longest request line and headers together, in bytes.
const MOST_HEAD: u64 = 16 * 1024;
/// Longest body, in bytes.
const MOST_BODY: u64 = 1024 * 1024;

#[derive(Debug, PartialEq)]
pub struct Request {
    pub method: String,
    pub path: String,
    pub body: Vec<u8>,
    /// Whether the client wants no answer after this one.
    pub close: bool,
}

/// Why there is no request.
#[derive(Debug, PartialEq)]
pub enum ReadError {
    /// The client is to be told so, by a status and a text.
    Refused(u16, &'static str),
    /// The connection has ended.
    Lost,
}

impl From<io::Error> for ReadError {
    fn from(_: io::Error) -> ReadError {
        ReadError::Lost
    }
}

impl Request {
    /// Reads one request. What a client sends is not to be trusted: each length has a limit.
    pub fn read(reader: &mut impl BufRead) -> Result<Request, ReadError> {
        let mut head = reader.by_ref().take(MOST_HEAD);
        let first = read_line(&mut head)?;
        let mut words = first.split(' ');
        let (method, path, version) = match (words.next(), words.next(), words.next(), words.next())
        {
            (Some(method), Some(path), Some(version), None) => (method, path, version),
            _ => return Err(ReadError::Refused(400, "no request line\n")),
        };
        let mut close = match version {
            "HTTP/1.1" => false,
            "HTTP/1.0" => true,
            _ => return Err(ReadError::Refused(505, "HTTP/1.1 only\n")),
        };

        let mut length = None;
        loop {
            let line = read_line(&mut head)?;
            if line.is_empty() {
                break;
            }
            let Some((name, value)) = line.split_once(':') else {
                return Err(ReadError::Refused(400, "a header without a colon\n"));
            };
            let value = value.trim_matches([' ', '\t']);
            match name.to_ascii_lowercase().as_str() {
                "connection" => {
                    close |= value
                        .split(',')
                        .any(|word| word.trim().eq_ignore_ascii_case("close"));
                }
                "content-length" if length.is_some() => {
                    return Err(ReadError::Refused(400, "two lengths\n"));
                }
                "content-length" => length = Some(parse_length(value)?),
                // Reading on without understanding it could take a body for the next request.
                "transfer-encoding" => return Err(ReadError::Refused(501, "lengths only\n")),
                _ => {}
            }
        }

        let mut body = vec![0; length.unwrap_or(0)];
        reader.read_exact(&mut body)?;
        Ok(Request {
            method: method.into(),
            path: path.into(),
            body,
            close,
        })
    }
}

/// A line without its end, which is part of the limit.
fn read_line(head: &mut io::Take<impl BufRead>) -> Result<String, ReadError> {
    let mut line = Vec::new();
    head.read_until(b'\n', &mut line)?;
    match line.strip_suffix(b"\r\n") {
        Some(line) => String::from_utf8(line.into())
            .map_err(|_| ReadError::Refused(400, "a head that is no text\n")),
        None if head.limit() == 0 => Err(ReadError::Refused(431, "the head is too long\n")),
        None if line.ends_with(b"\n") => Err(ReadError::Refused(400, "a line ends with CR LF\n")),
        None => Err(ReadError::Lost),
    }
}

fn parse_length(text: &str) -> Result<usize, ReadError> {
    // Digits alone: `parse` would take a sign, too.
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(ReadError::Refused(400, "a length that is no number\n"));
    }
    match text.parse() {
        Ok(length) if length <= MOST_BODY as usize => Ok(length),
        _ => Err(ReadError::Refused(413, "the body is too long\n")),
    }
}

#[derive(Debug, PartialEq)]
pub struct Response {
    pub status: u16,
    content_type: &'static str,
    body: Vec<u8>,
}

impl Response {
    pub fn text(status: u16, text: impl Into<String>) -> Response {
        Response {
            status,
            content_type: "text/plain; charset=utf-8",
            body: text.into().into_bytes(),
        }
    }

    pub fn bytes(status: u16, body: Vec<u8>) -> Response {
        Response {
            status,
            content_type: "application/octet-stream",
            body,
        }
    }

    /// Writes the response; `close` tells the client that it is the last one.
    pub fn write(&self, mut writer: impl Write, close: bool) -> io::Result<()> {
        let reason = match self.status {
            200 => "OK",
            400 => "Bad Request",
            404 => "Not Found",
            405 => "Method Not Allowed",
            413 => "Content Too Large",
            431 => "Request Header Fields Too Large",
            501 => "Not Implemented",
            505 => "HTTP Version Not Supported",
            _ => "",
        };
        let mut bytes = format!(
            "HTTP/1.1 {} {reason}\r\nContent-Type: {}\r\nContent-Length: {}\r\n{}\r\n",
            self.status,
            self.content_type,
            self.body.len(),
            if close { "Connection: close\r\n" } else { "" },
        )
        .into_bytes();
        bytes.extend(&self.body);
        writer.write_all(&bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<Request, ReadError> {
        Request::read(&mut &bytes[..])
    }

    fn refused(bytes: &[u8]) -> u16 {
        match read(bytes) {
            Err(ReadError::Refused(status, _)) => status,
            other => panic!("{other:?}"),
        }
    }

    #[selene::test]
    fn requests_follow_each_other() {
        let mut bytes: &[u8] = b"POST /a HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc\
            GET /b HTTP/1.1\r\nconnection: x, Close\r\n\r\n";
        let first = Request::read(&mut bytes).unwrap();
        assert_eq!((first.path.as_str(), first.close), ("/a", false));
        assert_eq!(first.body, b"abc");
        let second = Request::read(&mut bytes).unwrap();
        assert_eq!((second.path.as_str(), second.close), ("/b", true));
        assert_eq!(Request::read(&mut bytes), Err(ReadError::Lost));
    }

    #[selene::test]
    fn nonsense_is_refused() {
        assert_eq!(refused(b"GET /\r\n\r\n"), 400);
        assert_eq!(refused(b"GET / HTTP/2\r\n\r\n"), 505);
        assert_eq!(refused(b"GET / HTTP/1.1\r\nno colon\r\n\r\n"), 400);
        assert_eq!(refused(b"GET / HTTP/1.1\r\nA: \xff\r\n\r\n"), 400);
        let length = |value: &str| format!("PUT / HTTP/1.1\r\nContent-Length: {value}\r\n\r\n");
        assert_eq!(refused(length("+1").as_bytes()), 400);
        assert_eq!(refused(length("99999999999999999999").as_bytes()), 413);
        assert_eq!(refused(length("1\r\nContent-Length: 1").as_bytes()), 400);
        assert_eq!(
            refused(b"PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"),
            501
        );
    }

    #[selene::test]
    fn a_head_has_a_limit() {
        let endless = [b"GET / HTTP/1.1\r\nA: ".to_vec(), vec![b'a'; 20_000]].concat();
        assert_eq!(refused(&endless), 431);
    }

    #[selene::test]
    fn a_connection_that_ends_is_lost() {
        let whole = b"PUT / HTTP/1.1\r\nContent-Length: 2\r\n\r\nab";
        for length in 0..whole.len() {
            assert_eq!(read(&whole[..length]), Err(ReadError::Lost));
        }
    }

    #[selene::test]
    fn a_response_tells_its_length() {
        let mut bytes = Vec::new();
        Response::text(404, "no").write(&mut bytes, true).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.starts_with("HTTP/1.1 404 Not Found\r\n"), "{text}");
        assert!(text.contains("\r\nContent-Length: 2\r\n"), "{text}");
        assert!(text.ends_with("\r\nConnection: close\r\n\r\nno"), "{text}");
    }
}
