"""Answers made short: where the user wants them so, and where the same was said already."""

from dataclasses import replace

from advisor.chat.context import Dialogue
from advisor.chat.reply import Block, FindingBlock, Paragraph, Reply
from advisor.patterns import regex
from advisor.text import Bilingual

_SENTENCE_END = regex(r"(?<=[。！？])|(?<=[.!?])\s+(?=[A-Z`'])")
_LONG = 160
"""Characters from which on a second telling is cut to its first sentences."""
_A_MERE_LEAD = 60
"""Characters below which a first paragraph only introduces the next."""
_SAID_AS_IT_IS = frozenset(
    {"export", "findings", "help", "many_runs", "out_of_scope", "plot_curve", "quit", "smalltalk", "unsafe"}
)
_BEFORE = Bilingual(en="As before: ", zh="和刚才一样：")
_ABOUT_THE_RUN = Bilingual(
    en="Nothing is new since. `how sure are you` and `why` go deeper, `what else` goes on; ask once more for "
    "all of it.",
    zh="之后没有新的情况。“你有多大把握”“为什么”可以深入，“还有别的问题吗”可以继续；再问一次我就完整重说。",
)
_IN_GENERAL = Bilingual(
    en="`in plain words` says it more simply; ask once more for all of it.",
    zh="“说简单点”可以换个说法；再问一次我就完整重说。",
)
_OF_FINDINGS = frozenset({"diagnose", "explain_why", "how_sure", "recommend", "summarize_run"})


def fitted(answer: Reply, dialogue: Dialogue) -> Reply:
    """The answer as it is given: short where that was asked for, and another way where it was given before.

    What asks for a yes, does something, or refuses is said in full every time, and so is every third telling.
    """
    if answer.waiting or answer.action or answer.act in ("ask", "refuse") or answer.intent in _SAID_AS_IT_IS:
        return answer
    before = dialogue.given.pop(answer.intent, ())
    if before and before == answer.blocks:
        return replace(answer, blocks=_again(answer))
    dialogue.given[answer.intent] = answer.blocks
    short = dialogue.noted.get("verbosity") == "short" and answer.intent != "set_preference"
    return replace(answer, blocks=shortened(answer)) if short else answer


def shortened(answer: Reply) -> tuple[Block, ...]:
    """The beginning of an answer: what it says first, with one piece of evidence and one change."""
    first = answer.blocks[:1]
    match first:
        case (FindingBlock(parts),):
            end = "。" if answer.language == "zh" else ". "
            changes = [sentence for _, sentence in parts.changes[:1]]
            return (Paragraph(parts.verdict + end + " ".join([*parts.evidence[:1], *changes])),)
        case (Paragraph(text),):
            sentences = [part for part in _SENTENCE_END.split(text) if part]
            following = answer.blocks[1:2]
            if sum(map(len, sentences[:2])) < _A_MERE_LEAD and following:
                # A title alone, or what only introduces a list, says nothing again.
                return (Paragraph(text), *shortened(replace(answer, blocks=following)))
            return (Paragraph(("" if answer.language == "zh" else " ").join(sentences[:2])),)
    return answer.blocks


def _again(answer: Reply) -> tuple[Block, ...]:
    lead = _BEFORE.in_(answer.language)
    if len(answer.plain()) < _LONG:
        blocks, offer = answer.blocks, ""
    else:
        blocks = shortened(answer)
        about = _ABOUT_THE_RUN if answer.intent in _OF_FINDINGS else _IN_GENERAL
        offer = about.in_(answer.language)
    match blocks[:1]:
        case (Paragraph(text),):
            told: tuple[Block, ...] = (Paragraph(lead + text), *blocks[1:])
        case _:
            told = (Paragraph(lead.rstrip()), *blocks)
    return (*told, Paragraph(offer)) if offer else told
