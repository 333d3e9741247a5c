"""Large logs are read in blocks and windows: where these are cut, what is taken together, changes nothing."""

import io
import itertools
import random

import numpy as np
import pytest

from advisor.readers import Source, alike_lines, assembly, drafts, event_frames, line_blocks, lines, preview
from advisor.readers.alike_lines import _by_length, _window_end
from advisor.readers.crc32c import find_header, masked_crcs, plain_crc
from advisor.readers.drafts import Recent
from advisor.readers.event_frames import Framing
from advisor.readers.formats.console_text import READER as CONSOLE
from advisor.readers.formats.tensorboard_events import READER as EVENTS
from advisor.readers.line_blocks import blocks
from advisor.readers.lines import lines_of, read_lines
from advisor.readers.number_blocks import parse_numbers, split_numbers
from advisor.readers.records import scan_alike
from tests.event_files import content, frame, simple


class Slow(io.RawIOBase):
    """A stream that cannot be looked ahead in."""

    def __init__(self, data):
        self._inner = io.BytesIO(data)

    def read(self, size=-1):
        return self._inner.read(size)

    def readline(self, size=-1):
        return self._inner.readline(size)


TEXT = b"".join(b"line %d\n" % i for i in range(40))


@pytest.mark.parametrize("text", [TEXT, TEXT[:-1], b"", b"x", b"\n", b"\n\n\n", b"long" * 99 + b"\nx"])
@pytest.mark.parametrize("most", [1, 7, 8, 20, 1_000])
@pytest.mark.parametrize("first", [1, 8, 50])
def test_blocks_are_whole_lines(tmp_path, text, most, first):
    path = tmp_path / "a"
    path.write_bytes(text)
    with path.open("rb") as stream:
        ahead = list(blocks(stream, most, first))
    behind = list(blocks(Slow(text), most, first))
    assert ahead == behind
    assert b"".join(ahead) == text
    assert all(block.endswith(b"\n") for block in ahead[:-1])
    sizes = [min(first, most), *[most] * len(ahead)]
    for block, size in zip(ahead[:-1], sizes, strict=False):
        assert len(block) >= size
        assert b"\n" not in block[size - 1 : -1]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 16, 1 << 20])
def test_lines_are_the_same_in_blocks_of_any_size(monkeypatch, size):
    text = "a\nbb\r\n\nc\rd\ne\x08f\n损失 1\nend"
    monkeypatch.setattr(lines, "_BLOCK", size)
    found = read_lines(Source("a", content=text.encode()))
    wanted = [tuple(line) for line in lines_of(text)]
    assert [tuple(line) for line in found] == wanted
    physical = list(read_lines(Source("a", content=text.encode())).physical())
    assert [number for number, _ in physical] == list(range(1, 8))
    assert [line for _, line in physical] == text.encode().split(b"\n")


@pytest.mark.parametrize(("text", "states"), [
    ("a\rb\n", ["a", "b"]), ("a\r\r\n", ["a"]), ("a\r \n", ["a"]), ("abc\x08\x08XY\n", ["aXY"]),
    ("abc\x08\x08\x08\x08X\n", ["Xbc"]), ("\x08\x08a\x08\n", ["a"]), ("\r\n", [""]),
    ("a\x08\x08b\rc\n", ["b", "c"]),
    ("ab\x1b[5Gc\n", ["ab", "c"]), ("a long line\x00, b\n", ["a long line, b"]),
])  # fmt: skip
def test_the_states_of_a_line(text, states):
    found = list(lines_of(text))
    assert [line.text for line in found] == states
    assert [line.overwritten for line in found] == [True] * (len(states) - 1) + [False]
    assert {line.number for line in found} == {1}


def test_a_line_that_never_ends_is_cut_at_its_returns(monkeypatch):
    monkeypatch.setattr(lines, "LINE_LIMIT", 10)
    monkeypatch.setattr(lines, "_BLOCK", 64)
    bar = b"".join(b"\rstate %d" % i for i in range(40))
    found = [line.text for line in read_lines(Source("a", content=bar))]
    assert found[0] == "state 0"
    assert found[-1] == "state 39"
    endless = b"x" * 400
    (line,) = read_lines(Source("a", content=endless))
    assert line.text == "x" * 10


@pytest.mark.parametrize(("data", "start", "end"), [
    (b"aa\nbb\ncc\n", 0, 6), (b"aa\nbb\ncc\n", 3, 9), (b"aaaaaaaaaa\nb\n", 0, 11), (b"aaaaaaaaaa", 0, 10),
    (b"aa\nbbbb\n", 0, 8), (b"aa\nbbbbb\n", 0, 3), (b"aaaaaaaa\nb", 0, 9), (b"aaaaaaa\nb", 0, 8),
])  # fmt: skip
def test_where_a_window_ends(monkeypatch, data, start, end):
    monkeypatch.setattr(alike_lines, "WINDOW_BYTES", 8)
    assert _window_end(data, start) == end


def test_lines_by_their_length():
    lengths = np.array([3, 1, 3, 7, 1, 3], dtype=np.uint16)
    found = [(int(width), places.tolist()) for width, places in _by_length(lengths)]
    assert found == [(1, [1, 4]), (3, [0, 2, 5]), (7, [3])]


def console():
    chance = random.Random(5)
    rows = ["Namespace(lr=0.1, batch_size=32)"]
    for epoch in range(1, 13):
        rows += [f"Epoch {epoch}/12"] if epoch % 5 else [f"Epoch {epoch}/12", "lr: 0.1"]
        for step in range(20):
            rows.append(
                f"step {step:3d}/20 loss {chance.random():.4f} acc {chance.random():.{3 + epoch % 2}f}"
            )
        rows.append(f"valid loss {chance.random():.4f}, took {chance.random():.1f}s")
        rows.append("Saving checkpoint to a.pt" if epoch % 3 else "")
    return "\n".join([*rows, *rows[1:200], ""]).encode()


MIXED = {
    "steps out of a total and out of nothing": ("step {i}/900 loss 0.{y}", "step {i} acc 0.{y}"),
    "steps with an epoch and without": ("epoch {e} step {i} loss 0.{y}", "step {i} acc 0.{y}"),
    "steps of two splits": ("train step {i} loss 0.{y}", "valid step {j} loss 0.{y}"),
    "batches and steps": ("epoch {e} batch {b}/30 loss 0.{y}", "epoch {e} step {i} acc 0.{y}"),
    "epochs and batches": ("epoch {e} loss 0.{y}", "epoch {e} batch {b}/30 acc 0.{y}", "lr 0.{y}"),
    "steps that start over with the epoch": ("epoch {e} step {b} loss 0.{y}", "lr 0.{y}"),
    "steps that start over with 0": (
        "epoch {e} step {z}/29 loss 0.{y}",
        "val epoch {e} step {z}/29 loss 0.{y}",
    ),
    "runs": ("step {r} loss 0.{y}", "acc 0.{y}"),
    "the same said twice": ("step {h} loss 0.{h} acc 0.1 f1 0.2",),
}


def mixed(shapes):
    chance = random.Random(7)
    lines = []
    for i in range(1, 301):
        places = {"i": i, "j": i // 2, "e": (i - 1) // 30 + 1, "b": (i - 1) % 30 + 1, "z": (i - 1) % 30,
                  "r": (i - 1) % 100 + 1, "h": i // 2}  # fmt: skip
        lines += [shape.format(y=chance.randrange(1_000, 9_999), **places) for shape in shapes]
    return "".join(line + "\n" for line in lines).encode()


@pytest.mark.parametrize("name", MIXED)
def test_kinds_of_line_by_turns_are_the_same_one_by_one_and_together(monkeypatch, name):
    together = told(CONSOLE.read(Source("a", content=mixed(MIXED[name]))))
    monkeypatch.setattr(alike_lines, "LEARNT_AT_ONCE", 1 << 30)
    one_by_one = told(CONSOLE.read(Source("a", content=mixed(MIXED[name]))))
    assert together == one_by_one
    monkeypatch.setattr(alike_lines, "LEARNT_AT_ONCE", 5)
    for near in (1, 3, 17):
        monkeypatch.setattr(assembly, "_NEAR_ROWS", near)
        monkeypatch.setattr(assembly, "_FEW_ROWS", near)
        assert told(CONSOLE.read(Source("a", content=mixed(MIXED[name])))) == one_by_one


def told(runs):
    return [
        (run.name, run.events, [(s.name, s.x_kind, s.x.tolist(), s.y.tolist(), s.at.tolist()) for s in run])
        for run in runs
    ]


@pytest.mark.parametrize("window", [1, 200, 3_000])
@pytest.mark.parametrize("learnt", [1, 7, 200])
@pytest.mark.parametrize("near", [1, 50])
def test_a_console_is_the_same_in_windows_of_any_size(monkeypatch, window, learnt, near):
    wanted = told(CONSOLE.read(Source("a", content=console())))
    assert len(wanted) == 2
    monkeypatch.setattr(alike_lines, "WINDOW_BYTES", window)
    monkeypatch.setattr(alike_lines, "LEARNT_AT_ONCE", learnt)
    monkeypatch.setattr(assembly, "_NEAR_ROWS", near)
    monkeypatch.setattr(assembly, "_FEW_ROWS", near)
    assert told(CONSOLE.read(Source("a", content=console()))) == wanted


@pytest.mark.parametrize("back", [1, 3, 10])
def test_how_far_a_record_is_looked_for(monkeypatch, back):
    monkeypatch.setattr(drafts, "_LOOK_BACK", back)
    found = scan_alike(
        read_lines(Source("a", content="".join(f"step {i} loss {i}\n" for i in range(9)).encode()))
    )
    parts = [record for rows in found.rows for some in rows for record in _records(some)]
    records = sorted([*found.records, *parts], key=lambda record: record.line)
    assert len(records) == 9
    recent = Recent()
    for record in records:
        recent.add(record)
    assert [recent.hold(record) for record in records] == [i >= 9 - back for i in range(9)]


def _records(rows):
    from advisor.readers.stretches import Part

    return Part(*rows, None).records()


@pytest.mark.parametrize("size", range(20))
def test_the_checksum_of_bytes(size):
    # The check value of CRC-32C and of what Google publishes for it (RFC 3720, B.4).
    assert plain_crc(b"123456789") == 0xE3069283
    assert plain_crc(bytes(32)) == 0x8A9136AA
    assert plain_crc(b"\xff" * 32) == 0x62A8AB43
    assert plain_crc(bytes(range(32))) == 0x46DD794E
    data = np.frombuffer(random.Random(size).randbytes(60), dtype=np.uint8)
    crc = plain_crc(data[7 : 7 + size].tobytes())
    masked = ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF
    assert masked_crcs(data, [7, 0, 7], [size, 9, size]).tolist()[::2] == [masked, masked]


@pytest.mark.parametrize("before", [0, 1, 500, 2_036, 2_047, 2_048, 2_049, 9_000])
def test_a_header_is_found_wherever_it_stands(before):
    noise = random.Random(before).randbytes(before)
    header = frame(b"payload")[:12]
    for behind in (b"", b"x" * 30):
        data = np.frombuffer(noise + header + behind, dtype=np.uint8)
        assert find_header(data, 0) == before
        assert find_header(data, before) == before
        assert find_header(data, before + 1) is None
    assert find_header(np.frombuffer(noise + header[:-1], dtype=np.uint8), 0) is None


def framed(data, limit=1 << 40):
    framing = Framing(io.BytesIO(data), limit)
    payloads = [
        bytes(window.data[start : start + length])
        for window in framing.windows()
        for start, length in zip(window.starts.tolist(), window.lengths.tolist(), strict=True)
    ]
    return payloads, framing


PAYLOADS = [bytes([i]) * (5 + i % 3) for i in range(60)]


@pytest.mark.parametrize("window", [64, 100, 1_000, 1 << 20])
@pytest.mark.parametrize(("walked", "repeated"), [(1, 1), (8, 4), (12, 12), (1_024, 128)])
def test_records_are_the_same_however_they_are_walked(monkeypatch, window, walked, repeated):
    monkeypatch.setattr(event_frames, "WINDOW_BYTES", window)
    monkeypatch.setattr(event_frames, "_WALKED", walked)
    monkeypatch.setattr(event_frames, "_REPEATED", repeated)
    data = b"".join(map(frame, PAYLOADS))
    payloads, framing = framed(data)
    assert payloads == PAYLOADS
    assert (framing.gaps, framing.tail, framing.large) == ([], 0, 0)
    odd = [*PAYLOADS[:31], b"odd one", *PAYLOADS[31:]]
    assert framed(b"".join(map(frame, odd)))[0] == odd


@pytest.mark.parametrize(("alike", "found"), [(128, 896), (127, 0)])
def test_sizes_repeat_where_so_many_of_the_last_ones_did(alike, found):
    chance = random.Random(5)
    some, others = ([chance.randrange(5, 60) for _ in range(count)] for count in (128, 768))
    last = [70] * (128 - alike) + some[128 - alike :]
    sizes = [*some, *others, *last, *others, *last]
    data = b"".join(frame(bytes(size)) for size in sizes)
    starts = np.cumsum([0, *(size + 16 for size in sizes)])
    padded = np.frombuffer(data + bytes(event_frames.PADDING), dtype=np.uint8)
    offsets, position = event_frames._repeat(padded, starts[:1_024], int(starts[1_024]), len(data))
    assert offsets.tolist() == starts[1_024 : 1_024 + found].tolist()
    assert position == starts[1_024 + found]


@pytest.mark.parametrize("cut", range(1, 22))
def test_records_that_are_cut(cut):
    data = b"".join(map(frame, PAYLOADS[:3]))
    payloads, framing = framed(data[:-cut])
    assert payloads == PAYLOADS[:2]
    assert framing.tail == len(frame(PAYLOADS[2])) - cut
    assert framed(data, len(data) - cut)[0] == PAYLOADS[:2]


def test_records_larger_than_a_window_are_passed_over(monkeypatch):
    monkeypatch.setattr(event_frames, "WINDOW_BYTES", 64)
    payloads, framing = framed(
        b"".join(map(frame, (b"a", bytes(48), b"b", bytes(49), b"c", bytes(900), b"d")))
    )
    assert payloads == [b"a", bytes(48), b"b", b"c", b"d"]
    assert (framing.large, framing.gaps, framing.tail) == (2, [], 0)


@pytest.mark.parametrize("window", [64, 100, 1_000])
@pytest.mark.parametrize("junk", [1, 11, 12, 13, 60, 200])
def test_what_is_no_record_is_passed_over(monkeypatch, window, junk):
    monkeypatch.setattr(event_frames, "WINDOW_BYTES", window)
    first = b"".join(map(frame, PAYLOADS[:2]))
    data = first + b"\x55" * junk + b"".join(map(frame, PAYLOADS[2:5]))
    payloads, framing = framed(data)
    assert payloads == PAYLOADS[:5]
    assert framing.gaps == [(len(first), junk)]


def test_checksums_of_large_records_are_looked_at_where_they_hold_a_scalar():
    damaged = bytearray(frame(simple("x" * 5_000, 1, 0.5).SerializeToString()))
    damaged[40] ^= 1
    (run,) = EVENTS.read(Source("a.tfevents.1", content=content(simple("loss", 0, 0.5)) + bytes(damaged)))
    assert [s.name for s in run] == ["loss"]
    assert [(e.line, e.count) for e in run.events] == [(3, 1)]


@pytest.mark.parametrize("window", [64, 200, 1 << 20])
def test_the_first_of_the_damaged_records_is_told_by_its_place(tmp_path, monkeypatch, window):
    monkeypatch.setattr(event_frames, "WINDOW_BYTES", window)
    frames = [frame(simple("loss", i, 0.5).SerializeToString()) for i in range(20)]
    paths = [tmp_path / f"a.tfevents.{number}" for number in (1, 2)]
    for path, damaged in zip(paths, ((), (7, 11)), strict=True):
        some = [bytearray(one) for one in frames]
        for place in damaged:
            some[place][20] ^= 1
        path.write_bytes(b"".join(some))
    (run,) = EVENTS.read(Source(str(tmp_path), paths[0], parts=tuple(paths)))
    assert [(e.line, e.count) for e in run.damage] == [(28, 2)]
    (run,) = EVENTS.read(Source(str(paths[1]), paths[1]))
    assert [(e.line, e.count) for e in run.damage] == [(8, 2)]


@pytest.mark.parametrize("cut", [parse_numbers, split_numbers])
@pytest.mark.parametrize(("block", "width", "found"), [
    (b"1,2\n3,4\n", 2, (2, [([1, 3], None), ([2, 4], None)])),
    (b"1,2\r\n3,4\r\n", 2, (2, [([1, 3], None), ([2, 4], None)])),
    (b"1,\n,4\n", 2, (2, [([1], [0]), ([4], [1])])),
    (b"1,2\n3\n", 2, None), (b"1,2\n3,4,5\n", 2, None), (b"1,x\n3,4\n", 2, None), (b"1,2\n\n3,4\n", 2, None),
    (b"1,2\n3,4\n", 3, None), (b"1,nan\n3,4\n", 2, None), (b"1,2", 2, (1, [([1], None), ([2], None)])),
    (b"1e5,-2.5\n", 2, (1, [([1e5], None), ([-2.5], None)])), (b"1,2\r3,4\n", 2, None),
])  # fmt: skip
def test_blocks_of_numbers(cut, block, width, found):
    told_ = cut(block, ",", width)
    assert (told_ is None) == (found is None)
    if found is not None:
        size, columns = told_
        assert (size, [(y.tolist(), None if at is None else at.tolist()) for y, at in columns]) == found


@pytest.mark.parametrize(("lines_", "looks"), [(400, [960]), (401, [960, *[240] * 14, 480])])
def test_a_first_look_reads_so_much(tmp_path, monkeypatch, lines_, looks):
    asked = []
    at = preview._at
    monkeypatch.setattr(preview, "_at", lambda *given: asked.append(given[1:]) or at(*given))
    monkeypatch.setattr(preview, "_HEAD", 960)
    monkeypatch.setattr(preview, "_TAIL", 480)
    monkeypatch.setattr(preview, "_BLOCK", 240)
    path = tmp_path / "a.log"
    path.write_text("".join(f"loss 0.{9_999 - i:04d}\n" for i in range(lines_)))
    assert preview.preview(path, "a") is not None
    assert [count for _, count in asked] == looks
    places = [place for place, _ in asked]
    assert places[-1] == (0 if len(looks) == 1 else path.stat().st_size - 480)
    assert len({later - sooner for sooner, later in itertools.pairwise(places[1:])}) <= 2, (
        "of one width, rounded"
    )


def test_a_first_look_places_a_curve_without_a_counter(tmp_path, monkeypatch):
    monkeypatch.setattr(preview, "_HEAD", 1_000)
    monkeypatch.setattr(preview, "_TAIL", 500)
    monkeypatch.setattr(preview, "_BLOCK", 200)
    path = tmp_path / "a.log"
    path.write_text("".join(f"loss 0.{9_999 - i:04d}\n" for i in range(3_000)))
    found = preview.preview(path, "a")
    assert found is not None
    (loss,) = found.run.series
    assert loss.y[0] == 0.9999
    assert loss.y[-1] == 0.7
    expected = np.round((0.9999 - loss.y) * 10_000)
    assert np.abs(loss.x - expected).max() <= 1
    size = path.stat().st_size
    assert found.share == pytest.approx((1_000 + 500 + 14 * 200) / size, rel=0.05)
    path.write_text("".join(f"loss 0.{9_999 - i:04d}\n" for i in range(300)))
    whole = preview.preview(path, "a")
    assert whole is not None
    assert whole.share == pytest.approx(1_000 / path.stat().st_size, rel=0.02)
    assert line_blocks.FIRST_BYTES > 0
