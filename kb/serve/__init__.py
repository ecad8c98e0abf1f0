"""The server: the static site, /graphql and /health over one immutable snapshot, swapped in one step by all workers."""
