# ruff: noqa: E501 (logs are as long as they are)
"""Small odd tables and lines with JSON in them: delimiters, headers, ends, quotes, comments; see `recorded`."""

import json

HEADER = ["epoch", "loss", "val_loss"]
ROWS = [[i, f"{3 / i:.3f}", f"{3.2 / i:.3f}"] for i in range(1, 5)]


def table(rows=ROWS, header=HEADER, by=",", end="\n"):
    return "".join(by.join(map(str, row)) + end for row in ([header] if header else []) + rows)


def with_cell(row, place, text):
    """The rows of a table, one cell of which is another one."""
    return [
        [text if (i, j) == (row, place) else cell for j, cell in enumerate(cells)]
        for i, cells in enumerate(ROWS)
    ]


PLAIN = table()
LONG = [[i, f"{3 / i:.4f}", f"{3.2 / i:.4f}"] for i in range(1, 71)]
NAMED = [["a", 1, 0.5], ["b", 2, 0.4], ["c", 3, 0.3]]
TABLES = {
    **{f"cells by {word}": table(by=by) for word, by in {"commas": ",", "tabs": "\t", "semicolons": ";", "pipes": "|", "a space": " ", "spaces": "   ", "commas and spaces": ", "}.items()},
    **{f"ends of {word}": table(end=end) for word, end in {"CRLF": "\r\n", "CR": "\r", "CRCRLF": "\r\r\n"}.items()},
    "a decimal comma": table([[i, f"{3 / i:.3f}".replace(".", ","), "0,5"] for i in range(1, 5)], by=";"), "a decimal comma and a point": table([[1, "0,5", "0.5"], [2, "0,4", "0.4"]], by=";"),
    "whole numbers by semicolons": table([[1, 5, 6], [2, 4, 5]], by=";"), "a byte order mark": "\ufeff" + PLAIN, "blank lines": PLAIN.replace("\n", "\n\n"), "blank lines first": "\n \n" + PLAIN, "a comment first": "# made by x\n" + PLAIN,
    "two comments first": "# made by x\n# at noon\n" + PLAIN, "settings in a comment": '#{"env_id": "a", "lr": 0.1}\n' + PLAIN, "broken settings in a comment": '#{"env_id": "a", \n' + PLAIN, "settings in a second comment": '# x\n#{"lr": 0.1}\n' + PLAIN, "a list in a comment": "#{1}\n" + PLAIN,
    "the header a comment": "# epoch loss val_loss\n" + table(header=None, by=" "), "the header a comment, with commas": "# epoch,loss,val_loss\n" + table(header=None), "a comment of another width": "# epoch loss\n" + table(header=None, by=" "), "a comment and a header as a comment": "# x\n# epoch loss val_loss\n" + table(header=None, by=" "),
    "the header begins with a mark": "#" + PLAIN, "no header": table(header=None), "no header, by spaces": table(header=None, by=" "), "no header, a word": table([["a", 1, 2], ["b", 2, 3]], header=None), "no header, a gap": table([[1, "", 2], [2, 5, 3]], header=None), "one column": "loss\n0.5\n0.4\n0.3\n", "one row": table(ROWS[:1]), "the header alone": table([]),
    "two rows": table(ROWS[:2]), "the header twice": PLAIN + PLAIN, "the header thrice": PLAIN * 3, "another header later": PLAIN + table([[5, 0.6, 0.1], [6, 0.5, 0.2]], ["epoch", "loss", "acc"]), "a header of other names later": PLAIN + table([[5, 0.6, 0.1]], ["a", "b", "c"]), "a wider header later": PLAIN + table([[5, 0.6, 0.7, 0.1]], [*HEADER, "acc"]),
    "a header with a gap": table(header=["epoch", "", "val_loss"]), "a name twice": table(header=["epoch", "loss", "loss"]), "a name thrice": table([[1, 2, 3, 4], [2, 1, 2, 3]], ["epoch", "loss", "loss", "loss"]), "names as they would be made": table([[1, 2, 3, 4], [2, 1, 2, 3]], ["loss#2", "loss", "loss", "column 2"]), "an index without a name": table([[i, *row] for i, row in enumerate(ROWS)], ["", *HEADER]),
    "a row too narrow": table([*ROWS[:2], [3, 1], ROWS[3]]), "two rows too narrow": table([ROWS[0], [2, 1], [3], ROWS[3]]), "a row too wide": table([*ROWS[:2], [3, 1, 1, 7], ROWS[3]]), "a row too wide, empty": table([*ROWS[:2], [3, 1, 1, ""], ROWS[3]]), "rows too wide": table([[*row, 7] for row in ROWS]), "a trailing delimiter": table(end=",\n"),
    "a word in a cell": table(with_cell(2, 1, "bad")), "words in two cells": table([[1, "x", 3], [2, "y", 2], [3, 0.5, 1]]), "a long word in a cell": table(with_cell(2, 1, "b" * 60)), "a gap": table(with_cell(2, 1, "")), "NaN": table(with_cell(2, 1, "nan")), "None": table(with_cell(2, 1, "None")), "a dash": table(with_cell(2, 1, "-")), "n/a": table(with_cell(2, 1, "N/A")), "infinity": table(with_cell(3, 1, "inf")),
    "a number with a unit": table(with_cell(2, 1, "0.5s")), "numbers in percent": table([[1, "50%", 1], [2, "60%", 2]]), "a column of words": table([[i, "adam", 3 / i] for i in (1, 2, 3)], ["epoch", "optimizer", "loss"]), "twelve columns of words": table([[i, 3 / i, *("x" * 12)] for i in (1, 2, 3)], ["epoch", "loss", *(f"w{k}" for k in range(12))]), "a column of gaps": table([[i, "", 3 / i] for i in (1, 2, 3)]),
    "a cut cell": PLAIN[:-3], "a cut row": PLAIN[:-8], "a cut row at a delimiter": PLAIN[:-6], "no last end": PLAIN[:-1], "no last end, two rows": table(ROWS[:2])[:-1], "no last end, three rows, cut": table(ROWS[:3])[:-2], "no last end, four rows, cut": PLAIN[:-2], "no last end, a blank": PLAIN + "  ", "no last end, one row": table(ROWS[:1])[:-1], "cut in the header": "epoch,lo",
    "no last end, a narrow row before": table([*ROWS[:2], [3, 1], ROWS[3]])[:-1], "no last end, a wide row": (table([*ROWS[:3], [4, 1, 1, 7]]))[:-1], "a quoted cell": table([[1, '"0.5"', 1], [2, '"0.4"', 2]]), "a quoted comma": table([[1, '"a, b"', 1], [2, '"c"', 2]], ["epoch", "note", "loss"]), "a quoted line end": table([[1, '"a\nb"', 1], [2, "c", 2]], ["epoch", "note", "loss"]),
    "a quote that is never closed": table([[1, '"a', 1], [2, "c", 2], [3, "d", 3]], ["epoch", "note", "loss"]), "a quote that is closed far below": table([[1, '"a', 1], *([i, "c", 2] for i in range(2, 25)), [25, 'd"', 3]], ["epoch", "note", "loss"]), "quoted names": table(header=['"epoch"', '"loss"', '"val_loss"']), "coloured": "\x1b[1m" + PLAIN.replace(",", "\x1b[0m,", 1),
    "a rule below the header": table([["---", "---", "---"], *ROWS], by="|"), "a table of Markdown": "| epoch | loss |\n|---|---|\n" + "".join(f"| {i} | {3 / i:.2f} |\n" for i in (1, 2, 3)), "a table of Markdown and words": "| epoch | loss |\n|---|---|\n" + "".join(f"| {i} | {3 / i:.2f} |\n" for i in (1, 2, 3)) + "words\nmore words\nthe last words\n", "a box": "".join(f"| loss | {3 / i:.2f} |\n| time | {i} |\n" for i in (1, 2, 3)),
    "seventy rows": table(LONG), "words from row sixty on": table(LONG[:60]) + "words\n" * 9, "words for half of the rows": PLAIN + "words\n" * 5, "numbers for a quarter of the cells": table([["a", "b", "c", i] for i in (1, 2, 3)], ["w", "x", "y", "loss"]), "numbers for a fifth of the cells": table([["a", "b", "c", "d", i] for i in (1, 2, 3)], ["w", "x", "y", "z", "loss"]),
    "numbers for a quarter of the cells and words": table([["a", "b", "c", i] for i in (1, 2, 3)], ["w", "x", "y", "loss"]) + "word\n", "numbers for a quarter of the cells, pairs": table([["a", "b", "c", i] for i in (1, 2, 3)], ["w", "x", "y", "loss"]) + "a,b\n",
    "lines of a console": "epoch 1 loss 0.5\nepoch 2 loss 0.4\nepoch 3 loss 0.3\n", "lines of a console with colons": "loss: 0.5 acc: 0.1\nloss: 0.4 acc: 0.2\nloss: 0.3 acc: 0.3\n", "a console below a header": "Epoch 1/3\n0.5 0.4\n0.3 0.2\n", "assigned": "a=1,loss=0.5\na=2,loss=0.4\n", "a header of Monitor": "#epoch,loss\n1,2\n2,1\n",
    "a table of runs": table(NAMED, ["name", "epochs", "loss"]), "a table of runs with settings": table([[0.1, 32, 0.1, 1, 0.5], [0.2, 64, 0.2, 2, 0.4]], ["params_lr", "batch_size", "dropout", "seed", "loss"]), "a table of labels": table(NAMED, ["word", "size", "count"]), "a table of sizes": table([[32, 0.5], [64, 0.4]], ["batch_size", "dropout"]),
    "columns of two runs": table([[i, 3 / i, 3 / i, 3 / i, 4 / i] for i in (1, 2, 3)], ["Step", "a - loss", "a - loss__MIN", "a - loss__MAX", "b - loss"]), "columns of two runs, without extremes": table([[i, 3 / i, 4 / i] for i in (1, 2, 3)], ["Step", "a - loss", "b - loss"]), "columns of two runs alone": table([[3 / i, 3 / i, 4 / i] for i in (1, 2, 3)], ["a - loss", "a - loss__MIN", "b - loss"]),
    "steps that start over": table([[i, 3 / (i + e), e] for e in (1, 2) for i in (10, 20, 30)], ["step", "loss", "epoch"]), "epochs that start over": table([[i, 3 / i] for i in (1, 2, 3, 1, 2)], ["epoch", "loss"]), "epochs that go back": table([[i, 3 / (i + 1)] for i in (0, 1, 2, 3, 2, 3)], ["epoch", "loss"]), "a step for each of two": table([[i // 2, 3 / (i + 1)] for i in range(12)], ["step", "loss"]),
    "steps with a gap": table([[i if i != 2 else "", 3 / i] for i in (1, 2, 3)], ["step", "loss"]), "a step that stands still": table([[7, i, 3 / i] for i in (1, 2, 3)], ["step", "epoch", "loss"]), "an epoch on some rows": table([[i, i // 2 if i % 2 else "", 3 / i] for i in range(1, 7)], ["step", "epoch", "loss"]), "a validation on some rows": table([[i, 3 / i, "" if i % 2 else 4 / i] for i in range(1, 7)]), "blanks and a last NaN": table([[i, 3 / i if i < 4 else "", 1] for i in range(1, 7)] + [[7, "nan", 1]]),
    "words alone": "one two\nthree four\n", "nothing": "", "blank": "\n\n", "a document": '{"a": 1,\n"b": 2}\n', "a list": "[1,2]\n[2,3]\n[3,4]\n", "zeros": "0,0\n0,0\n0,0\n", "a byte of zero": PLAIN + "\0", "huge numbers": table([[1, "1e400", "-1e400"], [2, "9" * 400, "1e-400"]]), "grouped numbers": table([[1, "1_000", 3], [2, "2_000", 2]]), "signs": table([["+1", "-0.5", ".5"], ["+2", "-.4", "5."]]),
}  # fmt: skip


def said(prefix, *records):
    return "".join(
        prefix.format(i=i) + (r if isinstance(r, str) else json.dumps(r)) + "\n"
        for i, r in enumerate(records, 1)
    )


DOWN = [{"epoch": i, "loss": f"{3 / i:.3f}"} for i in range(1, 5)]
STATS = [{"_type": "train_iter", "epoch": f"{i}/4", "loss": 3 / i, "lr": 0.1} for i in range(1, 5)]
FIXED = [
    {"epoch": i, "loss": 3 / i, "batch_size": 32, "weight_decay": 0.1, "arch": "resnet", "amp": True}
    for i in range(1, 5)
]
EMBEDDED = {
    "behind a prefix": said("12:00:0{i} | INFO | train | ", *DOWN), "behind a colon": said("json_stats: ", *STATS), "behind nothing": said("", *DOWN), "behind white space": said("  ", *DOWN), "one record": said("train: ", DOWN[0]), "two records": said("train: ", *DOWN[:2]), "with settings": said("log: ", {"lr": 0.1, "seed": 3}, *DOWN), "with words": said("log: ", {"event": "start"}, *DOWN),
    "of two splits": said("train: ", *DOWN) + said("valid: ", *DOWN), "by turns": "".join(said("train | ", r) + said("valid | ", {"valid_loss": 3, **r}) for r in DOWN), "of a mode": "".join(said("x ", {"mode": m, **r}) for r in DOWN for m in ("train", "val")), "that start over": said("train: ", *DOWN) * 2, "that start over, with other settings": said("log: ", {"lr": 0.1, "seed": 3}, *DOWN, {"lr": 0.2, "seed": 4}, *DOWN),
    "with a damaged one": said("train: ", *DOWN[:2], '{"epoch": 3, "loss": oops}', *DOWN[2:]), "with two damaged ones": said("train: ", *DOWN[:2], '{"epoch": 3, "loss": oops}', '{"epoch": 4, }', *DOWN[2:]), "that end in a damaged one": said("train: ", *DOWN) + 'train: {"epoch": 5, "lo', "with a damaged one first": said("train: ", '{"epoch": 3, "loss": oops}', *DOWN), "out of a total": said("s ", *STATS), "out of a total, by step": said("s ", *({"step": f"{i} / 40", "loss": 3 / i} for i in (1, 2, 3))),
    "out of a total of both": said("s ", *({"epoch": f"{i}/4", "step": f"{i}/9", "loss": 3 / i} for i in (1, 2, 3))), "a length out of another": said("s ", *({"epoch": i, "loss": 3 / i, "size": f"{i}/4"} for i in (1, 2, 3))), "with fixed ones": said("s ", *FIXED), "with two fixed ones of three records": said("s ", *FIXED[:3]), "with two fixed ones of two records": said("s ", *FIXED[:2]), "with one fixed one": said("s ", *({k: v for k, v in r.items() if k != "batch_size"} for r in FIXED)),
    "with a fixed rate": said("s ", *({"epoch": i, "loss": 3 / i, "lr": 0.1, "batch_size": 32, "lr_decay": 0.5} for i in (1, 2, 3))), "with a text that changes": said("s ", *({**r, "arch": "ab"[i % 2]} for i, r in enumerate(FIXED))), "two runs of fixed ones": said("s ", *FIXED) + said("s ", *({**r, "batch_size": 64, "arch": "vit"} for r in FIXED)), "with other lines": "lr = 0.1\nseed: 3\n" + said("s ", *DOWN) + "Traceback (most recent call last):\nValueError: x\n",
    "less told than by other lines": said("s ", *DOWN[:2]) + "".join(f"epoch {i} loss {3 / i:.2f} acc 0.{i}\n" for i in range(1, 9)), "as much told as by other lines": said("s ", *DOWN) + "".join(f"iter {i} loss {3 / i:.2f}\n" for i in range(1, 5)), "announced": "Namespace(log_format='json')\n" + "words\n" * 5, "of lists": said("s ", *({"epoch": i, "loss": [3 / i], "a": [1, 2]} for i in (1, 2, 3))), "nested": said("s ", *({"epoch": i, "train": {"loss": 3 / i}, "valid": {"loss": 4 / i}} for i in (1, 2, 3))),
    "behind a path": said("runs/train/x.py: ", *DOWN), "of no results": said("s ", *({"epoch": i, "time": i} for i in (1, 2, 3))), "of a document": said("s ", json.dumps(DOWN[0], indent=1), json.dumps(DOWN[1], indent=1)), "with true and false": said("s ", *({**r, "amp": False, "lr": 0.1, "batch_size": 3} for r in FIXED)), "first of JSON": json.dumps(DOWN[0]) + "\n" + said("s ", *DOWN), "with blank lines": "\n\n" + said("s ", *DOWN).replace("\n", "\n\n"),
}  # fmt: skip


def tables() -> dict[str, bytes]:
    """Each odd table by its name."""
    return {name: text.encode() for name, text in TABLES.items()}


def embedded() -> dict[str, bytes]:
    """Lines of a console with JSON in them, by what is odd about them."""
    return {f"JSON {name}.log": text.encode() for name, text in EMBEDDED.items()}
