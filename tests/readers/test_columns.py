"""Rows in, curves out: which column is x, where a run begins again, and what is told of odd rows."""

import numpy as np
import pytest

from advisor.readers.columns import Columns
from advisor.run import EventKind


def columns(names, rows, first_line=2):
    made = Columns()
    for line, row in enumerate(rows, first_line):
        made.add(line, names, row)
    return made


def curves(names, rows, keep_x=False):
    """Each run as {name: (x kind, x, y)} with its events."""
    return [
        ({s.name: (s.x_kind, s.x.tolist(), s.y.tolist()) for s in run.series}, run.events)
        for run in columns(names, rows).runs(keep_x)
    ]


def one(names, rows, keep_x=False):
    (run,) = curves(names, rows, keep_x)
    return run


@pytest.fixture(params=["row by row", "in blocks", "by turns"])
def filled(request):
    """Fills columns in three ways that have to give the same."""

    def fill(names, rows):
        made = Columns()
        table = [[np.nan if cell is None else cell for cell in row] for row in rows]
        for start in range(0, len(rows), 3):
            some = rows[start : start + 3]
            turn = {"row by row": False, "in blocks": True, "by turns": start % 2 == 0}[request.param]
            if not turn:
                for number, row in enumerate(some, start + 1):
                    made.add(number, names, row)
                continue
            block = {}
            for place, name in enumerate(names):
                given = [i for i, row in enumerate(some) if row[place] is not None]
                values = np.array([table[start + i][place] for i in given])
                block[name] = values, None if len(given) == len(some) else np.array(given, dtype=np.int64)
            made.add_block(np.arange(start + 1, start + 1 + len(some)), block)
        return made

    return fill


ROWS = [
    [0, 0.9, None], [1, 0.8, 0.95], [2, 0.7, None], [3, None, 0.75], [4, 0.5, None], [5, 0.4, None],
    [6, 0.3, 0.55], [7, 0.2, None],
]  # fmt: skip


def test_a_curve_has_the_rows_where_its_name_has_a_value(filled):
    made = filled(["epoch", "loss", "val_loss"], ROWS)
    assert (len(made), "loss" in made, "x" in made) == (8, True, False)
    assert made.names() == ["epoch", "loss", "val_loss"]
    assert made.values("val_loss").tolist() == [0.95, 0.75, 0.55]
    (run,) = made.runs(keep_x=False)
    told = {s.name: (s.x.tolist(), s.at.tolist()) for s in run.series}
    assert told == {
        "loss": ([0, 1, 2, 4, 5, 6, 7], [1, 2, 3, 5, 6, 7, 8]),
        "val_loss": ([1, 3, 6], [2, 4, 7]),
    }


def test_the_last_value_is_taken_back_only_where_it_stands_on_the_last_row(filled):
    made = filled(["epoch", "loss", "val_loss"], ROWS)
    made.drop_last("val_loss")
    made.drop_last("nothing")
    assert made.values("val_loss").size == 3
    made.drop_last("loss")
    assert made.values("loss").tolist() == [0.9, 0.8, 0.7, 0.5, 0.4, 0.3]
    made.drop_last("loss")
    assert made.values("loss").size == 6, "the last row has none any more"
    assert len(made) == 8


def test_a_name_whose_only_value_is_taken_back_is_gone():
    made = columns(["epoch", "loss", "acc"], [[0, 0.5, None], [1, 0.4, 0.9]])
    made.drop_last("acc")
    assert made.names() == ["epoch", "loss"]


def test_what_counts_is_a_curve_of_its_own_only_where_that_is_asked_for():
    rows = [[i, 10 * i, 1 / (i + 1)] for i in range(5)]
    assert list(one(["epoch", "step", "loss"], rows)[0]) == ["epoch", "loss"]
    assert list(one(["epoch", "step", "loss"], rows, keep_x=True)[0]) == ["epoch", "step", "loss"]


def test_without_a_count_x_is_the_row():
    told, events = one(["loss"], [[0.5], [0.4], [0.3]])
    assert told == {"loss": ("index", [0, 1, 2], [0.5, 0.4, 0.3])}
    assert not events
    assert Columns().runs(keep_x=True) == []


def test_a_count_that_stands_still_is_passed_over_for_one_that_moves():
    told, _ = one(["step", "epoch", "loss"], [[7, i, 1 / (i + 1)] for i in range(4)])
    assert told["loss"][:2] == ("epoch", [0, 1, 2, 3])
    told, _ = one(["step", "loss"], [[7, 0.5], [7, 0.4]])
    assert told["loss"][:2] == ("step", [7, 7])
    told, _ = one(["step", "epoch", "loss"], [[7, 0, 0.9], [7, 1, 0.8]])
    assert told["loss"][:2] == ("epoch", [0, 1])
    # It moves though it ends where it began.
    told, _ = one(["step", "epoch", "loss"], [[7, 0, 0.9], [8, 1, 0.8], [9, 2, 0.7], [7, 3, 0.6]])
    assert told["loss"][0] == "step"


def test_a_count_that_is_missing_on_a_row_is_passed_over():
    told, _ = one(["step", "epoch", "loss"], [[0, 0, 0.9], [None, 1, 0.8], [20, 2, 0.7]])
    assert told["loss"][:2] == ("epoch", [0, 1, 2])
    told, _ = one(["step", "epoch", "loss"], [[0, 0, 0.9], [float("nan"), 1, 0.8], [20, 2, 0.7]])
    assert told["loss"][:2] == ("epoch", [0, 1, 2])


@pytest.mark.parametrize(("epochs", "starts"), [
    ([0, 1, 2, 0, 1, 2], [0, 3]),
    ([0, 1, 2, 1, 2, 3], [0]),
    ([1, 2, 3, 0, 1, 2], [0, 3]),
    ([0, 0, 0, 0], [0]),
    ([0, 0], [0]),
    ([1, 0], [0]),
    ([0, 1, 0], [0, 2]),
    ([0, 1, 2, 0, 1, 2, 0, 1, 2], [0, 3, 6]),
    # Up and down all the time is no count.
    ([3, 2, 1, 2, 1, 0], [0]),
    ([2, 1, 2, 1, 2, 1], [0, 1, 3, 5]),
    ([2, 1, 0, 1, 2], [0, 1, 2]),
])  # fmt: skip
def test_a_run_begins_where_its_count_starts_over(epochs, starts):
    runs = columns(["epoch", "loss"], [[x, 0.5] for x in epochs]).runs(keep_x=False)
    assert [int(run.series[0].at[0]) - 2 for run in runs] == starts
    assert sum(len(run.series[0]) for run in runs) == len(epochs)


def test_a_resume_is_told_with_its_place():
    steps = [0, 10, 20, 30, 40, 50, 20, 30, 40]
    (run,) = columns(["step", "loss"], [[x, 0.5] for x in steps]).runs(keep_x=False)
    assert [(e.kind, e.line, e.text) for e in run.events] == [
        (EventKind.RESTART, 8, "step goes back from 50 to 20")
    ]


def test_two_writers_that_take_turns_do_not_resume():
    steps = [0, 20, 10, 30, 20, 40, 30, 50]
    assert one(["step", "loss"], [[x, 0.5] for x in steps])[1] == ()
    assert one(["step", "loss"], [[x, 0.5] for x in [0, 10, 20, 30, 40, 20, 30, 40, 50]])[1] == ()
    assert one(["step", "loss"], [[x, 0.5] for x in [0, 10, 20, 30, 40, 19, 30, 40, 50]])[1]
    twice = [x for x in [0, 10, 20, 30, 40, 20, 30, 40] for _ in range(2)]
    assert one(["step", "loss"], [[x, 0.5] for x in twice])[1] == (), "a step that stays is no move"


def test_of_many_resumes_the_first_twenty_are_told():
    steps = [x for turn in range(25) for x in (100 * turn + 1, 100 * turn + 2, 100 * turn - 50)]
    steps = [0, *range(1, 200), *(x for x in steps if x > 0)]
    _, events = one(["step", "loss"], [[x, 0.5] for x in steps])
    assert len([e for e in events if e.kind is EventKind.RESTART]) == 20


@pytest.mark.parametrize(("steps", "told"), [
    ([1, 1, 2, 2, 3, 3, 4, 4], 2),
    ([1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4], 3),
    ([1, 1, 2, 2, 3, 3, 4], 0),
    ([1, 1, 2, 2, 3, 3, 4, 4, 5], 2),
    ([1, 1, 2, 2, 3, 4, 4, 5, 5], 0),
    ([1, 1, 1, 2, 2, 2, 3, 3, 3], 0),
    ([1, 2, 3, 4, 5, 6, 7, 8, 9], 0),
    ([1, 2, 3, 4, 5, 6, 7, 8, 8], 0),
])  # fmt: skip
def test_several_points_at_each_step_are_told(steps, told):
    _, events = one(["step", "loss"], [[x, 0.5] for x in steps])
    assert [e.count for e in events] == ([told] if told else [])
    if told:
        assert events[0].line == 2
        assert f"{told} points at each step" in events[0].text


def test_several_points_at_each_epoch_are_not():
    _, events = one(["epoch", "loss"], [[x // 2, 0.5] for x in range(12)])
    assert not events


def test_steps_that_restart_with_each_epoch_are_counted_on():
    rows = [[e, s, 0.5] for e in range(3) for s in (0, 1, 2)]
    told, events = one(["epoch", "step", "loss"], rows)
    assert told["loss"][:2] == ("step", list(range(9)))
    assert [e.text for e in events] == [
        "'step' starts again with every 'epoch'; steps were counted on through the epochs."
    ]
    told, _ = one(["epoch", "step", "loss"], [[e, s, 0.5] for e in range(3) for s in (10, 20, 30)])
    assert told["loss"][1] == [10, 20, 30, 40, 50, 60, 70, 80, 90]


@pytest.mark.parametrize("rows", [
    [[0, 0], [0, 1], [1, 0]],  # too few to tell
    [[0, 0], [0, 1], [0, 0], [0, 1]],  # the epoch is the same
    [[1, 0], [1, 1], [0, 2], [2, 0], [2, 1]],  # an epoch goes back
    [[0, 0], [1, 1], [2, 2], [3, 3]],  # nothing restarts
    [[e, s] for e in (1, 2) for s in (10, 20, 5, 30)],  # what goes back inside an epoch ends it not
])  # fmt: skip
def test_steps_that_do_not_restart_with_each_epoch_are_left(rows):
    found = curves(["epoch", "step", "loss"], [[*row, 0.5] for row in rows])
    assert not [e for _, events in found for e in events if "counted on" in e.text]


def test_a_row_without_an_epoch_has_no_step_that_is_counted_on():
    rows = [[0, 0, 0.9], [0, 1, 0.8], [None, 2, 0.7], [1, 0, 0.6], [1, 1, 0.5]]
    told, _ = one(["epoch", "step", "loss"], rows)
    assert told["loss"][:2] == ("index", [0, 1, 2, 3, 4])


def test_the_number_of_its_own_batches_in_a_validation_is_no_step_back():
    rows = [[e, s, 0.5, None] for e in (1, 2) for s in (10, 20, 30)]
    rows.insert(3, [1, 5, None, 0.9])
    rows.append([2, 5, None, 0.9])
    told, _ = one(["epoch", "iter", "loss", "val_acc"], rows)
    assert told["loss"][1] == [10, 20, 30, 40, 50, 60]
    assert told["val_acc"][1] == [30, 60]


@pytest.mark.parametrize(("steps", "x"), [([1, 2, 1], [1, 2, 1]), ([7, 7, 7], [1, 2, 3])])
def test_a_count_moves_also_where_it_ends_as_it_began(steps, x):
    told, _ = one(["step", "epoch", "width"], [[s, e, 0.5] for e, s in enumerate(steps, 1)])
    assert told["width"][1] == x


@pytest.mark.parametrize(("epochs", "runs"), [([2, 1], 1), ([2, 3, 1], 2), ([1, 2, 1, 2, 1], 3)])
def test_of_two_rows_none_is_a_new_run(epochs, runs):
    assert len(curves(["epoch", "loss"], [[e, 0.5] for e in epochs])) == runs


@pytest.mark.parametrize(
    ("rows", "counted_on"), [([[1, 1], [1, 2], [2, 1], [2, 2]], True), ([[1, 1], [1, 2], [2, 1]], False)]
)
def test_so_many_rows_show_that_steps_restart(rows, counted_on):
    found = curves(["epoch", "step", "loss"], [[*row, 0.5] for row in rows])
    assert any("counted on" in e.text for _, events in found for e in events) is counted_on


def test_the_step_of_a_validation_that_is_the_epoch_before_is_one():
    rows = [[1, 10, 0.5, None], [1, 20, 0.4, None], [None, 1, None, 0.9], [2, 30, 0.3, None],
            [2, 40, 0.3, None], [None, 2, None, 0.95]]  # fmt: skip
    told, _ = one(["epoch", "step", "loss", "acc"], rows)
    assert told["loss"][0] == "step"
    assert told["acc"][:2] == ("epoch", [1, 2])
    rows[-1][1] = 3
    told, _ = one(["epoch", "step", "loss", "acc"], rows)
    assert told["acc"][:2] == ("step", [1, 3])
    # Nothing came before it whose epoch it could be.
    told, _ = one(["epoch", "step", "loss", "acc"], [rows[2], *rows[:2], *rows[3:5]])
    assert told["acc"][0] == "step"


@pytest.mark.parametrize(("losses", "blank"), [
    ([0.5, 0.4, None, None, float("nan")], 2),
    ([0.5, 0.4, None, float("inf")], 1),
    ([0.5, 0.4, float("nan")], 0),
    ([0.5, None, None, 0.4], 0),
    ([None, None, float("nan")], 0),
])  # fmt: skip
def test_blanks_before_a_loss_that_ends_in_nan_are_told(losses, blank):
    _, events = one(["epoch", "loss", "acc"], [[i, y, 0.9] for i, y in enumerate(losses)])
    assert [(e.kind, e.count) for e in events] == ([(EventKind.NON_FINITE, blank)] if blank else [])
    if blank:
        assert events[0].line == len(losses) + 1
        assert f"blank on {blank} rows" in events[0].text


def test_blanks_of_a_metric_are_not_told():
    rows = [[i, 0.5, y] for i, y in enumerate([0.5, None, float("nan")])]
    assert one(["epoch", "loss", "accuracy"], rows)[1] == ()


def test_curves_on_all_rows_share_their_x():
    (run,) = columns(["epoch", "loss", "acc"], [[i, 0.5, 0.9] for i in range(4)]).runs(keep_x=False)
    assert run.series[0].x is run.series[1].x
    assert run.series[0].at is run.series[1].at


def test_a_later_run_may_lack_the_last_value_of_a_name():
    rows = [[e, 0.5, 0.1 * e] for e in (1, 2, 3)]
    first, second = curves(["epoch", "loss", "acc"], [*rows, *rows[:2], [3, 0.5, None]])
    assert [told[0]["acc"][1] for told in (first, second)] == [[1, 2, 3], [1, 2]]
