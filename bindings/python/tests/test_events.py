import datetime
import gzip
import io
import pickle
import threading
import time
import warnings

import pytest
import zems

from conftest import ROOT, json_lines


def sample(samples, name="bkup-fail"):
    return (samples / f"{name}.bin").read_bytes()


def test_attributes(samples):
    event = zems.decode(sample(samples))
    assert event.kind == "event"
    assert event.number == 8
    assert str(event.ssid) == "TANDEM.RPC.D10"
    assert (event.ssid.owner, event.ssid.version, event.ssid.name) == ("TANDEM", "D10", "RPC")
    assert event.name == "ZRPC-EVT-BKUP-FAIL"
    assert event.generated == datetime.datetime(2026, 11, 20, 10, 15, 0, 123456, datetime.timezone.utc)
    assert event.logged is None
    assert event.subject == "$ZPM"
    assert event["ZRPC-TKN-CPU"] == 3
    assert event.label("ZRPC-TKN-BKUP-FAIL-REASON") == "its CPU is down"
    assert event.text == "Backup process in CPU 3 died because its CPU is down"
    assert event.process == "\\NODE.$ZPM"
    assert (event.cpu, event.pin, event.user, event.node) == (2, 45, (255, 255), 3)
    assert event.emphasis is True
    assert event.severity == "critical"
    assert event.raw == sample(samples) == bytes(event)
    assert len(event) == 186
    assert "ZRPC-TKN-CPU" in event
    assert "ZRPC-TKN-OTHER" not in event
    assert event.get("ZCOM-TKN-XMGR", 7) == 7
    assert str(event).endswith("Backup process in CPU 3 died because its CPU is down")
    assert "TANDEM.RPC.D10 8" in repr(event)
    with pytest.raises(KeyError):
        event["NO-SUCH-TOKEN"]


def test_command(samples):
    command = zems.decode(sample(samples, "command"))
    assert command.kind == "command"
    assert command.number is None
    assert command.text is None
    assert command.to_dict()["command"] == 3


def test_to_dict_is_the_json_form(program, night):
    lines = json_lines(program, night / "good.bin")
    dicts = [event.to_dict() for event in zems.read(night / "good.bin")]
    assert len(dicts) == len(lines) == 1000
    for ours, line in zip(dicts, lines):
        assert ours == line
        assert list(ours) == list(line)
        assert ours["ssid"] == line["ssid"]


def test_to_dict_raw_encodes_to_the_same_bytes(night):
    for event in zems.read(night / "good.bin"):
        assert zems.encode(event.to_dict(raw=True)) == event.raw


def test_encode(samples):
    event = {
        "kind": "event",
        "ssid": "TANDEM.RPC.D10",
        "name": "ZRPC-EVT-BKUP-FAIL",
        "generated": datetime.datetime(2026, 11, 20, 10, 15, tzinfo=datetime.timezone.utc),
        "tokens": [
            {"name": "ZEMS-TKN-SUBJECT-MARK"},
            {"name": "ZCOM-TKN-SUBJ-PROC", "value": "$ZPM"},
            {"name": "ZRPC-TKN-CPU", "value": 3},
        ],
    }
    made = zems.decode(zems.encode(event))
    assert made["ZRPC-TKN-CPU"] == 3
    assert made.generated.hour == 10
    with pytest.raises(zems.EncodeError, match="ZRPC-TKN-CPX") as error:
        event["tokens"][2]["name"] = "ZRPC-TKN-CPX"
        zems.encode(event)
    assert isinstance(error.value.offset, int)


def test_decode_errors_have_an_offset(samples):
    with pytest.raises(zems.DecodeError) as error:
        zems.decode(sample(samples)[:100])
    assert error.value.offset == 100
    with pytest.raises(zems.DecodeError) as error:
        zems.decode(sample(samples) + b"rest")
    assert error.value.offset == 186
    with pytest.raises(TypeError):
        zems.decode("text")


def test_inputs(samples, tmp_path):
    path = samples / "bkup-fail.bin"
    data = sample(samples)
    packed = tmp_path / "events.bin.gz"
    packed.write_bytes(gzip.compress(data * 3))
    (tmp_path / "more.bin").write_bytes(data)
    for source, count in [
        (path, 1),
        (str(path), 1),
        (data * 4, 4),
        (bytearray(data), 1),
        (memoryview(data), 1),
        (io.BytesIO(data * 2), 2),
        (packed, 3),
        (iter([data, data[:50], data[50:]]), 2),
        ([data, data], 2),
        ([str(path), packed], 4),
        (str(tmp_path / "*.bin*"), 4),
        (tmp_path, 4),
        (samples / "bkup-fail.hex", 1),
        (b"", 0),
    ]:
        assert len(list(zems.read(source))) == count, source
    with open(path, "rb") as file:
        assert [event.number for event in zems.read(file)] == [8]
    with pytest.raises(FileNotFoundError):
        list(zems.read(tmp_path / "missing.bin"))
    with pytest.raises(FileNotFoundError):
        zems.read(str(tmp_path / "no*.bin"))
    with pytest.raises(TypeError):
        zems.read(5)
    with open(path, "r", encoding="latin-1") as file, pytest.raises(Exception, match="rb"):
        list(zems.read(file))


def test_selection(samples, night):
    path = samples / "bkup-fail.bin"
    assert len(list(zems.read(path, where="ZRPC-TKN-CPU = 3"))) == 1
    assert list(zems.read(path, where="ZRPC-TKN-CPU = 4")) == []
    passed = list(zems.read(path, filter=samples / "portmapper.emf"))
    assert [event.pass_value for event in passed] == [2]
    assert list(zems.read(path, filter=samples / "portmapper.emf", params={"ZRPC^TKN^CPU": 2})) == []
    assert len(list(zems.read(path, since="2026-11-20", until="2026-11-21"))) == 1
    assert list(zems.read(path, since=datetime.datetime(2026, 11, 21))) == []
    assert len(list(zems.read(path, ssid="RPC", event=[8, "100-200"]))) == 1
    assert list(zems.read(path, ssid="TANDEM.EMS.*")) == []
    for condition in ("NO-SUCH-TOKEN = 1", "1 = "):
        with pytest.raises(zems.FilterError) as error:
            zems.read(path, where=condition)
        assert isinstance(error.value.offset, int)


def test_explain(samples):
    event = zems.decode(sample(samples))
    text = event.explain(samples / "portmapper.emf")
    assert text.startswith("PASS 2")
    assert "ZRPC^TKN^CPU is missing" in text
    assert event.explain(zems.Filter(where="ZRPC-TKN-CPU = 4")).startswith("FAIL")


def test_bad_regions(program, night):
    path = night / "damaged.bin"
    errors = [line for line in json_lines(program, path) if line["kind"] == "error"]
    assert errors
    with pytest.raises(zems.DecodeError) as error:
        list(zems.read(path))
    assert (error.value.offset, error.value.length) == (errors[0]["offset"], errors[0]["length"])

    reader = zems.read(path, on_error="skip")
    events = list(reader)
    assert [(bad.offset, bad.length) for bad in reader.errors] == [(e["offset"], e["length"]) for e in errors]

    everything = list(zems.read(path, on_error="yield"))
    assert len(everything) == len(events) + len(errors)
    assert [type(item).__name__ for item in everything].count("BadRegion") == len(errors)

    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        list(zems.read(path, on_error="warn"))
    assert len(seen) == len(errors)
    with pytest.raises(ValueError, match="on_error"):
        zems.read(path, on_error="ignore")


def test_every_byte_is_in_an_event_or_a_region(night):
    path = night / "damaged.bin"
    size = path.stat().st_size
    used = sum(item.length if isinstance(item, zems.BadRegion) else len(item) for item in zems.read(path, on_error="yield"))
    assert size - used < 1000  # pads


def test_sites(samples):
    bank = ROOT / "samples" / "bank"
    site = zems.Site(define=[bank / "definitions"])
    line = (bank / "events.jsonl").read_text().splitlines()[1]
    event = zems.decode(zems.encode(line, site=site), site=site)
    assert event.text == "Branch Nydegg closed: out of hours"
    assert event.emphasis is True and event.to_dict()["stored"] == {"emphasis": False}
    again = pickle.loads(pickle.dumps(site))
    assert zems.decode(event.raw, site=again).text == event.text
    names = {entry["name"] for entry in site.catalog("bank-tkn*")}
    assert names == {"BANK-TKN-BRANCH", "BANK-TKN-REASON", "BANK-TKN-TILLS"}
    assert zems.Site(severity=["emphasis=alert"])
    with pytest.raises(zems.ZemsError):
        zems.Site(severity=["nonsense=alert"])
    with pytest.raises(zems.DefinitionError):
        zems.Site(define=[ROOT / "samples" / "missing"])
    plain = zems.decode(sample(samples), site=zems.Site(names=False)).to_dict()
    assert "name" not in plain["tokens"][2]


def test_import():
    line = (
        "<27>1 2024-05-01T10:11:12.345Z srx-n0 jsrpd 1234 JSRPD_PID_FILE_LOCK "
        '[junos@2636.1.1.1.2.28 error-message="Resource busy"] Unable to lock PID file: Resource busy'
    )
    (event,) = zems.import_syslog([line])
    assert event.name == "JSRPD-EVT-PID-FILE-LOCK"
    assert event["JSRPD-TKN-ERROR-MESSAGE"] == "Resource busy"
    printed = "26-11-20 10:15:00 \\NODE.$ZPM* TANDEM.RPC.D10          000008 Backup process in CPU 3 died because its CPU is down"
    (event,) = zems.import_text(printed)
    assert (event.number, event["ZRPC-TKN-CPU"]) == (8, 3)
    (event,) = zems.import_text(["no header at all"])
    assert event.text == "no header at all"


def test_the_interpreter_runs_while_rust_reads(night):
    data = (night / "good.bin").read_bytes() * 40
    ticks, done = [], threading.Event()

    def tick():
        while not done.is_set():
            ticks.append(time.monotonic())
            time.sleep(0.001)

    thread = threading.Thread(target=tick)
    thread.start()
    try:
        # No event passes: all the time is spent in Rust.
        assert list(zems.read(data, where="ZEMS-TKN-EVENTNUMBER = 32000")) == []
    finally:
        done.set()
        thread.join()
    assert ticks


def test_a_reader_can_be_left_early(night):
    for _ in range(50):
        next(zems.read(night / "good.bin"))
