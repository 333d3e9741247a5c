"""Generated data sets of the former held-out half of the thirteen situations, as (inputs, targets).

Made on 29 November 2026; after many looks at its figures that half joined the tuning half a day later.
"""

import numpy as np
from sklearn import datasets

from tests.measure.thirteen_generated import IMAGE_SIDE


def _checker() -> tuple[np.ndarray, np.ndarray]:
    """Black and white fields of a board of four by four, its edges blurred."""
    random = np.random.default_rng(31)
    x = random.uniform(0, 4, (1_600, 2))
    return x + random.normal(0, 0.08, x.shape), np.floor(x).astype(int).sum(axis=1) % 2


def _tree() -> tuple[np.ndarray, np.ndarray]:
    """Twelve inputs that a tree of depth four sorts into five classes; one label in 25 is redrawn."""
    random = np.random.default_rng(32)
    x = random.normal(0, 1, (1_800, 12))
    leaf = np.zeros(len(x), dtype=int)
    for _ in range(4):
        column, cut = random.integers(12, size=16), random.normal(0, 0.4, 16)
        leaf = 2 * leaf + (x[np.arange(len(x)), column[leaf]] > cut[leaf])
    y = random.permutation(np.arange(16) % 5)[leaf]
    redrawn = random.random(len(x)) < 0.04
    return x, np.where(redrawn, random.integers(5, size=len(x)), y)


def _glyphs() -> tuple[np.ndarray, np.ndarray]:
    """Ten random signs of 6 x 6 dots, somewhere in a noisy image of 8 x 8."""
    random = np.random.default_rng(33)
    signs = random.random((10, 6, 6)) < 0.5
    y = random.integers(10, size=1_800)
    images = random.normal(0, 0.5, (y.size, IMAGE_SIDE, IMAGE_SIDE))
    for image, (down, right), sign in zip(images, random.integers(3, size=(y.size, 2)), y, strict=True):
        image[down : down + 6, right : right + 6] += signs[sign]
    return images.reshape(y.size, -1), y


def _chains() -> tuple[np.ndarray, np.ndarray]:
    """Sixteen steps of one of four tokens; the class is the Markov chain, one of four, that made them."""
    random = np.random.default_rng(34)
    chains = random.dirichlet(np.full(4, 0.4), (4, 4)).cumsum(axis=2)
    y = random.integers(4, size=1_600)
    token = random.integers(4, size=y.size)
    steps = []
    for _ in range(16):
        steps.append(np.eye(4)[token])
        token = np.minimum(3, (random.random((y.size, 1)) > chains[y, token]).sum(axis=1))
    x = np.stack(steps, axis=1)
    return (x + random.normal(0, 0.2, x.shape)).reshape(y.size, -1), y


def _tides() -> tuple[np.ndarray, np.ndarray]:
    """Twelve steps of two waves with noise; the target is their product two steps later."""
    random = np.random.default_rng(35)
    speed, phase = random.uniform(0.2, 0.9, (1_400, 1, 2)), random.uniform(0, 2 * np.pi, (1_400, 1, 2))
    waves = np.sin(speed * np.arange(14)[None, :, None] + phase)
    x = waves[:, :12] + random.normal(0, 0.1, (1_400, 12, 2))
    return x.reshape(1_400, -1), waves[:, -1].prod(axis=1) + random.normal(0, 0.05, 1_400)


def _low_rank() -> tuple[np.ndarray, np.ndarray]:
    """Thirty inputs of which six directions matter, seen through a sum and a product."""
    x = datasets.make_low_rank_matrix(1_400, 30, effective_rank=6, random_state=36)
    random = np.random.default_rng(36)
    first, second, third = (x @ random.normal(0, 1, (30, 3)) / x.std()).T
    return x, first + second * third / 4 + random.normal(0, 0.4, len(x))


def _roll() -> tuple[np.ndarray, np.ndarray]:
    """A rolled-up sheet in space, cut into six strips."""
    x, along = datasets.make_swiss_roll(1_500, noise=0.6, random_state=37)
    return x, np.searchsorted(np.quantile(along, np.arange(1, 6) / 6), along)


FORMER = {
    "checker": _checker,
    "tree": _tree,
    "glyphs": _glyphs,
    "chains": _chains,
    "tides": _tides,
    "low_rank": _low_rank,
    "roll": _roll,
}
