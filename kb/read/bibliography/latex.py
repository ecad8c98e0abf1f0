r"""LaTeX in the values of a bibliography, to Unicode: accents, text commands, raised signs, simple formulas.

pybtex decodes symbols and drops braces; it leaves \i under an accent, text commands and formulas as they are.
"""

from __future__ import annotations

import re
import unicodedata

from pybtex.exceptions import PybtexError
from pybtex.richtext import Text

from kb.text.characters import subscript, superscript

_MARKS = dict(
    zip(
        "'`^\"~=.uvHcdbrkh",
        "\u0301\u0300\u0302\u0308\u0303\u0304\u0307\u0306\u030c\u030b\u0327\u0323\u0331\u030a\u0328\u0309",
        strict=True,
    )
)
"""The combining mark of each command for an accent."""
_LETTER = r"\\[ij](?![A-Za-z]) ?|[^\W\d_]"
_ACCENT = re.compile(
    rf"\\(?:([`'^\"~=.])|([uvHcdbrkh])(?![A-Za-z])) ?"
    rf"(?:\{{ ?\{{ ?({_LETTER})\}} ?\}}|\{{ ?({_LETTER})\}}|({_LETTER}))"
)
_GREEK = (
    *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "mu", "nu", "xi", "pi"),
    *("rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega"),
)
_SIGNS = {
    "<": "textless lt",
    ">": "textgreater gt",
    "|": "textbar",
    "^": "textasciicircum",
    "`": "textasciigrave",
    "’": "textquoteright rq",
    "‘": "textquoteleft lq",
    "”": "textquotedblright",
    "“": "textquotedblleft",
    "'": "textquotesingle",
    '"': "textquotedbl",
    "„": "quotedblbase",
    "‚": "quotesinglbase",
    "«": "guillemotleft",
    "»": "guillemotright",
    "‹": "guilsinglleft",
    "›": "guilsinglright",
    "–": "textendash",
    "—": "textemdash",
    "…": "textellipsis ldots dots cdots",
    "_": "textunderscore",
    "•": "textbullet",
    "·": "textperiodcentered cdot",
    "′": "prime",
    "°": "textdegree degree circ",
    "±": "textpm pm",
    "×": "texttimes times",
    "÷": "textdiv div",
    "−": "textminus",
    "≤": "leq le",
    "≥": "geq ge",
    "≠": "neq ne",
    "≈": "approx",
    "∼": "sim",
    "∞": "infty",
    "→": "rightarrow textrightarrow to",
    "←": "leftarrow textleftarrow",
    "µ": "textmu",
    "®": "textregistered",
    "™": "texttrademark",
    "©": "textcopyright copyright",
    "€": "texteuro euro",
    "£": "textsterling pounds",
    "¡": "textexclamdown",
    "¿": "textquestiondown",
    "½": "textonehalf",
    "¼": "textonequarter",
    "¹": "textonesuperior",
    "²": "texttwosuperior",
    "³": "textthreesuperior",
    "ª": "textordfeminine",
    "º": "textordmasculine",
    "†": "textdagger dag",
    "§": "textsection",
    "¶": "textparagraph",
    "ȷ": "j",
    "ŋ": "ng",
    "đ": "dj",
    "Đ": "DJ",
    "λ": "lambda",
    "ℓ": "ell",
    "Λ": "Lambda",
    "ε": "varepsilon",
    "φ": "varphi",
    "θ": "vartheta",
    " ": "space newline quad textvisiblespace",
    "": "it itshape em bf bfseries sc scshape rm sl tt sf upshape normalfont relax protect nobreak allowbreak "
    "ignorespaces textcompwordmark",
}
_COMMANDS = {
    **{name: unicodedata.lookup(f"GREEK SMALL LETTER {name}") for name in _GREEK},
    **{name.title(): unicodedata.lookup(f"GREEK CAPITAL LETTER {name}") for name in _GREEK},
    **{name: sign for sign, names in _SIGNS.items() for name in names.split()},
}
"""The signs that commands stand for, by the name of the command."""
_COMMAND = re.compile(r"\\([A-Za-z]+)(?: ?\{\}| (?! ))?")
_UNWRAPPED = re.compile(
    r"\\(?:emph|text(?:it|bf|sc|tt|rm|sf|sl|md|up|normal)?|math(?:rm|it|bf|sf|cal)|mkbib(?:emph|quote)|enquote|mbox"
    r"|underline|uppercase|lowercase|MakeUppercase|NoCaseChange|url|href ?\{[^{}]*\}) ?\{([^{}]*)\}"
)
_RAISED = re.compile(r"\\text(super|sub)script ?\{([^{}]*)\}")
_FORMULA = re.compile(r"\$([^$]*)\$|\\ensuremath ?\{([^{}]*)\}|\\\(([^$]*?)\\\)")
_INDEX = re.compile(r" ?([_^]) ?(?:\{ ?([^{}]*?) ?\}|([^{}\\\s]))")
_KEPT = {r"\$": "$", r"\textdollar": "$", r"\textbackslash": "\\", r"\textbraceleft": "{", r"\textbraceright": "}"}
"""Signs that LaTeX reserves; each passes the decoding by as a character of its own."""
_KEPT_AS = {sign: chr(0xE024 + index) for index, sign in enumerate(dict.fromkeys(_KEPT.values()))}
_RESERVED = re.compile(r"\\(?:\$|text(?:dollar|backslash|brace(?:left|right))(?![A-Za-z])) ?(?:\{\})?")
_GIVEN_BACK = str.maketrans({kept: sign for sign, kept in _KEPT_AS.items()})
_LEVELS = 5
"""How often commands in one another are looked for."""


def plain(value: str) -> str:
    r"""LaTeX to Unicode: accents decoded, \emph{} and \url{} unwrapped, braces dropped.

    Raises ValueError where a command or a formula would be left over.
    """
    text, left = decode(value)
    if left:
        raise ValueError(left)
    return text


def decode(value: str) -> tuple[str, str]:
    """The Unicode of a value on one line, and what of its LaTeX cannot be read, empty where all can.

    What cannot be read is left out of the text, but for the words in it.
    """
    value = re.sub(r"(?<!\\)%", r"\\%", value)
    value = _RESERVED.sub(lambda match: _KEPT_AS[_KEPT[match[0].removesuffix("{}").rstrip()]], value)
    if not re.search(r"[\\{}$~]|--|``|''", value):
        return value.translate(_GIVEN_BACK), ""
    value = re.sub(r"\\[-/!]", "", re.sub(r"\\(?:[,;: ]|\\)", " ", value))
    for _ in range(_LEVELS):
        before = value
        value = _ACCENT.sub(_accented, value)
        value = _RAISED.sub(lambda match: _raised("^" if match[1] == "super" else "_", match[2]) or match[2], value)
        value = _UNWRAPPED.sub(r"\1", value)
        value = _COMMAND.sub(lambda match: _COMMANDS.get(match[1], match[0]), value)
        if value == before:
            break
    value = _FORMULA.sub(_formula, value)
    try:
        text, left = str(Text.from_latex(value)), ""
    except (PybtexError, ValueError, IndexError, KeyError, RecursionError) as error:
        text, left = value, f"its LaTeX cannot be read ({error})"
    if found := re.search(r"\\[A-Za-z]+|\\[^\\]|\$[^$]*\$|\$", text):
        left = left or f"found {found[0]}"
    if left:
        text = " ".join(re.sub(r"\\[A-Za-z]+ ?|[\\$]", "", text).split())
    return re.sub("[{}]", "", text).replace("\xa0", " ").translate(_GIVEN_BACK), left


def _accented(match: re.Match[str]) -> str:
    letter = (match[3] or match[4] or match[5]).strip(" \\")
    return unicodedata.normalize("NFC", letter + _MARKS[match[1] or match[2]])


def _formula(match: re.Match[str]) -> str:
    """A formula as text: letters, signs, and what is raised or lowered; as it is where there is more in it."""
    inner = (match[1] or match[2] or match[3] or "").replace(r"\%", "%")
    text = _INDEX.sub(lambda found: _raised(found[1], found[2] or found[3] or "") or found[0], inner)
    return match[0] if re.search(r"[\\_^]", text) else text.replace("%", r"\%")


def _raised(sign: str, inner: str) -> str | None:
    return superscript(inner) if sign == "^" else subscript(inner)


def address(value: str) -> str:
    """An address to the letter: only braces, commands for signs, and the backslash before a reserved sign go."""
    value = re.sub(r"\$([<>])\$", r"\1", value).replace("{}", "")
    value = _COMMAND.sub(lambda match: _COMMANDS.get(match[1], match[0]), value)
    return re.sub(r"\\(?:url|href|path|texttt)|\\([_%&#$~{}<>])|[{}]", r"\1", value)
