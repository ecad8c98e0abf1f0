"""What the template of a page is given."""

from __future__ import annotations

from types import SimpleNamespace

from kb.model import Entry

HOLDS = "a site"
"""What the output folder holds."""
VERSION = "@content-version@"
"""Placeholder in a page and its data for their version, which is a hash of all the rest of them."""


class Context(SimpleNamespace):
    """What a template is given to write one page, as the variable ``page``: these, and whatever else it lays out."""

    template: str
    """Its name without .html."""
    title: str
    """The page's heading."""
    description: str
    """One sentence for search engines and previews."""
    path: str
    """The page's folder below the site's root, e.g. drivers/workload/; empty for the home page."""
    section: str = ""
    """The folder whose place in the navigation is marked as current."""
    canonical: str = ""
    """The path of the page that this one leads to; empty where it leads to none."""
    entry: Entry | None = None
    """The entry that the page shows."""
