"""What a training says of itself once, at its end."""

import sys

import pytest

from advisor.errors import UnreadableError
from advisor.experiment.results import read_results
from advisor.experiment.runner import run_command
from advisor.experiment.trained import runs_of_training
from advisor.run import Role
from advisor.tune.metric import choose_metric


@pytest.mark.parametrize(
    ("text", "name", "role", "value"),
    [
        ("Final results:\nval loss: 0.2000\ntook 12.3 s\n", "val loss", Role.VAL_LOSS, 0.2),
        ("Test BLEU: 23.40", "Test BLEU", Role.VAL_METRIC, 23.4),
        ("macro F1 on held-out data: 0.93", "macro F1 on held-out data", Role.VAL_METRIC, 0.93),
        ("Final test RMSE = 3.2 (took 12.3 s)", "test RMSE", Role.VAL_LOSS, 3.2),
        (
            "fold 1 accuracy 0.8\nfold 2 accuracy 0.9\nMean accuracy: 0.85",
            "accuracy",
            Role.TRAIN_METRIC,
            0.85,
        ),
        ("Test set: Accuracy: 9800/10000 (98%)", "test_accuracy", Role.VAL_METRIC, 0.98),
        ('{"val_loss": 0.3, "epochs": 12}', "val_loss", Role.VAL_LOSS, 0.3),
        ("测试集准确率：0.95", "测试集准确率", Role.VAL_METRIC, 0.95),
    ],
)
def test_the_last_lines_are_read_for_what_they_measure(tmp_path, text, name, role, value):
    (tmp_path / "out.txt").write_text(text, "utf-8")
    (run,) = read_results(tmp_path / "out.txt")
    series = next(s for s in run.series if s.name == name)
    assert (series.role, series.y.tolist()) == (role, [value])
    assert choose_metric(run, None, None).name in {s.name for s in run.series}


@pytest.mark.parametrize(
    "content", [b"Done in 12.3 s, wrote 300 rows\n", b"", b"\x00\x01loss: 0.3\x00", b"lr: 0.1\nepochs: 3\n"]
)
def test_a_text_that_measures_nothing_has_no_results(tmp_path, content):
    (tmp_path / "out.txt").write_bytes(content)
    assert read_results(tmp_path / "out.txt") == []


def test_a_training_without_a_curve_is_judged_by_its_result(tmp_path):
    def trained(program):
        finished = run_command([sys.executable, "-c", program], tmp_path, tmp_path / "out.log", pty=False)
        return runs_of_training(finished, ["python"], tmp_path, finished.started_at)

    (run,) = trained("print('val accuracy: 0.9533')")
    assert [(s.name, s.y.tolist()) for s in run.series] == [("val accuracy", [0.9533])]
    # What a program printed before it failed is no result of it.
    with pytest.raises(UnreadableError, match="It last said: val accuracy"):
        trained("print('val accuracy: 0.9533'); raise SystemExit(1)")
