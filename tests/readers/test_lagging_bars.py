"""tqdm shows new values at once, but counts on only now and then: each of them is a step all the same."""

import io

import numpy as np
import pytest

from advisor.readers import read_paths
from advisor.run import Role
from advisor.signals import measure

tqdm = pytest.importorskip("tqdm").tqdm
EPOCHS, BEST = 40, 12


def drawn(mininterval, miniters, twice=False):
    """What tqdm draws of a training that is best at one epoch and gets worse from there."""
    shown = io.StringIO()
    bar = tqdm(range(EPOCHS), file=shown, mininterval=mininterval, miniters=miniters, ncols=110)
    for epoch in bar:
        bar.set_postfix(loss=f"{0.9**epoch:.4f}", val_loss=f"{1 + 0.01 * abs(epoch - BEST):.4f}")
        if twice:
            bar.set_postfix(loss=f"{0.9**epoch - 0.01:.4f}", val_loss=f"{1 + 0.01 * abs(epoch - BEST):.4f}")
    return shown.getvalue()


@pytest.mark.parametrize(("mininterval", "miniters"), [(1000, 1), (0, 1), (0, 3), (0, 7)])
def test_each_state_of_a_lagging_bar_is_a_step(tmp_path, mininterval, miniters):
    log = tmp_path / "train.log"
    log.write_text(drawn(mininterval, miniters), encoding="utf-8")
    (run,) = read_paths([str(log)])
    curve = run.main(Role.VAL_LOSS)
    assert curve.x.tolist() == list(range(EPOCHS))
    assert curve.x[int(np.argmin(curve.y))] == BEST


def test_where_the_bar_leaves_no_room_its_own_count_stands(tmp_path):
    log = tmp_path / "train.log"
    log.write_text(drawn(0, 1, twice=True), encoding="utf-8")
    (run,) = read_paths([str(log)])
    assert set(run.main(Role.TRAIN_LOSS).x.tolist()) == set(range(EPOCHS))


def test_what_follows_the_best_of_a_bar_on_one_line_is_seen(tmp_path):
    log = tmp_path / "train.log"
    log.write_text(drawn(1000, 1), encoding="utf-8")
    (run,) = read_paths([str(log)])
    assert len(set(run.main(Role.VAL_LOSS).at.tolist())) == 1
    fell = measure(run)["coupling.train_fall_after_val_best"]
    assert fell == pytest.approx(1 - 0.9 ** (EPOCHS - 1 - BEST), abs=0.1)
