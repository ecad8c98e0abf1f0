// Searches the index that Pagefind made of the pages. Text only ever enters the page as text.
"use strict";

(() => {
  const PAGE = 10;
  // Pagefind wants every word on a page; words without a topic would leave none.
  const STOP = new Set(("a about an and any are as at be by can could do does for from has have how i if in is it its "
    + "me my of on or our should so than that the their them there they this to us was we what when where which who "
    + "why will with would you your").split(" "));

  const form = document.getElementById("search");
  const [input, status, list, panel, narrow, more, clear] =
    ["query", "status", "results", "facets", "narrow", "more", "clear"].map((id) => document.getElementById(id));
  const index = new URL("../pagefind/", document.currentScript.src);
  const boxes = []; // One for each facet: { name, label, box, row, text }.
  let pages = {}; // The numbers of the facets of each page.
  let pagefind;
  let answer = { results: [], words: 0, partly: false, near: false }; // To the query, whatever is chosen.
  let shown = []; // The results that pass what is chosen.
  let asked = 0;
  let waiting;

  const element = (tag, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  };

  const has = (result, number) => (pages[result.id] || []).includes(number);

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

  const excerpt = (data) => {
    const parts = data.sub_results.filter((part) => part.url.includes("#"));
    const best = parts.sort((a, b) => b.locations.length - a.locations.length)[0];
    const text = new DOMParser().parseFromString((best || data).excerpt, "text/html").body;
    const words = [...text.childNodes].map((node) =>
      node.nodeName === "MARK" ? element("mark", { textContent: node.textContent }) : node.textContent);
    if (!best) return element("p", { className: "excerpt" }, ...words, " …");
    if (words[0].startsWith?.(`${best.title}. `)) words[0] = words[0].slice(best.title.length + 2);
    const section = element("a", { href: best.url, textContent: best.title });
    return element("p", { className: "excerpt" }, section, ": ", ...words, " …");
  };

  const item = (result, data) => {
    const kind = (pages[result.id] || []).map((number) => boxes[number]).find((box) => box.name === "kind")?.label;
    const made = element("li", { className: "item" },
      element("h2", {}, element("a", { href: data.url, textContent: data.meta.title })),
      element("p", { textContent: data.meta.summary }));
    if (answer.words) made.append(excerpt(data));
    const meta = element("p", { className: "meta" }, kind || "");
    const { verdict, look } = data.meta;
    if (verdict) meta.prepend(element("span", { className: look, textContent: verdict }), " ");
    made.append(meta);
    return made;
  };

  const extend = async () => {
    const next = shown.slice(list.children.length, list.children.length + PAGE);
    const number = asked;
    const data = await Promise.all(next.map((result) => result.data()));
    if (number !== asked) return null;
    const items = next.map((result, place) => item(result, data[place]));
    list.append(...items);
    more.hidden = list.children.length >= shown.length;
    return items[0];
  };

  const tell = () => {
    const query = input.value.trim();
    const total = `${shown.length} ${shown.length === 1 ? "entry" : "entries"}`;
    const topic = query ? ` for “${query}”` : "";
    if (!shown.length) {
      const less = clear.hidden ? "Try other words, or fewer." : "Remove a filter, or try other words.";
      return `Nothing found${topic}. ${less}`;
    }
    if (answer.near) return `No page has “${query}”. ${total} with words that start the same way.`;
    return `${total}${topic}${answer.partly ? ": no page has all of these words, these have the most" : ""}.`;
  };

  const show = async () => {
    asked += 1;
    shown = passing();
    count();
    remember();
    list.replaceChildren();
    more.hidden = true;
    status.textContent = tell();
    await extend();
  };

  // Facets are numbered in the order of kinds, then of verdicts and certainties from the strongest on.
  const byFacets = (a, b) => {
    const [first, second] = [a, b].map((result) => pages[result.id] || []);
    return [0, 1, 2].reduce((order, place) => order || first[place] - second[place] || 0, 0);
  };

  // Whether Pagefind found no page with a word, and took pages with words that begin alike.
  const alike = async ([best], words) => {
    if (!best || !words.length) return false;
    const text = new DOMParser().parseFromString((await best.data()).excerpt, "text/html");
    const marks = [...text.querySelectorAll("mark")].map((mark) => mark.textContent.toLowerCase());
    const starts = words.map((word) => word.replaceAll('"', "").slice(0, 4));
    return marks.length > 0 && !marks.some((mark) => starts.some((start) => mark.startsWith(start)));
  };

  // Pages with every word; where there are none, those with the most of the words. Without a word, all pages.
  const find = async (words) => {
    const whole = (await pagefind.search(words.join(" ") || null)).results;
    if (!words.length) whole.sort(byFacets);
    if (whole.length || words.length < 2) {
      return { results: whole, words: words.length, partly: false, near: await alike(whole, words) };
    }
    const found = new Map();
    for (const word of words) {
      for (const result of (await pagefind.search(word)).results) {
        const { hits, score } = found.get(result.id) || { hits: 0, score: 0 };
        found.set(result.id, { result, hits: hits + 1, score: score + result.score });
      }
    }
    const sorted = [...found.values()].sort((a, b) => b.hits - a.hits || b.score - a.score);
    return { results: sorted.map(({ result }) => result), words: words.length, partly: true, near: false };
  };

  const ask = async () => {
    clearTimeout(waiting);
    const number = (asked += 1);
    const all = input.value.toLowerCase().match(/"[^"]+"|[^\s"?!.,;:()]+/g) || [];
    const words = all.filter((word) => !STOP.has(word));
    const found = await find(words.length ? words : all);
    if (number !== asked) return;
    answer = found;
    await show();
  };

  const start = async () => {
    status.textContent = "Loading the search …";
    try {
      const [engine, facets] = await Promise.all([
        import(new URL("pagefind.js", index).href),
        fetch(new URL("facets.json", index)).then((response) => response.json()),
      ]);
      pagefind = engine;
      pages = facets.pages;
      build(facets.facets);
      await ask();
    } catch (error) {
      status.textContent = "The search could not be loaded: it needs a web server. You can also browse the lists above.";
      console.warn(error);
    }
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await started;
    if (!pagefind) return;
    await ask();
    status.focus(); // the results are the next stop, beyond the facets
  });
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    if (pagefind) waiting = setTimeout(ask, 250);
  });
  more.addEventListener("click", async () => (await extend())?.querySelector("a").focus());
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
