"""What the user's settings say of the screen."""

from pathlib import Path


def told(settings: Path, name: str) -> object:
    """The value of one setting; None where there is none, or no file that can be read.

    Args:
        settings: The file, which need not exist.
        name: Of the setting.
    """
    if not settings.is_file():
        return None
    import tomllib

    try:
        return tomllib.loads(settings.read_text(encoding="utf-8")).get(name)
    except (OSError, ValueError):
        return None


def wants_no_motion(settings: Path) -> bool:
    """Whether `motion` is `"reduced"`: nothing blinks, and nothing glides to its place."""
    return told(settings, "motion") == "reduced"
