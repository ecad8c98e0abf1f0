// Mercurius on Fastify; each query is compiled when it comes for the first time.
const { readFileSync } = require("node:fs");
const { join } = require("node:path");

const studies = JSON.parse(readFileSync(process.argv[3], "utf8"));
const app = require("fastify")();
app.register(require("mercurius"), {
  schema: readFileSync(join(__dirname, "schema.graphql"), "utf8"),
  resolvers: {
    Query: { studies: (_root, { first }) => ({ totalCount: studies.length, nodes: studies.slice(0, first) }) },
  },
  jit: 1,
});
app.listen({ port: Number(process.argv[2]), host: "127.0.0.1" });
