// Asks the API and shows what it answers. Text only ever enters the page as text.
"use strict";

(() => {
  const form = document.getElementById("search");
  const input = document.getElementById("query");
  const status = document.getElementById("status");
  const list = document.getElementById("results");
  const facets = document.getElementById("facets");
  const narrow = document.getElementById("narrow");
  const more = document.getElementById("more");

  const QUERY = `query Search($query: String!, $filter: SearchFilter, $after: String) {
    search(query: $query, filter: $filter, first: 10, after: $after) {
      totalCount suggestion pageInfo { hasNextPage endCursor }
      facets { field values { value label count } }
      edges { highlights { field parts { text matched } }
        node { kind title summary path ... on Intervention { verdict certainty } } } } }`;
  // A facet narrows the search through this field of the filter; certainty sets the least that passes.
  const FILTERS = { kind: "kinds", driver: "drivers", verdict: "verdicts", design: "designs", certainty: "minCertainty" };
  const LABELS = { kind: "Kind", driver: "Driver", verdict: "Verdict", design: "Design", certainty: "Certainty, at least" };

  let chosen = {};
  let asked = 0;

  const words = (name) => {
    const text = name.toLowerCase().replace(/[_-]/g, " ");
    return text[0].toUpperCase() + text.slice(1);
  };
  const verdictWords = (name) => (name === "EVIDENCE_BASED" ? "Evidence-based" : words(name));
  const enumName = (value) => value.toUpperCase().replaceAll("-", "_");

  const element = (tag, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  };

  const filter = () => {
    const given = {};
    for (const [field, values] of Object.entries(chosen)) {
      if (!values.length) continue;
      const names = field === "driver" ? values : values.map(enumName);
      given[FILTERS[field]] = field === "certainty" ? names[0] : names;
    }
    return given;
  };

  const fragment = (highlight) =>
    element("p", { className: "note" }, ...highlight.parts.map((part) =>
      part.matched ? element("mark", { textContent: part.text }) : part.text));

  const result = ({ node, highlights }) => {
    const link = element("a", { href: `${form.dataset.root}/${node.path}index.html`, textContent: node.title });
    const item = element("li", { className: "item" }, element("h2", {}, link), element("p", { textContent: node.summary }));
    const body = highlights.find((highlight) => highlight.field === "body");
    if (body) item.append(fragment(body));
    const meta = element("p", { className: "meta" });
    if (node.verdict) {
      const certainty = node.certainty ? `${words(node.certainty).toLowerCase()} certainty` : "not graded";
      const name = node.verdict.toLowerCase().replaceAll("_", "-");
      meta.append(element("span", { className: `badge ${name}`, textContent: `${verdictWords(node.verdict)} · ${certainty}` }), " ");
    }
    meta.append(words(node.kind));
    item.append(meta);
    return item;
  };

  const showFacets = (found) => {
    facets.replaceChildren();
    narrow.hidden = false;
    for (const { field, values } of found) {
      // What was chosen stays, so that it can be taken back where nothing is found.
      const gone = (chosen[field] || []).filter((name) => !values.some(({ value }) => value === name));
      values.unshift(...gone.map((value) => ({ value, label: words(value), count: 0 })));
      if (!FILTERS[field] || !values.length) continue;
      const single = field === "certainty";
      const group = element("fieldset", {}, element("legend", { textContent: LABELS[field] }));
      for (const { value, label, count } of values.slice(0, 12)) {
        const box = element("input", { type: "checkbox", checked: (chosen[field] || []).includes(value) });
        box.addEventListener("change", () => {
          const others = single ? [] : (chosen[field] || []).filter((other) => other !== value);
          chosen[field] = box.checked ? [...others, value] : others;
          ask();
        });
        group.append(element("label", {}, box, ` ${label} (${count})`));
      }
      facets.append(group);
    }
  };

  const suggest = (suggestion) => {
    const button = element("button", { type: "button", textContent: suggestion });
    button.addEventListener("click", () => { input.value = suggestion; start(); });
    status.append(" Did you mean ", button, "?");
  };

  const ask = async (after = null) => {
    const query = input.value.trim();
    const number = ++asked;
    if (!query) return;
    if (!after) status.textContent = "Searching …";
    let found;
    try {
      const response = await fetch(form.dataset.endpoint, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json" },
        body: JSON.stringify({ query: QUERY, variables: { query, filter: filter(), after } }),
      });
      const answer = await response.json();
      if (answer.errors) {
        status.textContent = `The search refused this question: ${answer.errors[0].message}`;
        return;
      }
      found = answer.data.search;
    } catch (error) {
      if (number !== asked) return;
      status.textContent = "The search is not available here: it needs the server. Use the lists above instead.";
      console.error(error);
      return;
    }
    if (number !== asked) return;
    status.textContent = found.totalCount === 1 ? "1 result." : `${found.totalCount} results.`;
    if (found.suggestion) suggest(found.suggestion);
    if (!after) {
      list.replaceChildren();
      showFacets(found.facets);
    }
    list.append(...found.edges.map(result));
    more.hidden = !found.pageInfo.hasNextPage;
    more.onclick = () => ask(found.pageInfo.endCursor);
  };

  const start = () => {
    chosen = {};
    const address = new URL(location.href);
    address.searchParams.set("q", input.value);
    history.replaceState(null, "", address);
    ask();
  };

  form.addEventListener("submit", (event) => { event.preventDefault(); start(); });
  narrow.open = matchMedia("(min-width: 62rem)").matches;
  input.value = new URLSearchParams(location.search).get("q") || "";
  if (input.value) ask(); else input.focus();
})();
