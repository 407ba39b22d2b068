"""Types of the native half."""

from datetime import datetime
from os import PathLike
from typing import Any, BinaryIO, Dict, Iterable, Iterator, List, Literal, Mapping, Optional, Sequence, Tuple, Union

__version__: str

_Path = Union[str, PathLike]
_Source = Union[_Path, Sequence[_Path], BinaryIO, bytes, bytearray, memoryview, Iterable[bytes]]
_Time = Union[str, datetime]
_OnError = Literal["raise", "warn", "skip", "yield"]
_Form = Literal["auto", "raw", "hex", "be16", "be32"]

class ZemsError(ValueError):
    """Any error of zems."""

    offset: int
    length: int

class DecodeError(ZemsError):
    """Bytes are not a buffer; `offset` and `length` are those of the bad region."""

class EncodeError(ZemsError):
    """A buffer cannot be made of this object."""

class DefinitionError(ZemsError):
    """Definition sources have errors; the message lists them."""

class FilterError(ZemsError):
    """A filter or condition has errors; the message lists them."""

class ImportLineError(ZemsError):
    """A line cannot be made an event; `offset` is its number."""

class Site:
    """Knowledge of a site: definitions, templates, names of nodes, a time zone, severities."""

    def __init__(
        self,
        define: Optional[Sequence[_Path]] = None,
        *,
        include: Optional[Sequence[_Path]] = None,
        builtin: bool = True,
        nodes: Optional[Mapping[str, int]] = None,
        zone: Optional[str] = None,
        severity: Optional[Sequence[str]] = None,
        names: bool = True,
        provisional: bool = True,
    ) -> None: ...
    def catalog(self, pattern: Optional[str] = None) -> List[Dict[str, Any]]:
        """The definitions whose names match `pattern`, each as a dict of `zems catalog --format json`."""

class Ssid:
    """A subsystem ID. `str()` is its text: `TANDEM.RPC.D10`."""

    owner: str
    number: int
    version: str
    name: Optional[str]

class Event:
    """An event, command or response. Attributes are named as the keys of the JSON form."""

    @property
    def kind(self) -> Literal["event", "command"]:
        """`"event"` or `"command"`."""
    @property
    def number(self) -> Optional[int]:
        """The event number."""
    @property
    def ssid(self) -> Ssid:
        """The subsystem that reports the event."""
    @property
    def name(self) -> Optional[str]:
        """The name of the event, if a definition gives it one."""
    @property
    def generated(self) -> Optional[datetime]:
        """When the event was made, in UTC; `None` if the time is not set."""
    @property
    def logged(self) -> Optional[datetime]:
        """When a collector logged the event, in UTC; `None` if the time is not set."""
    @property
    def node(self) -> Optional[int]:
        """The number of the node."""
    @property
    def process(self) -> Optional[str]:
        """The process that reported the event."""
    @property
    def cpu(self) -> Optional[int]:
        """The processor of that process."""
    @property
    def pin(self) -> Optional[int]:
        """The number of that process in its processor."""
    @property
    def user(self) -> Optional[Tuple[int, int]]:
        """Group and user number."""
    @property
    def emphasis(self) -> Optional[bool]:
        """Whether the event is critical, as overridden by templates."""
    @property
    def severity(self) -> Optional[str]:
        """The severity by the rules of the site: `"critical"`, `"info"`, `"WARN2"` ..."""
    @property
    def subject(self) -> Any:
        """The value of the first subject."""
    @property
    def text(self) -> Optional[str]:
        """The sentence; `None` for a command."""
    @property
    def raw(self) -> bytes:
        """The bytes of the buffer."""
    @property
    def offset(self) -> int:
        """Where the buffer begins in its input, in bytes."""
    @property
    def source(self) -> Optional[str]:
        """The input that the event was read from, if there are several."""
    @property
    def pass_value(self) -> Optional[int]:
        """The number that a filter passed the event with."""
    @property
    def tokens(self) -> List[Tuple[str, Any]]:
        """The top-level tokens in their order: pairs of name (or code) and value."""
    def __getitem__(self, name: str) -> Any:
        """The value of the first token of this name on the top level; `KeyError` if the event has none."""
    def __contains__(self, name: str) -> bool:
        """Whether the event has a token of this name on the top level."""
    def __len__(self) -> int: ...
    def __bytes__(self) -> bytes: ...
    def get(self, name: str, default: Any = None) -> Any:
        """The value of a token, or `default` if the event has no such token."""
    def label(self, name: str) -> Optional[str]:
        """The label of the value of a token."""
    def to_dict(self, raw: bool = False) -> Dict[str, Any]:
        """The JSON form as a dict: the keys and values of `zems decode --format json`."""
    def explain(self, filter: Union[Filter, _Path]) -> str:
        """Which condition of a filter decides about the event, and which tokens are missing."""

class BadRegion:
    """A region of an input that is not a buffer."""

    offset: int
    length: int
    error: str
    source: Optional[str]

class Reader(Iterator[Union[Event, BadRegion]]):
    """An iterator of events."""

    @property
    def errors(self) -> List[BadRegion]:
        """The bad regions so far."""
    def __iter__(self) -> Reader: ...
    def __next__(self) -> Any: ...

class Scan:
    """Events as an Arrow stream."""

    @property
    def columns(self) -> List[str]:
        """The names of the columns."""
    @property
    def errors(self) -> List[BadRegion]:
        """The bad regions, as far as the stream has been read."""
    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The stream, by the Arrow PyCapsule interface."""
    def __arrow_c_schema__(self) -> object:
        """The schema, by the Arrow PyCapsule interface."""

class Filter:
    """A filter of the EMF language, a filter table or a burst filter, compiled."""

    def __init__(
        self,
        path: Optional[_Path] = None,
        *,
        source: Optional[str] = None,
        where: Optional[str] = None,
        site: Optional[Site] = None,
        params: Optional[Mapping[str, Any]] = None,
    ) -> None: ...
    @property
    def name(self) -> str:
        """The file, or what the filter was made of."""

def read(
    source: _Source,
    *,
    site: Optional[Site] = None,
    filter: Union[None, Filter, _Path, Sequence[_Path]] = None,
    where: Optional[str] = None,
    params: Optional[Mapping[str, Any]] = None,
    since: Optional[_Time] = None,
    until: Optional[_Time] = None,
    ssid: Union[None, str, Sequence[str]] = None,
    event: Union[None, int, str, Sequence[Union[int, str]]] = None,
    on_error: _OnError = "raise",
    form: _Form = "auto",
) -> Reader:
    """Read events from paths, file objects, bytes or iterables of bytes."""

def scan(
    source: _Source,
    *,
    columns: Optional[Sequence[str]] = None,
    site: Optional[Site] = None,
    filter: Union[None, Filter, _Path, Sequence[_Path]] = None,
    where: Optional[str] = None,
    params: Optional[Mapping[str, Any]] = None,
    since: Optional[_Time] = None,
    until: Optional[_Time] = None,
    ssid: Union[None, str, Sequence[str]] = None,
    event: Union[None, int, str, Sequence[Union[int, str]]] = None,
    on_error: Literal["raise", "warn", "skip"] = "raise",
    form: _Form = "auto",
    batch_size: Optional[int] = None,
) -> Scan:
    """Read events as columns: an Arrow stream."""

def decode(data: Union[bytes, bytearray, memoryview], *, site: Optional[Site] = None) -> Event:
    """Decode the bytes of one buffer."""

def encode(event: Any, *, site: Optional[Site] = None) -> bytes:
    """Build the buffer of an object in the JSON form, or of its text."""

def import_syslog(
    lines: Union[str, bytes, Iterable[Union[str, bytes]]],
    *,
    site: Optional[Site] = None,
    year: Optional[int] = None,
    zone: Optional[str] = None,
) -> List[Event]:
    """Make events of lines of a system log."""

def import_text(
    lines: Union[str, bytes, Iterable[Union[str, bytes]]],
    *,
    site: Optional[Site] = None,
    zone: Optional[str] = None,
) -> List[Event]:
    """Make events of the lines of a printing distributor."""

def cut(path: _Path, parts: int, *, site: Optional[Site] = None, form: _Form = "auto") -> Optional[List[Tuple[int, int]]]:
    """Cut a file into pieces at buffer boundaries."""
