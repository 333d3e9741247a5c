"""The five parts in which every finding is told, in the same order everywhere."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from advisor.diagnosis.finding import Finding, Severity, Unchecked
from advisor.diagnosis.needs import too_few_points
from advisor.run import Scalar
from advisor.text import Bilingual, Language, clean_line, short_number

if TYPE_CHECKING:
    from advisor.advice.change import Change

SEVERITY_WORD = {
    Severity.INFO: Bilingual(en="note", zh="提示"),
    Severity.WARNING: Bilingual(en="warning", zh="警告"),
    Severity.CRITICAL: Bilingual(en="critical", zh="严重"),
}
SEVERITY_GLYPH = {Severity.INFO: "·", Severity.WARNING: "~", Severity.CRITICAL: "!"}

LABELS = {
    "evidence": Bilingual(en="evidence", zh="证据"),
    "why": Bilingual(en="why", zh="影响"),
    "change": Bilingual(en="change", zh="建议"),
    "check": Bilingual(en="check", zh="验证"),
}


_MOST_NAMES = 6
_VERDICTS = {
    "better": Bilingual(en="better", zh="更好"),
    "worse": Bilingual(en="worse", zh="更差"),
    "cannot tell": Bilingual(en="cannot tell", zh="无法判断"),
}
_OWN = Bilingual(
    en=", like changes helped here {helped} of {of} times ({without:.0%} without counting that)",
    zh="，类似修改在本项目 {of} 次中有 {helped} 次有用（不计这些则为 {without:.0%}）",
)
_RAISES = Bilingual(
    en="{chance} likely to raise the final score beyond noise", zh="最终得分超出噪声提高的可能 {chance}"
)
_AS_IN = Bilingual(en=", as in ", zh="，")
_AND = Bilingual(en=" and in ", zh="，")
_IN_RERUNS = Bilingual(
    en="{count} of {of} reruns for this finding", zh="针对该问题的 {of} 次重训中有 {count} 次"
)
_IN_CORPUS = Bilingual(en="{count} of {of} similar corpus runs", zh="{of} 次相似的语料训练中有 {count} 次")
_UNLIKELY = Bilingual(en="unlikely to help: ", zh="不太可能有用：")
_DOUBT = Bilingual(
    en="Nothing proposed here is likely to raise the final score by more than noise; "
    "a rerun may not be worth its time.",
    zh="这里的建议都不太可能让最终得分的提高超出噪声，重训一次也许不值得。",
)
_MENDS = Bilingual(
    en="These are for what was found; the final score will hardly rise by more than noise with any of them.",
    zh="这些建议针对所发现的问题；最终得分大概不会因此有超出噪声的提高。",
)
_PAST = Bilingual(en="tried here in run {run}: {verdict}", zh="第 {run} 次运行试过：{verdict}")


@dataclass(frozen=True, slots=True)
class FindingParts:
    """A finding as it is told: each part is plain text, cleaned of anything a terminal would obey.

    Attributes:
        severity: For colour; the glyph and the word say the same without it.
        verdict: The problem in one sentence, with the probability.
        code: The rule's code and the problem's public id.
        evidence: The facts with their figures.
        why: Why it matters.
        changes: (number, sentence) of each change proposed for it.
        check: How to see that a change worked.
    """

    severity: Severity
    verdict: str
    code: str
    evidence: tuple[str, ...]
    why: str
    changes: tuple[tuple[int, str], ...]
    check: str


def finding_parts(finding: Finding, changes: "Sequence[Change]", language: Language) -> FindingParts:
    """One finding in its five parts.

    Args:
        finding: The finding.
        changes: All changes of the assessment; those proposed for this finding are taken.
        language: Of the texts.
    """
    own = [change for change in changes if change.serves(finding.code)]
    return FindingParts(
        severity=finding.severity,
        verdict=finding.title.in_(language) + probability_note(finding.probability, language),
        code=f"{finding.code} {finding.problem.value}",
        evidence=tuple(clean_line(e.sentence.in_(language), 500) for e in finding.evidence),
        why=finding.rule.why.in_(language),
        changes=tuple((change.number, _told_for(finding, change, language)) for change in own),
        check=finding.rule.check.in_(language),
    )


def _told_for(finding: Finding, change: "Change", language: Language) -> str:
    """The whole sentence where a change is first told; its headline where it serves a second finding."""
    first = change.finding.code == finding.code
    return change_sentence(change, language) if first else change_headline(change, language)


def probability_note(probability: float | None, language: Language) -> str:
    """The probability of a finding in brackets, never certainty; empty where it was never measured."""
    if probability is None:
        return ""
    share = f"{min(probability, 0.99):.0%}"
    return f"（概率 {share}）" if language == "zh" else f" ({share} likely)"


def value_text(value: Scalar) -> str:
    """A hyperparameter's value as a user would write it."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return clean_line(str(value), 80)
    return short_number(float(value))


def change_headline(change: "Change", language: Language) -> str:
    """What to change, without the reason: `--lr 3 -> 0.3`."""
    if change.do is not None:
        return change.do.in_(language).rstrip(".。")
    name = clean_line(change.name, 80)
    if change.before is not None:
        return f"{name} {value_text(change.before)} -> {value_text(change.after)}"
    from advisor.vocabulary import role_title

    title = role_title(change.hyperparameter or "").in_(language)
    if change.factor is not None:
        factor = short_number(change.factor)
        unknown = "日志中没有当前值" if language == "zh" else "the log does not say its current value"
        return f"{title} × {factor} ({unknown})"
    return f"{title} -> {value_text(change.after)}"


def change_sentence(change: "Change", language: Language) -> str:
    """What to change, why, how likely it helps and on what grounds, its cost, and what came of it before."""
    parts = [change_headline(change, language) + ("：" if language == "zh" else ": ")]
    parts.append(change.reason.in_(language))
    notes = odds_notes(change, language)
    if change.cost != 1:
        cost = short_number(change.cost)
        notes.append(f"训练时间 × {cost}" if language == "zh" else f"training time × {cost}")
    if change.risk is not None:
        notes.append(change.risk.in_(language).rstrip(".。"))
    if change.past is not None:
        verdict = verdict_text(change.past.verdict, change.past.relative, language)
        notes.append(_PAST.in_(language).format(run=change.past.run, verdict=verdict))
    if notes:
        parts.append(f"（{'；'.join(notes)}）" if language == "zh" else f" ({'; '.join(notes)})")
    return "".join(parts)


def odds_notes(change: "Change", language: Language) -> list[str]:
    """How likely a change helps, and on what grounds; empty where nobody knows."""
    notes = []
    if change.helped is not None and (change.learned is None or change.raised is None):
        helped, tried = change.helped
        notes.append(
            f"{tried} 次实测重训中 {helped} 次有效"
            if language == "zh"
            else f"helped in {helped} of {tried} reruns"
        )
    if change.learned is not None:
        note = _UNLIKELY.in_(language) if change.is_unlikely and not _is_remedy(change) else ""
        notes.append(note + learned_note(change, language))
    return notes


def learned_note(change: "Change", language: Language) -> str:
    """The chance that a change raises the score, and what its reruns and the most similar corpus runs saw.

    Empty where the effect model was not asked.
    """
    learned = change.learned
    if learned is None:
        return ""
    note = _RAISES.in_(language).format(chance=f"{learned.effect.probability:.0%}")
    seen = [
        words.in_(language).format(count=counts[0], of=counts[1])
        for words, counts in ((_IN_RERUNS, change.raised), (_IN_CORPUS, learned.similar))
        if counts is not None
    ]
    if seen:
        note += _AS_IN.in_(language) + _AND.in_(language).join(seen)
    if learned.own is not None:
        values = {"helped": learned.own.helped, "of": learned.own.of, "without": learned.own.without}
        note += _OWN.in_(language).format(**values)
    return note


def doubt_note(changes: "Sequence[Change]", language: Language) -> str:
    """That nothing proposed is likely to raise the score; empty where something is, or nobody knows.

    Args:
        changes: What is proposed, best first; what hardly has a chance stands last.
        language: Of the sentence.
    """
    if not changes or not changes[0].is_unlikely:
        return ""
    return (_MENDS if _is_remedy(changes[0]) else _DOUBT).in_(language)


def _is_remedy(change: "Change") -> bool:
    """Whether it is for a problem: a score that does not rise is then no reason against it."""
    return change.finding.severity > Severity.INFO


def verdict_text(verdict: str, relative: float | None, language: Language) -> str:
    """`better by 8%`, `worse`, `cannot tell`."""
    word = _VERDICTS[verdict].in_(language)
    if relative is None or verdict == "cannot tell":
        return word
    return f"{word} {abs(relative):.0%}" if language == "zh" else f"{word} by {abs(relative):.0%}"


def unchecked_reasons(
    unchecked: Sequence[Unchecked], language: Language, most: int | None = None
) -> list[str]:
    """What could not be checked, grouped by what it needs: `needs a validation loss: overfitting, ...`.

    Rules for which one curve is too short stand together, however many points each of them needs; of many
    the first few are named.

    Args:
        unchecked: What could not be checked.
        language: Of the words.
        most: Needs that are told, those of most rules; the rules of the others are counted.
    """
    groups: dict[Hashable, list[Unchecked]] = {}
    for item in unchecked:
        short = item.too_short
        alike = item.reason.in_(language) if short is None else (short.role, short.have)
        groups.setdefault(alike, []).append(item)
    colon = "：" if language == "zh" else ": "
    told = list(groups.values())
    if most is not None and len(told) > most:
        told = sorted(told, key=len, reverse=True)[:most]
    lines = [_needed(group).in_(language) + colon + _names(group, language) for group in told]
    left = len(unchecked) - sum(map(len, told))
    return [*lines, _MORE_RULES.in_(language).format(n=left)] if left else lines


_MORE_RULES = Bilingual(
    en="and {n} more rules, for want of other curves (--format json names them)",
    zh="另有 {n} 条规则因缺少其他曲线无法检查（--format json 可列出）",
)


def _names(group: Sequence[Unchecked], language: Language) -> str:
    """The names of the first rules, and how many more there are."""
    names = [item.rule.name for item in group]
    more = len(names) - _MOST_NAMES
    if language == "zh":
        return "、".join(names[:_MOST_NAMES]) + (f" 等 {len(names)} 条" if more > 0 else "")
    return ", ".join(names[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def _needed(group: Sequence[Unchecked]) -> Bilingual:
    """What all of a group need; of a curve that is too short for each of them the range of points."""
    short = [item.too_short for item in group if item.too_short is not None]
    return too_few_points(short) if short else group[0].reason


def unchecked_sentence(unchecked: Sequence[Unchecked], language: Language, most: int) -> str:
    """The first `most` of these reasons as one sentence; empty where everything could be checked."""
    missing = unchecked_reasons(unchecked, language)[:most]
    if not missing:
        return ""
    return f"无法检查：{'；'.join(missing)}" if language == "zh" else f"Could not check: {'; '.join(missing)}"
