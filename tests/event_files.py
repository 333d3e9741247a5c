"""TensorBoard event files, record by record, as its own writer frames them."""

import struct

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import masked_crc32c

HEADER = Event(wall_time=0.5, file_version="brain.Event:2")


def frame(payload):
    length = struct.pack("<Q", len(payload))
    return (
        length
        + struct.pack("<I", masked_crc32c(length))
        + payload
        + struct.pack("<I", masked_crc32c(payload))
    )


def simple(tag, step, value, wall=1.0):
    summary = Summary(value=[Summary.Value(tag=tag, simple_value=value)])
    return Event(wall_time=wall, step=step, summary=summary)


def tensor(tag, step, proto, wall=1.0):
    return Event(wall_time=wall, step=step, summary=Summary(value=[Summary.Value(tag=tag, tensor=proto)]))


def content(*events):
    return b"".join(frame(event.SerializeToString()) for event in (HEADER, *events))
