"""Many runs, one to a line: in `diagnose` and `list`."""

import re

import pytest

from advisor.readers import read_paths
from advisor.report.overview import listing_text, overview_text
from advisor.session import Session


@pytest.fixture(scope="module")
def samples(request):
    return str(request.config.rootpath / "sample_logs")


@pytest.fixture(scope="module")
def runs(samples):
    return read_paths([samples])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_run_has_one_line_and_the_worst_stand_last(samples, language, own_home):
    assessed = Session.aside(language).look([samples])
    lines = overview_text(assessed, language).splitlines()
    rows = [line for line in lines if re.match(r"\d+ +\S", line)][: len(assessed)]
    assert len(rows) == len(assessed)
    glyphs = [next((g for g in "!~·" if f"  {g} " in row), " ") for row in rows]
    assert glyphs == sorted(glyphs, key=" ·~!".index)
    for severity in "!~·":
        assert f"{glyphs.count(severity)}" in lines[-2]
    assert "--full" in lines[-1]


def test_a_listing_is_sorted_by_the_best_value_of_each_curve(runs):
    lines = listing_text(runs, "en", "best").splitlines()[1:-2]
    assert len(lines) == len(runs)
    losses = [float(match[1]) for line in lines if (match := re.search(r"  val_loss +(\S+)", line))]
    assert len(losses) > 3
    assert losses == sorted(losses)


def test_a_listing_takes_words_and_conditions(runs):
    text = listing_text(runs, "en", text="keras-csv best<1")
    assert text.count("keras-csv") == 1
    assert "keras-csv-overfitting" in text
    assert "None of the" in listing_text(runs, "en", text="best<-1e9")
    assert "没有符合" in listing_text(runs, "zh", text="best<-1e9")
