"""Fits the intent classifier: `python -m advisor.chat.fit` writes `intents.npz` anew.

Run it after any change to a file in `templates/`, to the lexicon or to a cue; a test says when it is due.
"""

import hashlib
import sys
import warnings
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from advisor.chat import lexicon
from advisor.chat.classifier import ARTEFACT, Classifier, features, is_word
from advisor.chat.concepts import load_concepts
from advisor.chat.grammar import HEARD, Template, expand, templates
from advisor.chat.intent import all_intents
from advisor.chat.senses import FILE
from advisor.chat.understand import Utterance, understand

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

SENTENCES = 10
"""Sentences drawn from a template; more where a concept is named, since there are many."""
HEARD_WEIGHT = 4.0
"""What a sentence that somebody really wrote counts beside a drawn one."""
_STRENGTH = 20.0
_KEPT = 20_000
_VALUES = ("0.01", "1e-3", "3e-4", "0.1", "64", "128", "0.5", "0.0001", "256", "1e-5", "0", "10", "0.3", "2")
_FILLERS: dict[str, tuple[str, ...]] = {
    "num": ("0.01", "1e-3", "3e-4", "0.45", "0.5", "0.0005", "2.3", "0.9", "1.2", "5e-5", "10", "0.1"),
    "int": ("3", "5", "10", "12", "20", "32", "50", "64", "100", "128", "200", "256", "1000", "2"),
    "path": ("train.log", "runs/exp1", "logs/metrics.csv", "results.csv", "~/run.log", "mlruns", "report.md"),
    "curve": ("eval/ce", "train/nll", "my_score", "mAP_50", "Eval_CE", "loss_a", "top5", "dev_bleu"),
    "run": ("run_a", "run-b", "baseline", "exp3", "resnet-b512", "the healthy run", "version_1", "lr01"),
}
_ENGLISH: dict[str, tuple[str, ...]] = {
    "value": (*_VALUES, "cosine", "adamw", "a tenth", "half"),
    "pct": ("95%", "90 %", "50%", "99%", "10%", "20%", "80 percent"),
    "problem": ("overfitting", "oscillation", "divergence", "underfitting", "plateau", "slow convergence"),
    "animal": ("cats", "a dog", "the sea", "spring"),
}
_CHINESE: dict[str, tuple[str, ...]] = {
    "value": (*_VALUES, "一半", "十分之一", "千分之一"),
    "pct": ("95%", "90%", "百分之九十", "五成", "99%", "80%"),
    "problem": ("过拟合", "震荡", "发散", "欠拟合", "平台期", "收敛慢", "梯度消失", "梯度爆炸"),
}


@dataclass(frozen=True, slots=True)
class Example:
    """One sentence to learn from."""

    text: str
    intent: str
    weight: float = 1.0


def main() -> int:
    """Fits and writes the shipped model."""
    found = examples(templates())
    model = fit(found)
    write(model)
    drawn = sum(1 for one in found if one.weight == 1.0)
    size = ARTEFACT.stat().st_size / 1e6
    print(
        f"{len(templates()):,} templates, {drawn:,} sentences drawn from them, {len(found) - drawn:,} heard;"
        f" {len(model.features):,} features, {len(model.intents)} intents; {ARTEFACT.name} {size:.2f} MB"
    )
    return 0


def examples(chosen: Iterable[Template], seed: int = 0) -> list[Example]:
    """What the templates stand for."""
    found: list[Example] = []
    for template in chosen:
        most = SENTENCES * (5 if "{concept}" in template.line else 1)
        weight = HEARD_WEIGHT if template.language == HEARD else 1.0
        texts = expand(template, most, fillers(template.language), seed)
        found += [Example(text, template.intent, weight) for text in texts]
    return found


@cache
def fillers(language: str) -> dict[str, tuple[str, ...]]:
    """What fills the slots of templates in a language: names from the lexicon, and numbers."""
    chinese = language == "zh"

    def spoken(names: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
        # Chinese sentences are full of English names; the other way round they are not.
        return tuple(s for spellings in names.values() for s in spellings if chinese or s.isascii())

    concepts = tuple(n for c in load_concepts() for n in c.names if n.isascii() != chinese)
    return {
        **_FILLERS,
        **(_CHINESE if chinese else _ENGLISH),
        "hp": spoken(lexicon.HYPERPARAMETERS),
        "metric": spoken(lexicon.METRICS),
        "opt": (*lexicon.OPTIMISERS, "sgd with momentum"),
        "concept": concepts,
    }


def fit(found: Sequence[Example]) -> Classifier:
    """The model that fits the examples, cut to its heaviest features."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    seen = [_described(one.text) for one in found]
    counts = Counter(feature for features_of_one in seen for feature in features_of_one)
    often = sorted(name for name, n in counts.items() if n > 2 or is_word(name))
    places = {name: i for i, name in enumerate(often)}
    labels = [one.intent for one in found]
    weights = [one.weight for one in found]
    # Which features weigh most shows long before the weights have settled.
    first = LogisticRegression(C=_STRENGTH, class_weight="balanced", max_iter=30, tol=1e-3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        first.fit(_matrix(seen, places), labels, sample_weight=weights)
    names = sorted(places)
    weight = np.abs(first.coef_).max(axis=0)
    # Every known word stays: whether any word is known decides whether an utterance is answered at all.
    weight[[is_word(name) for name in names]] += weight.max()
    heaviest = np.argsort(-weight, kind="stable")[:_KEPT]
    kept = {name: i for i, name in enumerate(sorted(names[place] for place in heaviest))}
    # Before the weights have settled, one template more in one intent moves the readings of others.
    second = LogisticRegression(C=_STRENGTH, class_weight="balanced", max_iter=600, tol=1e-5)
    second.fit(_matrix(seen, kept), labels, sample_weight=weights)
    return Classifier(
        tuple(second.classes_),
        np.array([name.encode("utf-8") for name in kept]),
        second.coef_.T.astype(np.float32),
        np.ones(len(kept), np.float32),
        second.intercept_.astype(np.float32),
    )


@lru_cache(maxsize=40_000)
def _described(text: str) -> tuple[str, ...]:
    return tuple(described(understand(text)))


def described(utterance: Utterance) -> list[str]:
    """The features of an utterance, with the cues it meets."""
    return features(utterance, [intent.name for intent in all_intents() if intent.match(utterance) > 0])


def _matrix(seen: Sequence[Sequence[str]], places: dict[str, int]) -> "csr_matrix":
    from scipy.sparse import csr_matrix

    columns: list[int] = []
    values: list[float] = []
    ends = [0]
    for one in seen:
        known = [places[feature] for feature in one if feature in places]
        columns += known
        values += [1 / np.sqrt(len(one))] * len(known)
        ends.append(len(columns))
    return csr_matrix((np.asarray(values, np.float32), columns, ends), shape=(len(seen), len(places)))


def write(model: Classifier) -> None:
    """Keeps a model as numbers and names: weights in eight bits, each feature with a scale of its own."""
    scales = np.maximum(np.abs(model.weights).max(axis=1), 1e-6).astype(np.float32) / 127
    kept: dict[str, Any] = {
        "features": np.frombuffer(b"\n".join(model.features.tolist()), np.uint8),
        "intents": np.frombuffer("\n".join(model.intents).encode("utf-8"), np.uint8),
        "weights": np.rint(model.weights / scales[:, None]).astype(np.int8),
        "scales": scales,
        "bias": model.bias,
        "made_from": np.frombuffer(fingerprint().encode("ascii"), np.uint8),
    }
    np.savez_compressed(ARTEFACT, **kept)


def fingerprint() -> str:
    """Tells one set of templates and senses from another."""
    lines = "\n".join(f"{t.intent} {t.language} {t.line}" for t in templates()) + FILE.read_text("utf-8")
    return hashlib.sha256(lines.encode("utf-8")).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
