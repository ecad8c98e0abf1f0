"""What one edit costs while the server runs, against a full build of the same content, in one process.

    python benchmarks/edit_speed.py [--entries 1000]

The content is that of build_speed.py, or with --entries 0 the real one. CPU seconds are of the process that builds and
what it starts, from the edit until site and search index are ready to be served.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from datetime import date
from pathlib import Path

from build_speed import DAY, generate
from measuring import cpu, print_table

from kb.build import Source
from kb.check import read
from kb.search import build_index, open_index
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
        start = cpu()
        publisher = Publisher(Source(content, work / "output", work / "index", day), lambda *_, **__: None)
        full = cpu() - start
        print(f"{given.entries or 'all'} entries: the first build, both searches included, {full:.2f} s")
        rows = []
        for edit, (file, old, new) in EDITS.items():
            path, costs = content / file, []
            text = path.read_text(encoding="utf-8")
            if old not in text:
                raise SystemExit(f"{file} does not hold {old!r}")
            for number in range(given.rounds):
                path.write_text(text.replace(old, new.replace("Word", f"Word {number}"), 1), encoding="utf-8")
                start, before = cpu(), publisher.served.version
                while publisher.served.version == before:
                    publisher.poll()
                    if publisher.served.fault:
                        raise SystemExit(publisher.served.fault)
                    time.sleep(0.05)
                costs.append(cpu() - start)
            median = statistics.median(costs)
            rows.append([edit, median, max(costs), median / full])
        print_table(("edit", "median s", "worst s", "of the first"), rows)
        whole, edited = of_index(content, work / "alone")
        print(f"of it the search index: {whole:.2f} s from nothing, {edited:.2f} s to bring it up to date and open it")


def of_index(content: Path, folder: Path) -> tuple[float, float]:
    """CPU seconds of the search index alone: made from nothing, and brought up to date after one edit."""
    day = date.fromisoformat(DAY)
    knowledge = read(content, day)
    start = cpu()
    build_index(knowledge, folder)
    whole = cpu() - start
    file, old, new = EDITS["the title of a study"]
    path = content / file
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    knowledge = read(content, day)
    start = cpu()
    open_index(knowledge, folder, lambda _: None)
    return whole, cpu() - start


if __name__ == "__main__":
    main()
