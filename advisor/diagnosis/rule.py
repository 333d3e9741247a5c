"""One rule as its YAML file states it; the page a user reads is made from this and nothing else."""

from typing import Annotated, Literal

import msgspec

from advisor.text import Bilingual

Code = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}[0-9]{3}$")]
KebabName = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class ProposedChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
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


Given = str | float | dict[str, float | str]


class RuleTest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One test of a rule: exactly one of `fires`, `quiet` and `unknown`.

    Each holds curves by role (`train_loss: 2.3 1.1 nan ...`) in promtool's shorthand (see
    `advisor.diagnosis.shorthand`), `x:` for the steps at which they stand (in the same shorthand; epochs from
    1 where it is left out), `hyperparameters:` and `events:` as mappings, or `signals:` with values given
    directly, which then stand for everything measured.
    """

    fires: dict[str, Given] | None = None
    quiet: dict[str, Given] | None = None
    unknown: dict[str, Given] | None = None
    note: str = ""

    @property
    def expected(self) -> Literal["fires", "quiet", "unknown"] | None:
        """Which of the three is given; None where it is not exactly one."""
        given: list[Literal["fires", "quiet", "unknown"]] = []
        if self.fires is not None:
            given.append("fires")
        if self.quiet is not None:
            given.append("quiet")
        if self.unknown is not None:
            given.append("unknown")
        return given[0] if len(given) == 1 else None

    @property
    def given(self) -> dict[str, Given]:
        """What the test gives to the rule."""
        return next((g for g in (self.fires, self.quiet, self.unknown) if g is not None), {})


class EvidenceSentence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One sentence of evidence; told where every signal that it shows is known and `when` holds.

    Attributes:
        en: The sentence in English, with `{signal:format}` fields.
        zh: The sentence in Chinese.
        when: A condition in the rule language for telling it at all.
        series: Roles whose curves it was read from; those of the rule where empty.
        span: Two number expressions for the first and last x that it speaks of.
    """

    en: str
    zh: str
    when: str | None = None
    series: tuple[str, ...] = ()
    span: tuple[str, str] | None = None


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
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
        evidence: Sentences with `{signal:format}` fields, most telling first.
        series: Roles whose curves the evidence was read from.
        span: Two expressions for the first and last x that the evidence speaks of.
        only_with: Signals of which one at least must be known for the rule to concern a run at all: a log
            without a policy is not told that its entropy could not be checked.
        from_points: Fewest points from which the rule may speak, of the first of `series` that the run has.
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
    evidence: tuple[EvidenceSentence, ...]
    check: Bilingual
    references: tuple[str, ...]
    tests: tuple[RuleTest, ...]
    series: tuple[str, ...] = ()
    span: tuple[str, str] | None = None
    only_with: tuple[str, ...] = ()
    from_points: int = 3
    explains: tuple[str, ...] = ()
    changes: tuple[ProposedChange, ...] = ()
