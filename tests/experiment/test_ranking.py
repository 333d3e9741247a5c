"""Several runs in order, and groups of seeds."""

import numpy as np
import pytest
from scipy import stats

from advisor.experiment.compare import compare
from advisor.experiment.ranking import compare_groups, rank
from advisor.report.comparing import overlay_text, ranking_text
from tests.experiment.test_compare import Role, curve, falling, run


def test_runs_are_ranked_and_those_that_cannot_be_told_apart_share_a_rank():
    runs = [run(curve(falling(floor))) for floor in (0.5, 0.2, 0.205, 0.9)]
    assert [(r.index, r.rank) for r in rank(runs)] == [(1, 1), (2, 1), (0, 3), (3, 4)]
    assert compare(runs[1], runs[2]).verdict == "cannot tell"


def test_a_run_that_broke_comes_last():
    broken = falling(0.1)
    broken[-1] = np.nan
    ranked = rank([run(curve(broken)), run(curve(falling(0.5)))])
    assert [(r.index, r.value is None) for r in ranked] == [(1, False), (0, True)]


def test_the_ranking_names_what_differs_and_draws_the_curves_over_each_other():
    runs = [run(curve(falling(floor)), lr=lr) for floor, lr in ((0.5, 0.1), (0.2, 0.01), (0.9, 0.5))]
    text = ranking_text(["a", "b", "c"], runs, "en")
    assert [line.split()[:2] for line in text.splitlines()[1:]] == [["1", "b"], ["2", "a"], ["3", "c"]]
    assert "lr 0.01 -> 0.1" in text
    assert "val_loss" in overlay_text(runs, "en", 80)
    assert overlay_text([run(), run()], "en", 80) == ""


def group(floors):
    return [run(curve(falling(floor))) for floor in floors]


def test_groups_are_compared_by_welchs_test():
    before, after = group([0.50, 0.52, 0.51]), group([0.40, 0.42, 0.43])
    result = compare_groups(before, after)
    assert result.verdict == "better"
    assert result.p_value == pytest.approx(
        stats.ttest_ind(result.before, result.after, equal_var=False).pvalue
    )
    assert "Welch's t-test" in result.sentence.en
    assert "(n = 3)" in result.sentence.en
    assert compare_groups(after, before).verdict == "worse"
    assert compare_groups(group([0.5, 0.6, 0.4]), group([0.52, 0.41, 0.59])).verdict == "cannot tell"


def test_of_groups_of_one_kind_few_are_told_apart():
    random = np.random.default_rng(0)
    told = 0
    for _ in range(200):
        before, after = (group(0.5 + random.normal(0, 0.02, 3)) for _ in range(2))
        told += compare_groups(before, after).verdict != "cannot tell"
    assert told <= 20, "5 % are expected; Welch's test is conservative in groups of three"


def test_a_group_too_small_or_broken():
    assert compare_groups(group([0.5]), group([0.1, 0.1])).verdict == "cannot tell"
    broken = falling(0.1)
    broken[-1] = np.nan
    lost = [*group([0.4, 0.41]), run(curve(broken))]
    assert compare_groups(group([0.5, 0.5, 0.5]), lost).verdict == "worse"
    assert compare_groups([run()], [run(curve(falling(0.5), Role.LEARNING_RATE))]).metric == ""


def test_groups_without_any_spread():
    assert compare_groups(group([0.5, 0.5]), group([0.5, 0.5])).verdict == "cannot tell"
    assert compare_groups(group([0.5, 0.5]), group([0.4, 0.4])).verdict == "better"
