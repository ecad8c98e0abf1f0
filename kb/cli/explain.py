"""kb explain: what a problem code means, with a wrong and a right example."""

from __future__ import annotations

import click


@click.command()
@click.argument("codes", metavar="[CODE]...", nargs=-1)
def explain(codes: tuple[str, ...]) -> None:
    """Explain a problem CODE that kb check prints, e.g. KB305, with a wrong and a right example.

    Without a CODE, list all codes and what they mean.
    """
    from kb.check.explain import as_text, summary
    from kb.problems import CODES, did_you_mean

    wanted = [code.upper() for code in codes]
    for code in wanted:
        if code not in CODES:
            hint = did_you_mean(code, CODES, "kb explain, without a code, lists all")
            raise click.UsageError(f"there is no code {code!r}: {hint}")
    click.echo("\n\n".join(map(as_text, wanted)) if wanted else summary())
