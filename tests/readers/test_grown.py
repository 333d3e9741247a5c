"""Numbers that come in any order of ones and blocks are the numbers that came."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.readers.grown import Grown

Steps = st.lists(
    st.one_of(
        st.integers(-9, 9),
        st.lists(st.integers(-9, 9), max_size=5),
        st.sampled_from(["look", "drop"]),
    )
)


@given(Steps, st.integers(0, 40))
def test_a_grown_array_is_a_list_and_what_was_given_stays(steps, expected):
    grown, held, given_ = Grown("q"), [], []
    for step in steps:
        if isinstance(step, int):
            grown.latest.append(step)
            held.append(step)
        elif isinstance(step, list):
            grown.extend(np.array(step, dtype=np.int64), expected)
            held += step
        elif step == "drop" and held:
            grown.drop()
            held.pop()
        else:
            given_.append((grown.whole(), list(held)))
        assert len(grown) == len(held)
    assert grown.whole().tolist() == held
    for array, then in given_:
        assert array.tolist() == then


def test_more_expected_than_there_is_memory_costs_nothing():
    numbers = Grown("d")
    numbers.extend(np.arange(3.0), expected=1 << 58)
    assert numbers.whole().tolist() == [0.0, 1.0, 2.0]


@pytest.mark.parametrize(("expected", "rooms"), [(0, 10), (1_000, 1), (100, 5)])
def test_numbers_are_seldom_moved(monkeypatch, expected, rooms):
    made = []
    room = Grown._room
    monkeypatch.setattr(Grown, "_room", lambda grown, *sizes: made.append(sizes) or room(grown, *sizes))
    numbers = Grown("q")
    for i in range(1_000):
        numbers.extend(np.array([i]), expected)
    assert numbers.whole().tolist() == list(range(1_000))
    assert len(made) == rooms
