"""What a document may ask for at most, checked before any of it is executed."""

from __future__ import annotations

from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    parse,
    validate,
)
from graphql_server.exceptions import GraphQLValidationError

from kb.api.errors import coded, fault

MOST_CHARACTERS = 16_000
MOST_TOKENS = 1_500
MOST_LEVELS = 10
MOST_FIELDS = 250
MOST_ERRORS = 20


def admit(schema: GraphQLSchema, source: str) -> DocumentNode:
    """Parse and validate a document within the limits. Raises GraphQLValidationError with all that is wrong."""
    if len(source) > MOST_CHARACTERS:
        message = f"a document may have {MOST_CHARACTERS} characters at most, this one has {len(source)}"
        raise _refused("QUERY_TOO_LONG", message, "pass values as variables, or ask in several queries")
    try:
        document = _parsed(source)
        size = measure(document)
        if size.levels > MOST_LEVELS:
            raise RecursionError
        if size.fields > MOST_FIELDS:
            message = f"a document may ask for {MOST_FIELDS} fields, its fragments put in, this one asks for more"
            raise _refused("QUERY_TOO_WIDE", message, "ask in several queries")
        errors = validate(schema, document, max_errors=MOST_ERRORS)
    except RecursionError:
        message = f"fields may nest {MOST_LEVELS} levels deep"
        raise _refused("QUERY_TOO_DEEP", message, "ask for the inner objects in a second query") from None
    if errors:
        raise GraphQLValidationError(
            [coded(e, "VALIDATION_ERROR", "compare the query with the schema") for e in errors]
        )
    return document


def _parsed(source: str) -> DocumentNode:
    try:
        return parse(source, max_tokens=MOST_TOKENS)
    except GraphQLError as error:
        if f"more than {MOST_TOKENS} tokens" in error.message:
            message = f"a document may have {MOST_TOKENS} tokens at most"
            raise _refused("QUERY_TOO_LARGE", message, "ask in several queries") from None
        hint = "mend the document at the place given"
        raise GraphQLValidationError([coded(error, "SYNTAX_ERROR", hint)]) from None


def _refused(code: str, message: str, hint: str) -> GraphQLValidationError:
    return GraphQLValidationError([fault(code, message, hint)])


@dataclass(frozen=True)
class Size:
    """How many levels of fields a selection nests, and how many fields it has with its fragments put in."""

    levels: int = 0
    fields: int = 0


def measure(document: DocumentNode) -> Size:
    """The size of the largest operation or fragment, in both respects; each fragment is walked once.

    ``ofType`` adds no level: it only unwraps, and tools that read the schema need many of it.
    """
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    known: dict[str, Size] = {}

    def of_fragment(name: str) -> Size:
        if name not in known:
            known[name] = Size()  # a fragment inside itself adds nothing here; validation refuses it
            known[name] = of_set(fragments[name].selection_set) if name in fragments else Size()
        return known[name]

    def of_node(node: SelectionNode) -> Size:
        match node:
            case FieldNode():
                inner = of_set(node.selection_set)
                return Size(inner.levels + (node.name.value != "ofType"), inner.fields + 1)
            case InlineFragmentNode():
                return of_set(node.selection_set)
            case FragmentSpreadNode():
                return of_fragment(node.name.value)
        return Size()

    def of_set(selections: SelectionSetNode | None) -> Size:
        sizes = [of_node(node) for node in selections.selections] if selections else []
        return Size(max((size.levels for size in sizes), default=0), sum(size.fields for size in sizes))

    operations = [of_set(d.selection_set) for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    sizes = [*operations, *(of_fragment(name) for name in fragments)]
    return Size(max((s.levels for s in sizes), default=0), max((s.fields for s in sizes), default=0))
