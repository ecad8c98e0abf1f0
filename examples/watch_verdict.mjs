// A watch on one verdict: says whether it moved since the last time, and remembers it in a file.
//
//   node watch_verdict.mjs http://127.0.0.1:8000 coaching seen.json
//
// Ends with status 0 where nothing moved, 2 where something did, 1 where it could not be found out.
// Needs Node 18 and nothing else. Run it once a day, e.g. by cron.

import { readFile, writeFile } from "node:fs/promises";

const given = process.argv.slice(2);
const [site, slug, file] = given;
const end = (why) => {
  console.error(why);
  process.exit(1);
};
if (given.length !== 3) end("give three things: address, intervention, file to remember in");

const response = await fetch(`${site}/data/v1/interventions/${encodeURIComponent(slug)}.json`).catch(
  (error) => end(`${site} gives no answer: ${error.cause?.message ?? error.message}`),
);
if (!response.ok) end(`there is no intervention ${slug} at ${site} (status ${response.status})`);
const entry = await response.json();
const now = entry.status === "withdrawn"
  ? { withdrawn: entry.withdrawn.reason }
  : {
      verdict: entry.verdict_label,
      outcome: entry.verdict_outcome,
      certainty: entry.certainty ?? "not graded",
      provisional: entry.provisional,
      marks: entry.marks.map((mark) => mark.text),
    };
const before = await readFile(file, "utf8").then(JSON.parse).catch(
  (error) => (error.code === "ENOENT" ? null : end(`${file} cannot be read: ${error.message}`)),
);
await writeFile(file, `${JSON.stringify(now, null, 2)}\n`);

const moved = before === null ? [] : [...new Set([...Object.keys(before), ...Object.keys(now)])].filter(
  (name) => JSON.stringify(before[name]) !== JSON.stringify(now[name]),
);
const shown = (value) => (value == null ? "nothing" : [value].flat().join("; ") || "nothing");
console.log(`${entry.title}: ${Object.entries(now).map(([name, value]) => `${name} ${shown(value)}`).join(", ")}`);
for (const name of moved) console.log(`${name} moved from ${shown(before[name])} to ${shown(now[name])}`);
if (before === null) console.log("remembered for the first time");
process.exitCode = moved.length ? 2 : 0;
