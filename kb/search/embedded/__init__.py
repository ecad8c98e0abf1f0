"""The engine in the process itself: Whoosh, its index in memory and in a folder."""
