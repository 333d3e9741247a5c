"""The data sets that the makers of the sample logs train on; all come with scikit-learn."""

import numpy as np
from sklearn import datasets

LOADERS = {
    "digits": datasets.load_digits,
    "wine": datasets.load_wine,
    "breast_cancer": datasets.load_breast_cancer,
    "diabetes": datasets.load_diabetes,
}


def load(name, samples=None, label_noise=0.0, seed=0, scaled=True):
    """Training and validation arrays (x_train, y_train, x_val, y_val); a fifth is for validation.

    `samples` keeps that many training samples, `label_noise` makes that share of the training labels random,
    `scaled=False` leaves the inputs as the data set has them.
    """
    x, y = LOADERS[name](return_X_y=True)
    x = x.astype("float32")
    y = y.astype("float32") if name == "diabetes" else y.astype("int64")
    order = np.random.default_rng(0).permutation(len(x))
    val, train = order[: len(x) // 5], order[len(x) // 5 :][:samples]
    if scaled:
        # Digits are pixels from 0 to 16; dividing by their spread would blow up the nearly constant ones.
        x = x / 16 if name == "digits" else (x - x[train].mean(axis=0)) / x[train].std(axis=0)
    y_train, random = y[train], np.random.default_rng(seed)
    noisy = random.random(len(train)) < label_noise
    y_train[noisy] = random.choice(np.unique(y), noisy.sum())
    return x[train], y_train, x[val], y[val]
