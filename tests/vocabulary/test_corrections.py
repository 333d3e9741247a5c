import numpy as np
import pytest

from advisor.errors import UsageError
from advisor.run import Role, Run, Series
from advisor.vocabulary import assign_roles
from advisor.vocabulary.corrections import (
    Correction,
    check_curve,
    corrected,
    find_curve,
    nearest_curves,
    with_word,
    words_on,
)


def run(*names, points=5):
    x = np.arange(float(points))
    at = np.arange(1, points + 1)
    return Run("log", assign_roles(Series(name, x + 1, x, at) for name in names))


def test_the_users_word_outweighs_the_name():
    told = corrected(run("loss", "val_loss", "eval/ce"), [Correction("eval/ce", Role.VAL_LOSS)])
    chosen = told.main(Role.VAL_LOSS)
    assert (chosen.name, chosen.certainty, chosen.because) == ("eval/ce", 1.0, "you said so")
    assert chosen.lower_is_better is True


def test_a_word_that_was_taken_back_leaves_no_trace():
    before = run("loss", "val_loss", "quality")
    told = corrected(before, [Correction("quality", Role.VAL_METRIC, False)])
    after = corrected(told, [])
    assert [(s.role, s.certainty, s.because) for s in after] == [
        (s.role, s.certainty, s.because) for s in before
    ]


def test_a_direction_alone_keeps_the_role():
    told = corrected(run("loss", "val_score"), [Correction("val_score", lower_is_better=True)])
    curve = next(s for s in told if s.name == "val_score")
    assert (curve.role, curve.lower_is_better) == (Role.VAL_METRIC, True)


def test_one_curve_speaks_for_a_role_and_both_words_on_it_count():
    known = with_word((), [Correction("a", Role.VAL_LOSS), Correction("b", Role.VAL_METRIC)])
    known = with_word(known, [Correction("c", Role.VAL_LOSS), Correction("b", lower_is_better=True)])
    assert set(known) == {Correction("c", Role.VAL_LOSS), Correction("b", Role.VAL_METRIC, True)}
    assert words_on(known, "B") == (Correction("b", Role.VAL_METRIC, True),)


def test_a_name_is_found_where_only_one_reads_alike():
    assert find_curve("Eval CE", ["eval/ce", "loss"]) == "eval/ce"
    assert find_curve("eval ce", ["eval/ce", "eval_ce"]) is None
    assert find_curve("eval_ce", ["eval/ce", "eval_ce"]) == "eval_ce"


def test_a_misspelt_name_gets_the_nearest_ones():
    assert nearest_curves("val_los", ["val_loss", "val_accuracy", "lr"])[0] == "val_loss"
    with pytest.raises(UsageError, match=r"no curve 'eval/cee'\. Near to it: 'eval/ce'"):
        check_curve("eval/cee", [run("loss", "eval/ce")])
    with pytest.raises(UsageError, match="Nothing was said"):
        words_on((), "loss")
