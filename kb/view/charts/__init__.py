"""Pictures of the evidence: what is drawn where, as small frozen records that the templates turn into SVG."""
