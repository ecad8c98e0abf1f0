// Narrows the list that the page already holds. The address tells the view, so that it can be shared.
"use strict";

(() => {
  const form = document.getElementById("narrow");
  if (!form) return;
  const shown = document.getElementById("shown");
  const groups = [...document.querySelectorAll(".fold")];
  const rows = [...document.querySelectorAll(".discrepancies > li")];
  const controls = [...form.elements].filter((control) => control.name);
  const usual = groups.map((group) => group.open);
  const plain = (text) => text.toLowerCase().replace(/\s+/g, " ");
  const texts = new Map(rows.map((row) => [row, plain(row.textContent)]));

  const fits = (row) => controls.every(({ name, value }) => !value.trim()
    || (name === "words" ? plain(value.trim()).split(" ").every((word) => texts.get(row).includes(word))
      : row.dataset[name].split(" ").includes(value)));

  const show = () => {
    const narrowed = controls.some(({ value }) => value.trim());
    for (const row of rows) row.hidden = !fits(row);
    groups.forEach((group, number) => {
      const some = group.querySelector("li:not([hidden])");
      group.hidden = !some;
      group.open = narrowed ? Boolean(some) : usual[number];
    });
    const count = rows.filter((row) => !row.hidden).length;
    shown.textContent = !narrowed ? "" : count ? `${count} of ${rows.length} contradictions.`
      : "No contradiction fits all of this. Change a filter, or reset.";
  };

  const write = () => {
    const address = new URL(location.href);
    address.search = new URLSearchParams(controls.map(({ name, value }) => [name, value.trim()]).filter(([, value]) => value));
    address.hash = "";
    history.replaceState(null, "", address);
    show();
  };

  const given = new URLSearchParams(location.search);
  for (const control of controls) {
    const wanted = given.get(control.name) || "";
    if (control.name === "words" || [...control.options].some(({ value }) => value === wanted)) control.value = wanted;
  }
  form.addEventListener("input", write);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(write));
  form.hidden = false;
  show();
})();
