"""The commands, put together."""

from __future__ import annotations

from typing import Annotated

import typer

from .. import __version__
from . import calendar, check, compare, conform, evaluate, explain, impact, notices, reports, show, tick, timeline, vectors

app = typer.Typer(
    name="deadline-rules",
    help="Deadlines, statuses and reports under Vietnamese regulations on tracking tasks, each with its article.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")] = False,
) -> None:
    pass


app.command("list")(show.list_packs)
app.command("show")(show.show)
app.command("evaluate")(evaluate.evaluate)
app.command("reports")(reports.list_reports)
app.command("notices")(notices.list_notices)
app.command("tick")(tick.tick)
app.command("compare")(compare.compare_packs)
app.command("explain")(explain.explain)
app.command("timeline")(timeline.timeline)
app.command("impact")(impact.impact)
app.command("check")(check.check_pack)
app.command("schema")(check.schema)
app.command("vectors")(vectors.list_vectors)
app.command("conform")(conform.conform)
app.add_typer(calendar.app, name="calendar")
