"""Lighthouse's scores of five pages, on a desktop and on a phone.

    python benchmarks/lighthouse.py [--site FOLDER] [--no-performance]

Needs Node.js, chromium, and ``npm install --prefix tests/node --no-package-lock``. FOLDER is a built site, by default
output. Scores are 0 to 100; that of performance is measured and varies with the machine. Exit status 1 where
accessibility, best practices or search engine optimization is below 100 on any page.
"""

from __future__ import annotations

import argparse
import functools
import http.server
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PAGES = (
    "",
    "compare/",
    "gap-map/",
    "interventions/physician-peer-coaching/",
    "studies/kiser-2024/",
)
EXACT = ("accessibility", "best-practices", "seo")
COMMAND = Path(__file__).parents[1] / "tests/node/node_modules/.bin/lighthouse"


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def serving(site: Path) -> Iterator[str]:
    """The address at which a folder is served on this machine."""
    handler = functools.partial(_Quiet, directory=site)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def report(address: str, desktop: bool, categories: tuple[str, ...]) -> tuple[dict[str, int], list[str]]:
    """The scores of a page by category, and the audits that did not pass."""
    command = [str(COMMAND), address, "--output=json", "--quiet", f"--only-categories={','.join(categories)}"]
    command += ["--chrome-flags=--headless=new --no-sandbox --disable-gpu", *(["--preset=desktop"] if desktop else [])]
    environment = {**os.environ, "CHROME_PATH": shutil.which("chromium") or "chromium"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"Lighthouse failed on {address}: {done.stderr.strip()}")
    found = json.loads(done.stdout)
    # Those of performance that weigh nothing are advice.
    audits = {ref["id"] for name in categories for ref in found["categories"][name]["auditRefs"] if ref["weight"]}
    failed = [name for name in sorted(audits) if (found["audits"][name]["score"] or 0) < 0.9]
    failed = [name for name in failed if found["audits"][name]["scoreDisplayMode"] in ("binary", "numeric")]
    return {name: round(100 * (found["categories"][name]["score"] or 0)) for name in categories}, failed


def main() -> int:
    parser = argparse.ArgumentParser(description="Lighthouse's scores of five pages, on a desktop and on a phone.")
    parser.add_argument("--site", type=Path, default=Path("output"), help="the folder of a built site")
    parser.add_argument("--no-performance", action="store_true", help="leave out what depends on the machine")
    given = parser.parse_args()
    if not COMMAND.exists() or not shutil.which("node"):
        print("skipped: Node.js or Lighthouse is missing; npm install --prefix tests/node --no-package-lock")
        return 2
    categories = EXACT if given.no_performance else ("performance", *EXACT)
    print(f"{'page':<42}{'form':<9}" + "".join(f"{name:>16}" for name in categories))
    low = False
    with serving(given.site) as address:
        for page in PAGES:
            for form in ("desktop", "mobile"):
                scores, failed = report(f"{address}{page}index.html", form == "desktop", categories)
                low = low or any(scores[name] < 100 for name in EXACT)
                line = "".join(f"{scores[name]:>16}" for name in categories)
                print(f"{page or 'home':<42}{form:<9}{line}  {' '.join(failed)}".rstrip(), flush=True)
    return int(low)


if __name__ == "__main__":
    sys.exit(main())
