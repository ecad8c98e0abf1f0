"""Templates: how those of the theme are compiled, and where what was compiled is kept for the next build."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from jinja2 import BaseLoader, Environment, FileSystemBytecodeCache, StrictUndefined, nodes
from jinja2 import __version__ as jinja_version
from jinja2.bccache import Bucket
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup, escape


class Code(CodeGenerator):
    """The code of a template. It does what Jinja's own does, with less.

    Attributes are read as Python reads them, since no template is given a dict; and what is put out is escaped without
    being wrapped, since it is joined at once. Should Jinja come to write its output otherwise, its own way holds.
    """

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802
        self.visit(node.node, frame)
        self.write(f".{node.attr}")

    def _output_child_pre(self, *_: object) -> None:
        self.write("environment.escaped(")


class Kept(FileSystemBytecodeCache):
    """Compiled templates, kept in a folder that only this user can read. A change of this module outdates them."""

    def get_source_checksum(self, source: str) -> str:
        """The checksum of all that the compiled code depends on."""
        return super().get_source_checksum(f"{source}\0{jinja_version}\0{_THIS}")

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a compiled template, where there is room."""
        with suppress(OSError):
            super().dump_bytecode(bucket)


class Templates(Environment):
    """The templates that a loader finds."""

    code_generator_class = Code

    def __init__(self, loader: BaseLoader | None) -> None:
        super().__init__(
            loader=loader,
            # In a template a name that is not there, or a text that is not escaped, is a mistake.
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            # A changed theme is a new build.
            auto_reload=False,
        )
        with suppress(OSError, RuntimeError):  # no folder for temporary files, or one that others may write to
            self.bytecode_cache = Kept()

    @staticmethod
    def escaped(value: object) -> str:
        """What stands in a page for a value."""
        # Most values are texts with nothing to escape, and to look for it is cheaper than to escape and wrap them all.
        if type(value) is str:
            if "&" in value or "<" in value or ">" in value or '"' in value or "'" in value:
                return escape(value)
            return value
        return value if type(value) is Markup else escape(value)


_THIS = Path(__file__).read_text(encoding="utf-8")

__all__ = ["Templates"]
