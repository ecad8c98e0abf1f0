// The page of the search. Text only ever enters the page as text. Needs engine.js.
"use strict";

(() => {
  const PAGE = 10;
  const SHOWN = 240; // Characters of an excerpt.
  const QUOTED = 100; // Characters of a query that are told again.
  const form = document.getElementById("search");
  const [input, status, list, panel, narrow, more, clear] =
    ["query", "status", "results", "facets", "narrow", "more", "clear"].map((id) => document.getElementById(id));
  const root = new URL("../", document.currentScript.src);
  const boxes = []; // One for each facet: { name, label, box, row, text }.
  let entries = []; // What is shown of each: path, title, summary, facets, verdict, look.
  let search; // The engine, once the index is there.
  let spelling; // The words to spell by, once one was not known.
  const documents = new Map(); // The pages of which an excerpt was shown, by path.
  let answer = { results: [], asked: null, corrected: null }; // To the query, whatever is chosen.
  let shown = []; // The results that pass what is chosen.
  let asked = 0;
  let waiting;

  const element = (tag, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  };

  const has = (result, facet) => entries[result.number].facets.includes(facet);

  // The results that have one of the chosen values of each facet; the facet named may be left out.
  const passing = (except) => {
    const chosen = {};
    boxes.forEach(({ name, box }, number) => {
      if (box.checked && name !== except) (chosen[name] ||= []).push(number);
    });
    const sets = Object.values(chosen);
    return answer.results.filter((result) => sets.every((numbers) => numbers.some((number) => has(result, number))));
  };

  const build = (facets) => {
    const groups = {};
    const chosen = new URLSearchParams(location.search);
    for (const [name, label] of facets) {
      const box = element("input", { type: "checkbox", checked: chosen.getAll(name).includes(label) });
      const text = element("span", { textContent: label });
      const row = element("label", {}, box, text);
      const legend = element("legend", { textContent: name[0].toUpperCase() + name.slice(1) });
      groups[name] ||= element("fieldset", {}, legend);
      groups[name].append(row);
      boxes.push({ name, label, box, row, text });
      box.addEventListener("change", show);
    }
    panel.append(...Object.values(groups));
    narrow.hidden = false;
  };

  // A facet that would find nothing is hidden, unless it is chosen or has the focus.
  const count = () => {
    const names = new Set(boxes.map(({ name }) => name));
    const passed = Object.fromEntries([...names].map((name) => [name, passing(name)]));
    boxes.forEach(({ name, label, box, row, text }, number) => {
      const found = passed[name].filter((result) => has(result, number)).length;
      text.textContent = `${label} (${found})`;
      row.hidden = !found && !box.checked && box !== document.activeElement;
    });
    for (const group of panel.children) group.hidden = !group.querySelector("label:not([hidden])");
    clear.hidden = !boxes.some(({ box }) => box.checked);
  };

  const remember = () => {
    const address = new URL(location.href);
    address.search = "";
    if (input.value.trim()) address.searchParams.set("q", input.value.trim());
    for (const { name, label, box } of boxes) if (box.checked) address.searchParams.append(name, label);
    history.replaceState(null, "", address);
  };

  const marked = (text, tokens) => {
    const made = [];
    let done = 0;
    for (const { start, end } of tokens) {
      made.push(text.slice(done, start), element("mark", { textContent: text.slice(start, end) }));
      done = end;
    }
    return [...made, text.slice(done)];
  };

  // The paragraph of a page with the most different words of the query, cut around the first of them.
  const excerpt = async (entry, asked) => {
    const address = new URL(`${entry.path}index.html`, root);
    if (!documents.has(entry.path)) {
      const text = await fetch(address).then((response) => (response.ok ? response.text() : ""));
      documents.set(entry.path, new DOMParser().parseFromString(text, "text/html"));
    }
    let best = null, heading = null;
    for (const node of documents.get(entry.path).querySelectorAll("main :is(h2, h3, p, li)")) {
      if (/^H/.test(node.tagName)) heading = node.id ? node : heading;
      else if (!node.closest("nav, table, form, .meta, .note, .lead, .bibliography, .cite") && !node.querySelector("p, li")) {
        const copy = node.cloneNode(true);
        for (const part of copy.querySelectorAll(".citation, .meanings")) part.remove();
        const text = copy.textContent.replace(/\s+/g, " ").trim();
        const found = search.marks(text, asked);
        const different = new Set(found.map((token) => token.term)).size;
        if (different > (best?.different || 0)) best = { text, found, different, heading };
      }
    }
    if (!best) return null;
    let { text, found } = best;
    const from = found[0].start > SHOWN / 2 ? text.lastIndexOf(" ", found[0].start - SHOWN / 4) + 1 : 0;
    const to = text.length > from + SHOWN ? text.lastIndexOf(" ", from + SHOWN) : text.length;
    found = found.filter((token) => token.start >= from && token.end <= to)
      .map((token) => ({ start: token.start - from, end: token.end - from }));
    const parts = [from ? "… " : "", ...marked(text.slice(from, to), found), to < text.length ? " …" : ""];
    if (best.heading) {
      address.hash = best.heading.id;
      parts.unshift(element("a", { href: address.href, textContent: best.heading.textContent.trim() }), ": ");
    }
    return element("p", { className: "excerpt" }, ...parts);
  };

  const item = (result) => {
    const entry = entries[result.number], { asked } = answer;
    const kind = entry.facets.map((number) => boxes[number]).find((box) => box.name === "kind")?.label;
    const place = new URL(`${entry.path}index.html`, root).href;
    const title = element("a", { href: place }, ...marked(entry.title, search.marks(entry.title, asked)));
    const summary = element("p", {}, ...marked(entry.summary, search.marks(entry.summary, asked)));
    const meta = element("p", { className: "meta" }, kind || "");
    if (entry.verdict) meta.prepend(element("span", { className: entry.look, textContent: entry.verdict }), " ");
    const made = element("li", { className: "item" }, element("h2", {}, title), summary, meta);
    if (!asked.blank) {
      excerpt(entry, asked).then((found) => found && meta.before(found), () => {}); // one can do without it
    }
    return made;
  };

  const extend = () => {
    const next = shown.slice(list.children.length, list.children.length + PAGE).map(item);
    list.append(...next);
    more.hidden = list.children.length >= shown.length;
    return next[0];
  };

  const tell = () => {
    const query = (answer.corrected || input.value).trim();
    const total = `${shown.length} ${shown.length === 1 ? "entry" : "entries"}`;
    const topic = query ? ` for “${query.length > QUOTED ? `${query.slice(0, QUOTED)}…` : query}”` : "";
    const instead = answer.corrected ? ` “${input.value.trim()}” was not found as it is spelled.` : "";
    if (!shown.length) {
      const less = clear.hidden ? "Try other words, or fewer." : "Remove a filter, or try other words.";
      return `Nothing found${topic}. ${less}`;
    }
    const partly = !answer.results.some((result) => result.whole);
    return `${total}${topic}${partly ? ": no page has all of these words, these come nearest" : ""}.${instead}`;
  };

  const show = () => {
    shown = passing();
    count();
    remember();
    list.replaceChildren();
    more.hidden = true;
    status.textContent = tell();
    extend();
  };

  // Facets are numbered in the order of kinds, then of verdicts and certainties from the strongest on.
  const byFacets = (a, b) => {
    const [first, second] = [a, b].map((result) => entries[result.number].facets);
    return [0, 1, 2].reduce((order, place) => order || first[place] - second[place] || 0, 0);
  };

  const find = (query) => {
    const asked = search.parse(query), results = search.find(asked);
    return { asked, results: asked.blank ? results.sort(byFacets) : results, corrected: null };
  };

  const ask = async () => {
    clearTimeout(waiting);
    const number = (asked += 1);
    const query = input.value;
    let found = find(query);
    if (search.doubtful(query).length) {
      spelling ||= fetch(new URL("search/spelling.json", root)).then((response) => response.json());
      const words = await spelling.catch(() => null); // without them, nothing is corrected
      if (number !== asked) return;
      const corrected = search.correct(query, words);
      const better = corrected && find(corrected);
      if (better?.results.length) found = { ...better, corrected };
    }
    answer = found;
    show();
  };

  const start = async () => {
    status.textContent = "Loading the search …";
    try {
      const index = await fetch(new URL("search/index.json", root)).then((response) => response.json());
      search = engine(index);
      entries = index.shown;
      build(index.facets);
      await ask();
    } catch (error) {
      status.textContent = "The search could not be loaded: it needs a web server. You can also browse the lists above.";
      console.warn(error);
    }
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await started;
    if (!search) return;
    await ask();
    status.focus(); // the results are the next stop, beyond the facets
  });
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    if (search) waiting = setTimeout(ask, 250);
  });
  more.addEventListener("click", () => extend()?.querySelector("a").focus());
  clear.addEventListener("click", () => {
    for (const { box } of boxes) box.checked = false;
    input.focus();
    show();
  });
  narrow.open = matchMedia("(min-width: 62rem)").matches;
  input.value = new URLSearchParams(location.search).get("q") || "";
  if (!input.value) input.focus();
  const started = start();
})();
