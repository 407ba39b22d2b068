"""Spark data sources: `spark.read.format("zems").load("path/*.bin")`.

>>> import zems.spark
>>> zems.spark.register(spark)
>>> events = spark.read.format("zems").option("where", "ZEMS-TKN-EMPHASIS = [ZSPI-VAL-TRUE]").load("/logs/*.bin")
>>> events.groupBy("ssid").count().show()

Options: `define` (paths, separated as in PATH), `where`, `filter` (a path), `since`, `until`, `ssid`, `event`, `columns` (comma-separated),
`form`, `partitions` (into how many parts one uncompressed file is cut; default 4), `recursive`.

`zems` leaves damaged regions out; `zems.errors` lists them, with the columns `offset`, `length`, `error` and `source`.
`spark.readStream.format("zems").load(DIR)` reads a growing directory; each file is read when it first appears, so move complete files there.
"""

from __future__ import annotations

import glob
import os
from typing import Dict, Iterator, List, Optional, Tuple

from pyspark.sql.datasource import DataSource, DataSourceReader, DataSourceStreamReader, InputPartition
from pyspark.sql.types import (
    ArrayType,
    BooleanType,
    DoubleType,
    IntegerType,
    LongType,
    ShortType,
    StringType,
    StructField,
    StructType,
    TimestampType,
)

from . import Site, read, scan
from . import _zems

__all__ = ["register", "EventSource", "ErrorSource"]


def register(spark) -> None:
    """Make the formats `zems` and `zems.errors` known to a session, and let Spark hand conditions down to them."""
    spark.conf.set("spark.sql.python.filterPushdown.enabled", "true")
    spark.dataSource.register(EventSource)
    spark.dataSource.register(ErrorSource)


def _options(options) -> Dict[str, str]:
    return {key.lower(): value for key, value in dict(options).items()}


def _list(text: Optional[str]) -> Optional[List[str]]:
    return [part.strip() for part in text.split(",") if part.strip()] if text else None


def _site(options: Dict[str, str]) -> Site:
    define = [path for path in options.get("define", "").split(os.pathsep) if path]
    severity = _list(options.get("severity")) or []
    return Site(define=define, zone=options.get("zone"), severity=severity)


def _selection(options: Dict[str, str]) -> dict:
    selection = {
        "where": options.get("where"),
        "filter": options.get("filter"),
        "since": options.get("since"),
        "until": options.get("until"),
        "ssid": _list(options.get("ssid")),
        "event": options.get("event"),
        "form": options.get("form", "auto"),
    }
    return {key: value for key, value in selection.items() if value is not None}


def _files(options: Dict[str, str]) -> List[str]:
    path = options.get("path")
    if not path:
        raise ValueError("zems: give a path: load(PATH)")
    found: List[str] = []
    # Spark hands over a list of paths as a JSON array.
    names = [path]
    if path.startswith("["):
        import json

        names = json.loads(path)
    for name in names:
        if name.startswith("file:"):
            name = name[len("file:"):]
            while name.startswith("//"):
                name = name[1:]
        if os.path.isdir(name):
            found.extend(_directory(name, options.get("recursive", "false").lower() == "true"))
        elif os.path.exists(name):
            found.append(name)
        else:
            fits = sorted(path for path in glob.glob(name, recursive=True) if os.path.isfile(path))
            if not fits:
                raise FileNotFoundError(f"zems: no such file: {name}")
            found.extend(fits)
    return found


def _directory(name: str, recursive: bool) -> List[str]:
    found = []
    for folder, folders, files in os.walk(name):
        folders[:] = sorted(folder for folder in folders if recursive and not folder.startswith((".", "_")))
        found.extend(os.path.join(folder, file) for file in sorted(files) if not file.startswith((".", "_")))
    return found


def _arrow_schema(options: Dict[str, str]):
    import pyarrow

    site = _site(options)
    columns = scan(b"", site=site, columns=_columns(options), **_selection(options))
    return pyarrow.schema(columns)


def _columns(options: Dict[str, str]) -> Optional[List[str]]:
    return _list(options.get("columns"))


def _plain(arrow_type):
    """The type without dictionaries and fixed lists, which Spark does not know."""
    import pyarrow

    if pyarrow.types.is_dictionary(arrow_type):
        return _plain(arrow_type.value_type)
    if pyarrow.types.is_uint8(arrow_type):
        return pyarrow.int16()
    if pyarrow.types.is_list(arrow_type) or pyarrow.types.is_fixed_size_list(arrow_type):
        return pyarrow.list_(_plain(arrow_type.value_type))
    if pyarrow.types.is_struct(arrow_type):
        return pyarrow.struct([pyarrow.field(field.name, _plain(field.type), True) for field in arrow_type])
    return arrow_type


def _spark_type(arrow_type):
    import pyarrow

    types = pyarrow.types
    if types.is_string(arrow_type):
        return StringType()
    if types.is_boolean(arrow_type):
        return BooleanType()
    if types.is_int16(arrow_type):
        return ShortType()
    if types.is_int32(arrow_type):
        return IntegerType()
    if types.is_int64(arrow_type):
        return LongType()
    if types.is_floating(arrow_type):
        return DoubleType()
    if types.is_timestamp(arrow_type):
        return TimestampType()
    if types.is_list(arrow_type):
        return ArrayType(_spark_type(arrow_type.value_type))
    if types.is_struct(arrow_type):
        return StructType([StructField(field.name, _spark_type(field.type)) for field in arrow_type])
    raise TypeError(f"zems: no Spark type for {arrow_type}")


def _cast(array, target):
    """The array in a type that Spark knows."""
    import pyarrow

    types = pyarrow.types
    if array.type.equals(target):
        return array
    if types.is_dictionary(array.type):
        return _cast(array.dictionary_decode(), target)
    if types.is_fixed_size_list(array.type):
        return array.cast(pyarrow.list_(array.type.value_type)).cast(target)
    if types.is_list(array.type):
        values = _cast(array.flatten(), target.value_type)
        lengths = array.value_lengths().fill_null(0)
        offsets = pyarrow.concat_arrays([pyarrow.array([0], pyarrow.int32()), _running(lengths)])
        mask = array.is_null() if array.null_count else None
        return pyarrow.ListArray.from_arrays(offsets, values, type=target, mask=mask)
    if types.is_struct(array.type):
        fields = [_cast(array.field(at), target.field(at).type) for at in range(target.num_fields)]
        return pyarrow.StructArray.from_arrays(fields, fields=list(target))
    return array.cast(target)


def _running(lengths):
    import pyarrow.compute

    return pyarrow.compute.cumulative_sum(lengths)


class _Part(InputPartition):
    """A file, or a piece of one that begins with a buffer and ends with one."""

    def __init__(self, path: str, piece: Optional[Tuple[int, int]]):
        self.path = path
        self.piece = piece


def _parts(options: Dict[str, str], paths: List[str]) -> List[_Part]:
    count = int(options.get("partitions", "4"))
    site = _site(options)
    parts = []
    for path in paths:
        pieces = _zems.cut(path, count, site=site, form=options.get("form", "auto"))
        parts.extend([_Part(path, piece) for piece in pieces] if pieces else [_Part(path, None)])
    return parts


# Header columns whose comparisons the filter language knows.
_PUSHED = {
    "number": "ZEMS-TKN-EVENTNUMBER",
    "cpu": "ZEMS-TKN-CPU",
    "pin": "ZEMS-TKN-PIN",
}


def _condition(pushed) -> Optional[Tuple[str, object]]:
    """The keyword of `scan` that a pushed filter of Spark becomes, or None."""
    name = type(pushed).__name__
    column = getattr(pushed, "attribute", None)
    if not column or len(column) != 1:
        return None
    column = column[0].lower()
    value = getattr(pushed, "value", None)
    operators = {
        "EqualTo": "=",
        "GreaterThan": ">",
        "GreaterThanOrEqual": ">=",
        "LessThan": "<",
        "LessThanOrEqual": "<=",
    }
    if name in operators and column in _PUSHED and isinstance(value, int) and not isinstance(value, bool):
        return "where", f"{_PUSHED[column]} {operators[name]} {value}"
    if name == "EqualTo" and column == "emphasis" and isinstance(value, bool):
        return "where", f"ZEMS-TKN-EMPHASIS = {'[ZSPI-VAL-TRUE]' if value else '[ZSPI-VAL-FALSE]'}"
    if name == "EqualTo" and column == "ssid" and isinstance(value, str) and not set(value) & set("*?"):
        return "ssid", value
    return None


class _Reader(DataSourceReader):
    def __init__(self, options: Dict[str, str], schema: StructType):
        self.options = options
        self.names = [field.name for field in schema.fields]
        self.conditions: List[str] = []
        self.ssids: List[str] = []

    def pushFilters(self, filters):
        """Take over what the filter language can decide; Spark checks everything again, so no row is lost."""
        for pushed in filters:
            known = _condition(pushed)
            if known and known[0] == "where":
                self.conditions.append(known[1])
            elif known and not self.ssids:
                self.ssids.append(known[1])
            yield pushed

    def partitions(self):
        return _parts(self.options, _files(self.options))

    def read(self, part):
        return _batches(self.options, part, self.conditions, self.ssids)


def _batches(options, part, conditions, ssids) -> Iterator:
    import pyarrow

    selection = _selection(options)
    if conditions:
        given = selection.get("where")
        all_of = ([f"({given})"] if given else []) + [f"({condition})" for condition in conditions]
        selection["where"] = " AND ".join(all_of)
    if ssids and "ssid" not in selection:
        selection["ssid"] = ssids
    stream = scan(
        part.path,
        site=_site(options),
        columns=_columns(options),
        on_error="skip",
        _piece=part.piece,
        _has_source=True,
        **selection,
    )
    reader = pyarrow.RecordBatchReader.from_stream(stream)
    plain = pyarrow.schema([pyarrow.field(field.name, _plain(field.type)) for field in reader.schema])
    for batch in reader:
        columns = [_cast(batch.column(at), plain.field(at).type) for at in range(batch.num_columns)]
        yield pyarrow.RecordBatch.from_arrays(columns, schema=plain)


class EventSource(DataSource):
    """The data source `zems`: one row for each event."""

    @classmethod
    def name(cls) -> str:
        return "zems"

    def schema(self) -> StructType:
        options = _options(self.options)
        _check(options)
        fields = _arrow_schema(options)
        return StructType([StructField(field.name, _spark_type(_plain(field.type))) for field in fields])

    def reader(self, schema: StructType) -> _Reader:
        options = _options(self.options)
        _check(options)
        return _Reader(options, schema)

    def streamReader(self, schema: StructType) -> "_StreamReader":
        return _StreamReader(_options(self.options))


def _check(options: Dict[str, str]) -> None:
    """Raise for a missing file or an unknown name before any job starts."""
    _files(options)
    scan(b"", site=_site(options), columns=_columns(options), **_selection(options))


class _StreamReader(DataSourceStreamReader):
    """Files of a directory as they appear. An offset is the list of the files that have been seen."""

    def __init__(self, options: Dict[str, str]):
        self.options = options

    def initialOffset(self) -> dict:
        return {"seen": []}

    def latestOffset(self) -> dict:
        path = self.options.get("path", "")
        if path.startswith("file:"):
            path = "/" + path[len("file:"):].lstrip("/")
        if os.path.isdir(path):
            return {"seen": _directory(path, self.options.get("recursive", "false").lower() == "true")}
        return {"seen": sorted(name for name in glob.glob(path) if os.path.isfile(name))}

    def partitions(self, start: dict, end: dict) -> List[_Part]:
        before = set(start["seen"])
        return _parts(self.options, [path for path in end["seen"] if path not in before])

    def read(self, part: _Part) -> Iterator:
        return _batches(self.options, part, [], [])

    def commit(self, end: dict) -> None:
        pass


class _ErrorReader(DataSourceReader):
    def __init__(self, options: Dict[str, str]):
        self.options = options

    def partitions(self):
        return [_Part(path, None) for path in _files(self.options)]

    def read(self, part):
        reader = read(part.path, site=_site(self.options), on_error="skip", form=self.options.get("form", "auto"), event=32767)
        for _ in reader:
            pass
        for region in reader.errors:
            yield (region.offset, region.length, region.error, part.path)


class ErrorSource(DataSource):
    """The data source `zems.errors`: one row for each region that is not a buffer."""

    @classmethod
    def name(cls) -> str:
        return "zems.errors"

    def schema(self) -> str:
        return "offset bigint, length bigint, error string, source string"

    def reader(self, schema: StructType) -> _ErrorReader:
        options = _options(self.options)
        _files(options)
        return _ErrorReader(options)
