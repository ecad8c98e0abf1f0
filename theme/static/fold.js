// Folded parts: a link to a heading opens its part, what is copied holds all of them, and one button opens them all.
"use strict";

(() => {
  const folds = [...document.querySelectorAll("main details")];

  // A browser opens what is around a target, but not the part whose own heading is the target.
  const arrive = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const fold = target?.closest("summary")?.parentElement;
    if (!fold || fold.open) return;
    fold.open = true;
    target.scrollIntoView();
  };
  addEventListener("hashchange", arrive);
  addEventListener("click", (event) => { if (event.target.closest?.("a[href*='#']")) setTimeout(arrive); });
  arrive();

  // A browser leaves closed parts out of a copy.
  document.addEventListener("copy", () => {
    const selection = getSelection();
    for (const fold of folds) if (selection.containsNode(fold, true)) fold.open = true;
  });

  for (const button of document.querySelectorAll("[data-unfold]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const open = folds.some((fold) => !fold.open);
      for (const fold of folds) fold.open = open;
      button.textContent = open ? "Close all" : "Open all";
    });
  }
})();
