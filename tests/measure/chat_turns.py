"""The example utterances through `advisor ask`: slots, actions, languages, figures, state."""

import hashlib
import itertools
import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import advisor.chat
from advisor.chat.ask import ask
from advisor.chat.facts import recent_slope
from advisor.chat.figures import figures
from advisor.chat.grounds import quoted_numbers
from advisor.experiment.compare import compare
from advisor.journal import Journal
from advisor.session import Session

# What the program states of the field in general, the same whatever the run.
RULE_TEXTS = " ".join(
    file.read_text("utf-8")
    for folder in ("intents", "concepts", "general")
    for file in sorted((Path(advisor.chat.__file__).parent / folder).iterdir())
    if file.suffix in (".py", ".yaml")
)
MUST = Path(__file__).with_name("must.tsv")
_DECIMAL = re.compile(r"(?<![\w.])\d+\.\d+(?![\w.])")
_PATH = re.compile(r"(?<![\w.])/[\w./-]+")
_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True)
class Turn:
    """One utterance and what came of it."""

    row: Mapping[str, Any]
    said: Mapping[str, Any]
    cpu: float
    unfounded: tuple[str, ...]
    missing: tuple[float, ...]
    changed: bool

    @property
    def right_language(self) -> bool:
        wanted = self.row["expected"]["reply_lang"]
        return self.said["language"] == wanted and (wanted == "zh") == bool(_HAN.search(self.said["reply"]))

    @property
    def right_slots(self) -> bool:
        return alike(self.said["slots"], self.row["slots"])

    @property
    def right_action(self) -> bool:
        return bool(self.said["action"] == self.row["expected"]["action"])


def alike(found: Any, wanted: Any) -> bool:
    """Whether slots are the same; numbers to nine digits."""
    if isinstance(wanted, Mapping):
        return found.keys() == wanted.keys() and all(alike(found[key], wanted[key]) for key in wanted)
    if isinstance(wanted, list):
        return (
            len(found) == len(wanted) and all(map(alike, found, wanted)) if isinstance(found, list) else False
        )
    if isinstance(wanted, (int, float)) and isinstance(found, (int, float)):
        return abs(found - wanted) <= 1e-9 * max(abs(wanted), 1e-12)
    return bool(found == wanted)


def turns(
    rows: list[dict[str, Any]], logs: Path, scenarios: Mapping[str, Any], folder: Path
) -> Iterator[Turn]:
    """Every utterance in its situation; `folder` is where a file would appear if one were written."""
    opened: dict[str, tuple[list[Any], set[float]]] = {}
    for row in rows:
        scenario = row["context"]["scenario"]
        session = Session(folder, Journal.in_memory(), row["lang"] if row["lang"] == "zh" else "en")
        if scenario not in opened:
            paths = [str(logs / name) for name in scenarios[scenario]["runs"]]
            found = session.look(paths) if paths else []
            opened[scenario] = (found, known_numbers(found))
        session.assessments = list(opened[scenario][0])
        session.current = session.assessments[-1] if session.assessments else None
        before = sorted(folder.rglob("*"))
        started = time.process_time()
        said = ask(session, row["text"], row["context"], session.language)
        cpu = time.process_time() - started
        changed = sorted(folder.rglob("*")) != before or bool(session.history())
        cited = " ".join(item["text"] for item in said["evidence"])
        known = opened[scenario][1] | {
            n for n, _ in quoted_numbers(str(row["context"]) + row["text"] + " " + cited)
        }
        unfounded = tuple(w for n, w in quoted_numbers(said["reply"]) if not founded(n, known))
        missing = tuple(n for n in row["expected"]["numbers"] if not stated(n, said["reply"]))
        yield Turn(row, said, cpu, unfounded, missing, changed)


def known_numbers(assessments: list[Any]) -> set[float]:
    """Every figure of the logs, their settings, signals, findings and what is computed from them."""
    known: set[float] = {n for n, _ in quoted_numbers(RULE_TEXTS)}
    for item in assessments:
        for series in item.run.series:
            known |= {float(y) for y in series.y} | {float(x) for x in series.x} | {float(len(series))}
        known |= {float(value) for value in item.signals.values() if isinstance(value, (int, float))}
        texts = [str(h.value) for h in item.run.hyperparameters] + list(figures(item, "en").values())
        texts += [e.sentence.en for f in item.findings for e in f.evidence]
        texts += [str(c.before) + " " + str(c.after) for c in item.changes]
        texts += [str(c.helped) + str(c.learned) for c in item.changes] + [str(f.rule) for f in item.findings]
        texts += [clause.text for f in item.findings for clause in f.trace]
        known |= {n for text in texts for n, _ in quoted_numbers(text)}
        known |= {n for f in item.findings for n in [f.probability or 0.0]}
        slopes = [recent_slope(s) for s in item.run.series if len(s)]
        known |= {slope for slope in slopes if slope is not None}
    for first, second in itertools.permutations([item.run for item in assessments], 2):
        known |= {n for n, _ in quoted_numbers(compare(first, second).sentence.en)}
    return known


def founded(number: float, known: set[float]) -> bool:
    """Whether a number is a fact, or small enough to be a place in a list."""
    if number in (0, 1, 2, 3, 4, 5, 10, 100):
        return True
    near = any(abs(number - k * scale) <= 0.006 * abs(k * scale) for k in known for scale in (1, 0.01, 100))
    return near or (0 < number < 1 and any(abs(number - k) <= 0.0051 for k in known if 0 < k < 1))


def stated(number: float, reply: str, within: float = 0.005) -> bool:
    """Whether a reply gives a number to three digits, also as a percentage."""
    return any(abs(n - number) <= within * max(abs(number), 1e-12) for n, _ in quoted_numbers(reply))


def report(found: list[Turn], wrong: bool) -> None:
    """The part of the table that is about whole turns."""
    right = [t for t in found if t.said["intent"] == t.row["intent"]]
    several = [t for t in found if "multi_turn" in t.row["tags"]]
    print(f"whole turns through `ask`, shipped model: intent {share(right, found)}")
    for name, group in (("all", found), ("several turns", several)):
        slots = share([t for t in group if t.right_slots], group)
        print(f"{name}: slots exact {slots}, action {share([t for t in group if t.right_action], group)}")
    print(f"reply in the language asked: {share([t for t in found if t.right_language], found)}")
    numbered = [t for t in found if t.row["expected"]["numbers"]]
    print(f"asked-for numbers in the reply: {share([t for t in numbered if not t.missing], numbered)}")
    must_report(found)
    print(f"replies with a number of no known source: {sum(bool(t.unfounded) for t in found)}")
    print(f"replies with a control character: {sum(not clean(t.said['reply']) for t in found)}")
    print(f"turns that changed a file or the journal: {sum(t.changed for t in found)}")
    cpu = sorted(t.cpu for t in found)
    print(
        f"CPU per turn: median {cpu[len(cpu) // 2] * 1e3:.0f} ms, "
        f"p95 {cpu[int(len(cpu) * 0.95)] * 1e3:.0f} ms"
    )
    if wrong:
        for turn in found:
            tell(turn)


def must_report(found: list[Turn]) -> None:
    """The lists `must`: their figures by program, the rest by a reading that is kept in `must.tsv`."""
    named = [(float(n), t) for t in found for n in set(_DECIMAL.findall(" ".join(t.row["expected"]["must"])))]
    held = sum(stated(n, t.said["reply"], 0.01) for n, t in named)
    print(f"decimals named in the lists `must` that stand in the reply: {held} of {len(named)}")
    lines = [line.split("\t") for line in MUST.read_text("utf-8").splitlines() if not line.startswith("#")]
    read = {line[0]: line for line in lines}
    ours = [(read[t.row["id"]], t) for t in found if t.row["id"] in read]
    met = sum(line[1] == "met" for line, _ in ours)
    stale = sum(line[2] != digest(t.said["reply"]) for line, t in ours)
    print(f"lists `must` met by a reading: {met} of {len(ours)}; replies that have changed since: {stale}")


def digest(reply: str) -> str:
    """What a reading is kept under; paths of the machine are left out."""
    return hashlib.sha256(_PATH.sub("", reply).encode()).hexdigest()[:8]


def clean(reply: str) -> bool:
    return all(
        character == "\n" or (ord(character) >= 32 and not 0x7F <= ord(character) < 0xA0)
        for character in reply
    )


def share(part: list[Turn], whole: list[Turn]) -> str:
    return f"{len(part) / max(len(whole), 1):.1%} of {len(whole)}"


def tell(turn: Turn) -> None:
    row, said = turn.row, turn.said
    faults: Counter[str] = Counter()
    if said["intent"] != row["intent"]:
        faults[f"intent {said['intent']} for {row['intent']}"] += 1
    elif not turn.right_slots:
        faults[f"slots {said['slots']} for {row['slots']}"] += 1
    if not turn.right_action:
        faults[f"action {said['action']} for {row['expected']['action']}"] += 1
    if turn.unfounded:
        faults[f"unfounded {turn.unfounded}"] += 1
    if turn.missing:
        faults[f"missing {turn.missing}"] += 1
    if not turn.right_language:
        faults["language"] += 1
    if faults:
        print(f"  {row['intent']}: {row['text']!r}: {'; '.join(faults)}")
