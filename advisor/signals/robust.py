"""Statistics that one wild value cannot move, each at most linear after thinning to a bounded size.

Arrays hold finite float64 values unless a function says otherwise. None of them warns.
"""

from functools import cache

import numpy as np

from advisor.run import Floats, Integers

MAX_BINS = 512
MAX_SAMPLE = 65_536
MAX_PER_BIN = MAX_SAMPLE // MAX_BINS
MAX_PAIRS = 64
_LONG_ROW = 768
_CACHED = 1 << 16
_WIDE = 64  # beyond, a partition is faster than a sort
_GOLDEN = 0.6180339887498949
_NORMAL_MAD = 1.4826  # makes the median absolute deviation of a normal sample estimate its standard deviation


def median(values: Floats) -> float:
    """Median of values of shape (n,), NaN for none; of 65,536 of them where there are more.

    `np.median` spends more time on its checks than on 512 bins.
    """
    if values.size == 0:
        return float("nan")
    if values.size > MAX_SAMPLE:
        values = spread_sample(values[None, :], MAX_SAMPLE)[0]
    size = values.size
    half = size // 2
    ordered = np.sort(values) if size < _WIDE else np.partition(values, (half - 1, half))
    return float(ordered[half]) if size % 2 else float(0.5 * ordered[half - 1] + 0.5 * ordered[half])


def row_medians(rows: Floats) -> Floats:
    """Median of each row, shape (n, m) to (n,); m at least 1."""
    half = rows.shape[1] // 2
    if rows.shape[1] < _WIDE:
        ordered = np.sort(rows, axis=1)
        below = ordered[:, half - 1]
    else:
        # To place one value and look for its neighbour takes less than half the time of placing both.
        ordered = np.partition(rows, half, axis=1)
        below = ordered[:, :half].max(axis=1)
    if rows.shape[1] % 2:
        return np.asarray(ordered[:, half], dtype=np.float64)
    return np.asarray(0.5 * below + 0.5 * ordered[:, half], dtype=np.float64)


def windows(values: Floats, width: int) -> Floats:
    """Every run of `width` neighbours, shape (n - width + 1, width), uncopied."""
    step = values.strides[0]
    shape = (values.size - width + 1, width)
    return np.lib.stride_tricks.as_strided(values, shape, (step, step), writeable=False)


def thin(values: Floats, limit: int) -> Floats:
    """At most `limit` values at even strides, the first one kept."""
    if values.size <= limit:
        return values
    return values[:: -(-values.size // limit)]


def bin_edges(size: int, limit: int = MAX_BINS) -> Integers:
    """Edges of at most `limit` runs of equal length over `size` points (the last may be shorter)."""
    length = max(1, -(-size // limit))
    return np.append(np.arange(0, size, length), size).astype(np.int64)


def bin_medians(values: Floats, limit: int = MAX_BINS) -> Floats:
    """Median of each bin of `bin_edges`; the values themselves where there are no more than `limit`."""
    if values.size <= limit:
        return values
    rows, rest = split_bins(values, limit)
    medians = row_medians(_remedian(rows))
    return np.append(medians, median(_remedian(rest[None, :])[0])) if rest.size else medians


def split_bins(values: Floats, limit: int = MAX_BINS) -> tuple[Floats, Floats]:
    """The points of each full bin of `bin_edges`, shape (b, k), and of the shorter last one; uncopied."""
    length = max(1, -(-values.size // limit))
    whole = values.size // length
    return values[: whole * length].reshape(whole, length), values[whole * length :]


def _remedian(rows: Floats) -> Floats:
    """Fewer numbers with the median of each row: medians of three, repeated (Rousseeuw & Bassett 1990).

    Every point of a long row has a say, in a quarter of the time that its exact median takes.
    """
    if rows.shape[1] <= _LONG_ROW:
        return rows
    # A few rows at a time, so that what lies between stays in the processor's caches.
    few = max(1, _CACHED // rows.shape[1])
    return np.concatenate([_thirds(rows[i : i + few]) for i in range(0, len(rows), few)])


def _thirds(rows: Floats) -> Floats:
    while rows.shape[1] > _LONG_ROW:
        third = rows.shape[1] // 3
        early, middle, late = rows[:, :third], rows[:, third : 2 * third], rows[:, 2 * third : 3 * third]
        low, high = np.minimum(early, middle), np.maximum(early, middle)
        rows = np.maximum(low, np.minimum(high, late))
    return rows


def spread_sample(rows: Floats, limit: int) -> Floats:
    """At most `limit` columns, at uneven distances, so that no rhythm is met in step with itself."""
    if rows.shape[1] <= limit:
        return rows
    steps = np.arange(limit)
    return rows[:, ((steps + steps * _GOLDEN % 1.0) * (rows.shape[1] / limit)).astype(np.int64)]


def scale(values: Floats) -> float:
    """Standard deviation estimated by the median absolute deviation (Hampel, 1974); 0 for no values."""
    if values.size == 0:
        return 0.0
    sample = thin(values, MAX_SAMPLE)
    return _NORMAL_MAD * median(np.abs(sample - median(sample)))


def smooth(values: Floats, half: int, keep_ends: bool = True) -> Floats:
    """Running median over 2 x `half` points, centred by averaging the two windows beside each point.

    An even window gives the middle of a curve that alternates between two levels, where an odd one would
    follow it. Both ends are continued point-symmetrically, so that a steep start is not flattened: about the
    first and last values, which stay as they are, or, without `keep_ends`, about the levels just outside.
    """
    half = min(half, values.size - 1)
    if half < 1:
        return values
    padded = np.concatenate(
        (_outside(values, half, keep_ends)[::-1], values, _outside(values[::-1], half, keep_ends))
    )
    medians = row_medians(windows(padded, 2 * half))
    return np.asarray(0.5 * (medians[:-1] + medians[1:]), dtype=np.float64)


def _outside(values: Floats, count: int, keep_first: bool) -> Floats:
    """`count` values to stand before the first one, the nearest first."""
    if keep_first or values.size < 8:
        return np.asarray(2.0 * values[0] - values[1 : count + 1], dtype=np.float64)
    near, far = median(values[:4]), median(values[4:8])
    level_half_a_point_outside = near + 0.5 * (near - far)
    return np.asarray(2.0 * level_half_a_point_outside - values[:count], dtype=np.float64)


@cache
def _pairs(size: int) -> tuple[Integers, Integers]:
    """The later and the earlier index of every two of `size` points, `MAX_PAIRS` at most."""
    later, earlier = np.tril_indices(size, -1)
    return later, earlier


def slope(values: Floats) -> float:
    """Change per point: the median of all pairwise slopes (Theil 1950, Sen 1968) on at most 64 bins."""
    binned = bin_medians(values, MAX_PAIRS)
    if binned.size < 2:
        return 0.0
    later, earlier = _pairs(binned.size)
    points_per_bin = -(-values.size // MAX_PAIRS) if values.size > MAX_PAIRS else 1
    return median((binned[later] - binned[earlier]) / (later - earlier)) / points_per_bin


def kendall(values: Floats) -> float:
    """Kendall's tau of the values with time (1938) on at most 64 bins, -1 (falls) to 1 (rises)."""
    binned = bin_medians(values, MAX_PAIRS)
    if binned.size < 2:
        return 0.0
    later, earlier = _pairs(binned.size)
    return float(np.mean(np.sign(binned[later] - binned[earlier])))


def ranks(values: Floats) -> Floats:
    """Ranks from 0, ties sharing their mean."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return np.asarray((ends - 0.5 * (counts + 1))[inverse], dtype=np.float64)


def spearman(a: Floats, b: Floats) -> float | None:
    """Spearman's rank correlation (1904), -1 to 1; None below 4 points or where a side never moves."""
    if a.size < 4 or a.size != b.size:
        return None
    ranks_a, ranks_b = ranks(a) - (a.size - 1) / 2, ranks(b) - (b.size - 1) / 2
    norm = float(np.sqrt((ranks_a @ ranks_a) * (ranks_b @ ranks_b)))
    return None if norm == 0 else float(np.clip((ranks_a @ ranks_b) / norm, -1, 1))


def segment_medians(values: Floats, edges: Integers) -> Floats:
    """Median of `values[edges[i]:edges[i + 1]]` for each i; NaN for an empty segment.

    Beyond 65,536 values every k-th is taken, so a segment shorter than k may come out empty.
    """
    stride = max(1, -(-values.size // MAX_SAMPLE))
    if stride > 1:
        values, edges = values[::stride], -(-edges // stride)
    counts = np.diff(edges)
    found = counts > 0
    result = np.full(counts.size, np.nan)
    if not found.any():
        return result
    covered = slice(int(edges[0]), int(edges[-1]))
    segment = np.repeat(np.arange(counts.size), counts)
    ordered = values[covered][np.lexsort((values[covered], segment))]
    first = edges[:-1][found] - edges[0]
    low = ordered[first + (counts[found] - 1) // 2]
    high = ordered[first + counts[found] // 2]
    result[found] = 0.5 * low + 0.5 * high
    return result
