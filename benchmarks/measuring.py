"""What the benchmarks share: figures of processes and of the machine, tables, and RESULTS.md."""

import datetime
import json
import os
import platform
import re
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
GUESTS = ROOT / "test-modules"
RELEASE = GUESTS / "target" / "wasm32-wasip1" / "release"
RESULTS = HERE / "RESULTS.md"


def children(pid):
    """A process and all below it: the launcher may start a JVM."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            for child in task.read_text().split():
                found.extend(children(int(child)))
        except OSError:
            pass
    return found


def resident_bytes(pid):
    total = 0
    for each in children(pid):
        try:
            for line in Path(f"/proc/{each}/status").read_text().splitlines():
                if line.startswith("VmRSS:"):
                    total += int(line.split()[1]) * 1024
        except OSError:
            pass
    return total


def processor_seconds(pid):
    """What a process and all below it have used of the processors so far."""
    ticks = 0
    for each in children(pid):
        try:
            fields = Path(f"/proc/{each}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
        except OSError:
            pass
    return ticks / os.sysconf("SC_CLK_TCK")


def processor():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def memory():
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemTotal:"):
            return f"{int(line.split()[1]) / 1024 / 1024:.0f} GiB"
    return "unknown"


def digits(value):
    if value >= 1_000:
        return f"{value:,.0f}"
    return f"{value:.0f}" if value >= 100 else f"{value:.2f}" if value >= 1 else f"{value:.3f}"


def print_table(rows):
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = [cell.ljust(width) if column < 2 else cell.rjust(width)
                 for column, (cell, width) in enumerate(zip(row, widths))]
        print("  ".join(cells).rstrip())


def markdown(rows):
    lines = ["| " + " | ".join(rows[0]) + " |"]
    lines.append("|" + "|".join("---" if column < 2 else "---:" for column in range(len(rows[0]))) + "|")
    lines += ["| " + " | ".join(row) + " |" for row in rows[1:]]
    return "\n".join(lines)


def first_line(command):
    """What a program says about its version."""
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    lines = run.stdout.strip().splitlines()
    return lines[0] if lines else "unknown"


def setting(now, versions, **more):
    """Where and when something was measured."""
    return {
        "date": now.isoformat(timespec="seconds"),
        "processor": processor(),
        "cores": os.cpu_count(),
        "memory": memory(),
        "system": f"{platform.system()} {platform.release()}",
        "load before": os.getloadavg()[2],
        **more,
        "versions": versions,
    }


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def keep(name, heading, introduction, where, results, rows, problems):
    """Keeps the raw results in a file, and puts the table into its section of RESULTS.md."""
    stamp = datetime.datetime.fromisoformat(where["date"]).strftime("%Y-%m-%d-%H%M")
    file = HERE / "results" / stamp / f"{name}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    raw = {"setting": where, "results": results, "problems": problems}
    file.write_text(json.dumps(raw, indent=1) + "\n")
    lines = [f"## {heading}", "",
             f"{introduction} Raw: `{file.relative_to(HERE)}`.", ""]
    lines += [f"- {key}: {value}" for key, value in where.items()
              if key != "versions" and value != ""]
    lines += [f"- {machine}: {version}" for machine, version in where["versions"].items()]
    lines += ["", markdown(rows), ""]
    lines += [f"- failed: {problem}" for problem in problems]
    section = "\n".join(lines).rstrip() + "\n"
    old = RESULTS.read_text() if RESULTS.exists() else "# Results\n"
    parts = re.split(r"(?m)^(?=## )", old)
    kept = [part.rstrip() + "\n" for part in parts if not part.startswith(f"## {heading}\n")]
    RESULTS.write_text("\n".join([kept[0], *sorted([*kept[1:], section])]))
