"use strict";
// Search as you type. The index is a script of its own, asked for when somebody begins to search.
(() => {
  const MOST = { skills: 8, roles: 5, topics: 5, domains: 3 };
  const KINDS = ["skills", "roles", "topics", "domains"];

  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const isWordStart = (text, at) => at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1]);

  let index = null;
  let waiting = null;

  const prepared = ({ skills, roles, domains, topics }) => {
    const entry = (page, name, others, detail) => ({ page, name, folded: fold(name), others: fold(others), detail });
    const entries = {
      skills: skills.map(([page, name, others, domain, tags]) => ({
        ...entry(page, name, others, domains[domain][1]), domain, tags,
      })),
      roles: roles.map(([page, name, others, count]) => entry(page, name, others, count)),
      topics: topics.map(([name, count]) => entry(`search.html#topic=${encodeURIComponent(name)}`, name, "", count)),
      domains: domains.map(([page, name, count]) => entry(page, name, "", count)),
    };
    const words = new Map();
    for (const kind of KINDS) {
      for (const one of entries[kind]) {
        for (const word of `${one.folded} ${one.others}`.split(/[^\p{L}\p{N}+#]+/u)) if (word) words.set(word, true);
      }
    }
    return { entries, words: [...words.keys()] };
  };

  skillprofiles.index = (data) => { index = prepared(data); };

  const load = () => {
    waiting ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = `${skillprofiles.root}assets/index.js`;
      script.onload = resolve;
      script.onerror = () => { waiting = null; script.remove(); reject(new Error(script.src)); };
      document.head.append(script);
    });
    return waiting;
  };

  // How well a word stands in a name: 0 best, null not at all.
  const rank = (one, word) => {
    const at = one.folded.indexOf(word);
    if (at === 0) return one.folded.length === word.length ? 0 : 1;
    // Inside a word it may be there by chance; a topic that begins with it (6) says more.
    if (at > 0) return isWordStart(one.folded, at) ? 2 : 7;
    if (one.others.includes(word)) return 3;
    return null;
  };

  const ranked = (entries, words, further) => {
    const found = [];
    for (const one of entries) {
      let total = 0;
      for (const word of words) {
        const own = rank(one, word) ?? further(one, word);
        if (own === null) { total = null; break; }
        total += own;
      }
      if (total !== null) found.push([total, one]);
    }
    found.sort((a, b) => a[0] - b[0] || a[1].folded.length - b[1].folded.length
      || (a[1].folded < b[1].folded ? -1 : a[1].folded > b[1].folded ? 1 : 0));
    return found.map(([, one]) => one);
  };

  const matches = (words) => {
    const { entries } = index;
    const tagged = new Map(words.map((word) => [word, new Set(entries.topics.flatMap((one, at) => (one.folded.includes(word) ? [at] : [])))]));
    const within = new Map(words.map((word) => [word, entries.domains.map((one) => one.folded.includes(word))]));
    const never = () => null;
    return {
      skills: ranked(entries.skills, words, (one, word) => {
        if (one.tags.some((tag) => tagged.get(word).has(tag))) return 6;
        return within.get(word)[one.domain] ? 8 : null;
      }),
      roles: ranked(entries.roles, words, never),
      topics: ranked(entries.topics, words, never),
      domains: ranked(entries.domains, words, never),
    };
  };

  // Whether two words are at most so many slips apart (a letter more, less, another or swapped).
  const isNear = (one, other, most) => {
    if (Math.abs(one.length - other.length) > most || one[0] !== other[0]) return false;
    let before = [], row = Array.from({ length: other.length + 1 }, (_, at) => at);
    for (let i = 1; i <= one.length; i++) {
      const next = [i];
      for (let j = 1; j <= other.length; j++) {
        const same = one[i - 1] === other[j - 1];
        next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (same ? 0 : 1));
        if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) next[j] = Math.min(next[j], before[j - 2] + 1);
      }
      [before, row] = [row, next];
      if (Math.min(...row) > most) return false;
    }
    return row[other.length] <= most;
  };

  const mended = (word) => {
    if (word.length < 4 || index.words.some((one) => one.includes(word))) return [word];
    const most = word.length < 8 ? 1 : 2;
    const near = index.words.filter((one) => isNear(word, one, most) || isNear(word, one.slice(0, word.length), 1));
    return near.length ? near : [word];
  };

  // Returns lists of entries by kind, and whether a slip was mended to find any.
  const search = (text) => {
    const words = fold(text).split(/\s+/).filter(Boolean);
    if (!words.length) return { lists: null, mended: false };
    const lists = matches(words);
    if (KINDS.some((kind) => lists[kind].length)) return { lists, mended: false };
    const guesses = words.map(mended);
    for (let at = 0; at < 8; at++) {
      const guess = guesses.map((one) => one[Math.min(at, one.length - 1)]);
      const near = matches(guess);
      if (KINDS.some((kind) => near[kind].length)) return { lists: near, mended: true };
    }
    return { lists, mended: false };
  };

  const element = (name, attributes = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  };

  const titled = (one) => element("bdi", {}, one.name);
  const detail = (one, kind) => (kind === "skills" ? one.detail : skillprofiles.say("n_skills", one.detail));

  Object.assign(skillprofiles, { load, search, fold, element, titled, detail, KINDS, entries: () => index.entries });

  const place = document.querySelector(".search");
  const input = place.querySelector("input");
  const list = document.getElementById("found");
  const status = document.getElementById("said-of-search");
  let options = [], active = -1;

  const choose = (at) => {
    options[active]?.setAttribute("aria-selected", "false");
    active = options.length ? (at + options.length) % options.length : -1;
    const option = options[active];
    if (!option) { input.removeAttribute("aria-activedescendant"); return; }
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  };

  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    options = [];
    active = -1;
  };

  const everything = () => `${skillprofiles.root}search.html#q=${encodeURIComponent(input.value.trim())}`;
  const open = (href) => { close(); location.href = href; };

  const option = (href, ...children) => {
    const made = element("div", { role: "option", id: `found-${options.length}`, "aria-selected": "false" }, ...children);
    made.dataset.href = href;
    options.push(made);
    return made;
  };

  const show = () => {
    const { lists, mended: near } = search(input.value);
    options = [];
    active = -1;
    input.removeAttribute("aria-activedescendant");
    if (!lists) { close(); status.textContent = ""; return; }
    const groups = [];
    let count = 0;
    for (const kind of KINDS) {
      count += lists[kind].length;
      const some = lists[kind].slice(0, MOST[kind]).map((one) =>
        option(skillprofiles.root + one.page, titled(one), element("small", {}, detail(one, kind))));
      if (some.length) {
        const title = element("span", { id: `found-${kind}`, role: "presentation" }, skillprofiles.say(kind));
        groups.push(element("div", { role: "group", "aria-labelledby": `found-${kind}` }, title, ...some));
      }
    }
    const said = !count ? skillprofiles.say("no_results") : skillprofiles.say(near ? "nearest" : "n_results", count);
    if (count > options.length) groups.push(option(everything(), skillprofiles.say("more_results"), element("small", {}, said)));
    unfold(said, groups.length ? groups : [option(everything(), said)]);
  };

  const unfold = (said, groups) => {
    status.textContent = said;
    list.replaceChildren(...groups);
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
  };

  const unable = () => {
    close();
    const said = skillprofiles.say("no_index");
    unfold(said, [option(everything(), said)]);
  };

  place.hidden = false;
  input.addEventListener("focus", () => load().catch(() => {}), { once: true });
  input.addEventListener("input", () => (index ? show() : load().then(show, unable)));
  input.addEventListener("keydown", (event) => {
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key === "Escape") { close(); input.value = ""; status.textContent = ""; }
    else if (event.key === "Enter" && input.value.trim()) open(options[active]?.dataset.href ?? everything());
    else if (Object.hasOwn(moves, event.key) && options.length) choose(active < 0 && moves[event.key] < 0 ? -1 : active + moves[event.key]);
    else return;
    event.preventDefault();
  });
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const hit = event.target.closest("[role=option]");
    if (hit) open(hit.dataset.href);
  });
  place.addEventListener("focusout", (event) => { if (!place.contains(event.relatedTarget)) close(); });
  document.addEventListener("keydown", (event) => {
    const busy = event.target.closest("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey;
    if (event.key === "/" && !busy) { event.preventDefault(); input.focus(); }
  });
  skillprofiles.onLanguage(() => { if (!list.hidden) show(); });

  // What was typed before any of this had run.
  const typed = skillprofiles.typed();
  if (typed !== null) {
    input.focus();
    input.value = typed;
    if (typed) input.dispatchEvent(new Event("input"));
  }
})();
