"""The asking benchmark: its trainings are real and repeatable, and its figures are counted right."""

import pytest

from tests.asking.tasks import TASKS
from tests.measure.asking import ARMS, Kept, follow, left_over, report, train

RIDGE = next(task for task in TASKS if task.name == "kernel ridge, score alone")


@pytest.mark.parametrize(
    "task", [t for t in TASKS if t.name.startswith(("kernel", "many", "linear", "logistic"))]
)
def test_a_training_is_the_same_twice_and_depends_on_its_configuration(task):
    one, other = task.starts(2)
    assert task.train(one) == task.train(one)
    assert task.train(one).value != task.train(other).value


def test_every_arm_is_asked_in_turn_and_counted_from_the_same_start(tmp_path):
    kept = Kept(tmp_path / "kept.sqlite")
    costs = {(arm, RIDGE.name, 0): follow(RIDGE, 0, arm, kept) for arm in ARMS}
    start = -train(RIDGE, RIDGE.starts(1)[0], kept).value
    assert all(way[0] == start and len(way) == 7 for way in costs.values())
    left = left_over([RIDGE], costs, kept)
    assert min(min(way) for way in left.values()) >= 0
    for way in left.values():
        assert way == sorted(way, reverse=True), "the best so far never gets worse"
    lines = list(report([RIDGE], left, ARMS, 1))
    assert len(lines) == 3 * len(ARMS)
    assert "advisor less in" in lines[1]
