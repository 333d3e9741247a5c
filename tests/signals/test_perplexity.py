"""A log that shows perplexities alone is judged by the losses behind them."""

import math

import pytest

from advisor.advice import assess
from advisor.diagnosis import load_rulebook
from advisor.readers import read_paths
from advisor.run import Role
from advisor.signals.perplexity import with_losses
from advisor.vocabulary.quantities import is_perplexity


def written(folder, header, rows):
    file = folder / "log.csv"
    file.write_text("\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n", "utf-8")
    (run,) = read_paths([str(file)])
    return run


@pytest.fixture
def overfitted(tmp_path):
    rows = []
    for epoch in range(1, 31):
        train = 1.1 + 3 * math.exp(-epoch / 6)
        val = train + 0.2 + 0.04 * max(0, epoch - 10)
        rows.append((epoch, f"{math.exp(train):.4f}", f"{math.exp(val):.4f}"))
    return written(tmp_path, "epoch,train_ppl,valid_perplexity", rows)


def test_the_loss_behind_a_perplexity_is_its_logarithm(overfitted):
    run = with_losses(overfitted)
    loss = run.main(Role.VAL_LOSS)
    assert loss.name == "ln(valid_perplexity)"
    assert loss.y[0] == pytest.approx(math.log(overfitted.main(Role.VAL_METRIC).y[0]))
    assert with_losses(run) is run


def test_perplexities_alone_show_overfitting(overfitted):
    found = {finding.problem.value for finding in assess(overfitted, load_rulebook()).findings}
    assert "overfitting" in found
    assert "healthy" not in found


def test_a_log_with_losses_is_left_as_it_is(tmp_path):
    run = written(tmp_path, "epoch,train_loss,val_loss,val_ppl", [(1, 2.0, 2.1, 8.2), (2, 1.5, 1.7, 5.5)])
    assert with_losses(run) is run


def test_a_value_that_is_no_perplexity_has_no_loss(tmp_path):
    run = with_losses(written(tmp_path, "epoch,train_ppl", [(1, 9.0), (2, 0.0), (3, "inf"), (4, -1.0)]))
    loss = run.main(Role.TRAIN_LOSS)
    assert loss.y[0] == pytest.approx(math.log(9))
    assert [math.isnan(value) for value in loss.y] == [False, True, False, True]
    assert loss.y[2] == math.inf


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("train_ppl", True),
        ("eval/perplexity", True),
        ("验证困惑度", True),
        ("top1_error", False),
        ("loss", False),
    ],
)
def test_a_perplexity_is_known_by_its_name(name, is_one):
    assert is_perplexity(name) == is_one
