// Sorts instruments and calculates for a survey. All it knows is in the page; nothing is sent.
"use strict";

(() => {
  const $ = (selector, within = document) => within.querySelector(selector);
  const Z = 1.959963984540054;
  const text = (element) => element.textContent.replace(/\s+/g, " ").trim();
  const shown = (value, digits = 0) => {
    const fixed = value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
    return (/[1-9]/.test(fixed) ? fixed : fixed.replace("-", "")).replace("-", "\u2212");
  };
  const people = (count) => `${shown(count)} ${count === 1 ? "person" : "people"}`;
  const answered = (count) => `${shown(count)} ${count === 1 ? "answer" : "answers"}`;
  const number = (form, name) => form.elements[name].valueAsNumber;
  const whole = (value) => Number.isInteger(value) && value >= 0;
  const tell = (form, ...lines) => {
    $(".answer", form).replaceChildren(...lines.filter(Boolean).map((line) => {
      const paragraph = document.createElement("p");
      paragraph.textContent = line;
      return paragraph;
    }));
  };

  // Sorting: unknown last.
  const table = $("#compared");
  const rows = [...table.tBodies[0].rows];
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const heads = [...table.tHead.rows[0].cells].filter((head) => "sort" in head.dataset);
  for (const head of heads) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: head.textContent });
    button.addEventListener("click", () => {
      const first = head.dataset.sort ? "descending" : "ascending";
      const other = first === "ascending" ? "descending" : "ascending";
      const way = head.ariaSort === first ? other : first;
      const key = (row) => row.cells[head.cellIndex].dataset.key ?? text(row.cells[head.cellIndex]);
      const number = (value) => (value !== "" && !Number.isNaN(Number(value)) ? Number(value) : value);
      const order = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : collator.compare(a, b));
      table.tBodies[0].append(...[...rows].sort((a, b) => {
        const [x, y] = [key(a), key(b)];
        if (x === "" || y === "") return (x === "" ? 1 : 0) - (y === "" ? 1 : 0);
        return order(number(x), number(y)) * (way === "descending" ? -1 : 1);
      }));
      for (const one of heads) one.removeAttribute("aria-sort");
      head.ariaSort = way;
    });
    head.replaceChildren(button);
  }

  // Sizes: Cochran's formulas with the correction for few people, as kb/view/samples.py has them.
  const needed = (count, amongMany, shift) => {
    if (count <= 0) return 0;
    const below = count - shift + amongMany;
    const exact = below ? amongMany * count / below : 1;
    return Math.min(count, Math.max(1, Math.ceil(Number(exact.toFixed(9)))));
  };
  const marginOfShare = (count, answers, share) => (answers === count ? 0
    : Z * Math.sqrt(share * (1 - share) / answers * (count - answers) / (count - 1)));
  const marginOfMean = (count, answers, sd) => Z * sd * Math.sqrt((1 - answers / count) / answers);
  const intervalOfShare = (count, answers, counted) => {
    const share = counted / answers;
    if (answers === count) return [share, share];
    const worth = answers * (count - 1) / (count - answers);
    const middle = (share + Z ** 2 / (2 * worth)) / (1 + Z ** 2 / worth);
    const half = Z / (1 + Z ** 2 / worth) * Math.sqrt(share * (1 - share) / worth + Z ** 2 / (4 * worth ** 2));
    return [Math.max(0, middle - half), Math.min(1, middle + half)];
  };

  const sizes = $("#size-form");
  let chosen = false;
  const size = (event) => {
    const kind = sizes.elements.kind.value;
    const { margin: within } = sizes.elements;
    chosen = event?.target === within || (chosen && sizes.dataset.kind === kind);
    if (!chosen) within.value = kind === "mean" ? 0.5 : number(sizes, "people") < 100 ? 10 : 5;
    sizes.dataset.kind = kind;
    const [count, share, sd, margin, response] = ["people", "share", "sd", "margin", "response"].map((name) => number(sizes, name));
    const ofShare = kind === "share";
    if (!whole(count)) return tell(sizes, "Give a whole number of people.");
    if (count === 0) return tell(sizes, "There is nobody to ask.");
    if (!(margin > 0)) return tell(sizes, "Say within how much you want to know it: more than 0.");
    if (ofShare ? !(share >= 0 && share <= 100) : !(sd >= 0)) return tell(sizes, ofShare ? "Give a share between 0 and 100." : "Give a standard deviation of 0 or more.");
    const unit = ofShare ? "percentage points" : "points";
    const digits = ofShare ? 1 : 2;
    const p = share / 100;
    const want = ofShare ? needed(count, Z ** 2 * p * (1 - p) / (margin / 100) ** 2, 1) : needed(count, (Z * sd / margin) ** 2, 0);
    const lines = [`You need ${answered(want)} of ${people(count)} (${shown(100 * want / count)}%) to know it within ±${shown(margin, margin % 1 ? digits : 0)} ${unit}.`];
    if (count > 1 && count < 100) lines.unshift(`Aim for ${shown(want)} of ${shown(count)}; ask everyone.`);
    if (count === 1) lines.push("With one person there is no survey: a result would be that person’s answer.");
    if (response >= 0 && response <= 100) {
      const get = Math.floor(count * response / 100 + 1e-9);
      if (!get) lines.push(`If ${shown(response)}% answer, you get none.`);
      else {
        const off = ofShare ? 100 * marginOfShare(count, get, p) : marginOfMean(count, get, sd);
        lines.push(`If you ask everybody and ${shown(response)}% answer, you get ${answered(get)}: within ±${shown(off, digits)} ${unit}${get >= want ? ", which is enough" : ", which is not enough"}. A change between two such surveys must be above ${shown(off * Math.SQRT2, digits)} ${unit} to be more than chance.`);
        if (ofShare && get < count) lines.push(`What silence can hide: if ${shown(share)}% of them are burned out, the share of everybody lies between ${shown(100 * p * get / count)}% and ${shown(100 * (p * get + count - get) / count)}%, whatever the others would say.`);
      }
      const ask = response ? Math.ceil(Number((want * 100 / response).toFixed(9))) : Infinity;
      if (get < want) lines.push(`You would need ${shown(100 * want / count)}% to answer.`);
      else if (ask < count && count >= 100) lines.push(`Asking ${people(ask)}, drawn by lot, would do. Asking all is fairer and easier to explain.`);
    }
    return tell(sizes, ...lines);
  };

  // Groups: what may be shown, as kb/view/samples.py says it.
  const groups = $("#groups-form");
  const hidden = (found, smallest) => {
    const asked = found.filter((group) => group.answers > 0);
    const out = new Set(asked.filter(({ answers, counted }) => answers < smallest || counted === 0 || counted === answers));
    const left = asked.filter((group) => !out.has(group)).sort((a, b) => a.answers - b.answers);
    const sum = () => [...out].reduce((total, group) => total + group.answers, 0);
    while (out.size && left.length && (out.size === 1 || sum() < smallest)) out.add(left.shift());
    return out;
  };
  const show = () => {
    const smallest = number(groups, "smallest");
    if (!whole(smallest) || smallest < 2) return tell(groups, "The smallest group to show must be a whole number of 2 or more.");
    const found = [];
    for (const line of groups.elements.groups.value.split("\n").map((part) => part.trim()).filter(Boolean)) {
      const [, name, answers, counted] = /^(.*?)[,;\t]\s*(\d+)\s*[,;\t]\s*(\d+)$/.exec(line) ?? [];
      if (answers === undefined || Number(counted) > Number(answers)) return tell(groups, `Not understood: “${line}”. Write name, answers, burned out; not more burned out than answers.`);
      found.push({ name: name.trim(), answers: Number(answers), counted: Number(counted) });
    }
    const out = hidden(found, smallest);
    $("#groups-table").replaceChildren(...found.map((group) => {
      const row = document.createElement("tr");
      const head = Object.assign(document.createElement("th"), { scope: "row", textContent: group.name || "(no name)" });
      const cells = !group.answers ? ["nobody answered"] : out.has(group) ? ["hidden"]
        : [shown(group.answers), `${shown(group.counted)} (${shown(100 * group.counted / group.answers)}%)`];
      row.append(head, ...cells.map((content) => Object.assign(document.createElement("td"), { textContent: content, className: "number", colSpan: 3 - cells.length })));
      return row;
    }));
    $("#groups-note").hidden = groups.elements.groups.value !== groups.elements.groups.defaultValue;
    const some = found.filter((group) => group.answers > 0).length;
    const total = found.reduce((sum, group) => sum + group.answers, 0);
    const all = found.reduce((sum, group) => sum + group.counted, 0);
    if (!some) return tell(groups, "Nobody answered.");
    return tell(
      groups,
      out.size ? `${shown(some - out.size)} of ${shown(some)} groups may be shown.` : `All ${shown(some)} groups may be shown.`,
      total < smallest ? "All together are too few: show nothing."
        : out.size === some ? `Show only the total: ${shown(all)} of ${shown(total)} (${shown(100 * all / total)}%).`
        : `The total may be shown: ${shown(all)} of ${shown(total)} (${shown(100 * all / total)}%).`,
    );
  };

  // The calendar: the file of the site, moved to another day.
  const calendar = $("#calendar-form");
  calendar.elements.opens.addEventListener("input", () => {
    const opens = calendar.elements.opens.valueAsNumber;
    let past = 0;
    for (const cell of document.querySelectorAll("[data-weeks]")) {
      const at = opens + cell.dataset.weeks * 7 * 864e5;
      $(".sub", cell)?.remove();
      if (Number.isNaN(at)) continue;
      past += at < Date.now() - 864e5;
      cell.append(Object.assign(document.createElement("span"), { className: "sub", textContent: new Date(at).toISOString().slice(0, 10) }));
    }
    tell(calendar, past ? `Steps in the past: ${past}. Begin today.` : "");
  });
  const dates = /(DTSTART;VALUE=DATE:)(\d{4})(\d\d)(\d\d)/g;
  calendar.addEventListener("submit", async (event) => {
    event.preventDefault();
    const opens = calendar.elements.opens.valueAsNumber;
    if (Number.isNaN(opens)) return tell(calendar, "Give the day on which the survey opens.");
    let file;
    try {
      file = await (await fetch($("#calendar").href)).text();
    } catch {
      return tell(calendar, "The file could not be loaded here. Take the one below.");
    }
    const opening = file.split("BEGIN:VEVENT").find((part) => /UID:survey-0@/.test(part));
    const at = (year, month, date) => Date.UTC(year, month - 1, date);
    const [, , ...first] = [...opening.matchAll(dates)][0];
    const moved = file.replace(dates, (_, name, ...day) => name + new Date(at(...day.slice(0, 3)) + opens - at(...first)).toISOString().slice(0, 10).replaceAll("-", ""));
    const address = URL.createObjectURL(new Blob([moved], { type: "text/calendar" }));
    Object.assign(document.createElement("a"), { href: address, download: "survey.ics" }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
    return tell(calendar, "The calendar was saved.");
  });

  // Scores: the rules, lines and results of the table below.
  const scores = $("#score-form");
  const beyond = { ">": (a, b) => a > b, ">=": (a, b) => a >= b, "<": (a, b) => a < b, "<=": (a, b) => a <= b };
  const read = () => {
    const row = document.getElementById(scores.elements.scale.value);
    const { min, max, rule, items, factor } = row?.dataset ?? {};
    const drawn = [...row?.querySelectorAll("[data-line]") ?? []];
    $(".sum", scores).hidden = !rule || items === "1";
    $(".counted", scores).textContent = drawn.length ? `how many scored ${text($("b", drawn[0]))}?` : "how many are burned out?";
    const plain = (element) => text(element).replace(/[.;]$/, "");
    const results = (kind) => [...row?.querySelectorAll(`[data-kind=${kind}]`) ?? []].map((item) => `To compare with: ${plain(item)}.`);
    const given = number(scores, "score");
    const sum = $(".sum", scores).hidden ? NaN : number(scores, "sum");
    const lines = [];
    let score = given;
    if (Number.isNaN(given) && !Number.isNaN(sum)) {
      score = Number((sum * factor / (rule === "mean" ? items : 1)).toFixed(6));
      lines.push(`A sum of ${shown(sum, sum % 1 ? 2 : 0)} over ${items} questions is a score of ${shown(score, score % 1 ? 2 : 0)}.`);
    }
    if (!row && !Number.isNaN(score)) lines.push("Choose a scale to read the score.");
    if (row && !Number.isNaN(score)) {
      if (max !== undefined && (score < min || score > Number(max))) return tell(scores, `This scale runs from ${min} to ${max}.`);
      for (const line of drawn) {
        const [sign, value] = line.dataset.line.split(" ");
        lines.push(`${beyond[sign](score, Number(value)) ? "Yes" : "No, not"} ${plain(line)}.`);
      }
      if (!drawn.length) {
        const name = (one) => $("a", one);
        const others = [...row.parentElement.rows].filter((one) => $("[data-line]", one) && name(one).pathname === name(row).pathname);
        lines.push("No cutoff is published in what we read.");
        if (others.length) lines.push(`Cutoffs exist for: ${others.map((one) => text(name(one))).join("; ")}.`);
        lines.push(...results("share"));
      }
      const way = row.cells[1].lastElementChild ? text(row.cells[1].lastElementChild) : "";
      lines.push(`${max === undefined ? "The range is not known" : `From ${min} to ${max}`}${way && ", "}${way}.`, ...results("mean"));
    }
    const [counted, answers, all] = ["counted", "answers", "people"].map((name) => number(scores, name));
    if (![counted, answers].some(Number.isNaN)) {
      const count = Number.isNaN(all) ? answers : all;
      if (![counted, answers, count].every(whole) || counted > answers || answers > count) lines.push("Give whole numbers: not more counted than answered, and not more answers than people.");
      else if (!answers) lines.push("Nobody answered.");
      else {
        const [low, high] = intervalOfShare(Number.isNaN(all) ? Number.MAX_SAFE_INTEGER : count, answers, counted).map((end) => 100 * end);
        lines.push(`${shown(counted)} of ${shown(answers)} is ${shown(100 * counted / answers, 1)}%${answers === all ? ", of everybody." : `, and with 95% confidence between ${shown(low, 1)}% and ${shown(high, 1)}%, if those who answered are like the others.`}`);
        if (answers < 10) lines.push("So few answers should not be shown to others: see Small groups.");
        lines.push(...results("share"));
      }
    }
    return tell(scores, ...(lines.length ? new Set(lines) : ["Choose a scale, or say how many are burned out."]));
  };

  for (const [form, answer] of [[sizes, size], [groups, show], [scores, read]]) {
    form.addEventListener("input", answer);
    form.addEventListener("submit", (event) => event.preventDefault());
    answer();
  }
})();
