"""What the outcomes of a project do to the advice: `advisor history --learned`."""

from collections.abc import Sequence

from advisor.advice.change import Change
from advisor.learned.own import Outcome
from advisor.report.parts import change_headline, value_text
from advisor.report.tables import table
from advisor.text import Bilingual, Language, clean_line
from advisor.vocabulary import role_title

_OFF = Bilingual(
    en="The learned part of the advice is switched off (ADVISOR_LEARNED): outcomes are not counted.",
    zh="建议的学习部分已关闭（ADVISOR_LEARNED）：结果不计入。",
)
_NONE = Bilingual(
    en="No outcome of a single change is known in this project yet. 'advisor apply' and then 'advisor rerun' "
    "make one.",
    zh="本项目还没有单项修改的结果。先 'advisor apply'，再 'advisor rerun'，就会产生一条。",
)
_COUNTED = Bilingual(
    en="Counted beside the trainings of the corpus ({n} outcomes of this project, {helped} of them better):",
    zh="除语料训练外计入的结果（本项目 {n} 条，其中更好 {helped} 条）：",
)
_NOW = Bilingual(
    en="Chance that a change proposed for the last run helps, without and with them:",
    zh="对上次训练的建议有用的可能，不计入与计入这些结果：",
)
_UNTOUCHED = Bilingual(
    en="Nothing that is proposed for the last run is like one of them: no chance is moved.",
    zh="对上次训练的建议与这些都不相似：可能性不变。",
)
_SWITCH = Bilingual(
    en="ADVISOR_LEARNED=off, or --no-learned for one command, leaves all of it to the rules.",
    zh="ADVISOR_LEARNED=off，或在单个命令上用 --no-learned，则全部只按规则。",
)
_OUTCOME_HEADER = {"en": ("change", "outcome"), "zh": ("修改", "结果")}
_CHANGE_HEADER = {"en": ("change", "without", "with", "like ones"), "zh": ("修改", "不计", "计入", "相似")}
_WORDS = {True: Bilingual(en="better", zh="更好"), False: Bilingual(en="no better", zh="没有更好")}


def own_text(
    outcomes: Sequence[Outcome], changes: Sequence[Change], language: Language, *, on: bool = True
) -> str:
    """What a project's own outcomes are, and by how much they move what is said of the last run's changes.

    Args:
        outcomes: The latest first.
        changes: What is proposed for the last run.
        language: Of the text.
        on: Whether the learned part is on.
    """
    if not on:
        return _OFF.in_(language) + "\n"
    if not outcomes:
        return _NONE.in_(language) + "\n"
    helped = sum(one.helped for one in outcomes)
    lines = [_COUNTED.in_(language).format(n=len(outcomes), helped=helped)]
    lines += table(_OUTCOME_HEADER[language], [_outcome_row(one, language) for one in outcomes], "  ")
    moved = [_change_row(change, language) for change in changes if _is_moved(change)]
    lines += ["", (_NOW if moved else _UNTOUCHED).in_(language)]
    if moved:
        lines += table(_CHANGE_HEADER[language], moved, "  ")
    return "\n".join([*lines, "", _SWITCH.in_(language)]) + "\n"


def _outcome_row(one: Outcome, language: Language) -> tuple[str, str]:
    title = clean_line(role_title(one.role).in_(language), 60)
    return f"{title} {value_text(one.before)} -> {value_text(one.after)}", _WORDS[one.helped].in_(language)


def _is_moved(change: Change) -> bool:
    return change.learned is not None and change.learned.own is not None


def _change_row(change: Change, language: Language) -> tuple[str, ...]:
    assert change.learned is not None
    assert change.learned.own is not None
    own = change.learned.own
    chances = f"{own.without:.0%}", f"{change.learned.effect.probability:.0%}"
    return (change_headline(change, language), *chances, f"{own.helped}/{own.of}")
