"""The words that a search passes over, and whether a text has others."""

from __future__ import annotations

import re

# Words that a question is made of and that say nothing of its subject; well and being are mostly not well-being.
STOP_WORDS = frozenset(
    """
    a about again all also am an and another any anyone anything are as at be because been being between both but by
    can cant could did didnt do does doesnt doing dont each few find for found from further gave get gets give given
    gives had has hasnt have having he her here hers herself him himself his how i if im in into is isnt it its itself
    ive just like made make many may me might more most much must my myself no nor not of on once one ones only or
    other our ours ourselves own said same say see seem several shall she should since so some someone something still
    such take tell than that the their theirs them themselves then there these they this those through thus to too us
    use used using various very via want wants was wasnt we well were werent what when where whether which while who
    whom whose why will with within without wont would yet you your yours yourself
    """.split()  # noqa: SIM905 (a list of them would fill a screen)
)


_NO_LETTER = re.compile(r"[^\w\s.\-‐‑]|[.](?=\s|$)")


def only_stop_words(text: str) -> bool:
    """Whether a search passes over every word of a text; words in capitals are abbreviations."""
    words = _NO_LETTER.sub("", text).split()
    return all(word.lower() in STOP_WORDS and (len(word) == 1 or not word.isupper()) for word in words)
