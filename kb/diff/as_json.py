"""A difference as JSON for programs. Keys are only ever added; ``format`` changes where that is not enough.

``format``      1
``empty``       whether both versions mean the same
``entries``     ``kind``, ``slug``, ``title``, ``what`` (deleted, unreadable, renamed, added, withdrawn, published,
                changed or removed), ``note``, ``fields``, and ``findings`` with ``id``, ``what``, ``fields``
``ratings``     ``slug``, ``title``, ``verdict``, ``certainty`` and ``headline`` (each a change), ``bodies`` with
                ``id``, ``certainty``, ``causes`` (sentences); ``own`` whether its own file changed, ``through`` the
                changed studies and instruments below it, as folder/slug
``drivers``     ``slug``, ``title``, ``best`` (a change), ``gain`` (1 stronger, -1 weaker, 0 as strong)
``references``  ``key``, ``what``, ``fields``
``missing``, ``appeared``, ``gone``  problems: ``path``, ``line``, ``code``, ``message``, ``hint``
``errors_before``, ``errors_after``  how many errors each version has

A change has ``name``, ``before`` and ``after``: null is no value, and both null a value too long to be told. A record
that is new or gone is told by all its fields, with semicolons between, a list of records with strokes between.
"""

from __future__ import annotations

import json
from dataclasses import asdict

from kb.diff.difference import Difference

FORMAT = 1


def render(difference: Difference) -> str:
    return json.dumps({"format": FORMAT, "empty": difference.empty, **asdict(difference)}, ensure_ascii=False, indent=2)
