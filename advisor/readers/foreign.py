"""Says what a file is that can hold no training log, by its first bytes."""

from advisor.errors import UnreadableError
from advisor.text import clean_line

_LFS = b"version https://git-lfs.github.com/spec/"

# First bytes of a file, what it is then, and what to do. Nothing here is ever unpacked or unpickled.
_NEVER_LOADED = (
    "A checkpoint may run code when it is loaded, so it is never opened. Give the training log instead."
)
_PICTURE = "Give the numbers it was drawn from: a CSV, JSON, TensorBoard or console log."
_SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "a PNG image", _PICTURE),
    (b"\xff\xd8\xff", "a JPEG image", _PICTURE),
    (b"GIF87a", "a GIF image", _PICTURE),
    (b"GIF89a", "a GIF image", _PICTURE),
    (b"II*\x00", "a TIFF image", _PICTURE),
    (b"MM\x00*", "a TIFF image", _PICTURE),
    (b"%PDF-", "a PDF document", _PICTURE),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file (a Keras checkpoint or weights)", _NEVER_LOADED),
    (b"PK\x03\x04", "a zip archive (a .pt, .keras or .npz checkpoint is one too)", _NEVER_LOADED),
    (b"PK\x05\x06", "an empty zip archive", ""),
    (b"\x80\x02", "a Python pickle (an old .pt checkpoint is one too)", _NEVER_LOADED),
    (b"\x80\x03", "a Python pickle", _NEVER_LOADED),
    (b"\x80\x04\x95", "a Python pickle", _NEVER_LOADED),
    (b"\x80\x05\x95", "a Python pickle", _NEVER_LOADED),
    (b"\x93NUMPY", "a NumPy array", "Write it out as a CSV with a header."),
    (b"\x7fELF", "a program", ""),
    (b"MZ\x90\x00", "a program", ""),
    (b"7z\xbc\xaf\x27\x1c", "a 7-zip archive", "Unpack it first."),
    (b"Rar!\x1a\x07", "a RAR archive", "Unpack it first."),
    (b"\x28\xb5\x2f\xfd", "a zstd-compressed file", "Unpack it first: unzstd FILE."),
    (b"PAR1", "a Parquet table", "Write it out as CSV."),
    (b"ARROW1", "an Arrow table", "Write it out as CSV."),
    (b"OggS", "a sound file", ""),
    (b"ID3", "a sound file", ""),
)


def refusal(head: bytes, label: str) -> UnreadableError | None:
    """Why these bytes can be no log, or None where they may be one.

    Args:
        head: The first bytes of the file.
        label: Its name, for the sentence.
    """
    shown = clean_line(label)
    if not head:
        return UnreadableError(
            f"'{shown}' is empty.",
            "The training may not have written anything yet, or it buffers its output.",
        )
    if head.startswith(_LFS):
        return UnreadableError(
            f"'{shown}' is a Git LFS pointer, not the file itself.",
            "Run `git lfs pull` in its repository to fetch the content.",
        )
    for signature, what, hint in _SIGNATURES:
        if head.startswith(signature):
            return UnreadableError(f"'{shown}' is {what}, not a training log.", hint)
    if head[:4] == b"RIFF" and head[8:12] in (b"WEBP", b"WAVE", b"AVI "):
        return UnreadableError(
            f"'{shown}' is a {head[8:12].decode().strip()} file, not a training log.", _PICTURE
        )
    if head[4:8] == b"ftyp":
        return UnreadableError(f"'{shown}' is a video, not a training log.", _PICTURE)
    if head[257:262] == b"ustar":
        return UnreadableError(f"'{shown}' is a tar archive.", "Unpack it first: tar -xf FILE.")
    return None


def binary_junk(label: str) -> UnreadableError:
    """The sentence for bytes that are no text and no known format."""
    return UnreadableError(
        f"'{clean_line(label)}' is binary data in no known format.",
        "Readable are CSV, TSV, JSON lines, trainer_state.json, TensorBoard event files and console text.",
    )
