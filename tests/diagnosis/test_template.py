"""Evidence sentences: only signals, only the listed formats."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.diagnosis.template import compile_template
from advisor.errors import RuleError


def epochs(name):
    return "epoch"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("rose by {a.x:.0%} to {a.y:.3g}", "rose by 41% to 1.23e+03"),
        ("{a.x:.2f} {a.y:d}", "0.41 1235"),
        ("best at {a.z:at}", "best at epoch 7"),
        ("no field", "no field"),
        ("changed by {a.w:.1%}, {a.w:.2f}, {a.v:.1%}", "changed by 0.0%, 0.00, -0.4%"),
        ("{inf.x:.0%} {inf.x:at} {inf.x:d}", "inf inf inf"),
    ],
)
def test_render(text, shown):
    signals = {"a.x": 0.41, "a.y": 1234.56, "a.z": 7.0, "a.w": -0.0001, "a.v": -0.0042, "inf.x": float("inf")}
    assert compile_template(text).render(signals, epochs, "en") == shown


def test_places_in_both_languages():
    template = compile_template("{a.z:at}")
    for kind, en, zh in (
        ("epoch", "epoch 7", "第 7 轮"),
        ("step", "step 7", "第 7 步"),
        ("index", "point 7", "第 7 个点"),
    ):
        assert template.render({"a.z": 7.0}, lambda _, kind=kind: kind, "en") == en
        assert template.render({"a.z": 7.0}, lambda _, kind=kind: kind, "zh") == zh


@pytest.mark.parametrize(
    "text",
    [
        "{a.x}",
        "{a.x:}",
        "{a.x:>100000000}",
        "{a.x!r:.3g}",
        "{a.x:{b.x}}",
        "{a.x:.3g",
        "a }",
        "{{a.x:.3g}}",
        "{:.99f}",
    ],
)
def test_everything_else_is_refused(text):
    with pytest.raises(RuleError):
        compile_template(text)


def test_of_a_long_sentence_only_the_start_is_shown():
    text = "a loss that " * 5 + "\x1b[2J} and more"
    with pytest.raises(RuleError) as refused:
        compile_template(text)
    shown = refused.value.what.partition("'")[2].rpartition("'")[0]
    assert shown.startswith("a loss that " * 4)
    assert len(shown) <= 60
    assert "more" not in shown
    assert "\x1b" not in shown


@given(st.text(alphabet="{}:.%!ax0", max_size=20))
def test_any_text_compiles_or_is_refused(text):
    with contextlib.suppress(RuleError):
        compile_template(text)
