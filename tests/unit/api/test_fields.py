"""A field that is added to a record of the model is a field of the API, too."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from graphene import Field, ObjectType, Schema, String
from graphql import print_type

from kb.api.fields import Derived
from kb.model import MappingBasis
from kb.model.fields import Count, Day, Flag, Number, Record, Text
from kb.view.fields import View


class Part(Record):
    """A part."""

    label: Text
    """Its label."""


class Whole(Record):
    """A whole."""

    name: Text
    """Its name."""
    parts: tuple[Part, ...] = ()
    """Its parts."""
    first: Part | None = None
    """The first of them."""
    since: Day
    """When it began."""
    size: Count | None = None
    """How many."""
    price: Number
    """What it costs."""
    basis: MappingBasis
    """Who says so."""
    sound: Flag = True
    """Whether nothing is broken."""
    secret: Text | None = None
    """Nobody's business."""


class PartType(Derived, of=Part, name="Part"):
    pass


class WholeType(Derived, of=Whole, name="Whole", hidden={"secret"}):
    name = String(required=True, description="In capitals.", resolver=lambda whole, _info: whole.name.upper())


class Query(ObjectType):
    whole = Field(WholeType)


SCHEMA = Schema(query=Query)
WHOLE = Whole(
    name="a",
    parts=(Part(label="b"),),
    since=date(2026, 1, 31),
    price=Decimal("1.50"),
    basis=MappingBasis.STATED,
    secret="s",
)


def test_types_and_descriptions_are_those_of_the_record() -> None:
    """What may be None is null, lists are never null, and what is hidden is not there."""
    assert print_type(SCHEMA.graphql_schema.type_map["Whole"]) == (
        '"""A whole."""\n'
        "type Whole {\n"
        '  """In capitals."""\n  name: String!\n\n'
        '  """Its parts."""\n  parts: [Part!]!\n\n'
        '  """The first of them."""\n  first: Part\n\n'
        '  """When it began."""\n  since: Date!\n\n'
        '  """How many."""\n  size: Int\n\n'
        '  """What it costs."""\n  price: Float!\n\n'
        '  """Who says so."""\n  basis: MappingBasis!\n\n'
        '  """Whether nothing is broken."""\n  sound: Boolean!\n'
        "}"
    )


def test_values_are_those_of_the_record() -> None:
    """Enums by their names, days and decimals as JSON has them; a field written out gives its own."""
    asked = "{ whole { name parts { label } first { label } since size price basis sound } }"
    given = SCHEMA.execute(asked, root={"whole": WHOLE})
    assert given.errors is None
    assert given.data["whole"] == {
        "name": "A",
        "parts": [{"label": "b"}],
        "first": None,
        "since": "2026-01-31",
        "size": None,
        "price": 1.5,
        "basis": "STATED",
        "sound": True,
    }


def test_a_computed_field_is_a_field_of_the_api_with_its_own_type_and_description() -> None:
    """What is named is shown itself."""

    class Shown(View):
        record: Whole

        @property
        def parts(self) -> list[Part]:
            return list(self.record.parts)

        @property
        def weight(self) -> int | None:
            """How heavy it is."""
            return 3

    class ShownType(Derived, of=Shown, name="Shown", hidden={"since"}):
        pass

    fields = Schema(query=ShownType).graphql_schema.type_map["Shown"].fields
    assert {name: str(field.type) for name, field in fields.items() if name in ("parts", "weight", "since")} == {
        "parts": "[Part!]!",
        "weight": "Int",
    }
    assert [fields[name].description for name in ("parts", "weight")] == ["Its parts.", "How heavy it is."]
