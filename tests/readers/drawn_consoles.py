"""Console logs drawn once: the ways in which programs print, mixed with what else stands in a console.

Drawn by `Random.random` and what is made of it alone, which are the same in every version of Python.
"""

from collections.abc import Iterator
from random import Random

EPOCHS = (3, 8, 20)
STEPS = (1, 4, 12)


def consoles(count: int) -> dict[str, bytes]:
    """Logs by name."""
    return {f"drawn-{number}.log": console(Random(number)) for number in range(count)}


def console(random: Random) -> bytes:
    """One log: settings, a training in one style, and what befell it."""
    style = random.choice(STYLES)
    lines = [*_settings(random), *_decorated(list(style(random)), random)]
    if random.random() < 0.2:
        lines += ["", "Resuming from checkpoint", *style(random)]
    if random.random() < 0.2:
        lines += [
            "Traceback (most recent call last):",
            '  File "train.py", line 3, in <module>',
            "ValueError: no",
        ]
    return random.choice(("\n", "\n", "\n", "\r\n")).join([*lines, ""]).encode()


def _settings(random: Random) -> list[str]:
    return random.choice((
        [],
        ["Namespace(lr=0.1, batch_size=32, epochs=20, optimizer='sgd')"],
        ["lr: 0.001", "batch_size: 64", "weight_decay: 1e-4", ""],
        ["INFO: device cuda:0", "Model has 1,234,567 parameters", "-" * 40],
        ["{'learning_rate': 0.01, 'dropout': 0.5}"],
    ))  # fmt: skip


def _decorated(lines: list[str], random: Random) -> Iterator[str]:
    """Each line behind what a logger puts before it, and between them what a console says besides."""
    clock = random.choice(("", "", "", "2024-05-01 10:00:{:02d},123 - INFO - ", "[2024-05-01 10:00:{:02d}] "))
    before = clock or random.choice(("", "", "[rank0]: ", "\x1b[32mINFO\x1b[0m "))
    aside = random.choice(
        ("", "", "Saving checkpoint to runs/a.pt", "UserWarning: overflow", "cache: 3.2 GB, 7 workers")
    )
    for turn, line in enumerate(lines):
        yield before.format(turn % 60) + line
        if aside and turn % 7 == 3:
            yield aside


def _loss(random: Random, place: float) -> float:
    """A falling loss with noise, sometimes NaN."""
    return float("nan") if random.random() < 0.01 else 2.3 / (1 + 3 * place) + 0.1 * random.random()


def _places(random: Random) -> Iterator[tuple[int, int, int, int, float]]:
    """(epoch, of epochs, step, of steps, how far of all), epochs and steps from 1."""
    epochs, steps = random.choice(EPOCHS), random.choice(STEPS)
    for epoch in range(1, epochs + 1):
        for step in range(1, steps + 1):
            yield epoch, epochs, step, steps, ((epoch - 1) * steps + step) / (epochs * steps)


def _one_line(random: Random) -> Iterator[str]:
    shape = random.choice((
        "Epoch {e}/{n} - train_loss: {a:.4f} - val_loss: {b:.4f} - val_acc: {c:.3f}",
        "epoch={e} train_loss={a:.4f} val_loss={b:.4f} lr=1e-3",
        "Epoch: {e} | Train Loss: {a:.3f} | Train Acc: {p:.2f}% | Val. Loss: {b:.3f} | Val. Acc: {p:.2f}%",
        "iter {s}: loss {a:.4f}, time 31.2ms, mfu 12.1%",
        "step {s}: train loss {a:.4f}, val loss {b:.4f}",
        "{{'loss': {a:.4f}, 'learning_rate': 5e-05, 'epoch': {f:.2f}}}",
        "[{e}, {i:5d}] loss: {a:.3f}",
        "Epoch [{e}/{n}], Step [{i}/{m}], Loss: {a:.4f}",
        "Train Epoch: {e} [{i}/{m} ({p:.0f}%)]\tLoss: {a:.6f}",
        "Epoch: [{e}][{i:3d}/{m}]\tTime 0.1 ( 0.2)\tLoss {a:.4e} ({b:.4e})\tAcc@1 {p:6.2f} ({p:6.2f})",
        "| epoch {e:3d} | {i:5d}/{m:5d} batches | lr 5.00 | ms/batch 12.3 | loss {a:5.2f} | ppl {q:8.2f}",
        "第 {e} 轮 训练损失: {a:.4f}, 验证损失: {b:.4f}, 准确率: {p:.1f}%",
        "{e}\t{a:.4f}\t{b:.4f}\t{c:.3f}",
        "INFO:root:global_step {s} loss={a:.5f} grad_norm={q:.3f} tokens/s=12000",
    ))  # fmt: skip
    for epoch, epochs, step, steps, place in _places(random):
        a, b = _loss(random, place), _loss(random, 0.8 * place)
        yield shape.format(
            e=epoch, n=epochs, i=step, m=steps, s=(epoch - 1) * steps + step, f=epoch - 1 + step / steps,
            a=a, b=b, c=1 - 0.3 * a, p=100 - 30 * a, q=3 * a,
        )  # fmt: skip


def _phases(random: Random) -> Iterator[str]:
    """A heading for each epoch, and a line for each phase: the tutorial of PyTorch and what came of it."""
    heading = random.choice(
        ("Epoch {e}/{n}", "Epoch {e}:", "===== Epoch {e} =====", "Epoch {z}/{y}\n----------")
    )
    names = random.choice((("train", "val"), ("Training", "Validation"), ("TRAIN", "TEST"), ("训练", "验证")))
    shape = random.choice(
        ("{} Loss: {:.4f} Acc: {:.4f}", "{} - loss {:.4f} accuracy {:.4f}", "  {}: loss={:.3f}, acc={:.3f}")
    )
    for epoch, epochs, step, steps, place in _places(random):
        if step == 1:
            yield from heading.format(e=epoch, n=epochs, z=epoch - 1, y=epochs - 1).split("\n")
        if step == steps:
            for name in names:
                loss = _loss(random, place)
                yield shape.format(name, loss, 1 - 0.3 * loss)
        else:
            yield f"  batch {step}/{steps} loss: {_loss(random, place):.4f}"


def _bars(random: Random) -> Iterator[str]:
    """Progress bars, written over with carriage returns or line by line."""
    end = random.choice(("\r", "\n"))
    keras = random.random() < 0.5
    for epoch, epochs, step, steps, place in _places(random):
        loss = _loss(random, place)
        done = "=" * step + "." * (steps - step)
        if keras:
            if step == 1:
                yield f"Epoch {epoch}/{epochs}"
            shown = f"loss: {loss:.4f} - accuracy: {1 - 0.3 * loss:.4f}"
            validated = f" - val_loss: {loss + 0.1:.4f}" if step == steps else ""
            yield f"{step}/{steps} [{done}] - 1s 12ms/step - {shown}{validated}{end}"
        else:
            share = 100 * step // steps
            yield (
                f"Epoch {epoch}: {share:3d}%|{done}| {step}/{steps} [00:01<00:02, 3.21it/s, loss={loss:.3f}]"
                + end
            )


def _table(random: Random) -> Iterator[str]:
    """A heading and columns below it, drawn or not, the heading again after some rows."""
    names = ["epoch", "train_loss", "valid_loss", "accuracy", "time"]
    drawn = random.random() < 0.5
    again = random.choice((3, 1_000))
    for epoch, _, step, steps, place in _places(random):
        if step == steps:
            if epoch % again == 1:
                yield "| " + " | ".join(names) + " |" if drawn else "  ".join(f"{name:10}" for name in names)
            loss = _loss(random, place)
            cells = [str(epoch), f"{loss:.4f}", f"{loss + 0.1:.4f}", f"{1 - 0.3 * loss:.4f}", "00:03"]
            yield "| " + " | ".join(cells) + " |" if drawn else "  ".join(f"{cell:10}" for cell in cells)


def _records(random: Random) -> Iterator[str]:
    """One name and value a line, a record for each epoch."""
    mark = random.choice((": ", " = ", "\t"))
    for epoch, _, step, steps, place in _places(random):
        if step == steps:
            loss = _loss(random, place)
            yield f"Epoch{mark}{epoch}"
            yield f"  train loss{mark}{loss:.4f}"
            yield f"  val loss{mark}{loss + 0.1:.4f}"
            yield f"  val accuracy{mark}{1 - 0.3 * loss:.4f}"


STYLES = (_one_line, _one_line, _one_line, _phases, _phases, _bars, _table, _records)
