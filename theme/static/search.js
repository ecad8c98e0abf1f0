// The page of the search. Text only ever enters the page as text. Needs engine.js.
"use strict";

(() => {
  const PAGE = 10;
  const SHOWN = 240; // Characters of an excerpt.
  const QUOTED = 100; // Characters of a query that are told again.
  const form = document.getElementById("search");
  const [input, status, list, panel, narrow, more, clear, nothing] =
    ["query", "status", "results", "facets", "narrow", "more", "clear", "nothing"].map((id) => document.getElementById(id));
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

  const addressOf = (entry) => new URL(`${entry.path}index.html`, root);

  const read = async (entry) => {
    if (!documents.has(entry.path)) {
      const text = await fetch(addressOf(entry)).then((response) => (response.ok ? response.text() : ""));
      documents.set(entry.path, new DOMParser().parseFromString(text, "text/html"));
    }
    return documents.get(entry.path);
  };

  const line = (...parts) => element("p", { className: "excerpt" }, ...parts);

  // The numbers that were typed and that an entry has, as they were typed.
  const numbers = (result, asked) => asked.identifiers.filter((name) => search.named(name) === result.number)
    .map((name) => {
      const start = input.value.toLowerCase().indexOf(name), typed = input.value.slice(start, start + name.length);
      const label = name.startsWith("10.") ? "DOI" : /^\d+$/.test(name) ? "PMID" : "Registration";
      return line(`${label}: `, element("mark", { textContent: typed }));
    });

  // The authors of a study that match.
  const authors = (page, asked) => {
    const record = JSON.parse(page.querySelector('script[type="application/ld+json"]')?.textContent || "{}");
    const all = { ...asked, phrases: [...asked.phrases, ...(asked.fields.author || [])] };
    const found = (record.mainEntity?.author || []).map(({ name }) => [name, search.marks(name, all)])
      .filter(([, tokens]) => tokens.length);
    const names = found.flatMap(([name, tokens], place) => [place ? ", " : "", ...marked(name, tokens)]);
    return found.length ? line(found.length === 1 ? "Author: " : "Authors: ", ...names) : null;
  };

  // The text of a page, of elements of some names, with the most different words of the query.
  const passage = (page, asked, names) => {
    let best = null, heading = null;
    for (const node of page.querySelectorAll(`main :is(h2, h3, ${names})`)) {
      if (/^H/.test(node.tagName)) heading = node.id ? node : heading;
      else if (!node.closest("nav, form, .meta, .note, .lead, .bibliography, .cite") && !node.querySelector("p, li")) {
        const copy = node.cloneNode(true);
        for (const part of copy.querySelectorAll(".citation, .meanings")) part.remove();
        for (const part of copy.querySelectorAll(".sub")) part.before("; ");
        const text = copy.textContent.replace(/\s+/g, " ").trim();
        const found = search.marks(text, asked);
        const different = new Set(found.map((token) => token.term)).size;
        if (different > (best?.different || 0)) best = { text, found, different, heading };
      }
    }
    return best;
  };

  // The best passage, cut around the first of the words; a cell of a table where no paragraph has any.
  const excerpt = (page, entry, asked) => {
    const best = passage(page, asked, ":is(p, li):not(table *)") || passage(page, asked, "td, dd");
    if (!best) return null;
    const address = addressOf(entry);
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
    return line(...parts);
  };

  const item = (result) => {
    const entry = entries[result.number], { asked } = answer;
    const kind = entry.facets.map((number) => boxes[number]).find((box) => box.name === "kind")?.label;
    const title = element("a", { href: addressOf(entry).href }, ...marked(entry.title, search.marks(entry.title, asked)));
    const summary = element("p", {}, ...marked(entry.summary, search.marks(entry.summary, asked)));
    const meta = element("p", { className: "meta" }, kind || "");
    if (entry.verdict) meta.prepend(element("span", { className: entry.look, textContent: entry.verdict }), " ");
    const made = element("li", { className: "item" }, element("h2", {}, title), summary, ...numbers(result, asked), meta);
    if (!asked.blank || asked.fields.author) {
      read(entry).then((page) => {
        const found = excerpt(page, entry, asked), by = (asked.fields.author || !found) && authors(page, asked);
        meta.before(...[found, by].filter(Boolean));
      }, () => {}); // one can do without it
    }
    return made;
  };

  const extend = () => {
    const next = shown.slice(list.children.length, list.children.length + PAGE).map(item);
    list.append(...next);
    more.hidden = list.children.length >= shown.length;
    return next[0];
  };

  const counted = (number) => `${number} ${number === 1 ? "entry" : "entries"}`;

  // Why a query finds nothing, as the end of a sentence, and what to do.
  const why = (query) => {
    const free = answer.results.length, loose = find(search.plain(query)).results.length;
    if (free) return ` with these filters; ${counted(free)} without them.`;
    if (!search.terms(query).length) return ": there is no word to look for. Type what it is about.";
    if (loose) return `; ${counted(loose)} with just its words, without quotation marks, minus signs or fields such as kind:.`;
    return ": no entry has any of this, or a word spelled almost like it. Try another word for the same thing.";
  };

  const tell = () => {
    const query = (answer.corrected || input.value).trim();
    const topic = query ? ` for “${query.length > QUOTED ? `${query.slice(0, QUOTED)}…` : query}”` : "";
    const instead = answer.corrected ? ` “${input.value.trim()}” was not found as it is spelled.` : "";
    if (!shown.length) return `Nothing found${topic}${why(query)}`;
    const partly = !answer.results.some((result) => result.whole);
    return `${counted(shown.length)}${topic}${partly ? ": no page has all of these words, these come nearest" : ""}.${instead}`;
  };

  const show = () => {
    shown = passing();
    count();
    remember();
    list.replaceChildren();
    more.hidden = true;
    status.textContent = tell();
    nothing.hidden = shown.length > 0;
    narrow.hidden = !shown.length && clear.hidden;
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
