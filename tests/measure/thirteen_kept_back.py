"""Generated data sets of the held-out half of the thirteen situations, as (inputs, targets).

Made on 30 November 2026, when the half before joined the tuning half; no threshold has seen them.
"""

import numpy as np

from tests.measure.thirteen_generated import IMAGE_SIDE


def _motifs() -> tuple[np.ndarray, np.ndarray]:
    """Twenty steps of one of four letters; the class is which of three short words is written in, or none."""
    random = np.random.default_rng(41)
    letters = random.integers(4, size=(1_600, 20))
    words = np.array([[0, 2, 1, 3, 2], [3, 3, 0, 1, 1], [2, 0, 0, 2, 3]])
    y = random.integers(4, size=len(letters))
    start = random.integers(16, size=len(letters))
    for row in np.flatnonzero(y):
        letters[row, start[row] : start[row] + 5] = words[y[row] - 1]
    x = np.eye(4)[letters] + random.normal(0, 0.1, (*letters.shape, 4))
    return x.reshape(len(letters), -1), y


def _melodies() -> tuple[np.ndarray, np.ndarray]:
    """Sixteen noisy pitches and loudnesses; the class is one of six tunes, in any key and at any pace."""
    random = np.random.default_rng(42)
    tunes = random.integers(-5, 6, (6, 8)).cumsum(axis=1) / 4
    y = random.integers(6, size=1_500)
    pace = random.uniform(0.35, 0.5, (y.size, 1))
    at = np.minimum(7, np.arange(16) * pace).astype(int)
    pitch = np.take_along_axis(tunes[y], at, axis=1) + random.normal(0, 1, (y.size, 1))
    x = np.stack((pitch, np.exp(-0.2 * (np.arange(16) * pace % 1))), axis=2)
    return (x + random.normal(0, 0.25, x.shape)).reshape(y.size, -1), y


def _echoes() -> tuple[np.ndarray, np.ndarray]:
    """Fourteen steps of noise; the target is the product of the third and the tenth, and the last, added."""
    random = np.random.default_rng(43)
    x = random.normal(0, 1, (1_400, 14, 1))
    y = 0.7 * x[:, 2, 0] * x[:, 9, 0] + x[:, 13, 0] + random.normal(0, 0.2, 1_400)
    return x.reshape(1_400, -1), y


def _blobs() -> tuple[np.ndarray, np.ndarray]:
    """Images of 8 x 8 with one to four bright spots on a noisy ground; the class is how many."""
    random = np.random.default_rng(44)
    y = random.integers(4, size=1_600)
    row, column = np.mgrid[:IMAGE_SIDE, :IMAGE_SIDE]
    images = random.normal(0, 0.15, (y.size, IMAGE_SIDE, IMAGE_SIDE))
    for image, count in zip(images, y + 1, strict=True):
        for quarter in random.permutation(4)[:count]:
            down, right = random.uniform(0.5, 2.5, 2) + 4 * np.array(divmod(quarter, 2))
            image += np.exp(-((row - down) ** 2 + (column - right) ** 2))
    return images.reshape(y.size, -1), y


def _survey() -> tuple[np.ndarray, np.ndarray]:
    """Six questions with four answers each and four numbers; three classes, of 70, 22 and 8 %."""
    random = np.random.default_rng(45)
    answers, numbers = random.integers(4, size=(2_000, 6)), random.normal(0, 1, (2_000, 4))
    weight, pairs = random.normal(0, 1, (6, 4)), random.normal(0, 1, (4, 4))
    score = weight[np.arange(6), answers].sum(axis=1) + 1.5 * pairs[answers[:, 0], answers[:, 1]]
    score += numbers @ random.normal(0, 1, 4) + np.abs(numbers[:, 0] * numbers[:, 1])
    score += random.normal(0, 0.5, score.size)
    x = np.concatenate((np.eye(4)[answers].reshape(2_000, -1), numbers), axis=1)
    return x, np.searchsorted(np.quantile(score, (0.7, 0.92)), score)


def _spectra() -> tuple[np.ndarray, np.ndarray]:
    """Forty-eight channels with the lines of two of nine substances; the class is the stronger one."""
    random = np.random.default_rng(46)
    channel = np.arange(48)
    lines = random.uniform(2, 46, (9, 4, 1))
    shapes = (random.uniform(0.3, 1, (9, 4, 1)) * np.exp(-((channel - lines) ** 2) / 4)).sum(axis=1)
    y = random.integers(9, size=1_700)
    other = (y + random.integers(1, 9, y.size)) % 9
    x = shapes[y] + random.uniform(0, 0.8, (y.size, 1)) * shapes[other]
    return x * random.uniform(0.5, 2, (y.size, 1)) + random.normal(0, 0.15, x.shape), y


def _prices() -> tuple[np.ndarray, np.ndarray]:
    """Eight properties of houses, a district of five, and the price in thousands, with a heavy tail."""
    random = np.random.default_rng(47)
    size, district = random.gamma(6, 20, 1_500), random.integers(5, size=1_500)
    others = random.normal(0, 1, (1_500, 7))
    level = np.log(size) + random.normal(0, 0.4, 5)[district] + 0.15 * others[:, 0] - 0.1 * others[:, 1] ** 2
    x = np.concatenate((size[:, None], others, np.eye(5)[district]), axis=1)
    return x, np.exp(level + random.normal(0, 0.1, 1_500))


def _gears() -> tuple[np.ndarray, np.ndarray]:
    """Points in a plane, inside or outside of a cogwheel of five teeth, or in its hub."""
    random = np.random.default_rng(48)
    x = random.uniform(-1.6, 1.6, (1_800, 2))
    radius, angle = np.hypot(*x.T), np.arctan2(*x.T)
    y = np.where(radius < 0.45, 2, (radius < 1 + 0.25 * np.sign(np.sin(5 * angle))).astype(int))
    return x + random.normal(0, 0.03, x.shape), y


KEPT_BACK = {
    "motifs": _motifs,
    "melodies": _melodies,
    "echoes": _echoes,
    "blobs": _blobs,
    "survey": _survey,
    "spectra": _spectra,
    "prices": _prices,
    "gears": _gears,
}
