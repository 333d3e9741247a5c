"""Which charts a run gets, and what they say in words."""

import numpy as np

from advisor.advice import Assessment
from advisor.errors import UnreadableError
from advisor.readers import read_paths
from advisor.report.panels import finding_marks, panels, series_sentence
from advisor.report.raster import draw
from advisor.run import Role, Run, Series


def series_of(name, y, role, lower_is_better=True):
    values = np.asarray(y, dtype=float)
    return Series(
        name,
        values,
        np.arange(values.size) * 10.0,
        np.arange(values.size),
        role=role,
        lower_is_better=lower_is_better,
    )


def assessment_of(*series):
    return Assessment(Run("log.csv", series), {}, (), (), ())


def test_text_form_says_start_end_best_and_what_is_not_finite():
    series = series_of("val_loss", [2.5, 1.0, 0.5, np.nan, np.inf], Role.VAL_LOSS)
    said = series_sentence(series, "en")
    assert said.startswith("val_loss: from 2.5 at step 0 to inf at step 40, lowest 0.5 at step 20;")
    assert said.endswith("2 not finite, the first at step 30.")
    assert "2 个非有限值" in series_sentence(series, "zh")
    assert series_sentence(series_of("x", [], Role.OTHER), "en") == "x: no points."


def test_a_name_from_a_log_cannot_reach_the_terminal_as_a_command():
    assert "\x1b" not in series_sentence(series_of("\x1b]0;owned\x07loss", [1.0, 2.0], Role.OTHER), "en")


def test_losses_share_a_chart_and_the_validation_curve_shows_its_best_point():
    train, val = (
        series_of("loss", [3, 2, 1], Role.TRAIN_LOSS),
        series_of("val_loss", [3, 2, 4], Role.VAL_LOSS),
    )
    lr = series_of("lr", [1, 1, 1], Role.LEARNING_RATE, None)
    shown = panels(assessment_of(lr, train, val))
    assert [[item.name for item in panel.series] for panel in shown] == [["loss", "val_loss"], ["lr"]]
    assert [curve.best for curve in shown[0].curves] == [None, 1]


def test_metrics_that_no_axis_fits_have_charts_of_their_own():
    def drawn(train, top, val, bottom, *, lower=False):
        first = series_of(train, [top, top], Role.TRAIN_METRIC, lower_is_better=False)
        second = series_of(val, [bottom, bottom / 2], Role.VAL_METRIC, lower_is_better=lower)
        return [[item.name for item in panel.series] for panel in panels(assessment_of(first, second))]

    assert drawn("acc", 97.0, "val/bbox_mAP", 0.3) == [["val/bbox_mAP"], ["acc"]]
    assert drawn("acc", 0.5, "val_perplexity", 0.9, lower=True) == [["val_perplexity"], ["acc"]]
    assert drawn("f1", 0.9, "val_accuracy", 0.3) == [["f1", "val_accuracy"]]
    # A gap is to be seen, however wide it is.
    assert drawn("accuracy", 0.99, "val_accuracy", 0.01) == [["accuracy", "val_accuracy"]]


def test_a_chart_of_one_value_alone_is_flat():
    flat, point, other = (
        panels(assessment_of(series_of("lr", values, Role.LEARNING_RATE, None)))[0]
        for values in ([0.1, 0.1, 0.1], [0.1], [0.1, 0.1, 0.2])
    )
    assert flat.is_flat
    assert point.is_flat
    assert not other.is_flat
    broken = panels(assessment_of(series_of("loss", [np.nan, np.nan], Role.TRAIN_LOSS)))[0]
    assert not broken.is_flat


def test_a_run_without_known_roles_is_shown_by_its_curves_and_an_empty_one_by_none():
    others = [series_of(f"thing{i}", [1, 2], Role.OTHER, None) for i in range(6)]
    assert len(panels(assessment_of(*others))) == 4
    assert panels(assessment_of()) == ()
    assert panels(assessment_of(series_of("loss", [], Role.TRAIN_LOSS))) == ()


def test_every_real_log_can_be_drawn_and_said(shared):
    drawn = 0
    for folder in sorted(path for path in (shared / "logs").iterdir() if path.is_dir()):
        try:
            runs = read_paths([str(folder)])
        except UnreadableError:
            continue
        for run in runs:
            for panel in panels(Assessment(run, {}, (), (), ())):
                for width, height, ascii_only in ((50, 11, False), (200, 40, True)):
                    picture = draw(panel.curves, width, height, ascii_only=ascii_only)
                    assert {len(row) for row in picture.rows} == {width}
                    drawn += 1
                assert panel.as_text("en")
                assert panel.as_text("zh")
    assert drawn > 100


def test_no_finding_leaves_no_mark():
    assert finding_marks([series_of("loss", [1.0], Role.TRAIN_LOSS)], ()) == []
