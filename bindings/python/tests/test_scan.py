import datetime

import pytest
import zems

from conftest import json_lines

pyarrow = pytest.importorskip("pyarrow")


def table(scan):
    return pyarrow.table(scan)


def test_columns_are_those_of_the_json_form(program, night):
    lines = json_lines(program, night / "good.bin")
    events = [line for line in lines if line["kind"] == "event"]
    rows = table(zems.scan(night / "good.bin")).to_pylist()
    assert len(rows) == len(events)
    for row, line in zip(rows, events):
        for key in ("ssid", "number", "name", "node", "process", "cpu", "pin", "emphasis", "layout", "text", "offset", "length"):
            assert row[key] == line.get(key), key
        assert row["user"] == line["user"]
        assert row["provisional"] == line.get("provisional", [])
        time = datetime.datetime.fromisoformat(line["generated"].replace("Z", "+00:00"))
        assert row["generated"] == time
        top = [token for token in line["tokens"]]
        assert row["tokens"][0]["code"] == top[0]["code"]
        for subject, other in zip(row["subjects"], line["subjects"]):
            assert (subject["code"], subject["token"]) == (other["code"], other["token"])


def test_projection(samples):
    scan = zems.scan(samples / "bkup-fail.bin", columns=["generated", "ssid", "ZRPC-TKN-CPU"])
    assert scan.columns == ["generated", "ssid", "ZRPC-TKN-CPU"]
    found = table(scan)
    assert found.schema.field("generated").type == pyarrow.timestamp("us", "UTC")
    assert pyarrow.types.is_dictionary(found.schema.field("ssid").type)
    assert pyarrow.types.is_integer(found.schema.field("ZRPC-TKN-CPU").type)
    assert found.to_pylist() == [
        {
            "generated": datetime.datetime(2026, 11, 20, 10, 15, 0, 123456, datetime.timezone.utc),
            "ssid": "TANDEM.RPC.D10",
            "ZRPC-TKN-CPU": 3,
        }
    ]
    both = table(zems.scan(samples / "bkup-fail.bin", columns=["ZRPC-TKN-CPU"]))
    assert "text" in both.schema.names and both["ZRPC-TKN-CPU"].to_pylist() == [3]
    with pytest.raises(zems.ZemsError, match="NO-SUCH"):
        zems.scan(samples / "bkup-fail.bin", columns=["NO-SUCH"])


def test_selection_comes_first(night):
    all_of = table(zems.scan(night / "good.bin", columns=["number"]))["number"].to_pylist()
    some = table(zems.scan(night / "good.bin", columns=["number"], where="ZEMS-TKN-EVENTNUMBER < 3"))
    assert some["number"].to_pylist() == [number for number in all_of if number < 3]


def test_a_scan_can_be_read_again(night):
    scan = zems.scan(night / "good.bin", columns=["number"], batch_size=100)
    assert table(scan).equals(table(scan))
    assert table(scan)["number"].num_chunks == 10


def test_bad_regions(night):
    scan = zems.scan(night / "damaged.bin", columns=["number"], on_error="skip")
    rows = table(scan).num_rows
    reader = zems.read(night / "damaged.bin", on_error="skip")
    assert rows == sum(event.kind == "event" for event in reader)
    assert [bad.offset for bad in scan.errors] == [bad.offset for bad in reader.errors]
    with pytest.raises(Exception, match="byte"):
        table(zems.scan(night / "damaged.bin"))


def test_pieces_hold_every_event_once(night):
    from zems import _zems

    for name in ("good.bin", "damaged.bin"):
        path = night / name
        whole = table(zems.scan(path, columns=["offset"], on_error="skip"))["offset"].to_pylist()
        for parts in (1, 2, 7, 64):
            pieces = _zems.cut(path, parts)
            assert pieces[0][0] == 0 and pieces[-1][1] == path.stat().st_size
            offsets = []
            for piece in pieces:
                part = zems.scan(path, columns=["offset"], on_error="skip", _piece=piece)
                offsets += table(part)["offset"].to_pylist()
            assert offsets == whole, (name, parts)


def test_duckdb(night):
    duckdb = pytest.importorskip("duckdb")
    events = zems.scan(night / "good.bin", columns=["ssid", "number"])
    count = duckdb.sql("select count(*) from events").fetchall()[0][0]
    assert count == table(events).num_rows


def test_polars(night):
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame(zems.scan(night / "good.bin", columns=["ssid", "number"]))
    assert frame.height == table(zems.scan(night / "good.bin", columns=["number"])).num_rows


def test_pandas(night):
    pandas = pytest.importorskip("pandas")
    frame = table(zems.scan(night / "good.bin", columns=["generated", "text"])).to_pandas()
    assert isinstance(frame, pandas.DataFrame) and len(frame)
