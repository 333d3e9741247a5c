"""Curves that no parser can see through: what the diagnosis makes of them."""

import json

import numpy as np
import pytest

LONG = 40
# What may be said of a curve that falls and flattens.
HARMLESS = {"still_improving", "plateau", "slowing", "slow_convergence"}


def learning(n=LONG, end=0.3):
    return end + (2 - end) * np.exp(-np.arange(n) / (n / 5))


def table(**columns):
    names = list(columns)
    rows = zip(*columns.values(), strict=True)
    return (
        ",".join(["epoch", *names])
        + "\n"
        + "".join(
            f"{i},{','.join('' if v is None else repr(float(v)) for v in row)}\n"
            for i, row in enumerate(rows)
        )
    )


@pytest.fixture
def findings(tmp_path, told):
    """The problems that a table of curves is said to have, by how they are told, and the whole answer."""

    def findings(text, name="log.csv"):
        path = tmp_path / name
        path.write_text(text)
        answer = json.loads(told("diagnose", path, "--format", "json", code=[0, 1]))
        found = [f for run in answer["runs"] for f in run["findings"]]
        return {f["problem"] for f in found if f["severity"] in ("warning", "critical")}, answer

    return findings


@pytest.mark.fault("S1")
@pytest.mark.parametrize("values", [[0.5], [0.5, 0.4], [0.5, 0.4, 0.3]], ids=len)
def test_of_a_few_points_nothing_is_said(findings, values):
    assert findings(table(train_loss=values, val_loss=values))[0] == set()


@pytest.mark.fault("S1")
@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "values",
    [
        [0.5] * LONG,
        [np.nan] * LONG,
        [np.nan, *learning(LONG - 1)],
        [0.0] * LONG,
        [1e-300] * LONG,
        1e6 + 1e-9 * learning(),
    ],
)
def test_curves_without_spread_or_without_numbers_fail_nowhere(findings, values):
    findings(table(train_loss=values, val_loss=learning()))
    findings(table(train_loss=learning(), val_loss=values))


@pytest.mark.fault("S10")
@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("scale", [1e30, 1e-30, 1e300, 5e-324])
def test_a_healthy_curve_on_any_scale_is_no_trouble(findings, scale):
    curve = learning() * scale
    problems, _ = findings(table(train_loss=curve, val_loss=curve * (1 + 1e-12)))
    assert problems <= HARMLESS


@pytest.mark.fault("S3")
def test_a_negative_log_likelihood_below_zero_is_a_loss_that_falls(findings):
    problems, answer = findings(table(train_nll=learning() - 5, val_nll=learning() - 4.99))
    assert problems <= HARMLESS
    roles = {s["name"]: s for run in answer["runs"] for s in run.get("series", [])}
    assert all(s.get("lower_is_better") is not False for s in roles.values())


@pytest.mark.fault("S3")
@pytest.mark.parametrize("percent", [1, 100])
def test_accuracy_in_percent_or_as_a_share_gives_the_same_findings(findings, percent):
    accuracy = (1 - learning(end=0.1) / 2) * percent
    problems, _ = findings(table(train_loss=learning(), val_accuracy=accuracy))
    assert problems <= HARMLESS


@pytest.mark.fault("S5")
def test_running_means_that_start_over_each_epoch_are_no_oscillation(findings):
    lines = []
    for epoch in range(12):
        level = 2 * np.exp(-epoch / 4) + 0.2
        steps = level * (1 + 0.5 * np.exp(-np.arange(50) / 10))
        means = np.cumsum(steps) / np.arange(1, 51)
        lines += [
            json.dumps({"epoch": epoch, "step": epoch * 50 + i, "train_loss": float(m)})
            for i, m in enumerate(means)
        ]
    problems, _ = findings("\n".join(lines) + "\n", "log.jsonl")
    assert problems <= HARMLESS


@pytest.mark.fault("S6")
def test_a_spike_of_one_point_in_very_many_is_kept(read):
    n = 200_000
    curve = learning(n)
    curve[123_456] = 1e6
    (run,) = read("log.csv", "step,loss\n" + "".join(f"{i},{v!r}\n" for i, v in enumerate(curve.tolist())))
    assert run.series[0].summary().max == 1e6
    assert run.series[0].summary().argmax == 123_456


@pytest.mark.fault("S7")
def test_a_clock_that_goes_back_and_a_gap_of_days_change_no_finding(findings):
    stamps = [1_700_000_000 + 60 * i for i in range(LONG)]
    odd = list(stamps)
    odd[10:] = [s + 3 * 86_400 for s in odd[10:]]
    odd[20] -= 5 * 86_400
    answers = []
    for clock in (stamps, odd):
        text = "".join(
            json.dumps({"epoch": i, "time": t, "train_loss": v, "val_loss": v + 0.01}) + "\n"
            for i, (t, v) in enumerate(zip(clock, learning().tolist(), strict=True))
        )
        answers.append(findings(text, "log.jsonl")[0])
    assert answers[0] == answers[1]


@pytest.mark.fault("S4")
def test_step_losses_and_epoch_losses_meet_by_their_place_and_not_by_their_index(findings):
    """A validation once an epoch beside fifty training rows: no gap is made of points that are far apart."""
    lines = []
    for epoch in range(20):
        for i in range(50):
            step = epoch * 50 + i
            lines.append(json.dumps({"step": step, "train_loss": 2 * float(np.exp(-step / 200)) + 0.3}))
        lines.append(json.dumps({"step": step, "val_loss": 2 * float(np.exp(-step / 200)) + 0.31}))
    problems, _ = findings("\n".join(lines) + "\n", "log.jsonl")
    assert problems <= HARMLESS


@pytest.mark.fault("S2")
def test_a_rise_where_the_rate_is_restarted_by_its_schedule_is_no_trouble(findings):
    half = LONG // 2
    rates = 0.05 * (1 + np.cos(np.pi * (np.arange(LONG) % half) / half))
    loss = np.concatenate([learning(half), np.minimum(learning(LONG - half), 1.0)])
    problems, _ = findings(table(train_loss=loss, val_loss=loss + 0.01, lr=rates))
    assert problems <= HARMLESS


@pytest.mark.fault("S2")
def test_a_step_up_that_stays_may_be_meant_and_is_said_to_be(findings):
    loss = np.concatenate([learning(LONG), learning(LONG, end=1.2) - 0.4])
    problems, answer = findings(table(train_loss=loss, val_loss=loss + 0.01))
    assert problems == {"restart"}
    (run,) = answer["runs"]
    (finding,) = [f for f in run["findings"] if f["problem"] == "restart"]
    assert "data" in finding["why"]
    assert "stage" in finding["why"]


@pytest.mark.fault("S9")
@pytest.mark.parametrize("count", ["step", "optimizer_step"])
def test_micro_batches_of_one_optimizer_step_are_declared(findings, read, count):
    rows = [(i, i // 8, v) for i, v in enumerate(learning(160).tolist())]
    text = f"micro_batch,{count},loss\n" + "".join(f"{a},{b},{v!r}\n" for a, b, v in rows)
    (run,) = read("log.csv", text)
    (loss,) = [series for series in run if series.name == "loss"]
    assert (len(loss), loss.x_kind, loss.x[-1]) == (160, "step", 19)
    assert any("8 points at each step" in event.text for event in run.events)
    assert findings(text)[0] <= HARMLESS
