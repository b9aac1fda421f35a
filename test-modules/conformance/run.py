"""Runs the tests and examples of the crates.io package `lunatic`, unmodified, under `selene`.

The package's source comes with cargo. A copy of it in target/conformance gets back what publishing
took away: the development dependency on itself. Nothing else is changed, and no test is.

Exit code 0 when all tests and examples gave what was expected: success, or what is written in
conformance-exclusions.txt. A failure that is not listed there, and a listed one that now passes,
both make it 1.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
GUESTS = HERE.parent
BUILD = GUESTS / "target" / "conformance"
TARGET = "wasm32-wasip1"
PREFIX = "#lunatic_test_"
PACKAGES = {"lunatic": "0.14.1", "lunatic-test": "0.13.0"}
# Tests that use hosts of the internet, and these hosts: a stand-in takes their place.
STAND_INS = {"lunatic/serializers": ["google.com"]}
# Examples that use the network; whether they need names that only a namespace of their own can have.
NETWORK_EXAMPLES = {"tcp_echo_server": False, "tcp_echo_multi_server": False,
                    "tls_echo_server": False, "tls_client": True, "resolve": True}


def say(text=""):
    print(text, flush=True)


def stop(text):
    sys.exit(f"conformance: {text}")


# The source


def package_folders():
    """Where cargo unpacked the packages that the guests depend on."""
    run = subprocess.run(
        ["cargo", "metadata", "--format-version", "1", "--locked", "--filter-platform", TARGET],
        cwd=GUESTS, stdout=subprocess.PIPE, text=True,
    )
    if run.returncode != 0:
        stop("cargo metadata failed; is rustup installed, and crates.io in reach?")
    folders = {}
    for package in json.loads(run.stdout)["packages"]:
        if PACKAGES.get(package["name"]) == package["version"]:
            folders[package["name"]] = Path(package["manifest_path"]).parent
    missing = PACKAGES.keys() - folders.keys()
    if missing:
        stop(f"not among the guests' dependencies: {', '.join(sorted(missing))}")
    return folders


def lunatic_manifest(original):
    """The published manifest with paths to other packages taken out, and no workspace of them."""
    text = re.sub(r', path = "\./lunatic-[a-z]+"', "", original)
    return re.sub(r"\[workspace\]\nmembers = .*\n", "[workspace]\n", text)


def lunatic_test_manifest(original):
    """The published manifest, with the sibling's copy as the development dependency."""
    text = original.replace('path = ".."', 'path = "../lunatic"')
    return text + '\n[workspace]\n\n[patch.crates-io]\nlunatic-test = { path = "." }\n'


def write_when_changed(path, text):
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def copy_package(name, source, rewrite):
    folder = BUILD / name
    stamp = folder / ".copied-from"
    identity = str(source)
    if not stamp.exists() or stamp.read_text() != identity:
        for part in ("src", "tests", "examples", "benches"):
            shutil.rmtree(folder / part, ignore_errors=True)
        shutil.copytree(source, folder, dirs_exist_ok=True)
        stamp.write_text(identity)
    original = (source / "Cargo.toml.orig").read_text()
    manifest = rewrite(original)
    if manifest == original:
        stop(f"the manifest of {name} is not what this script was written for")
    write_when_changed(folder / "Cargo.toml", manifest)
    write_when_changed(folder / "Cargo.lock", (HERE / f"{name}.lock").read_text())
    return folder


# The build


def cargo(folder, *arguments):
    """Builds; the files that came out of it, by name of the cargo target."""
    command = ["cargo", *arguments, "--locked", "--target", TARGET,
               "--message-format", "json-render-diagnostics"]
    environment = {key: value for key, value in os.environ.items()
                   if not key.startswith(("CARGO_", "RUSTC", "RUSTFLAGS"))
                   or key in ("CARGO_HOME", "CARGO_NET_OFFLINE")}
    environment["CARGO_TARGET_DIR"] = str(BUILD / "target")
    run = subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, text=True)
    if run.returncode != 0:
        sys.stderr.write(run.stderr)
        stop(f"{' '.join(command[:3])} failed in {folder}")
    files = {}
    for line in run.stdout.splitlines():
        artifact = json.loads(line)
        if artifact.get("reason") != "compiler-artifact":
            continue
        executable = artifact.get("executable")
        if executable and executable.endswith(".wasm"):
            kind = "unit" if "lib" in artifact["target"]["kind"] else artifact["target"]["kind"][0]
            files[(kind, artifact["target"]["name"])] = Path(executable)
    return files


def leb(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def exports(file):
    """Names a module exports: how the tests are known before any is run."""
    data = file.read_bytes()
    at = 8
    while at < len(data):
        section = data[at]
        size, at = leb(data, at + 1)
        if section != 7:
            at += size
            continue
        count, at = leb(data, at)
        for _ in range(count):
            length, at = leb(data, at)
            yield data[at:at + length].decode()
            _, at = leb(data, at + length + 1)
        return


def declared_tests(file):
    """Test name to whether it is ignored."""
    tests = {}
    for name in exports(file):
        if not name.startswith(PREFIX):
            continue
        name = name[len(PREFIX):]
        ignored = name.startswith("#ignore_")
        if ignored:
            name = name[len("#ignore_"):]
        if name.startswith("#panic_"):
            # The expected text ends at the first # that has no backslash before it.
            name = re.split(r"(?<!\\)#", name[len("#panic_"):], maxsplit=1)[1]
        tests[name] = ignored
    return tests


# The runs


class Namespace:
    """A network of one's own, where the system permits it: see network.py."""

    def __init__(self):
        self.prefix = None
        self.reason = None
        for more in ([], ["--map-root-user"]):
            command = ["unshare", "--net", "--mount", *more]
            try:
                run = subprocess.run([*command, "ip", "link", "set", "lo", "up"],
                                     stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            except FileNotFoundError:
                self.reason = "unshare is not installed"
                return
            if run.returncode == 0:
                self.prefix = command
                return
            self.reason = run.stdout.strip() or f"{' '.join(command)} failed"

    def command(self, words, command):
        script = [sys.executable, str(HERE / "network.py")]
        if self.prefix is not None:
            return [*self.prefix, *script, "--alone", *words, "--", *command]
        return [*script, *words, "--", *command]


class Runner:
    """Starts the virtual machine that is under test."""

    def __init__(self, selene, peer):
        self.command = [selene]
        self.peer = peer
        self.namespace = Namespace()

    def test(self, file, label):
        command = self.plain_test(file)
        if label in STAND_INS:
            return self.namespace.command(["around", *STAND_INS[label]], command)
        return command

    def plain_test(self, file):
        if not self.peer:
            return [*self.command, "test", str(file)]
        # Lunatic knows tests by the folder's name.
        place = BUILD / "peer" / "target" / "wasm32-wasi" / "debug" / "deps"
        place.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, place / file.name)
        return [*self.command, "run", str(place / file.name)]

    def run(self, command, folder, seconds, under_cargo):
        environment = {key: value for key, value in os.environ.items()
                       if not key.startswith("CARGO_")}
        if under_cargo:
            environment["CARGO_MANIFEST_DIR"] = str(folder)
        begin = time.monotonic()
        process = subprocess.Popen(command, cwd=folder, env=environment, text=True,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, errors="replace")
        try:
            out, err = process.communicate(timeout=seconds)
            code = process.returncode
        except subprocess.TimeoutExpired:
            process.terminate()
            try:
                out, err = process.communicate(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                out, err = process.communicate()
            code = "running"
        out = re.sub(r"\x1b\[[0-9;]*m", "", out)
        return code, out, err, time.monotonic() - begin


RESULT = re.compile(r"^test (\S+?)(?: - should panic)? \.\.\. (ok|FAILED|ignored)", re.M)
FOOTER = re.compile(r"^test result: (ok|FAILED)\. (\d+) passed; (\d+) failed; (\d+) ignored", re.M)


def test_file(runner, label, file, folder, seconds):
    """Test name to ok, FAILED, ignored or missing; and what was wrong with the run as a whole."""
    declared = declared_tests(file)
    code, out, err, taken = runner.run(runner.test(file, label), folder, seconds, True)
    results = {name: "missing" for name in declared}
    troubles = []
    # Large modules are what finds the limits of the compiler.
    if not runner.peer:
        compiled = subprocess.run([*runner.command, "compile", str(file)], text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if compiled.returncode != 0:
            troubles.append(f"not compiled: {compiled.stdout.strip()}")
    for name, result in RESULT.findall(out):
        if name not in results:
            troubles.append(f"a test nobody wrote: {name}")
        elif results[name] != "missing":
            troubles.append(f"two results for {name}")
        results[name] = result
    for name, ignored in declared.items():
        if ignored != (results[name] == "ignored") and results[name] != "missing":
            troubles.append(f"{name}: ignored in the source {ignored}, result {results[name]}")
    failed = sum(result in ("FAILED", "missing") for result in results.values())
    footer = FOOTER.search(out)
    if footer is None:
        troubles.append(f"no summary line (exit code {code})")
    else:
        told = tuple(int(number) for number in footer.groups()[1:])
        values = list(results.values())
        counted = (values.count("ok"), values.count("FAILED"), values.count("ignored"))
        if told != counted:
            troubles.append(f"the summary says {told}, the lines say {counted}")
    if code != (1 if failed else 0):
        troubles.append(f"exit code {code} with {failed} failures")
    return results, troubles, out + err, taken


def read_table(path, columns):
    rows = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        fields = line.split("\t")
        if len(fields) != columns:
            stop(f"{path.name}:{number}: {len(fields)} fields, not {columns}")
        rows.append(fields)
    return rows


class Exclusions:
    """Tests that are known not to pass yet, each with a reason and an issue."""

    def __init__(self):
        self.rows = read_table(GUESTS / "conformance-exclusions.txt", 5)
        self.used = set()

    def find(self, file, test):
        for index, (row_file, row_test, how, _, _) in enumerate(self.rows):
            if row_file == file and row_test in (test, "*"):
                self.used.add(index)
                return how
        return None

    def unused(self):
        return [row for index, row in enumerate(self.rows) if index not in self.used]


def run_tests(runner, files, folders, exclusions, options):
    bad = []
    totals = dict.fromkeys(("passed", "failed", "excluded", "ignored"), 0)
    say(f"{'tests':34}{'passed':>8}{'failed':>8}{'excluded':>10}{'ignored':>9}{'seconds':>9}")
    for label, (package, file) in sorted(files.items()):
        if options.only and not any(part in label for part in options.only):
            continue
        if label in STAND_INS and runner.namespace.prefix is None:
            exclusions.find(label, "*")
            say(f"{label:34} skipped, no network of its own: {runner.namespace.reason}")
            continue
        results, troubles, output, taken = test_file(
            runner, label, file, folders[package], options.seconds)
        counts = dict.fromkeys(totals, 0)
        wrong = []
        for test, result in sorted(results.items()):
            how = exclusions.find(label, test)
            if result == "ignored":
                counts["ignored"] += 1
            elif result == "ok":
                counts["passed"] += 1
                if how == "fails" and not options.peer:
                    wrong.append(f"{test}: passes now, but is excluded; remove the exclusion")
            elif how:
                counts["excluded"] += 1
            else:
                counts["failed"] += 1
                wrong.append(f"{test}: {result}")
        excluded_file = exclusions.find(label, "") is not None
        if not excluded_file:
            wrong.extend(troubles)
        for key in totals:
            totals[key] += counts[key]
        say(f"{label:34}{counts['passed']:8}{counts['failed']:8}{counts['excluded']:10}"
            f"{counts['ignored']:9}{taken:9.1f}")
        if wrong:
            log = BUILD / "logs" / f"{label.replace('/', '-')}.txt"
            log.parent.mkdir(parents=True, exist_ok=True)
            log.write_text(output)
            bad.extend(f"{label}: {text}   (output: {log})" for text in wrong)
    say(f"{'all':34}{totals['passed']:8}{totals['failed']:8}{totals['excluded']:10}"
        f"{totals['ignored']:9}")
    if not options.only and not options.peer:
        for row in exclusions.unused():
            bad.append(f"conformance-exclusions.txt: no such test: {row[0]} {row[1]}")
    return bad


def run_examples(runner, files, folder, options):
    bad = []
    say(f"\n{'example':34}{'result':>8}{'seconds':>27}")
    for name, arguments, expected, seconds, pattern in read_table(HERE / "examples.tsv", 5):
        if options.only and not any(part in f"examples/{name}" for part in options.only):
            continue
        file = files.get(("example", name))
        if file is None:
            bad.append(f"examples/{name}: there is no such example")
            continue
        # Lunatic takes everything it finds under cargo for a test; `run` without it is plain.
        command = [*runner.command, "run", str(file), *arguments.split()]
        # The example abstract_process gives a request ten milliseconds; a cold machine that shares its
        # cores with others may need more, once. A second failure counts, and a second try is shown.
        for attempt in ("", "  (second try)"):
            code, out, err, taken = runner.run(command, folder, float(seconds), False)
            wrong = []
            if str(code) != expected:
                wrong.append(f"exit code {code}, expected {expected}")
            for line in filter(None, pattern.split(" && ")):
                if not re.search(line, out, re.M):
                    wrong.append(f"no line like {line!r} in its output")
            if not wrong:
                break
        say(f"{name:34}{'FAILED' if wrong else 'ok':>8}{taken:27.1f}{attempt}")
        if wrong:
            log = BUILD / "logs" / f"example-{name}.txt"
            log.parent.mkdir(parents=True, exist_ok=True)
            log.write_text(out + err)
            bad.extend(f"examples/{name}: {text}   (output: {log})" for text in wrong)
    return bad


def run_network_examples(runner, files, folder, options):
    """Servers with real clients, and clients with stand-ins for the hosts they want."""
    bad = []
    for name, needs_names in NETWORK_EXAMPLES.items():
        if options.only and not any(part in f"examples/{name}" for part in options.only):
            continue
        if needs_names and (runner.namespace.prefix is None or options.peer and name == "tls_client"):
            reason = runner.namespace.reason or "its roots are built in"
            say(f"{name:34}{'skipped':>8}  no stand-in: {reason}")
            continue
        command = [*runner.command, "run", str(files[("example", name)])]
        command = runner.namespace.command(["example", name, str(folder)], command)
        code, out, err, taken = runner.run(command, folder, options.seconds, False)
        say(f"{name:34}{'ok' if code == 0 else 'FAILED':>8}{taken:27.1f}")
        if code != 0:
            log = BUILD / "logs" / f"example-{name}.txt"
            log.parent.mkdir(parents=True, exist_ok=True)
            log.write_text(out + err)
            bad.append(f"examples/{name}: {out.strip().splitlines()[:1]}   (output: {log})")
    return bad


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peer", action="store_true",
                        help="run with the real `lunatic` of the PATH instead, to check the harness")
    parser.add_argument("--only", action="append", metavar="TEXT",
                        help="only test files and examples whose name contains it; may be repeated")
    parser.add_argument("--seconds", type=float, default=180, help="limit for one test file")
    parser.add_argument("--build-only", action="store_true")
    options = parser.parse_args()

    sources = package_folders()
    BUILD.mkdir(parents=True, exist_ok=True)
    folders = {
        "lunatic": copy_package("lunatic", sources["lunatic"], lunatic_manifest),
        "lunatic-test": copy_package("lunatic-test", sources["lunatic-test"],
                                     lunatic_test_manifest),
    }
    tests = {}
    for package, folder in folders.items():
        features = ["--features", "sqlite"] if package == "lunatic" else []
        built = cargo(folder, "test", "--no-run", "--tests", *features)
        for (kind, name), file in built.items():
            label = f"{package}/src" if kind == "unit" else f"{package}/{name}"
            tests[label] = (package, file)
    # `cargo test` builds examples as empty test runners; `cargo build` makes the real ones.
    examples = cargo(folders["lunatic"], "build", "--examples")
    if options.build_only:
        return

    selene = os.environ.get("SELENE") or str(GUESTS.parent / "selene")
    if options.peer:
        selene = "lunatic"
    if shutil.which(selene) is None:
        stop(f"not a program: {selene}")
    runner = Runner(selene, options.peer)
    bad = run_tests(runner, tests, folders, Exclusions(), options)
    bad += run_examples(runner, examples, folders["lunatic"], options)
    bad += run_network_examples(runner, examples, folders["lunatic"], options)
    if bad:
        say("\nNot as expected:")
        for line in bad:
            say(f"  {line}")
        sys.exit(1)
    say("\nAll as expected.")


if __name__ == "__main__":
    main()
