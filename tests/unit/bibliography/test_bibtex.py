"""BibTeX is read whole: every fault with its line, nothing raised, nothing left raw."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.read.bibliography import parse
from kb.read.bibliography.bibtex import plain, read


@pytest.fixture(scope="session")
def shared(project):
    """The folder of .bib files that nobody here wrote."""
    folder = project.parent / "shared" / "bib"
    if not folder.is_dir():
        pytest.skip("the real .bib files are not on this machine")
    return folder


@pytest.fixture
def faults():
    """The problems of a .bib text as (line, code)."""
    return lambda text: [(problem.line, problem.code) for problem in parse(text, "references.bib")[2]]


def record(key="moss-2024", **fields):
    """A record on one line."""
    fields = {"title": "Quiet hours", "publisher": "Quiet Press", "verified": "seed", **fields}
    return f"@article{{{key}, " + ", ".join(f"{name} = {{{value}}}" for name, value in fields.items()) + "}\n"


@pytest.fixture
def reference():
    """The reference that a record becomes; the record must have no fault."""

    def make(**fields):
        references, _, problems = parse(record(**fields), "references.bib")
        assert problems == ()
        return references["moss-2024"]

    return make


REAL = ["bibtexparser-traps.bib", "biber-examples.bib", "pybtex-xampl.bib", "robvis-references.bib"]


@pytest.mark.parametrize("name", REAL)
def test_a_real_file_is_read_whole_and_raises_nothing(shared, name):
    text = (shared / name).read_text(encoding="utf-8")
    records, problems = read(text, name)
    lines = text.splitlines()
    assert records
    for item in records:
        assert item.work.key.casefold() in lines[item.line - 1].casefold()
        assert not [value for value in item.work.fields.values() if "\\" in value or "{" in value]
    assert all(1 <= problem.line <= len(lines) for problem in problems)
    assert all(problem.code in {"KB104", "KB107", "KB108", "KB109"} for problem in problems)


def test_every_record_of_a_real_file_is_found(shared):
    text = (shared / "robvis-references.bib").read_text(encoding="utf-8")
    written = sum(line.startswith("@") for line in text.splitlines())
    assert len(read(text, "r")[0]) == written


def test_a_real_duplicate_key_is_reported_with_both_lines(shared):
    text = (shared / "robvis-references.bib").read_text(encoding="utf-8")
    (problem,) = [p for p in parse(text, "r")[2] if p.code == "KB206"]
    key = problem.message.split()[2].rstrip(",")
    first, second = (
        number for number, line in enumerate(text.splitlines(), 1) if line.startswith("@") and f"{{{key}," in line
    )
    assert problem.line == second
    assert f"line {first}" in problem.message


def test_undefined_strings_of_a_real_file_are_reported_each_with_its_line(shared):
    lines = (shared / "biber-examples.bib").read_text(encoding="utf-8").splitlines()
    names = {line.split("{")[1].split()[0] for line in lines if line.startswith("@STRING")}
    undefined = ["" if line.startswith("@STRING") else line for line in lines]
    uses = [number for number, line in enumerate(undefined, 1) if line.rstrip(",").split("= ")[-1].strip() in names]
    told = [problem.line for problem in read("\n".join(undefined), "r")[1] if problem.code == "KB108"]
    assert len(uses) >= 5
    assert set(uses) <= set(told)
    assert all(any(name in undefined[line - 1] for name in names) for line in told)


def test_the_months_and_accents_of_a_real_file_are_understood(shared):
    (record,), problems = read((shared / "bibtexparser-traps.bib").read_text(encoding="utf-8"), "r")
    assert problems == []
    assert "Laidé" in str(record.work.authors[0])
    assert record.work.fields["title"] == "An amazing title"


def test_all_faults_come_in_one_run_each_with_its_line(faults):
    text = "".join(
        (
            record("a-2020"),
            "@article{b-2020, title = {B} verified = {seed}}\n",
            record("c-2020"),
            "@article{d-2020, title = {D}, journal = nowhere, verified = {seed}}\n",
            record("a-2020"),
            record("e-2020", verified="maybe"),
        )
    )
    found = faults(text)
    assert {(2, "KB108"), (4, "KB108"), (5, "KB206"), (6, "KB109")} <= set(found)
    assert {line for line, _ in found} == {2, 4, 5, 6}


def test_reading_twice_reports_the_same(faults):
    broken = "@article{b-2020, title = {B} verified = {seed}}\n"
    assert faults(broken) == faults(broken)
    assert faults(record()) == []


def test_both_lines_of_a_duplicate_key_are_reported():
    problem = parse("\n" + record() + "\n" + record(), "r")[2][0]
    assert (problem.line, problem.code) == (4, "KB206")
    assert "line 2" in problem.message


def test_records_inside_a_comment_are_ignored():
    text = "@comment{\n" + record("old-2020") + "}\n" + record() + "@Comment{" + record("old-2021") + "}"
    references, lines, problems = parse(text, "r")
    assert (list(references), problems) == (["moss-2024"], ())
    assert lines["moss-2024"] == 4


def test_a_record_without_a_key_is_a_fault_and_no_reference(faults):
    text = "@article{title={x}}\n" + record()
    assert faults(text)
    assert all(line == 1 for line, _ in faults(text))
    assert list(parse(text, "r")[0]) == ["moss-2024"]


def test_strings_that_are_defined_and_months_are_known(faults):
    text = "@string{jq = {Journal of Quiet}}\n" + record()[:-2] + ", journal = jq, month = jan}\n"
    assert faults(text) == []
    assert parse(text, "r")[0]["moss-2024"].container == "Journal of Quiet"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (r"\emph{Quiet} hours", "Quiet hours"),
        (r"\textit{Quiet} \textbf{hours}", "Quiet hours"),
        (r"\url{https://example.org/a_b%20c}", "https://example.org/a_b%20c"),
        (r"\href{https://example.org}{Quiet hours}", "Quiet hours"),
        (r"Laid{\'e} and G{\"o}del", "Laidé and Gödel"),
        (r"R\&D at 50\%", "R&D at 50%"),
        (r"The {EHR} and {mbi}", "The EHR and mbi"),
        ("12--23", "12–23"),
        ("Ada~Moss", "Ada Moss"),
        ("``Quiet''", "“Quiet”"),
        ("é, Å and ß", "é, Å and ß"),
        ("P < .001 & more", "P < .001 & more"),
    ],
)
def test_latex_becomes_the_letters_it_stands_for(written, shown):
    assert plain(written) == shown


@pytest.mark.parametrize(
    "written", [r"$x^y$", r"$\frac{1}{2}$", r"\unknown{quiet}", "\\", "quiet }hours", r"\verb|quiet|", "}{"]
)
def test_what_cannot_be_shown_as_text_is_a_fault_and_never_shown_raw(written, faults):
    with pytest.raises(ValueError, match=r"."):
        plain(written)
    if written.count("{") == written.count("}") and "}{" not in written and written != "\\":
        assert (1, "KB109") in faults(record(title=written))


def test_a_percent_sign_does_not_cut_a_title_off(reference):
    assert reference(title="A 50% rise in {EHR} time").title == "A 50% rise in EHR time"


def test_addresses_are_kept_to_the_letter(reference):
    found = reference(url="https://example.org/~moss/a--b_c%20d?x=1&y={2}", doi="10.1000/a--b(c)d")
    assert found.url == "https://example.org/~moss/a--b_c%20d?x=1&y=2"
    assert found.doi == "10.1000/a--b(c)d"


def test_fields_of_biblatex_are_known(reference):
    text = record(date="2024-05-06", journaltitle="Journal of Quiet", location="Oslo")
    found = parse(text, "r")[0]["moss-2024"]
    assert (found.year, found.container) == (2024, "Journal of Quiet")
    assert "2024" in found.text


def test_fields_that_no_citation_needs_are_passed_over(reference):
    assert reference(abstract=r"An \undefined{abstract} of $x$", keywords="a, b", file="x.pdf").title == "Quiet hours"


@pytest.mark.parametrize("name", ["annote", "issn", "keywords", "month", "numpages", "series", "subtitle", "volumes"])
def test_fields_of_other_programs_are_no_slips(name, faults):
    assert faults(record(**{name: "x"})) == []


@pytest.mark.parametrize(("slip", "meant"), [("jornal", "journal"), ("verfied", "verified"), ("titel", "title")])
def test_a_misspelled_field_is_reported_with_the_nearest_and_nothing_else(slip, meant):
    text = "@article{a-2020, title = {A}, publisher = {P}, verified = {seed}, journal = {J}}".replace(meant, slip)
    (problem,) = parse(text, "r")[2]
    assert (problem.code, problem.hint) == ("KB104", f"did you mean {meant!r}?")


def test_an_open_record_is_one_problem_at_its_line_and_takes_no_other_along():
    opened = record("open-2020").replace("seed}", "seed")
    references, lines, problems = parse("\n" + opened + "\n" + record(), "r")
    assert [(problem.line, problem.code) for problem in problems] == [(2, "KB108")]
    assert list(references) == ["moss-2024"]
    assert lines == {"open-2020": 2, "moss-2024": 4}


@pytest.mark.parametrize("text", ["", "\n\n", "no record at all", "\n@comment{ open\n" + record()])
def test_a_file_without_records_is_one_problem_and_its_keys_are_unknown(text):
    references, lines, problems = parse(text, "r")
    assert (references, lines) == ({}, None)
    assert [problem.code for problem in problems] == ["KB108"]


def test_a_title_that_cannot_be_read_is_not_missing_too(faults):
    assert faults(record(title=r"\unknown{quiet}")) == [(1, "KB109")]


def test_a_record_cut_short_by_a_fault_of_form_lacks_nothing_else(faults):
    assert faults("@article{a-2020,\n title = {A}\n verified = {seed}}\n") == [(2, "KB108")]


@pytest.mark.parametrize(
    ("written", "line", "message", "hint"),
    [
        ("title = {Quiet}\n year = {2024},", 2, "between the fields title and year", "write title = {Quiet},"),
        (
            "title = {Quiet\n hours}\n year = {2024},",
            3,
            "between the fields title and year",
            "a comma after the value of title",
        ),
        ("title = {Quiet} hours},", 2, "the value of title must be followed by a comma", "one pair of braces"),
        ("title = Quiet hours,", 2, "must be in braces, found Quiet", "write title = {...}"),
        ("title = ,", 2, "must be in braces, found ,", "write title = {...}"),
        ("title {Quiet},", 2, "a = is missing between", "write title = {...}"),
        ("title = {Quiet}, = {2024},", 2, "there must be a field here, found =", "name = {value}"),
    ],
)
def test_a_fault_of_form_is_reported_once_at_the_line_to_mend(written, line, message, hint):
    """Not where the reader stumbles, which is a line further down."""
    (problem,) = read("@article{moss-2024,\n " + written + "\n verified = {seed},\n}\n", "r")[1]
    assert (problem.line, problem.code) == (line, "KB108")
    assert message in problem.message
    assert hint in problem.hint


def test_a_field_given_twice_is_a_fault(faults):
    assert faults("@article{a-2020, title = {A}, publisher = {P}, TITLE = {B}, verified = {seed}}") == [(1, "KB107")]


@pytest.mark.parametrize(
    ("written", "names", "more"),
    [
        ("Moss, Ada and Reed, Ben", ["Ada Moss", "Ben Reed"], False),
        ("Ada Moss and Ben Reed", ["Ada Moss", "Ben Reed"], False),
        ("Moss, Ada and others", ["Ada Moss"], True),
        ("{World Health Organization}", ["World Health Organization"], False),
        ("{Centers for Care and Quality} and Moss, Ada", ["Centers for Care and Quality", "Ada Moss"], False),
        ("van der Berg, Ada", ["Ada van der Berg"], False),
        ("Reed, Jr., Ben", ["Ben Reed Jr."], False),
        ("Laid{\\'e}, Jean", ["Jean Laidé"], False),
        ("MOSS, A\n  AND Reed, B", ["A MOSS", "B Reed"], False),
    ],
)
def test_authors_are_split_and_their_names_understood(reference, written, names, more):
    found = reference(author=written)
    assert ([str(person) for person in found.authors], found.more_authors) == (names, more)


def test_a_name_with_too_many_commas_is_a_fault(faults):
    assert (1, "KB109") in faults(record(author="Moss, Ada, B, C, D"))


@given(
    text=st.text(alphabet="@{}=,\"'#%\\$~ \nab1-", max_size=60)
    | st.lists(st.sampled_from(["@article", "{a-1,", "title", "=", "{", "}", ",", "\\", "$", "@comment", '"'])).map(
        "".join
    )
)
def test_no_text_at_all_makes_the_reader_raise(text):
    read(text, "r")
    read(f"@article{{a-2020, title = {{{text}}}, author = {{{text}}}}}", "r")
