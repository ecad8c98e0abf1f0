"""Exports of many programs through kb cite: each kind comes in right, with a remark, or is refused with a reason."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.check import check
from kb.cli import main
from kb.model import Reference
from kb.read import bibliography

STANDING = """@misc{standing-2000,
  title = {A standing work about nothing},
  publisher = {Quiet Press},
  verified = {seed},
}
"""


@dataclass
class Cited:
    """What one run of kb cite printed and wrote."""

    root: Path
    output: str
    status: int

    @property
    def works(self) -> dict[str, Reference]:
        text = (self.root / "references.bib").read_text(encoding="utf-8")
        references, _, problems = bibliography.parse(text, "references.bib")
        assert problems == ()
        return {key: work for key, work in references.items() if key != "standing-2000"}

    @property
    def work(self) -> Reference:
        assert self.status == 0, self.output
        (work,) = self.works.values()
        return work

    @property
    def warnings(self) -> list[str]:
        return [f"{problem.code} {problem.message}" for problem in check(self.root).problems]


Cite = Callable[..., Cited]


@pytest.fixture
def cite(tmp_path: Path) -> Cite:
    """Runs kb cite on a file with this text, in content that holds one work."""
    root = tmp_path / "content"
    root.mkdir()
    (root / "references.bib").write_text(STANDING, encoding="utf-8")

    def run(data: str | bytes, *options: str) -> Cited:
        file = tmp_path / "export.txt"
        file.write_bytes(data.encode() if isinstance(data, str) else data)
        done = CliRunner().invoke(main, ["cite", str(file), "--content", str(root), *options])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.output
        return Cited(root, done.output, done.exit_code)

    return run


def bib(**fields: str) -> str:
    values = {"author": "Roe, A.", "title": "A title of a paper", "journal": "BMC Geriatrics", "year": "2020", **fields}
    return (
        "@article{a, " + ", ".join(f"{name.replace('_', '-')} = {{{value}}}" for name, value in values.items()) + "}\n"
    )


def ris(*lines: str, **tags: str) -> str:
    values = {
        "TY": "JOUR",
        "AU": "Doe, Jane",
        "TI": "A title of a paper",
        "T2": "Journal of Quiet",
        "PY": "2019",
        **tags,
    }
    return "".join(f"{tag}  - {value}\n" for tag, value in values.items() if value) + "".join(
        f"{line}\n" for line in (*lines, "ER  - ")
    )


@pytest.mark.parametrize("preamble", ["@preamble{BibTeX for papers; see\nhttps://example.org}", '@preamble{ "x" # y }'])
def test_a_preamble_is_passed_over(cite: Cite, preamble: str) -> None:
    assert cite(f"{preamble}\n\n{bib()}").work.title == "A title of a paper"


@pytest.mark.parametrize(
    "written",
    [r"Mart{\'{\i}}nez", r"Mart\'{\i}nez", r"Mart\'\i nez", r"Mart{\'\i}nez", r"Mart{\' i}nez", r"Mart\'inez"],
)
def test_an_i_without_its_dot_gets_its_accent_however_it_is_written(cite: Cite, written: str) -> None:
    assert cite(bib(author=f"{written}, Jos{{\\'{{e}}}}")).work.authors[0].family == "Martínez"


@pytest.mark.parametrize(
    ("written", "title"),
    [
        (r"Na\"{\i}ve nurses", "Naïve nurses"),
        (r"Effect of p {\textless} .05", "Effect of p < .05"),
        (r"Nurses{\textquoteright} {\textquotedblleft}rest{\textquotedblright}", "Nurses’ “rest”"),
        (r"CO$_2$ in the ward", "CO₂ in the ward"),
        (r"10$^{-3}$ of {$\beta$}-blockers $\geq$ 5\%", "10⁻³ of β-blockers ≥ 5%"),
        (r"{\it Naps} and {\v S}leep at 40\textdegree C", "Naps and Šleep at 40°C"),
        (r"\'{\^e} \ng{}", "ế ŋ"),
    ],
)
def test_text_commands_become_signs(cite: Cite, written: str, title: str) -> None:
    assert cite(bib(title=written)).work.title == title


def test_latex_that_cannot_be_read_is_left_out_and_told(cite: Cite) -> None:
    cited = cite(bib(title=r"Naps \foo{in wards}"))
    assert cited.work.title == "Naps in wards"
    assert r"LaTeX of the title was left out (found \foo)" in cited.output


@pytest.mark.parametrize(
    "fields",
    [
        {"Journal_ISO": "BMC Geriatr.", "Unique_ID": "{WOS:1}", "Early Access Date": "JUL 2019"},
        {"fjournal": "A full name", "mrnumber": "MR1", "mrclass": "05"},
        {"author+an": "1=highlight", "created": "2020-01-01", "groups": "x", "keyword": "y"},
        {"mendeley_groups": "Burnout", "file": ":C$\\backslash$:/x.pdf:pdf", "notes": "x"},
    ],
    ids=["Web of Science", "MathSciNet", "JabRef", "Mendeley"],
)
def test_fields_that_programs_add_are_passed_over(cite: Cite, fields: dict[str, str]) -> None:
    work = cite(bib(**fields)).work
    assert (work.title, work.container) == ("A title of a paper", "BMC Geriatrics")


def test_our_own_file_keeps_its_guard_against_misspelled_fields(cite: Cite) -> None:
    cited = cite(bib())
    path = cited.root / "references.bib"
    path.write_text(STANDING.replace("verified", "titel = {x},\n  verified"), encoding="utf-8")
    assert any(warning.startswith("KB104 there is no field titel") for warning in cited.warnings)


@pytest.mark.parametrize(
    "nothing", ["n/a", "No", "Specified", "nan", "online ahead of print", "in press", "0", "No.specified"]
)
def test_what_is_no_data_marks_a_work_as_published_online(cite: Cite, nothing: str) -> None:
    cited = cite(ris(VL=nothing, IS=nothing, SP=nothing, EP=nothing, DO="https://doi.org/10.1111/example.2"))
    work = cited.work
    assert (work.volume, work.issue, work.pages, work.published_online) == (None, None, None, True)
    assert work.text == "Doe J. A title of a paper. Journal of Quiet. Published online 2019. doi:10.1111/example.2"
    assert "is no data, so it was left out" in cited.output


def test_an_issue_that_is_no_data_beside_a_volume_says_nothing_about_the_work(cite: Cite) -> None:
    work = cite(ris(VL="12", IS="n/a", SP="3")).work
    assert (work.volume, work.issue, work.published_online) == ("12", None, False)


def test_a_year_in_another_field_is_found_and_its_day_kept(cite: Cite) -> None:
    work = cite(ris("DA  - 2026/01/05", PY="in press")).work
    assert work.year == 2026
    assert "Published online January 5, 2026." in work.text


@pytest.mark.parametrize(
    ("lines", "cited_as", "remark"),
    [
        (["Doe, Pedro J.; Roe, Maria; Poe, Ana Luisa"], "Doe PJ, Roe M, Poe AL.", "several names were in one field"),
        (
            ["Jane Doe", "Richard Q. Roe, PhD, RN", "Ann Poe MD"],
            "Doe J, Roe RQ, Poe A.",
            "degrees and titles were left out",
        ),
        (["Doe, Jane MD, PhD", "Roe, Richard B. RN, MSN"], "Doe J, Roe RB.", "degrees and titles were left out"),
        (["Doe J, Roe R, Poe AB"], "Doe J, Roe R, Poe AB.", "several names were in one field"),
        (["Doe, J., Roe, R., & Poe, A."], "Doe J, Roe R, Poe A.", "several names were in one field"),
        (["Jane Doe, Richard Roe, and Ann Poe"], "Doe J, Roe R, Poe A.", "several names were in one field"),
        (["Resneck, Jack S., Jr", "King, Martin L. III"], "Resneck JS Jr, King ML III.", ""),
        (["World Health Organization", "van der Berg, Ada"], "World Health Organization, van der Berg A.", ""),
        (["Garcia Lopez MA", "Roe R"], "Garcia Lopez MA, Roe R.", ""),
        (["DOE, JANE", "O'NEILL, M-J"], "Doe J, O'Neill MJ.", ""),
        (["Doe, Jane", "et al."], "Doe J, et al.", ""),
        (["[No authors listed]"], "A title of a paper.", "the source names no author"),
        (["Alice Press"], "Alice Press.", "read as names of groups"),
        (["van der Waals, J. D.", "Garcia Lopez, M.A."], "van der Waals JD, Garcia Lopez MA.", ""),
        (["Doe, Jane", "Garcia Lopez, MA"], "Doe J, Garcia Lopez MA.", ""),
        (["Jane Doe, MA"], "Doe J.", "degrees and titles were left out"),
        (["DE LA CRUZ, ANA M.", "MCDONALD, SUSAN", "LI, X"], "de la Cruz AM, McDonald S, Li X.", "names in capitals"),
        (["XU J", "LI X"], "Xu J, Li X.", ""),
        (["Collaborators, The Quiet", "Study Group, CHARM"], "The Quiet Collaborators, CHARM Study Group.", "groups"),
        (["on behalf of the CHARM Investigators"], "CHARM Investigators.", ""),
        (["Doe, Jane, Roe, Richard, Poe, Ann"], "Doe J, Roe R, Poe A.", "several names were in one field"),
        (["Doe, Jane.", "Roe, Wm."], "Doe J, Roe W.", ""),
        (["Doe J 3rd", "Roe R Jr"], "Doe J 3rd, Roe R Jr.", ""),
    ],
)
def test_names_come_as_persons_and_what_was_guessed_is_told(
    cite: Cite, lines: list[str], cited_as: str, remark: str
) -> None:
    cited = cite(ris(*(f"AU  - {line}" for line in lines), AU=""))
    assert cited.work.text.startswith(cited_as)
    assert remark in cited.output
    if not remark:
        assert "note:" not in cited.output


@pytest.mark.parametrize(
    ("written", "doi"),
    [
        (
            r"10.1002/(SICI)1097-0258(19980430)17:8{\textless}873::AID-SIM779{\textgreater}3.0.CO;2-I",
            "10.1002/(sici)1097-0258(19980430)17:8<873::aid-sim779>3.0.co;2-i",
        ),
        (
            "10.1002/(SICI)1097-0258(19980430)17:8%3C873::AID-SIM779%3E3.0.CO;2-I",
            "10.1002/(sici)1097-0258(19980430)17:8<873::aid-sim779>3.0.co;2-i",
        ),
        (r"10.1007/978-3-030\_12", "10.1007/978-3-030_12"),
        ("https://onlinelibrary.wiley.com/doi/full/10.1111/jan.1", "10.1111/jan.1"),
        ("https://doi.org/10.1001/jama.1?utm_source=x", "10.1001/jama.1"),
        ("10.1016/S0140–6736(20)1", "10.1016/s0140-6736(20)1"),
    ],
)
def test_a_doi_comes_whole(cite: Cite, written: str, doi: str) -> None:
    assert cite(bib(doi=written)).work.doi == doi


@pytest.mark.parametrize(
    "written",
    ["10.1234/q.2?journalCode=abc", "https://onlinelibrary.wiley.com/doi/full/10.1234/q.2?af=R", "10.1234/q.2."],
)
def test_what_stands_behind_a_doi_is_no_part_of_it(cite: Cite, written: str) -> None:
    tag = "UR" if "onlinelibrary" in written else "DO"
    assert cite(ris(**{tag: written})).work.doi == "10.1234/q.2"


def test_a_doi_that_would_be_cut_is_left_out_and_told(cite: Cite) -> None:
    cited = cite(bib(doi="10.1001/jama. 2020.1"))
    assert cited.work.doi is None
    assert "is no DOI and was left out" in cited.output


def test_an_address_with_blanks_is_encoded_and_told(cite: Cite) -> None:
    cited = cite('[{"type": "webpage", "title": "A page of naps", "URL": "https://example.org/a b"}]')
    assert cited.work.url == "https://example.org/a%20b"
    assert "the address has blanks" in cited.output


@pytest.mark.parametrize("field", ["eid", "articleno", "Article-Number", "art_number"])
def test_the_number_of_an_article_is_cited_like_pages(cite: Cite, field: str) -> None:
    text = bib(volume="7", pages="").replace("pages =", f"numpages = {{12}}, {field} = {{e77}}, pages =")
    assert "2020;7:e77." in cite(text).work.text


def test_of_two_places_that_of_the_publisher_is_kept(cite: Cite) -> None:
    text = (
        "@inproceedings{x, author={Doe, J}, title={Mining of patterns}, booktitle={Proceedings}, location={San Jose},"
    )
    cited = cite(text + " publisher={ACM}, address={New York}}")
    assert cited.work.text == "Doe J. Mining of patterns. In: Proceedings. ACM."
    assert "address = {New York}" in (cited.root / "references.bib").read_text()


def test_a_work_with_editors_alone_is_cited_by_them(cite: Cite) -> None:
    text = "TY  - BOOK\nED  - Doe, W. F.\nED  - Roe, C. R. R.\nTI  - Principles\nPB  - A Press\nPY  - 1988\nER  -\n"
    work = cite(text).work
    assert (work.key, work.text) == ("doe-1988", "Doe WF, Roe CRR, eds. Principles. A Press; 1988.")


NBIB = """PMID- 31000001
TI  - Effect of a program: a randomized trial.
DP  - 2018 Dec 11
JT  - JAMA
FAU - Doe, Jane 3rd
LID - 10.1001/example.5 [doi]
"""


def test_notices_of_pubmed_are_written_with_day_and_place_and_kb_check_warns(cite: Cite) -> None:
    cited = cite(
        NBIB + "PT  - Retracted Publication\n"
        "RIN - JAMA. 2019 Oct 8;322(14):1417-1418. doi: 10.1001/example.6. PMID: 31000002\n"
        "EIN - JAMA. 2019 Feb;321(6):1. doi: 10.1001/example.7\nECI - JAMA. 2019 Jun 1;5(6):e2. PMID: 36000005\n"
    )
    work = cited.work
    assert work.retracted
    assert (str(work.retracted.date), work.retracted.doi) == ("2019-10-08", "10.1001/example.6")
    assert work.corrected
    assert (str(work.corrected.date), work.corrected.doi) == ("2019-02-01", "10.1001/example.7")
    assert work.concern
    assert work.concern.link == "https://pubmed.ncbi.nlm.nih.gov/36000005/"
    assert "PubMed gives no day for a notice" in cited.output
    assert [warning for warning in cited.warnings if "KB215 doe-2018 was retracted on 2019-10-08" in warning]


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("RETRACTED: A trial of naps", "says that it was retracted"),
        ("A trial of naps (Retracted)", "says that it was retracted"),
        ("A trial of naps (Retracted article. See vol. 5, pg. 3, 2024)", "says that it was retracted"),
        ("A trial of naps (vol 3, pg 4, 2019) [Retraction]", "says that it was retracted"),
        ("WITHDRAWN: A trial of naps", "says that it was retracted"),
        ("Retraction Note: A trial of naps", "it is a notice about another work"),
        ("Expression of Concern: A trial of naps", "it is a notice about another work"),
        ("Corrigendum to “A trial of naps” [J Quiet 3 (2019)]", "it is a notice about another work"),
        ("Erratum", "it is a notice about another work"),
        ("A trial of naps (vol 3, pg 5, 2019)", "it is a notice about another work"),
        ("Notice of Retraction and Replacement. A trial of naps", "it is a notice about another work"),
        ("Editorial Expression of Concern: A trial of naps", "it is a notice about another work"),
        ("Correction for Doe et al., A trial of naps", "it is a notice about another work"),
        ("Temporary Removal: A trial of naps", "says that it was retracted"),
        ("This article has been retracted: A trial of naps", "says that it was retracted"),
        ("A trial of naps - RETRACTED", "says that it was retracted"),
        ("Errata in medical publishing: a review", ""),
        ("Correction to normal of sleep after shifts", ""),
        ("Retraction of consent: a study (vol. 2)", ""),
        ("Correction of anemia in naps", ""),
        ("Withdrawal: a trial of opioids", ""),
    ],
)
def test_a_title_that_tells_of_a_retraction_is_noticed(cite: Cite, title: str, said: str) -> None:
    cited = cite(ris(TI=title, DO="10.1234/r1"))
    assert cited.work.title == title
    assert said in cited.output
    assert ("note:" in cited.output) == bool(said)
    assert any("KB215" in warning for warning in cited.warnings) == ("retracted" in said)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("N1  - Retracted Publication", "was retracted"),
        ("N1  - Retraction in: J Quiet. 2020;4(1):1", "was retracted"),
        ("KW  - Retracted Publication", "was retracted"),
        ("ST  - RETRACTED: A title of a paper", "was retracted"),
        ("N1  - Erratum in: J Quiet. 2020;4(1):1", "was corrected"),
        ("N1  - Expression of concern in: J Quiet. 2020;4(1):1", "has an expression of concern"),
        ("N1  - A correction in wording was made", ""),
        ("KW  - Retraction of consent", ""),
    ],
)
def test_a_note_that_tells_of_a_notice_is_noticed(cite: Cite, line: str, said: str) -> None:
    cited = cite(ris(line))
    assert ("a note of the source says that it" in cited.output) == bool(said)
    assert said in cited.output


@pytest.mark.parametrize("tag", ["RIN", "PRIN", "RRI"])
def test_every_form_of_a_retraction_of_pubmed_is_written(cite: Cite, tag: str) -> None:
    notice = f"{tag:4}- JAMA. 2019 Oct 8;322(14):1417. doi: 10.1001/example.6. PMID: 31000002\n"
    assert cite(NBIB + notice).work.retracted is not None


@pytest.mark.parametrize("tag", ["ROF", "PROF", "EFR", "ECF"])
def test_a_notice_of_pubmed_about_another_work_is_told(cite: Cite, tag: str) -> None:
    cited = cite(NBIB + f"{tag:4}- JAMA. 2018;1:1. PMID: 31000002\n")
    assert "it is a notice about another work" in cited.output


@pytest.mark.parametrize("tag", ["RRF", "CRF"])
def test_a_version_that_replaces_another_one_is_told(cite: Cite, tag: str) -> None:
    assert "it is the version that replaces another one" in cite(NBIB + f"{tag} - JAMA. 2018;1:1.\n").output


def test_the_edition_before_of_a_review_is_no_preprint(cite: Cite) -> None:
    first = NBIB.replace("example.5", "example.4")
    update = "UOF - Cochrane Database Syst Rev. 2015 Apr 7;(4):CD002892. doi: 10.1001/example.4. PMID: 31000003\n"
    cited = cite(first + "\n" + NBIB.replace("31000001", "31000009") + update)
    assert len(cited.works) == 2
    assert {work.preprint_of for work in cited.works.values()} == {None}


PREPRINT = bib(title="A trial of naps", journal="medRxiv", year="2025", doi="10.1101/2025.01.01.1")
ARTICLE = bib(title="A trial of naps", journal="NEJM AI", year="2025", doi="10.1234/naps1")


@pytest.mark.parametrize("order", [(PREPRINT, ARTICLE), (ARTICLE, PREPRINT)])
@pytest.mark.parametrize("at_once", [True, False])
def test_preprint_and_article_are_two_works_that_name_each_other(
    cite: Cite, order: tuple[str, str], at_once: bool
) -> None:
    cited = cite("".join(order)) if at_once else (cite(order[0]), cite(order[1]))[1]
    assert cited.status == 0
    works = {work.doi: work for work in cited.works.values()}
    assert works["10.1101/2025.01.01.1"].preprint_of == works["10.1234/naps1"].key
    assert "is recorded as the preprint of" in cited.output
    assert not [warning for warning in cited.warnings if "KB212" in warning]


def test_a_preprint_without_the_subtitle_of_its_article_is_related_to_it(cite: Cite) -> None:
    cited = cite(
        PREPRINT.replace("naps}", "naps in wards of nurses}")
        + ARTICLE.replace("naps}", "naps in wards of nurses: a trial}")
    )
    assert {work.preprint_of for work in cited.works.values()} == {
        None,
        "roe-2025-trial-naps",
    } or "preprint of" in cited.output


@pytest.mark.parametrize(
    ("lines", "pages", "remark"),
    [
        (["SP  - 445–51", "EP  - 451"], "445-451", ""),
        (["SP  - 123-129", "EP  - 129"], "123-129", ""),
        (["SP  - 123, 145-7"], "123", "of several pages"),
        (["SP  - 12 pages"], None, "names no page"),
        (["SP  - Article 12"], "12", ""),
        (["SP  - 129", "EP  - 123"], "129-123", "end before they start"),
        (["SP  - e12", "EP  - e19"], "e12-e19", ""),
        (["SP  - n/a", "EP  - 9"], None, "is no data"),
    ],
)
def test_pages_come_right_or_with_a_remark(cite: Cite, lines: list[str], pages: str | None, remark: str) -> None:
    cited = cite(ris(*lines, VL="3"))
    assert cited.work.pages == pages
    assert remark in cited.output


@pytest.mark.parametrize("pages", ["xii, 186", "345", "345 p."])
def test_how_many_pages_a_book_has_is_no_page_of_it(cite: Cite, pages: str) -> None:
    cited = cite(
        f"@book{{b, author={{Doe, J}}, title={{Rest}}, publisher={{OUP}}, year=2001, edition={{3}}, pages={{{pages}}}}}"
    )
    assert cited.work.text == "Doe J. Rest. 3rd ed. OUP; 2001."


def test_pages_that_repeat_the_end_of_the_doi_are_those_of_no_issue(cite: Cite) -> None:
    cited = cite(ris(DO="10.1177/01234567221234567", SP="01234567221234567"))
    assert (cited.work.pages, cited.work.published_online) == (None, True)


@pytest.mark.parametrize(
    ("note", "pmid"),
    [
        ("PMID: 31234567; PMCID: PMC7654321", "31234567"),
        ("Accession Number: 2019-1. PMID: 31234567", "31234567"),
        ("Comment in: JAMA. 2020;1:1. PMID: 31234567", None),
        ("PMID: 31234567\nPMID: 31234568", None),
    ],
)
def test_a_pmid_in_notes_is_that_of_the_work_alone(cite: Cite, note: str, pmid: str | None) -> None:
    cited = cite(ris(*(f"N1  - {line}" for line in note.split("\n"))))
    assert (f"pmid = {{{pmid}}}" in (cited.root / "references.bib").read_text()) == bool(pmid)
    assert ("pmid" in (cited.root / "references.bib").read_text()) == bool(pmid)


def test_a_day_of_access_of_endnote_is_no_part_of_the_address(cite: Cite) -> None:
    cited = cite("%0 Web Page\n%T Rest\n%A Doe, Jane\n%D 2016\n%U https://example.org/x\n%[ 2020-03-04\n")
    assert cited.work.url == "https://example.org/x"


def test_each_line_of_json_is_a_work(cite: Cite) -> None:
    line = '{"type": "book", "title": "Rest %s", "publisher": "OUP", "author": [{"family": "Doe", "given": "J"}]}\n'
    assert {work.title for work in cite(line % "one" + line % "and sleep").works.values()} == {
        "Rest one",
        "Rest and sleep",
    }


def test_an_edited_book_has_its_editors(cite: Cite) -> None:
    lines = "TY  - EDBOOK\nAU  - Roe, Richard\nTI  - Rest\nPB  - OUP\nPY  - 2019\nER  - \n"
    assert cite(lines).work.text == "Roe R, ed. Rest. OUP; 2019."


def test_a_doi_behind_the_title_is_that_of_the_work(cite: Cite) -> None:
    work = cite(ris(TI="A title of a paper. doi:10.1234/tt")).work
    assert (work.title, work.doi) == ("A title of a paper", "10.1234/tt")


def test_what_a_record_takes_over_from_another_is_told(cite: Cite) -> None:
    cited = cite("@incollection{a, author={Doe, J}, title={Rest}, booktitle={Book of Rest}, crossref={b}}")
    assert "what it takes over from 'b' was not read" in cited.output
    assert "the source gives no year" in cited.output


def test_names_in_the_long_form_of_biblatex_are_read(cite: Cite) -> None:
    work = cite(bib(author="family=Doe, given=Jane, prefix=van and given=R. Q., family=Roe, suffix=Jr")).work
    assert work.text.startswith("van Doe J, Roe RQ Jr.")


def test_a_title_in_capitals_is_told(cite: Cite) -> None:
    assert "the title is in capitals" in cite(ris(TI="REST AMONG NURSES IN THE ICU")).output


def test_a_journal_has_no_tail_that_says_whose_it_is(cite: Cite) -> None:
    tail = "Academic Medicine: Journal of the Association of American Medical Colleges"
    assert cite(ris(T2=tail)).work.container == "Academic Medicine"


def test_update_takes_nothing_from_another_work_with_the_same_doi(cite: Cite) -> None:
    cite(bib(doi="10.1234/one"))
    wrong = cite(bib(doi="10.1234/one", author="Smythe, E.", title="Geology of alpine lakes", volume="99"), "--update")
    assert wrong.work.volume is None
    assert "the source says 'Geology of alpine lakes'" in wrong.output


def test_a_preprint_that_a_note_names_is_related_to_its_article(cite: Cite) -> None:
    first = cite(bib(title="Ambient scribes in practice", doi="10.1056/aioa1"))
    path = first.root / "references.bib"
    note = "note = {The preprint lists nine authors (doi:10.1101/2025.07.10.25331333).},\n  verified = {unverified}"
    path.write_text(path.read_text().replace("verified = {unverified}", note))
    second = cite(bib(title="Quite another title of it", journal="medRxiv", doi="10.1101/2025.07.10.25331333"))
    assert {work.preprint_of for work in second.works.values()} == {None, "roe-2020"}


def test_an_article_of_an_unknown_preprint_is_a_problem(cite: Cite) -> None:
    cited = cite(PREPRINT)
    path = cited.root / "references.bib"
    path.write_text(path.read_text().replace("  doi =", "  preprint-of = {nobody-2020},\n  doi ="))
    assert [warning for warning in cited.warnings if warning.startswith("KB202 there is no work 'nobody-2020'")]


POOR = bib(author="West, C. P. and others", pages="527", volume="173", doi="10.1001/example.9", abstract="kept")
BETTER = ris(
    "AU  - Dyrbye, Liselotte N.",
    AU="West, Colin P.",
    T2="BMC Geriatrics",
    PY="2020",
    VL="174",
    IS="4",
    SP="527",
    EP="33",
    DO="10.1001/example.9",
)


def test_update_completes_a_record_shows_the_difference_and_replaces_nothing(cite: Cite) -> None:
    first = cite(POOR)
    before = (first.root / "references.bib").read_text()
    told = cite(BETTER)
    assert told.status == 1
    assert "its record lacks pages, number, author: run kb cite again with --update" in told.output
    dry = cite(BETTER, "--update", "--dry-run")
    assert "nothing was written" in dry.output
    assert (first.root / "references.bib").read_text() == before
    done = cite(BETTER, "--update")
    assert done.status == 0
    assert "    - pages = {527},\n" in done.output
    assert "    + pages = {527-533},\n" in done.output
    assert "volume stays '173', the source says '174'" in done.output
    work = done.work
    assert work.text.startswith("West CP, Dyrbye LN. A title of a paper. BMC Geriatrics. 2020;173(4):527-533.")
    assert cite(BETTER, "--update").output.endswith("0 works added, 1 already in references.bib\n")


def test_update_leaves_every_other_byte_of_a_record(cite: Cite) -> None:
    first = cite(POOR)
    path = first.root / "references.bib"
    odd = path.read_text().replace("  pages = {527},\n", '  Pages="527" ,  abstract = {An = {odd} one},\n')
    path.write_text(odd)
    cite(BETTER, "--update")
    after = path.read_text()
    assert "abstract = {An = {odd} one}," in after
    assert "pages = {527-533}," in after
    assert bibliography.parse(after, "references.bib")[2] == ()


EXPORTS = {
    "web-of-science.txt": "FN Clarivate\nVR 1.0\nPT J\nAU Doe, JA\n   Roe, R\nAF Doe, Jane A.\n   Roe, Richard\n"
    "TI Burnout: a study\n   of nurses\nSO JOURNAL OF QUIET\nDT Article\nPY 2015\n"
    "VL 3\nIS 2\nAR e77\nDI 10.1234/X\nER\n\nEF\n",
    "endnote.enw": "%0 Journal Article\n%T Burnout: a study of nurses\n%A Doe, Jane A.\n%A Roe, Richard\n"
    "%J Journal of Quiet\n%V 3\n%N 2\n%P e77\n%D 2015\n%R 10.1234/X\n",
    "refworks.txt": "RT Journal Article\nSR Electronic(1)\nA1 Doe,Jane A.\nA1 Roe,Richard\n"
    "T1 Burnout: a study of nurses\nJF Journal of Quiet\nYR 2015\nVO 3\nIS 2\nSP e77\nDO 10.1234/X\n",
    "ojs.bib": "@article{Doe_2015, place={City}, title={Burnout: a study of nurses}, volume={3},"
    " number={2}, pages={e77}, url={https://ojs.example.org/10},"
    " DOI={10.1234/X}, abstractNote={&lt;p&gt;x}, journal={Journal of Quiet},"
    " author={Doe, Jane A. and Roe, Richard}, year={2015}, month={Jun.} }",
    "scopus.bib": "Scopus\nEXPORT DATE: 1 May 2024\n\n@ARTICLE{Doe2015,\n author = {Doe, Jane A. and Roe, Richard},\n"
    " title = {Burnout: A study of nurses},\n year = {2015},\n journal = {Journal of Quiet},\n volume = {3},\n"
    " number = {2},\n art_number = {e77},\n doi = {10.1234/X},\n abstract = {50% & more},\n source = {Scopus},\n"
    " note = {Cited by: 5}\n}\n",
    "keyless.bib": "@article{,\n title={Burnout: a study of nurses}, author={Jane A. Doe and Richard Roe}, year=2015,"
    " journal={Journal of Quiet}, volume=3, number=2, month=Sept, pages={e77}, doi={10.1234/X}}",
    "zotero.ris": "TY  - JOUR\nTI  - Burnout: a study of nurses\nAU  - Doe, Jane A.\nAU  - Roe, Richard\n"
    "T2  - Journal of Quiet\nDA  - 2015/05//\nPY  - 2015\nVL  - 3\nIS  - 2\nSP  - e77\nDO  - 10.1234/X\nER  - \n",
    "narrow.ris": "\ufeff\n\n TY - JOUR\n TI - Burnout: a study of nurses\n AU - Doe, Jane A.\n AU - Roe, Richard\n"
    " JF - Journal of Quiet\n PY - 2015\n VL - 3\n IS - 2\n SP - e77\n DO - 10.1234/X\n ER -\n",
}


@pytest.mark.parametrize("name", EXPORTS)
def test_a_work_is_the_same_whichever_program_exports_it(cite: Cite, name: str) -> None:
    work = cite(EXPORTS[name]).work
    cited_as = "Doe JA, Roe R. Burnout: a study of nurses. Journal of Quiet. 2015;3(2):e77. doi:10.1234/x"
    assert work.text.lower() == cited_as.lower()


def test_an_export_of_eric_is_read(cite: Cite) -> None:
    text = (
        "\nOWN - ERIC\nTI  - Test Approaches\nAU  - van Doe, Jane M.\nJT  - Journal of Quiet\nVI  - 21\n"
        "IP  - 1\nPG  - 12-24\nDP  - 2020\nLID - http://eric.ed.gov/?id=EJ0000000\n\n"
        "OWN - ERIC\nTI  - A second one\nJT  - J\nDP  - 2021\n"
    )
    works = list(cite(text).works.values())
    assert [work.title for work in works] == ["A second one", "Test Approaches"]
    assert (
        works[1].text
        == "van Doe JM. Test Approaches. Journal of Quiet. 2020;21(1):12-24. http://eric.ed.gov/?id=EJ0000000"
    )


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("<xml><records></records></xml>", "it is XML or a web page"),
        ("<1>\nUnique Identifier\n  123\n", "it is a display of Ovid"),
        ("Title,Authors,Year,DOI\nA,B,2020,10.1/x\n", "it is a table (CSV)"),
        ('{"title": "A", "authorships": []}', "this is no CSL-JSON: OpenAlex writes authorships"),
        (b"\xff\xfeT\x00Y\x00\x00", "this is not a text file"),
        (ris(TI="x" * 5_000), "a title may have at most 1,000 characters"),
    ],
    ids=range(6),
)
def test_what_is_not_read_is_refused_with_a_reason(cite: Cite, data: str | bytes, reason: str) -> None:
    cited = cite(data)
    assert cited.status == 1
    assert reason in cited.output
    assert "hint:" in cited.output
    assert cited.works == {}


def test_strings_that_double_each_other_take_no_memory_and_are_refused(cite: Cite) -> None:
    doubled = "".join(f"@string{{s{number} = s{number - 1} # s{number - 1}}}\n" for number in range(1, 41))
    cited = cite(f'@string{{s0 = "xxxx"}}\n{doubled}@article{{a, title = s40, journal = {{J}}}}\n')
    assert cited.status == 1
    assert "a value may have at most 50,000 characters, s14 has 65,536" in cited.output


def test_a_thousand_thousand_names_are_a_list_that_goes_on(cite: Cite) -> None:
    assert cite(ris("AU  - Doe, Jane; " + "Roe, Richard; " * 200_000, AU="")).work.more_authors


PIECES = st.sampled_from(
    [
        *(
            "@article{a,",
            "@string{a=",
            "@comment{",
            "@preamble{",
            "author={",
            "title={",
            "doi={",
            "journal={J}",
            "eid=",
            "}",
        ),
        *(
            "{",
            '"',
            "#",
            ",",
            "=",
            "\\",
            "\\'{\\i}",
            "$_2$",
            "$",
            "{\\textless}",
            " and ",
            "TY  - JOUR",
            "ER  - ",
            "AU  - ",
        ),
        *(
            "TI  - A title",
            "DO  - 10.1/",
            "VL  - n/a",
            "PY  - in press",
            "UR  - https://a b",
            "PMID- 1",
            "RIN - J. 2019 Oct",
        ),
        *(
            "UIN - doi: 10.1101/1",
            "%0 Book",
            "%A ",
            "%T ",
            "PT J",
            "AF ",
            "   x",
            "RT Journal",
            "OWN - ERIC",
            "JT  - J",
        ),
        *(
            '[{"title": "A", "author": [',
            '{"family": "Doe"}',
            "]",
            "}",
            ":",
            "null",
            "Doe, Jane",
            "Jane Doe MD",
            "; ",
            "&",
        ),
        *(
            "Jr",
            "III",
            "et al.",
            "\n",
            "\r\n",
            "\ufeff",
            "\u200b",
            "Ã©",
            "\ufffd",
            "陈",
            "10.1002/(SICI)1<2::A>3;2-I",
            "%3C",
        ),
    ]
)


@pytest.mark.slow
@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(PIECES | st.text(max_size=5), max_size=40).map("".join), st.booleans())
def test_whatever_a_file_holds_no_error_of_python_reaches_a_person(cite: Cite, text: str, update: bool) -> None:
    cited = cite(text.encode("utf-8", "replace"), *(["--update"] if update else []))
    assert cited.status in (0, 1)
    assert not re.search(r"Traceback|NoneType|object has no attribute", cited.output)
    assert cited.works is not None


CASES = {
    "01-preamble-unquoted.bib": ("Roe A. A title of a paper. BMC Geriatrics. 2020.",),
    "02-dotless-i.bib": ("Martínez J, Rodríguez A, Martínez E. Naïve nurses. J. 2020.",),
    "03-wos-journal-iso.bib": (
        "Doe JA, Roe R. Burnout Among Nurses. Journal of Nursing Scholarship. 2019;51. doi:10.1111/example.1",
    ),
    "04-wiley-early-view.ris": (
        "Doe J. Nurse burnout in the ward. Journal of Advanced Nursing. Published online 2021. doi:10.1111/example.2",
    ),
    "06-authors-semicolons-in-one-AU.ris": (
        "Doe PJ, Roe M, Poe AL, Moe LK. A re-emerging problem. Veterinary Journal. 2018.",
    ),
    "08-authors-given-family-and-degrees.ris": (
        "Doe J, Roe RQ, Poe A. Names as some publishers write them. Journal of Holistic Nursing. 2019.",
    ),
    "10-pubmed-retracted-RIN.nbib": (
        "Doe J. Effect of a program: a randomized trial. JAMA. 2018;320(22):2335-2343. "
        "doi:10.1001/example.5 Retracted October 8, 2019: doi:10.1001/example.6",
    ),
    "11-pubmed-erratum-EIN-ECI.nbib": (
        "Doe J. A trial with an erratum and an expression of concern. JAMA Network Open. 2022. "
        "doi:10.1001/example.7 Corrected June 1, 2022: doi:10.1001/example.8 Expression of "
        "concern June 1, 2023: https://pubmed.ncbi.nlm.nih.gov/36000005/",
    ),
    "13-eric.nbib": (
        "van Doe JM. Educational Test Approaches. Journal of Applied Testing Technology. "
        "2020;21(1):12-24. http://eric.ed.gov/?id=EJ0000000",
    ),
    "15-sici-doi-textless.bib": (
        "Doe R. Interval estimation. Stat Med. 1998. "
        "doi:10.1002/(sici)1097-0258(19980430)17:8<873::aid-sim779>3.0.co;2-i",
    ),
    "16-textless-textquoteright.bib": (
        "Roe A. Effect of p < .05. J. 2020.",
        "Roe A. Nurses’ burnout. J. 2020.",
        "Roe A. CO₂ in the ward. J. 2020.",
    ),
    "17-acm-location-and-address.bib": (
        "Doe J. Pattern Mining. In: Proceedings of the 13th Conference. ACM; 2007:330-339.",
    ),
    "19-eid-articleno.bib": (
        "Roe A. Article number one. J. 2020:e77. doi:10.1234/e1",
        "Roe A. Article number two. J. 2020:e78. doi:10.1234/e2",
        "Roe A. Article number three. J. 2020:79. doi:10.1234/e3",
    ),
    "20-mathscinet-fields.bib": ("Doe M. Higher-order theorems. Adv. Math. 2013:1-15.",),
    "22-year-in-DA-only.ris": ("Doe A. In press date. J. Published online January 5, 2026.",),
    "24-editors-only.ris": ("Doe WF, Roe CRR, eds. Principles For Nursing. A Press; 1988.",),
    "25-preprint-of-a-standing-work.bib": (
        "Doe PJ, et al. A Randomized-Clinical Trial of Two Ambient AI Scribes. medRxiv; 2025. "
        "doi:10.1101/2025.07.10.25331333",
    ),
    "28-retracted-titles.ris": (
        "Doe J. RETRACTED: A trial of naps. J Naps. 2019. doi:10.1234/r1",
        "Doe J. A trial of naps two (Retracted). J Naps. 2019. doi:10.1234/r2",
        "Doe J. Retraction Note: A trial of naps two. J Naps. 2019. doi:10.1234/r3",
        "Doe J. A trial of naps three (vol 3, pg 4, 2019) [Retraction]. J Naps. 2019. doi:10.1234/r4",
        "Doe J. WITHDRAWN: A trial of naps four. J Naps. 2019. doi:10.1234/r5",
    ),
    "31-jabref-and-mathscinet-fields.bib": (
        "Roe A. MathSciNet names. J. 2020. doi:10.1234/e",
        "Roe A. JabRef names. J. 2021. doi:10.1234/f",
    ),
    "33-preprint-and-article-one-title.bib": (
        "Doe J. A trial of naps. medRxiv. 2025. doi:10.1101/2025.01.01.1",
        "Doe J. A trial of naps. NEJM AI. 2025. doi:10.1234/naps1",
    ),
    "35-address-with-blank.json": ("Web page of naps. 2020. https://example.org/a%20b",),
}
"""What each of the shared cases becomes, in the order of the keys."""


@pytest.mark.parametrize("name", CASES)
def test_each_shared_case_comes_out_as_it_should(cite: Cite, project: Path, name: str) -> None:
    path = project.parent / "shared" / "cases" / "references" / name
    if not path.is_file():
        pytest.skip("the shared cases are not on this machine")
    cited = cite(path.read_bytes())
    assert cited.status == 0
    assert sorted(work.text for work in cited.works.values()) == sorted(CASES[name])
