"""A text classifier in spaCy tells from which description a sentence comes; the log is spaCy's own table.

The sentences are those of the descriptions of scikit-learn's data sets.
"""

import argparse
import os
import re
import sys
import tempfile
from pathlib import Path

import numpy as np
import spacy
import tasks
from spacy.tokens import DocBin
from spacy.training.initialize import init_nlp
from spacy.training.loop import train


def sentences():
    """(sentence, name of the data set), in an order that is always the same."""
    found = []
    for name, loader in tasks.LOADERS.items():
        words = re.sub(r"[^A-Za-z ]+", " ", loader()["DESCR"]).split()
        found += [(" ".join(words[i : i + 8]), name) for i in range(0, len(words) - 8, 8)]
    order = np.random.default_rng(0).permutation(len(found))
    return [found[i] for i in order]


def write(rows, file):
    blank = spacy.blank("en")
    docs = DocBin()
    for text, label in rows:
        doc = blank.make_doc(text)
        doc.cats = {name: float(name == label) for name in tasks.LOADERS}
        docs.add(doc)
    docs.to_disk(file)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--learn-rate", type=float, default=0.001)
    parser.add_argument("--steps", type=int, default=400)
    args = parser.parse_args()
    rows = sentences()
    os.chdir(tempfile.mkdtemp())
    write(rows[: len(rows) // 4], "dev.spacy")
    write(rows[len(rows) // 4 :], "train.spacy")
    # What `spacy init config` writes, with these settings over it.
    config = spacy.util.load_config(Path(spacy.__file__).parent / "default_config.cfg")
    settings = {
        "nlp": {"lang": "en", "pipeline": ["textcat"]},
        "components": {"textcat": {"factory": "textcat"}},
        "paths": {"train": "train.spacy", "dev": "dev.spacy"},
        "training": {
            "max_steps": args.steps,
            "eval_frequency": 20,
            "patience": 0,
            "score_weights": {"cats_score": 1.0},
            "optimizer": {"@optimizers": "Adam.v1", "learn_rate": args.learn_rate},
        },
    }
    nlp = init_nlp(config.merge(settings), use_gpu=-1)
    train(nlp, None, stdout=sys.stdout, stderr=sys.stderr)


if __name__ == "__main__":
    main()
