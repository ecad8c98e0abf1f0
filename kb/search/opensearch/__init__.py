"""The engine of a cluster: OpenSearch, through opensearch-py, of the extra ``opensearch``."""

from kb.search.opensearch.engine import OpenSearchEngine
from kb.search.opensearch.loading import load

__all__ = ["OpenSearchEngine", "load"]
