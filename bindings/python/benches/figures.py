"""The figures of the Python package, as ratios of one run.

    cargo build --release -p zems-cli
    pip install ./bindings/python pyarrow duckdb            # pyspark for the last figure
    python bindings/python/benches/figures.py [--events N] [--spark]

The figure of Spark wants 600,000 events or more: a new executor compiles its code first, and that costs the same for any number.

Every result is checked equal before anything is timed. Each figure is the best of several rounds of CPU time, in which the
contenders take turns.
"""

import argparse
import os
import pathlib
import struct
import subprocess
import sys
import tempfile

import zems

ROOT = pathlib.Path(__file__).resolve().parents[3]


class PythonDecoder:
    """A small, honest decoder in Python of the same three fields: it checks the header and the bounds of every token, as `read` does."""

    HEADER = struct.Struct(">hHH8shH")
    TOKEN = struct.Struct(">BBh")
    SSID = struct.Struct(">8shH")
    CPU = (9, 2, 8)

    def __init__(self, data: bytes):
        self.data = data

    def __iter__(self):
        """Yields event number, subsystem ID and the value of ZRPC-TKN-CPU."""
        data, at = self.data, 0
        while at < len(data):
            if len(data) - at < 28:
                raise ValueError(f"byte {at}: a buffer cut short")
            code, length, used, owner, number, version = self.HEADER.unpack_from(data, at)
            used += 6
            if code != -28 or used > len(data) - at or used > length + 6:
                raise ValueError(f"byte {at}: not a buffer")
            _, size, header = self.TOKEN.unpack_from(data, at + 24)
            first = at + 28 + size + (size & 1)
            tokens = self.tokens(first, at + used, (owner, number))
            if header != -479:
                (event,) = struct.unpack_from(">h", data, at + 28)
                cpu = tokens.get((self.CPU, RPC))
                yield event, (owner.rstrip(b" ").decode("ascii"), number), int.from_bytes(cpu, "big") if cpu else None
            at += used
            if used & 1 and at < len(data) and data[at] == 0:
                at += 1

    def tokens(self, at, end, default):
        """The bytes of each token on the top level, the first of each code, by code and whose token it is."""
        data, found, depth = self.data, {}, 0
        while at < end:
            if end - at < 4:
                raise ValueError(f"byte {at}: a token cut short")
            kind, length, number = self.TOKEN.unpack_from(data, at)
            start, at, owner = at, at + 4, default
            if kind & 0x80:
                name, subsystem, _ = self.SSID.unpack_from(data, at)
                at, owner, kind = at + 12, (name, subsystem), kind & 0x7F
            size = length
            if length == 255:
                (size,) = struct.unpack_from(">H", data, at)
                at += 2
            if size > end - at:
                raise ValueError(f"byte {start}: a token longer than its buffer")
            if kind != LIST and number == LIST_END:
                depth -= 1
            elif kind == LIST:
                depth += 1
            elif depth == 0:
                found.setdefault(((kind, length, number), owner), data[at : at + size])
            at += size + (size & 1)
        return found


RPC = (b"TANDEM  ", 9001)
LIST, LIST_END = 37, -254


def with_python(data):
    return list(PythonDecoder(data))


def with_zems(path):
    found = []
    for event in zems.read(path):
        if event.kind == "event":
            found.append((event.number, (event.ssid.owner, event.ssid.number), event.get("ZRPC-TKN-CPU")))
    return found


def loop_python(data):
    count = 0
    for event, ssid, cpu in PythonDecoder(data):
        count += 1
    return count


def loop_fields(path):
    count = 0
    for event in zems.read(path):
        event.number
        event.ssid
        event.get("ZRPC-TKN-CPU")
        count += 1
    return count


def used():
    """The CPU seconds of this process and of the programs that it ran: they depend less on other work of the machine than the clock."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def best(rounds, *contenders):
    times = [float("inf")] * len(contenders)
    for _ in range(rounds):
        for at, contender in enumerate(contenders):
            start = used()
            contender()
            times[at] = min(times[at], used() - start)
    return times


def program(*arguments, **options):
    return subprocess.run([str(PROGRAM), *map(str, arguments)], check=True, **options)


def main():
    global PROGRAM
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--spark", action="store_true")
    options = parser.parse_args()
    PROGRAM = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release" / "zems"

    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        events = folder / "events.bin"
        program("generate", "-n", options.events, "--seed", 1, "-o", events)
        data = events.read_bytes()

        ours, theirs = with_zems(events), with_python(data)
        assert ours == theirs, next((at, a, b) for at, (a, b) in enumerate(zip(ours, theirs)) if a != b)

        print("| figure | measured | wanted |")
        print("|---|---|---|")

        slow, fast = best(options.rounds, lambda: loop_python(data), lambda: loop_fields(events))
        print(f"| read, 3 fields, times as fast as Python's own | {slow / fast:.1f} | >= 15 |")

        try:
            import pyarrow

            arrow = folder / "events.arrow"
            read, written = best(
                options.rounds,
                lambda: pyarrow.table(zems.scan(events)),
                lambda: program("decode", "--format", "arrow", events, "-o", arrow),
            )
            print(f"| scan to Arrow, speed of `decode --format arrow` | {written / read:.2f} | >= 0.7 |")
        except ImportError:
            print("| scan to Arrow | pyarrow is not installed | |")

        json, parquet = folder / "events.jsonl", folder / "events.parquet"
        program("decode", "--format", "json", events, "-o", json)
        program("decode", "--format", "parquet", events, "-o", parquet)
        print(f"| Parquet, size of the JSON | {parquet.stat().st_size / json.stat().st_size:.3f} | <= 0.15 |")

        try:
            import duckdb

            query = f"select ssid, count(*) from '{parquet}' group by ssid"
            jq = ["jq", "-n", "reduce inputs as $e ({}; .[$e.ssid] += 1)", str(json)]
            sql, text = best(
                min(options.rounds, 3),
                lambda: duckdb.sql(query).fetchall(),
                lambda: subprocess.run(jq, check=True, stdout=subprocess.DEVNULL),
            )
            print(f"| DuckDB on Parquet, times as fast as jq on JSON | {text / max(sql, 0.01):.0f} | >= 20 |")
        except (ImportError, FileNotFoundError) as error:
            print(f"| DuckDB on Parquet | {error} | |")

        if options.spark:
            spark(events, folder)


def spark(events, folder):
    """Executor CPU seconds of two executors against one, on the same partitions."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    used = []
    for executors in (1, 2):
        script = f"""
import os, sys
from pyspark.sql import SparkSession
import zems.spark
s = (SparkSession.builder.master("local-cluster[{executors},1,1024]").config("spark.ui.enabled", "false")
     .config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1").getOrCreate())
s.sparkContext.setLogLevel("OFF")
zems.spark.register(s)
def cpu():
    total = 0.0
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            command = open(f"/proc/{{pid}}/cmdline", "rb").read()
            if b"CoarseGrainedExecutorBackend" in command or b"pyspark.daemon" in command or b"pyspark/daemon" in command:
                fields = open(f"/proc/{{pid}}/stat").read().rsplit(")", 1)[1].split()
                total += sum(int(field) for field in fields[11:15])
        except OSError:
            pass
    return total / os.sysconf("SC_CLK_TCK")
frame = s.read.format("zems").option("partitions", 8).load({str(events)!r})
frame.selectExpr("count(length(text))").collect()
before = cpu()
for _ in range(5):
    frame.selectExpr("count(length(text))").collect()
print("CPU", cpu() - before)
s.stop()
"""
        run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
        lines = [line for line in run.stdout.splitlines() if line.startswith("CPU")]
        used.append(float(lines[0].split()[1]) if lines else float("nan"))
    print(f"| Spark, executor CPU of two executors against one | {used[1] / used[0]:.2f} | <= 1.3 |")


if __name__ == "__main__":
    main()
