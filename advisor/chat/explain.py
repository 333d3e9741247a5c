"""`explain NAME`: a concept, a rule or problem, a signal; with the user's own run as the example."""

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from advisor.advice.assessment import Assessment
from advisor.chat import facts
from advisor.chat.concepts import Concept, concept_of, find_concept, load_concepts
from advisor.chat.figures import figures
from advisor.diagnosis.finding import Severity
from advisor.diagnosis.rule import ProposedChange, Rule
from advisor.patterns import regex
from advisor.report.parts import change_headline
from advisor.report.wrapping import wrap
from advisor.text import Bilingual, Language, clean_line, short_number
from advisor.vocabulary import hyperparameter_role, role_title

if TYPE_CHECKING:
    from advisor.signals import SignalEntry

_LEAD = Bilingual(en="Your run: ", zh="你的这次训练：")
_FIELD = regex(r"\{([a-z0-9_]+)\}")


@dataclass(frozen=True, slots=True)
class Explanation:
    """One page.

    Attributes:
        title: What it is called.
        paragraphs: The text, in order.
        formula: Readable in a terminal; empty where there is none.
        example: The same on the user's own run, its figures computed now; empty where the run lacks them.
        offer: One thing to ask or do next.
        related: Names to read next.
    """

    title: str
    paragraphs: tuple[str, ...]
    formula: str = ""
    example: str = ""
    offer: str = ""
    related: str = ""

    def lines(self) -> tuple[str, ...]:
        """The page as paragraphs: title and text, formula, example, offer, what to read next."""
        formula = "\n".join("    " + line for line in self.formula.splitlines())
        parts = (self.title, *self.paragraphs, formula, self.example, self.offer, self.related)
        return tuple(text for text in parts if text)

    def plain(self, width: int = 80) -> str:
        """The page as text of at most `width` columns."""
        return "\n\n".join("\n".join(_wrapped(text, width)) for text in self.lines()) + "\n"


def _wrapped(text: str, width: int) -> list[str]:
    if text.startswith("    "):
        return text.splitlines()
    return [line for part in text.splitlines() for line in wrap(part, width)]


def explain(name: str, language: Language, assessment: Assessment | None = None) -> Explanation | None:
    """The page on a concept, a rule (code, name or problem id), a signal or a hyperparameter.

    Args:
        name: What is asked for; case, hyphens and spaces do not matter.
        language: Of the page.
        assessment: The user's run, for the example.

    Returns:
        The page, or None where nothing is known by that name; `suggestions` has what is near.
    """
    concept, rule = find_concept(name), _rule_called(name)
    # A concept's own name is asked for its meaning; the rule of that name has its code, which the page names.
    if rule is not None and (concept is None or concept.name != name.strip().lower()):
        return _rule_page(rule, language, assessment)
    if concept is not None:
        return _concept_page(concept, language, assessment)
    rule = _rule_for(name)
    if rule is not None:
        return _rule_page(rule, language, assessment)
    page = _signal_page(name.strip().lower(), language, assessment)
    return page or _role_page(name, language, assessment)


def suggestions(name: str, language: Language) -> tuple[str, ...]:
    """At most four names that are near to one that is not known."""
    near: dict[str, None] = {}
    shown = _names(language)
    for match in difflib.get_close_matches(name.strip().lower(), list(shown), n=8, cutoff=0.55):
        near.setdefault(shown[match])
    return tuple(near)[:4]


def mentioned(text: str) -> str | None:
    """The longest name of a page that stands in `text`; None where there is none."""
    folded = text.lower()
    if find_concept(folded) is not None:
        return folded
    for name in _names_longest_first():
        # Some thousand patterns would be compiled on every turn; hardly any name occurs in a sentence at all.
        if name in folded and (
            not name.isascii() or re.search(rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])", folded)
        ):
            return name
    return None


@cache
def _names_longest_first() -> tuple[str, ...]:
    concepts = [name for concept in load_concepts() for name in concept.names]
    rules = [name for rule in _rules() for name in (rule.code.lower(), rule.name)]
    return tuple(sorted({*concepts, *rules, *_glossary()}, key=len, reverse=True))


def _names(language: Language) -> dict[str, str]:
    """Everything a page can be asked by, and the name it is best shown under."""
    names = {name: concept.title.in_(language) for concept in load_concepts() for name in concept.names}
    for rule in _rules():
        names |= {rule.name: rule.name, rule.code.lower(): rule.code, rule.problem: rule.name}
    return {**{name: name for name in _glossary()}, **names}


@cache
def _rules() -> tuple[Rule, ...]:
    from advisor.diagnosis import load_rulebook

    return tuple(load_rulebook().rules)


def _rule_called(name: str) -> Rule | None:
    wanted = name.strip().lower()
    return next((rule for rule in _rules() if wanted in (rule.code.lower(), rule.name)), None)


def _rule_for(problem: str) -> Rule | None:
    wanted = problem.strip().lower().replace(" ", "_").replace("-", "_")
    return next((rule for rule in _rules() if rule.problem == wanted), None)


def _concept_page(concept: Concept, language: Language, assessment: Assessment | None) -> Explanation:
    related = [c.title.in_(language) for c in map(find_concept, concept.related) if c is not None]
    problem = concept.name.replace(" ", "_").replace("-", "_")
    related += [rule.code for rule in _rules() if rule.problem == problem]
    colon, comma = ("：", "、") if language == "zh" else (": ", ", ")
    see = ("另见" if language == "zh" else "See also") + colon + comma.join(related) if related else ""
    shown, role = example(concept, language, assessment), next(iter(concept.roles), None)
    if not shown and role is not None and assessment is not None and facts.known(assessment.run, role):
        shown = _LEAD.in_(language) + facts.hyperparameter_sentence(assessment.run, role, language)
    title = concept.title.in_(language)
    if concept.title.en.lower() not in title.lower():
        title += f" ({concept.title.en})"
    return Explanation(
        title,
        (concept.text.in_(language).strip(),),
        concept.formula.strip("\n"),
        shown,
        _change_offered(concept.roles, language, assessment) or concept.offer.in_(language),
        see,
    )


def _change_offered(roles: Sequence[str], language: Language, assessment: Assessment | None) -> str:
    """The change that this run's diagnosis proposes for a hyperparameter; empty where it proposes none."""
    changes = () if assessment is None else assessment.changes
    change = next(
        (c for c in changes if c.hyperparameter in roles and c.finding.severity > Severity.INFO), None
    )
    if change is None:
        return ""
    headline = change_headline(change, language)
    if language == "zh":
        return f"这里我建议 {headline}（`apply {change.number}`）。"
    return f"Here I propose {headline} (`apply {change.number}`)."


def _role_page(name: str, language: Language, assessment: Assessment | None) -> Explanation | None:
    """The page of the concept that explains a hyperparameter, by any name that logs and scripts give it."""
    role = name.strip().replace(" ", "_").lower()
    found = concept_of(role) or concept_of(hyperparameter_role(name) or "")
    return None if found is None else _concept_page(found, language, assessment)


def example(concept: Concept, language: Language, assessment: Assessment | None) -> str:
    """The first example of a concept whose figures the run has; empty where there is none."""
    if assessment is None:
        return ""
    known = figures(assessment, language)
    for template in concept.examples:
        text = template.in_(language)
        if all(field in known for field in _FIELD.findall(text)):
            return _LEAD.in_(language) + _FIELD.sub(lambda match: known[match[1]], text)
    return ""


def _rule_page(rule: Rule, language: Language, assessment: Assessment | None) -> Explanation:
    zh = language == "zh"
    found = (
        None if assessment is None else next((f for f in assessment.findings if f.code == rule.code), None)
    )
    shown = " ".join(e.sentence.in_(language) for e in found.evidence[:3]) if found is not None else ""
    labelled = [
        ("", rule.what.in_(language)),
        ("为什么重要：" if zh else "Why it matters: ", rule.why.in_(language)),
        ("已知误报：" if zh else "Known false alarms: ", rule.false_alarms.in_(language)),
        ("条件：" if zh else "Condition: ", " ".join(rule.when.split())),
        ("建议：" if zh else "Changes: ", _changes(rule.changes, language)),
        ("如何验证：" if zh else "How to check: ", rule.check.in_(language)),
        ("参考：" if zh else "References: ", "; ".join(rule.references)),
    ]
    paragraphs = tuple(label + text.strip() for label, text in labelled if text.strip())
    return Explanation(
        f"{rule.code} {rule.name}: {rule.title.in_(language)}",
        paragraphs,
        example=_LEAD.in_(language) + shown if shown else "",
        offer=_rule_offer(rule, language, assessment),
    )


def _rule_offer(rule: Rule, language: Language, assessment: Assessment | None) -> str:
    """The rule's first change for this run; where it found nothing here, how to see what was found."""
    changes = () if assessment is None else assessment.changes
    own = next((change for change in changes if change.serves(rule.code)), None)
    if own is not None:
        headline = change_headline(own, language)
        return (
            f"`apply {own.number}`：{headline}。"
            if language == "zh"
            else f"`apply {own.number}`: {headline}."
        )
    if language == "zh":
        return "`diagnose` 给出这次训练的发现。"
    return "`diagnose` says what was found in this run."


def _changes(changes: tuple[ProposedChange, ...], language: Language) -> str:
    said = []
    for change in changes:
        title = role_title(change.hyperparameter).in_(language) if change.hyperparameter else ""
        if change.multiply is not None:
            said.append(f"{title} × {short_number(change.multiply)}")
        elif change.set is not None:
            said.append(f"{title} -> {change.set}")
        elif change.do is not None:
            said.append(change.do.in_(language).rstrip(".。"))
    return ("；" if language == "zh" else "; ").join(said)


def _glossary() -> "Mapping[str, SignalEntry]":
    """Every signal, and the probabilities that the learned part makes of them."""
    from advisor.diagnosis.causes import learned_glossary
    from advisor.signals import GLOSSARY

    return {**GLOSSARY, **learned_glossary()}


def _signal_page(name: str, language: Language, assessment: Assessment | None) -> Explanation | None:
    from advisor.diagnosis.causes import with_learned

    entry = _glossary().get(name)
    if entry is None:
        return None
    zh = language == "zh"
    bounds = f"{short_number(entry.low)} .. {short_number(entry.high)}"
    scale = f"单位：{entry.unit}，范围 {bounds}。" if zh else f"Unit: {entry.unit}, range {bounds}."
    value = None if assessment is None else with_learned(assessment.signals).get(name)
    if value is None or assessment is None:
        return Explanation(name, (entry.meaning.in_(language), scale), offer=_read_by(name, language))
    source = clean_line(assessment.run.source, 80)
    judged = facts.verdict_series(assessment.run)
    where = "" if judged is None else (f"（{len(judged)} 个点）" if zh else f" ({len(judged)} points)")
    return Explanation(
        name,
        (entry.meaning.in_(language), scale),
        example=f"{_LEAD.in_(language)}{name} = {short_number(value)}, {source}{where}",
        offer=_read_by(name, language),
    )


def _read_by(name: str, language: Language) -> str:
    """Which rules look at a signal; empty where none does."""
    codes = [rule.code for rule in _rules() if re.search(rf"(?<![\w.]){re.escape(name)}(?![\w.])", rule.when)]
    if not codes:
        return ""
    listed = ("、" if language == "zh" else ", ").join(codes[:4])
    if language == "zh":
        return f"看它的规则：{listed}。`explain {codes[0]}` 显示其条件。"
    return f"Rules that look at it: {listed}. `explain {codes[0]}` shows its condition."
