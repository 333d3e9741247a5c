"""Conditions drawn at random beside an oracle that knows the three-valued logic by its definition alone."""

import math
import operator

from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.diagnosis.expression import Names, compile_condition, compile_number

SIGNALS = ("a.x", "b.x", "c.x")
NAMES = Names(signals=frozenset((*SIGNALS, "flag.on")), flags=frozenset({"flag.on"}))
COMPARED = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
JOINED = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}
CALLED = {"abs": abs, "log10": math.log10, "sqrt": math.sqrt, "min": min, "max": max}
# A few values, so that both sides of a comparison are often equal.
VALUES = st.sampled_from([-2.0, -1.0, 0.0, 0.5, 1.0, 2.0, 100.0, 1e308, math.nan])
KNOWN = st.dictionaries(st.sampled_from((*SIGNALS, "flag.on")), VALUES, max_size=4)


def computed(function, parts, signals):
    """The value where every part is known and the result is a finite number, else None."""
    values = [part(signals) for part in parts]
    if None in values:
        return None
    try:
        result = function(*values)
    except (ValueError, ArithmeticError):
        return None
    return result if math.isfinite(result) else None


def number(text, value):
    return text, value


NUMBERS = st.recursive(
    st.one_of(
        st.sampled_from(SIGNALS).map(lambda name: number(name, lambda s: s.get(name))),
        st.sampled_from(["0", "1", "0.5", "2"]).map(lambda text: number(text, lambda _: float(text))),
    ),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(list(JOINED)), inner).map(
            lambda t: number(
                f"({t[0][0]} {t[1]} {t[2][0]})", lambda s: computed(JOINED[t[1]], (t[0][1], t[2][1]), s)
            )
        ),
        inner.map(lambda n: number(f"(-{n[0]})", lambda s: computed(operator.neg, (n[1],), s))),
        st.tuples(st.sampled_from(["abs", "log10", "sqrt"]), inner).map(
            lambda t: number(f"{t[0]}({t[1][0]})", lambda s: computed(CALLED[t[0]], (t[1][1],), s))
        ),
        st.tuples(st.sampled_from(["min", "max"]), inner, inner).map(
            lambda t: number(
                f"{t[0]}({t[1][0]}, {t[2][0]})", lambda s: computed(CALLED[t[0]], (t[1][1], t[2][1]), s)
            )
        ),
    ),
    max_leaves=4,
)


def chained(numbers, signs, signals):
    """All comparisons of a chain; unknown where one of its numbers is unknown or no number."""
    values = [value(signals) for _, value in numbers]
    if any(value is None or math.isnan(value) for value in values):
        return None
    return all(COMPARED[sign](a, b) for sign, a, b in zip(signs, values, values[1:], strict=False))


def flag(signals):
    value = signals.get("flag.on")
    return None if value is None or math.isnan(value) else value != 0


def chain(first, rest):
    text = " ".join([first[0], *(f"{sign} {other[0]}" for sign, other in rest)])
    numbers, signs = (first, *(other for _, other in rest)), [sign for sign, _ in rest]
    return text, lambda s: chained(numbers, signs, s)


def conjunction(values):
    return False if False in values else None if None in values else True


def disjunction(values):
    return True if True in values else None if None in values else False


def joined(word, parts):
    decide = conjunction if word == "and" else disjunction
    text = "(" + f" {word} ".join(part[0] for part in parts) + ")"
    return text, lambda s: decide([part[1](s) for part in parts])


CONDITIONS = st.recursive(
    st.one_of(
        st.tuples(
            NUMBERS, st.lists(st.tuples(st.sampled_from(list(COMPARED)), NUMBERS), min_size=1, max_size=2)
        ).map(lambda t: chain(*t)),
        st.tuples(NUMBERS, NUMBERS, NUMBERS).map(
            lambda t: (
                f"between({t[0][0]}, {t[1][0]}, {t[2][0]})",
                lambda s: chained((t[1], t[0], t[2]), ("<=", "<="), s),
            )
        ),
        st.sampled_from(SIGNALS).map(lambda name: (f"known({name})", lambda s: name in s)),
        st.just(("flag.on", flag)),
    ),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["and", "or"]), st.lists(inner, min_size=2, max_size=3)).map(
            lambda t: joined(*t)
        ),
        inner.map(lambda c: (f"(not {c[0]})", lambda s: None if c[1](s) is None else not c[1](s))),
    ),
    max_leaves=5,
)


@settings(max_examples=300)
@given(CONDITIONS, KNOWN)
def test_a_condition_holds_where_the_definition_says_so(condition, signals):
    text, expected = condition
    compiled = compile_condition(text, NAMES)
    verdict = compiled(signals)
    assert verdict.holds is expected(signals)
    assert compiled.holds(signals) is expected(signals)
    assert set(verdict.missing) <= {name for name in compiled.names if name not in signals}
    assert not verdict.missing or verdict.holds is None


@settings(max_examples=200)
@given(NUMBERS, KNOWN)
def test_a_number_is_what_arithmetic_says(node, signals):
    text, expected = node
    found, wanted = compile_number(text, NAMES)(signals), expected(signals)
    assert found == wanted or (found is not None and math.isnan(found) and math.isnan(wanted))


@settings(max_examples=200)
@given(CONDITIONS, KNOWN)
def test_what_is_missing_would_decide(condition, signals):
    """With every missing signal known the verdict is no longer for want of them."""
    text, _ = condition
    verdict = compile_condition(text, NAMES)(signals)
    if verdict.missing:
        filled = {**signals, **dict.fromkeys(verdict.missing, 1.0)}
        assert not set(compile_condition(text, NAMES)(filled).missing) & set(verdict.missing)
