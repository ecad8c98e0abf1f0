"""``python -m kb.cli`` is the command kb."""

from kb.cli import main

main()
