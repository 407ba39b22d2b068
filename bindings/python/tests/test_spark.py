import gzip
import os
import shutil
import signal
import sys
import threading
import time

import pytest
import zems

pyspark = pytest.importorskip("pyspark")
if shutil.which("java") is None:
    pytest.skip("Java is not installed", allow_module_level=True)

os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
os.environ.setdefault("PYSPARK_DRIVER_PYTHON", sys.executable)
os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")


@pytest.fixture(scope="module")
def spark():
    from pyspark.sql import SparkSession

    import zems.spark

    session = (
        SparkSession.builder.master("local-cluster[2,1,1024]")
        .appName("zems")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    zems.spark.register(session)
    yield session
    session.stop()


def reference(path, **options):
    return [
        (event.offset, str(event.ssid), event.number, event.text)
        for event in zems.read(path, on_error="skip", **options)
        if event.kind == "event"
    ]


def rows(frame):
    return sorted((row.offset, row.ssid, row.number, row.text) for row in frame.select("offset", "ssid", "number", "text").collect())


@pytest.mark.parametrize("name", ["good.bin", "damaged.bin"])
@pytest.mark.parametrize("partitions", [1, 2, 7, 64])
def test_the_same_rows_for_any_number_of_partitions(spark, night, name, partitions):
    frame = spark.read.format("zems").option("partitions", partitions).load(str(night / name))
    assert frame.rdd.getNumPartitions() == partitions
    assert rows(frame) == sorted(reference(night / name))


def test_compressed_files_and_patterns(spark, night, tmp_path):
    data = (night / "good.bin").read_bytes()
    (tmp_path / "one.bin.gz").write_bytes(gzip.compress(data))
    (tmp_path / "two.bin").write_bytes(data)
    frame = spark.read.format("zems").load(str(tmp_path / "*.bin*"))
    assert frame.count() == 2 * len(reference(night / "good.bin"))
    assert {os.path.basename(row.source) for row in frame.select("source").distinct().collect()} == {"one.bin.gz", "two.bin"}


def test_columns_and_conditions(spark, samples, night):
    path = str(samples / "bkup-fail.bin")
    frame = spark.read.format("zems").option("columns", "generated,ssid,ZRPC-TKN-CPU").load(path)
    assert frame.columns == ["generated", "ssid", "ZRPC-TKN-CPU"]
    (row,) = frame.collect()
    assert (row["ssid"], row["ZRPC-TKN-CPU"], row["generated"].microsecond) == ("TANDEM.RPC.D10", 3, 123456)
    where = "ZEMS-TKN-EVENTNUMBER < 3"
    frame = spark.read.format("zems").option("where", where).load(str(night / "good.bin"))
    assert rows(frame) == sorted(reference(night / "good.bin", where=where))


def test_tokens_are_structs(spark, samples):
    (row,) = spark.read.format("zems").load(str(samples / "bkup-fail.bin")).collect()
    tokens = {token["name"]: token for token in row.tokens}
    assert tokens["ZRPC-TKN-CPU"]["integer"] == 3
    assert row.user == [255, 255]


def test_pushed_conditions_change_nothing(spark, night):
    frame = spark.read.format("zems").load(str(night / "good.bin"))
    some = frame.where("number = 8 and emphasis = true")
    expected = [row for row in frame.collect() if row.number == 8 and row.emphasis]
    assert some.count() == len(expected)


def test_errors(spark, night):
    frame = spark.read.format("zems.errors").load(str(night / "damaged.bin"))
    reader = zems.read(night / "damaged.bin", on_error="skip")
    list(reader)
    found = sorted((row.offset, row.length, row.error) for row in frame.collect())
    assert found == sorted((bad.offset, bad.length, bad.error) for bad in reader.errors)


def test_mistakes_are_named(spark, samples, tmp_path):
    with pytest.raises(Exception, match="no-such-file"):
        spark.read.format("zems").load(str(tmp_path / "no-such-file")).collect()
    with pytest.raises(Exception, match="NO-SUCH-TOKEN"):
        spark.read.format("zems").option("where", "NO-SUCH-TOKEN = 1").load(str(samples / "bkup-fail.bin")).collect()


def test_a_growing_directory(spark, night, tmp_path):
    folder = tmp_path / "logs"
    folder.mkdir()
    shutil.copy(night / "good.bin", folder / "1.bin")
    stream = spark.readStream.format("zems").option("columns", "number,offset").load(str(folder))
    query = stream.writeStream.format("memory").queryName("grown").outputMode("append").start()
    try:
        query.processAllAvailable()
        shutil.copy(night / "good.bin", tmp_path / "2.bin")
        os.rename(tmp_path / "2.bin", folder / "2.bin")
        query.processAllAvailable()
    finally:
        query.stop()
    assert spark.sql("select count(*) from grown").collect()[0][0] == 2 * len(reference(night / "good.bin"))


def test_an_executor_that_is_killed_loses_no_row(spark, night, tmp_path):
    data = (night / "good.bin").read_bytes()
    (tmp_path / "large.bin").write_bytes(data * 30)
    frame = spark.read.format("zems").option("partitions", 24).load(str(tmp_path / "large.bin"))
    result = []

    def count():
        result.append(frame.selectExpr("offset", "length(text)").distinct().count())

    thread = threading.Thread(target=count)
    thread.start()
    time.sleep(2)
    for pid in executors()[:1]:
        os.kill(pid, signal.SIGKILL)
    thread.join(180)
    assert result == [30 * len(reference(night / "good.bin"))]


def executors():
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                if b"CoarseGrainedExecutorBackend" in file.read():
                    found.append(int(pid))
        except OSError:
            pass
    return sorted(found)
