"""One target under atheris: `python -m tests.fuzz.worker TARGET FOLDER [libFuzzer flags]`."""

import sys


def main(arguments: list[str]) -> None:
    import atheris

    name, *flags = arguments
    with atheris.instrument_imports(include=["advisor"]):
        from tests.fuzz.targets import targets

        target = targets()[name]
    atheris.Setup([sys.argv[0], *flags], target)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1:])
