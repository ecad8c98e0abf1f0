"""Names of authors and editors as sources write them, to persons and groups; what was guessed is told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kb.cite.normalize import text
from kb.limits import NAME
from kb.model import Person

_DEGREES = frozenset(
    (
        *("MD", "PhD", "DPhil", "DO", "RN", "MPH", "MSN", "BSN", "DNP", "APRN", "ARNP", "FNP", "FNPBC", "NP", "CNP"),
        *(
            "PA",
            "PAC",
            "MSc",
            "MS",
            "MA",
            "BA",
            "BS",
            "BSc",
            "BScN",
            "MScN",
            "MBA",
            "EdD",
            "EdM",
            "MEd",
            "PsyD",
            "MPhil",
        ),
        *("PharmD", "DrPH", "ScD", "DSc", "FACP", "FACS", "FAAN", "FAAP", "FACEP", "FRCP", "FRCPC", "MRCP", "FRCS"),
        *("MBBS", "MBChB", "MBBCh", "BMBS", "MDCM", "JD", "LCSW", "MSW", "CRNA", "CNM", "CCRN", "CNS", "CNE", "CPHQ"),
        *("RD", "OTR", "OTRL", "DPT", "DDS", "DMD", "DVM", "MHA", "MHS", "MHSc", "MMSc", "MSPH", "MPA", "MPP", "DBA"),
        *("FAHA", "FACC", "FCCM", "FCCP", "FANP", "FAANP", "FNAP", "NEABC", "NEA", "LPN", "CPNP", "ANP", "PMHNP", "BC"),
        *("MACP", "FHM", "SFHM", "FAMIA", "FIDSA", "CPE", "ACNP", "AGACNP", "RNC", "RRT", "Esq", "DNSc", "BN", "MN"),
    )
)
_CLEAR = frozenset(("MD", "RN"))
"""The degrees of two letters that are hardly ever somebody's initials."""
_PREFIX = re.compile(r"^(?:and |& )?(?:on behalf of(?: the)?|for the) (?=\S)", re.I)
_MEMBERS = re.compile(
    r"(?:investigators|collaborat(?:ors?|ion)|consortium|committee|association|organi[sz]ation|network"
    r"|(?:study |research |working )?group|task force|society|initiative|foundation)",
    re.I,
)
"""What programs take for the family name of a group: Collaborators, The Quiet."""
_TITLE = re.compile(r"^(?:(?:Dr|Prof|Professor|Mr|Mrs|Ms|Sir|Dame)\b\.? )+(?=\S+ \S)", re.I)
_LINEAGE = re.compile(r"(?:[JS]r|II|III|IV|2nd|3rd|4th)\.?", re.I)
_OPEN_RESEARCHER = re.compile(r"[\[(]?(?:https?://)?(?:orcid(?:\.org/|: ?| ))?\d{4}-\d{4}-\d{4}-\d{3}[\dX][\])]?", re.I)
_MAIL = re.compile(r"[(<\[]?[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+[)>\]]?")
_NOBODY = re.compile(
    r"\W*(?:(?:no|none|not|un)[ -]?(?:authors?|names?|editors?|known|specified|available|listed|given|stated)?"
    r"(?:[ -](?:listed|specified|available|given|identified|stated|provided|assigned|indicated))?"
    r"|anon(?:ymous)?|n/?a|nan|null|undefined|author unknown|specified,? no(?: author)?|unknown author)\W*",
    re.I,
)
_MORE = re.compile(r"\W*(?:and )?(?:et\.? al(?:ii|\.)?|others|\.\.\.|…)\W*", re.I)
_AND_MORE = re.compile(r"(?:,|;|\band\b|&|\s)*\b(?:et\.? al(?:ii)?|(?:and|&) others)\W*$|[,;]\s*others\W*$", re.I)
_GROUP = re.compile(
    r"\b(?:groups?|committee|association|collaborat(?:ors?|ion|ives?)|consortium|society|organi[sz]ations?|university"
    r"|universities|institut(?:e|es|ion|ions)|cent(?:er|re)s?|departments?|ministry|council|foundation|network|team"
    r"|investigators|study|trial|clinic|hospitals?|health|medical|medicine|commission|agency|academ(?:y|ies)|colleges?"
    r"|board|bureau|office|services?|press|news|staff|trust|union|company|inc|llc|ltd|corporation|project|program(?:me)?"
    r"|initiative|alliance|coalition|federation|partnership|panel|task|force|working|nations?|national|international"
    r"|world|american|european|british|canadian|australian|royal|united|states|editors?|editorial|nurses|physicians"
    r"|psychiatrists|registry|laboratory|school|library|publications?|government|authority|directorate|division|fund"
    r"|survey|statistics|research|sciences?|education|safety|quality|care|healthcare|and|of|for|the|und|et|für|pour)\b",
    re.I,
)
_PARTICLES = frozenset(
    ("van", "von", "de", "der", "den", "del", "della", "di", "da", "das", "dos", "du", "la", "le", "ten", "ter", "zu")
)
_PARTICLES |= {"el", "al", "bin", "ibn", "zum", "zur", "af", "av", "y", "e", "vom", "do", "lo", "san", "st."}
_EAST_ASIAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True)
class Names:
    """The persons and groups of a role, in their order."""

    people: tuple[Person, ...] = ()
    more: bool = False
    """Whether the source says that there are others."""
    remarks: tuple[str, ...] = ()
    """What was guessed or left out."""


def read_names(values: Iterable[str | Person | None], *, given_first: bool = False) -> Names:
    """The people of a role from values as the source has them; a ``Person`` is taken as it is.

    ``given_first`` says that a name without a comma is known to begin with the given name, as in BibTeX.
    """
    reader = _Reader(given_first)
    whole: list[str | Person] = []
    for value in values:
        if isinstance(value, str):
            whole += reader.divided(value)
        elif value:
            whole.append(value)
    parts = [name.split(",") for name in whole if isinstance(name, str) and "," in name]
    reader.family_first = any(" " not in one[0].strip() and not _degree(one[1].strip()) for one in parts)
    reader.capitals = any(len(one[1].split()[0]) > 3 and one[1].split()[0].isupper() for one in parts if one[1].strip())
    bare = [name for name in whole if isinstance(name, str) and "," not in name and not _GROUP.search(name)]
    ends = [name.split(" ")[-1] for name in bare]
    # Garcia Lopez MA beside Roe R is no master of arts.
    reader.initials_last = bool(bare) and all(map(_initials, ends)) and any(map(_initials_last, bare))
    people = [name if isinstance(name, Person) else reader.read(name) for name in whole]
    only = whole[0] if len(whole) == 1 else ""
    if isinstance(only, str) and re.fullmatch(r"[^\W\d_]{2,} [^\W\d_]{2,}, [^\W\d_]{2,} [^\W\d_]{2,}", only):
        reader.doubts.append(f"{only!r} was read as one person: write and between the names if they are two")
    return Names(tuple(someone for someone in people if someone), reader.more, tuple(reader.remarks()))


class _Reader:
    """The reading of the names of one role, with what was guessed or left out."""

    def __init__(self, given_first: bool) -> None:
        self.given_first = given_first
        self.initials_last = False
        self.family_first = False
        self.capitals = False
        self.more = False
        self._split = self._nobody = False
        self._degrees: list[str] = []
        self._turned: list[str] = []
        self._lowered: list[str] = []
        self._groups: list[str] = []
        self.doubts: list[str] = []

    def remarks(self) -> Iterator[str]:
        yield from self.doubts
        if self._split:
            yield "several names were in one field, and were divided: compare the authors with the work"
        if self._nobody:
            yield "the source names no author"
        if self._degrees:
            yield f"degrees and titles were left out of the names ({'; '.join(self._degrees[:3])}): compare the names"
        if self._turned:
            names = "; ".join(self._turned[:3])
            yield f"names without a comma were read as given name, then family name ({names}): compare them"
        if self._lowered:
            yield f"names in capitals were lowered ({'; '.join(self._lowered[:3])}): compare them with the work"
        if self._groups:
            yield f"read as names of groups: {'; '.join(self._groups[:3])}; correct any that is a person"

    def divided(self, value: str) -> Iterator[str]:
        """The names in one value: most have one, some programs write all authors into one."""
        whole = text(_MAIL.sub(" ", _OPEN_RESEARCHER.sub(" ", value)))
        whole = re.sub(r"[*†‡§¶#∗]+", "", whole).strip(" ;")
        parts = [part for part in re.split(r"\s*,\s*", whole) if part]
        # BibTeX has divided Jane Doe, Richard Roe, and Ann Poe at its and.
        divided_before = whole.endswith(",") and len(parts) > 1 and all(" " in part for part in parts)
        whole = whole.strip(" ,")
        first = _AND_MORE.sub("", whole)
        self.more |= first != whole
        if ";" in first:
            parts = re.split(r"\s*;\s*", first)
        elif not divided_before:
            parts = list(_by_commas(first))
        names = [part for part in (part.strip(" ,;&") for part in parts) if part]
        for name in names:
            if _MORE.fullmatch(name):
                self.more = True
            elif _NOBODY.fullmatch(name):
                self._nobody = True
            elif len(names) == 1 or not _degree(name):
                yield name[:NAME]
        self._split |= len([name for name in names if not _MORE.fullmatch(name) and not _degree(name)]) > 1

    def read(self, name: str) -> Person | None:
        whole = ", ".join(part for part in re.split(r"\s*,\s*", name) if part)
        name = _TITLE.sub("", whole)
        parts = [part for part in (part.strip() for part in name.split(",")) if part]
        if not parts:
            return None
        if (
            len(parts) == 2
            and parts[1].lower() != "the"
            and (_MEMBERS.fullmatch(parts[0]) or parts[1].startswith("The "))
        ):
            self._groups.append(f"{parts[1]} {parts[0]}")
            return group(f"{parts[1]} {parts[0]}")
        if len(parts) > 1 and (
            (" " in parts[0] and _GROUP.search(parts[0])) or re.search(r"\b(?:and|of|for)\b", " ".join(parts[1:]))
        ):
            return group(name)
        if len(parts) == 2 and self._has_initials(*parts):
            return self._lower(named(*parts), parts[0])
        # After the family name one part is needed; "Doe, MA" has initials, "Jane Doe, MA" a degree.
        kept = [part for index, part in enumerate(parts) if not index or not _degree(part)]
        kept[0] = re.sub(r" (?:M\.?D|R\.?N|Ph\.?D)\.?$", "", kept[0]) if len(kept) > 1 else kept[0]
        if len(kept) == 1 and len(parts) > 1 and " " not in parts[0]:
            kept = parts[:2]
        name = ", ".join(kept)
        words = name.split(" ")
        while not self.initials_last and _ends_in_degree(words):
            words.pop()
        name = " ".join(words)
        if name.strip(" ,") != whole:
            self._degrees.append(whole)
        return self._lower(self._ordered(name.strip(" ,")), name)

    def _has_initials(self, family: str, given: str) -> bool:
        """Whether what may be a degree are initials, as in van der Waals, J.D. and Garcia Lopez, M.A."""
        letters = re.sub(r"[. -]", "", given)
        if " " not in family or not _degree(given) or len(letters) != 2 or letters in _CLEAR:
            return False
        return self.family_first or family.split(" ")[0] in _PARTICLES or bool(re.search(r"\w\. ?\w", given))

    def _lower(self, person: Person | None, name: str) -> Person | None:
        """The person, with a remark where capitals can be read in several ways; ANA beside MARIA is Ana."""
        if person and name.isupper() and (short := re.search(r", *([^\W\d_]{3})\b(?!\.)", name)):
            if self.capitals and re.search("[AEIOUY]", short[1]):
                person = Person(family=person.family, given=f"{short[1].title()} {_rest(name, short.end())}".strip())
            elif re.search("[AEIOUY]", short[1]):
                self._lowered.append(str(person))
                return person
        changed = person and person.given and person.family not in name and person.family.upper() in name
        if person and changed and re.search(r" |^(?:Ma?c|De|Di|Du|La|Le|Van|Von|Fitz)", person.family):
            self._lowered.append(str(person))
        return person

    def _ordered(self, name: str) -> Person | None:
        parts = [part.strip() for part in name.split(",")]
        if len(parts) > 1:
            lineage = next((part for part in parts[1:] if _LINEAGE.fullmatch(part)), "")
            given = " ".join(part for part in parts[1:] if part != lineage)
            return named(f"{parts[0]} {lineage}".strip(), given) if given else self._ordered(f"{parts[0]} {lineage}")
        words = name.split(" ")
        lineage = words.pop() if len(words) > 2 and _LINEAGE.fullmatch(words[-1]) else ""
        name = " ".join((*words, lineage)).strip()
        if len(words) < 2 or is_group(" ".join(words)):
            if len(words) > 1 and (len(words) < 3 or not _GROUP.search(name)):
                self._groups.append(name)
            return group(name)
        if self.initials_last or (_initials_last(name) and not self.given_first):
            end = next((index for index in range(len(words) - 1, 0, -1) if not _initials(words[index])), 0) + 1
            return named(f"{' '.join(words[:end])} {lineage}".strip(), " ".join(words[end:]))
        if _EAST_ASIAN.search(name):
            return named(words[0], "".join(words[1:]))
        first = next((i for i, word in enumerate(words[1:-1], 1) if word.lower() in _PARTICLES and word.islower()), -1)
        family = " ".join(words[first:])
        given = " ".join(words[: first if first > 0 else -1])
        if not self.given_first:
            self._turned.append(f"{given} {family}")
        return named(f"{family} {lineage}".strip(), given)


def _by_commas(whole: str) -> Iterator[str]:
    """The names of a list that is written with commas, and, or &; the whole where it is one name."""
    if _GROUP.search(re.sub(r"\band\b", "", whole)):
        yield whole
        return
    parts = [part for part in re.split(r"\s*,\s*(?:(?:and|&)\s+)?", whole) if part]
    joined = [one for part in parts for one in re.split(r"\s+(?:and|&)\s+", part)]
    rest = [part for part in joined if not _degree(part) and not _LINEAGE.fullmatch(part) and not _MORE.fullmatch(part)]
    if len(joined) > len(parts) and len(parts) <= 2 and all("," in one or " " in one for one in rest):
        yield from joined  # Jane Doe and Richard Roe
    elif len(joined) > len(parts) and len(rest) % 2 == 0 and all(map(_initials, rest[1::2])):
        yield from _pairs(joined)  # Doe, J. and Roe, R.
    elif len(joined) > len(parts) and len(parts) == 3 and len(joined) == 4:
        yield from re.split(r"\s+(?:and|&)\s+", whole)  # Doe, Jane and Roe, Richard
    elif len(rest) > 2 and len(rest) % 2 == 0 and all(map(_initials, rest[1::2])):
        yield from _pairs(joined)
    elif len(rest) > 2 and (all(map(_initials_last, rest)) or all(" " in part for part in rest)):
        yield from (part for part in joined if not _degree(part))
    elif len(rest) == 2 and all(map(_initials_last, rest)):
        yield from joined
    elif len(rest) > 3 and len(rest) % 2 == 0 and len(rest) == len(joined) and not any(" " in one for one in rest[::2]):
        yield from _pairs(joined)  # Doe, Jane, Roe, Richard
    else:
        yield whole


def _pairs(parts: list[str]) -> Iterator[str]:
    """Family and initials by turns; a lineage belongs to the pair before it."""
    pair: list[str] = []
    for part in parts:
        if _MORE.fullmatch(part):
            yield part
        elif len(pair) == 2 and not _LINEAGE.fullmatch(part):
            yield ", ".join(pair)
            pair = [part]
        else:
            pair.append(part)
    yield ", ".join(pair)


def _degree(words: str) -> bool:
    return all(
        word.replace(".", "").replace("-", "") in _DEGREES for word in re.split(r"[ /]+", words.strip(" ."))
    ) or (re.sub(r"[. -]", "", words) in _DEGREES)


def _ends_in_degree(words: list[str]) -> bool:
    """Whether the last word of a name is a degree; Doe, Jane MA may have two initials, Doe, Jane MD has none."""
    if len(words) < 3 or not _degree(words[-1]):
        return False
    family = next((index for index, word in enumerate(words) if word.endswith(",")), -1)
    if family < 0:
        return not _initials(words[-2])
    given, bare = words[family + 1 : -1], words[-1].replace(".", "")
    return not all(map(_initials, given)) and (len(bare) > 2 or bare in ("MD", "RN"))


def _initials(word: str) -> bool:
    """Whether a word is one to four initials: C. P., CP, M.-J."""
    letters = re.sub(r"[. -]", "", word)
    return 0 < len(letters) <= 4 and letters.isalpha() and letters.isupper()


def _initials_last(name: str) -> bool:
    """Whether a name without a comma is a family name with initials: West CP, de Boer A.G.E.M., Doe J Jr."""
    words = name.split(" ")
    if len(words) > 2 and _LINEAGE.fullmatch(words[-1]):
        words.pop()
    if len(words) < 2 or not _initials(words[-1]) or _EAST_ASIAN.search(name):
        return False
    family = "".join(words[:-1])
    if len(words) > 2 and _degree(words[-1]) and all(word[0].isupper() for word in words):
        return False  # Ann Poe MD
    return not family.isupper() or len(words[-1].replace(".", "")) < min(len(family), 3)


def is_group(name: str) -> bool:
    """Whether a name without a comma is most likely that of a group."""
    acronym = not name.isupper() and re.match(r"[A-Z]{3,}\b", name)
    return bool(acronym or _GROUP.search(name) or re.search(r"[\d&()/\"]", name) or name.count(" ") > 4)


def group(name: str) -> Person | None:
    """A group as an author: it has only a family name."""
    clean = _PREFIX.sub("", text(name))
    return Person(family=clean) if clean else None


def named(family: str, given: str) -> Person | None:
    """A person: initials get periods, names in all capitals are lowered, Jr and III belong to the family name."""
    family, given = text(family).strip(" ,;"), re.sub(r"\b([^\W\d_]{4,})\.", r"\1", text(given).strip(" ,;"))
    words = given.split(" ")
    if len(words) > 1 and _LINEAGE.fullmatch(words[-1]):
        family, given = f"{family} {words[-1]}", " ".join(words[:-1])
    family = re.sub(r"(?<=[JSjs]r)\.$", "", family).rstrip(".")
    capitals, *lineage = re.split(r" (?=(?:[JS]r|[2-4](?:nd|rd|th))\Z)", family)
    if capitals.isupper() and len(capitals) > 1:
        family = " ".join((_lowered(capitals), *lineage))
    if not family:
        return group(given)
    words = [_given(word) for word in given.replace(".", ". ").split()]
    return Person(family=family, given=" ".join(words).replace(". -", ".-"))


def _rest(name: str, place: int) -> str:
    return " ".join(_given(word) for word in name[place:].replace(".", ". ").replace(",", " ").split())


def _lowered(family: str) -> str:
    """A family name in capitals as it is most likely written: MCDONALD as McDonald, VAN DER BERG as van der Berg."""
    words = re.sub(r"\b(Ii|Iii|Iv)$", lambda match: match[0].upper(), family.title()).split(" ")
    words = [re.sub(r"\bMc([a-z])", lambda match: f"Mc{match[1].upper()}", word) for word in words]
    return " ".join(
        word.lower() if word.isalpha() and word.lower() in _PARTICLES and index < len(words) - 1 else word
        for index, word in enumerate(words)
    )


def _given(word: str) -> str:
    if re.fullmatch(r"[^\W\d_]{1,3}", word) and word.isupper():
        return " ".join(f"{letter}." for letter in word)
    return word.title() if len(word) > 3 and word.isupper() and word.isalpha() else word
