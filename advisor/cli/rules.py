"""Commands about rules: `rules list`, `show`, `check`, `new`, `coverage`, `schema`."""

from pathlib import Path

import click

from advisor.cli.common import width
from advisor.cli.echo import echo
from advisor.cli.group import cli, language_option
from advisor.cli.opening import language_of
from advisor.errors import UsageError

_NEW = """\
title: {title}
when: {when}
severity: warning
changes:
  - {{hyperparameter: learning_rate, multiply: 0.3}}
"""


@cli.group(
    "rules", invoke_without_command=True, short_help="List, show, check and write rules; what they cover."
)
@language_option
@click.pass_context
def rules(context: click.Context, lang: str | None) -> int:
    """List the rules: what can be found, and what each needs."""
    if context.invoked_subcommand is None:
        return _list(lang)
    return 0


@rules.command("list")
@language_option
def list_(lang: str | None) -> int:
    """List every rule: code, problem, severity, how often it was right."""
    return _list(lang)


@rules.command()
@click.argument("name")
@language_option
def show(name: str, lang: str | None) -> int:
    """Show the page of the rule NAME (its code, its name or its problem)."""
    from advisor.chat.explain import explain, suggestions

    language = language_of(lang)
    page = explain(name, language)
    if page is None:
        near = ", ".join(suggestions(name, language))
        raise UsageError(f"There is no rule '{name}'.", f"Near to it: {near}." if near else "")
    echo(page.plain(width()))
    return 0


@rules.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path), required=False)
def check(path: Path | None) -> int:
    """Check your own rules in PATH (a file or a folder; else .advisor/rules) and run their tests."""
    from advisor.diagnosis.loader import check_own_rules
    from advisor.diagnosis.rule_tests import failures

    folder = path or Path(".advisor", "rules")
    if not folder.exists():
        raise UsageError(f"There is no file {folder}.", "'advisor rules new NAME' writes a first rule there.")
    found, problems = check_own_rules(folder)
    faults = [str(problem) for problem in problems]
    faults += [str(failure) for one in found for failure in failures(one)]
    for fault in faults:
        echo(fault, err=True)
    tests = sum(len(one.rule.tests) for one in found)
    echo(f"{len(found)} rules can be used, {tests} tests were run, {len(faults)} faults.")
    return int(bool(faults))


@rules.command()
@click.argument("name")
@click.option("--when", default="train_loss.swing_level > 0.3", show_default=True, help="Its condition.")
@click.option("--title", default="", help="What it finds, in one sentence [default: from NAME].")
def new(name: str, when: str, title: str) -> int:
    """Write a rule of five lines to .advisor/rules/NAME.yaml."""
    stem = name.removesuffix(".yaml")
    if not all(part.isalnum() for part in stem.split("-")):
        raise UsageError(f"'{name}' is no name for a rule.", "Use letters, digits and hyphens: my-rule.")
    file = Path(".advisor", "rules", f"{stem}.yaml")
    if file.exists():
        raise UsageError(f"{file} is there already.", "Choose another name, or edit it.")
    file.parent.mkdir(parents=True, exist_ok=True)
    sentence = title or stem.replace("-", " ").capitalize()
    file.write_text(_NEW.format(title=sentence, when=when), encoding="utf-8")
    echo(f"Wrote {file}. 'advisor rules check' checks it; 'advisor explain SIGNAL' explains a signal.")
    return 0


@rules.command()
@click.argument("paths", nargs=-1)
@language_option
def coverage(paths: tuple[str, ...], lang: str | None) -> int:
    """Show what the rules cover: problems, changes, signals; and which fire on the logs in PATHS."""
    from advisor.diagnosis import load_rulebook
    from advisor.diagnosis.coverage import coverage_of, fired_on
    from advisor.readers import read_paths
    from advisor.report.coverage import coverage_text

    rulebook = load_rulebook(Path.cwd())
    fired = fired_on(rulebook, read_paths(list(paths))) if paths else None
    echo(coverage_text(coverage_of(rulebook), fired, language_of(lang), width()), nl=False)
    return 0


@rules.command()
def schema() -> int:
    """Print the JSON schema of a rule file, for an editor that checks and completes YAML."""
    from advisor.diagnosis.rule_schema import rule_schema_text

    echo(rule_schema_text(), nl=False)
    return 0


def _list(lang: str | None) -> int:
    from advisor.diagnosis import load_rulebook
    from advisor.report.tables import rules_table

    rulebook = load_rulebook(Path.cwd())
    for problem in rulebook.problems:
        echo(f"advisor: {problem}", err=True)
    echo(rules_table(rulebook, language_of(lang)), nl=False)
    return 0
