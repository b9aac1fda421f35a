"""Runs a program that uses the network, with what it expects to find there, and with real clients.

    network.py around NAMES -- COMMAND...       NAMES have an address at which port 80 is served
    network.py example NAME FOLDER -- COMMAND...    one of the package's examples, and its client

With `--alone` as the first argument it was started in a network and mount namespace of its own
(`unshare --net --mount`): it brings the loopback device up and puts its own names into /etc/hosts,
which nobody else sees. The exit code is the command's, or says whether the example did well.
"""

import os
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

PATIENCE = 60
PASSWORD = "changeit"


class Wrong(Exception):
    """An example did not do what it should."""


def prepare(names):
    """In a namespace of its own: a loopback device, and names."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    hosts = tempfile.NamedTemporaryFile("w", suffix=".hosts", delete=False)
    with hosts:
        hosts.write(f"127.0.0.1 localhost {' '.join(names)}\n::1 localhost\n")
    subprocess.run(["mount", "--bind", hosts.name, "/etc/hosts"], check=True)


def serve(port, answer, context=None):
    """Takes connections on a port of 127.0.0.1 until this program ends."""
    listener = socket.create_server(("127.0.0.1", port))

    def each(connection):
        with connection:
            try:
                if context is None:
                    answer(connection)
                else:
                    with context.wrap_socket(connection, server_side=True) as secured:
                        answer(secured)
            except OSError as error:
                print(f"stand-in: {error}", file=sys.stderr)

    def accept():
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=each, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()


def until_closed(connection):
    while connection.recv(65_536):
        pass


class Program:
    """The command, whose lines are waited for."""

    def __init__(self, command, folder, environment=None):
        self.process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, errors="replace",
            env={**os.environ, **(environment or {})})
        self.text = ""
        self.changed = threading.Condition()
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            with self.changed:
                self.text += line
                self.changed.notify_all()

    def expect(self, pattern):
        with self.changed:
            if not self.changed.wait_for(lambda: re.search(pattern, self.text, re.M), PATIENCE):
                raise Wrong(f"it did not say {pattern!r}, but: {self.text!r}")
            return re.search(pattern, self.text, re.M)

    def end(self):
        """Waits for its own end; its exit code."""
        try:
            code = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired as error:
            raise Wrong("it does not end") from error
        self.reader.join(PATIENCE)
        return code

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()


def must(condition, text):
    if not condition:
        raise Wrong(text)


def talk_to_echo(port):
    """The servers of the examples echo by lines, and close after `exit`."""
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as connection:
        lines = connection.makefile("rwb")
        for number in range(100):
            line = f"line {number}\n".encode()
            lines.write(line)
            lines.flush()
            answer = lines.readline()
            must(answer == line, f"sent {line!r}, got {answer!r}")
        lines.write(b"exit\n")
        lines.flush()
        must(lines.readline() == b"", "it did not close after `exit`")


def tcp_echo_server(program):
    port = int(program.expect(r"^Listening on addr: 127\.0\.0\.1:(\d+)$")[1])
    talk_to_echo(port)
    talk_to_echo(port)


def tcp_echo_multi_server(program):
    for port in (6666, 6667):
        program.expect(rf"^Listening on addr: 127\.0\.0\.1:{port}$")
    for port in (6666, 6667):
        talk_to_echo(port)
        program.expect(rf"^Accepted peer 127\.0\.0\.1:\d+ on addr: 127\.0\.0\.1:{port}$")


def tls_echo_server(program):
    program.expect(r"^Listening on addr: 127\.0\.0\.1:3000$")
    # Its certificate is the package's own, and old.
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", 3000), PATIENCE) as plain:
            with context.wrap_socket(plain, server_hostname="localhost") as connection:
                connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
                text = b""
                while b"</h1>" not in text:
                    more = connection.recv(4096)
                    must(more, f"it closed after {text!r}")
                    text += more
                must(b"<h1>Hello world!</h1>" in text, f"it sent {text!r}")


def tls_client(program):
    code = program.end()
    must(code == 0, f"exit code {code}: {program.text!r}")
    program.expect(r"Got response from rust-lang.org .*a stand-in")


def resolve(program):
    code = program.end()
    must(code == 0, f"exit code {code}: {program.text!r}")
    program.expect(r"^wikipedia\.org resolves to 127\.0\.0\.1:80$")


def run(command, folder):
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, stdin=subprocess.DEVNULL)
    must(done.returncode == 0, f"{' '.join(command)}: {done.stdout}")


def rust_lang_org(folder):
    """A stand-in at port 443 with a certificate of its own; the JVM's options that trust it."""
    extension = folder / "san.txt"
    extension.write_text("subjectAltName=DNS:www.rust-lang.org\n")
    run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
         "/CN=authority", "-keyout", "authority.key", "-out", "authority.crt"], folder)
    run(["openssl", "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=www.rust-lang.org",
         "-keyout", "server.key", "-out", "server.csr"], folder)
    run(["openssl", "x509", "-req", "-in", "server.csr", "-CA", "authority.crt", "-CAkey",
         "authority.key", "-CAcreateserial", "-days", "2", "-extfile", str(extension), "-out",
         "server.crt"], folder)
    # `keytool` of any JDK will do.
    run(["keytool", "-importcert", "-noprompt", "-alias", "authority", "-file", "authority.crt",
         "-storetype", "PKCS12", "-keystore", "trusted.p12", "-storepass", PASSWORD], folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.crt", folder / "server.key")

    def answer(connection):
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\na stand-in")
        until_closed(connection)

    serve(443, answer, context)
    options = (f"{os.environ.get('SELENE_JAVA_OPTS', '')}"
               f" -Djavax.net.ssl.trustStore={folder / 'trusted.p12'}"
               f" -Djavax.net.ssl.trustStorePassword={PASSWORD}")
    return {"SELENE_JAVA_OPTS": options.strip()}


# What talks to an example, the names that must lead here, and what is made ready before.
EXAMPLES = {
    "tcp_echo_server": (tcp_echo_server, (), None),
    "tcp_echo_multi_server": (tcp_echo_multi_server, (), None),
    "tls_echo_server": (tls_echo_server, (), None),
    "tls_client": (tls_client, ("www.rust-lang.org",), rust_lang_org),
    "resolve": (resolve, ("wikipedia.org",), None),
}


def example(name, folder, command, alone):
    client, names, before = EXAMPLES[name]
    if alone:
        prepare(names)
    program = None
    try:
        with tempfile.TemporaryDirectory() as place:
            environment = before(Path(place)) if before else None
            program = Program(command, folder, environment)
            client(program)
        return 0
    except (Wrong, OSError) as error:
        print(f"{name}: {error}")
        return 1
    finally:
        if program is not None:
            program.stop()
            print(program.text)


def main():
    arguments = sys.argv[1:]
    alone = arguments[:1] == ["--alone"]
    arguments = arguments[alone:]
    at = arguments.index("--")
    words, command = arguments[:at], arguments[at + 1:]
    if words[0] == "around":
        if alone:
            prepare(words[1:])
        serve(80, until_closed)
        sys.exit(subprocess.run(command).returncode)
    sys.exit(example(words[1], words[2], command, alone))


if __name__ == "__main__":
    main()
