//! What the server answers. Plain functions: tests need no socket.

use crate::http::{Request, Response};

pub fn answer(request: &Request) -> Response {
    match (request.method.as_str(), request.path.as_str()) {
        ("GET", "/") => Response::text(200, "Hello from a process of its own\n"),
        ("POST", "/echo") => Response::bytes(200, request.body.clone()),
        // Try it: nobody else notices.
        ("GET", "/crash") => panic!("somebody asked for it"),
        ("GET", path) => match path.strip_prefix("/hello/") {
            Some(name) => Response::text(200, format!("Hello, {name}!\n")),
            None => Response::text(404, "There is nothing here\n"),
        },
        _ => Response::text(405, "Not with this method\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(method: &str, path: &str, body: &[u8]) -> Response {
        answer(&Request {
            method: method.into(),
            path: path.into(),
            body: body.into(),
            close: false,
        })
    }

    #[selene::test]
    fn pages_answer() {
        assert_eq!(
            ask("GET", "/hello/Ada", b""),
            Response::text(200, "Hello, Ada!\n")
        );
        assert_eq!(
            ask("POST", "/echo", b"\0\xff"),
            Response::bytes(200, b"\0\xff".into())
        );
        assert_eq!(ask("GET", "/nowhere", b"").status, 404);
        assert_eq!(ask("DELETE", "/", b"").status, 405);
    }
}
