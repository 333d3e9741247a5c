"""Which training command an utterance names: to be shown, and started after a yes."""

import re
import shlex
from collections.abc import Sequence

from advisor.chat.understand import LONGEST, Utterance
from advisor.experiment.script import ASSIGNMENT
from advisor.patterns import regex

_LEAD = regex(
    r"(?:please\s+)?(?:/?(?:train|run|start|launch|execute)|(?:请)?(?:开始)?(?:训练|运行|执行|启动|跑))"
    r"(?:\s+(?:with|using|it with))?\s*[:：]?\s*(?:--\s+)?",
    re.IGNORECASE,
)
_SURELY = regex(r"(?:\$|(?:\$\s*)?advisor\s+run|/train)\s+(?:--\s+)?(?!-)", re.IGNORECASE)
"""What makes anything that follows it a command."""
_ASSIGNED = r"(?:env\s+)?(?:[A-Za-z_][A-Za-z0-9_]*=\S*\s+)*"
_PROGRAM = regex(
    _ASSIGNED
    + r"(?:"
    + r"(?:\S*/)?(?:python|pypy)[0-9.]*\s+(?:\S+\s+)*?(?:-m\s|-c\s|\S+\.py(?:\s|$)).*"
    + r"|(?:torchrun|accelerate|deepspeed|horovodrun|mpirun|mpiexec|srun)\s+\S.*"
    + r"|(?:uv|poetry|pipenv|pixi|pdm|hatch|conda|mamba)\s+run\s+\S.*"
    + r"|(?:bash|sh|zsh)\s+\S+\.(?:ba|z)?sh(?:\s.*)?"
    + r"|\.{0,2}/\S+(?:\s.*)?"
    + r"|\S+\.(?:py|sh)(?:\s.*)?"
    + r")"
)
"""What is a command by its looks: how trainings are started, so that `train longer` stays a sentence."""
_ALONE = regex(_ASSIGNED + r"(?:(?:\S*/)?(?:python|pypy)[0-9.]*|torchrun|accelerate|deepspeed)\s.*")
_SHELL = frozenset({"|", "||", "&&", ";", "&", ">", ">>", "<", "2>&1", "2>"})


def named_command(utterance: Utterance) -> str:
    """The command in `train python train.py --lr 3`, `$ make train`, `python train.py`; empty without one."""
    text = utterance.text
    surely = _SURELY.match(text)
    if surely is not None:
        return text[surely.end() :].strip()
    text = text.rstrip(" ?!。")
    if _ALONE.fullmatch(text) and _PROGRAM.fullmatch(text):
        return text
    lead = _LEAD.match(text)
    rest = text[lead.end() :].strip() if lead is not None else ""
    return rest if _PROGRAM.fullmatch(rest) else ""


def words_of(command: str) -> tuple[str, ...]:
    """The words of a command as they are started, without a shell; a Python file alone is given to `python`.

    Raises:
        ValueError: a quotation mark is not closed, or it is too long to have been taken whole.
    """
    if len(command) >= LONGEST - len("/train "):
        raise ValueError("too long")
    words = tuple(shlex.split(command))
    bare = words[:1] and words[0].endswith(".py") and "/" not in words[0]
    return ("python", *words) if bare else words


def shell_words(words: Sequence[str]) -> list[str]:
    """Words that only a shell would heed, each once."""
    return [word for word in dict.fromkeys(words) if word in _SHELL]


def same_script(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two commands start the same training, the values of its options apart."""
    return _started(one) == _started(other)


def _started(command: Sequence[str]) -> tuple[str, ...]:
    for before, word in zip(("", *command), command, strict=False):
        if before == "-m" or word.endswith((".py", ".sh")):
            return (word,)
    return tuple(word for word in command if not word.startswith("-") and not ASSIGNMENT.fullmatch(word))
