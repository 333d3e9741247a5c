"""How deep a YAML text is nested, found out before a parser that has no limit of its own is given it."""

MOST = 100


def line_nested_too_deep(text: str | bytes, most: int = MOST) -> int | None:
    """The 1-based line where a YAML text is nested deeper than `most`; None where it never is.

    libyaml's events come one by one, but the tree is built by recursion in C, which ends the whole process
    (a segmentation fault) where some hundred thousand brackets are open. A text that is no YAML is left to
    the parser to refuse.
    """
    import yaml

    depth = 0
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader)):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > most:
                    return 1 + (event.start_mark.line if event.start_mark else 0)
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    return None
