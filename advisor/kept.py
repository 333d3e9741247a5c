"""What is slow to parse and seldom changes, kept in the user's cache folder from one start to the next.

The rules and vocabularies are YAML for their readers; parsing them took longer than the diagnosis of a log.
What came of them is kept as JSON beside a digest of every byte that it came from, so that it can be old only
together with its sources. A cache that cannot be read or written costs time and nothing else.
"""

import os
import tempfile
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any

import msgspec


def cache_folder() -> Path:
    """Where things stand that can be made again: in ADVISOR_HOME, else the platform's cache folder."""
    home = os.environ.get("ADVISOR_HOME")
    if home:
        return Path(home) / "cache"
    import platformdirs

    return platformdirs.user_cache_path("advisor", appauthor=False)


def config_folder() -> Path:
    """Where things stand that the user makes by hand: ADVISOR_HOME, else the platform's folder for them."""
    home = os.environ.get("ADVISOR_HOME")
    if home:
        return Path(home)
    import platformdirs

    return platformdirs.user_config_path("advisor", appauthor=False)


def settings_file() -> Path:
    """The user's settings."""
    return config_folder() / "settings.toml"


def kept(name: str, sources: Mapping[str, bytes], parse: Callable[[], Any]) -> Any:
    """What `parse` gives, or what it gave when it last saw the same sources.

    Args:
        name: The name of the file in the cache; one is kept of each.
        sources: Everything that the result depends on by label, the text of the parser included.
        parse: Makes plain data of them. What JSON does not give back as it was is not kept.
    """
    key = _digest(part for label in sorted(sources) for part in (label.encode(), sources[label]))
    path = cache_folder() / f"{name}.json"
    body = _body(path, key)
    if body is not None:
        return msgspec.json.decode(body)
    data = parse()
    with suppress(OSError, TypeError, ValueError):
        body = msgspec.json.encode(data)
        if msgspec.json.decode(body) == data:
            _write(path, b"%s %s\n%s" % (key, _digest([body]), body))
    return data


def _body(path: Path, key: bytes) -> bytes | None:
    """The kept JSON where it came from sources with this digest and is whole."""
    try:
        head, _, body = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    return body if head == b"%s %s" % (key, _digest([body])) else None


def _digest(parts: Iterable[bytes]) -> bytes:
    total = blake2b(digest_size=16)
    for part in parts:
        # Lengths keep apart what would read alike when put one after the other.
        total.update(b"%d:" % len(part))
        total.update(part)
    return total.hexdigest().encode()


def _write(path: Path, content: bytes) -> None:
    """Puts the file there whole or not at all, also where two programs start at once."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, partial = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        Path(partial).replace(path)
    except OSError:
        with suppress(OSError):
            Path(partial).unlink()
        raise
