// Fits the options and the cost of doing nothing to the reader's own numbers, which the address holds.
// The page comes filled in for an example; the formulas and their sources are explained in kb/view/doing_nothing.py.
"use strict";

(() => {
  const AT_FIRST = 10;
  const ON_PAPER = 5;
  const ROLES = ["physicians", "nurses", "others"];
  const form = document.getElementById("plan");
  const table = document.getElementById("table");
  const at = (id) => document.getElementById(id);
  const fields = [...form.elements].filter((field) => field.dataset.most);
  const complaints = [...form.querySelectorAll("[name=driver]")];

  // Numbers: an empty field is not known; what is out of bounds counts as the nearest bound.
  const read = (field) => {
    const text = field.value.replace(/[\s$,%]/g, "");
    const value = text ? Number(text) : NaN;
    const [least, most] = [Number(field.dataset.least), Number(field.dataset.most)];
    field.ariaInvalid = String(Boolean(text) && !(value >= least && value <= most));
    return Math.min(Math.max(value, least), most);
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
  const cost = (option) => {
    const people = taking(option.roles) * years();
    return { low: option.low * people, high: option.high * people };
  };
  const ends = ({ low, high }) => (high === Infinity ? `${money(low)} or more` : low ? range(low, high) : `Up to ${money(high)}`);

  const showOptions = () => {
    const chosen = complaints.filter((field) => field.checked).map((field) => field.value);
    const nobody = !total();
    const budget = value("budget");
    const fits = [];
    let [others, dear] = [0, 0];
    for (const option of all) {
      const answers = !chosen.length || option.drivers.some((driver) => chosen.includes(driver));
      const suits = nobody || option.roles.some((role) => count(role));
      const paid = Number.isNaN(budget) || !(cost(option).low > budget);
      option.row.hidden = !(answers && suits && paid);
      others += answers && !suits;
      dear += answers && suits && !paid;
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
      option.row.classList.toggle("rest", !whole && place >= AT_FIRST && !option.pick.checked);
    });
    at("all").hidden = whole || fits.length <= AT_FIRST;
    at("all").textContent = `Show all ${fits.length} options`;
    const left = [
      others && `${others} that sources name for other people only`,
      dear && `${dear} over your budget`,
    ].filter(Boolean).join(", ");
    at("shown").textContent = (fits.length ? `${named(fits.length, "option fits", "options fit")} of ${all.length}, strongest evidence first.` : "No option fits all of this.")
      + (left ? ` Left out: ${left}.` : "");
    const known = picks.filter((option) => !Number.isNaN(option.low)).map(cost);
    const sum = { low: known.reduce((all, one) => all + one.low, 0), high: known.reduce((all, one) => all + one.high, 0) };
    at("picked").textContent = !picks.length ? "" : [
      `In the brief: ${named(picks.length, "option", "options")}.`,
      known.length && taking(ROLES) ? `Known costs: ${ends(sum)}.` : "",
      picks.length > known.length ? `${picks.length - known.length} without a price: ask before you decide.` : "",
      "Their effects are not added up.",
    ].filter(Boolean).join(" ");
    const also = picks.slice(ON_PAPER).map(({ row }) => row.querySelector("a").textContent);
    at("more").textContent = also.length ? `Also chosen: ${also.join(", ")}.`
      : fits.length > brief.length ? `${named(fits.length - brief.length, "more option fits", "more options fit")}; see the page.` : "";
    at("chosen").textContent = chosen.map((slug) => title[slug]).join(", ") || "any complaint";
    const first = document.createElement("li");
    first.append(picks.length ? "In the brief: " : `${at("shown").textContent.split(".")[0]}${fits.length ? ": " : "."}`);
    for (const { row } of brief.slice(0, 3)) {
      if (first.childElementCount) first.append(", ");
      first.append(row.querySelector("a").cloneNode(true), ` (${row.dataset.verdict})`);
    }
    at("answer").append(first);
    const who = ROLES.filter(count).map((role) => (count(role) === 1 ? `1 ${role.slice(0, -1)}` : `${english(count(role))} ${role}`)).join(", ") || "nobody entered";
    at("brief").textContent = `For ${who}; ${Number.isNaN(budget) ? "no budget given" : `a budget of ${money(budget)}`}; ${span()}. `
      + `Complaints: ${chosen.map((slug) => title[slug]).join(", ") || "any"}. ${location.href}`;
  };

  // The address holds what differs from the example.
  const changed = () => {
    const given = new URLSearchParams();
    for (const field of fields) if (differs(field)) given.set(field.name, field.value.replace(/[\s$,%]/g, ""));
    for (const field of complaints) if (field.checked) given.append("driver", field.value);
    for (const { pick } of all) if (pick.checked) given.append("pick", pick.value);
    return given;
  };
  const fill = () => {
    const given = new URLSearchParams(location.search);
    for (const field of fields) if (given.has(field.name)) field.value = tidy(given.get(field.name));
    for (const field of complaints) field.checked = given.getAll("driver").includes(field.value);
    for (const { pick } of all) pick.checked = given.getAll("pick").includes(pick.value);
  };
  const tidy = (text) => {
    const plain = text.replace(/[\s$,%]/g, "");
    return plain && Number.isFinite(Number(plain)) ? english(Number(plain), 10) : text;
  };
  const show = () => {
    const short = [];
    for (const field of fields) {
      const own = field.closest(".assumption")?.querySelector(".own");
      if (own) own.textContent = !differs(field) ? "" : field.defaultValue ? `Yours, instead of ${field.defaultValue}. ` : "Yours. ";
    }
    for (const row of at("estimates").rows) {
      const result = estimate(row);
      row.querySelector(".result").textContent = result;
      if (!count(row.dataset.role)) continue;
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
    const wrong = fields.filter((field) => field.ariaInvalid === "true").map((field) => field.closest("label").firstElementChild.textContent);
    at("said").textContent = wrong.length ? `Not a number within bounds: ${wrong.join(", ")}. The nearest one counts, or none.` : "";
  };
  const write = () => {
    const address = new URL(location.href);
    address.search = changed();
    address.hash = "";
    history.replaceState(null, "", address);
    show();
  };

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
