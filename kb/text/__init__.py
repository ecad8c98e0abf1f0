"""Text that may mislead: hidden characters, look-alike letters, addresses, HTML."""
