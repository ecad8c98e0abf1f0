"""Lighthouse's scores of five pages, on a desktop and on a phone.

    python benchmarks/lighthouse.py [--site FOLDER] [--runs N] [--no-performance] [PAGE ...]

Needs Node.js, chromium, and ``npm ci --prefix tests/node``. FOLDER is a built site, by default
output; it is served compressed, as any host does. A PAGE is a path below it, e.g. gap-map/; by default five are read.
Scores are 0 to 100. That of performance is measured and varies with the machine: of N runs the one with the median
score is reported, with what was measured and the machine's speed by Lighthouse's own index (a phone of today's has
about 1000, a desktop above 1500; where it is low, so are the scores). Exit status 1 where accessibility, best practices
or search engine optimization is below 100 on any page.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

PAGES = (
    "",
    "compare/",
    "gap-map/",
    "interventions/physician-peer-coaching/",
    "studies/kiser-2024/",
)
EXACT = ("accessibility", "best-practices", "seo")
METRICS = {
    "FCP": "first-contentful-paint",
    "LCP": "largest-contentful-paint",
    "TBT": "total-blocking-time",
    "CLS": "cumulative-layout-shift",
    "SI": "speed-index",
}
"""What the score of performance is made of: milliseconds, but the shift, which has no unit."""
COMMAND = Path(__file__).parents[1] / "tests/node/node_modules/.bin/lighthouse"


@contextmanager
def serving(site: Path) -> Iterator[str]:
    """The address at which a folder is served on this machine, compressed where that helps."""
    app = GZipMiddleware(StaticFiles(directory=site, html=True))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/"
    server.should_exit = True
    thread.join()


def run(address: str, desktop: bool, categories: tuple[str, ...]) -> dict[str, Any]:
    """Lighthouse's report on a page."""
    command = [str(COMMAND), address, "--output=json", "--quiet", f"--only-categories={','.join(categories)}"]
    command += ["--chrome-flags=--headless=new --no-sandbox --disable-gpu", *(["--preset=desktop"] if desktop else [])]
    environment = {**os.environ, "CHROME_PATH": shutil.which("chromium") or "chromium"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"Lighthouse failed on {address}: {done.stderr.strip()}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def score(report: dict[str, Any], category: str) -> int:
    """The score of a category, 0 to 100."""
    return round(100 * (report["categories"][category]["score"] or 0))


def failures(report: dict[str, Any]) -> list[str]:
    """The audits that count in a score and did not pass."""
    audits = {ref["id"] for found in report["categories"].values() for ref in found["auditRefs"] if ref["weight"]}
    failed = [name for name in sorted(audits) if (report["audits"][name]["score"] or 0) < 0.9]
    return [name for name in failed if report["audits"][name]["scoreDisplayMode"] in ("binary", "numeric")]


def measured(report: dict[str, Any]) -> str:
    """The metrics and the machine's speed, in a line."""
    values = {name: report["audits"][audit]["numericValue"] for name, audit in METRICS.items()}
    texts = [f"{name} {value:.3f}" if name == "CLS" else f"{name} {value:.0f}" for name, value in values.items()]
    return "  ".join((*texts, f"index {report['environment']['benchmarkIndex']:.0f}"))


def main() -> int:
    parser = argparse.ArgumentParser(description="Lighthouse's scores of five pages, on a desktop and on a phone.")
    parser.add_argument("pages", nargs="*", metavar="PAGE", default=PAGES, help="a path below the site's root")
    parser.add_argument("--site", type=Path, default=Path("output"), help="the folder of a built site")
    parser.add_argument("--runs", type=int, default=3, help="how often performance is measured")
    parser.add_argument(
        "--no-performance", action="store_true", help="on a phone only, and leave out what depends on the machine"
    )
    given = parser.parse_args()
    if not COMMAND.exists() or not shutil.which("node"):
        print("skipped: Node.js or Lighthouse is missing; npm ci --prefix tests/node")
        return 2
    categories = EXACT if given.no_performance else ("performance", *EXACT)
    print(f"{'page':<42}{'form':<9}" + "".join(f"{name:>16}" for name in categories))
    low = False
    # On a phone Lighthouse asks all that it asks on a desktop, and more; only speed differs.
    forms = ("mobile",) if given.no_performance else ("desktop", "mobile")
    asked = [(page, form) for page in given.pages for form in forms]
    # Performance is measured one page at a time; what no clock measures, as many as there are processors.
    runs, at_once = (1, os.cpu_count()) if given.no_performance else (given.runs, 1)
    with serving(given.site) as address, ThreadPoolExecutor(at_once) as pool:

        def report_on(page: str, form: str) -> list[dict[str, Any]]:
            return [run(f"{address}{page}index.html", form == "desktop", categories) for _ in range(runs)]

        for (page, form), reports in zip(asked, pool.map(report_on, *zip(*asked, strict=True)), strict=True):
            report = sorted(reports, key=lambda found: score(found, categories[0]))[len(reports) // 2]
            low = low or any(score(found, name) < 100 for found in reports for name in EXACT)
            line = "".join(f"{score(report, name):>16}" for name in categories)
            tail = "" if given.no_performance else measured(report)
            print(f"{page or 'home':<42}{form:<9}{line}  {tail}  {' '.join(failures(report))}".rstrip(), flush=True)
    return int(low)


if __name__ == "__main__":
    sys.exit(main())
