# ruff: noqa: E501 (cases are as long as they are)
"""Numbers in columns are what `float` reads of each, and event records what the protocol says of each byte."""

import itertools
import struct

import numpy as np
import pytest

from advisor.readers import Source
from advisor.readers.event_records import BadWireError, parse_event
from advisor.readers.event_templates import Decoder, find_places
from advisor.readers.formats.tensorboard_events import READER
from advisor.readers.layouts import Layout, _groups, _spelling
from tests.event_files import content, simple


def column(words, skipped=0):
    """The words, which are spelt alike, as the column of lines that differ in their digits alone."""
    width = len(words[0])
    lines = np.array([f"loss {word} end".encode() for word in words]).view(f"V{width + 9}")
    layout = Layout(lines[0].tobytes(), [(5, 5 + width)], skipped)
    matched, fits = layout.match(lines)
    assert fits is None
    return layout.column(matched, 0).tolist()


SPELLINGS = [
    "1", "12", "123", "1234", "12345", "123456", "1234567", "12345678", "123456789", "1234567890123456",
    "12345678901234567", "1234567890123456789", "12345678901234567890", "0.1", "1.", ".5", "0.12345678",
    "3.141592653589793", "9007199254740993", "9.007199254740993", "-0.5", "+0.5", "-12", "1e5", "1.5e-3",
    "-2.5E+10", "1e22", "1e23", "1e-22", "1e-23", "1.5e-21", "1.5e-22", "1.5e23", "1.5e24", "9e300", "1e-300",
    "1,234", "1,234.5", "12,345,678", "0.1234567890123456789012", "0.12345678901234567890123", "5e-324",
    "1.7976931348623157e308", "0e0", "00.10",
]  # fmt: skip


@pytest.mark.parametrize("word", SPELLINGS)
def test_numbers_of_one_spelling_are_what_float_reads(word):
    generator = np.random.default_rng(len(word))

    def other():
        return "".join(str(generator.integers(10)) if c.isdigit() else c for c in word)

    words = [word, *(other() for _ in range(40)), word.replace("1", "9"), word]
    assert column(words) == [float(w.replace(",", "")) for w in words]
    assert column([word] * 5) == [float(word.replace(",", ""))] * 5, "what never changes is decoded once"


@pytest.mark.parametrize("power", ["00", "01", "21", "22", "23", "24", "99"])
@pytest.mark.parametrize("sign", ["", "-", "+"])
@pytest.mark.parametrize(
    "mantissa", ["9.999999999999999", "1.5", "7", "9007199254740991", "9007199254740993"]
)
def test_a_power_of_ten_around_the_largest_that_is_exact(mantissa, sign, power):
    words = [f"{mantissa}e{sign}{p}" for p in (power, "21", "22", "23", power)]
    assert column(words) == [float(word) for word in words]


@pytest.mark.parametrize(("word", "known"), [
    ("nan", False), ("1" * 19, True), ("1" * 20, False), ("0." + "1" * 18, True), ("0." + "1" * 19, False),
    (".", False), ("-1.5", True), ("1,5", True), ("1e-005", True),
])  # fmt: skip
def test_which_words_are_decoded_in_columns(word, known):
    assert (_spelling(word, 0) is not None) is known


@pytest.mark.parametrize(("places", "groups"), [
    ([], []), ([4], [(5, 1)]), ([4, 5, 6], [(7, 3)]), ([4, 6], [(5, 1), (7, 1)]),
    (list(range(9)), [(8, 8), (9, 1)]), (list(range(3, 19)), [(11, 8), (19, 8)]),
])  # fmt: skip
def test_digits_that_stand_together(places, groups):
    assert _groups(places) == groups


def test_a_line_fits_where_it_differs_in_digits_alone():
    layout = Layout(b"top5 0.123", [(5, 10)])
    assert layout.fits(b"top5 9.876")
    assert layout.fits(b"top5 0.000")
    assert not layout.fits(b"top6 0.123")
    assert not layout.fits(b"top5 0:123")
    assert not layout.fits(b"top5 0.12:")
    assert not layout.fits(b"top5 0.12/")
    assert not layout.fits(b"top5 01123")


def varint(number):
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])


def field(number, wire, content):
    content = varint(len(content)) + content if wire == 2 else content
    return varint(number << 3 | wire) + content


DOUBLE = struct.pack("<d", 0.5)
FLOAT = struct.pack("<f", 0.25)


WALL, STEP, VALUE = field(1, 1, DOUBLE), field(2, 0, varint(300)), field(2, 5, FLOAT)


def event(value, wall=WALL, step=STEP):
    return wall + step + field(5, 2, value)


def plain(tag=b"loss", value=VALUE):
    return field(1, 2, field(1, 2, tag) + value)


@pytest.mark.parametrize(("record", "value", "size"), [
    (event(plain()), 0.25, 4),
    (event(plain(), step=b""), 0.25, 4),
    (event(plain(value=field(8, 2, field(1, 0, b"\x01") + field(5, 2, FLOAT)))), 0.25, 4),
    (event(plain(value=field(8, 2, field(1, 0, b"\x01") + field(5, 5, FLOAT)))), 0.25, 4),
    (event(plain(value=field(8, 2, field(1, 0, b"\x02") + field(6, 2, DOUBLE)))), 0.5, 8),
    (event(plain(value=field(8, 2, field(1, 0, b"\x02") + field(6, 1, DOUBLE)))), 0.5, 8),
    (event(plain(value=field(8, 2, field(1, 0, b"\x01") + field(4, 2, FLOAT)))), 0.25, 4),
    (event(plain(value=field(8, 2, field(1, 0, b"\x02") + field(4, 2, DOUBLE)))), 0.5, 8),
])  # fmt: skip
def test_where_the_figures_of_a_record_lie(record, value, size):
    found = find_places(record)
    assert found is not None
    places, scalar = found
    start, length = places.wall_time
    assert record[start : start + length] == DOUBLE
    start, length = places.value
    assert record[start : start + length] == (FLOAT if size == 4 else DOUBLE)
    start, length = places.step
    assert record[start : start + length] == (varint(300) if length else b"")
    assert (scalar.tag, scalar.step, scalar.wall_time, scalar.value) == (
        "loss",
        300 if length else 0,
        0.5,
        value,
    )
    assert places.varying() == [
        at
        for first, size in (places.wall_time, places.step, places.value)
        for at in range(first, first + size)
    ]


@pytest.mark.parametrize("record", [
    event(plain(), wall=b""),
    event(plain(), wall=field(1, 1, DOUBLE) * 2),
    event(plain(), step=field(2, 0, b"\x01") * 2),
    event(plain(), step=field(2, 0, varint((1 << 64) - 5))),
    event(plain() * 2),
    event(plain()) + field(5, 2, plain()),
    event(b""),
    event(plain(value=field(2, 5, FLOAT) * 2)),
    event(plain(value=b"")),
    event(plain(value=field(4, 2, b"x"))),
    event(plain(value=field(8, 2, field(1, 0, b"\x01") + field(5, 2, FLOAT * 2)))),
    event(plain(value=field(8, 2, field(1, 0, b"\x03") + field(4, 2, FLOAT)))),
    event(plain(value=field(8, 2, field(1, 0, b"\x01") + field(5, 2, FLOAT) + field(5, 2, FLOAT * 2)))),
    b"\x0b",
    b"",
])  # fmt: skip
def test_records_that_are_no_template(record):
    assert find_places(record) is None


@pytest.mark.parametrize("step", [0, 1, 127, 128, 16_383, 16_384, 1 << 31, (1 << 55) - 1, (1 << 62) + 5])
def test_steps_of_every_length_are_read_as_they_are(step):
    steps = [step ^ turn if step > 9 else step for turn in (0, 1, 2, 3, 4, 5, 6, 7)]
    data = content(*(simple("loss", s, 0.5 + i, wall=1.0 + i) for i, s in enumerate(steps)))
    (run,) = READER.read(Source("a.tfevents.1", content=data))
    (loss,) = run.series
    assert loss.x.tolist() == [float(s) for s in steps]
    assert loss.y.tolist() == [0.5 + i for i in range(8)]
    assert loss.wall_time is not None
    assert loss.wall_time.tolist() == [1.0 + i for i in range(8)]


@pytest.mark.parametrize(("dtype", "number", "written", "value"), [
    (1, 5, struct.pack("<f", 1.5), 1.5), (2, 6, struct.pack("<d", 2.5), 2.5), (3, 7, varint(7), 7),
    (9, 10, varint((1 << 64) - 3), -3), (10, 11, varint(1), 1), (22, 16, varint(1 << 31), 1 << 31),
    (23, 17, varint((1 << 64) - 3), float((1 << 64) - 3)), (19, 13, varint(0x3C00), 1.0), (14, 13, varint(0x3F80), 1.0),
])  # fmt: skip
@pytest.mark.parametrize("many", [1, 2])
def test_the_values_of_a_tensor_by_their_field(dtype, number, written, value, many):
    tensor = field(1, 0, varint(dtype)) + field(number, 2, written * many)
    found = parse_event(memoryview(event(plain(value=field(8, 2, tensor)))))
    assert [s.value for s in found.scalars] == ([value] if many == 1 else [])
    if number not in (5, 6):
        alone = field(1, 0, varint(dtype)) + field(number, 0, written) * many
        found = parse_event(memoryview(event(plain(value=field(8, 2, alone)))))
        assert [s.value for s in found.scalars] == ([value] if many == 1 else [])


@pytest.mark.parametrize(("dtype", "form", "value"), [
    (1, "<f", 1.5), (2, "<d", 2.5), (3, "<i", -3), (4, "<B", 200), (5, "<h", -3), (6, "<b", -3), (9, "<q", -3),
    (10, "<?", True), (17, "<H", 60_000), (19, "<e", 1.5), (22, "<I", 1 << 31), (23, "<Q", 1 << 63),
])  # fmt: skip
def test_the_content_of_a_tensor_by_its_type(dtype, form, value):
    raw = struct.pack(form, value)
    for some, known in ((raw, True), (raw * 2, False), (raw[:-1], False)):
        tensor = field(1, 0, varint(dtype)) + field(4, 2, some)
        found = parse_event(memoryview(event(plain(value=field(8, 2, tensor)))))
        assert [s.value for s in found.scalars] == ([float(value)] if known else [])


@pytest.mark.parametrize(("sizes", "single"), [
    ([], True), ([1], True), ([1, 1], True), ([0], False), ([2], False), ([1, 3], False),
])  # fmt: skip
def test_the_shape_of_a_tensor(sizes, single):
    shape = b"".join(field(2, 2, field(1, 0, varint(size))) for size in sizes)
    tensor = field(1, 0, b"\x01") + field(2, 2, shape) + field(5, 2, FLOAT)
    found = parse_event(memoryview(event(plain(value=field(8, 2, tensor)))))
    assert bool(found.scalars) is single


@pytest.mark.parametrize("length", range(1, 11))
def test_a_number_of_so_many_bytes(length):
    number = 1 << 7 * (length - 1)
    assert len(varint(number)) == length
    found = parse_event(memoryview(event(plain(), step=field(2, 0, varint(number)))))
    assert found.scalars[0].step == (number if number < 1 << 63 else number - (1 << 64))
    with pytest.raises(BadWireError):
        parse_event(memoryview(event(plain(), step=field(2, 0, b"\x80" * 10 + b"\x01"))))


def test_a_decoder_forgets_templates_in_another_folder_and_keeps_its_tags():
    decoder = Decoder()
    decoder.enter("")
    assert [decoder.tag(name) for name in ("a", "b", "a")] == [0, 1, 0]
    decoder.enter("train")
    assert decoder.tag("a") == 2
    assert list(decoder.tags) == list(dict.fromkeys(["a", "b", *list(decoder.tags)[2:]]))
    assert list(itertools.islice(decoder.tags, 2)) == ["a", "b"]
