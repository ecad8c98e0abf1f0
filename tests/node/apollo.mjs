// Asks a server all worked queries through Apollo Client, its cache and its link for persisted queries.
// Usage: node tests/node/apollo.mjs http://127.0.0.1:8000 graphql
// Prints as JSON: {warnings, queries: {name: "same" or what differs}, paged, total, refetched, sent}.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from "@apollo/client";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { relayStylePagination } from "@apollo/client/utilities";

const [site, folder] = process.argv.slice(2);
const warnings = [];
for (const level of ["warn", "error"]) console[level] = (...told) => warnings.push(told.join(" "));

const facts = JSON.parse(readFileSync(`${folder}/cache-keys.json`, "utf8"));
const pages = Object.entries(facts.pages).map(([name, keys]) => [name, relayStylePagination(keys)]);
const withoutId = facts.withoutId.map((name) => [name, { keyFields: false, merge: true }]);
const recipe = () =>
  new InMemoryCache({
    possibleTypes: facts.possibleTypes,
    typePolicies: { ...Object.fromEntries(withoutId), Query: { fields: Object.fromEntries(pages) } },
  });

let sent = 0;
const http = new HttpLink({
  uri: `${site}/graphql`,
  fetch: (...asked) => {
    sent += 1;
    return fetch(...asked);
  },
});
const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const client = new ApolloClient({
  cache: recipe(),
  link: ApolloLink.from([new PersistedQueryLink({ sha256 }), http]),
});

const plain = (value) => JSON.parse(JSON.stringify(value, (key, inner) => (key === "__typename" ? undefined : inner)));
const named = readdirSync(`${folder}/queries`).filter((name) => name.endsWith(".graphql"));
const queries = {};
for (const name of named) {
  const text = readFileSync(`${folder}/queries/${name}`, "utf8");
  let variables = {};
  try {
    variables = JSON.parse(readFileSync(`${folder}/queries/${name.replace(".graphql", ".json")}`, "utf8"));
  } catch {}
  const query = gql(text);
  const asked = await client.query({ query, variables });
  const direct = await fetch(`${site}/graphql`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ query: text, variables }),
  });
  const kept = client.readQuery({ query, variables });
  // The relay-style policy keeps edges and pages together, not nodes: a client of it asks for edges.
  const same = isDeepStrictEqual(plain(asked.data), plain((await direct.json()).data));
  queries[name] = !same ? "differs" : kept === null ? "not kept" : "same";
}

const PAGE = gql`query ($after: String) {
  interventions(first: 7, after: $after) {
    totalCount edges { cursor node { id title grade { code } } } pageInfo { hasNextPage endCursor }
  }
}`;
let page = (await client.query({ query: PAGE })).data.interventions;
const watched = client.watchQuery({ query: PAGE });
watched.subscribe(() => {});
while (page.pageInfo.hasNextPage) {
  await watched.fetchMore({ variables: { after: page.pageInfo.endCursor } });
  page = client.readQuery({ query: PAGE }).interventions;
}
const { id, title } = page.edges[3].node;
const NODE = gql`query ($id: ID!) { node(id: $id) { id ... on Entry { title } } }`;
const found = await client.query({ query: NODE, variables: { id } });
client.stop();
console.log(
  JSON.stringify({
    warnings,
    queries,
    paged: page.edges.length,
    total: page.totalCount,
    refetched: found.data.node.title === title,
    sent,
  }),
);
process.exit(0);
