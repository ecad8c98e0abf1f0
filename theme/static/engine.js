// Searches the index that the build wrote (kb/search/browser.py), as kb/search does for the API: one query language,
// the same words and weights. Needs words.js.
"use strict";

const engine = (index) => {
  const MAX = { words: 32, phrase: 24, others: 12, values: 20, characters: 10000, corrections: 3 };
  const stops = new Set(index.stop.split(" "));
  const { weights } = index;
  const count = index.shown.length;
  const PARTS = ["title", "text", "authors"]; // One after the other in the places of an entry.

  // Numbers as characters, see _coded in kb/search/browser.py.
  const numbers = function* (text) {
    for (const character of text) {
      const code = character.codePointAt(0) - (character > "\ud7ff" ? 2048 : 0);
      yield code - 35 - (code > 92);
    }
  };

  const kinds = Object.fromEntries(Object.entries(index.values.kind).map(([name, facet]) => [facet, name]));
  const sizes = [...numbers(index.sizes)];
  const titles = [...numbers(index.titles)]; // How often the title of each counts.
  const years = [...numbers(index.years)];
  const ends = Array.from({ length: count }, (_, number) => {
    let sum = 0;
    return sizes.slice(number * PARTS.length, (number + 1) * PARTS.length).map((size) => (sum += size));
  });
  const postings = new Map(); // Of each term, the places by the number of the entry.
  const lengths = Array(count).fill(0);
  const times = (number, place) => (place < ends[number][0] ? titles[number] : weights[part(number, place)]);
  const part = (number, place) => (place < ends[number][0] ? PARTS[0] : place < ends[number][1] ? PARTS[1] : PARTS[2]);

  {
    const read = numbers(index.postings);
    const next = () => read.next().value;
    for (const term of index.terms.split(" ")) {
      const found = new Map();
      let number = 0;
      for (let left = next(); left > 0; left -= 1) {
        number += next();
        const places = [];
        for (let size = next(), place = 0; size > 0; size -= 1) {
          places.push((place += next()));
          lengths[number] += times(number, place);
        }
        found.set(number, places);
      }
      postings.set(term, found);
    }
  }
  const mean = lengths.reduce((sum, size) => sum + size, 0) / count || 1;

  const terms = (text) => words.tokens(text, stops).filter((token) => !token.extra).map((token) => token.term);

  // How much a term says, or terms side by side.
  const rarity = (spelling) => spelling.split(" ")
    .reduce((sum, term) => sum + Math.log(count / ((postings.get(term)?.size || 0) + 1)) + 1, 0);

  // The score of each entry that has a term, by BM25.
  const cache = new Map();
  const scored = (term) => {
    if (!cache.has(term)) {
      const { k1, b } = weights, found = postings.get(term) || new Map(), scores = new Map();
      const idf = rarity(term);
      for (const [number, places] of found) {
        const often = places.reduce((sum, place) => sum + times(number, place), 0);
        scores.set(number, (idf * often * (k1 + 1)) / (often + k1 * (1 - b + (b * lengths[number]) / mean)));
      }
      cache.set(term, scores);
    }
    return cache.get(term);
  };

  // Whether terms stand side by side in an entry, or in a part of it.
  const together = (spelling, number, where) => {
    const [first, ...rest] = spelling.map((term) => postings.get(term)?.get(number));
    if (!first || rest.some((places) => !places)) return false;
    return first.some((place) => (!where || part(number, place) === where)
      && rest.every((places, step) => places.includes(place + step + 1)));
  };

  // The score of each entry that has terms side by side.
  const matching = (spelling) => {
    if (spelling.length === 1) return scored(spelling[0]);
    const scores = new Map();
    for (const number of scored(spelling[0]).keys()) {
      if (together(spelling, number)) scores.set(number, spelling.reduce((sum, term) => sum + scored(term).get(number), 0));
    }
    return scores;
  };

  // The query language; see kb/search/query.py.
  const FIELDS = "kind|driver|verdict|certainty|year|author";
  const ITEM = new RegExp('((?<!\\S)(?:-(?=[\\p{L}\\p{N}_"])|NOT\\s+(?=\\S)))?'
    + `(?:(?<![^\\s\\-])(${FIELDS}):(?:"([^"]*)"|([^\\s"]+))|"([^"]*)"|([^\\s"]+))`, "giu");
  const QUOTES = { "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "−": "-", "–": " ", "—": " " };
  const clean = (text) => text.slice(0, MAX.characters).replace(/[“”„«»−–—]/g, (sign) => QUOTES[sign]);
  const items = (text) => [...text.matchAll(ITEM)].flatMap((item) => {
    const lone = item[1] && item[1][0] !== "-" && !item[1].startsWith("NOT");
    if (!lone) return [item];
    return [...item[0].slice(item[1].length).matchAll(ITEM)].map((rest) => {
      rest.index += item.index + item[1].length;
      return rest;
    });
  });
  const identified = (typed) => {
    const word = typed.replace(/^[()[\]{}<>.,;!?']+|[()[\]{}<>.,;!?']+$/g, "")
      .replace(/(?:https?:\/\/)?(?:dx\.)?doi\.org\/|^(?:doi|pmid):?/i, "").toLowerCase();
    return Object.hasOwn(index.identifiers, word) ? word : null;
  };
  const own = (table, key) => (Object.hasOwn(table, key) ? table[key] : undefined);
  const valued = (field, typed) => {
    if (field === "author") return terms(typed).length ? terms(typed) : undefined;
    const key = words.fold(typed).replace(/[^\p{L}\p{N}]/gu, "");
    if (field === "year") return years.includes(Number(key)) && Number(key) ? Number(key) : undefined;
    return own(index.values[field], key) ?? own(index.values[field], key.replace(/s$/, ""));
  };

  const contains = (sequence, spelling) => sequence.some((_, start) =>
    spelling.every((term, step) => sequence[start + step] === term));

  // Other spellings of what terms name, by that, the longest first.
  const longest = Math.max(0, ...Object.keys(index.synonyms).map((key) => key.split(" ").length));
  const alternatives = (sequence) => {
    const found = [];
    for (let size = Math.min(longest, sequence.length); size > 0; size -= 1) {
      for (let start = 0; start + size <= sequence.length; start += 1) {
        const key = sequence.slice(start, start + size).join(" ");
        const others = (own(index.synonyms, key) || []).filter((other) => !contains(sequence, other.split(" ")));
        if (others.length) found.push([key, others]);
      }
    }
    return found;
  };

  // Other spellings by what was typed, up to so many.
  const few = (pairs) => {
    let left = MAX.others;
    const every = new Map();
    for (const [key, others] of pairs) every.set(key, [...(every.get(key) || []), ...others]);
    return new Map([...every].map(([key, others]) => {
      const counted = others.slice(0, left);
      left -= counted.length;
      return [key, counted.map((other) => other.split(" "))];
    }).filter(([, others]) => others.length));
  };

  const parse = (typed) => {
    const text = clean(typed);
    const asked = { words: [], phrases: [], others: [], without: [], fields: {}, not: {}, identifiers: [], blank: true };
    const free = [];
    let values = 0;
    for (const [whole, no, field, quoted, value, phrase, word] of items(text)) {
      if (field) {
        const name = field.toLowerCase(), meant = valued(name, quoted || value || "");
        if (meant !== undefined && values < MAX.values) {
          ((no ? asked.not : asked.fields)[name] ||= []).push(meant);
          values += 1;
        } else free.push(whole);
        continue;
      }
      const said = phrase ?? word, identifier = identified(said);
      if (identifier) asked.identifiers.push(identifier);
      else if (no) asked.without.push(terms(said));
      else if (phrase !== undefined) {
        asked.phrases.push(terms(said));
        free.push('"');
      } else free.push(said);
    }
    const some = (phrases) => {
      let left = MAX.phrase;
      return phrases.map((one) => {
        const kept = one.slice(0, left);
        left -= kept.length;
        return kept;
      }).filter((one) => one.length);
    };
    const joined = free.join(" ");
    const found = words.split(joined, stops).filter((each) => [...each.text].length <= 60);
    const plain = found.filter((each) => !each.extra);
    let sequence = plain.filter((each) => !each.stop).map((each) => words.stem(each.text));
    const others = found.filter((each) => each.extra).map((each) => each.text);
    plain.slice(0, 4 * MAX.words).forEach((one, place) => {
      const two = plain[place + 1];
      if (two && /^\s+$/u.test(joined.slice(one.end, two.start))) others.push(one.text + two.text);
    });
    const one = others.map(words.stem).filter((term) => postings.has(term));
    if (!sequence.length) sequence = one.length ? one : plain.map((each) => words.stem(each.text));
    const times = new Map();
    for (const term of sequence) {
      if (times.has(term) || times.size < MAX.words) times.set(term, (times.get(term) || 0) + 1);
    }
    const capitals = plain.slice(0, 4 * MAX.words).filter((each) => words.upper(joined.slice(each.start, each.end)))
      .filter((each) => own(index.capitals, each.text)).map((each) => [words.stem(each.text), index.capitals[each.text]]);
    const said = free.some((each) => each !== '"') || asked.phrases.length || asked.identifiers.length;
    return {
      ...asked,
      words: [...times],
      phrases: some(asked.phrases),
      without: some(asked.without),
      others: few([...one.filter((term) => !times.has(term)).map((term) => [term, [term]]), ...capitals, ...alternatives(sequence.slice(0, 2 * MAX.words))]),
      blank: !said && (values > 0 || asked.without.length > 0 || !text.trim()),
    };
  };

  const kind = (number) => kinds[index.shown[number].facets.find((facet) => facet in kinds)];
  const has = (number, field, meant) => {
    if (field === "year") return years[number] === meant;
    if (field === "author") return together(meant, number, "authors");
    return index.shown[number].facets.includes(meant);
  };

  // What was typed, each word of it once: words that name one thing together, and the name. See Asked in kb/search/query.py.
  const things = (asked) => {
    const keys = [...asked.others.keys()], long = (typed) => typed.includes(" ");
    const left = new Set([...asked.words.map(([word]) => word), ...keys.filter((typed) => !long(typed))]);
    const names = keys.filter(long).map((name) => [name.split(" ").filter((word) => left.delete(word)), name]);
    return [...names.filter(([own]) => own.length), ...[...left].map((word) => [[word], null])];
  };

  // The score of each entry that has one of some spellings, by the best of them.
  const best = (spellings) => {
    const scores = new Map();
    for (const [spelling, weight] of spellings) {
      for (const [number, score] of matching(spelling)) scores.set(number, Math.max(scores.get(number) || 0, weight * score));
    }
    return scores;
  };

  // What a query finds, best first: { number, score, whole }, where whole says that no word is missing.
  const find = (asked) => {
    const scores = new Map(), matched = new Map();
    const every = index.shown.map((_, number) => number);
    const passes = (number) => Object.entries(asked.fields).every(([field, meant]) =>
      meant.some((each) => has(number, field, each)))
      && !Object.entries(asked.not).some(([field, meant]) => meant.some((each) => has(number, field, each)));
    const add = (number, score) => scores.set(number, (scores.get(number) || 0) + score);
    if (asked.blank) for (const number of every) scores.set(number, 0);
    const times = new Map(asked.words);
    const others = (typed) => (asked.others.get(typed) || []).map((other) =>
      [other, weights.synonym * Math.min(Math.sqrt(rarity(typed) / rarity(other.join(" "))), 1)]);
    for (const [own, name] of things(asked)) {
      const counted = new Map(), had = new Map(); // By the number of the entry: the score, and how many of the words.
      for (const word of own) {
        for (const [number, score] of best([...(times.has(word) ? [[[word], times.get(word)]] : []), ...others(word)])) {
          counted.set(number, (counted.get(number) || 0) + score);
          had.set(number, (had.get(number) || 0) + times.has(word));
        }
      }
      for (const [number, score] of best(others(name))) {
        counted.set(number, Math.max(counted.get(number) || 0, score));
        had.set(number, own.length);
      }
      for (const [number, score] of counted) {
        add(number, score);
        matched.set(number, (matched.get(number) || 0) + had.get(number));
      }
    }
    for (const identifier of asked.identifiers) add(index.identifiers[identifier], weights.identifier);
    const phrases = asked.phrases.map(matching), without = asked.without.map(matching);
    for (const phrase of phrases) for (const [number, score] of phrase) add(number, score);
    return [...scores]
      .filter(([number]) => passes(number) && phrases.every((found) => found.has(number))
        && !without.some((found) => found.has(number)))
      .map(([number, score]) => ({ number, score: score * (weights.kinds[kind(number)] || 1), whole: (matched.get(number) || 0) >= asked.words.length }))
      .sort((a, b) => b.score - a.score || a.number - b.number);
  };

  // The words that nothing explains: to be looked up in spelling.json.
  const known = (word) => postings.has(words.stem(word)) || own(index.synonyms, terms(word).join(" ")) !== undefined
    || own(index.capitals, word) !== undefined;
  const doubtful = (typed) => {
    const text = clean(typed), found = [];
    for (const item of items(text)) {
      if (item[2] || identified(item[6] || "")) continue;
      const said = item[5] ?? item[6], start = item.index + item[0].lastIndexOf(said);
      for (const word of words.tokens(said, stops)) {
        const shown = said.slice(word.start, word.end);
        const right = own(index.misspellings, word.text);
        if (word.extra || !/^\p{L}+$/u.test(shown) || (words.upper(shown) && shown.length <= 5)) continue;
        if (right || !known(word.text)) {
          found.push({ word: word.text, right, start: start + word.start, end: start + word.end });
        }
      }
    }
    return found;
  };

  // The query with misspelt words corrected, or null; `spelling` is what spelling.json holds.
  const correct = (typed, spelling) => {
    let text = clean(typed), changed = false, tried = 0;
    const answers = new Map();
    for (const { word, right, start, end } of doubtful(typed).reverse()) {
      if (!answers.has(word) && tried < MAX.corrections) {
        answers.set(word, right || nearest(word, spelling));
        tried += 1;
      }
      const better = answers.get(word);
      if (!better) continue;
      text = text.slice(0, start) + better + text.slice(end);
      changed = true;
    }
    return changed ? text : null;
  };

  const letters = (word) => [...word].reduce((bits, letter) => bits | (1 << (letter.codePointAt(0) & 31)), 0);
  const bits = (value) => {
    let sum = 0;
    for (let rest = value; rest; rest &= rest - 1) sum += 1;
    return sum;
  };

  // The nearest word of the content, unless a word is of the content or English; see kb/search/spelling.py.
  const nearest = (word, spelling) => {
    if (!spelling || word.length < 4 || word.length > 18) return null;
    spelling.list ||= spelling.words.split(" ").map((each) => [each, letters(each)]);
    spelling.of ||= [...numbers(spelling.counts)];
    spelling.right ||= new Set(`${spelling.english} ${spelling.words}`.split(" "));
    if (spelling.right.has(word)) return null;
    const most = word.length >= 6 ? 2 : 1, own_ = letters(word);
    let best = null;
    spelling.list.forEach(([other, theirs], place) => {
      if (Math.abs(other.length - word.length) > most || bits(own_ ^ theirs) > 2 * most) return;
      const faults = distance(word, other, most);
      if (faults > most) return;
      const rank = [faults + (word[0] !== other[0]), -spelling.of[place], other];
      const before = best && (best[0] - rank[0] || best[1] - rank[1]);
      if (!best || before > 0) best = rank;
    });
    return best && best[0] <= most ? best[2] : null;
  };

  const distance = (first, second, most) => {
    let above = [], before = [], row = Array.from({ length: second.length + 1 }, (_, place) => place);
    for (let i = 1; i <= first.length; i += 1) {
      [above, before, row] = [before, row, [i]];
      for (let j = 1; j <= second.length; j += 1) {
        let cost = Math.min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (first[i - 1] !== second[j - 1]));
        if (i > 1 && j > 1 && first[i - 1] === second[j - 2] && first[i - 2] === second[j - 1]) {
          cost = Math.min(cost, above[j - 2] + 1);
        }
        row.push(cost);
      }
      if (Math.min(...row) > most) return most + 1;
    }
    return row[second.length];
  };

  // The characters of a text that match, as [start, end], with the term of each.
  const marks = (text, asked) => {
    const every = words.tokens(text, stops), plain = every.filter((token) => !token.extra), hits = new Set();
    const spellings = [...asked.words.map(([term]) => [term]), ...asked.phrases, ...[...asked.others.values()].flat()];
    plain.forEach((token, place) => {
      for (const spelling of spellings) {
        if (spelling.every((term, step) => plain[place + step]?.term === term)) {
          spelling.forEach((_, step) => hits.add(plain[place + step]));
        }
      }
    });
    const single = new Set(spellings.filter((spelling) => spelling.length === 1).map(([term]) => term));
    for (const whole of every.filter((token) => token.extra && single.has(token.term))) {
      for (const token of plain) if (token.start >= whole.start && token.end <= whole.end) hits.add(token);
    }
    return plain.filter((token) => hits.has(token));
  };

  // The words of a query, without what narrows it.
  const plain = (typed) => items(clean(typed)).filter(([, no, field]) => !no && !field)
    .map((item) => item[5] ?? item[6]).join(" ");

  // The number of the entry that has a DOI, a PMID or a registration.
  const named = (name) => index.identifiers[name];

  return { correct, doubtful, find, marks, named, parse, plain, terms };
};
