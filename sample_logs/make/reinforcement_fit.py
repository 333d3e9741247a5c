"""PPO of Stable-Baselines3 on CartPole; the log is its progress.csv, or without a folder its tables."""

import argparse

import gymnasium
import torch
from stable_baselines3 import PPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.logger import configure


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", help="where progress.csv goes")
    parser.add_argument("--lr", type=float, default=3e-4)
    parser.add_argument("--clip-range", type=float, default=0.2)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--steps", type=int, default=16_000)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    torch.set_num_threads(1)
    assert "CartPole-v1" in gymnasium.registry
    model = PPO(
        "MlpPolicy",
        make_vec_env("CartPole-v1", n_envs=4, seed=args.seed),
        learning_rate=args.lr,
        clip_range=args.clip_range,
        n_epochs=args.epochs,
        n_steps=128,
        batch_size=64,
        policy_kwargs={"net_arch": [32, 32]},
        seed=args.seed,
        device="cpu",
    )
    model.set_logger(configure(args.folder, ["csv"] if args.folder else ["stdout"]))
    model.learn(args.steps)


if __name__ == "__main__":
    main()
