"""Reading works: four formats as programs write them, one normalized form, and no file that breaks it."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from kb.check import Checked
from kb.cite import Incoming, Reading, normalize, plan, read_file
from kb.cite.incoming import MOST_AUTHORS
from kb.cite.names import read_names
from kb.export import as_bibtex, as_ris
from kb.read import bibliography
from kb.read.bibliography.bibtex import as_record, read

TITLE = (
    "Intervention to promote physician well-being, job satisfaction, and professionalism: a randomized clinical trial"
)
DOI = "10.1001/jamainternmed.2013.14387"
ENDNOTE = f"""TY  - JOUR
A1  - West, C. P.
A1  - Dyrbye, L. N.
Y1  - 2014/04/01/
T1  - {TITLE}.
JF  - JAMA Internal Medicine
JA  - JAMA Intern Med
VL  - 174
IS  - 4
SP  - 527
EP  - 33
M3  - doi: {DOI.upper()}
UR  - https://dx.doi.org/{DOI}
ER  -
"""
ZOTERO_RIS = f"""TY  - JOUR
TI  - {TITLE}
AU  - West, C. P.
AU  - Dyrbye, L. N.
T2  - JAMA Internal Medicine
DA  - 2014/04//
PY  - 2014
DO  - {DOI}
VL  - 174
IS  - 4
SP  - 527–533
ER  -
"""
PUBMED = f"""
PMID- 1000001
OWN - NLM
VI  - 174
IP  - 4
DP  - 2014 Apr
TI  - Intervention to promote physician well-being, job satisfaction, and
      professionalism: a randomized clinical trial.
PG  - 527-33
LID - S0000 [pii]
LID - {DOI} [doi]
AB  - An abstract that
      BMI - 25 goes on.
FAU - West, C P
AU  - West CP
AD  - A place.
FAU - Dyrbye, L N
AU  - Dyrbye LN
JT  - JAMA internal medicine
"""
ZOTERO_CSL = json.dumps(
    [
        {
            "id": "west",
            "type": "article-journal",
            "container-title": "JAMA Internal Medicine",
            "DOI": DOI,
            "issue": "4",
            "page": "527-533",
            "title": TITLE,
            "volume": 174,
            "author": [{"family": "West", "given": "C. P."}, {"family": "Dyrbye", "given": "L. N."}],
            "issued": {"date-parts": [["2014", 4, 1]]},
        }
    ],
    indent=1,
)
CROSSREF = json.dumps(
    {
        "status": "ok",
        "message-type": "work",
        "message": {
            "publisher": "American Medical Association (AMA)",
            "issue": "4",
            "DOI": DOI.upper(),
            "type": "journal-article",
            "page": "527",
            "title": ["Intervention to promote physician well-being, job satisfaction, and professionalism"],
            "subtitle": ["a randomized clinical trial"],
            "volume": "174",
            "author": [
                {"given": "C. P.", "family": "West", "sequence": "first", "affiliation": []},
                {"given": "L. N.", "family": "Dyrbye", "sequence": "additional", "affiliation": []},
            ],
            "container-title": ["JAMA Internal Medicine"],
            "published-print": {"date-parts": [[2014, 4, 1]]},
            "issued": {"date-parts": [[2013, 12, 30]]},
            "URL": f"http://dx.doi.org/{DOI}",
        },
    }
)
BIBTEX = f"""@Article{{West2014,
  author    = "West, C. P. and L. N. Dyrbye",
  title     = {{{{Intervention}} to promote physician well-being, job satisfaction, and professionalism:
               a randomized clinical trial}},
  journaltitle = {{JAMA Internal Medicine}},
  date      = {{2014-04}},
  volume    = 174, number = 4,
  pages     = {{527--533}},
  doi       = {{https://doi.org/{DOI}}},
  verified  = {{seed}},
  abstract  = {{Words}}
}}
"""
FORMATS = {
    "west.ris": ENDNOTE,
    "zotero.ris": ZOTERO_RIS,
    "pubmed.nbib": PUBMED,
    "zotero.json": ZOTERO_CSL,
    "crossref.json": CROSSREF,
    "west.bib": BIBTEX,
}


def reading(folder: Path, data: str | bytes, name: str = "works.txt") -> Reading:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return read_file(path, name)


def only(folder: Path, data: str | bytes) -> Incoming:
    found = reading(folder, data)
    assert not found.faults
    assert len(found.works) == 1
    return found.works[0]


@pytest.mark.parametrize("name", FORMATS)
def test_a_work_is_the_same_whichever_format_it_comes_in(tmp_path: Path, name: str) -> None:
    """Type, names, title, journal, year, pages and DOI come out normalized."""
    work = only(tmp_path, FORMATS[name]).work
    assert work.type == "article"
    assert [str(person) for person in work.authors] == ["C. P. West", "L. N. Dyrbye"]
    fields = dict(work.fields)
    assert fields.pop("pages") == ("527" if name == "crossref.json" else "527-533")
    assert fields.pop("pmid", "1000001") == "1000001"
    assert fields == {
        "title": TITLE,
        "journal": "JAMA Internal Medicine",
        "year": "2014",
        "volume": "174",
        "number": "4",
        "doi": DOI,
        "verified": "unverified",
    }


def test_what_a_file_says_of_its_verification_is_not_taken_over(tmp_path: Path) -> None:
    """A pasted verified = {seed} was not done here."""
    assert only(tmp_path, BIBTEX).work.fields["verified"] == "unverified"


def test_every_work_of_the_real_bibliography_survives_ris(tmp_path: Path, real: Checked) -> None:
    """What the site gives as RIS is read back as the same work."""
    references = real.knowledge.references
    found = reading(tmp_path, "".join(map(as_ris.as_record, references.values())))
    assert not found.faults
    assert len(found.works) == len(references)
    for one, reference in zip(found.works, references.values(), strict=True):
        get = one.work.fields.get
        assert get("title") == reference.title
        assert get("year") == (str(reference.year) if reference.year else None)
        assert get("doi") == (reference.doi.lower() if reference.doi else None)
        assert (get("volume"), get("number"), get("pages")) == (reference.volume, reference.issue, reference.pages)
        # A name that its record has in braces may be read better: {Arroll and others}, {Hudson T. J.}.
        names = [
            [sorted(str(person).replace(",", "").removesuffix(" and others").split()) for person in people]
            for people in (one.work.authors, reference.authors)
        ]
        assert names[0] == names[1]


def test_every_real_record_is_written_so_that_it_reads_the_same(project: Path) -> None:
    """Writing and reading a record loses nothing."""
    text = (project / "content/references.bib").read_text(encoding="utf-8")
    records = read(text, "references.bib")[0]
    assert len(records) > 150
    for record in records:
        again = read(as_record(record.work), "x.bib")[0][0].work
        assert (again.key, again.type, dict(again.fields)) == (record.work.key, record.work.type, record.work.fields)
        assert (again.authors, again.editors) == (record.work.authors, record.work.editors)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\r").encode(),
        lambda text: text.encode("utf-16"),
    ],
    ids=["byte order mark", "CRLF", "CR", "UTF-16"],
)
@pytest.mark.parametrize("name", FORMATS)
def test_line_ends_and_marks_of_other_systems_do_not_matter(tmp_path: Path, name: str, change: object) -> None:
    """The same work comes out of the file as Windows writes it."""
    assert only(tmp_path, change(FORMATS[name])).work.fields["title"] == TITLE  # type: ignore[operator]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (
            "TY  - JOUR\nAU  - Anzaldúa, A.\nTI  - A café\nPY  - 2021\nER  - \n".encode("latin-1"),
            "x.ris:2: the file is not UTF-8",
        ),
        ("TY  - JOUR\nTI  - Nurses’ rest\nER  - \n".encode("cp1252"), "x.ris:2: the file is not UTF-8"),
        ("TY  - JOUR\nTI  - A cafe\nER  - \n".encode("utf-16-le"), "the file is UTF-16 without a mark"),
        ("TY  - JOUR\nAU  - MartÃ\xadnez, A.\nTI  - A cafe\nER  - \n".encode(), "most likely 'Martínez, A.'"),
        ("TY  - JOUR\nTI  - Nursesâ€™ rest\nER  - \n".encode(), "most likely 'Nurses’ rest'"),
        ("TY  - JOUR\nTI  - Nurses\ufffd rest\nER  - \n".encode(), "letters were lost"),
    ],
    ids=["Latin-1", "Windows-1252", "UTF-16", "UTF-8 twice", "quotes twice", "replaced"],
)
def test_a_wrong_encoding_is_refused_and_not_guessed(tmp_path: Path, data: bytes, expected: str) -> None:
    """Letters that were lost would stay lost, in the names of authors too."""
    found = reading(tmp_path, data, "x.ris")
    assert found.works == ()
    assert expected in str(found.faults[0])


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("The <i>real</i> {COST} of&nbsp;burnout &amp; stress.", "The real COST of burnout & stress"),
        ("<jats:title>Burnout</jats:title> <p>in 10<sup>3</sup> nurses</p>", "Burnout in 10³ nurses"),
        ("CO<sub>2</sub> and <mml:math><mml:mi>x</mml:mi></mml:math>", "CO₂ and x"),
        ("P &lt; .05 and n > 3", "P < .05 and n > 3"),
        ("[L'épuisement des infirmières].", "L'épuisement des infirmières"),
        ("Cafe\u0301  and\n\u202etabs\t\x00", "Café and tabs"),
        ("What is burnout?", "What is burnout?"),
    ],
)
def test_titles_come_without_markup_and_noise(raw: str, clean: str) -> None:
    """Tags, entities, braces, brackets of translation and invisible signs go; figures keep their meaning."""
    assert normalize.title(raw) == clean


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("1033–6", "1033-1036"),
        ("527--533", "527-533"),
        ("e100-6", "e100-e106"),
        ("392-392", "392"),
        ("e0281406", "e0281406"),
        ("209.e1-7", "209.e1-7"),
        ("S9-S16", "S9-S16"),
        ("pp. 12 - 20", "12-20"),
        ("12-20; discussion 21", "12-20"),
        ("", ""),
    ],
)
def test_pages_have_a_hyphen_and_whole_numbers(raw: str, clean: str) -> None:
    assert normalize.pages(raw) == clean


@pytest.mark.parametrize(
    "raw", ["2019", "2019/05/17/", "2019///", "2019 Jan-Feb", "17.05.2019", "May 2019", "2019-05-17T00:00:00Z", "c2019"]
)
def test_a_year_is_found_in_dates_of_all_forms(raw: str) -> None:
    assert normalize.year(raw) == "2019"


@pytest.mark.parametrize("raw", ["n.d.", "", "12345", "in press", "٢٠١٩"])
def test_no_year_is_made_up(raw: str) -> None:
    assert normalize.year(raw) is None


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("https://doi.org/10.1016/S0140-6736(16)31279-X", "10.1016/s0140-6736(16)31279-x"),
        ("doi:10.1001/JAMA.2020.1.", "10.1001/jama.2020.1"),
        ("(10.1001/jama.2020.1)", "10.1001/jama.2020.1"),
        ("https://dx.doi.org/10.1001%2Fjama.2020.1", "10.1001/jama.2020.1"),
        ("10.1001/jama.2020.1 [doi]", "10.1001/jama.2020.1"),
        ("not one", None),
        ("", None),
    ],
)
def test_a_doi_is_bare_and_in_lower_case(raw: str, clean: str | None) -> None:
    assert normalize.doi(raw) == clean


@pytest.mark.parametrize(
    ("raw", "family", "given"),
    [
        ("West, Colin P", "West", "Colin P."),
        ("West CP", "West", "C. P."),
        ("de Boer, A.G.E.M.", "de Boer", "A. G. E. M."),
        ("SHANAFELT, TAIT D", "Shanafelt", "Tait D."),
        ("Resneck, Jack, Jr", "Resneck Jr", "Jack"),
        ("Resneck, Jr, Jack", "Resneck Jr", "Jack"),
        ("Physician Moms Group Study Group", "Physician Moms Group Study Group", ""),
        ("National Academies of Sciences, Engineering, and Medicine",) * 2 + ("",),
        ("陈, 伟", "陈", "伟"),
    ],
)
def test_names_come_as_family_and_given(raw: str, family: str, given: str) -> None:
    """Initials have periods, capitals throughout are no names, and groups stay whole."""
    (person,) = read_names([raw]).people
    assert (person.family, person.given) == (family, given)


def test_of_300_authors_the_first_are_kept_and_the_others_said(tmp_path: Path) -> None:
    """A record stays readable, and does not claim to be complete."""
    authors = "".join(f"AU  - Family{number}, A.\n" for number in range(300))
    work = only(tmp_path, f"TY  - JOUR\nTI  - Many\nJF  - Journal\n{authors}ER  - \n").work
    assert len(work.authors) == MOST_AUTHORS
    assert work.more_authors


def test_a_retracted_work_is_pointed_out(tmp_path: Path) -> None:
    """PubMed's mark is passed on in words."""
    found = only(tmp_path, PUBMED + "PT  - Journal Article\nPT  - Retracted Publication\n")
    assert any("retracted" in remark for remark in found.remarks)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "the file is empty"),
        (b" \n\n", "the file is empty"),
        (b"PK\x03\x04\x00\x00", "this is not a text file"),
        (b"<html><body>Sign in</body></html>", "it is XML or a web page"),
        (b"32338522\n25403048\n", "it is a list of PubMed numbers"),
        (b"Author,Title\nWest,Burnout\n", "it is none of these formats"),
        (b'[{"title": "A"}, {"title": ', "works.txt:1: the file must be well-formed JSON"),
        (b'[\n\n"a"]', "works.txt:3: this is not a work"),
        (b"[" * 100_000, "nests too deeply"),
        (b"@article{a, title = {B}\n", "works.txt:1: the record a must be closed"),
    ],
    ids=range(10),
)
def test_what_cannot_be_read_is_reported_in_words_and_with_its_line(tmp_path: Path, data: bytes, expected: str) -> None:
    """Every failure says what the file seems to be, and where."""
    assert expected in "\n".join(map(str, reading(tmp_path, data).faults))


def test_too_much_is_refused(tmp_path: Path) -> None:
    """A whole library, or a file of another kind, is not poured into the bibliography."""
    with (tmp_path / "huge.ris").open("wb") as file:
        file.truncate(21_000_000)
    assert "at most 20 MB, found 21 MB" in str(read_file(tmp_path / "huge.ris", "huge.ris").faults[0])
    many = reading(tmp_path, "TY  - JOUR\nTI  - A title\nER  - \n" * 2_001)
    assert not many.works
    assert "may hold at most 2000 works, found more" in str(many.faults[0])
    assert "not a file" in str(read_file(tmp_path, "folder").faults[0])


SCRAPS = (
    *(b"{", b"}", b"\\", b'"', b"[", b"]", b"$", b"~", b"%", b"&", b"#", b"\0", b"\xff", b"\xc3", b"\r", b"\n", b"- "),
    *(b"<sup>", b"@article{", b"TY  - ", b"PMID- 1\n", b" and ", b",", b"--", b"''", b"``", b"&amp;", b"=", b"others"),
    *(b"\xe2\x80\xae", b"\xed\xa0\x80", b"null", b"1e999", b'{"a":', b"[[[[", b"ER  - \n", b"\\ud800", b"10.1000/{x}"),
)


@pytest.mark.parametrize("seed", range(8))
def test_no_mutation_of_a_file_breaks_the_reading_or_the_bibliography(
    tmp_path: Path, content: object, real: Checked, seed: int
) -> None:
    """Whatever a file holds, what is added reads back well-formed, and the rest is reported."""
    root: Path = content()  # type: ignore[operator]
    before = len(bibliography.parse((root / "references.bib").read_text(), "references.bib")[0])
    some = list(real.knowledge.references.values())[:8]
    sources = [*FORMATS.values(), "".join(map(as_ris.as_record, some)), "\n".join(map(as_bibtex.as_record, some))]
    chance = random.Random(seed)
    for _ in range(40):
        data = bytearray(chance.choice(sources).encode())
        for _ in range(chance.randint(1, 25)):
            place = chance.randrange(len(data) + 1)
            if chance.random() < 0.6:
                data[place:place] = chance.choice(SCRAPS)
            else:
                del data[place : place + chance.randint(1, 60)]
        found = reading(tmp_path, bytes(data))
        planned = plan(root, found.works)
        references, _, problems = bibliography.parse(planned.text, "references.bib")
        assert problems == ()
        assert len(references) == before + len(planned.added)
        assert all(str(fault) for fault in (*found.faults, *planned.faults))
