"""What one edit costs while the server runs, against a full build of the same content, in one process.

    python benchmarks/edit_speed.py [--entries 1000]

The content is that of build_speed.py, or with --entries 0 the real one. CPU seconds are of the process that builds and
what it starts, from the edit until site and search index are ready to be served.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import statistics
import tempfile
import time
from datetime import date
from pathlib import Path

from build_speed import DAY, generate

from kb.build import Source
from kb.serve.publisher import Publisher

EDITS = {
    "a word in an intervention": ("interventions/documentation-assistance.md", "\n## ", "\nWord.\n\n## "),
    "a word in the one most linked to": ("interventions/physician-peer-coaching.md", "\n## ", "\nWord.\n\n## "),
    "the title of a study": ("studies/kiser-2024.md", "title: ", "title: Word "),
    "a word in a driver": ("drivers/workload.md", "\n## ", "\nWord.\n\n## "),
    "a record of references.bib": ("references.bib", "title = {", "title = {Word "),
}


def main() -> None:
    parser = argparse.ArgumentParser(description="What one edit costs while the server runs.")
    parser.add_argument("--entries", type=int, default=1000, help="how many entries; 0 takes the real ones")
    parser.add_argument("--rounds", type=int, default=5, help="how often to make each edit")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        content = work / "content"
        if given.entries:
            generate(content, given.entries)
        else:
            shutil.copytree("content", content)
        day = date.fromisoformat(DAY)
        start = spent()
        publisher = Publisher(Source(content, work / "output", work / "index", day), lambda *_, **__: None)
        full = spent() - start
        print(f"{given.entries or 'all'} entries: the first build, both searches included, {full:.2f} s")
        print(f"{'edit':<36}{'median s':>9}{'worst s':>9}{'of the first':>14}")
        for edit, (file, old, new) in EDITS.items():
            path, costs = content / file, []
            text = path.read_text(encoding="utf-8")
            if old not in text:
                raise SystemExit(f"{file} does not hold {old!r}")
            for number in range(given.rounds):
                path.write_text(text.replace(old, new.replace("Word", f"Word {number}"), 1), encoding="utf-8")
                start, before = spent(), publisher.served.version
                while publisher.served.version == before:
                    publisher.poll()
                    if publisher.served.fault:
                        raise SystemExit(publisher.served.fault)
                    time.sleep(0.05)
                costs.append(spent() - start)
            median = statistics.median(costs)
            print(f"{edit:<36}{median:>9.2f}{max(costs):>9.2f}{median / full:>14.2f}")


def spent() -> float:
    """CPU seconds of this process and of those that it started and that have ended."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


if __name__ == "__main__":
    main()
