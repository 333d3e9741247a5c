"""What a model's text has to hold before anybody sees it: our figures, our claims, nothing that acts.

A check of meaning by another model catches few altered figures; a check of each number catches most. So every
number has to be a fact, and to stand beside the name that the fact is of.
"""

import math
import unicodedata
from collections.abc import Sequence

from advisor.chat.model.sheet import Fact, Sheet, named_in
from advisor.chat.model.trouble import UnusableError
from advisor.chat.safety import addresses_assistant, is_unsafe
from advisor.chat.values import numbers
from advisor.patterns import regex
from advisor.text import Language, clean

LONGEST = 1_200
_TOLERANCE = 5e-3
_ID = regex(r"\{([FN]\d{1,4})\}")
_LOOSE_ID = regex(r"(?<![A-Za-z0-9])[FN]\d+(?![A-Za-z0-9])|[{}]")
_PART = regex(r"[^.;\n。；!?！？]*(?:\.(?=\S)[^.;\n。；!?！？]*)*[.;\n。；!?！？]?")
_PLACE = regex(r"^\s*\(?([1-9])[.)、]\s", 8)
_HAN = regex(r"[\u3400-\u9fff]")
_ACTS = regex(
    r"(?i)(?<![a-z])(?:i(?:'ve| have)?|we(?:'ve| have)?|has been|have been|was|were|is now|are now)\s+"
    r"(?:just |now |already |successfully )?(?:applied|changed|edited|updated|written|saved|started|launched|"
    r"stopped|killed|deleted|removed|rerun|retrained|trained|staged|undone|reverted|uploaded|sent|installed)|"
    r"已经?(?:为你|帮你|替你)?(?:应用|修改|改好|写入|保存|启动|开始|停止|删除|重跑|重新训练|暂存|撤销|上传|发送|安装)"
)
_LINKS = regex(r"(?i)[a-z]+://|www\.|!\[|\]\(|<[a-z/!]|mailto:")
_COUNTED = regex(
    r"(?i)(?<![a-z])(?:six|seven|eight|nine|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|"
    r"nineteen|thirty|forty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|dozens?|twice|thrice|"
    r"doubl\w+|tripl\w+|halv\w+|two-thirds|thirds?|quarters?|percent)(?![a-z])|翻倍|翻番|加倍|一倍|减半|一半|成百|上千|数倍"
)


def checked(text: str, sheet: Sheet, question: str, answer: str, language: Language) -> str:
    """The model's text with its ids filled in.

    Args:
        text: What the model wrote.
        sheet: The facts that it was given.
        question: What the user asked; its figures are the user's own.
        answer: Ours, which the text stands beside.
        language: That the user is answered in.

    Raises:
        UnusableError: it says what no fact says, or what no answer may hold.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    _check_form(text, language)
    for pattern in (_ACTS, _COUNTED):
        for match in pattern.finditer(text):
            if match[0].lower() not in f"{answer} {question}".lower():
                raise _refused("a claim that no fact bears out", "没有依据的说法")
    # Of our answer only what is no fact there: the facts are held against what they are of.
    free = [n.value for n in numbers(f"{question}\n{_ID.sub(' ', sheet.masked(answer))}".lower())]
    for part in (match[0] for match in _PART.finditer(text)):
        _check_figures(part, sheet, free)
    if sheet.facts and not _ID.search(text) and any(f.value for f in sheet.facts.values()):
        raise _refused("no fact", "没有引用任何事实")
    return clean(_ID.sub(lambda match: _filled(match[1], sheet), text), LONGEST * 2)


def _check_form(text: str, language: Language) -> None:
    if not text or len(text) > LONGEST:
        raise _refused("nothing, or far too much", "空白或过长")
    if text != clean(text, LONGEST * 2):
        raise _refused("control characters or a secret", "控制字符或密钥")
    if any(character.isdigit() and not character.isascii() for character in text):
        raise _refused("figures in a script that is not checked", "无法核对的数字")
    if _LINKS.search(text) or is_unsafe(text.lower()) or addresses_assistant(text):
        raise _refused("a link, a command or an order", "链接、命令或指令")
    if bool(_HAN.search(text)) != (language == "zh"):
        raise _refused("another language", "另一种语言")


def _check_figures(part: str, sheet: Sheet, free: Sequence[float]) -> None:
    """Every figure of one sentence is a fact of what the sentence names, or one that is free."""
    named = {name for _, name in named_in(_ID.sub(" ", part))}
    for match in _ID.finditer(part):
        if match[1][0] == "F":
            fact = sheet.facts.get(match[1])
            if fact is None or not _belongs(fact, named):
                raise _refused("a fact that is of something else", "张冠李戴的事实")
        elif match[1] not in sheet.names:
            raise _refused("a name that there is not", "没有的名字")
    bare = _PLACE.sub(" ", _ID.sub(" ", part))
    if _LOOSE_ID.search(bare):
        raise _refused("an id that is not one", "错误的编号")
    for number in numbers(bare.lower()):
        written = bare[number.start : number.end]
        if number.value == 1 and not any(character.isdigit() for character in written):
            continue  # `one` and 一 are articles more often than figures.
        if not _near(number.value, free) and not any(
            _near(number.value, [fact.value]) and _belongs(fact, named) for fact in sheet.facts.values()
        ):
            raise _refused("a figure that is no fact", "没有依据的数字")


def _belongs(fact: Fact, named: set[str]) -> bool:
    """Whether a sentence that names these may state the fact."""
    if not fact.subject or not named:
        return True
    return any(fact.subject in name or name in fact.subject for name in named)


def _near(value: float, known: Sequence[float]) -> bool:
    return any(
        math.isclose(value, one * scale, rel_tol=_TOLERANCE) for one in known for scale in (1, 100, 0.01)
    )


def _filled(key: str, sheet: Sheet) -> str:
    return sheet.facts[key].written if key[0] == "F" else sheet.names[key]


def _refused(en: str, zh: str) -> UnusableError:
    return UnusableError(f"it wrote {en}", f"它写了{zh}")
