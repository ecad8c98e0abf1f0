// Narrows and sorts the table that the page already holds. The address tells the view, so that it can be shared.
"use strict";

(() => {
  const form = document.getElementById("filters");
  const table = document.getElementById("compare");
  const shown = document.getElementById("shown");
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const inputs = [...form.elements].filter((control) => control.name);
  const names = [...new Set(inputs.map((input) => input.name))];
  const heads = [...table.tHead.rows[0].cells].filter((head) => head.dataset.sort);
  const first = (head) => ("down" in head.dataset ? "-" : "") + head.dataset.sort;
  const usual = first(heads.find((head) => head.ariaSort));
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const MOST = 4;
  const at = (id) => document.getElementById(id);
  const picks = rows.map((row) => row.querySelector(".pick input"));
  const named = at("named");
  let sort = usual;

  const text = (element) => (element ? element.textContent.replace(/\s+/g, " ").trim() : "");

  // Filters: one value of each field is enough, and every field must pass.
  const chosen = (name) => inputs.filter((input) => input.name === name && input.checked && input.value);
  const has = (row, input) => !input.value || row.dataset[input.name].split(" ").includes(input.value);
  const words = () => named.value.toLowerCase().split(/\s+/).filter(Boolean);
  const called = (row) => words().every((word) => text(row.querySelector("a")).toLowerCase().includes(word));
  const passes = (row, but) => called(row) && names.every((name) => {
    const wanted = name === but ? [] : chosen(name);
    return !wanted.length || wanted.some((input) => has(row, input));
  });

  const label = (input) => text(input.nextElementSibling);
  const filters = () => [words().length && `Name: ${named.value.trim()}`, ...names.map((name) => {
    const labels = chosen(name).map(label);
    const legend = text(form.querySelector(`[name="${name}"]`).closest("details").querySelector("legend")).split(":")[0];
    return labels.length ? `${legend}: ${labels.join(" or ")}` : "";
  })].filter(Boolean).join("; ") || "none";
  const show = () => {
    const fitting = new Set(rows.filter((row) => passes(row)));
    for (const row of rows) row.hidden = !fitting.has(row);
    for (const name of names) {
      const [one, ...others] = chosen(name);
      const choice = form.querySelector(`[name="${name}"]`).closest("details").querySelector("summary span");
      choice.textContent = !one ? "any" : others.length ? `${others.length + 1} chosen` : label(one);
      choice.className = one ? "figure" : "note";
      const reachable = rows.filter((row) => passes(row, name));
      for (const input of inputs.filter((input) => input.name === name)) {
        input.parentElement.lastElementChild.textContent = reachable.filter((row) => has(row, input)).length;
      }
    }
    order();
    together();
    const beside = picked().map((row) => text(row.querySelector("a")));
    at("view").textContent = `${beside.length > 1 ? beside.join(" · ") : `Filters: ${filters()}`}. ${location.href}`;
    const count = fitting.size;
    shown.textContent = count === rows.length ? `${count} interventions.`
      : count ? `${count} of ${rows.length} interventions.`
      : "No intervention fits all of this. Remove a filter, or reset.";
    if (count && chosen("outcome").length) shown.textContent += " Each effect is on the outcome of its verdict.";
  };

  // Sorting: what is not known stands last both ways; rows that are equal keep the order of their evidence.
  const order = () => {
    const down = sort.startsWith("-");
    const column = heads.find((head) => head.dataset.sort === sort.replace("-", ""));
    const key = (row) => {
      const cell = row.cells[column.cellIndex];
      return cell.dataset.key ?? text(cell.firstElementChild ?? cell);
    };
    const sorted = [...rows].sort((a, b) => {
      const [x, y] = [key(a), key(b)];
      if (!x || !y) return (x ? 0 : 1) - (y ? 0 : 1);
      return collator.compare(x, y) * (down ? -1 : 1);
    });
    // The page comes in the usual order: nothing moves where nothing must.
    if (sorted.some((row, number) => row !== body.rows[number])) body.append(...sorted);
    for (const head of heads) {
      if (head === column) head.ariaSort = down ? "descending" : "ascending"; else head.removeAttribute("aria-sort");
    }
  };

  // Up to four side by side, each as a column; what was ticked stays, whatever the filters hide.
  const picked = () => rows.filter((row, number) => picks[number].checked);
  const together = () => {
    const found = picked();
    for (const pick of picks) pick.disabled = found.length >= MOST && !pick.checked;
    at("bar").hidden = !found.length;
    at("bar").firstElementChild.textContent = `${found.length} of up to ${MOST} ticked.`;
    at("bar").querySelector("a").hidden = found.length < 2;
    at("side").hidden = found.length < 2;
    document.body.classList.toggle("together", found.length > 1);
    if (found.length < 2) return;
    const copy = (nodes, kind, scope) => {
      const cell = document.createElement(kind);
      cell.append(...[...nodes].map((node) => node.cloneNode?.(true) ?? node));
      if (scope) cell.scope = scope;
      return cell;
    };
    const line = (name, cells) => {
      const made = document.createElement("tr");
      made.append(Object.assign(document.createElement("th"), { scope: "row", textContent: name }), ...cells);
      return made;
    };
    // The same outcomes for all, so that nobody reads an effect on one beside an effect on another.
    const tested = found.map((row) => new Map([
      ...at("outcomes").content.querySelectorAll(`[data-of="${row.querySelector(".pick input").value}"] dd`),
    ].map((cell) => [cell.dataset.outcome, cell])));
    const place = (name) => tested.map((of) => of.get(name)).find(Boolean).dataset.place;
    const outcomes = [...new Set(tested.flatMap((of) => [...of.keys()]))].sort((a, b) => place(a) - place(b));
    const effects = (outcomes.length ? outcomes : ["Effect"]).map((name) =>
      line(name, tested.map((of) => copy(of.get(name)?.childNodes ?? ["No figure"], "td"))));
    const people = (row) => row.cells[0].querySelectorAll(".sub > span");
    at("side").querySelector("table").replaceChildren(
      line("Intervention", found.map((row) => copy([row.querySelector("a")], "th", "col"))),
      ...[...table.tHead.rows[0].cells].slice(1).flatMap((head, number) => (number === 1 ? effects
        : line(text(head), found.map((row) => copy(row.cells[number + 1].childNodes, "td"))))),
      line("For", found.map((row) => copy([people(row)[0]], "td"))),
      line("Where", found.map((row) => copy([people(row)[1]], "td"))),
    );
  };

  // The address.
  const read = () => {
    const given = new URLSearchParams(location.search);
    const ticked = given.getAll("pick").slice(0, MOST);
    for (const pick of picks) pick.checked = ticked.includes(pick.value);
    for (const input of inputs) input.checked = input.value ? given.getAll(input.name).includes(input.value) : true;
    named.value = given.get("name") || "";
    const wanted = given.get("sort") || "";
    const unknown = names.filter((name) => given.get(name) && !chosen(name).length);
    sort = heads.some((head) => head.dataset.sort === wanted.replace("-", "")) ? wanted : usual;
    show();
    if (unknown.length) shown.textContent += ` Nothing has the ${unknown.join(" or ")} that this link asks for.`;
  };
  const write = (event) => {
    const given = new URLSearchParams();
    if (words().length) given.set("name", named.value.trim());
    for (const name of names) for (const input of chosen(name)) given.append(name, input.value);
    if (sort !== usual) given.set("sort", sort);
    for (const pick of picks) if (pick.checked) given.append("pick", pick.value);
    const address = new URL(location.href);
    address.search = given;
    address.hash = "";
    // Each letter of a name is no step to go back to.
    history[event?.type === "input" ? "replaceState" : "pushState"](null, "", address);
    show();
  };

  // What is shown, as a spreadsheet reads it; a mark before what it would take for a formula.
  const COLUMNS = {
    Intervention: (row) => text(row.querySelector("a")),
    Verdict: (row) => text(row.querySelector(".badge")),
    Certainty: (row) => text(row.querySelector(".badge + span")),
    Effect: (row) => text(row.cells[2].firstElementChild),
    Figure: (row) => text(row.querySelector(".figure")),
    "Figure means": (row) => [...row.querySelectorAll(".means")].map(text).join("; "),
    "Of 100 people": (row) => text(row.querySelector(".people-of")),
    Cost: (row) => text(row.cells[3]),
    Effort: (row) => text(row.cells[4]),
    "Acts on": (row) => text(row.cells[5]),
    Changes: (row) => text(row.cells[6]),
    Drivers: (row) => text(row.cells[7]),
    Studies: (row) => text(row.cells[8]),
    For: (row) => text(row.cells[0].querySelectorAll(".sub > span")[0]),
    Where: (row) => text(row.cells[0].querySelectorAll(".sub > span")[1]),
    Page: (row) => row.querySelector("a").href,
    Filters: filters,
    View: () => location.href,
  };
  const field = (value) => `"${value.replace(/^[\s"'`]*(?=[=+\-@\uff1d\uff0b\uff0d\uff20])/, "$&'").replaceAll('"', '""')}"`;
  const csv = () => [
    Object.keys(COLUMNS),
    ...[...body.rows].filter((row) => !row.hidden).map((row) => Object.values(COLUMNS).map((column) => column(row))),
  ].map((line) => line.map(field).join(",")).join("\r\n");

  document.getElementById("download").addEventListener("click", () => {
    // Excel takes a file without this mark for one in the old encoding of the machine.
    const address = URL.createObjectURL(new Blob(["\ufeff", csv(), "\r\n"], { type: "text/csv" }));
    Object.assign(document.createElement("a"), { href: address, download: "interventions.csv" }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  });
  document.getElementById("copy").addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(location.href);
      shown.textContent = "Link copied.";
    } catch {
      shown.textContent = `Copy this address: ${location.href}`;
    }
  });

  for (const head of heads) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: head.textContent });
    button.addEventListener("click", () => {
      const other = (value) => (value.startsWith("-") ? value.slice(1) : `-${value}`);
      sort = sort === first(head) ? other(sort) : first(head);
      write();
    });
    head.replaceChildren(button);
  }

  form.addEventListener("change", (event) => { if (event.target !== named) write(); });
  named.addEventListener("input", write);
  body.addEventListener("change", write);
  at("clear").addEventListener("click", () => {
    for (const pick of picks) pick.checked = false;
    write();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    for (const input of inputs) input.checked = !input.value;
    for (const pick of picks) pick.checked = false;
    named.value = "";
    sort = usual;
    write();
  });

  // An open filter closes as menus do, and where another is opened.
  for (const details of form.querySelectorAll("details")) details.name = "filter";
  const close = () => form.querySelector("details[open]")?.removeAttribute("open");
  document.addEventListener("click", (event) => { if (!event.target.closest("#filters details")) close(); });
  form.addEventListener("keydown", (event) => {
    const open = form.querySelector("details[open]");
    if (event.key !== "Escape" || !open) return;
    close();
    open.querySelector("summary").focus();
  });

  table.classList.add("live");
  addEventListener("popstate", read);
  read();
})();
