"""Odd JSON records; the other faults of this section stand beside the reader."""

import json

import pytest

from advisor.run import EventKind

LOSSES = [round(2 / (step + 1), 4) for step in range(12)]


def records(form='{{"step": {step}, "loss": {loss}}}\n'):
    return "".join(form.format(step=step, loss=loss) for step, loss in enumerate(LOSSES))


def loss_of(run):
    return next(series for series in run if series.name.endswith("loss"))


@pytest.mark.fault("J7")
@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + records().encode(),
        records().encode() + bytes(512),
        records('{{"step": {step}, "loss": {loss}, "note": "\xe9"}}\n').encode("latin-1"),
        records('{{"step": {step}, "loss": {loss}, "note": "\\ud800"}}\n').encode(),
        records("{{'step': {step}, 'loss': {loss}, 'best': True, 'note': None}}\n").encode(),
        records('{{"step": {step}, "loss": {loss},}}\n').encode(),
        records('{{"step": {step}, "loss": {loss}}} // a comment\n').encode(),
    ],
    ids=["BOM", "NUL tail", "latin-1", "lone surrogate", "printed dict", "trailing comma", "comment"],
)
def test_what_is_nearly_json_is_read_or_counted(read, data):
    (run,) = read("log.jsonl", data)
    assert loss_of(run).y.tolist() in (LOSSES, LOSSES[:-1])
    assert run.damage or len(loss_of(run)) == len(LOSSES)


@pytest.mark.fault("J6")
def test_of_a_repeated_key_the_last_counts_and_strings_and_nothing_are_taken_as_meant(read):
    form = '{{"step": {step}, "loss": 9, "loss": "{loss}", "extra": {{"value": {loss}}}, "empty": null}}\n'
    (run,) = read("log.jsonl", records(form))
    assert loss_of(run).y.tolist() == LOSSES
    assert not any(series.name == "empty" for series in run)


@pytest.mark.fault("J9")
def test_keys_that_come_and_go_are_curves_where_they_stand(read, told, tmp_path):
    lines = [json.dumps({"step": i, "loss": 2 / (i + 1), f"norm/{i}": 1.0}) for i in range(4_000)]
    (run,) = read("log.jsonl", "\n".join(lines) + "\n")
    assert len(loss_of(run)) == 4_000
    shown = told("read", tmp_path / "log.jsonl", code=[0])
    assert "more curves" in shown
    assert len(shown.splitlines()) < 100


@pytest.mark.fault("J10")
def test_records_of_two_processes_are_not_mixed_and_a_missing_step_is_counted(read):
    mixed = "".join(
        json.dumps({"step": float(i), "local_rank": rank, "loss": loss + rank}) + "\n"
        for i, loss in enumerate(LOSSES)
        for rank in (0, 1)
    )
    runs = read("log.jsonl", mixed)
    assert [loss_of(run).y.tolist() for run in runs] == [LOSSES, [loss + 1 for loss in LOSSES]]
    (run,) = read("log.jsonl", records('{{"loss": {loss}}}\n'))
    assert loss_of(run).x_kind == "index"


@pytest.mark.fault("J11")
def test_a_state_of_two_trainings_whose_best_checkpoint_is_nowhere_is_two_parts(read):
    history = [{"loss": loss, "step": 10 * (i + 1), "epoch": i + 1} for i, loss in enumerate(LOSSES)]
    state = {
        "best_model_checkpoint": "/nowhere/checkpoint-9",
        "log_history": history + history,
        "trial_params": None,
    }
    runs = read("trainer_state.json", json.dumps(state))
    assert sum(len(loss_of(run)) for run in runs) == 2 * len(LOSSES)
    assert len(runs) == 2 or any(event.kind == EventKind.RESTART for event in runs[0].events)


@pytest.mark.fault("J8")
def test_an_array_in_one_line_and_records_without_line_ends_are_read(read):
    objects = [json.dumps({"step": i, "loss": loss}) for i, loss in enumerate(LOSSES)]
    for text in ("[" + ",".join(objects) + "]", "".join(objects), "\n".join(map(_pretty, objects))):
        (run,) = read("log.json", text)
        assert loss_of(run).y.tolist() == LOSSES


def _pretty(text):
    return json.dumps(json.loads(text), indent=2)
