"""How the CPU of a check grows with what would hold it up: n of each kind against 2n, and 1 MB of it.

    python benchmarks/bounded_work.py

The content is the small valid one of tests/bad with one hostile file; what is checked without an error about its size
is rendered too. Of a kind that grows in step with its file the ratio is about 2; above its limits it is refused, so
that 1 MB takes no longer. CPU seconds are of this process, less those of the content without the file.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from hostile import KINDS, Kind

from kb.check import check
from kb.cite import plan, read_file
from kb.limits import FILE_BYTES
from kb.view.render import Renderer

BASE = Path(__file__).parents[1] / "tests" / "bad" / "_base"
DAY = date(2026, 11, 22)


def problems(kind: Kind, text: str, content: Path) -> list[str]:
    """What is reported for a hostile file: its problems as printed, or the faults of a file for kb cite.

    ``content`` is a folder with valid content; the file is put there, and taken away again.
    """
    path = content / kind.path
    before = path.read_bytes() if path.exists() else None
    path.write_text(text, encoding="utf-8")
    try:
        if not kind.in_content:
            reading = read_file(path, kind.path)
            return [str(fault) for fault in (*reading.faults, *plan(content, reading.works).faults)]
        checked = check(content, DAY)
        renderer = Renderer(checked.knowledge.references)
        for entry in checked.knowledge.entries():
            renderer.render(entry)
        return [str(problem) for problem in checked.problems if problem.path == f"content/{kind.path}"]
    finally:
        if before is None:
            path.unlink()
        else:
            path.write_bytes(before)


def seconds(kind: Kind, text: str, content: Path) -> float:
    """The CPU of that, at its best of three."""
    spent = []
    for _ in range(3):
        start = time.process_time()
        problems(kind, text, content)
        spent.append(time.process_time() - start)
    return min(spent)


def main() -> None:
    parser = argparse.ArgumentParser(description="How the CPU of a check grows with what would hold it up.")
    parser.add_argument("kinds", nargs="*", help="only kinds with these words in their names")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        content = Path(name) / "content"
        shutil.copytree(BASE, content)
        nothing = Kind("pages/about.md", str, 0)
        base = seconds(nothing, (content / nothing.path).read_text(encoding="utf-8"), content)
        print(f"{'kind':<32}{'n':>9}{'s':>7}{'2n':>9}{'s':>7}{'ratio':>7}{'1 MB, s':>9}")
        for title, kind in KINDS.items():
            if given.kinds and not any(word in title for word in given.kinds):
                continue
            few, many = kind.most // 2, kind.most // 2 * 2
            one, two = (max(seconds(kind, kind.text(n), content) - base, 0.0) for n in (few, many))
            whole = seconds(kind, kind.of_size(FILE_BYTES), content) - base
            ratio = f"{two / one:>7.1f}" if one > 0.02 else f"{'-':>7}"  # less is noise
            print(f"{title:<32}{few:>9,}{one:>7.2f}{many:>9,}{two:>7.2f}{ratio}{max(whole, 0.0):>9.2f}")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 if sys.platform == "darwin" else 1024) / 1000
    print(f"{memory:.0f} MB of memory at most")


if __name__ == "__main__":
    main()
