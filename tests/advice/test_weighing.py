"""The effect model orders what the rules propose, may add one change, and knows when to be silent."""

import itertools
import json
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from advisor.advice import Assessment, assess
from advisor.advice.change import Learned
from advisor.advice.rate_first import has_large_rate, rate_first
from advisor.advice.recommendation import FAMILIES, opposite
from advisor.advice.weighing import CLEARLY, FARTHEST, weighed, with_reruns
from advisor.cli.commands import cli
from advisor.diagnosis import load_rulebook
from advisor.diagnosis.expression import compile_condition
from advisor.diagnosis.finding import Severity
from advisor.learned.effect import Effect
from advisor.learned.own import Outcome
from advisor.readers import read_paths
from advisor.report.as_text import report_markdown, report_text
from advisor.report.parts import change_sentence
from advisor.run import Hyperparameter

RULEBOOK = load_rulebook()
SAMPLES = Path(__file__).parents[2] / "sample_logs"
JUDGED = ("starter-rate-too-high", "starter-rate-too-low", "pytorch-oscillating", "wandb-collapsed")


def of(sample: str, *, learned: bool = True) -> Assessment:
    (run,) = read_paths([str(SAMPLES / sample)])
    return assess(run, RULEBOOK, learned=learned)


@pytest.mark.parametrize("sample", JUDGED)
def test_what_the_rules_propose_keeps_its_findings_and_gets_a_probability(sample):
    rules, both = of(sample, learned=False), of(sample)
    assert both.findings == rules.findings
    plain = {c.hyperparameter or c.do: c.after for c in rules.changes}
    assert plain.items() <= {c.hyperparameter or c.do: c.after for c in both.changes}.items()
    assert [c.number for c in both.changes] == list(range(1, len(both.changes) + 1))
    weighty = [c for c in both.changes if c.learned is not None]
    assert weighty
    assert all(0 < c.probability < 1 for c in weighty)
    for severity in Severity:
        gains = [c.learned.effect.gain for c in weighty if c.finding.severity is severity]
        assert all(later <= gain + CLEARLY for gain, later in itertools.pairwise(gains))


def test_a_rate_that_is_far_too_low_is_likely_to_be_worth_raising():
    change = of("starter-rate-too-low").changes[0]
    assert change.hyperparameter == "learning_rate"
    assert change.after > change.before
    assert change.probability > 0.5
    helped, tried = change.learned.similar
    assert 10 <= tried <= 20
    assert helped > tried / 2
    said = f"{change.probability:.0%} likely to raise the final score beyond noise"
    rose, reruns = change.raised
    seen = f"as in {rose} of {reruns} reruns for this finding and in {helped} of {tried} similar corpus runs"
    assert f"{said}, {seen}" in change_sentence(change, "en")
    assert f"{tried} 次相似的语料训练中有 {helped} 次" in change_sentence(change, "zh")


def test_the_chance_is_the_mean_of_the_model_and_of_the_reruns_of_the_remedy():
    assert with_reruns(0.1, None) == 0.1
    assert with_reruns(0.1, (9, 10)) == pytest.approx((0.1 + 10 / 12) / 2)
    assert with_reruns(0.5, (0, 0)) == 0.5, "no rerun, no opinion"


@pytest.mark.parametrize(
    "sample", ["keras-console-stuck", "lightgbm-shrinkage-too-small", "skorch-overfitting"]
)
def test_a_run_that_states_too_little_is_left_to_the_rules(sample):
    assert of(sample).changes == of(sample, learned=False).changes


def test_the_best_change_is_added_where_no_rule_proposes_it():
    found = of("starter-rate-too-low", learned=False)
    (added,) = weighed(found.run, found.findings, (), found.signals)
    assert (added.number, added.hyperparameter, added.name) == (1, "learning_rate", "lr")
    assert added.after > added.before
    assert added.learned.effect.gain > CLEARLY
    assert added.finding is found.findings[0]


@pytest.mark.parametrize(("decay", "judged"), [(0.1, True), (FARTHEST["weight_decay"], True), (5.0, False)])
def test_a_change_away_from_a_value_that_no_corpus_run_had_is_not_judged(decay, judged):
    found = of("starter-rate-too-low", learned=False)
    stated = Hyperparameter("weight_decay", decay, "weight_decay", "command line")
    run = replace(found.run, hyperparameters=(stated, *found.run.hyperparameters))
    proposed = replace(found.changes[0], hyperparameter="weight_decay", before=decay, after=0.01, factor=None)
    told = weighed(run, found.findings, (proposed,), found.signals)
    (change,) = (c for c in told if c.hyperparameter == "weight_decay")
    assert (change.learned is not None) is judged


def test_what_is_to_stay_as_it_is_is_not_added():
    found = of("starter-rate-too-low", learned=False)
    kept = frozenset({"learning_rate"})
    assert "learning_rate" not in {
        c.hyperparameter for c in weighed(found.run, found.findings, (), found.signals, kept)
    }


def test_what_made_it_worse_here_is_not_added():
    found = of("starter-rate-too-low", learned=False)
    (added,) = weighed(found.run, found.findings, (), found.signals)
    harmed = Outcome(added.hyperparameter, added.before, added.after, helped=False, harmed=True)
    again = weighed(found.run, found.findings, (), found.signals, own=(harmed,))
    assert added.after not in [c.after for c in again if c.hyperparameter == added.hyperparameter]
    nothing = replace(harmed, harmed=False)
    assert [c.after for c in weighed(found.run, found.findings, (), found.signals, own=(nothing,))]


@pytest.mark.parametrize(("rate", "first"), [(20.0, "learning_rate"), (0.05, "hidden_units")])
def test_a_rate_far_above_the_usual_is_lowered_before_what_no_rule_proposes(rate, first):
    """The effect model expects more of a wider layer; of a rate of 20 it saw hardly a training."""
    found = of("starter-rate-too-high", learned=False)
    lower = next(c for c in found.changes if c.hyperparameter == "learning_rate")
    wider = replace(lower, hyperparameter="hidden_units", before=64, after=128, factor=2.0)
    signals = {**found.signals, "hyper.learning_rate": rate, "hyper.adaptive": 0.0}
    changes = rate_first([replace(wider, number=1), replace(lower, number=2)], signals)
    assert [c.number for c in changes] == [1, 2]
    assert changes[0].hyperparameter == first
    note = replace(lower, finding=replace(lower.finding, severity=Severity.INFO))
    assert rate_first([wider, note], signals)[0].hyperparameter == "hidden_units", "a note is no problem"
    assert rate_first([wider, lower], {**signals, "run.boosting": 1.0})[0].hyperparameter == "hidden_units"


@pytest.mark.parametrize("adaptive", [None, 0.0, 1.0])
@pytest.mark.parametrize("name", ["hyper.learning_rate", "schedule.peak"])
def test_a_large_rate_is_what_the_rules_call_one(adaptive, name):
    macros = Path(__file__).parents[2] / "rules" / "_macros.yaml"
    macro = compile_condition(yaml.safe_load(macros.read_text("utf-8"))["large_rate"])
    for rate in (0.01, 0.0299, 0.03, 0.99, 1.0, 30.0):
        signals = {name: rate} | ({} if adaptive is None else {"hyper.adaptive": adaptive})
        assert has_large_rate(signals) == macro.holds(signals)


def test_nothing_is_added_that_works_against_a_proposal():
    found = of("starter-rate-too-low", learned=False)
    proposed = found.changes[0]
    for role in set().union(*FAMILIES) - {"learning_rate"}:
        for after in (1.0, 3.0):
            one = replace(proposed, hyperparameter=role, before=2.0, after=after, factor=None)
            told = weighed(found.run, found.findings, (one,), found.signals)
            assert not any(opposite(a, b) for a in told for b in told)


def test_where_nothing_is_wrong_little_hope_adds_nothing():
    assert [c.hyperparameter for c in of("starter-well-tuned").changes] == ["scheduler"]


@pytest.mark.parametrize(
    ("severity", "first"), [(Severity.CRITICAL, "learning_rate"), (Severity.INFO, "gradient_clipping")]
)
def test_what_hardly_has_a_chance_is_not_offered_first_but_for_a_problem(monkeypatch, severity, first):
    """Two changes for one finding: one of clearly larger gain that is unlikely, and a likelier one."""
    found = of("starter-rate-too-high", learned=False)
    chances = {"learning_rate": 0.04, "gradient_clipping": 0.3}
    gains = {"learning_rate": 0.3, "gradient_clipping": 0.2}

    class Model:
        signals = ()

        def judge(self, signals, now, after):
            roles = [next(r for r in chances if one.get(r) != now.get(r)) for one in after]
            return [Effect(gains[r], chances[r], -0.2, -0.1, 0.0) for r in roles]

    monkeypatch.setattr("advisor.advice.weighing.shipped_effect_model", Model)
    monkeypatch.setattr("advisor.advice.weighing.candidates", lambda now: [])
    finding = replace(found.findings[0], severity=severity)
    told = [replace(c, finding=finding, raised=None) for c in found.changes if c.hyperparameter in chances]
    roles = [c.hyperparameter for c in weighed(found.run, (finding,), told, found.signals)]
    assert roles[0] == first
    assert set(roles) == chances.keys()


@pytest.mark.parametrize(
    ("language", "chance", "doubt", "mends"),
    [
        ("en", "unlikely to help: ", "Nothing proposed here is likely", "These are for what was found"),
        ("zh", "不太可能有用：", "这里的建议都不太可能让最终得分", "这些建议针对所发现的问题"),
    ],
)
def test_where_nothing_is_likely_to_raise_the_score_it_is_said(language, chance, doubt, mends):
    """Of a remedy for a problem it is no reason against it; of a try on a run without one it is."""
    found, likely = of("pytorch-oscillating"), of("starter-rate-too-low")
    little = Learned(Effect(gain=0.0, probability=0.04, low=-0.1, middle=0.0, high=0.1))
    remedies = replace(found, changes=tuple(replace(change, learned=little) for change in found.changes))
    notes = [replace(f, severity=Severity.INFO) for f in remedies.findings]
    tries = replace(
        remedies,
        findings=tuple(notes),
        changes=tuple(replace(change, finding=notes[0]) for change in remedies.changes),
    )
    expected = ((remedies, (mends,)), (tries, (chance, doubt)), (likely, ()))
    for item, said in expected:
        for report in (report_text, report_markdown):
            text = " ".join(report([item], language).split()).replace("\\", "")
            assert tuple(words for words in (mends, chance, doubt) if words in text) == said


@pytest.mark.parametrize("arguments", [["--no-learned"], []])
def test_it_can_be_switched_off(arguments, monkeypatch, tmp_path):
    monkeypatch.setenv("ADVISOR_HOME", str(tmp_path))
    monkeypatch.setenv("ADVISOR_LEARNED", "on" if arguments else "off")
    command = ["diagnose", str(SAMPLES / "starter-rate-too-low"), "--format", "json"]
    off = CliRunner().invoke(cli, [*command, *arguments]).output
    on = CliRunner().invoke(cli, [*command, "--learned"]).output
    first = [json.loads(text)["runs"][0]["findings"][0]["changes"][0]["learned"] for text in (off, on)]
    assert first[0] is None
    assert first[1]["similar"][1] > 0


def test_what_the_user_wants_left_alone_is_heard(monkeypatch, tmp_path):
    from advisor.journal.told import Word
    from advisor.session import Session

    monkeypatch.setenv("ADVISOR_HOME", str(tmp_path))
    session = Session.at(tmp_path)
    session.tell(Word("learning_rate", "keep"))
    run, heard = of("starter-rate-too-low").run, []
    monkeypatch.setattr("advisor.advice.weighing.weighed", lambda *given: heard.append(given[4]) or ())
    session.judge(run)
    assert heard == [frozenset({"learning_rate"})]
