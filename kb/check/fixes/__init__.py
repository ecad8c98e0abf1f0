"""Fixes: what has one right answer is put right in the text itself, and what it means stays as it is.

The text is mended line by line instead of being written anew by a YAML printer. So whatever no fix speaks of, comments,
quotes and line breaks included, survives byte for byte, and a difference shows nothing but what was wrong.
"""

from kb.check.fixes.trial import Fix, find_fixes, write

__all__ = ["Fix", "find_fixes", "write"]
