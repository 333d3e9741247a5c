"""From a run to its findings: order, what explains what, what cannot be checked, and why."""

import numpy as np
import pytest

from advisor.diagnosis import change_applies, load_rulebook, set_value
from advisor.diagnosis.compiled import compile_rule
from advisor.diagnosis.engine import Rulebook, evaluate
from advisor.diagnosis.finding import Finding, Severity, Unchecked
from advisor.diagnosis.loader import glossary_names
from advisor.diagnosis.measured import Measured
from advisor.diagnosis.ranking import ranked
from advisor.diagnosis.rule import EvidenceSentence, ProposedChange, Rule, RuleTest
from advisor.run import EventKind, Hyperparameter, LogEvent, Role, Run, Series
from advisor.signals import measure
from advisor.text import Bilingual

TEXT = Bilingual(en="a", zh="b")


def rule(code="AAA100", **changes):
    fields = {
        "code": code,
        "name": code.lower(),
        "status": "stable",
        "problem": "plateau",
        "severity": "warning",
        "title": TEXT,
        "what": TEXT,
        "why": TEXT,
        "false_alarms": TEXT,
        "when": "run.points > 0",
        "evidence": (EvidenceSentence(en="{run.points:d}", zh="{run.points:d}"),),
        "check": TEXT,
        "references": (),
        "tests": (RuleTest(fires={}), RuleTest(quiet={}), RuleTest(unknown={})),
        "from_points": 0,
    }
    return Rule(**{**fields, **changes})


def book(*rules, measured=b""):
    faults = []
    compiled = [
        compile_rule(one, glossary_names(), frozenset({"epochs"}), lambda p, e: faults.append(e))
        for one in rules
    ]
    assert not faults
    return Rulebook(tuple(compiled), Measured(measured), (), glossary_names())


def curve(role, values, x_kind="epoch", name=None):
    y = np.asarray(values, dtype=np.float64)
    lower = {"train_metric": False, "val_metric": False, "learning_rate": None, "grad_norm": None}.get(
        role, True
    )
    at = np.arange(y.size)
    return Series(name or role, y, at + 1.0, at, x_kind, Role(role), lower)


def run(hyperparameters=None, events=(), **curves):
    settings = tuple(Hyperparameter(k, v, k, "test") for k, v in (hyperparameters or {}).items())
    return Run("test", tuple(curve(r, v) for r, v in curves.items()), hyperparameters=settings, events=events)


def diagnose(rulebook, one, **options):
    return rulebook.diagnose(one, measure(one), **options)


RUN = run(train_loss=2.3 * 0.9 ** np.arange(20))


def codes(diagnosis):
    return [finding.code for finding in diagnosis.findings]


def test_a_finding_that_is_more_often_wrong_than_right_is_told_as_a_note():
    measured = b'{"AAA100": {"fired": 8, "right": 3}, "BBB100": {"fired": 8, "right": 4}}'
    rulebook = book(
        rule("AAA100", severity="critical"),
        rule("BBB100", problem="lr_too_high", severity="critical"),
        rule("CCC100", problem="overfitting"),
        measured=measured,
    )
    told = {finding.code: finding.severity for finding in diagnose(rulebook, RUN).findings}
    assert told == {"AAA100": Severity.INFO, "BBB100": Severity.CRITICAL, "CCC100": Severity.WARNING}
    assert diagnose(rulebook, RUN).findings[-1].code == "AAA100"


def test_a_note_of_that_kind_still_keeps_a_run_from_being_called_healthy():
    measured = b'{"AAA100": {"fired": 8, "right": 3}}'
    healthy = rule("BBB100", problem="healthy", severity="info")
    assert codes(diagnose(book(rule("AAA100"), healthy, measured=measured), RUN)) == ["AAA100"]
    noted = rule("AAA100", severity="info")
    assert codes(diagnose(book(noted, healthy, measured=measured), RUN)) == ["BBB100", "AAA100"]


def test_most_severe_first_then_the_cause_then_the_surest():
    measured = b'{"CCC100": {"fired": 9, "right": 9, "changes": {}}, "DDD100": {"fired": 9, "right": 5}}'
    rulebook = book(
        rule("AAA100"),
        rule("BBB100", problem="lr_too_high"),
        rule("CCC100", problem="oscillating"),
        rule("DDD100", problem="loss_spikes"),
        rule("EEE100", problem="diverged", severity="critical"),
        rule("FFF100", problem="past_best", severity="info"),
        measured=measured,
    )
    diagnosis = diagnose(rulebook, RUN)
    assert codes(diagnosis) == ["EEE100", "BBB100", "CCC100", "DDD100", "AAA100", "FFF100"]
    probabilities = {f.code: f.probability for f in diagnosis.findings}
    assert probabilities["CCC100"] == pytest.approx(10 / 11)
    assert probabilities["DDD100"] == pytest.approx(6 / 11)
    assert probabilities["AAA100"] is None


def test_a_finding_that_another_accounts_for_is_left_out():
    cause = rule("AAA100", problem="diverged", explains=("plateau",))
    assert codes(diagnose(book(cause, rule("BBB100")), RUN)) == ["AAA100"]


def test_two_that_explain_each_other_do_not_both_vanish():
    one = rule("AAA100", problem="diverged", explains=("plateau",))
    other = rule("BBB100", explains=("diverged",))
    assert len(codes(diagnose(book(one, other), RUN))) == 1


def test_healthy_only_where_nothing_is_wrong():
    healthy = rule("HHH100", problem="healthy", severity="info")
    assert codes(diagnose(book(healthy, rule("AAA100", severity="info")), RUN)) == ["AAA100", "HHH100"]
    assert codes(diagnose(book(healthy, rule("AAA100")), RUN)) == ["AAA100"]


def test_preview_speaks_on_request_and_retired_never():
    rulebook = book(rule("AAA100", status="preview"), rule("BBB100", status="retired"))
    assert codes(diagnose(rulebook, RUN)) == []
    assert codes(diagnose(rulebook, RUN, preview=True)) == ["AAA100"]


@pytest.mark.parametrize(
    ("when", "reason", "missing"),
    [
        ("val_loss.rise > 0.1", "needs a validation loss", ("val_loss.rise",)),
        ("gap.final > 0.1", "needs a validation loss", ("gap.final",)),
        ("gap.metric_final > 0.1", "needs a training metric and a validation metric", ("gap.metric_final",)),
        ("grad_norm.spike > 5", "needs the gradient norm", ("grad_norm.spike",)),
        ("schedule.decay > 0.5", "needs the learning rate at each step", ("schedule.decay",)),
        ("hyper.dropout > 0.5", "needs the settings of the run (dropout rate)", ("hyper.dropout",)),
        (
            "hyper.adaptive and hyper.batch_size > 2",
            "needs the settings of the run (optimiser, batch size)",
            ("hyper.adaptive", "hyper.batch_size"),
        ),
        ("1 / (run.points - run.points) > 0", "needs a longer log", ()),
    ],
)
def test_unknown_is_told_with_what_it_needs(when, reason, missing):
    (unchecked,) = diagnose(book(rule(when=when)), RUN).unchecked
    assert unchecked.reason.en == reason
    assert unchecked.reason.zh.startswith("需要")
    assert unchecked.missing == missing


def test_too_few_points_is_unchecked_not_passed():
    short = run(train_loss=[2.3, 2.2, 2.1])
    one = rule(when="train_loss.points > 100", series=("val_loss", "train_loss"), from_points=8)
    (unchecked,) = diagnose(book(one), short).unchecked
    assert unchecked.reason.en == "needs 8 points of the training loss, the log has 3"


def test_evidence_tells_what_is_known_and_where():
    sentences = (
        EvidenceSentence(en="ended at {val_loss.last:.2f}", zh="{val_loss.last:.2f}"),
        EvidenceSentence(
            en="{train_loss.last:.2f} at {train_loss.last_x:at}",
            zh="{train_loss.last:.2f}，{train_loss.last_x:at}",
        ),
        EvidenceSentence(en="never", zh="不", when="run.points > 1000"),
    )  # fmt: skip
    one = rule(
        evidence=sentences,
        series=("train_loss", "val_loss"),
        span=("train_loss.first_x", "train_loss.last_x"),
    )
    (finding,) = diagnose(book(one), RUN).findings
    (evidence,) = finding.evidence
    assert evidence.sentence == Bilingual(en="0.31 at epoch 20", zh="0.31，第 20 轮")
    assert evidence.series == ("train_loss",)
    assert evidence.span == (1.0, 20.0)
    assert [clause.text for clause in finding.trace] == ["run.points > 0"]


def test_a_place_is_counted_as_the_curve_it_is_of_counts():
    told = EvidenceSentence(en="{val_loss.best_x:at}", zh="{val_loss.best_x:at}", series=("train_loss",))
    val = curve("val_loss", np.linspace(2, 0.3, 20), x_kind="step")
    (finding,) = diagnose(
        book(rule(evidence=(told,))), Run("test", (curve("train_loss", np.linspace(2, 0.3, 20)), val))
    ).findings
    assert finding.evidence[0].sentence.en == "step 20"


def test_a_change_applies_only_where_its_own_condition_holds():
    change = ProposedChange(
        because=TEXT, hyperparameter="epochs", set="val_loss.best_x + 1", when="hyper.epochs > 5"
    )
    assert change_applies(change, {"hyper.epochs": 9.0})
    assert not change_applies(change, {"hyper.epochs": 5.0})
    assert not change_applies(change, {})
    assert set_value(change, {"val_loss.best_x": 6.0}) == 7.0
    assert set_value(change, {}) is None
    assert set_value(ProposedChange(because=TEXT, set="cosine"), {}) == "cosine"
    assert set_value(ProposedChange(because=TEXT, set=0.1), {}) == 0.1


def test_evaluate_gives_one_of_three():
    rulebook = book(rule(), rule("BBB100", when="run.points > 100"), rule("CCC100", when="val_loss.rise > 1"))
    outcomes = [evaluate(one, RUN, measure(RUN), rulebook.measured) for one in rulebook.compiled]
    assert isinstance(outcomes[0], Finding)
    assert outcomes[1] is None
    assert isinstance(outcomes[2], Unchecked)


# The shipped rules on whole runs


def shipped(one):
    return diagnose(load_rulebook(), one)


def problems(diagnosis):
    return [finding.problem.value for finding in diagnosis.findings]


def test_the_learned_part_knows_nothing_of_trees():
    """Trees that learn their samples by heart look to it like a net of dead units."""
    rising = 0.75 + 0.004 * np.sin(np.arange(12))
    of_a_net = run(train_loss=0.71 - 0.009 * np.arange(12), val_loss=rising)
    signals = measure(of_a_net)
    assert "dead_units" in problems(load_rulebook().diagnose(of_a_net, signals))
    assert "dead_units" not in problems(load_rulebook().diagnose(of_a_net, {**signals, "run.boosting": 1.0}))


def test_a_single_validation_leaves_the_training_loss_to_speak():
    falling = 2.3 * 0.95 ** np.arange(30)
    assert "still_improving" in problems(shipped(run(train_loss=falling, val_loss=[0.7])))
    two = shipped(run(train_loss=falling, val_loss=[0.8, 0.7]))
    assert "still_improving" not in problems(two)
    assert any(one.rule.problem == "still_improving" for one in two.unchecked)


def test_of_a_probe_only_rules_on_probes_speak():
    """Its curves are short by design."""
    short = run(train_loss=[2.3, 2.2], events=(LogEvent(EventKind.OUT_OF_MEMORY, "CUDA out of memory", 1),))
    signals = measure(short)
    of_curves = load_rulebook().diagnose(short, signals)
    assert {one.rule.problem for one in of_curves.findings} == {"out_of_memory", "too_short"}
    probed = load_rulebook().diagnose(short, {**signals, "probe.smallest_class": 0.01})
    assert {(one.code, str(one.rule.problem)) for one in probed.findings} >= {("PRB106", "class_imbalance")}
    assert {one.rule.problem for one in probed.findings} & {"out_of_memory", "too_short"} == {"out_of_memory"}


def test_a_rate_of_three_is_named_as_the_cause():
    failed = run(
        {"learning_rate": 3.0, "optimizer": "adam", "epochs": 10},
        train_loss=[652, 41, 3.1, 2.7, 2.66, 2.64, 2.67, 2.65, 2.66, 2.65],
        val_loss=[90, 4, 2.9, 2.7, 2.7, 2.68, 2.7, 2.66, 2.7, 2.69],
    )
    first = shipped(failed).findings[0]
    assert first.problem == "lr_too_high"
    assert first.severity == Severity.CRITICAL
    change = next(c for c in first.rule.changes if change_applies(c, measure(failed)))
    assert (change.hyperparameter, change.set) == ("learning_rate", 0.001)


def test_a_log_of_three_points_gets_no_verdict_on_its_shape():
    diagnosis = shipped(run(train_loss=[2.3, 2.2, 2.1], val_loss=[2.3, 2.4, 2.6]))
    assert problems(diagnosis) == ["too_short"]
    assert {"overfitting", "oscillating", "healthy"} <= {u.rule.problem for u in diagnosis.unchecked}


def test_an_empty_run_is_too_short_and_nothing_else():
    assert problems(shipped(Run("test", ()))) == ["too_short"]


def test_out_of_memory_is_told_whatever_the_curves():
    oom = (LogEvent(EventKind.OUT_OF_MEMORY, "CUDA out of memory", 12),)
    assert problems(shipped(run(events=oom, train_loss=[2.3, 2.2])))[0] == "out_of_memory"


@pytest.mark.parametrize("factor", [1e-30, 1e-3, 1e3, 1e30])
def test_no_shape_verdict_depends_on_the_unit_of_the_loss(factor):
    """Scale-free: but for the rules that compare a loss with ln K, which a regression loss does not have."""
    rng = np.random.default_rng(0)
    shapes = {
        "falls": 0.9 ** np.arange(30),
        "swings": 0.3 + 0.2 * (-1.0) ** np.arange(30) + 0.9 ** np.arange(30),
        "rises": 1 + 0.2 * np.arange(30.0),
        "noise": 1 + 0.01 * rng.normal(size=30),
        "straight": 2 - 0.02 * np.arange(30),
    }
    for train in shapes.values():
        for val in shapes.values():
            loss = {"loss": "mse"}
            plain = run(loss, train_loss=train, val_loss=val)
            scaled = run(loss, train_loss=factor * train, val_loss=factor * val)
            assert problems(shipped(plain)) == problems(shipped(scaled))


def test_no_two_findings_ask_for_opposite_learning_rates():
    for values in (
        2.3 - 0.04 * np.arange(20),
        2.3 + 0.4 * np.arange(20),
        0.3 + 0.2 * (-1.0) ** np.arange(20),
    ):
        for settings in (
            {},
            {"learning_rate": 3.0, "optimizer": "adam"},
            {"learning_rate": 1e-6, "optimizer": "adam"},
        ):
            found = problems(shipped(run(settings, train_loss=values)))
            assert not {"lr_too_high", "lr_too_low"} <= set(found)


def test_where_no_sentence_can_be_told_the_figures_stand_for_themselves():
    silent = rule(evidence=(EvidenceSentence(en="{grad_norm.max:.3g}", zh="{grad_norm.max:.3g}"),))
    (finding,) = diagnose(book(silent), RUN).findings
    (evidence,) = finding.evidence
    clause = next(c for c in finding.trace if c.holds)
    assert all(name in evidence.sentence.en for name in clause.values)


def test_no_more_than_three_figures_stand_for_themselves():
    names = ("run.points", "train_loss.points", "train_loss.first", "train_loss.best")
    silent = rule(
        when=" and ".join(f"{name} > 0" for name in names),
        evidence=(EvidenceSentence(en="{grad_norm.max:.3g}", zh="{grad_norm.max:.3g}"),),
    )
    (finding,) = diagnose(book(silent), RUN).findings
    (evidence,) = finding.evidence
    for told in (evidence.sentence.en, evidence.sentence.zh):
        assert [name in told for name in names] == [True, True, True, False]


def test_one_problem_is_told_once_with_what_every_finding_of_it_adds():
    measured = b'{"AAA100": {"fired": 9, "right": 5}, "BBB100": {"fired": 9, "right": 9}}'
    same = EvidenceSentence(en="{run.points:d} points", zh="{run.points:d} 点")
    more = EvidenceSentence(en="{train_loss.points:d} points", zh="{train_loss.points:d} 点")
    first, second = rule("AAA100", evidence=(same, more)), rule("BBB100")
    (told,) = diagnose(book(first, second, measured=measured), RUN).findings
    assert told.code == "BBB100"
    assert [fact.sentence.en for fact in told.evidence] == ["20", "20 points"]
    assert [fact.signals for fact in told.evidence] == [("run.points",), ("train_loss.points",)]
    assert told.probability == pytest.approx(10 / 11)
    apart = [rule(code, problem="schedule") for code in ("AAA100", "BBB100")]
    assert codes(diagnose(book(*apart), RUN)) == ["AAA100", "BBB100"]


def test_a_note_does_not_say_how_likely_the_warning_before_it_is():
    measured = b'{"BBB100": {"fired": 9, "right": 1}}'
    (told,) = diagnose(book(rule("AAA100"), rule("BBB100", severity="info"), measured=measured), RUN).findings
    assert (told.code, told.severity, told.probability) == ("AAA100", Severity.WARNING, None)


def test_of_two_problems_with_opposite_remedies_the_more_important_stands():
    high, low = rule("AAA100", problem="lr_too_high"), rule("BBB100", problem="lr_too_low", severity="info")
    assert codes(diagnose(book(low, high), RUN)) == ["AAA100"]


@pytest.mark.parametrize(
    ("problem", "when", "train_points", "severity"),
    [
        ("oscillating", "run.points > 0", 20, Severity.WARNING),  # means of whole epochs
        ("oscillating", "run.points > 0", 200, Severity.INFO),  # single batches
        ("overfitting", "learned.overfitting > 0", 20, Severity.INFO),  # a cause that the learned part knows
        ("overfitting", "run.points > 0", 20, Severity.WARNING),  # a rise that was seen
    ],
)
def test_a_run_held_for_healthy_turns_causes_and_noise_of_batches_into_notes(
    problem, when, train_points, severity
):
    signals = {
        "learned.healthy": 0.9,
        "learned.overfitting": 0.05,
        "train_loss.points": train_points,
        "val_loss.points": 20,
    }
    found = Finding(rule("AAA100", problem=problem, when=when), Severity.WARNING, None, (), ())
    assert [f.severity for f in ranked([found], signals, Measured())] == [severity]
