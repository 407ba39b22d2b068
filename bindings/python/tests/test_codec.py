import time

import pytest
import zems
import zems.codec


class Message:
    def __init__(self, value):
        self._value = value

    def error(self):
        return None

    def value(self):
        return self._value


def test_values(samples):
    data = (samples / "bkup-fail.bin").read_bytes()
    codec = zems.codec.Codec()
    assert [event.number for event in codec.events([Message(data), Message(None), Message(data * 2)])] == [8] * 3
    assert codec.encode(zems.decode(data)) == data
    with pytest.raises(zems.DecodeError):
        codec.decode(b"not a buffer")
    skipping = zems.codec.Codec(on_error="skip")
    assert skipping.decode(b"not a buffer") == [] and len(skipping.errors) == 1


def test_kafka(samples):
    kafka = pytest.importorskip("confluent_kafka")
    data = (samples / "bkup-fail.bin").read_bytes()
    codec = zems.codec.Codec()
    # librdkafka brings a broker of its own for tests; it lives as long as this client.
    mock = kafka.Producer({"bootstrap.servers": "ignored", "test.mock.num.brokers": 1})
    mock.produce("events", codec.serializer(zems.decode(data)))
    mock.produce("events", data * 2)
    assert mock.flush(20) == 0
    brokers = ",".join(f"{b.host}:{b.port}" for b in mock.list_topics(timeout=20).brokers.values())
    consumer = kafka.Consumer({"bootstrap.servers": brokers, "group.id": "test", "auto.offset.reset": "earliest"})
    consumer.subscribe(["events"])
    events, end = [], time.monotonic() + 40
    while len(events) < 3 and time.monotonic() < end:
        message = consumer.poll(1.0)
        if message is not None and message.error() is None:
            events += codec.deserializer(message.value())
    consumer.close()
    assert [event.number for event in events] == [8, 8, 8]
