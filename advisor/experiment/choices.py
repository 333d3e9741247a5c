"""The words that a setting may be, where the program that reads it lists them; it is never run."""

import ast
import re
from collections.abc import Iterator, Sequence

from advisor.experiment.names import plain_name
from advisor.experiment.options import called_name
from advisor.patterns import regex

_WORDS = {
    "optimizer": regex(
        r"(n|r|ada|q?hyper)?adam(w|ax)?(8bit)?|sgd(m|w|_?momentum)?|momentum|nesterov|rms_?prop|adagrad|adadelta"
        r"|lion|lamb|lars|adafactor|muon|adabelief",
        re.IGNORECASE,
    ),
    "activation": regex(
        r"(leaky_?|p|r)?relu6?|c?elu|selu|gelu|silu|swish|mish|(hard)?tanh|(hard)?sigmoid|softplus",
        re.IGNORECASE,
    ),
    "scheduler": regex(
        r"(warmup_?)?(cosine|cos|linear|constant|step|multistep|exp|exponential|poly|polynomial|plateau|none)"
        r"(_?(annealing|warmup|decay|lr))*|one_?cycle(lr)?|(reduce_?lr_?on_?)?plateau|cyclic|inverse_?sqrt",
        re.IGNORECASE,
    ),
}
"""How the words of a role look; those of a schedule mean other things elsewhere."""

_OF_TORCH = ("SGD", "Adam", "AdamW")
_COMMON_ARGUMENTS = frozenset({"lr", "weight_decay", "params"})
"""Arguments that every optimizer of `_OF_TORCH` takes."""


def role_of_word(value: object) -> str | None:
    """The role of a setting whose name does not tell it (`name: sgd`), where its value tells it."""
    roles = ("optimizer", "activation")
    return next((r for r in roles if isinstance(value, str) and _WORDS[r].fullmatch(value)), None)


def choices_in(trees: Sequence[ast.Module], role: str, name: str, value: str) -> tuple[str, ...]:
    """Words that a program takes in the place of `value`, `value` first; nothing where it lists no other.

    Understood are the keys of a table (`{"sgd": SGD, "adam": Adam}`), words that a value is held against
    (`if name == "sgd": ... elif name in ("adam", "adamw")`, `match`), `Literal["sgd", "adam"]`, and
    `getattr(torch.optim, name)` that is called with what all optimizers take.

    Args:
        trees: Of the program.
        role: Of the setting: optimizer, activation or scheduler; words that are none of it are left out.
        name: Of the setting, as written; dots and dashes do not matter.
        value: What it is now.
    """
    last = plain_name(name).rpartition(".")[2]
    found: dict[str, None] = {}
    for tree in trees:
        compared: dict[str, list[str]] = {}
        for node in ast.walk(tree):
            found |= dict.fromkeys(_listed(node, value))
            for subject, words in _held_against(node):
                compared.setdefault(subject, []).extend(words)
        for subject, words in compared.items():
            # A word that only an `else` serves is among no comparison; the name tells what is compared then.
            if value in words or subject.rpartition(".")[2] == last:
                found |= dict.fromkeys(words)
    others = [w for w in found if _WORDS[role].fullmatch(w) and w.lower() != value.lower()]
    return (value, *others) if others else ()


def _listed(node: ast.AST, value: str) -> list[str]:
    """The words of a table, an annotation or a module, if `value` is one of them."""
    words: list[str] = []
    if isinstance(node, ast.Dict) and not any(isinstance(v, ast.Constant) for v in node.values):
        words = _words(key for key in node.keys if key is not None)
        words = words if len(words) == len(node.keys) else []
    elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple):
        is_literal = isinstance(node.value, ast.Name) and node.value.id == "Literal"
        words = _words(node.slice.elts) if is_literal else []
    elif isinstance(node, ast.Call) and _is_optimizer_by_name(node):
        words = list(_OF_TORCH)
    return words if value in words else []


def _is_optimizer_by_name(node: ast.Call) -> bool:
    """Whether it is `getattr(torch.optim, name)(parameters, lr=...)`."""
    function = node.func
    if not (isinstance(function, ast.Call) and called_name(function) == "getattr" and function.args):
        return False
    return _name_of(function.args[0]).rpartition(".")[2] == "optim" and all(
        keyword.arg in _COMMON_ARGUMENTS for keyword in node.keywords
    )


def _held_against(node: ast.AST) -> Iterator[tuple[str, list[str]]]:
    """(what is compared, with which words) of a comparison or a `match`."""
    if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq | ast.In):
        other = node.comparators[0]
        items = other.elts if isinstance(other, ast.Tuple | ast.List | ast.Set) else [other]
        words = _words(items)
        # `"adam" in name` asks for a part of it, so that a word on the left says nothing.
        if words and len(words) == len(items) and (subject := _name_of(node.left)):
            yield subject, words
    elif isinstance(node, ast.Match) and (subject := _name_of(node.subject)):
        patterns = [p for case in node.cases for p in _alternatives(case.pattern)]
        yield subject, _words(p.value for p in patterns if isinstance(p, ast.MatchValue))


def _alternatives(pattern: ast.pattern) -> Iterator[ast.pattern]:
    if isinstance(pattern, ast.MatchOr):
        for one in pattern.patterns:
            yield from _alternatives(one)
    else:
        yield pattern


def _words(nodes: "Iterator[ast.expr] | Sequence[ast.expr]") -> list[str]:
    return [n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)]


def _name_of(node: ast.expr) -> str:
    """`cfg["optim"]["name"]`, `args.optim`, `name.lower()` as a dotted name; empty for anything else."""
    if isinstance(node, ast.Name):
        return plain_name(node.id)
    if isinstance(node, ast.Attribute):
        owner = _name_of(node.value)
        return f"{owner}.{plain_name(node.attr)}" if owner else ""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        owner = _name_of(node.value)
        return f"{owner}.{plain_name(str(node.slice.value))}" if owner else ""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        is_same = node.func.attr in ("lower", "casefold", "strip") and not node.args
        return _name_of(node.func.value) if is_same else ""
    return ""
