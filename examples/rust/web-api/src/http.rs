//! As much of HTTP/1.1 as the API needs: requests without a body, connections that are kept.

use selene::net::TcpStream;
use std::fmt::Display;
use std::io::{self, Read, Write};
use std::time::Duration;

/// Most bytes of a request.
const LONGEST_HEAD: usize = 8192;
const MOST_HEADERS: usize = 64;
/// How long a client may take to send its next request, or to take an answer.
const PATIENCE: Duration = Duration::from_secs(30);

pub struct Request {
    pub method: String,
    pub path: String,
    pub keep_alive: bool,
}

pub struct Response {
    status: u16,
    body: String,
    retry_after: Option<Duration>,
}

impl Response {
    pub fn new(status: u16, body: impl Display) -> Response {
        Response {
            status,
            body: body.to_string(),
            retry_after: None,
        }
    }

    pub fn retry_after(mut self, wait: Duration) -> Response {
        self.retry_after = Some(wait);
        self
    }

    fn reason(&self) -> &'static str {
        match self.status {
            200 => "OK",
            400 => "Bad Request",
            404 => "Not Found",
            405 => "Method Not Allowed",
            413 => "Content Too Large",
            429 => "Too Many Requests",
            431 => "Request Header Fields Too Large",
            503 => "Service Unavailable",
            504 => "Gateway Timeout",
            _ => "Internal Server Error",
        }
    }
}

pub struct Connection {
    stream: TcpStream,
    /// What was read and belongs to the next request.
    unread: Vec<u8>,
}

impl Connection {
    pub fn new(stream: TcpStream) -> Connection {
        stream.set_read_timeout(PATIENCE);
        stream.set_write_timeout(PATIENCE);
        let unread = Vec::new();
        Connection { stream, unread }
    }

    /// The next request, or what to answer to something else; `None` at the end of the input.
    pub fn read(&mut self) -> io::Result<Option<Result<Request, Response>>> {
        loop {
            match parse(&self.unread) {
                Ok(Some((request, length))) => {
                    self.unread.drain(..length);
                    return Ok(Some(Ok(request)));
                }
                Ok(None) if self.unread.len() >= LONGEST_HEAD => {
                    return Ok(Some(Err(Response::new(431, "the request is too long"))));
                }
                Ok(None) => {}
                Err(response) => return Ok(Some(Err(response))),
            }
            let mut bytes = [0; 1024];
            match self.stream.read(&mut bytes)? {
                0 => return Ok(None),
                count => self.unread.extend_from_slice(&bytes[..count]),
            }
        }
    }

    pub fn write(&mut self, response: &Response, keep: bool) -> io::Result<()> {
        let mut head = format!(
            "HTTP/1.1 {} {}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {}\r\n",
            response.status,
            response.reason(),
            response.body.len()
        );
        if let Some(wait) = response.retry_after {
            let seconds = wait.as_secs_f64().ceil();
            head.push_str(&format!("Retry-After: {seconds}\r\n"));
        }
        if !keep {
            head.push_str("Connection: close\r\n");
        }
        head.push_str("\r\n");
        head.push_str(&response.body);
        self.stream.write_all(head.as_bytes())
    }
}

/// A request at the beginning of some bytes, and its length; `None` when there is more to come.
fn parse(bytes: &[u8]) -> Result<Option<(Request, usize)>, Response> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut parsed = httparse::Request::new(&mut headers);
    let length = match parsed.parse(bytes) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(httparse::Error::TooManyHeaders) => {
            return Err(Response::new(431, "too many headers"));
        }
        Err(error) => return Err(Response::new(400, error)),
    };
    let mut keep_alive = parsed.version == Some(1);
    for header in parsed.headers.iter() {
        let is = |name: &str| header.name.eq_ignore_ascii_case(name);
        let value = header.value.trim_ascii();
        if is("connection") {
            keep_alive = keep_alive && !value.eq_ignore_ascii_case(b"close");
        } else if is("transfer-encoding") || is("content-length") && value != b"0" {
            return Err(Response::new(413, "a request has no body here"));
        }
    }
    let request = Request {
        method: parsed.method.unwrap_or_default().into(),
        path: parsed.path.unwrap_or_default().into(),
        keep_alive,
    };
    Ok(Some((request, length)))
}

#[cfg(test)]
mod tests {
    use super::parse;

    const REQUEST: &[u8] = b"GET /primes/10 HTTP/1.1\r\nHost: x\r\n\r\nGET /next";

    #[selene::test]
    fn requests_are_read_from_any_pieces() {
        let length = REQUEST.len() - b"GET /next".len();
        for end in 0..length {
            assert!(matches!(parse(&REQUEST[..end]), Ok(None)), "{end} bytes");
        }
        let Ok(Some((request, read))) = parse(REQUEST) else {
            panic!("not read")
        };
        assert_eq!((request.path.as_str(), read), ("/primes/10", length));
        assert!(request.keep_alive);
    }

    #[selene::test]
    fn what_is_no_request_is_refused() {
        for (text, status) in [
            ("nonsense\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nContent-Length: 5\r\n\r\n", 413),
            ("GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 413),
        ] {
            let refused = parse(text.as_bytes()).err().map(|response| response.status);
            assert_eq!(refused, Some(status), "{text:?}");
        }
    }
}
