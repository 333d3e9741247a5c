"""Generated data sets as (inputs, targets); each a pure function of its random generator and difficulty."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Samples = tuple[Array, NDArray[np.generic]]
Random = np.random.Generator
Generator = Callable[[Random, int], Samples]

SIDE = 8
"""Height and width of every image."""


def spirals(random: Random, n: int, arms: int, noise: float) -> Samples:
    """Arms that wind about one another in a plane; the class is the arm."""
    y = random.integers(arms, size=n)
    along = random.uniform(0.15, 1, n)
    angle = 2 * np.pi * (y / arms + 0.9 * along) + random.normal(0, noise, n)
    return along[:, None] * np.stack((np.cos(angle), np.sin(angle)), axis=1), y


def checkerboard(random: Random, n: int, cells: int) -> Samples:
    """A board of `cells` by `cells`, with two columns of noise beside it."""
    x = random.uniform(0, cells, (n, 4))
    return x, np.floor(x[:, :2]).sum(axis=1).astype(int) % 2


def parity(random: Random, n: int, bits: int) -> Samples:
    """The parity of a few noisy bits among ten."""
    signs = random.choice([-1.0, 1.0], size=(n, 10))
    return signs + random.normal(0, 0.35, signs.shape), (signs[:, :bits] > 0).sum(axis=1) % 2


def topics(random: Random, n: int, count: int) -> Samples:
    """Word counts of short texts; topics share most of their words."""
    words = 0.6 * random.dirichlet(np.ones(40)) + 0.4 * random.dirichlet(np.full(40, 0.15), count)
    y = random.integers(count, size=n)
    return np.stack([random.multinomial(25, words[topic]) for topic in y]).astype(float), y


def many_classes(random: Random, n: int, classes: int, spread: float) -> Samples:
    """Many unequally frequent clouds in 16 dimensions."""
    share = np.linspace(1, 3, classes)
    centres = random.normal(0, 1, (classes, 16))
    y = random.choice(classes, size=n, p=share / share.sum())
    return centres[y] + random.normal(0, spread, (n, 16)), y


def hills(random: Random, n: int, inputs: int) -> Samples:
    """A smooth field of twelve hills, measured with noise."""
    x = random.uniform(-1, 1, (n, inputs))
    centres, heights = random.uniform(-1, 1, (12, inputs)), random.normal(0, 1, 12)
    far = ((x[:, None] - centres) ** 2).sum(axis=2)
    return x, np.exp(-far / (0.15 * inputs)) @ heights + random.normal(0, 0.08, n)


def waves(random: Random, n: int, frequency: float) -> Samples:
    """A sum of sines along random directions of a six-dimensional space."""
    x = random.normal(0, 1, (n, 6))
    along = random.normal(0, frequency, (6, 4))
    return x, np.sin(x @ along).sum(axis=1) + random.normal(0, 0.2, n)


def random_network(random: Random, n: int, inputs: int, classes: int) -> Samples:
    """Labels or values given by a random net with one hidden layer; `classes` 0 for values."""
    x = random.normal(0, 1, (n, inputs))
    hidden = np.tanh(x @ random.normal(0, 1.5 / np.sqrt(inputs), (inputs, 24)))
    scores = hidden @ random.normal(0, 1, (24, max(1, classes)))
    if not classes:
        return x, scores[:, 0] + random.normal(0, 0.3, n)
    return x, (scores + random.normal(0, 0.5, scores.shape)).argmax(axis=1)


def gratings(random: Random, n: int, noise: float) -> Samples:
    """Noisy images of stripes; the class is one of eight pairs of direction and frequency."""
    y = random.integers(8, size=n)
    angle, frequency = np.pi * (y % 4) / 4, 0.16 + 0.14 * (y // 4)
    row, column = np.mgrid[:SIDE, :SIDE]
    along = np.cos(angle)[:, None, None] * row + np.sin(angle)[:, None, None] * column
    phase = random.uniform(0, 2 * np.pi, (n, 1, 1))
    images = np.sin(2 * np.pi * frequency[:, None, None] * along + phase)
    return images + random.normal(0, noise, images.shape), y


def figures(random: Random, n: int, noise: float) -> Samples:
    """Noisy images of bars along four directions, a ring and a cross, moved at random."""
    y = random.integers(6, size=n)
    row, column = np.mgrid[:SIDE, :SIDE] - (SIDE - 1) / 2
    moved = random.normal(0, 1.0, (n, 2, 1, 1))
    r, c = row - moved[:, 0], column - moved[:, 1]
    lines = [r, c, (r - c) / np.sqrt(2), (r + c) / np.sqrt(2), np.hypot(r, c) - 2.5]
    lines.append(np.minimum(abs(r), abs(c)))
    distance = np.choose(y[:, None, None], lines)
    return np.exp(-(distance**2)) + random.normal(0, noise, distance.shape), y


def spots(random: Random, n: int, noise: float) -> Samples:
    """Noisy images with one to five spots; the target is their number, as a value."""
    count = random.integers(1, 6, size=n)
    images = np.zeros((n, SIDE, SIDE))
    for at, spots_here in enumerate(count):
        where = random.choice(SIDE * SIDE, size=spots_here, replace=False)
        images[at].reshape(-1)[where] = 1.0
    return images + random.normal(0, noise, images.shape), count.astype(float)


def rhythms(random: Random, n: int, noise: float) -> Samples:
    """Noisy waves of ten steps in two channels; the class is the frequency, whatever the phase."""
    y = random.integers(5, size=n)
    phase = random.uniform(0, 2 * np.pi, (n, 1, 2))
    time = np.arange(10)[None, :, None] / 10
    x = np.sin(2 * np.pi * (1 + 0.6 * y[:, None, None]) * time + phase)
    return x + random.normal(0, noise, x.shape), y


def recall(random: Random, n: int, tokens: int, steps: int) -> Samples:
    """A sequence of tokens, one of them marked; the class is the token under the mark."""
    drawn = random.integers(tokens, size=(n, steps))
    place = random.integers(steps, size=n)
    x = np.zeros((n, steps, tokens + 1))
    np.put_along_axis(x, drawn[:, :, None], 1.0, axis=2)
    x[np.arange(n), place, tokens] = 2.0
    return x + random.normal(0, 0.2, x.shape), drawn[np.arange(n), place]


def drifts(random: Random, n: int, ways: int) -> Samples:
    """Random walks of ten steps in a plane; the class says which way they drift."""
    y = random.integers(ways, size=n)
    angle = 2 * np.pi * y / ways
    drift = 0.45 * np.stack((np.cos(angle), np.sin(angle)), axis=1)
    return (drift[:, None] + random.normal(0, 0.7, (n, 10, 2))).cumsum(axis=1), y


def bursts(random: Random, n: int, height: float) -> Samples:
    """Twelve steps of noise in two channels with one short burst; the class is its third and channel."""
    y = random.integers(6, size=n)
    start = 4 * (y % 3) + random.integers(0, 3, n)
    x = random.normal(0, 0.6, (n, 12, 2))
    for later in range(2):
        x[np.arange(n), start + later, y // 3] += height
    return x, y


def adding(random: Random, n: int, steps: int) -> Samples:
    """The sum of the two marked values of a sequence (Hochreiter and Schmidhuber, 1997)."""
    x = np.zeros((n, steps, 2))
    x[:, :, 0] = random.uniform(0, 1, (n, steps))
    marked = random.random((n, steps)).argsort(axis=1)[:, :2]
    np.put_along_axis(x[:, :, 1], marked, 1.0, axis=1)
    return x, (x[:, :, 0] * x[:, :, 1]).sum(axis=1)


def next_value(random: Random, n: int, noise: float) -> Samples:
    """The next value of a noisy oscillation of which ten values are seen."""
    frequency, phase = random.uniform(0.5, 2.0, (n, 1)), random.uniform(0, 2 * np.pi, (n, 1))
    whole = np.sin(frequency * np.arange(11) + phase) + random.normal(0, noise, (n, 11))
    return whole[:, :10, None], whole[:, 10]
