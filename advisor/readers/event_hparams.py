"""Settings of a run in TensorBoard's event files, as the HParams plugin keeps them.

Layout: tensorboard/plugins/hparams/plugin_data.proto. The metadata of a summary names the plugin and carries
its content; that of the tag `_hparams_/session_start_info` is the map of settings.
"""

import struct

from advisor.readers.event_records import fields
from advisor.run import Scalar

_PLUGIN = b"hparams"
_DOUBLE = struct.Struct("<d")
_MAX_SETTINGS = 2_000


def settings(metadata: memoryview) -> dict[str, Scalar]:
    """The settings in the metadata of a summary; none where it is another plugin's or starts no session.

    Raises:
        BadWireError: the bytes are no metadata.
    """
    found: dict[str, Scalar] = {}
    for content in _contents(metadata):
        for start in _all(content, 3):
            for entry in _all(start, 1)[:_MAX_SETTINGS]:
                name, value = _all(entry, 1), _all(entry, 2)
                if name and value:
                    found[bytes(name[0]).decode("utf-8", "replace")] = _value(value[0])
    return found


def _contents(metadata: memoryview) -> list[memoryview]:
    """What the HParams plugin wrote."""
    return [
        content
        for plugin in _all(metadata, 1)
        if [bytes(name) for name in _all(plugin, 1)] == [_PLUGIN]
        for content in _all(plugin, 2)
    ]


def _all(message: memoryview, number: int) -> list[memoryview]:
    return [raw for found, wire, _, raw in fields(message) if found == number and wire == 2]


def _value(message: memoryview) -> Scalar:
    """A `google.protobuf.Value`: a number, a text or a truth value; lists and structures are left out."""
    for number, wire, integer, raw in fields(message):
        if number == 2 and wire == 1:
            value = float(_DOUBLE.unpack(raw)[0])
            # The message knows doubles alone.
            return int(value) if value.is_integer() and abs(value) < 2**53 else value
        if number == 3 and wire == 2:
            return bytes(raw).decode("utf-8", "replace")
        if number == 4 and wire == 0:
            return bool(integer)
    return None
