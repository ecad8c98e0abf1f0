"""The MCP server, by the official SDK: tools, pages as resources, and prompts over one version of the content a call.

Errors are sentences: of a tool as an answer that is marked as an error, so that an assistant can ask again; else as an
error of the protocol.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import orjson
from mcp import types
from mcp.server import Server, ServerRequestContext
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError
from starlette.concurrency import run_in_threadpool

from kb import __version__
from kb.export.as_json import as_bytes
from kb.export.identity import NAME
from kb.export.json_schemas import schema_of
from kb.mcp.answers import Answer
from kb.mcp.lookup import SCHEME, AskError, Base, published, uri
from kb.mcp.pages import as_markdown
from kb.mcp.prompts import PROMPTS, RULES
from kb.mcp.tools import TOOLS, Tool, call, page_named
from kb.problems import did_you_mean
from kb.view.fields import as_data

_PAGE = 100
"""Entries in a part of the list of resources, and words that a completion offers at the most."""
_MARKDOWN = "text/markdown"
_FAILED = "The server failed to answer. Try again; if it fails again, report it."
_READS = types.ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
_INSTRUCTIONS = (
    "Graded evidence on clinician burnout: what may be done about it, how sure that is, how to measure it. "
    "Search first; then compare the interventions for a driver, and look at the evidence behind a verdict. "
)
_log = logging.getLogger(__name__)
Context = ServerRequestContext[Any]
T = TypeVar("T")


def create_server(get_base: Callable[[], Base]) -> Server[Any]:
    """The server; it asks for the content anew at every call, so that a new version is seen at once."""

    async def list_tools(_: Context, __: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        base = get_base()
        return types.ListToolsResult(tools=[described(base, tool) for tool in TOOLS.values()])

    async def call_tool(_: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
        tool = _named("tool", params.name, TOOLS)
        try:
            answer = await run_in_threadpool(call, get_base(), tool, params.arguments or {})
        except AskError as error:
            return _failure(str(error))
        except Exception:
            _log.exception("the tool %s failed", tool.name)
            return _failure(_FAILED)
        text = types.TextContent(type="text", text=answer.text())
        return types.CallToolResult(content=[text], structured_content=as_plain(answer))

    async def list_resources(_: Context, params: types.PaginatedRequestParams | None) -> types.ListResourcesResult:
        start = _place(params.cursor if params else None)
        entries = published(get_base().knowledge)
        end = start + _PAGE
        return types.ListResourcesResult(
            resources=[
                types.Resource(
                    uri=uri(entry),
                    name=f"{entry.folder}/{entry.slug}",
                    title=entry.title,
                    description=entry.summary,
                    mime_type=_MARKDOWN,
                )
                for entry in entries[start:end]
            ],
            next_cursor=str(end) if end < len(entries) else None,
        )

    async def list_templates(_: Context, __: types.PaginatedRequestParams | None) -> types.ListResourceTemplatesResult:
        template = types.ResourceTemplate(
            uri_template=f"{SCHEME}{{folder}}/{{slug}}",
            name="page",
            title="A page",
            description=f"The words of a page in Markdown, e.g. {SCHEME}interventions/coaching.",
            mime_type=_MARKDOWN,
        )
        return types.ListResourceTemplatesResult(resource_templates=[template])

    async def read_resource(_: Context, params: types.ReadResourceRequestParams) -> types.ReadResourceResult:
        try:
            text = await run_in_threadpool(_words, get_base(), str(params.uri)[:500])
        except AskError as error:
            raise MCPError(code=types.INVALID_PARAMS, message=str(error)) from None
        contents = types.TextResourceContents(uri=params.uri, text=text, mime_type=_MARKDOWN)
        return types.ReadResourceResult(contents=[contents])

    async def list_prompts(_: Context, __: types.PaginatedRequestParams | None) -> types.ListPromptsResult:
        return types.ListPromptsResult(
            prompts=[
                types.Prompt(
                    name=prompt.name,
                    title=prompt.title,
                    description=prompt.description,
                    arguments=[
                        types.PromptArgument(name=blank.name, description=blank.description, required=blank.required)
                        for blank in prompt.blanks
                    ],
                )
                for prompt in PROMPTS.values()
            ]
        )

    async def get_prompt(_: Context, params: types.GetPromptRequestParams) -> types.GetPromptResult:
        prompt = _named("prompt", params.name, PROMPTS)
        try:
            text = prompt.fill(params.arguments or {})
        except AskError as error:
            raise MCPError(code=types.INVALID_PARAMS, message=str(error)) from None
        message = types.PromptMessage(role="user", content=types.TextContent(type="text", text=text))
        return types.GetPromptResult(description=prompt.description, messages=[message])

    async def complete(_: Context, params: types.CompleteRequestParams) -> types.CompleteResult:
        typed = params.argument.value[:200].casefold()
        found = [word for word in dict.fromkeys(_offered(get_base(), params)) if typed in word.casefold()]
        found.sort(key=lambda word: not word.casefold().startswith(typed))
        more = len(found) > _PAGE
        return types.CompleteResult(completion=types.Completion(values=found[:_PAGE], total=len(found), has_more=more))

    return Server(
        "burnout-kb",
        version=__version__,
        title=NAME,
        instructions=_INSTRUCTIONS + RULES,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        on_list_resources=list_resources,
        on_list_resource_templates=list_templates,
        on_read_resource=read_resource,
        on_list_prompts=list_prompts,
        on_get_prompt=get_prompt,
        on_completion=complete,
    )


def described(base: Base, tool: Tool) -> types.Tool:
    """A tool as assistants see it, with the words that its arguments take in this version of the content."""
    takes = tool.takes.model_json_schema()
    del takes["title"], takes["description"]
    for name, shown in takes["properties"].items():
        shown.pop("title", None)
        if name in tool.choices:
            shown["enum"] = [*tool.choices[name](base)]
        if shown.get("default") in ("", None):
            shown.pop("default", None)
    return types.Tool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=takes,
        output_schema=schema_of(tool.gives),
        annotations=_READS,
    )


def as_plain(answer: Answer) -> dict[str, Any]:
    """An answer as JSON has it; it fits the schema of its kind."""
    plain: dict[str, Any] = orjson.loads(as_bytes(as_data(answer)))
    return plain


def _words(base: Base, address: str) -> str:
    return as_markdown(base, page_named(base, address))


def _offered(base: Base, params: types.CompleteRequestParams) -> Iterable[str]:
    """What may be filled in for a blank of a prompt, or for a part of the address of a page."""
    name = params.argument.name
    if isinstance(params.ref, types.PromptReference):
        blanks = _named("prompt", params.ref.name, PROMPTS).blanks
        return next((blank.offers(base) for blank in blanks if blank.name == name), ())
    chosen = (params.context.arguments or {} if params.context else {}).get("folder")
    entries = (entry for entry in published(base.knowledge) if chosen in (None, entry.folder))
    return (getattr(entry, name) for entry in entries) if name in ("folder", "slug") else ()


def _named(what: str, name: str, known: Mapping[str, T]) -> T:
    """The tool or prompt of a name. Raises MCPError with the nearest name."""
    if name in known:
        return known[name]
    hint = did_you_mean(name[:200], known, f"there are: {', '.join(known)}")
    raise MCPError(code=types.INVALID_PARAMS, message=f"There is no {what} {name[:200]!r}: {hint}")


def _place(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not (cursor.isascii() and cursor.isdecimal() and len(cursor) < 7):
        raise MCPError(code=types.INVALID_PARAMS, message="This is not a cursor of this list: leave it out to begin.")
    return int(cursor)


def _failure(message: str) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(type="text", text=message)], is_error=True)


def serve_stdio(base: Base) -> None:
    """Answer on standard input and output until the input ends."""
    server = create_server(lambda: base)

    async def run() -> None:
        async with stdio_server() as (read, write):
            await server.run(read, write, server.create_initialization_options())

    asyncio.run(run())
