"""The page /graphiql in a browser: it opens with a question, answers it, and asks nobody but its own server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect
from starlette.applications import Starlette
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from kb.api import create_graphql_app, make_context
from kb.check import Checked
from kb.search import open_index
from kb.serve.graphiql import WorkedQuery, graphiql_routes, read_worked_queries

pytestmark = pytest.mark.browser

WORKED = read_worked_queries()


@pytest.fixture(scope="module")
def page_address(
    real: Checked, tmp_path_factory: pytest.TempPathFactory, serving: Callable[[ASGIApp], AbstractContextManager[str]]
) -> Iterator[str]:
    """The page beside the endpoint, below a path, since a proxy may put both there."""
    knowledge = real.knowledge.public()
    index = open_index(knowledge, tmp_path_factory.mktemp("graphiql") / "index", lambda _message: None)
    context = make_context(knowledge, index)
    routes = [*graphiql_routes(), Route("/graphql", create_graphql_app(lambda: context))]
    with serving(Starlette(routes=[Mount("/below", routes=routes)])) as address:
        yield f"{address}/below/graphiql"


@pytest.fixture
def page(browser: Browser, page_address: str) -> Iterator[Page]:
    """The page opened anew; a complaint on the console, a failed request or one to another host fails the test."""
    complaints: list[str] = []
    host = urlsplit(page_address).netloc
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    opened = context.new_page()
    opened.set_default_timeout(20_000)
    opened.on("console", lambda message: complaints.append(message.text) if message.type != "log" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("requestfailed", lambda request: complaints.append(f"failed: {request.url}"))
    opened.on("response", lambda answer: complaints.append(answer.url) if answer.status >= 400 else None)
    opened.on(
        "request",
        lambda request: (
            complaints.append(request.url)
            if not request.url.startswith("data:") and urlsplit(request.url).netloc != host
            else None
        ),
    )
    opened.goto(page_address)
    expect(opened.get_by_role("button", name="Execute query")).to_be_visible()
    yield opened
    context.close()
    assert complaints == []


def _run(page: Page) -> str:
    """The answer, as the page shows it."""
    page.get_by_role("button", name="Execute query").click()
    shown = page.get_by_role("region", name="Result Window")
    expect(shown).to_contain_text('"data"')
    expect(page.locator(".graphiql-spinner")).to_have_count(0)
    return shown.inner_text()


def _choose(page: Page, question: str) -> None:
    page.get_by_role("button", name=question, exact=True).click()


def _query(page: Page) -> str:
    text: str = page.locator(".graphiql-query-editor .CodeMirror").evaluate("editor => editor.CodeMirror.getValue()")
    return text


def test_it_opens_with_the_main_question_and_answers_it(page: Page) -> None:
    expect(page.get_by_role("heading", name="Worked queries")).to_be_visible()
    assert _query(page) == WORKED[0].query
    answer = _run(page)
    assert "Peer coaching by trained" in answer
    assert '"PROMISING"' in answer
    assert "errors" not in answer


@pytest.mark.parametrize("worked", [WORKED[3], WORKED[10], WORKED[12]], ids=lambda worked: worked.name)
def test_another_question_is_chosen_and_answered(page: Page, worked: WorkedQuery) -> None:
    """With its variables, in the same tab while nothing was written there."""
    _choose(page, worked.question)
    assert _query(page) == worked.query
    assert "errors" not in _run(page)
    expect(page.get_by_role("tab")).to_have_count(0)


def test_a_question_is_answered_however_soon_it_is_asked(page: Page) -> None:
    """Chosen and run in one go, before GraphiQL has read the new text."""
    page.evaluate(
        """question => {
            const button = [...document.querySelectorAll(".worked button")].find(b => b.textContent === question);
            button.click();
            document.querySelector(".graphiql-execute-button").click();
        }""",
        WORKED[12].question,
    )
    shown = page.get_by_role("region", name="Result Window")
    expect(shown).to_contain_text("entryCount")
    assert "errors" not in shown.inner_text()


def test_what_someone_wrote_is_kept_in_its_tab_and_is_there_after_a_reload(page: Page) -> None:
    page.locator(".graphiql-query-editor .CodeMirror").click()
    page.keyboard.press("Control+A")
    page.keyboard.type("query Mine { content { licence ")
    page.keyboard.press("Escape")
    _choose(page, WORKED[12].question)
    expect(page.get_by_role("tab")).to_have_count(2)
    assert _query(page) == WORKED[12].query
    page.get_by_role("tab").first.click()
    assert _query(page).startswith("query Mine {")
    kept = "localStorage.getItem('graphiql:tabState') ?? ''"
    while "query Mine {" not in page.evaluate(kept):  # it is kept half a second after the last change
        page.wait_for_timeout(50)
    page.reload()
    expect(page.get_by_role("tab")).to_have_count(2)
    page.get_by_role("tab").first.click()
    assert _query(page).startswith("query Mine {")


def test_the_schema_is_shown_with_its_descriptions(page: Page) -> None:
    page.get_by_role("button", name="Show Documentation Explorer").click()
    page.get_by_role("link", name="Query", exact=True).first.click()
    expect(page.locator(".graphiql-doc-explorer")).to_contain_text("Full-text search over all published entries")


def test_dialogs_menus_and_hints_keep_to_the_policy(page: Page) -> None:
    """The console stays silent: the style of a dialog is the one whose hash the policy names."""
    for name in ("Open settings dialog", "Open short keys dialog"):
        page.get_by_role("button", name=name).click()
        expect(page.get_by_role("dialog")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Show History").click()
    page.locator(".graphiql-query-editor .CodeMirror").click()
    page.keyboard.press("Control+A")
    page.keyboard.type("{ dr")
    expect(page.locator(".CodeMirror-hints")).to_contain_text("drivers")
    page.keyboard.press("Escape")
