"""Bytes to text at the edges: how much of a pattern makes an encoding, and how much damage a binary file."""

import numpy as np
import pytest

from advisor.readers.base import HEAD_BYTES, Source
from advisor.readers.decode import decode, looks_binary
from advisor.run import EventKind


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_two_bytes_a_character_are_told_by_their_pattern(encoding):
    text = "epoch 1 loss 0.5\n"
    assert decode(text.encode(encoding)).encoding == encoding
    assert decode(text.encode(encoding)).text == text
    assert decode("ab".encode(encoding)).encoding == encoding
    assert decode("a".encode(encoding)).encoding == "utf-8", "two bytes are too few to tell"


def pattern(zeros, others, first):
    """A thousand pairs of bytes with so many zeros in one place and in the other."""
    pairs = np.full((1_000, 2), ord("a"), dtype=np.uint8)
    pairs[:zeros, first] = 0
    pairs[500 : 500 + others, 1 - first] = 0
    return pairs.tobytes()


@pytest.mark.parametrize(("zeros", "others", "wide"), [
    (401, 0, True), (400, 0, False), (401, 49, True), (401, 50, False),
])  # fmt: skip
@pytest.mark.parametrize(("first", "encoding"), [(1, "utf-16-le"), (0, "utf-16-be")])
def test_so_many_zeros_are_those_of_wide_characters(zeros, others, wide, first, encoding):
    assert decode(pattern(zeros, others, first)).encoding == (encoding if wide else "utf-8")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "utf-8"])
def test_a_mark_is_no_part_of_the_text(encoding):
    found = decode("第 1 轮 loss 0.5\n".encode(encoding))
    assert (found.text, found.events) == ("第 1 轮 loss 0.5\n", ())


def test_chinese_that_is_no_utf_8_is_read_as_what_it_is():
    found = decode("训练损失：0.5，第 3 轮".encode("gbk"))
    assert (found.text, found.encoding) == ("训练损失：0.5，第 3 轮", "gb18030")
    assert [event.kind for event in found.events] == [EventKind.NOTE]
    # Four of five characters that are not ASCII have to be Chinese.
    assert decode("损失损失я".encode("gb18030")).encoding == "gb18030"
    assert decode("损失损яа".encode("gb18030")).encoding == "utf-8"


@pytest.mark.parametrize(("data", "places"), [(b"a\xff", 1), (b"a\xff\xfe b\xff", 3), ("\ufffd".encode(), 0)])
def test_places_that_are_no_text_are_counted(data, places):
    found = decode(data + b"cd")
    assert [event.count for event in found.events] == ([places] if places else [])
    assert found.text.startswith("a\ufffd") or not places
    if places:
        assert f"{places} places are no valid UTF-8" in found.events[0].text


@pytest.mark.parametrize("zeros", [0, 1, 9])
def test_zeros_at_the_end_are_counted_and_left_out(zeros):
    found = decode(b"loss 0.5\n" + bytes(zeros))
    assert found.text == "loss 0.5\n"
    assert [event.kind for event in found.events] == [EventKind.TRUNCATED] * bool(zeros)
    assert all(f"ends in {zeros} NUL" in event.text for event in found.events)


@pytest.mark.parametrize(("control", "binary"), [(0, False), (5, False), (6, True)])
def test_so_many_control_characters_make_a_file_binary(control, binary):
    assert looks_binary(b"\x01" * control + b"a" * (100 - control)) is binary
    assert looks_binary(b"a" * 4_096 + b"\x01" * 4_096) is False, "only the beginning is looked at"


def test_what_a_terminal_does_is_no_control_character_of_a_binary_file():
    assert not looks_binary(b"\t\n\r\x08\x0b\x0c\x1b")
    for code in set(range(32)) - set(b"\t\n\r\x08\x0b\x0c\x1b\x00"):
        assert looks_binary(bytes([code])), code
    assert not looks_binary(b" ")
    assert looks_binary(b"")
    assert looks_binary(bytes(9))


def test_the_head_of_a_log_is_the_first_that_says_anything():
    text = b"epoch 1 loss 0.5\n"
    blank = b"\n" * HEAD_BYTES
    assert Source("a", content=text).head == text
    assert Source("a", content=blank + text).head == text
    assert Source("a", content=blank * 1_024 + text).head == text
    assert Source("a", content=blank * 1_025 + text).head == blank
    assert Source("a", content=blank[1:] + text).head == blank[1:] + text[:1]
    assert Source("a", content=blank * 2).head == blank
