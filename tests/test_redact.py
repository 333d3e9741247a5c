import shlex
import subprocess

import pytest

from advisor.redact import HIDDEN, command_line, is_secret_name, redact

CANARY = "c4n4ry-Zx81-value"


@pytest.mark.parametrize(
    "text",
    [
        f"--api-key {CANARY}",
        f"--api_key={CANARY} --lr 0.1",
        f"api_key: {CANARY}",
        f'{{"wandb_api_key": "{CANARY}", "lr": 0.1}}',
        f"WANDB_API_KEY={CANARY}",
        f"export HF_TOKEN={CANARY}",
        f"password: '{CANARY}'",
        f"db_password={CANARY}",
        f"Namespace(lr=0.1, access_token='{CANARY}', epochs=3)",
        f"postgres://anna:{CANARY}@db.example.org/runs",
        "key sk-abcdefghijklmnop1234567890 used",
        "hf_abcdefghijklmnopqrstuvwxyzABCDEFGH",
        "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
        "AKIAABCDEFGHIJKLMNOP",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N",
    ],
)
def test_what_is_secret_is_hidden_and_the_rest_stays(text):
    shown = redact(text)
    assert HIDDEN in shown
    assert CANARY not in shown
    assert not any(word in shown for word in ("abcdefghij", "ABCDEFGHIJ", "dozjgNry"))
    assert ("0.1" in shown) == ("0.1" in text)
    assert redact(shown) == shown


@pytest.mark.parametrize(
    "text",
    [
        "tokens: 123456789 tokens/s 40000",
        "pad_token=</s> eos_token_id=50256",
        "key loss 0.1234567",
        "num_api_keys: 300000",
        "secret_loss 0.314159 password_accuracy 0.25",
        "monkey_loss=0.1234567",
        "https://example.org/runs:80/@me",
        "loss: 0.31 | tokenizer: bpe-32000-lowercase",
        "bearer_token: null",
        "a key finding: val_loss-rises",
    ],
)
def test_what_only_sounds_like_it_stays(text):
    assert redact(text) == text


def test_the_names_of_secrets():
    secret = [
        "api_key",
        "WANDB_API_KEY",
        "db.password",
        "hf_token",
        "--api-key",
        "optim/secret",
        "credentials",
    ]
    assert [name for name in secret if not is_secret_name(name)] == []
    plain = [
        "lr",
        "tokens",
        "max_tokens",
        "key_dim",
        "num_keys",
        "monkey",
        "pad_token",
        "passes",
        "token_count",
    ]
    assert [name for name in plain if is_secret_name(name)] == []


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("python", "训练.py", "--学习率", "0.1"), "python 训练.py --学习率 0.1"),
        (
            ("env", "LR=0.1", "naïve.py", "a b", "$x", "", "全　角"),
            "env LR=0.1 naïve.py 'a b' '$x' '' '全　角'",
        ),
        (("run", "--api-key", "abc123def456"), "run --api-key '(hidden)'"),
    ],
)
def test_a_command_is_shown_as_a_shell_takes_it(words, line):
    assert command_line(words) == line
    assert shlex.split(line)[0] == words[0]
    if "--api-key" not in words:
        told = subprocess.run(["sh", "-c", f"printf '%s\\n' {line}"], capture_output=True, check=True)
        assert told.stdout.decode().split("\n")[:-1] == list(words)
