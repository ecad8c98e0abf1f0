"""A table of the interventions for a driver, strongest first, with what may be said of each and how sure that is.

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
      nodes { title verdictLabel verdictOutcome certainty provisional marks { text } evidence { headline statement } }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""


def ask(site, **variables):
    """The data of the answer; ends with the message where there is an error."""
    body = json.dumps({"query": QUERY, "variables": variables}).encode()
    request = Request(f"{site}/graphql", body, {"Content-Type": "application/json"})
    with urlopen(request) as response:
        answer = json.load(response)
    if "errors" in answer:
        sys.exit(answer["errors"][0]["message"])
    return answer["data"]


def rows(site, driver):
    """Title, verdict, certainty and statement of each intervention, page by page."""
    after = None
    while True:
        data = ask(site, driver=driver, after=after)
        if data["driver"] is None:
            sys.exit(f"there is no driver {driver}")
        page = data["driver"]["interventions"]
        for node in page["nodes"]:
            outcome = f" ({node['verdictOutcome']})" if node["verdictOutcome"] else ""
            certainty = (node["certainty"] or "not graded").lower().replace("_", " ")
            if node["provisional"]:
                certainty += ", provisional"
            said = next((body["statement"] for body in node["evidence"] if body["headline"]), "")
            yield node["title"], node["verdictLabel"] + outcome, certainty, said
        if not page["pageInfo"]["hasNextPage"]:
            print(f"Content version {data['content']['version']}", file=sys.stderr)
            return
        after = page["pageInfo"]["endCursor"]


def main():
    if len(sys.argv) != 3:
        sys.exit("give two things: address and driver")
    print("| Intervention | Verdict | Certainty | What may be said |\n|---|---|---|---|")
    for row in rows(sys.argv[1], sys.argv[2]):
        print(f"| {' | '.join(row)} |")


main()
