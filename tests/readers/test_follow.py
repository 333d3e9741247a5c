"""A file that another process writes, cuts, moves and replaces, looked at now and then."""

import os
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.readers.follow import Follower, Kind

PATIENCE = 30.0

WRITER = """
import os, sys, time
path, scenario = sys.argv[1:]
number = 0

def lines(stream, count, pause=0.002):
    global number
    for _ in range(count):
        number += 1
        stream.write(f"epoch {number} loss {1 / number:.6f}\\n")
        stream.flush()
        time.sleep(pause)

stream = open(path, "w")
lines(stream, 60)
if scenario == "halves":
    for _ in range(40):
        number += 1
        text = f"epoch {number} loss {1 / number:.6f} \\u635f\\u5931\\n".encode()
        for piece in (text[:9], text[9:-3], text[-3:]):
            stream.buffer.write(piece)
            stream.flush()
            time.sleep(0.003)
elif scenario == "cut":
    stream.seek(0)
    stream.truncate()
    lines(stream, 60)
elif scenario == "regrown":
    time.sleep(0.3)
    stream.seek(0)
    stream.truncate()
    lines(stream, 90, 0)
elif scenario == "rotated":
    os.rename(path, path + ".1")
    lines(stream, 20)
    stream = open(path, "w")
    lines(stream, 60)
elif scenario == "replaced":
    with open(path + ".new", "w") as fresh:
        lines(fresh, 90, 0)
    os.replace(path + ".new", path)
    stream = open(path, "a")
    lines(stream, 30)
elif scenario == "deleted":
    stream.close()
    os.remove(path)
    time.sleep(0.2)
    stream = open(path, "w")
    lines(stream, 60)
"""

EXPECTED = {
    "grown": (60, 1, set()),
    "halves": (100, 1, set()),
    "cut": (120, 61, {Kind.RESTARTED}),
    "regrown": (150, 61, {Kind.RESTARTED}),
    "rotated": (140, 1, {Kind.ROTATED}),
    "replaced": (180, 61, {Kind.REPLACED}),
    "deleted": (120, 61, {Kind.GONE, Kind.REPLACED}),
}


class Reading:
    """What someone has who takes every change as it comes."""

    def __init__(self, path):
        self.follower = Follower(path)
        self.known = b""
        self.kinds = []

    def look(self):
        change = self.follower.poll()
        if change.kind is Kind.APPENDED:
            assert change.data
            self.known += change.data
        else:
            assert not change.data
        if change.kind in (Kind.RESTARTED, Kind.ROTATED, Kind.REPLACED):
            self.known = self.follower.content()
        if change.kind is not Kind.NOTHING:
            self.kinds.append(change.kind)
        assert not self.known or self.known.endswith(b"\n")
        return change

    def numbers(self):
        return [int(line.split()[1]) for line in self.known.decode().splitlines()]


def rest(reading):
    """Look until nothing new comes."""
    quiet = 0
    while quiet < 3:
        quiet = quiet + 1 if reading.look().kind is Kind.NOTHING else 0


@pytest.mark.fault("L1", "L2", "L4", "L5")
@pytest.mark.parametrize("scenario", EXPECTED)
@pytest.mark.parametrize("pause", [0.001, 0.02, 0.1])
def test_every_later_line_arrives(tmp_path, scenario, pause):
    path = tmp_path / "train.log"
    path.touch()
    reading = Reading(path)
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path), scenario])
    end = time.monotonic() + PATIENCE
    while writer.poll() is None:
        assert time.monotonic() < end
        reading.look()
        time.sleep(pause)
    assert writer.returncode == 0
    rest(reading)
    last, first, kinds = EXPECTED[scenario]
    assert reading.numbers() == list(range(first, last + 1))
    assert reading.follower.content() == reading.known
    assert kinds <= set(reading.kinds)


@pytest.mark.fault("C11", "L3")
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("banner\n" * 60 + "loss 0.5\n", "banner\n" * 60 + "loss 0.9\nloss 0.8\n"),
        ("lr 0.1\n" + "waiting\n" * 60, "lr 0.2\n" + "waiting\n" * 70),
    ],
    ids=["its beginning is the same", "its end is the same"],
)
def test_a_file_that_has_grown_past_the_old_place_is_known_by_its_bytes(tmp_path, old, new):
    path = tmp_path / "train.log"
    path.write_text(old)
    reading = Reading(path)
    rest(reading)
    path.write_text(new)
    assert reading.look().kind is Kind.RESTARTED
    assert reading.known.decode() == new


@pytest.mark.fault("L6")
def test_a_half_line_waits_for_its_end(tmp_path):
    path = tmp_path / "train.log"
    path.write_bytes(b"loss 0.5\nloss 0.")
    reading = Reading(path)
    rest(reading)
    assert reading.known == b"loss 0.5\n"
    with path.open("ab") as stream:
        stream.write(b"25")
    assert reading.look().kind is Kind.NOTHING
    with path.open("ab") as stream:
        stream.write(b"\nloss")
    assert reading.look().data == b"loss 0.25\n"


def test_a_half_line_that_is_taken_back_is_never_seen(tmp_path):
    path = tmp_path / "train.log"
    path.write_bytes(b"loss 0.5\nloss 0.99999")
    reading = Reading(path)
    rest(reading)
    os.truncate(path, len(b"loss 0.5\n"))
    reading.look()
    with path.open("ab") as stream:
        stream.write(b"a\nb\nc")
    rest(reading)
    assert reading.known == b"loss 0.5\na\nb\n"


@pytest.mark.parametrize(("mark", "encoding"), [(b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")])
@pytest.mark.parametrize("half", ["half \u0a0a", "\u0a05\u0100", "\u0100\u0a05", "\u0a05\u0100\u0a05" * 3])
def test_wide_characters_that_hold_the_bytes_of_a_line_end_are_no_line_end(tmp_path, mark, encoding, half):
    path, text = tmp_path / "log.txt", "epoch 1 loss 0.5 \u0a0a\u0a00\nepoch 2 loss 0.4\n"
    path.write_bytes(mark + (text + half).encode(encoding))
    reading = Follower(path)
    reading.poll()
    assert reading.content() == mark + text.encode(encoding)


@pytest.mark.parametrize(
    ("written", "whole"),
    [
        (bytes(range(256)) * 4, bytes(range(256)) * 4),
        (
            b"\xff\xfe" + "loss \u0a0a 1\nhal".encode("utf-16-le"),
            b"\xff\xfe" + "loss \u0a0a 1\n".encode("utf-16-le"),
        ),
        (b"loss 1\nhal", b"loss 1\n"),
    ],
    ids=["binary", "wide", "plain"],
)
def test_what_a_file_is_shows_when_something_stands_in_it(tmp_path, written, whole):
    path = tmp_path / "log"
    path.touch()
    follower = Follower(path)
    follower.poll()
    path.write_bytes(written)
    assert follower.poll().data == follower.content() == whole


def test_the_bytes_of_a_binary_file_all_count(tmp_path):
    path = tmp_path / "events.out.tfevents.1"
    path.write_bytes(bytes(range(256)) * 4)
    follower = Follower(path)
    follower.poll()
    assert not follower.text
    with path.open("ab") as stream:
        stream.write(b"\x00\x01no line end")
    assert follower.poll().data == b"\x00\x01no line end"


def test_a_line_longer_than_a_look_comes_whole(tmp_path, monkeypatch):
    monkeypatch.setattr("advisor.readers.follow._MOST_PER_LOOK", 1_000)
    monkeypatch.setattr("advisor.readers.follow._REREAD", 100)
    path = tmp_path / "train.log"
    path.write_bytes(b"begin\n")
    reading = Reading(path)
    rest(reading)
    with path.open("ab") as stream:
        stream.write(b"x" * 4_500)
    behind = [reading.look().behind for _ in range(6)]
    assert behind[0]
    assert not behind[-1]
    with path.open("ab") as stream:
        stream.write(b"y\n")
    rest(reading)
    assert reading.known == b"begin\n" + b"x" * 4_500 + b"y\n"


def test_a_hole_left_by_a_writer_that_goes_on_at_its_old_place_is_text_still(tmp_path):
    path = tmp_path / "train.log"
    with path.open("wb") as stream:
        stream.write(b"loss 0.5\n" * 1_000)
        stream.flush()
        follower = Follower(path)
        follower.poll()
        os.truncate(path, 0)
        stream.write(b"loss 0.4\nloss 0.")
        stream.flush()
        assert follower.poll().kind is Kind.RESTARTED
    assert follower.text
    assert follower.content().lstrip(b"\x00") == b"loss 0.4\n"


def test_what_is_no_file_is_waited_for(tmp_path):
    path = tmp_path / "train.log"
    follower = Follower(path)
    assert [follower.poll().kind for _ in range(3)] == [Kind.GONE, Kind.NOTHING, Kind.NOTHING]
    path.mkdir()
    assert follower.poll().kind is Kind.NOTHING
    path.rmdir()
    os.mkfifo(path)
    assert follower.poll().kind is Kind.NOTHING
    path.unlink()
    path.write_bytes(b"loss 1\n")
    assert follower.poll().kind is Kind.REPLACED
    assert follower.content() == b"loss 1\n"


operations = st.lists(
    st.tuples(
        st.sampled_from(["append", "append", "half", "cut", "rewrite", "replace", "rotate", "delete"]),
        st.integers(1, 40),
        st.integers(0, 2),
    ),
    max_size=25,
)


@pytest.mark.fault("L1", "L2", "L3", "L4", "L5")
@settings(max_examples=150, deadline=None)
@given(operations)
def test_whatever_is_done_to_the_file_the_reading_is_what_it_holds(tmp_path_factory, steps):
    path = tmp_path_factory.mktemp("follow") / "train.log"
    reading, number = Reading(path), 0

    def lines(count):
        nonlocal number
        number += count
        return b"".join(b"step %d loss 0.1\n" % n for n in range(number - count + 1, number + 1))

    for what, count, looks in steps:
        if what == "append" or what == "half":
            with path.open("ab") as stream:
                stream.write(lines(count) if what == "append" else b"step %d lo" % number)
        elif what == "cut" and path.exists():
            os.truncate(path, 0)
        elif what == "rewrite":
            path.write_bytes(lines(count))
        elif what == "replace":
            path.with_suffix(".new").write_bytes(lines(count))
            path.with_suffix(".new").replace(path)
        elif what == "rotate" and path.exists():
            rest(reading)
            path.replace(path.with_suffix(f".{number}"))
            path.write_bytes(lines(count))
        elif what == "delete":
            path.unlink(missing_ok=True)
        for _ in range(looks):
            reading.look()
    with path.open("ab") as stream:
        stream.write(lines(1))
    rest(reading)
    now = path.read_bytes()
    assert reading.known.endswith(now[: now.rfind(b"\n") + 1])
    assert reading.follower.content() == reading.known
