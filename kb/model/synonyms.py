"""Synonyms: which words mean the same to those who search, from synonyms.yml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Synonyms:
    """What a query for one word also looks for; a spelling may have several words."""

    groups: tuple[tuple[str, ...], ...] = ()
    """Spellings that mean the same: each finds the others."""
    abbreviations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Short forms with what they are short for, both of which find the other."""
    capitals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Short forms that are words too, with what they find where they are typed in capitals."""
    everyday: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Words of everyday with the words of the field that they find, but not the other way around."""
    misspellings: Mapping[str, str] = field(default_factory=dict)
    """Wrong words in small letters, each with the right one."""
