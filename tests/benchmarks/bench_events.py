"""Times the reading of an event file beside TensorBoard's EventAccumulator, each in a process of its own.

Run by hand: `python tests/benchmarks/bench_events.py [--scalars 2000000] [--peer-scalars 200000]`.
Both forms are read: `simple_value` (TensorFlow 1, PyTorch) and tensors (TensorFlow 2, Keras), every checksum
verified. The figures are the median of five CPU times and the highest memory. Where the peer is given a
smaller file, its time is scaled and the output says so; for its memory it reads the large one once.
"""

import argparse
import struct
import tempfile
from pathlib import Path

import numpy as np
from measuring import Figures, compare, process

from advisor.readers.crc32c import masked_crcs

TAGS = 20
OUR_IMPORTS = "from advisor.readers import all_readers, read_paths; all_readers()"
OURS = """
(run,) = read_paths([PATH])
print(sum(len(curve) for curve in run), sum(float(curve.y.sum()) for curve in run))
"""
PEER_IMPORTS = """
import numpy as np
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
"""
PEERS = """
events = EventAccumulator(PATH, size_guidance={"scalars": 0, "tensors": 0})
events.Reload()
curves = [np.array([e.value for e in events.Scalars(t)]) for t in events.Tags()["scalars"]]
tensors = [events.Tensors(t) for t in events.Tags()["tensors"]]
curves += [np.array([e.tensor_proto.float_val[0] for e in points]) for points in tensors]
print(sum(map(len, curves)), sum(float(curve.sum()) for curve in curves))
"""


def varint(value: int) -> bytes:
    """The protobuf spelling of a number."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def part(key: int, payload: bytes) -> bytes:
    """One field of a protobuf message with bytes in it."""
    return bytes([key << 3 | 2]) + varint(len(payload)) + payload


def payload(tag: bytes, step: int, value: float, tensors: bool) -> bytes:
    """One event with one scalar."""
    packed = struct.pack("<f", value)
    if tensors:
        plugin = part(9, part(1, part(1, b"scalars")))
        content = part(1, tag) + plugin + part(8, b"\x08\x01\x12\x00" + part(5, packed))
    else:
        content = part(1, tag) + b"\x15" + packed
    wall = b"\x09" + struct.pack("<d", 1.7e9 + step / 10)
    return wall + b"\x10" + varint(step) + part(5, part(1, content))


def write(path: Path, scalars: int, tensors: bool) -> None:
    """An event file with `scalars` points in twenty tags, in the order of a training."""
    tags = [f"{split}/metric_{i:02d}".encode() for i in range(TAGS // 2) for split in ("train", "validation")]
    steps = scalars // TAGS
    values = np.exp(-np.arange(steps) / steps)[:, None] + np.random.default_rng(0).random((steps, TAGS)) / 10
    with path.open("wb") as stream:
        for start in range(0, steps, 2_000):
            payloads = [
                payload(tag, step, float(value), tensors)
                for step in range(start, min(start + 2_000, steps))
                for tag, value in zip(tags, values[step], strict=True)
            ]
            stream.write(framed(payloads))


def framed(payloads: list[bytes]) -> bytes:
    """Payloads in TFRecord framing."""
    checked = [struct.pack("<Q", len(item)) for item in payloads] + payloads
    sizes = [len(item) for item in checked]
    data = np.frombuffer(b"".join(checked), dtype=np.uint8)
    crcs = masked_crcs(data, np.cumsum(sizes) - sizes, sizes).astype("<u4")
    spelt = [crc.tobytes() for crc in crcs]
    heads, tails = spelt[: len(payloads)], spelt[len(payloads) :]
    return b"".join(b"".join(row) for row in zip(checked, heads, payloads, tails, strict=False))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scalars", type=int, default=2_000_000)
    parser.add_argument("--peer-scalars", type=int, default=200_000, help="points in the peer's file")
    parser.add_argument("--repeats", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for tensors in (False, True):
            path, small = Path(folder, "events.out.tfevents.1.a"), Path(folder, "events.out.tfevents.2.b")
            write(path, given.scalars, tensors)
            write(small, given.peer_scalars, tensors)
            size = path.stat().st_size / 1e6
            form = "tensors" if tensors else "simple_value"
            print(f"{given.scalars:,} scalars as {form}, {size:.0f} MB")
            ours = process(OUR_IMPORTS, OURS, path, given.repeats)
            theirs = process(PEER_IMPORTS, PEERS, small, given.repeats)
            scale = given.scalars / given.peer_scalars
            if scale != 1:
                print(f"  EventAccumulator read {given.peer_scalars:,} scalars: its time times {scale:g}")
            whole = theirs if scale == 1 else process(PEER_IMPORTS, PEERS, path, 1)
            if scale != 1:
                print(f"  and once the same file as we did, for its memory: {whole.seconds:.1f} s CPU")
            scaled = Figures(theirs.seconds * scale, whole.megabytes)
            what = f"{given.scalars:,} scalars as {form}"
            compare(ours, "EventAccumulator", scaled, what, goal=0.02)


if __name__ == "__main__":
    main()
