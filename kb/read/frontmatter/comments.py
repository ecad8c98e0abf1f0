"""Comments: text that YAML would take for one, and leave out in silence."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.problems import Problem
from kb.read.frontmatter.wording import quotes, short

_CUT = re.compile(r"^ *(?:- +)?(\w+): +([^\s'\"#|>\[{][^\n'\"]*?) (#[^\s#][^\n]*)$", re.M)


def text_lost(source: str, path: str) -> Iterator[tuple[Problem, str]]:
    """Text after a #, as in Trial #2, and the field that loses it. A comment that is meant has a blank after its #."""
    line, position = 2, 0
    for match in _CUT.finditer(source):
        line += source.count("\n", position, match.start())
        position = match.start()
        message = f"text after a space and # is lost as a comment, found {short(match[3])!r}"
        text = f"{match[2]} {match[3]}"
        yield Problem(path, line, "KB102", message, f"write {match[1]}: {quotes(text)}"), match[1]
