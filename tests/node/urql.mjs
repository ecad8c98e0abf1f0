// Asks a server all worked queries through urql, its normalized cache and its exchange for persisted queries.
// Usage: node urql.mjs http://127.0.0.1:8000 graphql, in a folder where the packages are.
// Prints as JSON: {warnings, queries: {name: "same" or what differs}, paged, total}.
import { readFileSync, readdirSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { Client, fetchExchange } from "@urql/core";
import { cacheExchange } from "@urql/exchange-graphcache";
import { relayPagination } from "@urql/exchange-graphcache/extras";
import { persistedExchange } from "@urql/exchange-persisted";
import { buildSchema, introspectionFromSchema } from "graphql";

const [site, folder] = process.argv.slice(2);
const warnings = [];
for (const level of ["warn", "error"]) console[level] = (...told) => warnings.push(told.join(" "));

const facts = JSON.parse(readFileSync(`${folder}/cache-keys.json`, "utf8"));
const schema = introspectionFromSchema(buildSchema(readFileSync(`${folder}/schema.graphql`, "utf8")));
const keys = Object.fromEntries(facts.withoutId.map((name) => [name, () => null]));
const pages = Object.fromEntries(Object.keys(facts.pages).map((name) => [name, relayPagination()]));
const client = new Client({
  url: `${site}/graphql`,
  preferGetMethod: false,
  exchanges: [
    cacheExchange({ schema, keys, resolvers: { Query: pages } }),
    persistedExchange({ preferGetForPersistedQueries: true }),
    fetchExchange,
  ],
});

const plain = (value) => JSON.parse(JSON.stringify(value, (key, inner) => (key === "__typename" ? undefined : inner)));
const queries = {};
for (const name of readdirSync(`${folder}/queries`).filter((each) => each.endsWith(".graphql"))) {
  const query = readFileSync(`${folder}/queries/${name}`, "utf8");
  let variables = {};
  try {
    variables = JSON.parse(readFileSync(`${folder}/queries/${name.replace(".graphql", ".json")}`, "utf8"));
  } catch {}
  const { data, error } = await client.query(query, variables).toPromise();
  const direct = await fetch(`${site}/graphql`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  // Of a list that is paged, urql puts edges together and leaves nodes as they come.
  const same = isDeepStrictEqual(plain(data ?? null), plain((await direct.json()).data));
  queries[name] = error ? String(error) : same ? "same" : "differs";
}
const PAGE = `query ($after: String) { interventions(first: 7, after: $after) {
  totalCount edges { node { id title } } pageInfo { hasNextPage endCursor } } }`;
let page = (await client.query(PAGE, { after: null }).toPromise()).data.interventions;
while (page.pageInfo.hasNextPage)
  page = (await client.query(PAGE, { after: page.pageInfo.endCursor }).toPromise()).data.interventions;
const all = client.readQuery(PAGE, { after: null })?.data.interventions ?? page;
console.log(JSON.stringify({ warnings, queries, paged: all.edges.length, total: page.totalCount }));
process.exit(0);
