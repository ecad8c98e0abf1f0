"""What a record must have, and the citation that it becomes."""

import pytest

from kb.export.as_bibtex import as_record
from kb.read.bibliography import parse
from kb.read.bibliography.ama import initials


def record(kind="article", **fields):
    fields = {"title": "Quiet hours", "verified": "seed", **fields}
    if not fields.keys() & {"doi", "url", "journal", "booktitle", "publisher", "howpublished"}:
        fields["publisher"] = "Quiet Press"
    inside = ", ".join(f"{name} = {{{value}}}" for name, value in fields.items() if value is not None)
    return f"@{kind}{{moss-2024, {inside}}}\n"


@pytest.fixture
def reference():
    """The reference that a record becomes; the record must have no fault."""

    def make(kind="article", **fields):
        references, _, problems = parse(record(kind, **fields), "references.bib")
        assert problems == ()
        return references["moss-2024"]

    return make


@pytest.mark.parametrize(
    ("kind", "fields", "text"),
    [
        (
            "article",
            {
                "author": "Linzer, Mark and Poplau, Sara",
                "title": "A cluster randomized trial",
                "journal": "Journal of Quiet",
                "year": "2015",
                "volume": "30",
                "number": "8",
                "pages": "1105--1111",
                "doi": "10.1007/s11606-015-3235-4",
            },
            "Linzer M, Poplau S. A cluster randomized trial. Journal of Quiet. 2015;30(8):1105-1111."
            " doi:10.1007/s11606-015-3235-4",
        ),
        (
            "book",
            {"author": "Maslach, Christina", "title": "The Truth", "publisher": "Wiley", "year": "1997"},
            "Maslach C. The Truth. Wiley; 1997.",
        ),
        (
            "incollection",
            {
                "author": "Moss, Ada",
                "title": "Quiet",
                "booktitle": "A Handbook",
                "editor": "Reed, Ben and Lund, Cy",
                "publisher": "Wiley",
                "year": "2001",
                "pages": "1--9",
            },
            "Moss A. Quiet. In: Reed B, Lund C, eds. A Handbook. Wiley; 2001:1-9.",
        ),
        (
            "online",
            {
                "author": "{American Medical Association}",
                "title": "Steps Forward",
                "year": "2019",
                "url": "https://example.org/steps",
                "urldate": "2020-09-24",
            },
            "American Medical Association. Steps Forward. 2019. Accessed September 24, 2020. https://example.org/steps",
        ),
        ("article", {"journal": "Journal of Quiet"}, "Quiet hours. Journal of Quiet."),
        (
            "article",
            {"author": "Moss, Ada", "title": "Is it quiet?", "journal": "Quiet"},
            "Moss A. Is it quiet? Quiet.",
        ),
    ],
)
def test_each_kind_of_work_is_cited_in_the_ama_style(reference, kind, fields, text):
    assert reference(kind, **fields).text == text


def test_six_authors_stand_in_full_and_of_seven_the_first_three(reference):
    names = [f"Author{letter}, {letter}" for letter in "ABCDEFG"]
    six, seven = (reference(author=" and ".join(names[:count])).text for count in (6, 7))
    assert six.startswith("AuthorA A, AuthorB B, AuthorC C, AuthorD D, AuthorE E, AuthorF F. ")
    assert seven.startswith("AuthorA A, AuthorB B, AuthorC C, et al. ")


def test_authors_left_out_by_the_record_are_reported(reference):
    assert reference(author="Moss, Ada and others").text.startswith("Moss A, et al. ")


@pytest.mark.parametrize(
    ("given", "short"),
    [("Colin P.", "CP"), ("J. David", "JD"), ("Anna-Lena", "AL"), ("C P", "CP"), ("Élodie", "É"), ("", "")],
)
def test_given_names_become_initials(given, short):
    assert initials(given) == short


def test_the_html_says_the_same_as_the_text_with_links_and_the_title_of_the_container_set_off(reference):
    found = reference(journal="Quiet & Co", doi="10.1000/quiet")
    assert found.html == (
        'Quiet hours. <em>Quiet &amp; Co</em>. <a href="https://doi.org/10.1000/quiet">doi:10.1000/quiet</a>'
    )
    assert found.link == "https://doi.org/10.1000/quiet"


def test_addresses_and_words_are_escaped_in_html(reference):
    found = reference(title="Quiet <script>alert(1)</script>", url="https://example.org/?a=1&b='2'")
    assert "<script" not in found.html
    assert 'href="https://example.org/?a=1&amp;b=&#x27;2&#x27;"' in found.html


def test_a_doi_with_signs_that_html_uses_is_escaped(reference):
    found = reference(doi="10.1002/(SICI)1097<1::AID>3.0.CO;2-A")
    assert "<1" not in found.html
    assert 'href="https://doi.org/10.1002/(SICI)1097&lt;1::AID&gt;3.0.CO;2-A"' in found.html
    quoted = parse('@article{moss-2024, title = {Q}, verified = {seed}, doi = {10.1000/a"b}}', "r")[0]
    assert not quoted or '10.1000/a"b"' not in quoted["moss-2024"].html


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "ftp://example.org", "example.org", "//x.org"],
)
def test_an_address_of_another_scheme_is_refused(url):
    references, _, problems = parse(record(url=url), "references.bib")
    assert references == {}
    assert [problem.code for problem in problems] == ["KB109"]


@pytest.mark.parametrize(
    "fields",
    [
        {"title": None},
        {"verified": None},
        {"verified": "yes"},
        {"verified": "search"},
        {"verified": "search: javascript:alert(1)"},
        {"doi": "https://doi.org/10.1000/quiet"},
        {"doi": "quiet"},
        {"year": "in press"},
        {"year": "20155"},
        {"listed": "agarwal-2020"},
        {"listed": "Agarwal 39"},
        {"listed": "agarwal-2020 " + "9" * 5000},
        {"publisher": None},
        {"author": "{\\ }"},
    ],
)
def test_a_record_that_lacks_something_is_a_fault_at_its_line(fields):
    references, lines, problems = parse("\n\n" + record(**fields), "references.bib")
    assert references == {}
    assert lines == {"moss-2024": 3}
    assert [(problem.line, problem.code) for problem in problems] == [(3, "KB109")]


@pytest.mark.parametrize("key", ["Moss2024", "moss_2024", "moss 2024", "moss:2024", "moss-"])
def test_a_key_is_lower_case_words_joined_by_hyphens(key):
    problems = parse(record().replace("moss-2024", key), "references.bib")[2]
    assert "KB109" in {problem.code for problem in problems} or "KB108" in {problem.code for problem in problems}


def test_a_key_too_long_for_an_address_is_a_fault():
    references, _, problems = parse(record().replace("moss-2024", "m" * 81), "references.bib")
    assert (references, [problem.code for problem in problems]) == ({}, ["KB109"])


@pytest.mark.parametrize("way", ["doi", "url", "journal", "booktitle", "publisher", "howpublished"])
def test_a_record_leads_to_its_work_in_one_of_several_ways(way, reference):
    value = {"doi": "10.1000/a", "url": "https://example.org"}.get(way, "Quiet")
    assert reference("misc", **{way: value}).title == "Quiet hours"


def test_how_a_record_was_verified_is_kept(reference):
    found = reference(verified="search: https://example.org/a")
    assert (found.verified, found.verified_at) == ("search", "https://example.org/a")
    assert reference().verified_at is None


def test_a_work_can_stand_in_several_reference_lists(reference):
    found = reference(listed="agarwal-2020 39, sinsky-2020-practices 12")
    assert [(item.study, item.number) for item in found.listed] == [("agarwal-2020", 39), ("sinsky-2020-practices", 12)]


def test_references_come_in_the_order_of_their_keys():
    text = record().replace("moss-2024", "reed-2020") + record()
    assert list(parse(text, "references.bib")[0]) == ["moss-2024", "reed-2020"]


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("inproceedings", {"booktitle": "Quiet 2024", "editor": "Reed, Ben and {Quiet Group}", "date": "2024-05-01"}),
        ("misc", {"journal": "Journal of Quiet", "publisher": "Quiet & Sons", "issue": "3", "edition": "2nd"}),
        ("techreport", {"publisher": "Quiet Office", "address": "Bern", "pmid": "123", "note": r"100\% quiet, \$5"}),
        ("online", {"howpublished": "Web", "url": "https://example.org/a_b?c=50%25&d=1#e", "urldate": "2026-11-22"}),
        ("article", {"journal": "Quiet", "retracted": "2020-05-18, https://example.org/?a=1&b=2", "listed": "moss 3"}),
    ],
)
def test_a_record_of_any_kind_is_written_so_that_it_reads_the_same(kind, fields, reference):
    first = reference(kind, **fields)
    again, _, problems = parse(as_record(first), "references.bib")
    assert problems == ()
    assert again == {"moss-2024": first}


def test_addresses_are_written_as_they_are(reference):
    """A backslash in them would be taken for a part of the address by other programs."""
    assert "  url = {https://example.org/?a=1&b=2}," in as_record(reference(url="https://example.org/?a=1&b=2"))
