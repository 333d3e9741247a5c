"""What the words beside a number mean: units, and headings that name a split."""

import pytest

from advisor.readers import names

SCALES = {
    "": 1.0, " loss": 1.0, "%": 1.0, "s": 1.0, "ms, ": 1.0, "µs": 1.0, "dB": 1.0, "x": 1.0, "it/s": 1.0,
    "k/s": 1.0, "foo/bar": 1.0, "k": 1e3, "K params": 1e3, "M": 1e6, "B": 1e9,
    "kk": None, "foo": None, "G": None,
}  # fmt: skip


@pytest.mark.parametrize("after", SCALES)
def test_what_a_unit_multiplies_by(after):
    assert names.scale(after) == SCALES[after]


@pytest.mark.parametrize(
    ("word", "known"), [("%", True), ("k", True), ("ms", True), ("loss", False), ("", False)]
)
def test_a_unit_is_known(word, known):
    assert names.is_unit(word) is known


HEADINGS = {
    "Test Error:": "test",
    "valid:": "valid",
    "验证集：": "验证",
    "训练结果：": "训练",
    "*** Test results: ***": "test",
    "Test": None,
    ":": None,
    "Test Error rate:": None,
    "Test " + "e" * 34 + ":": "test",
    "Test " + "e" * 35 + ":": None,
}


@pytest.mark.parametrize("text", HEADINGS)
def test_a_heading_of_two_words_names_a_split(text):
    assert names.heading_split(text) == HEADINGS[text]


COUNTED = {
    "轮": "epoch",
    "个回合": "epoch",
    "步": "step",
    "次迭代": "step",
    "批": "step",
    "天": None,
    "": None,
}


@pytest.mark.parametrize("after", COUNTED)
def test_a_chinese_number_is_wrapped_in_its_counter(after):
    assert names.wrapped_counter("第 ", after) == COUNTED[after]
    assert names.wrapped_counter("", after) is None
