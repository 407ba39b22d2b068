"""Events in the values of messages: Kafka, AMQP, MQTT or any other queue.

A producer puts one buffer, or several back to back, into each message. A consumer turns each value into events:

>>> from confluent_kafka import Consumer
>>> codec = zems.codec.Codec()
>>> for event in codec.events(consumer_messages):
...     print(event.text)

`Codec.deserializer` has the shape of a confluent-kafka deserializer: `DeserializingConsumer({"value.deserializer": codec.deserializer, ...})`.
"""

from __future__ import annotations

from typing import Iterable, Iterator, List, Optional

from . import BadRegion, DecodeError, Event, Site, encode, read

__all__ = ["Codec"]


class Codec:
    """Turns message values into events, and events into message values."""

    def __init__(self, site: Optional[Site] = None, *, on_error: str = "raise", form: str = "raw"):
        """`on_error` is that of `zems.read`: "raise", "warn", "skip" or "yield"; `errors` keeps the bad regions."""
        self.site = site
        self.on_error = on_error
        self.form = form
        self.errors: List[BadRegion] = []

    def decode(self, value: Optional[bytes]) -> List[Event]:
        """The events of one value. A value of None (a tombstone) has none."""
        if value is None:
            return []
        reader = read(value, site=self.site, on_error=self.on_error, form=self.form)
        try:
            return list(reader)
        finally:
            self.errors.extend(reader.errors)

    def encode(self, event) -> bytes:
        """The value for an event, or for a dict in the JSON form."""
        return event.raw if isinstance(event, Event) else encode(event, site=self.site)

    def deserializer(self, value: Optional[bytes], context=None) -> List[Event]:
        """A deserializer for confluent-kafka."""
        return self.decode(value)

    def serializer(self, event, context=None) -> Optional[bytes]:
        """A serializer for confluent-kafka."""
        return None if event is None else self.encode(event)

    def events(self, messages: Iterable) -> Iterator[Event]:
        """The events of an iterable of messages with a method `value` (and `error`), such as those of confluent-kafka."""
        for message in messages:
            if message is None:
                continue
            error = getattr(message, "error", None)
            if callable(error) and error() is not None:
                raise RuntimeError(f"message queue: {error()}")
            yield from self.decode(message.value())
