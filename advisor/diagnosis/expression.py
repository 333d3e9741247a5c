"""The rule language: a small closed subset of Python expressions, safe to load from a stranger.

`and`, `or`, `not`, chained comparisons, `+ - * /`, unary minus, numbers, signal names (`train_loss.swing`),
macros (named conditions) and the functions `abs`, `min`, `max`, `log10`, `sqrt`, `between` and `known`.
Nothing else: no attribute of an object, no subscript, no string, no power, no lambda.

Logic is three-valued (Kleene, 1938, strong logic of indeterminacy): a comparison on an absent signal is
unknown, `False and unknown` is False, `True or unknown` is True, and everything else unknown stays unknown.
A division by zero and a logarithm of zero are unknown too.
"""

import ast
import difflib
import math
import operator
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from advisor.diagnosis.finding import Clause
from advisor.diagnosis.logic import (
    Applied,
    Chain,
    Constant,
    Decided,
    Flag,
    Known,
    Negation,
    Number,
    Record,
    Signals,
    Test,
    Told,
    Truth,
    Value,
)
from advisor.errors import RuleError
from advisor.patterns import regex

MAX_LENGTH = 1_000
MAX_DEPTH = 24
MAX_COMPARISONS = 200
_SHOWN = 100  # characters of an expression around a fault
_SPLIT = "Split it with macros."
_NOT_IN_THE_LANGUAGE = regex(r"#|[^ -~]")


class ExpressionError(RuleError):
    """An expression that the language does not accept, with the place in it.

    Args:
        message: What is wrong, without the place.
        text: The expression.
        start: Column of the first wrong character, from 0.
        end: Column after the last wrong character.
        hint: The nearest name, or what to write instead.
    """

    def __init__(self, message: str, text: str, start: int, end: int, hint: str = "") -> None:
        self.message = message
        first = max(0, start - _SHOWN // 2)
        text = text[first : first + _SHOWN]
        start, end = max(0, min(start - first, len(text))), min(end - first, len(text))
        caret = " " * start + "^" * max(1, end - start)
        super().__init__(f"{message}:\n    {text}\n    {caret}", f"\n{hint}" if hint else "")


@dataclass(frozen=True, slots=True)
class Macro:
    """A named condition, compiled once and shared by every rule that uses it."""

    text: str
    condition: "Condition"


@dataclass(frozen=True, slots=True)
class Names:
    """Every name that an expression may use.

    Attributes:
        signals: Signal names. None accepts any dotted name, for texts that were checked before.
        flags: The signals that are 1 for yes and 0 for no; they may stand alone as a condition.
        macros: Named conditions.
    """

    signals: frozenset[str] | None
    flags: frozenset[str] = frozenset()
    macros: Mapping[str, Macro] = field(default_factory=dict)

    def nearest(self, wrong: str) -> str:
        """'Did you mean ...?' for a misspelt name, or nothing where no name is near."""
        names = [*(self.signals or ()), *self.macros, *_FUNCTIONS]
        found = difflib.get_close_matches(wrong, names, n=1, cutoff=0.6)
        return f"Did you mean {found[0]}?" if found else ""


ANY_SIGNAL = Names(signals=None)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The value of a condition with its reasons.

    Attributes:
        holds: True, False, or None for unknown.
        trace: Every comparison, in the order of the text.
        missing: Where unknown, the absent signals that would decide it, in order, each once.
    """

    holds: bool | None
    trace: tuple[Clause, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled condition."""

    text: str
    names: tuple[str, ...]
    size: int
    _run: Truth

    def holds(self, signals: Signals) -> bool | None:
        """The value alone, quickly; never raises."""
        return self._run(signals, None)

    def __call__(self, signals: Signals) -> Verdict:
        """The value with its reasons; never raises."""
        record = Record()
        holds = self._run(signals, record)
        return Verdict(holds, tuple(record.clauses), tuple(dict.fromkeys(record.missing)))


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """A compiled number expression."""

    text: str
    names: tuple[str, ...]
    _run: Number

    def __call__(self, signals: Signals) -> float | None:
        """The value, or None where a signal is absent or the result is not a finite number; never raises."""
        return self._run(signals)


def compile_condition(text: str, names: Names = ANY_SIGNAL) -> Condition:
    """Compiles a condition.

    Raises:
        ExpressionError: the text is no condition of the language, or uses an unknown name.
    """
    compiler, tree = _parse(text, names)
    truth = compiler.truth(tree, 0)
    return Condition(compiler.text, tuple(dict.fromkeys(compiler.used)), compiler.comparisons, truth)


def compile_number(text: str, names: Names = ANY_SIGNAL) -> Arithmetic:
    """Compiles a number expression (`0.5 * val_loss.best_x`).

    Raises:
        ExpressionError: the text is no number expression of the language, or uses an unknown name.
    """
    compiler, tree = _parse(text, names)
    number = compiler.number(tree, 0)
    return Arithmetic(compiler.text, tuple(dict.fromkeys(compiler.used)), number)


def _parse(text: str, names: Names) -> tuple["_Compiler", ast.expr]:
    text = " ".join(text.split())
    if not text:
        raise ExpressionError("An expression is empty", text, 0, 1)
    if len(text) > MAX_LENGTH:
        raise ExpressionError(
            f"An expression is longer than {MAX_LENGTH} characters",
            text[:60] + " ...",
            0,
            60,
            _SPLIT,
        )
    # A comment would hide the rest of the line, and Python folds look-alike letters into one name.
    if strange := _NOT_IN_THE_LANGUAGE.search(text):
        raise ExpressionError("This character has no place in a condition", text, *strange.span())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            tree = ast.parse(text, mode="eval").body
    except SyntaxError as error:
        # The parser gives 0 where the text ends too early.
        start = error.offset - 1 if error.offset else len(text)
        end = (error.end_offset or 0) - 1
        raise ExpressionError("This is no valid expression", text, start, max(end, start + 1)) from None
    except (ValueError, RecursionError, MemoryError, OverflowError):
        raise ExpressionError("This is no valid expression", text, 0, len(text)) from None
    return _Compiler(text, names), tree


class _Compiler:
    """Turns one syntax tree into parts that can be called, refusing every node that is not listed here."""

    def __init__(self, text: str, names: Names) -> None:
        self.text = text
        self.names = names
        self.used: list[str] = []
        self.comparisons = 0

    def fault(self, node: ast.expr, message: str, hint: str = "") -> ExpressionError:
        return ExpressionError(message, self.text, node.col_offset, node.end_col_offset or 0, hint)

    def enter(self, node: ast.expr, depth: int) -> int:
        if depth >= MAX_DEPTH:
            raise self.fault(node, f"An expression is nested more than {MAX_DEPTH} deep", _SPLIT)
        return depth + 1

    def count(self, node: ast.expr, comparisons: int) -> None:
        self.comparisons += comparisons
        if self.comparisons > MAX_COMPARISONS:
            raise self.fault(
                node, f"A condition makes more than {MAX_COMPARISONS} comparisons, macros included"
            )

    def source(self, node: ast.expr) -> str:
        return self.text[node.col_offset : node.end_col_offset]

    def dotted(self, node: ast.expr) -> str | None:
        """`a.b.c` for a chain of names, None for anything else."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return None
        return ".".join([node.id, *reversed(parts)])

    # Conditions

    def truth(self, node: ast.expr, depth: int) -> Truth:
        depth = self.enter(node, depth)
        if isinstance(node, ast.BoolOp):
            parts = tuple(self.truth(part, depth) for part in node.values)
            return Decided(isinstance(node.op, ast.Or), parts)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return Negation(self.truth(node.operand, depth))
        if isinstance(node, ast.Compare):
            return self.comparison(node, depth)
        if isinstance(node, ast.Call):
            return self.truth_call(node, depth)
        name = self.dotted(node)
        if name is not None:
            return self.named_truth(node, name)
        raise self.fault(node, "A condition is needed here, not a number", "Compare it: ... > 0.5")

    def named_truth(self, node: ast.expr, name: str) -> Truth:
        macro = self.names.macros.get(name)
        if macro is not None:
            self.count(node, macro.condition.size)
            self.used.extend(macro.condition.names)
            return macro.condition._run
        self.check_signal(node, name)
        if self.names.signals is not None and name not in self.names.flags:
            raise self.fault(node, f"{name} is a number, not a yes or no", f"Compare it: {name} > 0.5")
        self.count(node, 1)
        return Told(self.source(node), (name,), Flag(name))

    def comparison(self, node: ast.Compare, depth: int) -> Truth:
        operators = []
        for sign in node.ops:
            if type(sign) not in _COMPARISONS:
                raise self.fault(node, "This comparison is not in the language", "Use < <= > >= == !=")
            operators.append(_COMPARISONS[type(sign)])
        mark = len(self.used)
        numbers = tuple(self.number(part, depth) for part in (node.left, *node.comparators))
        self.count(node, 1)
        return Told(self.source(node), self.used_since(mark), Chain(numbers, tuple(operators)))

    def truth_call(self, node: ast.Call, depth: int) -> Truth:
        name = self.call_name(node)
        mark = len(self.used)
        if name == "known":
            subject = self.dotted(node.args[0])
            if subject is None:
                raise self.fault(node.args[0], "known() takes the name of a signal")
            self.check_signal(node.args[0], subject)
            test: Test = Known(subject)
        elif name == "between":
            value, low, high = (self.number(part, depth) for part in node.args)
            test = Chain((low, value, high), (operator.le, operator.le))
        else:
            raise self.fault(
                node, f"{name}() is a number, and a condition is needed here", "Compare it: ... > 0.5"
            )
        self.count(node, 1)
        return Told(self.source(node), self.used_since(mark), test)

    # Numbers

    def number(self, node: ast.expr, depth: int) -> Number:
        depth = self.enter(node, depth)
        if isinstance(node, ast.Constant):
            return self.constant(node)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return Applied(operator.neg, (self.number(node.operand, depth),))
        if isinstance(node, ast.BinOp):
            if type(node.op) not in _ARITHMETIC:
                raise self.fault(node, "This operator is not in the language", "Use + - * /")
            both = self.number(node.left, depth), self.number(node.right, depth)
            return Applied(_ARITHMETIC[type(node.op)], both)
        if isinstance(node, ast.Call):
            name = self.call_name(node)
            if name not in _NUMBER_FUNCTIONS:
                raise self.fault(node, f"{name}() is a yes or no, and a number is needed here")
            parts = tuple(self.number(part, depth) for part in node.args)
            return Applied(_NUMBER_FUNCTIONS[name], parts)
        name = self.dotted(node) or ""
        if not name:
            raise self.fault(node, "This is not in the language", "Use numbers, signal names and + - * /")
        if name in self.names.macros:
            raise self.fault(node, f"{name} is a condition, and a number is needed here")
        self.check_signal(node, name)
        return Value(name)

    def constant(self, node: ast.Constant) -> Number:
        if type(node.value) not in (int, float):
            raise self.fault(node, "Only plain numbers may be written here")
        try:
            value = float(node.value)  # type: ignore[arg-type]
        except OverflowError:
            value = math.inf
        if not math.isfinite(value):
            raise self.fault(node, "This number is too large")
        return Constant(value)

    def call_name(self, node: ast.Call) -> str:
        name = self.dotted(node.func) or self.source(node.func)
        arguments = _FUNCTIONS.get(name)
        if arguments is None:
            hint = self.names.nearest(name) or f"The functions are {', '.join(sorted(_FUNCTIONS))}."
            raise self.fault(node.func, f"There is no function {name}", hint)
        fewest, most = arguments
        starred = any(isinstance(part, ast.Starred) for part in node.args)
        if node.keywords or starred or not fewest <= len(node.args) <= most:
            wanted = str(fewest) if fewest == most else f"{fewest} or more"
            raise self.fault(node, f"{name}() takes {wanted} plain arguments")
        return name

    def check_signal(self, node: ast.expr, name: str) -> None:
        if self.names.signals is not None and name not in self.names.signals:
            raise self.fault(node, f"There is no signal {name}", self.names.nearest(name))
        self.used.append(name)

    def used_since(self, mark: int) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.used[mark:]))


_COMPARISONS: dict[type[ast.cmpop], Callable[[float, float], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_ARITHMETIC: dict[type[ast.operator], Callable[..., float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_NUMBER_FUNCTIONS: dict[str, Callable[..., float]] = {
    "abs": abs,
    "min": min,
    "max": max,
    "log10": math.log10,
    "sqrt": math.sqrt,
}
_FUNCTIONS: dict[str, tuple[int, int]] = {
    "abs": (1, 1),
    "min": (2, 16),
    "max": (2, 16),
    "log10": (1, 1),
    "sqrt": (1, 1),
    "between": (3, 3),
    "known": (1, 1),
}
