"""The server: site, /graphql and /health over one immutable snapshot."""
