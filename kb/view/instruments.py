"""The facts of an instrument in words: what it measures, how long it takes, what it costs, who may use it."""

from __future__ import annotations

from collections.abc import Iterator

from kb.model import Backed, Instrument
from kb.view import choosing, figures
from kb.view.catalog import Catalog
from kb.view.parts import Fact, day
from kb.view.render import Rendered


def instrument_facts(catalog: Catalog, entry: Instrument, rendered: Rendered | None = None) -> Iterator[Fact]:
    """What someone must know who wants to use an instrument, each with its source; what was not found is said."""
    yield Fact("Measures", ", ".join(outcome.label for outcome in entry.constructs))
    if entry.item_count is not None:
        yield Fact("Items", figures.number(entry.item_count))
    if entry.response_scale:
        yield Fact("Answers", entry.response_scale)

    def sourced(label: str, text: str, backed: Backed) -> Fact:
        return Fact(label, text, source=catalog.source(backed.source, backed.place, rendered))

    if entry.minutes:
        yield sourced("Minutes to fill in", choosing.minutes(entry), entry.minutes)
    if entry.recall:
        yield sourced("Asks about", entry.recall.text, entry.recall)
    if entry.interval:
        yield sourced("How often", entry.interval.text, entry.interval)
    for item in entry.prices:
        seen = f" (looked up on {day(item.looked_up)})" if item.looked_up else ""
        yield sourced("Price", choosing.price(item) + seen, item)
    if entry.terms:
        yield sourced(
            "Terms of use",
            choosing.is_free(entry) if entry.terms.access.value != "free" else "Free: no fee and no permission needed",
            entry.terms,
        )
    if entry.licence != "unknown" or not entry.terms:
        yield Fact("License", license_terms(entry))
    if entry.languages:
        yield sourced("Languages", choosing.languages(entry), entry.languages)
    for test in entry.tested_in:
        size = f", {figures.count(test.n, 'person', 'people')}" if test.n is not None else ""
        doubts = f"; {test.doubts}" if test.doubts else ""
        yield sourced("Tested in", f"{test.people.label}{size}{doubts}", test)
    for search in entry.not_found:
        missing = ", ".join(choosing.within(what) for what in search.what)
        yield Fact("Not found", f"{missing}; searched on {day(search.searched)}")
    yield Fact("Described by", "", source=catalog.source(entry.source, entry.place, rendered))


def license_terms(entry: Instrument) -> str:
    """On which terms it may be used, as far as confirmed."""
    return "Terms of use not confirmed" if entry.licence == "unknown" else entry.licence.rstrip(".")


def scale_facts(catalog: Catalog, entry: Instrument) -> Iterator[Fact]:
    """What is known of the scales of an instrument, scale by scale, then results of others to compare with."""

    def sourced(label: str, text: str, backed: Backed) -> Fact:
        return Fact(label, text, catalog.source(backed.source, backed.place))

    for scale in entry.scales:
        items = figures.count(scale.item_count, "item") if scale.item_count is not None else ""
        about = "; ".join(part for part in (items, figures.scale_meaning(scale), scale.scoring) if part)
        source = catalog.source(scale.source, scale.place or "") if scale.source else None
        yield Fact(f"Scale: {scale.label}", about or "range not known", source)
        for cutoff in scale.cutoffs:
            yield sourced(f"{scale.label}, cutoff", f"{figures.beyond(cutoff)}: {cutoff.meaning}", cutoff)
        for item in scale.reliability:
            text = f"{item.kind.label} {figures.number(item.value)}: {item.population}"
            yield sourced(f"{scale.label}, reliability", text, item)
        if scale.mid:
            text = f"{figures.number(scale.mid.value)}, between groups"
            yield sourced(f"{scale.label}, smallest difference that matters", text, scale.mid)
        for change in scale.personal_changes:
            text = f"{figures.number(change.value)}, in {change.population}; no mark for a group"
            yield sourced(f"{scale.label}, change that matters to one person", text, change)
    for result in entry.benchmarks:
        yield sourced("To compare with", choosing.benchmark(result), result)
