// Asks a server all questions of the GraphQL-over-HTTP audit and prints the answers as JSON: [{name, status, reason}].
// Usage: node tests/node/graphql-http-audit.mjs http://127.0.0.1:8000/graphql
import { serverAudits } from "graphql-http";

const [url] = process.argv.slice(2);
const fetchFn = (address, options) => fetch(address, { ...options, signal: AbortSignal.timeout(30_000) });

const answers = [];
for (const audit of serverAudits({ url, fetchFn })) {
  const { status, reason = "" } = await audit.fn().catch((error) => ({ status: "error", reason: String(error) }));
  answers.push({ name: audit.name, status, reason });
}
console.log(JSON.stringify(answers));
