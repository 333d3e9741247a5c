"""The rule language: what it accepts, what it refuses and how it says so, and its three-valued logic."""

import itertools

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from advisor.diagnosis.expression import (
    MAX_COMPARISONS,
    MAX_DEPTH,
    MAX_LENGTH,
    ExpressionError,
    Macro,
    Names,
    compile_condition,
    compile_number,
)
from advisor.errors import RuleError

NAMES = Names(
    signals=frozenset({"train_loss.swing", "val_loss.swing", "a.x", "b.x", "flag.on"}),
    flags=frozenset({"flag.on"}),
    macros={"wide": Macro("a.x > 1", compile_condition("a.x > 1"))},
)


def holds(text, **signals):
    return compile_condition(text, NAMES)({name.replace("_", "."): v for name, v in signals.items()}).holds


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a.x > 1", True),
        ("a.x + 1 == 3", True),
        ("a.x * 2 - 1 < b.x", False),
        ("0 < b.x < a.x", True),
        ("0 < a.x < b.x", False),
        ("-a.x < 0 and not b.x > 1", True),
        ("a.x < 0 or b.x < 1", True),
        ("between(b.x, 0, 0.5)", True),
        ("between(b.x, 0.6, 1)", False),
        ("abs(-3) == 3 and min(a.x, b.x) == 0.5 and max(1, 2, 3) == 3", True),
        ("log10(100) == 2 and sqrt(16) == 4", True),
        ("known(a.x) and not known(val_loss.swing)", True),
        ("wide", True),
        ("not wide or flag.on", True),
        ("a.x\n    > 1", True),
    ],
)
def test_value(text, expected):
    assert holds(text, a_x=2.0, b_x=0.5, flag_on=1.0) is expected


TRUTHS = {True: "a.x > 0", False: "a.x < 0", None: "b.x > 0"}


@pytest.mark.parametrize(("left", "right"), list(itertools.product(TRUTHS, TRUTHS)))
def test_kleene_tables(left, right):
    both = {left, right}
    conjunction = False if False in both else None if None in both else True
    disjunction = True if True in both else None if None in both else False
    assert holds(f"{TRUTHS[left]} and {TRUTHS[right]}", a_x=1.0) is conjunction
    assert holds(f"{TRUTHS[left]} or {TRUTHS[right]}", a_x=1.0) is disjunction
    assert holds(f"not ({TRUTHS[left]})", a_x=1.0) is (None if left is None else not left)


@pytest.mark.parametrize(
    "text", ["1 / (a.x - a.x) > 0", "log10(a.x - a.x) < 5", "sqrt(-a.x) > 0", "b.x > b.x + 1"]
)
def test_what_cannot_be_computed_is_unknown(text):
    assert holds(text, a_x=2.0) is None


def test_nan_is_unknown_and_overflow_too():
    assert holds("a.x > 1", a_x=float("nan")) is None
    assert holds("flag.on", flag_on=float("nan")) is None
    assert holds("a.x * a.x > 1", a_x=1e308) is None


def test_trace_has_every_clause_with_its_values():
    verdict = compile_condition("a.x > 1 and (b.x < 0.2 or known(val_loss.swing))", NAMES)(
        {"a.x": 2.0, "b.x": 0.5}
    )
    assert [(c.text, c.holds, c.values) for c in verdict.trace] == [
        ("a.x > 1", True, {"a.x": 2.0}),
        ("b.x < 0.2", False, {"b.x": 0.5}),
        ("known(val_loss.swing)", False, {"val_loss.swing": None}),
    ]
    assert verdict.holds is False
    assert verdict.missing == ()


def test_missing_names_only_what_stands_in_the_way():
    condition = compile_condition("(a.x > 1 or b.x > 1) and val_loss.swing > 1", NAMES)
    assert condition({"a.x": 2.0}).missing == ("val_loss.swing",)
    assert condition({"a.x": 0.0}).missing == ("b.x", "val_loss.swing")
    assert condition({"val_loss.swing": 0.0}).missing == ()


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("train_loss.swng > 0.2", "There is no signal train_loss.swng", "Did you mean train_loss.swing?"),
        ("wyde", "There is no signal wyde", "Did you mean wide?"),
        ("bettween(a.x, 0, 1)", "There is no function bettween", "Did you mean between?"),
        ("a.x", "a.x is a number, not a yes or no", "Compare it"),
        ("a.x and b.x > 1", "a.x is a number, not a yes or no", "Compare it"),
        ("wide > 1", "wide is a condition, and a number is needed here", ""),
        ("known(a.x) > 1", "known() is a yes or no, and a number is needed here", ""),
        ("known(a.x + 1)", "known() takes the name of a signal", ""),
        ("known(a.y)", "There is no signal a.y", "Did you mean a.x?"),
        ("min(a.x, 1)", "min() is a number, and a condition is needed here", "Compare it"),
        ("between(a.x, 1)", "between() takes 3 plain arguments", ""),
        ("a.x ** 2 > 1", "This operator is not in the language", "+ - * /"),
        ("a.x in (1, 2)", "This comparison is not in the language", ""),
        ("a.x is 1 and b.x > 1", "", ""),
        ("a.x[0] > 1", "This is not in the language", ""),
        ("'a' < 1", "Only plain numbers may be written here", ""),
        ("True > 0", "Only plain numbers may be written here", ""),
        ("1j > 0", "Only plain numbers may be written here", ""),
        ("(lambda: 1)() > 0", "There is no function", ""),
        ("a.x > 1 if b.x else 2", "A condition is needed here, not a number", ""),
        ("[a.x] > 1", "This is not in the language", ""),
        ("abs(*a) > 1", "abs() takes 1 plain arguments", ""),
        ("abs(x=1) > 1", "abs() takes 1 plain arguments", ""),
        ("a.x > 1 # b.x", "This character has no place in a condition", ""),
        ("a.x > １", "This character has no place in a condition", ""),
        ("a.x >", "This is no valid expression", ""),
        ("9" * 400 + " > 1", "This number is too large", ""),
        ("", "An expression is empty", ""),
        ("().__class__ > 1", "This is not in the language", ""),
    ],
)
def test_refusal_says_what_and_what_instead(text, message, hint):
    with pytest.raises(ExpressionError) as caught:
        compile_condition(text, NAMES)
    assert message in caught.value.message
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("wide and known(a.x + 1)", "a.x + 1"),
        ("wide and known(a.y)", "a.y"),
        ("wide and known(a.x, b.x)", "known(a.x, b.x)"),
        ("wide and between(a.x, 0, b.y)", "b.y"),
        ("wide and bettween(a.x, 0, 1)", "bettween"),
        ("wide and a.x", "a.x"),
        ("wide and 3", "3"),
        ("wide and min(a.x, 1)", "min(a.x, 1)"),
        ("wide and a.x ** 2 > 1", "a.x ** 2"),
        ("wide and (a.x in (1, 2))", "a.x in (1, 2)"),
        ("wide and known(a.x) > 1", "known(a.x)"),
        ("wide and wide > 1", "wide"),
        ("wide and 'a' < 1", "'a'"),
        ("wide and [a.x] > 1", "[a.x]"),
    ],
)
def test_the_caret_covers_what_is_wrong_and_nothing_else(text, marked):
    with pytest.raises(ExpressionError) as caught:
        compile_condition(text, NAMES)
    _, shown, caret = caught.value.what.splitlines()
    assert shown.strip() == text
    start = caret.index("^") - len(shown) + len(shown.lstrip())
    assert (text[start : start + caret.count("^")], start >= text.index("and")) == (marked, True)


@pytest.mark.parametrize(
    ("name", "fewest", "most"),
    [("min", 2, 16), ("max", 2, 16), ("abs", 1, 1), ("log10", 1, 1), ("sqrt", 1, 1)],
)
def test_a_function_takes_as_many_arguments_as_it_can_use(name, fewest, most):
    for count in (fewest, most):
        compile_condition(f"{name}({', '.join(['a.x'] * count)}) > 0", NAMES)
    for count in (fewest - 1, most + 1):
        with pytest.raises(ExpressionError, match=rf"{name}\(\) takes {fewest}"):
            compile_condition(f"{name}({', '.join(['a.x'] * count)}) > 0", NAMES)


def test_caret_stands_under_the_place():
    with pytest.raises(ExpressionError) as caught:
        compile_condition("a.x > 1 and train_loss.swng > 0.2", NAMES)
    _, text, caret = caught.value.what.splitlines()
    assert text[caret.index("^") : caret.rindex("^") + 1] == "train_loss.swng"


@pytest.mark.parametrize(
    ("text", "marked"), [("a.x > 1 and and b.x > 1", "and"), ("a.x > 1 )", ")"), ("a.x >", "")]
)
def test_the_caret_of_a_syntax_error_covers_the_word_that_has_no_place(text, marked):
    with pytest.raises(ExpressionError) as caught:
        compile_condition(text, NAMES)
    _, shown, caret = caught.value.what.splitlines()
    assert shown[caret.index("^") : caret.rindex("^") + 1] == marked
    assert caret.count("^") == max(1, len(marked))


def test_the_longest_expression_is_read():
    sum_ = " + ".join(["a.x"] * 12)
    text = f"{sum_} > {'0' * (MAX_LENGTH - len(sum_) - 5)}.1"
    assert len(text) == MAX_LENGTH
    compile_condition(text, NAMES)
    with pytest.raises(ExpressionError, match=f"longer than {MAX_LENGTH} characters") as refused:
        compile_condition(text + "1", NAMES)
    _, shown, caret = refused.value.what.splitlines()
    assert shown.strip() == f"{text[:60]} ..."
    assert caret.strip() == "^" * 60
    assert MAX_LENGTH == 1_000, "own rules of this length have been written"


def test_caret_stays_in_view_on_a_long_line():
    with pytest.raises(ExpressionError) as caught:
        compile_condition("a.x > 1 and " * 40 + "b.y > 1", NAMES)
    _, text, caret = caught.value.what.splitlines()
    assert len(text) < 120
    assert text[caret.index("^") : caret.rindex("^") + 1] == "b.y"


def test_a_fault_is_shown_with_as_much_before_it_as_from_it_on():
    with pytest.raises(ExpressionError) as caught:
        compile_condition("a.x > 1 and " * 10 + "b.y > 1" + " and a.x > 1" * 10, NAMES)
    _, text, caret = caught.value.what.splitlines()
    shown, at = text[4:], caret[4:].index("^")
    assert (len(shown), at) == (100, 50)
    assert shown[at:].startswith("b.y > 1 and")


@pytest.mark.parametrize(
    "text",
    [
        "a.x > 1 and " * (MAX_LENGTH // 12) + "a.x > 1",
        "not " * (MAX_DEPTH + 1) + "wide",
        "-" * 900 + "1 > 2",
        "(" * 400 + "1" + ")" * 400 + " > 1",
    ],
    ids=["length", "depth", "minus", "parentheses"],
)
def test_caps(text):
    with pytest.raises(ExpressionError):
        compile_condition(text, NAMES)


def test_the_deepest_expression_is_read():
    compile_condition("not " * 23 + "wide", NAMES)
    with pytest.raises(ExpressionError, match="nested more than 24 deep"):
        compile_condition("not " * 24 + "wide", NAMES)


def test_macros_cannot_multiply_without_end():
    macros = dict(NAMES.macros)
    doublings = MAX_COMPARISONS.bit_length() - 1
    for level in range(doublings):
        below = f"m{level - 1}" if level else "wide"
        condition = compile_condition(f"{below} and {below}", Names(NAMES.signals, NAMES.flags, macros))
        macros[f"m{level}"] = Macro("", condition)
    last = f"m{doublings - 1}"
    with pytest.raises(ExpressionError, match=f"more than {MAX_COMPARISONS} comparisons"):
        compile_condition(f"{last} and {last}", Names(NAMES.signals, NAMES.flags, macros))


@pytest.mark.parametrize(
    ("text", "comparisons"),
    [
        ("wide", 1),
        ("flag.on", 1),
        ("not wide", 1),
        ("a.x > 1", 1),
        ("1 < a.x < 2", 1),
        ("known(a.x)", 1),
        ("between(a.x, 1, 2)", 1),
        ("wide and (a.x > 1 or not known(b.x))", 3),
    ],
)
def test_a_comparison_counts_once(text, comparisons):
    condition = compile_condition(text, NAMES)
    assert condition.size == comparisons
    macros = {**NAMES.macros, "twice": Macro("", condition)}
    assert (
        compile_condition("twice or twice", Names(NAMES.signals, NAMES.flags, macros)).size == 2 * comparisons
    )


def test_number_expression():
    number = compile_number("0.5 * (a.x + 1) - min(b.x, 2)", NAMES)
    assert number({"a.x": 3.0, "b.x": 1.0}) == 1.0
    assert number({"a.x": 3.0}) is None
    assert number.names == ("a.x", "b.x")
    with pytest.raises(ExpressionError):
        compile_number("a.x > 1", NAMES)


WORDS = st.sampled_from([
    *"()<>+-*/,:[]'\".=#\\{}@~%é\x00\n",
    "a.x", "b.x", "flag.on", "wide", "nope.x", "and", "or", "not", "<=", ">=", "==", "!=", "**", "//",
    ":=", "0", "1", "0.5", "1e308", "known", "between", "abs", "min", "max", "log10", "sqrt", "if", "else",
    "lambda", "in", "is", "await", "yield",
])  # fmt: skip
SIGNALS = st.dictionaries(st.sampled_from(["a.x", "b.x", "flag.on"]), st.floats(), max_size=3)


@given(st.one_of(st.text(max_size=80), st.lists(WORDS, max_size=25).map(" ".join)), SIGNALS)
@example("1or 2", {})
@example("\ud800 > 1", {})
@example("a.x > 1\\", {})
def test_any_text_compiles_or_is_refused_and_evaluation_never_raises(text, signals):
    try:
        condition = compile_condition(text, NAMES)
    except RuleError:
        pass
    else:
        assert condition(signals).holds in (True, False, None)
        assert condition.holds(signals) is condition(signals).holds
    try:
        number = compile_number(text, NAMES)
    except RuleError:
        pass
    else:
        value = number(signals)
        assert value is None or isinstance(value, (int, float))


CONDITIONS = st.recursive(
    st.sampled_from(["a.x > 0", "b.x / a.x < 1", "known(b.x)", "between(a.x, b.x, 1)", "wide", "flag.on"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        inner.map(lambda t: f"(not {t})"),
    ),
    max_leaves=8,
)


@given(CONDITIONS, SIGNALS, SIGNALS)
def test_knowing_more_never_changes_a_verdict(text, signals, more):
    """A decided condition without `known` stays as it is when further signals become known (monotonicity)."""
    if "known" in text:
        return
    condition = compile_condition(text, NAMES)
    before = condition(signals).holds
    if before is not None:
        assert condition({**more, **signals}).holds is before
