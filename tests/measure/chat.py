"""The share of the example utterances whose intent the conversation recognises.

The phrases and cues were written by someone who had read these utterances, so the first figure flatters; the
second leaves the cues out and shows what the example phrases alone recognise. Neither is an estimate for
people who were never heard before.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from advisor.chat.intent import Intent, all_intents
from advisor.chat.understand import SURE, Reading, Recogniser, understand

UTTERANCES = Path(__file__).resolve().parents[3] / "shared" / "chat" / "utterances-dev.jsonl"

Rank = Callable[[str], list[Reading]]


def main(arguments: list[str]) -> int:
    path = Path(arguments[0]) if arguments else UTTERANCES
    if not path.is_file():
        print(f"The utterances are not here: {path}", file=sys.stderr)
        return 2
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    intents = all_intents()
    phrases = {phrase for intent in intents for phrase in intent.phrases}
    equal = sum(understand(row["text"]).folded in phrases for row in rows)
    print(f"{len(rows)} utterances, {len(intents)} intents, {len(phrases)} example phrases ({equal} equal)")
    _report("cues and phrases", rows, _ranked(intents))
    _report("phrases alone", rows, _ranked(tuple(replace(i, cues=(), sure=None) for i in intents)))
    return 0


def _ranked(intents: tuple[Intent, ...]) -> Rank:
    recogniser = Recogniser(intents)

    def rank(text: str) -> list[Reading]:
        utterance = understand(text)
        command = next((intent for intent in intents if intent.is_command(utterance)), None)
        readings = recogniser.rank(utterance)
        return readings if command is None else [Reading(command, 1.0), *readings]

    return rank


def _report(title: str, rows: list[dict], rank: Rank) -> None:
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    second = asked = asked_right = 0
    for row in rows:
        readings = rank(row["text"])
        names = [reading.intent.name for reading in readings[:2]]
        hit = names[0] == row["intent"]
        for group in ("all", row["lang"]):
            total[group] += 1
            right[group] += hit
        second += row["intent"] in names
        if readings[0].certainty < SURE:
            asked += 1
            asked_right += row["intent"] in names
    shares = ", ".join(f"{group} {right[group] / total[group]:.1%}" for group in total)
    print(f"{title}: right {shares}; among the first two {second / len(rows):.1%}; ", end="")
    print(f"asked back {asked}, of which {asked_right} offer the right one")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
