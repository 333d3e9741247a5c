"""What the user wants left alone ('don't touch the batch size'): taken out of the proposals, and said so."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from advisor.text import Bilingual, Language

if TYPE_CHECKING:
    from advisor.advice.assessment import Assessment

_LEFT_ALONE = Bilingual(
    en="Left alone, as you asked: {names}. `free NAME` {where}lifts that.",
    zh="按你的要求不动：{names}。{where} `free 名称` 解除。",
)
_IN_CHAT = Bilingual(en="in 'advisor chat' ", zh="在 'advisor chat' 中用")


def without_kept(item: "Assessment", kept: Collection[str]) -> "Assessment":
    """The assessment without changes of what is kept; the others keep the numbers that `apply` takes."""
    left = tuple(change for change in item.changes if change.hyperparameter not in kept)
    return item if len(left) == len(item.changes) else replace(item, changes=left)


def left_alone(items: "Iterable[Assessment]", kept: Collection[str], language: Language) -> str:
    """Which roles no change is proposed for since they are kept; empty where none would have been.

    Args:
        items: Whole assessments, with the changes of what is kept.
        kept: Roles that are to stay as they are.
        language: Of the sentence.
    """
    proposed = {change.hyperparameter for item in items for change in item.changes}
    return left_alone_sentence(proposed & set(kept), language)


def left_alone_sentence(roles: Iterable[str | None], language: Language, *, in_chat: bool = False) -> str:
    """That these roles are left alone, and how that is lifted; empty where there are none."""
    from advisor.vocabulary import role_title

    names = [role_title(role).in_(language) for role in sorted(role for role in roles if role)]
    if not names:
        return ""
    joined = ("、" if language == "zh" else ", ").join(names)
    where = "" if in_chat else _IN_CHAT.in_(language)
    return _LEFT_ALONE.in_(language).format(names=joined, where=where).replace("。 ", "。")
