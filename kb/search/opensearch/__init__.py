"""The engine of a cluster: OpenSearch, through opensearch-py, of the extra of that name."""
