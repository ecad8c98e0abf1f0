"""LaTeX to plain text: what the values of BibTeX hold besides words."""

from __future__ import annotations

import re

from pybtex.exceptions import PybtexError
from pybtex.richtext import Text

_UNWRAPPED = re.compile(
    r"\\(?:emph|textit|textbf|textsc|texttt|mkbibemph|mkbibquote|url|href\{[^{}]*\})\s*\{([^{}]*)\}"
)
_DOLLAR = "\ue024"


def plain(value: str) -> str:
    r"""LaTeX to Unicode: accents decoded, \emph{} and \url{} unwrapped, braces dropped.

    Raises ValueError where a command or mathematics would be left over.
    """
    # An escaped dollar is none of mathematics; as a sign of its own it passes the decoding by.
    unwrapped = re.sub(r"(?<!\\)%", r"\\%", _UNWRAPPED.sub(r"\1", value)).replace(r"\$", _DOLLAR)
    if not re.search(r"[\\{}$~]|--|``|''", unwrapped):
        return unwrapped.replace(_DOLLAR, "$")
    try:
        text = str(Text.from_latex(unwrapped))
    except (PybtexError, ValueError, IndexError, KeyError, RecursionError) as error:
        raise ValueError(f"its LaTeX cannot be read ({error})") from error
    left = re.search(r"\\[A-Za-z]+|\$[^$]*\$", text)
    if left:
        raise ValueError(f"found {left[0]}")
    return text.replace("{", "").replace("}", "").replace("\xa0", " ").replace(_DOLLAR, "$")


def address(value: str) -> str:
    """An address to the letter: only braces and the backslash before a sign that LaTeX reserves go."""
    return re.sub(r"\\([_%&#$~{}])|[{}]", r"\1", _UNWRAPPED.sub(r"\1", value))
