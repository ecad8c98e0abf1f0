"""The MCP server: assistants ask the evidence base, and get statements with certainty, sources and how to cite them.

It is made with the official SDK, an extra, which only `server` imports. Nothing here computes what an entry says: tools
put together what `kb.view` says already.
"""
