"""The server: site, /graphql and /health over one immutable snapshot, which all workers swap in one step."""
