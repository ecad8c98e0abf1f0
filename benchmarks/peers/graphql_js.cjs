// graphql-js behind Node's own HTTP server, parsing and validating each time.
const { readFileSync } = require("node:fs");
const { createServer } = require("node:http");
const { join } = require("node:path");
const { buildSchema, graphql } = require("graphql");

const studies = JSON.parse(readFileSync(process.argv[3], "utf8"));
const schema = buildSchema(readFileSync(join(__dirname, "schema.graphql"), "utf8"));
const rootValue = { studies: ({ first }) => ({ totalCount: studies.length, nodes: studies.slice(0, first) }) };

createServer(async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  const { query, variables } = JSON.parse(Buffer.concat(parts).toString());
  const body = JSON.stringify(await graphql({ schema, source: query, rootValue, variableValues: variables }));
  response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(body) });
  response.end(body);
}).listen(Number(process.argv[2]), "127.0.0.1");
