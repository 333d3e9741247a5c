"""The clock of a run: where each record stands, when a counter goes back, stands again or stands still."""

import numpy as np
import pytest

from advisor.readers.position import Clock, Counted, counters_of


def at(epoch=None, step=None, batch=None, of=None, key=""):
    counted = {} if epoch is None else {"epoch": (epoch, None)}
    if step is not None:
        counted["step"] = (step, of)
    if batch is not None:
        counted["batch"] = (batch, of)
    return counters_of(counted, key)


def placed(*records, clock=None):
    clock = clock or Clock()
    return [(place.x, place.kind, place.told) for place in (clock.place(r, "family") for r in records)]


def xs(*records):
    return [x for x, _, _ in placed(*records)]


@pytest.mark.parametrize(("counted", "expected"), [
    (at(3), Counted(3, None, None, None, "")),
    (at(3, step=7), Counted(3, 7, None, "step", "")),
    (at(3, batch=7, of=9), Counted(3, 7, 9, "batch", "")),
    (at(step=7, batch=2, of=9, key="k"), Counted(None, 7, 9, "step", "k", both=True)),
    (at(), Counted(None, None, None, None, "")),
])  # fmt: skip
def test_the_counters_of_a_record(counted, expected):
    assert counted == expected


def test_epochs_and_steps_as_they_are_printed():
    assert placed(at(1), at(2), at(5)) == [
        (1, "epoch", "epoch"),
        (2, "epoch", "epoch"),
        (5, "epoch", "epoch"),
    ]
    assert placed(at(step=10), at(step=30)) == [(10, "step", "step"), (30, "step", "step")]
    assert placed(at(1, step=10), at(2, step=30)) == [(10, "step", "epoch+step"), (30, "step", "epoch+step")]
    assert placed(at(1, batch=3)) == [(3, "step", "epoch+batch")]
    assert placed(at(step=10, batch=3)) == [(10, "step", "step+batch")]


def test_records_without_a_counter_stand_where_the_last_one_did():
    assert placed(at()) == [(0, "index", "none")]
    assert placed(at(4), at(), at(5), at())[1::2] == [(4, "epoch", "none"), (5, "epoch", "none")]
    clock = Clock()
    assert placed(at(step=40), at(), at(2), at(), clock=clock)[1::2] == [(40, "step", "none")] * 2


def test_batches_are_counted_through_the_epochs():
    assert xs(*(at(e, batch=b, of=10) for e in (1, 2, 3) for b in (0, 5, 10))) == [
        0, 5, 10, 10, 15, 20, 20, 25, 30,
    ]  # fmt: skip
    assert xs(*(at(e, batch=b, of=10) for e in (0, 1) for b in (5, 10))) == [5, 10, 15, 20]
    assert xs(*(at(e, batch=b) for e in (1, 2) for b in (5, 10))) == [5, 10, 15, 20]
    assert xs(*(at(e, batch=b) for e in (1, 2) for b in (0, 1, 2))) == [0, 1, 2, 3, 4, 5]
    assert xs(*(at(e, step=s, of=20) for e in (1, 2) for s in (10, 20))) == [10, 20, 30, 40]


def test_what_was_counted_through_is_told():
    def through(*records):
        clock = Clock()
        placed(*records, clock=clock)
        return clock.counted_through, clock.points

    assert through(at(1, step=10), at(2, step=20)) == (False, 2)
    assert through(at(1, step=10), at(2, step=5)) == (True, 2)
    assert through(at(1, batch=1, of=9)) == (True, 1)
    assert through(at(1, batch=1)) == (False, 1)


def test_a_step_that_stays_at_its_last_is_of_the_next_epoch_for_one_family_alone():
    clock = Clock()
    assert clock.place(at(1, step=20, of=20), "train").x == 20
    assert clock.place(at(2, step=20, of=20), "train").x == 40
    clock = Clock()
    assert clock.place(at(1, step=20, of=20), "train").x == 20
    assert clock.place(at(1, step=20, of=20), "valid").x == 20


def back(*before, now):
    clock = Clock()
    placed(*before, clock=clock)
    return clock.goes_back(now)


@pytest.mark.parametrize(("before", "now", "went"), [
    ([at(3)], at(2), (3, 2)),
    ([at(3)], at(3), None),
    ([at(3)], at(4), None),
    ([], at(2), None),
    ([at(3, key="a")], at(2, key="b"), None),
    ([at(step=30)], at(step=20), (30, 20)),
    ([at(step=30)], at(step=30), None),
    ([at(1, step=30)], at(step=20), None),
    ([at(batch=30)], at(batch=20), None),
    ([at(1, batch=3, of=9)], at(1, batch=2, of=9), (3, 2)),
    ([at(1, batch=3, of=9)], at(1, batch=3, of=9), None),
    ([at(1, batch=3, of=9)], at(2, batch=2, of=9), None),
    ([at(1, step=3)], at(1, step=2), None),
    ([at(1, batch=2), at(1, batch=3)], at(1, batch=2), (3, 2)),
    ([at(1, batch=2), at(1, batch=5)], at(1, batch=3), None),
    ([at(1, batch=2), at(2, batch=2), at(2, batch=5)], at(2, batch=2), None),
])  # fmt: skip
def test_when_a_counter_goes_back(before, now, went):
    assert back(*before, now=now) == went


@pytest.mark.parametrize(("before", "now", "again"), [
    ([at(step=1), at(step=9)], at(step=9), (1, 9)),
    ([at(step=1), at(step=9)], at(step=8), None),
    ([at(step=9)], at(step=9), None),
    ([at(1, step=1), at(1, step=9)], at(step=9), None),
    ([at(step=1), at(step=9)], at(2, step=9), None),
    ([], at(step=9), None),
])  # fmt: skip
def test_when_a_step_stands_again(before, now, again):
    clock = Clock()
    placed(*before, clock=clock)
    assert clock.stands_again(now) == again


@pytest.mark.parametrize(("before", "now", "still"), [
    ([at(3)], at(3), True),
    ([at(3)], at(4), False),
    ([at(3)], at(), False),
    ([at(1, batch=5)], at(1, batch=5), True),
    ([at(1, batch=5)], at(1, batch=6), False),
    ([at(1, batch=5), at(2, batch=5)], at(2, batch=5), False),
    ([at(1, batch=5)], at(1), True),
    ([at(1)], at(1, batch=5), False),
])  # fmt: skip
def test_when_a_record_stands_still(before, now, still):
    clock = Clock()
    placed(*before, clock=clock)
    assert clock.stands_still(now) is still


def test_a_line_that_only_names_a_place():
    clock = Clock()
    clock.stands_at("epoch", 3)
    assert (clock.first_epoch, clock.epoch, clock.epochs, clock.latest) == (3, 3, {"": 3}, "epoch")
    assert placed(at(), clock=clock) == [(3, "epoch", "none")]
    clock.stands_at("epoch", 4)
    assert (clock.first_epoch, clock.epoch) == (3, 4)
    clock = Clock()
    clock.stands_at("step", 30)
    assert (clock.first_epoch, clock.epoch, clock.last) == (None, None, {"step": 30})
    assert placed(at(), clock=clock) == [(30, "step", "none")]


def test_the_first_epoch_says_from_where_batches_are_counted():
    for first in (0, 1):
        clock = Clock()
        clock.stands_at("epoch", first)
        found = [clock.place(at(batch=b, of=10), "f").x for b in (2, 10)]
        clock.stands_at("epoch", first + 1)
        found += [clock.place(at(batch=b, of=10), "f").x for b in (2, 10)]
        assert found == [2, 10, 12, 20]
        assert np.isfinite(found).all()
