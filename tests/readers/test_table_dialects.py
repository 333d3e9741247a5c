"""Tables that other programs export or write, whose columns do not say plainly what they are."""

from advisor.readers import Source, read_source
from advisor.run import Role

PANEL = """"Step","swift-sun-12 - val/loss","swift-sun-12 - val/loss__MIN","swift-sun-12 - val/loss__MAX",\
"calm-fog-3 - val/loss","calm-fog-3 - val/loss__MIN","calm-fog-3 - val/loss__MAX"
"0","4.1","4.1","4.1","4.2","4.2","4.2"
"250","3.1","3.1","3.1","","",""
"500","2.9","2.9","2.9","3.0","3.0","3.0"
"750","2.8","2.8","2.8","2.9","2.9","2.9"
"""


def read(text):
    return read_source(Source("log.csv", content=text.encode()))


def test_a_chart_exported_from_wandb_is_a_run_for_each_of_its_runs_without_the_extremes():
    runs = read(PANEL)
    assert [run.name for run in runs] == ["swift-sun-12", "calm-fog-3"]
    assert [[series.name for series in run] for run in runs] == [["val/loss"], ["val/loss"]]
    assert [run.main(Role.VAL_LOSS).y.tolist() for run in runs] == [[4.1, 3.1, 2.9, 2.8], [4.2, 3.0, 2.9]]
    assert runs[1].series[0].x.tolist() == [0, 500, 750]
    assert all(any("exported from W&B" in event.text for event in run.events) for run in runs)


def test_a_table_whose_names_only_look_like_a_chart_is_one_run():
    (run,) = read("step,a - loss,b - loss\n" + "".join(f"{i},{2 / i},{3 / i}\n" for i in range(1, 6)))
    assert [series.name for series in run] == ["a - loss", "b - loss"]


def test_the_progress_of_baselines_is_counted_in_environment_steps():
    rows = "".join(f"{10 * i},{20 * i},{0.5 / i},{i},{2048 * i}\n" for i in range(1, 6))
    (run,) = read("eplenmean,eprewmean,loss/value_loss,misc/nupdates,misc/total_timesteps\n" + rows)
    reward = next(series for series in run if series.name == "eprewmean")
    assert (reward.x_kind, reward.x.tolist()) == ("step", [2048 * i for i in range(1, 6)])
    assert reward.lower_is_better is False
