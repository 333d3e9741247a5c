"""A dense net in Keras on the torch backend; what Keras prints is the log, or CSVLogger's file."""

import argparse
import os

os.environ["KERAS_BACKEND"] = "torch"

import keras
import tasks
import torch


def build_model(args, outputs):
    layers = []
    for _ in range(args.layers):
        layers.append(keras.layers.Dense(args.hidden, activation=args.activation))
        if args.dropout:
            layers.append(keras.layers.Dropout(args.dropout))
    if args.task == "diabetes":
        return keras.Sequential([*layers, keras.layers.Dense(1)]), "mse", ["mae"]
    head = keras.layers.Dense(outputs, activation="softmax")
    return keras.Sequential([*layers, head]), "sparse_categorical_crossentropy", ["accuracy"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--task", choices=sorted(tasks.LOADERS), default="digits")
    parser.add_argument("--unscaled", action="store_true", help="leave the inputs as they are")
    parser.add_argument("--samples", type=int)
    parser.add_argument("--label-noise", type=float, default=0.0)
    parser.add_argument("--hidden", type=int, default=128)
    parser.add_argument("--layers", type=int, default=1)
    parser.add_argument("--activation", default="relu")
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--optimizer", choices=["Adam", "SGD"], default="Adam")
    parser.add_argument("--lr", type=float, default=0.001)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--csv", help="write CSVLogger's file here")
    args = parser.parse_args()
    torch.set_num_threads(1)
    keras.utils.set_random_seed(args.seed)

    x, y, x_val, y_val = tasks.load(args.task, args.samples, args.label_noise, args.seed, not args.unscaled)
    model, loss, metrics = build_model(args, outputs=int(y.max()) + 1)
    optimizer = getattr(keras.optimizers, args.optimizer)(learning_rate=args.lr)
    model.compile(optimizer=optimizer, loss=loss, metrics=metrics)
    callbacks = [keras.callbacks.CSVLogger(args.csv)] if args.csv else []
    model.fit(
        x,
        y,
        validation_data=(x_val, y_val),
        epochs=args.epochs,
        batch_size=args.batch_size,
        callbacks=callbacks,
        verbose=0 if args.csv else "auto",
    )


if __name__ == "__main__":
    main()
