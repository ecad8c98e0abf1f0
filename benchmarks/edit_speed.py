"""What one edit costs while the server runs, against a full build of the same content, in one process.

    python benchmarks/edit_speed.py [--entries 1000]

The content is that of build_speed.py. CPU seconds are of this process, from the edit until its pages are written:
reading, checking, grading, and making what depends on it. The search follows when the content has come to rest.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from datetime import date
from pathlib import Path

from build_speed import DAY, generate

from kb.rules import read
from kb.server import Live, Source

EDITS = {
    "a word in an intervention": ("interventions/documentation-assistance-copy-3.md", "\n## ", "\nWord.\n\n## "),
    "a word in the one most linked to": ("interventions/physician-peer-coaching.md", "\n## ", "\nWord.\n\n## "),
    "the title of a study": ("studies/kiser-2024.md", "title: ", "title: Word "),
    "a word in a driver": ("drivers/workload.md", "\n## ", "\nWord.\n\n## "),
    "a record of references.bib": ("references.bib", "title = {", "title = {Word "),
}


def main() -> None:
    parser = argparse.ArgumentParser(description="What one edit costs while the server runs.")
    parser.add_argument("--entries", type=int, default=1000, help="how many entries the content has")
    parser.add_argument("--rounds", type=int, default=5, help="how often to make each edit")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        content = generate(work / "content", given.entries)
        day = date.fromisoformat(DAY)
        start = time.process_time()
        read(content, day)
        live = Live(Source(content, work / "output", work / "index", day), lambda *_: None)
        full = time.process_time() - start
        print(f"{given.entries} entries: all of it, with its search index for the API, {full:.2f} s")
        print(f"{'edit':<36}{'median s':>9}{'worst s':>9}{'of a full build':>17}")
        for edit, (file, old, new) in EDITS.items():
            path, spent = content / file, []
            text = path.read_text(encoding="utf-8")
            if old not in text:
                raise SystemExit(f"{file} does not hold {old!r}")
            for number in range(given.rounds):
                path.write_text(text.replace(old, new.replace("Word", f"Word {number}"), 1), encoding="utf-8")
                start = time.process_time()
                if not live.refresh():
                    raise SystemExit(live.fault)
                spent.append(time.process_time() - start)
            median = statistics.median(spent)
            print(f"{edit:<36}{median:>9.2f}{max(spent):>9.2f}{median / full:>17.3f}")


if __name__ == "__main__":
    main()
