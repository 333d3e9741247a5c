import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.text import Bilingual, clean, clean_line, short_number, strip_escapes

HOSTILE = {
    "clear screen": "\x1b[2Jx",
    "title": "\x1b]0;owned\x07x",
    "clipboard": "\x1b]52;c;aGk=\x1b\\x",
    "link": "\x1b]8;;http://example.org\x1b\\x\x1b]8;;\x1b\\",
    "device control": "\x1bPq#0\x1b\\x",
    "8-bit control sequence": "\x9b31mx",
    "8-bit string": "\x9d0;t\x9cx",
    "cursor": "\x1b[5;5Hx",
    "unfinished": "x\x1b[",
    "unfinished string": "x\x1b]0;never ends",
    "reset": "\x1bcx",
    "charset": "\x1b(0x",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_escape_sequences_vanish_whole(text):
    assert clean(text) == "x"


def test_other_controls_and_bidirectional_overrides_are_shown_as_replaced():
    assert clean("a\x00b\x07c\u202ed\u200be") == "a\ufffdb\ufffdc\ufffdd\ufffde"


def test_what_is_harmless_stays():
    assert clean("[red]loss[/] 损失 0.41\tß\n%") == "[red]loss[/] 损失 0.41\tß\n%"


def test_a_string_that_never_ends_does_not_swallow_the_next_line():
    assert clean("\x1b]0;evil\nloss 0.4") == "\nloss 0.4"


def test_a_long_text_is_cut_with_an_ellipsis():
    assert clean("x" * 50, limit=10) == "x" * 9 + "…"


def test_clean_line_is_one_line():
    assert clean_line(" a\n\n b\r\nc ") == "a b c"


@given(st.text())
def test_nothing_that_a_terminal_obeys_is_left(text):
    left = clean(text)
    assert not any(ord(c) < 32 and c not in "\t\n" for c in left)
    assert not any(0x7F <= ord(c) <= 0x9F or 0x202A <= ord(c) <= 0x202E for c in left)


def test_strip_escapes_leaves_plain_text_alone():
    assert strip_escapes("a\x1b[31mb\x1b[0mc\r") == "abc\r"


@pytest.mark.parametrize(
    ("value", "text"),
    [(3.0, "3"), (0.001, "0.001"), (1e-5, "1e-05"), (0.123456, "0.1235"), (float("nan"), "nan"),
     (float("-inf"), "-inf"), (1234567.0, "1.235e+06")],
)  # fmt: skip
def test_short_number(value, text):
    assert short_number(value) == text


def test_bilingual():
    both = Bilingual(en="loss", zh="损失")
    assert (both.in_("en"), both.in_("zh")) == ("loss", "损失")
