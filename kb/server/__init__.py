"""The server: the static site, /graphql and /health over one immutable snapshot, swapped in one step by all workers."""

from kb.server.app import create_app
from kb.server.live import Live, Source, publish

__all__ = ["Live", "Source", "create_app", "publish"]
