"""Stable-Baselines3: stdout tables, progress.csv, progress.json, log.txt, event files, monitor.csv."""

from pathlib import Path

from makers.common import Truth, by_name, captured, case, curve, run, truth


def _roles(name: str) -> tuple[str, bool | None]:
    told = {
        "rollout/ep_rew_mean": ("train_metric", False),
        "eval/mean_reward": ("val_metric", False),
        "train/learning_rate": ("learning_rate", None),
    }
    # The reward says how an agent does; its losses do not.
    if name.endswith("loss"):
        return "other", True
    return told.get(name, ("other", None))


def _is_number(value) -> bool:
    return isinstance(value, int | float) or hasattr(value, "dtype")


def _learn(log: Path, formats: list[str], steps: int = 1024, evaluate: bool = False):
    """Trains PPO on CartPole; gives back what each dump of the logger held, with its step.

    Single precision (`approx_kl`) is written by its shortest digits, but whole into JSON.
    """
    import gymnasium
    from stable_baselines3 import PPO
    from stable_baselines3.common.callbacks import EvalCallback
    from stable_baselines3.common.logger import KVWriter, configure
    from stable_baselines3.common.monitor import Monitor

    told: list[dict[str, float]] = []

    class Recorder(KVWriter):
        def write(self, key_values, key_excluded, step=0):
            kept = {name: value for name, value in key_values.items() if _is_number(value)}
            told.append({name: float(v) if "json" in formats else float(str(v)) for name, v in kept.items()})

        def close(self):
            pass

    model = PPO(
        "MlpPolicy",
        Monitor(gymnasium.make("CartPole-v1"), str(log / "monitor.csv")),
        n_steps=128,
        seed=0,
        device="cpu",
        policy_kwargs={"net_arch": [8]},
    )
    logger = configure(str(log), formats)
    logger.output_formats.append(Recorder())
    model.set_logger(logger)
    watch = EvalCallback(gymnasium.make("CartPole-v1"), eval_freq=256, verbose=0) if evaluate else None
    model.learn(steps, callback=watch)
    logger.close()
    return told


def _series(told, printed: str = "") -> tuple[dict, list[str]]:
    series, others = {}, []
    for name, (values, steps) in by_name(told, "time/total_timesteps").items():
        role, lower = _roles(name)
        if name.startswith("time/"):
            others.append(name)
        else:
            # The tables format Python's own numbers alone.
            shown = "" if name == "train/approx_kl" else printed
            series[name] = curve(values, steps, role=role, lower=lower, printed=shown)
    return series, others


@case("sb3-csv", "stable_baselines3")
def csv(log: Path) -> Truth:
    series, others = _series(_learn(log, ["csv"], evaluate=True))
    (log / "monitor.csv").unlink()
    return truth("progress.csv", run(series, others=others))


@case("sb3-json", "stable_baselines3")
def json(log: Path) -> Truth:
    series, others = _series(_learn(log, ["json"]))
    (log / "monitor.csv").unlink()
    return truth("progress.json", run(series, others=[*others, "time/total_timesteps"]))


@case("sb3-stdout", "stable_baselines3")
def stdout(log: Path) -> Truth:
    with captured(log / "console.log"):
        series, others = _series(_learn(log, ["stdout"]), ".3g")
    (log / "monitor.csv").unlink()
    return truth("console.log", run(series, others=others))


@case("sb3-monitor", "stable_baselines3")
def monitor(log: Path) -> Truth:
    from stable_baselines3.common.monitor import load_results

    _learn(log, [])
    table = load_results(str(log))
    series = {
        "r": curve(table["r"], None, role="train_metric", lower=False),
        "l": curve(table["l"], None),
    }
    return truth("monitor.csv", run(series, others=["t"]))
