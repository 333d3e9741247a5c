"""A log that is looked at while its program writes blocks of it ends anywhere, also within a number."""

import pytest

from advisor.readers import Source, read_source
from advisor.run import EventKind

FORMS = (
    "epoch {i} loss {y:.4f} acc 0.5{i}\n",
    "step {i}: train loss {y:.4f}, lr {r:.4e}\n",
    "[{i}/90] loss: {y:.4f} (best so far)\n",
    "Epoch {i}\n  loss = {y:.3f}\n  val_loss = {r:.5f}\n",
)


def read(text):
    return read_source(Source("train.log", content=text.encode()))


def curves(text):
    return {series.name: series.y.tolist() for run in read(text) for series in run}


@pytest.mark.parametrize("form", FORMS)
def test_a_cut_within_the_last_line_gives_no_number_that_was_never_printed(form):
    parts = [form.format(i=i, y=9.8761 / i, r=1.23457 / i) for i in range(11, 31)]
    text = "".join(parts)
    whole = curves(text)
    for cut in range(len(text) - 2 * len(parts[-1]), len(text) + 1):
        for name, y in curves(text[:cut]).items():
            assert whole[name][: len(y)] == y, (text[:cut][-60:], name)


def test_what_was_left_out_is_told_and_a_whole_last_line_without_its_end_is_kept():
    lines = [f"epoch {i} loss {1 / i:.4f}" for i in range(1, 8)]
    (whole,) = read("\n".join(lines))
    assert len(whole.series[0]) == 7
    assert not any(event.kind is EventKind.TRUNCATED for event in whole.events)
    (cut,) = read("\n".join(lines)[:-2])
    assert len(cut.series[0]) == 6
    told = [event for event in cut.events if event.kind is EventKind.TRUNCATED]
    assert [event.line for event in told] == [7]


def test_numbers_of_any_length_and_a_result_of_its_own_wording_are_kept():
    text = "".join(f"epoch {i} loss {y}\n" for i, y in enumerate([0.91234, 0.8, 0.71239], 1))
    (run,) = read(text + "epoch 4 loss 0.5")
    assert run.series[0].y.tolist() == [0.91234, 0.8, 0.71239, 0.5]
    (run,) = read(text + "Test accuracy: 0.9")
    assert {series.name for series in run} == {"loss", "Test accuracy"}
