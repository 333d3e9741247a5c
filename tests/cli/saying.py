"""What the program says where it cannot do what it was asked for."""


def sentence(done):
    """The one sentence that standard error holds."""
    text = done.stderr.decode()
    assert "Traceback" not in text
    lines = text.strip().splitlines()
    assert len(lines) == 1, text
    assert lines[0].startswith("advisor: ")
    return lines[0].removeprefix("advisor: ")
