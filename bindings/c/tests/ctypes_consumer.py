"""Reads, filters and builds an event through ctypes. Arguments: the library, the directory of the samples."""

import ctypes
import json
import pathlib
import sys

zems = ctypes.CDLL(sys.argv[1])
samples = pathlib.Path(sys.argv[2])
pointer = ctypes.c_void_p


class Text(ctypes.Structure):
    _fields_ = [("data", pointer), ("length", ctypes.c_size_t)]

    def __str__(self):
        return ctypes.string_at(self.data, self.length).decode() if self.data else ""


class Ssid(ctypes.Structure):
    _fields_ = [("bytes", ctypes.c_uint8 * 12)]


class Token(ctypes.Structure):
    _fields_ = [
        ("kind", ctypes.c_int), ("code", ctypes.c_uint32), ("ssid", Ssid), ("depth", ctypes.c_uint32),
        ("index", ctypes.c_size_t), ("is_subject", ctypes.c_bool), ("is_provisional", ctypes.c_bool),
        ("has_integer", ctypes.c_bool), ("integer", ctypes.c_int64), ("offset", ctypes.c_size_t),
        ("value", pointer), ("length", ctypes.c_size_t), ("name", Text), ("label", Text),
    ]


class Verdict(ctypes.Structure):
    _fields_ = [("passes", ctypes.c_bool), ("has_value", ctypes.c_bool), ("value", ctypes.c_int16)]


zems.zems_site_shipped.restype = pointer
zems.zems_error_message.restype = ctypes.c_char_p
zems.zems_error_offset.restype = ctypes.c_int64
zems.zems_event_name.restype = Text
zems.zems_status_text.restype = ctypes.c_char_p


class ZemsError(Exception):
    pass


def call(function, *arguments):
    """Calls a function whose last parameter is the error; returns its code: 0, or 1 at the end."""
    error = pointer()
    code = function(*arguments, ctypes.byref(error))
    if code > 1:
        raised = ZemsError(code, zems.zems_error_offset(error), zems.zems_error_message(error).decode())
        zems.zems_error_free(error)
        raise raised
    return code


def text_of(function, *arguments):
    result = pointer()
    call(function, *arguments, ctypes.byref(result))
    text = ctypes.string_at(result).decode()
    zems.zems_string_free(result)
    return text


site = pointer(zems.zems_site_shipped())
data = (samples / "bkup-fail.bin").read_bytes()
event = pointer()
call(zems.zems_event_parse, site, data, ctypes.c_size_t(len(data)), ctypes.byref(event))
assert str(zems.zems_event_name(event)) == "ZRPC-EVT-BKUP-FAIL"
assert text_of(zems.zems_event_sentence, event) == "Backup process in CPU 3 died because its CPU is down"
line = json.loads(text_of(zems.zems_event_json, event, ctypes.c_bool(True)))
assert line["number"] == 8 and line["subjects"][0]["value"] == "$ZPM", line

token = Token()
call(zems.zems_event_find_named, event, b"ZRPC-TKN-CPU", ctypes.c_size_t(1), ctypes.byref(token))
assert (token.integer, str(token.name), token.has_integer) == (3, "ZRPC-TKN-CPU", True)
walk = pointer()
call(zems.zems_walk_new, event, ctypes.byref(walk))
names = []
while call(zems.zems_walk_next, walk, ctypes.byref(token)) == 0:
    names.append((str(token.name), ctypes.string_at(token.value, token.length) if token.value else b""))
assert names[1] == ("ZCOM-TKN-SUBJ-PROC", b"$ZPM") and len(names) == 5, names
zems.zems_walk_free(walk)

flt, verdict = pointer(), Verdict()
source = (samples / "portmapper.emf").read_bytes()
call(zems.zems_filter_new, site, b"portmapper.emf", source, ctypes.c_size_t(len(source)), None, ctypes.c_size_t(0), ctypes.byref(flt))
call(zems.zems_filter_judge, flt, event, ctypes.byref(verdict))
assert (verdict.passes, verdict.value) == (True, 2)
zems.zems_filter_free(flt)

try:
    call(zems.zems_event_parse, site, data, ctypes.c_size_t(100), ctypes.byref(event))
except ZemsError as error:
    code, offset, message = error.args
    assert code == 105 and offset == 100 and "100" in message, error
else:
    raise AssertionError("a truncated buffer was read")

built, text = pointer(), json.dumps({
    "kind": "event", "ssid": "ACME.7.A01", "number": 5,
    "tokens": [{"name": "ZEMS-TKN-SUBJECT-MARK"}, {"code": "01FF000A", "value": "$DATA"}],
}).encode()
call(zems.zems_event_from_json, site, text, ctypes.c_size_t(len(text)), ctypes.byref(built))
length = ctypes.c_size_t()
zems.zems_event_bytes.restype = pointer
assert ctypes.string_at(zems.zems_event_bytes(built, ctypes.byref(length)), length.value)[:2] == b"\xff\xe4"
zems.zems_event_free(built)

buffer = ctypes.create_string_buffer(1000)
ssid = Ssid()
assert zems.TEXTTOSSID(b"ACME.7.A01", ctypes.byref(ssid), None) == 10
zems.SSINIT.restype = zems.SSPUTTKN.restype = zems.SSGETTKN.restype = ctypes.c_int16
assert zems.SSINIT(buffer, ctypes.c_uint16(1000), ctypes.byref(ssid), 0, 3, 0, 0, 0, 0, 0) == 0
assert zems.SSPUTTKN(buffer, ctypes.c_uint32(0x02020001), b"\0\7", ctypes.c_int16(1), None) == 0
value = ctypes.create_string_buffer(2)
assert zems.SSGETTKN(buffer, ctypes.c_uint32(0x02020001), value, ctypes.c_int16(1), None, None) == 0 and value.raw == b"\0\7"
status = zems.SSGETTKN(buffer, ctypes.c_uint32(0x02020002), value, ctypes.c_int16(1), None, None)
assert zems.zems_status_text(ctypes.c_int16(status)) == b"ZSPI-ERR-MISTKN: token not found"

zems.zems_event_free(event)
zems.zems_site_free(site)
print("ctypes: ok")
