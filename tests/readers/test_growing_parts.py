"""A log that grows, part by part: where lines end, what stands still, how a part fits to the whole."""

import numpy as np
import pytest

from advisor.readers import follow, growing
from advisor.readers.base import Source
from advisor.readers.follow import Follower, Kind
from advisor.readers.growing import _by_examples, _Context, _joined, _last_lines, _later
from advisor.readers.registry import read_source
from advisor.run import EventKind, LogEvent, Series


@pytest.fixture
def reads(monkeypatch):
    """How many bytes are read of the file, look by look."""
    counted = []
    whole = follow._File._read

    def read(file, start, count):
        found = whole(file, start, count)
        counted.append(len(found))
        return found

    monkeypatch.setattr(follow._File, "_read", read)
    return counted


def test_a_file_that_stands_still_is_not_read(tmp_path, reads):
    path = tmp_path / "a.log"
    path.write_text("epoch 1 loss 0.5\n")
    follower = Follower(path)
    assert follower.poll().kind is Kind.REPLACED
    reads.clear()
    assert [follower.poll().kind for _ in range(3)] == [Kind.NOTHING] * 3
    assert reads == []


def test_a_look_reads_what_is_new(tmp_path, reads):
    path = tmp_path / "a.log"
    path.write_text("epoch 1 loss 0.5\n" * 50_000)
    follower = Follower(path)
    follower.poll()
    with path.open("a") as stream:
        stream.write("epoch 2 loss 0.4\n")
    reads.clear()
    assert follower.poll().data == b"epoch 2 loss 0.4\n"
    assert sum(reads) < 1_000


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le"])
def test_lines_end_where_a_whole_character_does(tmp_path, encoding):
    """In wide characters the bytes of a line end may stand across two others."""
    path = tmp_path / "a.log"
    mark = {
        "utf-8": b"",
        "utf-16-le": b"\xff\xfe",
        "utf-16-be": b"\xfe\xff",
        "utf-32-le": b"\xff\xfe\x00\x00",
    }
    text = "loss 0.5 \u0a0a\u000b\u010a\u0a00\u0a01x\n"
    path.write_bytes(mark[encoding] + text.encode(encoding))
    follower = Follower(path)
    follower.poll()
    assert follower.content() == mark[encoding] + text.encode(encoding)
    more = "\u0a0a\u0a00 1\n\u0a0a\u0a00\u0a0a 2"
    with path.open("ab") as stream:
        stream.write(more.encode(encoding))
    assert follower.poll().data == more.partition("\n")[0].encode(encoding) + "\n".encode(encoding)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 64, 65_536])
def test_a_line_end_is_found_in_blocks_of_any_size(tmp_path, monkeypatch, size):
    monkeypatch.setattr(follow, "_BLOCK", size)
    path = tmp_path / "a.log"
    path.write_text("loss 1\nloss 22\nlo")
    follower = Follower(path)
    follower.poll()
    assert follower.content() == b"loss 1\nloss 22\n"
    for piece, data in (("ss", b""), (" 3\n", b"loss 3\n"), ("\n\n4\n5", b"\n\n4\n"), ("\n", b"5\n")):
        with path.open("a") as stream:
            stream.write(piece)
        assert follower.poll().data == data


def test_much_that_is_new_comes_in_several_looks(tmp_path, monkeypatch):
    monkeypatch.setattr(follow, "_MOST_PER_LOOK", 16)
    path = tmp_path / "a.log"
    path.write_text("a\n")
    follower = Follower(path)
    follower.poll()
    with path.open("a") as stream:
        stream.write("0123456\n" * 5)
    looks = []
    while not looks or looks[-1].behind:
        looks.append(follower.poll())
    assert [len(look.data) for look in looks] == [16, 16, 8]
    assert [look.behind for look in looks] == [True, True, False]


def rotate(path, number):
    path.rename(f"{path}.{number}")
    path.write_text(f"second {number}\n" * 3)


@pytest.mark.parametrize(("most", "kept"), [(6 + 27, True), (5 + 27, False)])
def test_of_rotated_parts_so_much_is_held(tmp_path, monkeypatch, most, kept):
    monkeypatch.setattr(follow, "_MOST_ROTATED", most)
    path = tmp_path / "a.log"
    path.write_text("first\n")
    follower = Follower(path)
    follower.poll()
    rotate(path, 1)
    assert follower.poll().kind is Kind.ROTATED
    assert follower.content() == b"first\n" + b"second 1\n" * 3
    rotate(path, 2)
    assert follower.poll().kind is Kind.ROTATED
    held = b"first\n" + b"second 1\n" * 3 if kept else b""
    assert follower.content() == held + b"second 2\n" * 3


@pytest.mark.parametrize(("lines", "kept"), [(0, 0), (1, 1), (20, 20), (21, 20), (400, 20)])
def test_the_last_lines_are_twenty(lines, kept):
    content = b"".join(b"%03d %s\n" % (i, b"x" * 995) for i in range(lines))
    assert _last_lines(content) == b"".join(content.splitlines(keepends=True)[max(lines - kept, 0) :])


def test_the_last_lines_are_eight_kilobytes():
    content = b"".join(b"%07d\n" % i for i in range(5_000))
    found = _last_lines(content)
    assert found == content[-(8 << 10) :]
    assert _last_lines(b"x" + content) == found
    assert _last_lines(content[:-4] + b"more\n") == (content[:-4] + b"more\n")[-(8 << 10) - 1 :]


def test_very_long_lines_are_no_last_lines_beyond_a_bound(monkeypatch):
    monkeypatch.setattr(growing, "_LONGEST_TAIL", 30)
    line = b"0123456789\n"
    assert _last_lines(line * 2) == line * 2
    assert _last_lines(line * 3) == line * 2
    monkeypatch.setattr(growing, "_LONGEST_TAIL", 33)
    assert _last_lines(line * 9) == line * 3
    monkeypatch.setattr(growing, "_LONGEST_TAIL", 32)
    assert _last_lines(line * 9) == line * 2


def test_what_is_taken_of_a_log_to_read_its_next_lines():
    text = "".join(f"step {i} loss 0.{i:04}\n" for i in range(1, 2_001)).encode()
    (run,) = read_source(Source("a", content=text))
    context = _Context(text, run)
    assert context.reader is not None
    assert context.reader.name == run.reader
    assert (context.size, context.whole_size, context.lines) == (len(text), len(text), 2_000)
    lines = text.splitlines(keepends=True)
    tail = context.tail.splitlines(keepends=True)
    assert lines[-len(tail) :] == tail
    head = context.head.splitlines(keepends=True)
    first = len(head) - 2
    assert lines[:first] == head[:first]
    assert len(b"".join(head[:first])) <= 1 << 11 < len(b"".join(lines[: first + 1]))
    before = 2_000 - len(tail)
    assert context.examples == {first + 1: before - 1, first + 2: before}
    assert head[first:] == lines[before - 2 : before]
    context.go_on(b"step 2001 loss 0.5\n")
    assert (context.size, context.lines) == (len(text) + 19, 2_001)
    assert context.tail.endswith(b"loss 0.5\n")
    assert context.whole_size == len(text)


def curve(name, first, last, x=0.0, y=1.0, kind="step", wall=None):
    at = np.arange(first, last + 1)
    times = None if wall is None else at + wall
    return Series(name, np.full(at.size, y), at + x, at, kind, wall_time=times)


def join(whole, part, since=20, known=50, shift=50, examples=None):
    found = _joined(whole, part, since, known, shift, examples)
    return found and {s.name: (s.x.tolist()[-1], int(s.at[-1]), len(s)) for s in found}


def test_points_up_to_the_last_known_line_are_no_new_ones():
    whole = [curve("loss", 1, 100)]
    assert join(whole, [curve("loss", 1, 51)]) == {"loss": (101, 101, 101)}
    assert join(whole, [curve("loss", 1, 50)]) == {"loss": (100, 100, 100)}
    assert join(whole, [curve("loss", 1, 49)]) is None
    assert join(whole, [curve("loss", 1, 51, x=50)]) == {"loss": (101, 101, 101)}
    assert join(whole, [curve("loss", 1, 51)], shift=49) is None


def test_points_are_compared_from_a_line_on():
    whole = [curve("loss", 1, 100)]
    part = curve("loss", 1, 60)
    for changed, good in ((20, True), (21, False), (50, False), (51, True)):
        y = part.y.copy()
        y[changed - 1] = 7.0
        assert (join(whole, [Series("loss", y, part.x, part.at, "step")]) is not None) is good, changed


def test_times_are_joined_where_both_have_them():
    whole, part = [curve("loss", 1, 100, wall=5)], [curve("loss", 1, 60, wall=5)]
    found = _joined(whole, part, 20, 50, 50)
    assert found is not None
    assert found[0].wall_time is not None
    assert found[0].wall_time.tolist() == [*range(6, 106), *range(56, 66)]
    assert join(whole, [curve("loss", 1, 60)]) is None
    assert join([curve("loss", 1, 100)], part) is None


def test_a_rare_curve_is_placed_by_earlier_lines_or_as_the_others_are():
    whole = [curve("loss", 1, 100), curve("acc", 3, 4)]
    part = [curve("loss", 1, 60, x=50), curve("acc", 55, 56)]
    assert join(whole, part) == {"loss": (110, 110, 110), "acc": (56, 106, 4)}
    rare = Series("acc", np.array([1.0, 1.0]), np.array([7.0, 9.0]), np.array([5, 55]), "step")
    assert join(whole, [part[0], rare], examples={5: 4}) == {"loss": (110, 110, 110), "acc": (6, 105, 3)}
    epochs = [curve("loss", 1, 100), curve("acc", 3, 4, kind="epoch")]
    assert join(epochs, [part[0], curve("acc", 55, 56, kind="epoch")]) is None


def test_examples_that_differ_place_nothing():
    whole, part = curve("acc", 3, 4), curve("acc", 10, 11, x=5)
    assert _by_examples(whole, part, {10: 3}) == {-12.0}
    assert _by_examples(whole, part, {10: 3, 11: 4}) == {-12.0}
    assert _by_examples(whole, part, {10: 4}) == {-11.0}
    assert _by_examples(whole, part, {10: 3, 11: 3}) == {-12.0, -13.0}
    assert _by_examples(whole, part, {12: 5, 10: 3}) == {-12.0}
    assert _by_examples(whole, part, {10: 5}) == set()
    assert _by_examples(whole, curve("acc", 10, 11, y=2.0), {10: 3}) == set()


def test_events_of_new_lines_are_moved_to_their_place():
    events = [
        LogEvent(EventKind.NOTE, "known", 50), LogEvent(EventKind.NOTE, "new", 51),
        LogEvent(EventKind.TRUNCATED, "cut", 52), LogEvent(EventKind.NOTE, "of all"),
    ]  # fmt: skip
    assert [(e.text, e.line) for e in _later(events, known=50, shift=7)] == [("new", 58)]


def test_a_log_that_is_small_is_read_as_a_whole(tmp_path, monkeypatch):
    wholes = []
    monkeypatch.setattr(growing, "read_source", lambda source: wholes.append(source) or read_source(source))
    monkeypatch.setattr(growing, "_REST_PER_WORK", 0.0)
    monkeypatch.setattr(growing, "_QUIET", 1e9)
    path = tmp_path / "a.log"
    line = "step {:5} loss 0.{:05}\n"
    path.write_text("".join(line.format(i, i) for i in range((1 << 14) // len(line.format(1, 1)))))
    log = growing.GrowingLog(path, "a")
    log.look()
    assert len(wholes) == 1
    size = path.stat().st_size
    assert size <= 1 << 14
    for number in range(5):
        with path.open("a") as stream:
            stream.write(line.format(9_000 + number, number))
        log.look()
    assert len(wholes) == 1 + 1 + (size + len(line.format(1, 1)) <= 1 << 14)
    assert len(log.runs[0].series[0]) == len(path.read_text().splitlines())


@pytest.fixture
def timed(tmp_path, monkeypatch):
    """A log of 20 KB that was read once, its clock, what a reading of the whole costs, and when each was."""
    clock, costs, wholes = [100.0], [0.1], []

    def whole(source):
        wholes.append(clock[0])
        clock[0] += costs[0]
        return read_source(source)

    monkeypatch.setattr(growing, "read_source", whole)
    monkeypatch.setattr(growing.time, "monotonic", lambda: clock[0])
    path = tmp_path / "a.log"
    path.write_text("".join(f"step {i} loss 0.{i:05}\n" for i in range(1_000, 2_000)))
    log = growing.GrowingLog(path, "a")
    log.look()
    assert wholes == [100.0]
    return path, log, clock, costs, wholes


def append(path, text):
    with path.open("a") as stream:
        stream.write(text)


def test_what_was_read_in_parts_is_read_as_a_whole_after_a_quiet_second(timed):
    path, log, clock, costs, wholes = timed
    append(path, "step 2000 loss 0.5\n")
    log.look()
    for now, read in ((100.6, 1), (101.1, 1), (101.2, 2), (109.0, 2)):
        clock[0] = now
        log.look()
        assert len(wholes) == read, now
    # One that takes a quarter of a second is not worth it.
    for cost, worth in ((0.2, True), (0.25, False)):
        costs[0] = cost
        log.settle()
        append(path, f"step {2_001 + int(worth)} loss 0.5\n")
        clock[0] += 10
        log.look()
        before = len(wholes)
        clock[0] += 10
        log.look()
        assert len(wholes) == before + worth


def test_after_a_reading_of_the_whole_four_times_as_long_is_none(timed):
    path, log, clock, _, wholes = timed
    append(path, "another line of words that no part can be compared by: step 1 loss 7\n" * 90)
    for now, read in ((100.4, 1), (100.49, 1), (100.51, 2)):
        clock[0] = now
        log.look()
        assert len(wholes) == read, now


def test_a_log_that_is_behind_is_not_read_as_a_whole_before_it_is_there(timed, monkeypatch):
    path, log, clock, _, wholes = timed
    monkeypatch.setattr(follow, "_MOST_PER_LOOK", 10_000)
    append(path, "another line of words that no part can be compared by: step 1 loss 7\n" * 400)
    clock[0] = 200.0
    looks = [(log.look().behind, len(wholes)) for _ in range(3)]
    assert looks == [(True, 1), (True, 1), (False, 2)]


def test_a_log_that_doubled_is_read_as_a_whole(timed):
    path, log, clock, _, wholes = timed
    size = path.stat().st_size
    clock[0] = 200.0
    append(path, "".join(f"step {i} loss 0.50000\n" for i in range(2_000, 3_000)))
    assert path.stat().st_size == 2 * size
    log.look()
    assert (len(wholes), len(log.runs[0].series[0])) == (1, 2_000)
    append(path, "step 3000 loss 0.5\n")
    log.look()
    assert (len(wholes), len(log.runs[0].series[0])) == (2, 2_001)


def test_two_curves_of_one_name_are_no_base_for_further_points():
    whole = [curve("loss", 1, 100), curve("loss", 1, 100)]
    assert join(whole, [curve("loss", 1, 60)]) is None
