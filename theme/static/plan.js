// Fits the options and the cost of doing nothing to the reader's own numbers, which the address holds.
// The page comes filled in for an example; the formulas and their sources are explained in kb/view/doing_nothing.py.
"use strict";

(() => {
  const AT_FIRST = 10;
  const ON_PAPER = 4;
  const ROLES = ["physicians", "nurses", "others"];
  const form = document.getElementById("plan");
  const table = document.getElementById("table");
  const at = (id) => document.getElementById(id);
  const fields = [...form.elements].filter((field) => field.dataset.most);
  const complaints = [...form.querySelectorAll("[name=driver]")];

  // Numbers, such as 900, $150k or 1.5m: an empty field is not known; what is out of bounds counts as the nearest
  // bound; of what is no number the last good value counts.
  const TIMES = { k: 1e3, m: 1e6 };
  const plain = (text) => text.replace(/[\s$,%]/g, "");
  const parse = (text) => {
    const found = /^(-?(?:\d+\.?\d*|\.\d+))([km])?$/i.exec(plain(text));
    return found ? Number((found[1] * (found[2] ? TIMES[found[2].toLowerCase()] : 1)).toPrecision(15)) : NaN;
  };
  const good = new Map(fields.map((field) => [field, parse(field.defaultValue)]));
  const read = (field) => {
    const value = parse(field.value);
    const [least, most] = [Number(field.dataset.least), Number(field.dataset.most)];
    const none = !plain(field.value);
    field.ariaInvalid = String(!none && !(value >= least && value <= most));
    if (none) good.set(field, NaN);
    else if (!Number.isNaN(value)) good.set(field, Math.min(Math.max(value, least), most));
    return good.get(field);
  };
  const differs = (field) => field.value.trim() !== field.defaultValue;
  const value = (name) => read(form.elements[name]);
  const count = (name) => value(name) || 0;
  const years = () => value("years") || 1;

  // Words.
  const english = (number, digits = 0) => number.toLocaleString("en-US", { maximumFractionDigits: digits });
  const money = (amount) => {
    for (const [size, word] of [[1e12, "trillion"], [1e9, "billion"], [1e6, "million"]]) {
      if (amount >= size * 0.9995) return `$${english(amount / size, 1)} ${word}`;
    }
    return `$${english(amount >= 10000 ? Math.round(amount / 1000) * 1000 : amount)}`;
  };
  const few = (number) => english(number, number < 10 ? 1 : 0);
  const range = (low, high) => [...new Set([low, high].sort((a, b) => a - b).map(money))].join(" to ");
  const named = (number, one, many) => `${english(number)} ${number === 1 ? one : many}`;
  const span = () => (years() === 1 ? "1 year" : `${english(years(), 1)} years`);

  // What doing nothing costs. A method gives how many leave, and the two ends of the cost of a year.
  const dueToBurnout = (turnover, burnout, times) =>
    Math.max(0, turnover - turnover / (1 + burnout * Math.max(0, times - 1)));
  const leaving = (people, share, role) => {
    const [low, high] = [value(`low-${role}`), value(`high-${role}`)];
    return { lead: `About ${few(people * share)} a year, `, ends: [people * share * low, people * share * high] };
  };
  const METHODS = {
    worksheet: (people, role) => leaving(
      people,
      dueToBurnout(value(`turnover-${role}`) / 100, value(`burnout-${role}`) / 100, value(`times-${role}`)),
      role,
    ),
    turnover: (people, role) => leaving(people, value(`turnover-${role}`) / 100, role),
    model: (people, role) => ({ lead: "", ends: [people * value(`model-${role}`), people * value(`model-${role}`)] }),
  };
  const estimate = (row) => {
    const { estimate: method, role } = row.dataset;
    const people = count(role);
    const { lead, ends } = METHODS[method](people, role);
    row.classList.toggle("nobody", !people);
    if (!people) return "Nobody entered";
    if (ends.some(Number.isNaN)) return "Enter the figures that are missing";
    const all = years() === 1 ? "" : `; in ${span()} ${range(...ends.map((end) => end * years()))}`;
    return `${lead}${range(...ends)}${lead ? "" : " a year"}${all}`;
  };

  // What the budget is: a sum for each person, and the price of replacing a few.
  const total = () => ROLES.reduce((sum, role) => sum + count(role), 0);
  const taking = (roles) => roles.reduce((sum, role) => sum + count(role), 0) * (Number.isNaN(value("share")) ? 1 : value("share") / 100);
  const worth = () => {
    const budget = value("budget");
    const everyone = taking(ROLES);
    if (!budget || !everyone) return "";
    const replaced = ROLES.filter((role) => count(role) && value(`low-${role}`) > 0 && value(`high-${role}`) > 0).map((role) => {
      const ends = [budget / value(`high-${role}`), budget / value(`low-${role}`)].sort((a, b) => a - b);
      return `${[...new Set(ends.map(few))].join(" to ")} ${role}`;
    });
    const each = `Your budget of ${money(budget)} is ${money(budget / everyone / years())} a person and year for ${named(everyone, "person", "people")} who take part.`;
    return replaced.length ? `${each} It equals the cost of replacing ${replaced.join(", or ")}.` : each;
  };

  // Options: each once, in the order of their evidence; the page holds them by complaint.
  const options = new Map();
  for (const group of table.tBodies) {
    for (const row of [...group.rows].slice(1)) {
      const { slug } = row.dataset;
      if (!options.has(slug)) options.set(slug, { row, slug, drivers: [], roles: row.dataset.role.split(" ") });
      options.get(slug).drivers.push(group.dataset.driver);
    }
  }
  const all = [...options.values()].sort((a, b) => a.row.dataset.rank - b.row.dataset.rank);
  const body = document.createElement("tbody");
  const title = Object.fromEntries(complaints.map((field) => [field.value, field.parentElement.querySelector(".note").textContent]));
  for (const option of all) {
    const { row } = option;
    option.low = "low" in row.dataset ? Number(row.dataset.low) : NaN;
    option.high = "high" in row.dataset ? Number(row.dataset.high) : Infinity;
    option.pick = Object.assign(document.createElement("input"), { type: "checkbox", value: option.slug });
    const label = Object.assign(document.createElement("label"), { className: "pick" });
    label.append(option.pick, " In the brief");
    option.answers = document.createElement("span");
    row.cells[0].append(" ", option.answers, label);
    option.sum = Object.assign(document.createElement("b"), { className: "sum" });
    row.cells[3].append(option.sum);
    body.append(row);
  }
  for (const group of [...table.tBodies]) group.remove();
  table.append(body);

  let whole = false;
  let example = true;
  const cost = (option) => {
    const people = taking(option.roles) * years();
    return { low: option.low * people, high: option.high * people };
  };
  const ends = ({ low, high }) => (high === Infinity ? `${money(low)} or more` : low ? range(low, high) : `Up to ${money(high)}`);

  const name = ({ row }) => row.querySelector("a").textContent;
  const showOptions = () => {
    const chosen = complaints.filter((field) => field.checked).map((field) => field.value);
    const nobody = !total();
    const budget = value("budget");
    const fits = [];
    const dear = [];
    let [others, priced] = [0, 0];
    for (const option of all) {
      const answers = !chosen.length || option.drivers.some((driver) => chosen.includes(driver));
      const suits = nobody || option.roles.some((role) => count(role));
      const paid = Number.isNaN(budget) || !(cost(option).low > budget);
      option.row.hidden = !(answers && suits && paid);
      others += answers && !suits;
      if (answers && suits && !paid) dear.push(option);
      priced += answers && suits && !Number.isNaN(option.low);
      if (!option.row.hidden) fits.push(option);
      const people = taking(option.roles);
      const asked = option.drivers.filter((driver) => chosen.includes(driver));
      option.answers.textContent = `Answers: ${(asked.length ? asked : option.drivers).map((slug) => title[slug]).join(", ")}`;
      option.answers.className = asked.length ? "sub" : "sub change";
      option.sum.textContent = Number.isNaN(option.low) || !people ? "" : `${ends(cost(option))} for ${named(Math.round(people), "person", "people")}, ${span()}`;
    }
    const picks = fits.filter((option) => option.pick.checked);
    const brief = (picks.length ? picks : fits).slice(0, ON_PAPER);
    fits.forEach((option, place) => {
      option.row.classList.toggle("later", !brief.includes(option));
      option.row.classList.toggle("later-on", !whole && place >= AT_FIRST && !option.pick.checked);
    });
    at("all").hidden = whole || fits.length <= AT_FIRST;
    at("all").textContent = `Show all ${fits.length} options`;
    const match = fits.length + dear.length;
    const matching = match ? `${named(match, "option matches", "options match")} ${chosen.length ? "what you hear" : "any complaint"}` : "No option matches all of this";
    const within = priced - dear.length;
    const price = !match ? "" : !priced ? "; none has a price" : `; ${named(priced, "has", "have")} a price`
      + (nobody || Number.isNaN(budget) ? "" : `; ${within || "none"} of them ${within > 1 ? "are" : "is"} within your budget at the lowest price`);
    at("shown").textContent = [
      `${matching}${price}.`,
      dear.length && `Over your budget and left out: ${dear.map((option) => `${name(option)} (${ends(cost(option))})`).join(", ")}.`,
      others && `Also left out: ${others} that sources name for other people only.`,
      fits.length > 1 && "Strongest evidence first.",
    ].filter(Boolean).join(" ");
    const known = picks.filter((option) => !Number.isNaN(option.low)).map(cost);
    const sum = { low: known.reduce((all, one) => all + one.low, 0), high: known.reduce((all, one) => all + one.high, 0) };
    at("picked").textContent = !picks.length ? "" : [
      `In the brief: ${named(picks.length, "option", "options")}.`,
      known.length && taking(ROLES) ? `Known costs: ${ends(sum)}.` : "",
      picks.length > known.length ? `${picks.length - known.length} without a price: ask before you decide.` : "",
      "Their effects are not added up.",
    ].filter(Boolean).join(" ");
    const also = picks.slice(ON_PAPER).map(name);
    at("more").textContent = also.length ? `Also chosen: ${also.join(", ")}.`
      : fits.length > brief.length ? `${named(fits.length - brief.length, "more option matches", "more options match")}; see the page.` : "";
    at("chosen").textContent = chosen.map((slug) => title[slug]).join(", ") || "any complaint";
    const first = document.createElement("li");
    first.append(picks.length ? "In the brief: " : `${matching}${fits.length ? "; the strongest: " : "."}`);
    for (const { row } of brief.slice(0, 3)) {
      if (first.childElementCount) first.append(", ");
      first.append(row.querySelector("a").cloneNode(true), ` (${row.dataset.verdict})`);
    }
    at("answer").append(first);
    const who = ROLES.filter(count).map((role) => (count(role) === 1 ? `1 ${role.slice(0, -1)}` : `${english(count(role))} ${role}`)).join(", ") || "nobody entered";
    const date = new Date().toLocaleDateString("en-US", { dateStyle: "long" });
    at("brief").textContent = `${date}. ${example ? "An example, f" : "F"}or ${who}; ${Number.isNaN(budget) ? "no budget given" : `a budget of ${money(budget)}`}; ${span()}. `
      + `Complaints: ${chosen.map((slug) => title[slug]).join(", ") || "any"}. ${location.href}`;
    const people = taking(ROLES);
    const measured = picks.filter(({ row }) => row.dataset.measured).map((option) => `${name(option)}: ${option.row.dataset.measured}`);
    const asks = [
      ["Which options to pilot", picks.length ? picks.map(name).join(", ") : "none is ticked yet"],
      ["For whom first", people ? `some of ${named(Math.round(people), "person", "people")} who take part (${who} in all), picked at random; the others start later, so that the two can be compared` : "a group picked at random; the others start later, so that the two can be compared"],
      ["Which measure, and when to look again", `the same burnout questions before, in the middle and at least six months after, in both groups${measured.length ? `. What was measured in studies: ${measured.join("; ")}` : ""}`],
    ];
    at("asked").replaceChildren(...asks.map(([what, answer]) => {
      const item = document.createElement("li");
      item.append(Object.assign(document.createElement("b"), { textContent: `${what}: ` }), `${answer}.`);
      return item;
    }));
  };

  // The address holds what differs from the example.
  const changed = () => {
    const given = new URLSearchParams();
    for (const field of fields) {
      const number = read(field);
      if (differs(field) || (!example && ROLES.includes(field.name))) given.set(field.name, Number.isNaN(number) ? "" : number);
    }
    for (const field of complaints) if (field.checked) given.append("driver", field.value);
    for (const { pick } of all) if (pick.checked) given.append("pick", pick.value);
    return given;
  };
  const fill = () => {
    const given = new URLSearchParams(location.search);
    const known = (field) => given.has(field.name) && !(plain(given.get(field.name)) && Number.isNaN(parse(given.get(field.name))));
    example = !fields.some((field) => ROLES.includes(field.name) && known(field));
    for (const field of fields) {
      if (known(field)) field.value = tidy(given.get(field.name));
      else if (!example && ROLES.includes(field.name)) field.value = "0";
    }
    for (const field of complaints) field.checked = given.getAll("driver").includes(field.value);
    for (const { pick } of all) pick.checked = given.getAll("pick").includes(pick.value);
  };
  const tidy = (text) => {
    const number = parse(text);
    return Number.isNaN(number) ? text : english(number, 10);
  };
  // The first count of people ends the example: of the other kinds nobody is assumed.
  const own = ({ target }) => {
    if (!example || !ROLES.includes(target.name) || Number.isNaN(parse(target.value))) return;
    example = false;
    for (const role of ROLES) if (role !== target.name) form.elements[role].value = "0";
  };
  const show = () => {
    const short = [];
    at("example").hidden = !example;
    for (const field of fields) {
      const own = field.closest(".assumption")?.querySelector(".own");
      if (own) own.textContent = !differs(field) ? "" : field.defaultValue ? `Yours, instead of ${field.defaultValue}. ` : "Yours. ";
    }
    for (const row of at("estimates").querySelectorAll("[data-estimate]")) {
      const result = estimate(row);
      row.querySelector(".result").textContent = result;
      if (!("short" in row.dataset) || !count(row.dataset.role)) continue;
      const item = document.createElement("li");
      const figure = Object.assign(document.createElement("b"), { textContent: result });
      const own = [...row.querySelectorAll("input")].some(differs);
      const note = [row.dataset.sources, own && "with your own figures"].filter(Boolean).join(", ");
      item.append(`${row.cells[0].firstChild.textContent.trim()}: `, figure, " ", Object.assign(document.createElement("span"), { className: "note", textContent: note }));
      short.push(item);
    }
    at("answer").replaceChildren(...short);
    at("worth").textContent = worth();
    showOptions();
    const wrong = fields.filter((field) => field.ariaInvalid === "true");
    const said = (kind) => kind.map((field) => field.closest("label").firstElementChild.textContent).join(", ");
    const no = wrong.filter((field) => Number.isNaN(parse(field.value)));
    const far = wrong.filter((field) => !no.includes(field));
    at("said").textContent = [
      no.length && `${said(no)}: Enter a number, such as 900. Until then the last good value counts.`,
      far.length && `${said(far)}: Out of bounds. The nearest number that makes sense counts.`,
    ].filter(Boolean).join(" ");
  };
  const write = () => {
    const address = new URL(location.href);
    address.search = changed();
    address.hash = "";
    history.replaceState(null, "", address);
    show();
  };

  form.addEventListener("input", own);
  form.addEventListener("input", show);
  form.addEventListener("change", (event) => {
    if (event.target.dataset.most) event.target.value = tidy(event.target.value);
    write();
  });
  for (const field of fields) {
    if (form.contains(field)) continue;
    field.addEventListener("input", show);
    field.addEventListener("change", () => { field.value = tidy(field.value); write(); });
  }
  body.addEventListener("change", write);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => {
    for (const { pick } of all) pick.checked = false;
    example = true;
    write();
  }));
  at("all").addEventListener("click", () => {
    whole = true;
    show();
    [...body.rows].filter((row) => !row.hidden)[AT_FIRST].querySelector("a").focus();
  });
  at("print").addEventListener("click", () => print());
  at("copy").addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(location.href);
      at("said").textContent = "Link copied.";
    } catch {
      at("said").textContent = `Copy this address: ${location.href}`;
    }
  });

  fill();
  show();
})();
