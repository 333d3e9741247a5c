"""How many of the example utterances the conversation understands, by a model that never saw them.

Cross-validated: the utterances are dealt into folds; each fold is read by a classifier fitted on the
templates and on the utterances of the other folds. The templates were written before the utterances were
read, then widened where they failed, so this figure is kinder than one for people who were never heard.
`--shipped` reads them with the shipped model, which was fitted on them: that only says whether it took them
in. Multi-turn utterances are counted there without their history, by the classifier alone.

Three honest estimates stand beside it: the utterances read by a model that was fitted on none of them
(templates only); sentences of independent wording (`tests/chat/fresh.tsv`) that were written before any
failure was read and are no templates; and strangers, newcomers, visitors, passersby, callers, guests and
lodgers (files of tests/chat), written before the templates were widened for them, by the classifier and as
whole turns over one open log; of these only what no template stands for word for word. All have been read
by now; the first counts of the guests and of the lodgers, before any change was made for them, stand in their
files.
Then every utterance goes through `advisor ask` in its situation: slots, actions, languages, figures, state,
CPU time.
"""

import argparse
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np

from advisor.chat.classifier import Classifier, load_classifier
from advisor.chat.conversation import Conversation
from advisor.chat.fit import described, examples, fit
from advisor.chat.grammar import HEARD, templates
from advisor.chat.public import public_intent
from advisor.chat.safety import is_unsafe
from advisor.chat.understand import SURE, understand
from advisor.journal import Journal
from advisor.session import Session
from tests.measure import chat_turns
from tests.measure.chat_sharing import stands_for

UTTERANCES = Path(__file__).resolve().parents[3] / "shared" / "chat" / "utterances-dev.jsonl"
FRESH = Path(__file__).resolve().parents[1] / "chat" / "fresh.tsv"
STRANGERS = tuple(
    FRESH.with_name(f"{name}.tsv")
    for name in ("strangers", "newcomers", "visitors", "passersby", "callers", "guests", "lodgers")
)
CHANGES_STATE = {"set_param", "accept", "undo", "rerun", "stop_run", "run_probe"}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.measure chat", description=__doc__)
    parser.add_argument("--utterances", type=Path, default=UTTERANCES)
    parser.add_argument("--folds", type=int, default=3)
    parser.add_argument("--shipped", action="store_true", help="the shipped model, which saw them")
    parser.add_argument("--wrong", action="store_true", help="print what was misread")
    options = parser.parse_args(arguments)
    if not options.utterances.is_file():
        print(f"The utterances are not here: {options.utterances}", file=sys.stderr)
        return 2
    rows = [json.loads(line) for line in options.utterances.read_text("utf-8").splitlines()]
    readings = shipped(rows) if options.shipped else cross_validated(rows, options.folds)
    how = "by the shipped model" if options.shipped else f"cross-validated in {options.folds} folds"
    print(f"{len(rows)} utterances, {len(templates())} templates, {how}")
    report(rows, readings)
    fresh_report(rows, options.wrong)
    for file in STRANGERS:
        strangers_report(file, options.utterances.parent / "logs" / "osc", options.wrong)
    whole_turns(rows, options.utterances.parent, options.wrong)
    if options.wrong:
        for row, reading in zip(rows, readings, strict=True):
            if reading[0][0] != row["intent"]:
                print(f"  {row['text']!r}: {row['intent']}, read as {reading[0][0]} {reading[0][1]:.2f}")
    return 0


def shipped(rows: list[dict]) -> list[list[tuple[str, float]]]:
    model = load_classifier()
    return [ranked(model, row["text"]) for row in rows]


def cross_validated(rows: list[dict], folds: int) -> list[list[tuple[str, float]]]:
    readings: list[list[tuple[str, float]]] = [[] for _ in rows]
    fold_of = np.random.default_rng(0).permutation(len(rows)) % folds
    for fold in range(folds):
        hidden = {row["text"] for row, its in zip(rows, fold_of, strict=True) if its == fold}
        model = fit(examples(t for t in templates() if t.language != HEARD or t.line not in hidden))
        for place in np.flatnonzero(fold_of == fold):
            readings[place] = ranked(model, rows[place]["text"])
    return readings


def fresh() -> list[dict]:
    """The sentences of independent wording, in the form of the utterances."""
    lines = [line for line in FRESH.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    rows = [line.split("\t") for line in lines]
    return [
        {"intent": i, "lang": lang, "text": text, "slots": json.loads(s), "tags": []}
        for i, lang, text, s in rows
    ]


def fresh_report(rows: list[dict], wrong: bool) -> None:
    """What to expect of strangers: nothing that is read here, or is like it, was fitted on."""
    model = fit(examples(t for t in templates() if t.language != HEARD))
    own = [(row, ranked(model, row["text"])) for row in rows]
    print(f"these, by templates alone: right {hits(own):.1%}, first two {hits(own, 2):.1%}")
    shipped_model = load_classifier()
    theirs = [(row, ranked(shipped_model, row["text"])) for row in fresh()]
    for lang in ("en", "zh"):
        part = [item for item in theirs if item[0]["lang"] == lang]
        print(
            f"independent wording, {lang}: right {hits(part):.1%} of {len(part)}, "
            f"first two {hits(part, 2):.1%}"
        )
    if wrong:
        for row, reading in theirs:
            if reading[0][0] != row["intent"]:
                print(
                    f"  fresh {row['text']!r}: {row['intent']}, read as {reading[0][0]} {reading[0][1]:.2f}"
                )


def strangers_report(file: Path, log: Path, wrong: bool) -> None:
    """Sentences that nothing was mended for, by the classifier alone and as whole turns."""
    lines = [line.split("\t") for line in file.read_text("utf-8").splitlines() if line[:1] != "#"]
    every = [
        {"intent": intent, "lang": lang, "text": text, "before": before}
        for intent, lang, text, *before in lines
    ]
    rows = [row for row in every if not stands_for(row["text"])]
    shared = len(every) - len(rows)
    model = load_classifier()
    read = [(row, ranked(model, row["text"])) for row in rows if not row["before"]]
    print(f"{file.stem}: {len(rows)}, beside {shared} that share a template")
    print(f"{file.stem} by the classifier: right {hits(read):.1%}, first two {hits(read, 2):.1%}")
    with tempfile.TemporaryDirectory() as empty:
        session = Session(Path(empty), Journal.in_memory())
        session.look([str(log)])
        told = [(row, taken_for(session, [*row["before"], row["text"]])) for row in rows]
    for lang in ("en", "zh", "mixed"):
        part = [row["intent"] == intent for row, intent in told if row["lang"] == lang]
        print(f"{file.stem} as whole turns, {lang}: right {sum(part) / max(len(part), 1):.1%} of {len(part)}")
    if wrong:
        for row, intent in told:
            if intent != row["intent"]:
                print(f"  stranger {row['text']!r}: {row['intent']}, read as {intent}")


def taken_for(session: Session, said: list[str]) -> str:
    """What the last of several turns was taken for."""
    conversation = Conversation(session)
    for text in said:
        conversation.reply(text)
    return public_intent(conversation.understood.intent)


def hits(read: list[tuple[dict, list[tuple[str, float]]]], first: int = 1) -> float:
    return sum(row["intent"] in dict(reading[:first]) for row, reading in read) / max(len(read), 1)


def whole_turns(rows: list[dict], folder: Path, wrong: bool) -> None:
    """Every utterance in its situation through the functions of `advisor ask`."""
    scenarios = json.loads((folder / "scenarios.json").read_text("utf-8"))
    with tempfile.TemporaryDirectory() as empty:
        chat_turns.report(list(chat_turns.turns(rows, folder / "logs", scenarios, Path(empty))), wrong)


def ranked(model: Classifier, text: str) -> list[tuple[str, float]]:
    utterance = understand(text)
    chances = model.probabilities(described(utterance))
    # By their public names: what is told apart inside may be one intent outside.
    order: dict[str, float] = {}
    for place in np.argsort(-chances):
        order.setdefault(public_intent(model.intents[place]), float(chances[place]))
    first = [("unsafe", 1.0)] if is_unsafe(utterance.text.lower()) else []
    return [*first, *order.items()]


def report(rows: list[dict], readings: list[list[tuple[str, float]]]) -> None:
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    second = 0
    for row, reading in zip(rows, readings, strict=True):
        single = "one turn" if "multi_turn" not in row["tags"] else "several turns"
        for group in ("all", row["lang"], single):
            total[group] += 1
            right[group] += reading[0][0] == row["intent"]
        second += row["intent"] in dict(reading[:2])
    shares = ", ".join(f"{group} {right[group] / total[group]:.1%} of {total[group]}" for group in total)
    print(f"right: {shares}")
    print(f"among the first two: {second / len(rows):.1%}")
    answered = [
        (row["intent"], reading[0][0])
        for row, reading in zip(rows, readings, strict=True)
        if reading[0][1] >= SURE
    ]
    hit = sum(intent == read for intent, read in answered)
    asked = 1 - len(answered) / len(rows)
    print(f"asked back: {asked:.1%}; of the answered {hit / len(answered):.1%} are right")
    for intent in ("out_of_scope", "unsafe"):
        own = [read for row, (read, *_) in zip(rows, readings, strict=True) if row["intent"] == intent]
        others = [read for row, (read, *_) in zip(rows, readings, strict=True) if row["intent"] != intent]
        recall = sum(read[0] == intent for read in own) / len(own)
        print(f"{intent}: recall {recall:.0%} of {len(own)}, wrongly {sum(r[0] == intent for r in others)}")
    harmless = [read for intent, read in answered if intent not in CHANGES_STATE]
    print(f"harmless but read as a change: {sum(r in CHANGES_STATE for r in harmless)} of {len(harmless)}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
