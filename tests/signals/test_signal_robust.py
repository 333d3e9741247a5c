"""The statistics under the signals, against plain numpy or worked out by hand."""

import itertools

import numpy as np
import pytest

from advisor.signals import robust


def test_segment_medians_agree_with_numpy_and_leave_gaps():
    rng = np.random.default_rng(0)
    values = rng.normal(size=1_000)
    edges = np.array([3, 10, 10, 14, 500, 999])
    expected = [np.median(values[a:b]) if b > a else np.nan for a, b in itertools.pairwise(edges)]
    np.testing.assert_allclose(robust.segment_medians(values, edges), expected)


def test_segment_medians_of_a_long_curve_come_from_a_sample():
    values = np.repeat([1.0, 2.0, 3.0], 100_000)
    edges = np.array([0, 100_000, 200_000, 300_000])
    np.testing.assert_array_equal(robust.segment_medians(values, edges), [1, 2, 3])


@pytest.mark.parametrize("size", [5, 512, 513, 1_024, 1_300])
def test_bins_cover_every_point_once(size):
    edges = robust.bin_edges(size)
    assert edges[0] == 0
    assert edges[-1] == size
    assert (np.diff(edges) > 0).all()
    medians = robust.bin_medians(np.arange(size, dtype=np.float64))
    expected = [(a + b - 1) / 2 for a, b in itertools.pairwise(edges)]
    np.testing.assert_array_equal(medians, expected)


def test_smoothing_keeps_a_line_drops_a_spike_and_halves_a_zigzag():
    line = np.arange(20, dtype=np.float64)
    np.testing.assert_allclose(robust.smooth(line, 3), line)
    np.testing.assert_allclose(robust.smooth(line, 3, keep_ends=False), line)
    spiked = line.copy()
    spiked[10] = 1e6
    assert np.abs(robust.smooth(spiked, 3) - line).max() <= 1
    zigzag = np.array([2.0, 1.0] * 10)
    np.testing.assert_allclose(robust.smooth(zigzag, 2, keep_ends=False), 1.5)


def test_slope_and_kendall_ignore_one_wild_value():
    values = 3 - 0.5 * np.arange(30)
    values[7] = 1e9
    assert robust.slope(values) == pytest.approx(-0.5)
    # of the 435 pairs, the seven with an earlier value rise instead of falling
    assert robust.kendall(values) == pytest.approx(-1 + 2 * 7 / 435)
    assert robust.slope(np.arange(10_000.0)) == pytest.approx(1)


def test_spearman_shares_ties_and_refuses_what_never_moves():
    a = np.array([1.0, 2.0, 2.0, 4.0])
    assert robust.spearman(a, 10 * a) == pytest.approx(1)
    assert robust.spearman(a, -a) == pytest.approx(-1)
    # ranks 0 1.5 1.5 3 against 3 0 1 2: the sum of products of centred ranks is -1.5, norms 4.5 and 5
    assert robust.spearman(a, np.array([9.0, 0.0, 1.0, 2.0])) == pytest.approx(-1.5 / np.sqrt(4.5 * 5))
    assert robust.spearman(a, np.ones(4)) is None
    assert robust.spearman(a[:3], a[:3]) is None


def test_scale_estimates_the_standard_deviation_of_normal_values():
    rng = np.random.default_rng(0)
    values = rng.normal(5, 2, size=200_000)
    values[::51] = 1e9
    assert robust.scale(values) == pytest.approx(2, rel=0.05)
    assert robust.scale(np.array([])) == 0


@pytest.mark.parametrize("size", [1, 2, 5, 63, 64, 65, 1_000, 65_536])
def test_medians_are_those_of_numpy(size):
    values = np.random.default_rng(size).normal(size=size)
    assert robust.median(values) == np.median(values)
    rows = np.stack([values, -values, np.sort(values)])
    np.testing.assert_array_equal(robust.row_medians(rows), np.median(rows, axis=1))


def test_no_values_have_no_median():
    assert np.isnan(robust.median(np.empty(0)))


def test_a_long_curve_has_the_medians_of_all_its_points_nearly():
    rng = np.random.default_rng(0)
    values = np.repeat(np.linspace(3, 1, 512), 2_000) + rng.exponential(size=512 * 2_000)
    rows = values.reshape(512, -1)
    exact = np.median(rows, axis=1)
    # the standard error of the median of n exponential values is 1 / sqrt(n)
    assert np.abs(robust.bin_medians(values) - exact).std() < 1 / np.sqrt(2_000)
    wild = rows.copy()
    wild[:, rng.permutation(2_000)[:200]] = 1e9
    assert np.abs(robust.bin_medians(wild.ravel()) - exact).max() < 0.5


@pytest.mark.parametrize("period", [2, 3, 8, 100, 128, 1_000])
def test_a_rhythm_is_not_met_in_step_with_itself(period):
    rows = np.tile(np.arange(200_000) % period < period // 2 + period % 2, (2, 1)).astype(float)
    share = rows.mean()
    assert robust.spread_sample(rows, 1_000).mean() == pytest.approx(share, abs=0.05)


def test_windows_are_every_run_of_neighbours():
    values = np.arange(10.0)[::2]
    np.testing.assert_array_equal(robust.windows(values, 3), [[0, 2, 4], [2, 4, 6], [4, 6, 8]])
