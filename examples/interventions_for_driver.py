"""A table of the interventions for a driver, with what may be said of each, how sure that is, and its marks.

    python3 interventions_for_driver.py http://127.0.0.1:8000 workload

Needs Python 3.11 and nothing else.
"""

import json
import sys
from urllib.request import Request, urlopen

QUERY = """
query ($driver: String!, $after: String) {
  content { version }
  driver(slug: $driver) {
    title
    interventions(first: 50, after: $after) {
      nodes { title verdictLabel verdictOutcome certainty marks { text } statement }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""


def ask(site, **variables):
    """The data of the answer; ends with the message where there is an error."""
    body = json.dumps({"query": QUERY, "variables": variables}).encode()
    request = Request(f"{site}/graphql", body, {"Content-Type": "application/json"})
    try:
        with urlopen(request) as response:
            answer = json.load(response)
    except (OSError, ValueError) as error:
        sys.exit(f"{site} gives no answer: {error}")
    if "errors" in answer:
        sys.exit(answer["errors"][0]["message"])
    return answer["data"]


def rows(site, driver):
    """Title, verdict, certainty, marks and statement of each intervention, page by page."""
    after = None
    while True:
        data = ask(site, driver=driver, after=after)
        if data["driver"] is None:
            sys.exit(f"there is no driver {driver}")
        page = data["driver"]["interventions"]
        for node in page["nodes"]:
            outcome = f" ({node['verdictOutcome']})" if node["verdictOutcome"] else ""
            certainty = (node["certainty"] or "not graded").lower().replace("_", " ")
            marks = "; ".join(mark["text"] for mark in node["marks"])
            yield node["title"], node["verdictLabel"] + outcome, certainty, marks, node["statement"]
        if not page["pageInfo"]["hasNextPage"]:
            print(f"Content version {data['content']['version']}", file=sys.stderr)
            return
        after = page["pageInfo"]["endCursor"]


def main():
    if len(sys.argv) != 3:
        sys.exit("give two things: address and driver")
    heading = ("Intervention", "Verdict", "Certainty", "Marks", "What may be said")
    for row in (heading, ["---"] * len(heading), *rows(sys.argv[1], sys.argv[2])):
        print(f"| {' | '.join(row)} |")


main()
