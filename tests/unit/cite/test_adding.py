"""Adding works: the keys, the place in the file, duplicates, and nothing written where it would harm."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kb.check import check
from kb.cite import Incoming, RefusedError, apply, incoming, plan
from kb.cite.incoming import Place
from kb.cli import main
from kb.folders import FolderError
from kb.model import Person
from kb.problems import ContentError

Make = Callable[..., Path]
TODAY = date(2026, 11, 22)
STANDING = """% The works.
@article{adesoye-2017,
  author = {Adesoye, T.},
  title = {Perceived discrimination experienced by physician mothers},
  journal = {JAMA Internal Medicine},
  year = {2017},
  doi = {10.1001/jamainternmed.2017.1394},
  verified = {search: https://pubmed.ncbi.nlm.nih.gov/28459992/},
}

% About the next.
@article{west-2014,
  author = {West, C. P.},
  title = {Intervention to promote physician well-being, job satisfaction, and professionalism: a randomized trial},
  journal = {JAMA Internal Medicine},
  year = {2014},
  doi = {10.1001/JAMAINTERNMED.2013.14387},
  verified = {seed},
}
"""


def found(title: str = "Time-motion study of nurses", **raw: str) -> Incoming:
    author = raw.pop("author", "Arndt, Brian G")
    raw = {"title": title, "container": "Annals of Family Medicine", "year": "2017", **raw}
    made = incoming.normalized(Place("works.ris", 7), "article", raw, [author] if author != "nobody" else [])
    assert isinstance(made, Incoming)
    return made


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "content"
    root.mkdir()
    (root / "references.bib").write_text(STANDING, encoding="utf-8")
    return root


def test_a_record_goes_to_its_place_and_every_other_byte_stays(root: Path) -> None:
    """The file stays in the order of its keys, with its comments where they were."""
    made = plan(root, [found()])
    apply(made, root, TODAY)
    record = """@article{arndt-2017,
  author = {Arndt, Brian G.},
  title = {Time-motion study of nurses},
  journal = {Annals of Family Medicine},
  year = {2017},
  verified = {unverified},
}

"""
    text = (root / "references.bib").read_text(encoding="utf-8")
    assert text == STANDING.replace("% About the next", record + "% About the next")
    assert text.splitlines()[made.added[0].line - 1] == "@article{arndt-2017,"
    assert check(root, TODAY).ok


@pytest.mark.parametrize(
    ("author", "before", "after"),
    [("Aaron, A.", "% The works.\n", "\n\n@article{adesoye"), ("Zhao, A.", "}\n\n", "")],
    ids=["first", "last"],
)
def test_the_first_and_the_last_place_are_places_too(root: Path, author: str, before: str, after: str) -> None:
    """Header comments stay on top, and the file ends with one line end."""
    text = plan(root, [found(author=author)]).text
    start, record, end = text.partition("@article{" + author.split(",")[0].lower())
    assert start.endswith(before)
    assert record
    assert after in end
    assert text.endswith("}\n")
    assert not text.endswith("\n\n")


def test_windows_line_ends_and_a_byte_order_mark_stay(root: Path) -> None:
    """A file that an editor on Windows saved is not turned over by one addition."""
    before = b"\xef\xbb\xbf" + STANDING.replace("\n", "\r\n").encode()
    (root / "references.bib").write_bytes(before)
    apply(plan(root, [found()]), root, TODAY)
    after = (root / "references.bib").read_bytes()
    start = after.index(b"@article{arndt-2017")
    end = after.index(b"% About the next")
    assert after[:start] + after[end:] == before
    assert b"\n" not in after.replace(b"\r\n", b"")


def test_a_file_out_of_order_gets_the_record_at_its_end(root: Path) -> None:
    """No order is made up where the file has none."""
    first, second = STANDING.split("\n\n")
    (root / "references.bib").write_text(f"{second}\n{first}\n")
    assert plan(root, [found()]).text.startswith(f"{second}\n{first}\n\n@article{{arndt-2017,")


def test_a_bibliography_that_is_empty_can_be_started(root: Path) -> None:
    (root / "references.bib").write_text("")
    apply(plan(root, [found()]), root, TODAY)
    assert (root / "references.bib").read_text().startswith("@article{arndt-2017,")


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (found("Other words altogether", doi="https://doi.org/10.1001/JAMAInternMed.2017.1394"), "the same DOI"),
        (found("Other words altogether", pmid="28459992"), "the same PMID"),
        (found("PERCEIVED <i>Discrimination</i> experienced by physician-mothers."), "the same title"),
        (found("Perceived discriminations experienced by a physician mother", year="2018"), "nearly the same title"),
        (found("Perceived discrimination experienced by physician mothers", year=""), "the same title"),
        (
            found(
                "Perceived discrimination experienced by physician mothers: a national survey in 2016",
                author="Adesoye, Taiwo",
            ),
            "the same title except for its subtitle",
        ),
    ],
    ids=["doi", "pmid", "title", "near", "no year", "subtitle"],
)
def test_a_work_that_is_there_is_not_added_and_its_record_is_named(root: Path, one: Incoming, why: str) -> None:
    """By DOI, PMID, or title and year; the message says where the record is."""
    made = plan(root, [one])
    assert made.added == ()
    assert made.text == STANDING
    assert (made.duplicates[0].match.key, made.duplicates[0].place) == ("adesoye-2017", "content/references.bib:2")
    assert str(made.duplicates[0].match).startswith(why)


@pytest.mark.parametrize(
    "one",
    [
        found("Perceived discrimination experienced by physician mothers", year="2020"),
        found("Perceived discrimination experienced by physician fathers and sons"),
        found("Perceived discrimination experienced by physician mothers, part 2"),
    ],
    ids=["years apart", "another title", "another part"],
)
def test_another_work_is_added(root: Path, one: Incoming) -> None:
    assert len(plan(root, [one]).added) == 1


def test_what_only_looks_alike_can_be_added_on_demand_but_no_doi_twice(root: Path) -> None:
    """A program may err on titles, never on DOIs."""
    alike = found("Perceived discrimination experienced by physician mothers")
    assert len(plan(root, [alike], alike=True).added) == 1
    same = found(doi="10.1001/jamainternmed.2017.1394")
    assert plan(root, [same], alike=True).added == ()


def test_a_work_that_comes_twice_is_added_once(root: Path) -> None:
    """The second one is reported with the place of the first."""
    made = plan(root, [found(), found("Time motion study of nurses.")])
    assert len(made.added) == 1
    assert made.duplicates[0].place == "works.ris:7, just added"


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        ({"author": "O'Neill, Mary"}, "oneill-2017"),
        ({"author": "Adler-Milstein, J."}, "adler-milstein-2017"),
        ({"author": "de Boer, A."}, "de-boer-2017"),
        ({"author": "Ærø-Łuczak, Þór"}, "aero-luczak-2017"),
        ({"author": "American Medical Association"}, "ama-2017"),
        ({"author": "Agency for Healthcare Research and Quality"}, "ahrq-2017"),
        ({"author": "West, C.", "year": "2014"}, "west-2014-time"),
        ({"author": "Adesoye, T."}, "adesoye-2017-time"),
        ({"author": "Arndt, B.", "year": ""}, "arndt-nd-time"),
        ({"author": "nobody"}, "time-motion-nurses"),
        ({"author": "陈, 伟"}, "chen-2017"),
        ({"author": "Иванов, И. И."}, "ivanov-2017"),
        ({"author": "Παπαδόπουλος, Γ."}, "papadopoylos-2017"),
        ({"author": "محمد, أ"}, "mhmd-2017"),
        ({"author": "김, 철수"}, "gim-2017"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_keys_are_family_and_year_with_a_word_where_taken(root: Path, raw: dict[str, str], key: str) -> None:
    """As CONTRIBUTING.md has it."""
    assert plan(root, [found(**raw)]).added[0].work.key == key


def test_the_journal_is_spelled_as_in_other_records(root: Path) -> None:
    """PubMed writes journals in small letters."""
    made = plan(root, [found(container="jama internal medicine")])
    assert made.added[0].work.fields["journal"] == "JAMA Internal Medicine"


def test_a_work_without_a_title_or_a_way_to_it_is_reported_and_the_others_are_added(root: Path) -> None:
    """One bad record does not keep the good ones out."""
    made = plan(root, [found(""), incoming.normalized(Place("x.ris", 3), "misc", {"title": "Lost"}, []), found()])
    assert [one.work.key for one in made.added] == ["arndt-2017"]
    assert [str(fault.place) for fault in made.faults] == ["works.ris:7", "x.ris:3"]
    assert "say where to find the work" in made.faults[1].message


def test_a_key_of_one_letter_leaves_the_other_words_of_a_message_alone(root: Path) -> None:
    """The message of kb check is printed as it is, after the key that the work would have had."""
    made = plan(root, [incoming.normalized(Place("x.ris", 3), "misc", {"title": "R"}, [])])
    assert made.faults[0].message.startswith("the work was not added as r: the record r must ")


@pytest.mark.parametrize("title", ["Costs of $1,000 and $2,000", "50% & more_of #1", "A ^ B | C", "It's 'so'—“yes”"])
def test_signs_that_bibtex_reserves_come_through(root: Path, title: str) -> None:
    """What is read back is the title itself."""
    apply(plan(root, [found(title)]), root, TODAY)
    references = check(root, TODAY).knowledge.references
    assert title in {reference.title for reference in references.values()}


def test_names_that_bibtex_would_divide_come_through(root: Path) -> None:
    """A family of two words, one in small letters, and a group with and."""
    one = found()
    people = (Person(family="van der Berg Silva", given="A."), Person(family="lower case", given="B."))
    group = Person(family="Centers for This and That, Inc")
    names = (*people, group)
    work = one.work.__class__(one.work.type, "", one.work.fields, names)
    apply(plan(root, [Incoming(one.place, work)]), root, TODAY)
    references = check(root, TODAY).knowledge.references.values()
    assert names in {reference.authors for reference in references}


def test_a_bibliography_with_faults_is_left_alone(root: Path) -> None:
    """Its own faults are reported first."""
    (root / "references.bib").write_text(STANDING.replace("verified = {seed}", ""))
    with pytest.raises(ContentError, match="KB109"):
        plan(root, [found()])


def test_nothing_is_written_where_check_would_find_a_new_problem(root: Path) -> None:
    """The problem is reported at the place in the source that it comes from."""
    filler = STANDING.replace("% The works.", "% " + "x" * (1_000_000 - len(STANDING) - 10))
    (root / "references.bib").write_text(filler)
    with pytest.raises(RefusedError) as refused:
        apply(plan(root, [found()]), root, TODAY)
    assert "KB101 a content file must be at most 1 MB" in str(refused.value)
    assert (root / "references.bib").read_text() == filler


def run(*words: str) -> Result:
    return CliRunner().invoke(main, [*words, "--today", "2026-11-22"])


def test_cite_says_what_was_added_what_was_there_and_how_to_cite_it(content: Make, tmp_path: Path) -> None:
    """New works are added, the others named; the exit status says that not all were new."""
    root, file = content(), tmp_path / "two.ris"
    file.write_text(
        "TY  - JOUR\nTI  - Quiet hours\nPY  - 2024\nJF  - Journal of Quiet\nDO  - 10.1000/QUIET\nER  - \n"
        "TY  - JOUR\nAU  - Arndt, B.\nTI  - Time and motion of nurses\nPY  - 2017\nJF  - Annals of Family Medicine\n"
        "ER  - \nTY  - JOUR\nAU  - Lost, A.\nER  - \n"
    )
    done = run("cite", str(file), "--content", str(root))
    assert done.exit_code == 1
    assert "Added arndt-2017 to " in done.output
    assert (
        "not added. This work is already in references.bib as trial-2024 (content/references.bib:1): the same DOI"
        in done.output
    )
    assert "cite it as [@trial-2024]" in done.output
    assert f"{file}:13: the work has no title" in done.output
    assert done.output.splitlines()[-1] == "1 work added, 1 already in references.bib, 1 fault"
    assert "arndt-2017" in check(root, TODAY).knowledge.references


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("nowhere.ris", "is not a file, a DOI"),
        ("PMC1234567", "is a PubMed Central number"),
        ("--mailto=me", "--mailto"),
    ],
)
def test_cite_says_what_a_wrong_word_is(content: Make, word: str, expected: str) -> None:
    done = run("cite", word, "--content", str(content()))
    assert done.exit_code == 2
    assert expected in done.output or "Missing argument" in done.output


def test_many_works_come_in_at_once_each_in_its_place(root: Path) -> None:
    """Two in one gap, one before the first and one after the last record."""
    names = ("Zhao, A.", "Burns, A.", "Aaron, A.", "Arndt, B.")
    titles = ("Sleep after night shifts", "Coaching by peers", "Messages in the inbox", "Time-motion study of nurses")
    works = [found(title, author=name) for title, name in zip(titles, names, strict=True)]
    made = plan(root, works)
    apply(made, root, TODAY)
    lines = (root / "references.bib").read_text().splitlines()
    keys = [line[9:-1] for line in lines if line.startswith("@article{")]
    assert keys == ["aaron-2017", "adesoye-2017", "arndt-2017", "burns-2017", "west-2014", "zhao-2017"]
    assert [lines[one.line - 1] for one in made.added] == [f"@article{{{one.work.key}," for one in made.added]
    assert lines[lines.index("% About the next.") + 1] == "@article{west-2014,"


BOOK = "@book{{x, author = {{{author}}}, title = {{{title}}}, publisher = {{{publisher}}}, year = {{2019}}}}"


def books(title: str, *authors: str) -> list[str]:
    return [BOOK.format(author=author, title=title, publisher=f"The press of {author}") for author in authors]


def test_two_books_of_one_name_come_in_as_the_hint_says(content: Make, tmp_path: Path) -> None:
    """The first run names --alike, the second one with it writes the record; kb check then only warns."""
    root, file = content(), tmp_path / "books.bib"
    first, second = books("The resilience of health professionals", "Moss, Ada", "Reed, Ben")
    file.write_text(first)
    assert run("cite", str(file), "--content", str(root)).exit_code == 0
    file.write_text(second)
    refused = run("cite", str(file), "--content", str(root))
    assert refused.exit_code == 1
    assert "run kb cite again with --alike" in refused.output
    added = run("cite", str(file), "--alike", "--content", str(root))
    assert added.exit_code == 0, added.output
    checked = check(root, TODAY)
    assert "reed-2019" in checked.knowledge.references
    assert checked.ok
    assert [problem.code for problem in checked.problems] == ["KB212"]


def test_a_short_name_that_two_authors_gave_is_that_of_two_works(content: Make, tmp_path: Path) -> None:
    """Both come in with no word about likeness, from kb cite or kb check."""
    root, file = content(), tmp_path / "books.bib"
    file.write_text("\n".join(books("Burnout", "Moss, Ada", "Reed, Ben")))
    added = run("cite", str(file), "--content", str(root))
    assert added.exit_code == 0, added.output
    assert check(root, TODAY).problems == ()


def test_what_kb_check_takes_for_one_work_kb_cite_does_not_add(root: Path) -> None:
    """Whatever the order of words and small words is: so that adding never ends in a refusal."""
    apply(plan(root, [found("Sleep of nurses after the night shift")]), root, TODAY)
    again = plan(root, [found("The sleep after a night shift of nurses")])
    assert again.added == ()
    assert len(again.duplicates) == 1


def test_a_new_problem_of_another_kind_is_refused_with_alike_too(root: Path) -> None:
    with pytest.raises(RefusedError, match="KB405"):
        apply(plan(root, [found(year="2031")], alike=True), root, TODAY)
    assert (root / "references.bib").read_text() == STANDING


def test_a_pipe_in_the_content_does_not_stand_in_the_way(root: Path) -> None:
    """Nothing is copied, so nothing has to be one that can be."""
    (root / "studies").mkdir()
    os.mkfifo(root / "studies/pipe.md")
    apply(plan(root, [found()]), root, TODAY)
    assert "@article{arndt-2017," in (root / "references.bib").read_text()


def test_references_that_were_edited_meanwhile_are_left_as_they_are(root: Path, today: date) -> None:
    """The plan was made from another references.bib, so what was added since would be lost."""
    made = plan(root, [found()])
    (root / "references.bib").write_text("mine", encoding="utf-8")
    with pytest.raises(FolderError, match=r"references\.bib was edited meanwhile"):
        apply(made, root, today)
    assert (root / "references.bib").read_text(encoding="utf-8") == "mine"
