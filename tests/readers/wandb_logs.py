"""Logs as wandb 0.19 writes them, record by record."""

import json
import struct
import zlib

BLOCK = 32_768


def frame(*payloads):
    """A log as wandb 0.19 writes one: whole records where they fit into the block, parts where not."""
    out = bytearray(struct.pack("<4sHB", b":W&B", 0xBEE1, 0))

    def part(kind, body):
        out.extend(struct.pack("<IHB", zlib.crc32(bytes([kind]) + body), len(body), kind) + body)

    for payload in payloads:
        first = True
        while True:
            room = BLOCK - len(out) % BLOCK
            if room < 7:
                out.extend(bytes(room))
                room = BLOCK
            body, payload = payload[: room - 7], payload[room - 7 :]
            part(
                {(True, True): 1, (True, False): 2, (False, False): 3, (False, True): 4}[first, not payload],
                body,
            )
            first = False
            if not payload:
                break
    return bytes(out)


def varint(number):
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])


def message(number, body):
    return varint(number << 3 | 2) + varint(len(body)) + body


def item(name, value, nested=True):
    keys = name.split(".") if nested else [name]
    text = value if isinstance(value, str) else json.dumps(value)
    return b"".join(message(2 if nested else 1, key.encode()) for key in keys) + message(16, text.encode())


def history(row, nested=True, step=None, number=1):
    body = b"".join(message(1, item(name, value, nested)) for name, value in row.items())
    if step is not None:
        body += message(2, varint(8) + varint(step))
    return varint(8) + varint(number) + message(2, body)


def config(**values):
    return message(5, b"".join(message(1, item(name, value)) for name, value in values.items()))


def described(run_id="abc", name="fox"):
    return message(17, message(1, run_id.encode()) + message(8, name.encode()))
