"""The drivers as a SKOS concept scheme in Turtle, with the crosswalk to the terms of other frameworks."""

from __future__ import annotations

import json

from kb.model import EntryStatus, KnowledgeBase

_HEAD = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix driver: <urn:burnout-kb:driver:> .

<urn:burnout-kb:drivers> a skos:ConceptScheme ; skos:prefLabel "Drivers of clinician burnout"@en .
"""
# The model's relation runs from the term to the driver, as SKOS writes it: broadMatch says that the driver is broader.


def as_turtle(knowledge: KnowledgeBase) -> str:
    """Drivers and framework terms as concepts, each in the scheme of its own."""
    blocks = [_HEAD]
    for driver in knowledge.drivers.values():
        if driver.status is EntryStatus.PUBLISHED:
            blocks.append(
                f"driver:{driver.slug} a skos:Concept ;\n  skos:inScheme <urn:burnout-kb:drivers> ;\n"
                f"  skos:prefLabel {_text(driver.title)} ;\n  skos:scopeNote {_text(driver.scope_note)} .\n"
            )
    for framework in knowledge.frameworks.values():
        scheme = f"<urn:burnout-kb:framework:{framework.slug}>"
        blocks.append(f"{scheme} a skos:ConceptScheme ; skos:prefLabel {_text(framework.title)} .\n")
        for term in framework.terms:
            lines = [f"skos:inScheme {scheme}", f"skos:prefLabel {_text(term.label)}"]
            if term.broader:
                lines.append(f"skos:broader <urn:burnout-kb:term:{framework.slug}/{term.broader}>")
            lines += [f"skos:{mapping.relation} driver:{mapping.driver}" for mapping in term.mappings]
            subject = f"<urn:burnout-kb:term:{framework.slug}/{term.slug}>"
            blocks.append(f"{subject} a skos:Concept ;\n  " + " ;\n  ".join(lines) + " .\n")
    return "\n".join(blocks)


def _text(text: str) -> str:
    return f"{json.dumps(text, ensure_ascii=False)}@en"
