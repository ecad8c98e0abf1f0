// How text becomes terms, as kb/search/words.py does it for the index; a test in a browser compares the two.
"use strict";

const words = (() => {
  // Porter's algorithm, as Whoosh has it: https://tartarus.org/martin/PorterStemmer/
  const C = "[^aeiouy]+", V = "[aeiou]+", v = "[aeiouy]";
  const expression = (text) => new RegExp(text);
  const mgr0 = expression(`^(${C})?${V}${C}`), mgr1 = expression(`^(${C})?${V}${C}${V}${C}`);
  const meq1 = expression(`^(${C})?${V}${C}(${V})?$`), vowel = expression(`^(${C})?${v}`);
  const short = expression(`^${C}${v}[^aeiouwxy]$`);
  const pairs = (text) => new Map(text.split(" ").map((pair) => pair.split(":")));
  const second = pairs("ational:ate tional:tion enci:ence anci:ance izer:ize bli:ble alli:al entli:ent eli:e ousli:ous "
    + "ization:ize ation:ate ator:ate alism:al iveness:ive fulness:ful ousness:ous aliti:al iviti:ive biliti:ble logi:log");
  const third = pairs("icate:ic ative: alize:al iciti:ic ical:ic ful: ness:");
  const ending = (map) => expression(`^(.+?)(${[...map.keys()].join("|")})$`);
  const second_ = ending(second), third_ = ending(third);
  const fourth_ = /^(.+?)(al|ance|ence|er|ic|able|ible|ant|ement|ment|ent|ou|ism|ate|iti|ous|ive|ize)$/;
  const stems = new Map();

  const porter = (word) => {
    if (word.length < 3) return word;
    const first = word[0] === "y";
    let w = first ? `Y${word.slice(1)}` : word;
    if (/(ss|i)es$/.test(w)) w = w.slice(0, -2);
    else if (/[^s]s$/.test(w)) w = w.slice(0, -1);
    let found;
    if (w.endsWith("eed")) {
      if (mgr0.test(w.slice(0, -3))) w = w.slice(0, -1);
    } else if ((found = /^(.*)(ed|ing)$/.exec(w)) && vowel.test(found[1])) {
      w = found[1];
      if (/^(at|bl|iz)$/.test(w)) w += "e"; // anchored, as Whoosh does it
      else if (/^([^aeiouylsz])\1$/.test(w)) w = w.slice(0, -1);
      else if (short.test(w)) w += "e";
    }
    if (w.endsWith("y") && vowel.test(w.slice(0, -1))) w = `${w.slice(0, -1)}i`;
    if ((found = second_.exec(w)) && mgr0.test(found[1])) w = found[1] + second.get(found[2]);
    if ((found = third_.exec(w)) && mgr0.test(found[1])) w = found[1] + third.get(found[2]);
    if ((found = fourth_.exec(w))) {
      if (mgr1.test(found[1])) w = found[1];
    } else if ((found = /^(.+?[st])ion$/.exec(w)) && mgr1.test(found[1])) w = found[1];
    if ((found = /^(.+?)e$/.exec(w))
      && (mgr1.test(found[1]) || (meq1.test(found[1]) && !short.test(found[1])))) w = found[1];
    if (w.endsWith("ll") && mgr1.test(w)) w = w.slice(0, -1);
    return first ? `y${w.slice(1)}` : w;
  };

  // The stem of a folded word; of one that is not of ASCII characters, the word itself.
  const stem = (word) => {
    if (!stems.has(word)) {
      const found = /^[\0-\x7f]*$/.test(word) ? porter(word) : word;
      const y = /[aeou]i$/.test(found) && word[found.length - 1] === "y"; // It stays after a vowel: ROI is not Roy.
      stems.set(word, y ? `${found.slice(0, -1)}y` : found);
    }
    return stems.get(word);
  };

  // Lower case, without accents and apostrophes.
  const fold = (text) => text.replace(/['’][sS]$/, "").replace(/['’]/g, "").toLowerCase().normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "");

  const LONGEST = 60;
  const LETTER = "[\\p{L}\\p{N}\\u0300-\\u036f]";
  const WORD = new RegExp(`${LETTER}+(?:['’.\\-‐‑]${LETTER}+)*`, "gu");
  const ALONE = /^[\p{L}\p{N}]+$/u;
  const DOTTED = /^\p{L}{1,2}(?:\.\p{L}{1,2})+$/u;
  const NUMBER = /^\p{Nd}+(?:\.\p{Nd}+)+$/u;
  const upper = (text) => text !== text.toLowerCase() && text === text.toUpperCase();

  // All words of a text, before they are stemmed: { text, start, end, stop, extra }. `stops` are the stop words.
  const split = (text, stops) => {
    const shouted = upper(text), made = [];
    const word = (typed, start) => {
      const folded = fold(typed);
      const stop = stops.has(folded) && (shouted || [...typed].length === 1 || !upper(typed));
      return { text: folded, start, end: start + typed.length, stop, extra: false };
    };
    for (const { 0: whole, index } of text.matchAll(WORD)) {
      if (ALONE.test(whole)) {
        made.push(word(whole, index));
        continue;
      }
      const parts = [];
      for (const { 0: piece, index: at } of whole.matchAll(/[^\-‐‑]+/gu)) {
        const start = index + at;
        if (DOTTED.test(piece)) {
          const folded = fold(piece.replaceAll(".", ""));
          parts.push({ text: folded, start, end: start + piece.length, stop: false, extra: false });
          continue;
        }
        for (const part of piece.matchAll(NUMBER.test(piece) ? /.+/gu : /[^.]+/gu)) {
          if (fold(part[0])) parts.push(word(part[0], start + part.index));
        }
      }
      if (parts.length === 2 && /[-‐‑]/.test(whole)) {
        const [first, last] = parts;
        const joined = { text: first.text + last.text, start: first.start, end: last.end, stop: false, extra: false };
        const least = Math.min([...first.text].length, [...last.text].length);
        if (first.stop || last.stop || least === 1) made.push(joined);
        else made.push(first, ...(least <= 3 ? [{ ...joined, extra: true }] : []), last);
      } else made.push(...parts);
    }
    return made;
  };

  // The terms of a text in its order, without stop words: { term, start, end, extra }.
  const tokens = (text, stops) => split(text, stops)
    .filter((word) => !word.stop && [...word.text].length <= LONGEST)
    .map((word) => ({ ...word, term: stem(word.text) }));

  return { fold, split, stem, tokens, upper };
})();
