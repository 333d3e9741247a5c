"""What does a term mean?"""

from collections.abc import Sequence
from dataclasses import replace

from advisor.chat.concepts import find_concept
from advisor.chat.context import Context
from advisor.chat.explain import explain, mentioned, suggestions
from advisor.chat.intent import Intent, Slots
from advisor.chat.reply import Reply
from advisor.chat.understand import EXACT, Utterance
from advisor.patterns import regex
from advisor.text import Bilingual, clean_line

_ASKING = regex(
    r"^(?:please |can you |could you )?(?:explain|define|describe|eli5)(?: to me| me)?(?: what| "
    r"how)?(?: is| are)?\s+|"
    r"^(?:what(?:'?s| is| are| does)|how (?:does|do)|whats|tell me about|meaning of|definition of)"
    r"\s+(?:an? |the )?|"
    r"^(?:解释一?下?|什么是|什么叫做?|讲讲|讲一下|说说|介绍一?下?|啥是)\s*|"
    r"\s*(?:mean|work|do|works|stand for|formula|to me)$|(?:是什么意思|是什么|是啥意思|是啥|"
    r"的公式|怎么工作的?|的原理|什么意思|的含义|的定义)$"
)
_SIMPLY = (
    r"eli5|like (?:i'm|i am|a) |in (?:plain|simple) (?:words|english|terms)|"
    r"for (?:a )?(?:beginner|dummies|kid)|大白话|通俗|小白|三岁|简单说"
)
_BELOW = (
    r"val\w*(?: loss)? (?:is )?(?:so |much |still |always )*(?:lower|below|smaller|less|better)(?: than)? "
    r"(?:the |my )?train|train\w*(?: loss)? (?:is )?(?:so |much |still |always )*"
    r"(?:higher|above|larger|greater|worse)(?: than)? (?:the |my )?val|"
    r"验证(?:集)?(?:的)?(?:损失|loss)?(?:比|低于|小于)训练(?:集)?(?:的)?(?:损失|loss)?(?:还)?(?:低|小|好)?|"
    r"训练(?:集)?(?:的)?(?:损失|loss)?(?:比|高于|大于)验证(?:集)?(?:的)?(?:损失|loss)?(?:还)?(?:高|大|差)?"
)
"""A validation that comes out better than the training: a gap below zero."""
_HERE = regex(
    r"\s+(?:here|in (?:this|my) (?:run|case|training|log)|for (?:this|my) (?:run|training)"
    r"|anyway|even|again)$|"
    r"^(?:在?这里的?)"
)
_SENTENCES = regex(r"[^.。]+(?:\.(?=[^ ])[^.。]*)*[.。]? ?")
_AGAINST = regex(r"\s*(?:(?<![a-z])(?:vs\.?|versus|or|and)(?![a-z])|和|跟|与|还是)\s*")
_DIFFERENCE = regex(
    r"(?:the )?difference (?:between|of)\s+|(?:有什么|有啥|之间)?的?(?:区别|差别|不同)(?:是什么|在哪)?"
)
_ABOUT = regex(
    r"^(?:please )?(?:explain|define|describe|eli5|什么是|什么叫|解释|讲讲|讲一下|介绍)|(?:是什么|"
    r"什么意思|是啥|的?公式|原理|含义|定义|的区别|的关系)$|"
    r"^(?:what(?:'?s| is| are)|whats|how (?:does|do)|what does|meaning of|definition of|"
    r"difference between)|^why does .{0,20}(?:too|large|high).{0,20}oscillat|为什么会震荡|"
    r"怎么保护|formula$"
)
_PLAINLY = (
    r"^(?:please )?(?:explain|define|describe) |^what(?:'?s| is| are) (?!the |my |our )|^what does .* mean|"
    r"^(?:什么是|什么叫|解释)"
)
"""Questions of meaning that name nothing but the term, without `the` or `my`."""


def parse(utterance: Utterance) -> Slots:
    """The concept's name, as `explain` knows it; what was asked for where it is unknown."""
    name = mentioned(_topic(utterance))
    return {"concept": name or _topic(utterance)} if _topic(utterance) else {}


def _topic(utterance: Utterance) -> str:
    if utterance.has(_BELOW):
        return "generalisation gap"
    word, rest = utterance.first_word
    text = rest.lower().strip(" .?!。") if word == "explain" and rest else utterance.folded
    for _ in range(3):
        text = _HERE.sub("", _ASKING.sub("", text)).strip(" ?.，,")
    return clean_line(text, 80)


def answer(context: Context, utterance: Utterance) -> Reply:
    """Meaning, formula, this run as the example; near names where it is unknown."""
    topic = _topic(utterance)
    name = _of_both(topic) or mentioned(topic)
    if _of_both(topic) is None and _DIFFERENCE.search(utterance.folded) and (apart := _apart(context, topic)):
        return context.say(*apart)
    explanation = explain(name or topic, context.language, context.current) if topic else None
    if explanation is None:
        near = suggestions(topic, context.language)
        listed = context.pick(", ", "、").join(near)
        return context.say(
            context.pick(f"I have no page on '{topic}'.", f"我没有关于“{topic}”的说明。"),
            context.pick(f"Near to it: {listed}.", f"相近的有：{listed}。") if near else "",
        )
    if utterance.has(_SIMPLY):
        explanation = replace(explanation, paragraphs=_beginning(explanation.paragraphs), related="")
    return context.say(*explanation.lines())


def _of_both(topic: str) -> str | None:
    """The page that compares the two terms, in either order; None where there is none."""
    parts = [part.strip() for part in _AGAINST.split(_DIFFERENCE.sub("", topic).strip())]
    if len(parts) != 2:
        return None
    page = find_concept(" and ".join(parts)) or find_concept(" and ".join(reversed(parts)))
    return None if page is None else page.name


def _apart(context: Context, topic: str) -> list[str]:
    """Two terms side by side, the beginning of each page; empty where one page has both."""
    parts = _AGAINST.split(_DIFFERENCE.sub("", topic).strip())
    names = {one.name: None for part in parts if (one := find_concept(part.strip())) is not None}
    if not len(names) == len(parts) == 2 or _AGAINST.search(mentioned(topic) or ""):
        return []
    pages = [explain(name, context.language, context.current) for name in names]
    begun = [replace(page, paragraphs=_beginning(page.paragraphs), offer="") for page in pages if page]
    return [line for page in begun for line in page.lines()]


def _beginning(paragraphs: Sequence[str]) -> tuple[str, ...]:
    """The first two sentences: what it is, for somebody who asks for no more."""
    return tuple("".join(_SENTENCES.findall(text)[:2]).strip() for text in paragraphs[:1])


def sure(utterance: Utterance) -> float:
    """A question of meaning about something that there is a page on."""
    if _two_terms(utterance):
        return 0.9
    if utterance.has(_BELOW):
        return EXACT
    if not _ABOUT.search(utterance.folded):
        return 0.0
    known = mentioned(_topic(utterance))
    if known is None:
        return 0.6 if utterance.has(r"^(?:explain|解释|什么是|什么叫)") else 0.0
    # `what is the learning rate` asks for a value as often as for a meaning.
    value = utterance.has(r"^what(?:'?s| is| are) (?:the|my|our) ") or utterance.has(
        r"(?<![a-z])(?:best|final|last|wrong)(?![a-z])"
    )
    if value:
        return 0.5
    if find_concept(_topic(utterance)) is None:
        return 0.88
    # That of a setting or a curve may still ask for its value, unless the words leave no doubt.
    plain = utterance.has(_PLAINLY)
    return EXACT if plain or not (utterance.hyperparameters or utterance.metrics) else 0.88


def _two_terms(utterance: Utterance) -> bool:
    """Two terms weighed against each other; of two settings the run's own advice is asked instead."""
    parts = _AGAINST.split(utterance.folded)
    choice = utterance.hyperparameters or utterance.optimisers
    return len(parts) == 2 and not choice and all(find_concept(part) is not None for part in parts)


INTENT = Intent(
    name="explain_concept",
    title=Bilingual(en="explain a term", zh="解释一个概念"),
    answer=answer,
    parse=parse,
    sure=sure,
    commands={"explain": r"(?!your |yourself)\S.*"},
)
