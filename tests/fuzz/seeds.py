"""Small real inputs that fuzzing starts from: logs, rules, sentences, configurations."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_LARGEST = 8_192
_CONFIGURATIONS = {
    "edit-yaml": (
        b"# note\nbase: &b {x: 1}\noptim:\n  <<: *b\n  lr: 1e-3 # rate\nlist: [1, 2]\nname: 'a'\n",
    ),
    "edit-toml": (b"[optim]\nlr = 1e-3 # rate\nname = 'a'\n[[g]]\na = 1\n[[g]]\na = 0x10\nd = 1979-05-27\n",),
    "edit-json": (b'{"x": [1, {"y": "\\u00e9"}], "lr": 1e-3, "last": null} // note\n',),
    "edit-ini": (b"; note\n[optim]\nlr = 0.1 ; rate\nname: a\n[more]\na=1\nb =\n  2\n",),
    "edit-python": (
        b"LR = 1e-3\noptim = Adam(model.parameters(), lr=LR, betas=(0.9, 0.999))\n"
        b"parser.add_argument('--batch', type=int, default=32)\n",
    ),
}


def seeds_of(name: str) -> list[bytes]:
    """The inputs that one target starts from, at most 8 KiB each."""
    if name.startswith("reader-"):
        from tests.readers.test_every_reader import seeds

        found = seeds().get(name.removeprefix("reader-"))
        return [found[1][:_LARGEST]] if found else []
    if name == "expression":
        return [text.encode() for text in _conditions()]
    if name == "rule-file":
        return [path.read_bytes() for path in sorted((ROOT / "rules").rglob("*.yaml"))[::6]]
    if name == "values":
        return [
            text.encode()
            for text in ("lr 3e-4", "bs 64", "千分之一", "10x", "after epoch 12", "第二个", "从 5 到 9 轮")
        ]
    return list(_CONFIGURATIONS[name])


def _conditions() -> list[str]:
    import yaml

    documents = (
        yaml.safe_load(path.read_text("utf-8")) for path in sorted((ROOT / "rules").rglob("[a-z]*.yaml"))
    )
    return [
        str(document["when"]) for document in documents if isinstance(document, dict) and "when" in document
    ]
