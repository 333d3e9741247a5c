"""One rule as its YAML file states it; the page a user reads is made from this and nothing else."""

from typing import Annotated, Literal

import msgspec

from advisor.text import Bilingual

Code = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}[0-9]{3}$")]
KebabName = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class ProposedChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One remedy of a rule; exactly one of `multiply`, `set` and `do` is given.

    Attributes:
        because: Why it should help.
        hyperparameter: The role to change (`learning_rate`); None for a remedy that is no hyperparameter.
        multiply: New value = old value times this.
        set: New value: a number, a word, or an expression over signals (`val_loss.best_x`).
        do: What to do where no hyperparameter holds it ('shuffle the training data').
        when: A condition in the rule language for proposing it at all.
        cost: Training time after the change as a multiple of the time before; 1 where it stays.
        risk: What may go wrong with it.
    """

    because: Bilingual
    hyperparameter: str | None = None
    multiply: Annotated[float, msgspec.Meta(gt=0)] | None = None
    set: float | str | None = None
    do: Bilingual | None = None
    when: str | None = None
    cost: Annotated[float, msgspec.Meta(gt=0)] = 1.0
    risk: Bilingual | None = None


class RuleTest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One test of a rule: exactly one of `fires`, `quiet` and `unknown`.

    Each holds curves by role (`train_loss: 2.3 1.1 nan ...`) in promtool's shorthand (`2.3-0.1x20`,
    `_` for a missing point), or `signals:` with values given directly.
    """

    fires: dict[str, str | float | dict[str, float]] | None = None
    quiet: dict[str, str | float | dict[str, float]] | None = None
    unknown: dict[str, str | float | dict[str, float]] | None = None
    note: str = ""


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One rule.

    Attributes:
        code: Stable: three letters for the family, three digits.
        name: States the problem in kebab-case, never the remedy.
        status: A preview rule is only shown on request; a retired one never fires.
        problem: The public problem id.
        severity: info, warning or critical.
        title: The problem in one sentence.
        what: What the rule looks for.
        why: Why it matters.
        false_alarms: When it is known to be wrong.
        when: The condition, in the rule language.
        evidence: Sentences with `{signal:format}` fields.
        series: Roles whose curves the evidence was read from.
        span: Two expressions for the first and last x that the evidence speaks of.
        from_points: Fewest points of the first of `series` from which the rule may speak.
        explains: Problems that this one accounts for: they are not reported beside it.
        changes: Remedies, best first.
        check: How to see that a remedy worked.
        references: Where the rule comes from.
        tests: At least one each of fires, quiet and unknown.
    """

    code: Code
    name: KebabName
    status: Literal["preview", "stable", "retired"]
    problem: str
    severity: Literal["info", "warning", "critical"]
    title: Bilingual
    what: Bilingual
    why: Bilingual
    false_alarms: Bilingual
    when: str
    evidence: Bilingual
    check: Bilingual
    references: tuple[str, ...]
    tests: tuple[RuleTest, ...]
    series: tuple[str, ...] = ()
    span: tuple[str, str] | None = None
    from_points: int = 3
    explains: tuple[str, ...] = ()
    changes: tuple[ProposedChange, ...] = ()
