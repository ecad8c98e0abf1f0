"""Half of the queries to tune with, half held: at random with a fixed seed, in equal parts of each role and kind."""

import csv
import random
from pathlib import Path

here = Path(__file__).parent
with (here / "queries.tsv").open(newline="") as source:
    reader = csv.DictReader(source, delimiter="\t", quoting=csv.QUOTE_NONE)
    rows = [(row["qid"], row["role"], row["kind"], row["query"]) for row in reader]
chance = random.Random(16)
cells = {}
for row in rows:
    cells.setdefault((row[1], row[2]), []).append(row)
order = sorted(cells)
chance.shuffle(order)
# Odd cells go to the half that has fewer of the role and the kind so far, by lot where both have as many.
split, count = {}, {}
for cell in sorted(order, key=lambda c: len(cells[c]) % 2):
    members = cells[cell][:]
    chance.shuffle(members)
    half, odd = divmod(len(members), 2)
    sides = ["tune"] * half + ["held"] * half
    if odd:
        balance = sum(count.get((key, "tune"), 0) - count.get((key, "held"), 0) for key in (*cell, "all"))
        sides.append("held" if balance > 0 else "tune" if balance < 0 else chance.choice(["tune", "held"]))
    for member, side in zip(members, sides, strict=True):
        split[member[0]] = side
        for key in (*cell, "all"):
            count[key, side] = count.get((key, side), 0) + 1
with (here / "queries.tsv").open("w", newline="") as out:
    writer = csv.writer(out, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE, quotechar=None)
    writer.writerow(("qid", "role", "split", "kind", "query"))
    for qid, role, kind, query in rows:
        writer.writerow((qid, role, split[qid], kind, query))
