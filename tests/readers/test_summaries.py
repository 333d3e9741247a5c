import pytest

from advisor.readers import read_paths
from advisor.run import Role

EPOCHS = range(1, 6)


def read(folder, folds, ending):
    text = "".join(
        f"Fold {fold}\n"
        + "".join(f"epoch {i} loss {2 / i + fold:.4f} val_loss {2.1 / i + fold:.4f}\n" for i in EPOCHS)
        for fold in range(1, folds + 1)
    )
    path = folder / "train.log"
    path.write_text(text + ending, "utf-8")
    return read_paths([path])


@pytest.mark.parametrize(
    ("ending", "name"),
    [
        ("Mean val_loss: 0.4000\n", "Mean val_loss"),
        ("CV mean val_loss = 0.41\n", "CV mean val_loss"),
        ("平均验证损失：0.41\n", "平均验证损失"),
    ],
)
def test_a_mean_over_folds_is_no_result_of_the_last(tmp_path, ending, name):
    runs = read(tmp_path, 3, ending)
    assert [series.role for series in runs[-1] if series.name == name] == [Role.OTHER]
    assert [len(run.main(Role.VAL_LOSS)) for run in runs] == [5, 5, 5]


def test_the_last_value_of_a_single_training_stays_its_own(tmp_path):
    (run,) = read(tmp_path, 1, "Mean val_loss: 0.4000\n")
    assert {series.name: series.role for series in run}["Mean val_loss"] is Role.VAL_LOSS


def test_what_sums_up_nothing_by_its_name_stays_too(tmp_path):
    runs = read(tmp_path, 2, "test_loss: 0.4000\n")
    assert "summary" not in {series.name: series.because for series in runs[-1]}["test_loss"]
