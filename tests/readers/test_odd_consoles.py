"""Logs that stopped the console reader, or were told wrongly where many lines are read at once."""

import numpy as np
import pytest

from advisor.readers import Source, alike_lines, assembly
from advisor.readers.formats.console_text import READER as CONSOLE
from advisor.run import EventKind


def read(text):
    return CONSOLE.read(Source("train.log", content=text.encode()))


def curves(run):
    return {series.name: (series.x.tolist(), series.y.tolist()) for series in run}


@pytest.fixture
def in_columns(monkeypatch):
    """Lets lines be read in columns from the second of a wording on, not only in large logs."""
    monkeypatch.setattr(alike_lines, "LEARNT_AT_ONCE", 1)
    monkeypatch.setattr(assembly, "_FEW_ROWS", 2)


@pytest.mark.parametrize("total", ["nan", "inf"])
@pytest.mark.parametrize("between", ["\n  ", " "], ids=["a line of its own", "the same line"])
def test_a_plan_that_is_no_number_is_none(total, between):
    (run,) = read("".join(f"Epoch {epoch}/{total}{between}Train Loss: 0.{epoch}\n" for epoch in (1, 2, 3)))
    assert list(curves(run).values()) == [([1, 2, 3], [0.1, 0.2, 0.3])]
    assert run.hyperparameters == ()
    assert not [event for event in run.events if event.kind == EventKind.NOTE]


@pytest.mark.parametrize("epochs", ["nan", "inf"])
def test_a_setting_of_epochs_that_is_no_number_plans_none(epochs):
    settings = f"lr : 0.1\nepoch : {epochs}\nbatch_size : 32\nmomentum : 0.9\n"
    (run,) = read(settings + "".join(f"Epoch {epoch} loss 0.{epoch}\n" for epoch in (1, 2, 3)))
    assert curves(run)["loss"] == ([1, 2, 3], [0.1, 0.2, 0.3])
    assert not [h for h in run.hyperparameters if h.role == "epochs"]


@pytest.mark.usefixtures("in_columns")
def test_a_validation_before_any_training_leaves_the_training_its_own_lines():
    """Its heading gives the first line its split, and the lines read in columns are all of the training."""
    epochs = "".join(
        f"Epoch {epoch} loss 0.{epoch}\nValidation:\nEpoch {epoch} loss 0.{epoch}5\n" for epoch in range(1, 5)
    )
    (run,) = read("Epoch 0\nValidation:\nEpoch 0 loss 0.95\n" + epochs)
    assert curves(run) == {
        "valid_loss": ([0, 1, 2, 3, 4], [0.95, 0.15, 0.25, 0.35, 0.45]),
        "loss": ([1, 2, 3, 4], [0.1, 0.2, 0.3, 0.4]),
    }


@pytest.mark.usefixtures("in_columns")
def test_a_run_begins_at_its_first_step_though_the_others_were_read_in_columns():
    again = "iter=0 reward=-2.5\niter=1 reward=-2.0\niter=2 reward=-1.5\n"
    first, second = read(again + again.replace("-1.5", "-1.0"))
    assert np.array_equal(first.series[0].x, second.series[0].x)
    (event,) = second.events
    assert event.text == "The counter goes back from 2 to 0: read as a new run."
