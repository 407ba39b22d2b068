"""Events of HPE NonStop systems: SPI/EMS buffers decoded, named, filtered, and as Arrow columns.

>>> import zems
>>> for event in zems.read("events.bin"):
...     print(event.generated, event.ssid, event.number, event.text)

`read` gives events one by one, `scan` gives columns (an Arrow stream for pandas, Polars, DuckDB and PyArrow), `decode` and `encode` convert
one buffer. `Site` holds your own definitions. `zems.spark` and `zems.codec` connect Spark and message queues.
"""

from __future__ import annotations

import datetime as _datetime
import json as _json
from typing import Any, Optional

from . import _zems
from ._zems import (
    BadRegion,
    DecodeError,
    DefinitionError,
    EncodeError,
    Event,
    Filter,
    FilterError,
    ImportLineError,
    Reader,
    Scan,
    Site,
    Ssid,
    ZemsError,
    __version__,
    decode,
    import_syslog,
    import_text,
    read,
    scan,
)

__all__ = [
    "BadRegion",
    "DecodeError",
    "DefinitionError",
    "EncodeError",
    "Event",
    "Filter",
    "FilterError",
    "ImportLineError",
    "Reader",
    "Scan",
    "Site",
    "Ssid",
    "ZemsError",
    "__version__",
    "decode",
    "encode",
    "import_syslog",
    "import_text",
    "read",
    "scan",
]


def encode(event: Any, *, site: Optional[Site] = None) -> bytes:
    """Build the buffer of a dict in the JSON form (`Event.to_dict()` gives one).

    `datetime` values become RFC 3339 text. Raises `EncodeError` if a name is not known or a value does not fit.
    """
    if isinstance(event, str):
        return _zems.encode(event, site=site)
    return _zems.encode(_json.dumps(event, default=_plain), site=site)


def _plain(value):
    if isinstance(value, _datetime.datetime):
        if value.tzinfo is None:
            value = value.replace(tzinfo=_datetime.timezone.utc)
        return value.astimezone(_datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, Ssid):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
