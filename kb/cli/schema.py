"""kb schema: the JSON Schemas of front matter, generated from the models."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(".vscode/schemas"),
    show_default=True,
    help="The folder to write into.",
)
def schema(output: Path) -> None:
    """Write a JSON Schema of each kind's front matter, for editors and other programs."""
    from kb.export.json_schemas import HOLDS, files
    from kb.folders import publish

    made = files()
    publish(made, output, HOLDS, [Path("content")])
    for name in made:
        click.echo(f"Wrote {output / name}")
