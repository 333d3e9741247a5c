"""Lines of several processes in one log."""

import pytest

from advisor.readers import Source, read_source
from advisor.readers.ranks import find_ranks
from advisor.run import EventKind, Role

STEPS = range(1, 8)


def read(text):
    return read_source(Source("train.log", content=text.encode()))


def loss(rank, i):
    return round((2 + rank) / i, 4)


@pytest.mark.fault("T3")
@pytest.mark.parametrize(
    "mark",
    [
        "[rank{0}]: epoch {1} loss {2}",
        "[default{0}]:epoch {1} loss {2}",
        "[1,{0}]<stdout>:epoch {1} loss {2}",
        "[{0}]<stderr>:epoch {1} loss {2}",
        "{0}: epoch {1} loss {2}",
        "rank: {0} epoch {1} loss {2}",
        "[Rank {0}] epoch {1} loss {2}",
        "epoch {1} rank {0} loss {2}",
        "2024-01-01 10:00:00 INFO rank={0} epoch {1} loss {2}",
    ],
)
def test_each_rank_is_read_by_itself_and_none_averaged(mark):
    runs = read("".join(mark.format(rank, i, loss(rank, i)) + "\n" for i in STEPS for rank in (1, 0)))
    assert [run.name for run in runs] == ["rank 0", "rank 1"]
    for rank, run in enumerate(runs):
        curve = run.main(Role.TRAIN_LOSS)
        assert curve.y.tolist() == [loss(rank, i) for i in STEPS]
        assert curve.x.tolist() == list(STEPS)
    assert any("2 processes" in event.text for event in runs[0].events)


@pytest.mark.fault("T3")
def test_a_torn_line_is_left_out_and_told():
    text = "".join(f"[rank{rank}]: epoch {i} loss {loss(rank, i)}\n" for i in STEPS for rank in (0, 1))
    text += "[rank0]: epoch 8 lo[rank1]: epoch 8 loss 0.3\n[rank0]: epoch 9 loss 0.1\n"
    first, second = read(text)
    assert first.main(Role.TRAIN_LOSS).y[-1] == 0.1
    assert len(second.main(Role.TRAIN_LOSS)) == 7
    (torn,) = [event for event in first.events if event.kind is EventKind.UNREADABLE]
    assert (torn.line, "Torn line" in torn.text) == (15, True)


def test_counters_before_a_colon_are_no_ranks():
    (run,) = read("".join(f"{i}:\tlearn: {2 / i:.4f}\ttest: {3 / i:.4f}\n" for i in range(12) if i))
    assert run.name == ""
    (run,) = read("".join(f"{i}: loss {2 / i:.4f} acc 0.{i}\n" for i in STEPS))
    assert run.name == ""


def test_processes_that_only_greet_are_not_split():
    text = "".join(f"[rank{rank}]: ready\n" for rank in range(4))
    (run,) = read(text + "".join(f"[rank0]: epoch {i} loss {2 / i:.4f}\n" for i in STEPS))
    assert run.name == ""
    assert len(run.main(Role.TRAIN_LOSS)) == 7


@pytest.mark.parametrize(("before", "found"), [(199, True), (200, True), (201, False)])
def test_half_of_the_first_lines_name_their_rank(before, found):
    marked = [f"[rank{i % 2}]: loss {i}" for i in range(400 - before)]
    assert (find_ranks([*["words"] * before, *marked, *["words"] * 99]) is not None) is found
