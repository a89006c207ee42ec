"use strict";
// The language of the interface. Pages are written in one; elements name the texts they hold
// (data-t; data-tl: label, data-tp: placeholder; data-n and data-m: what is told), so that another
// language can take its place. What pages of sources say is never touched.
(() => {
  const { texts, built } = skillprofiles;
  const KEY = "skillprofiles-interface";
  const listeners = [];
  let code = built;

  const number = (value) => {
    if (!/^\d+$/.test(String(value))) return String(value);
    return String(value).replace(/\B(?=(\d{3})+$)/g, texts[code].thousands);
  };

  const say = (key, n = "", m = "") => {
    const found = texts[code][key];
    const text = Array.isArray(found) ? found[String(n) === "1" ? 0 : 1] : found;
    return text.replace(/{([nm])}/g, (_, name) => number(name === "n" ? n : m));
  };

  const LEVELS = ["Junior", "Middle", "Senior", "Lead", "Principal"];
  const STATES = { m: "mandatory", o: "optional", "-": "nothing_short" };

  const translate = (root) => {
    for (const one of root.querySelectorAll("[data-t]")) {
      one.textContent = say(one.dataset.t, one.dataset.n, one.dataset.m);
      if (one.hasAttribute("lang")) one.lang = code;
    }
    for (const one of root.querySelectorAll("[data-tl]")) {
      one.setAttribute("aria-label", say(one.dataset.tl, one.dataset.n, one.dataset.m));
    }
    for (const one of root.querySelectorAll("[data-tp]")) one.placeholder = say(one.dataset.tp);
    for (const one of root.querySelectorAll("[data-p]")) {
      const said = [...one.dataset.p].map((sign, at) => `${LEVELS[at]} ${say(STATES[sign])}`);
      one.setAttribute("aria-label", said.join(", "));
    }
  };

  const keep = (key, value) => {
    // A page on a disk may have no storage.
    try { localStorage.setItem(key, value); } catch { /* then it is not kept */ }
  };
  const kept = (key) => {
    try { return localStorage.getItem(key); } catch { return null; }
  };

  const known = (wanted) => (Object.hasOwn(texts, wanted) ? wanted : null);
  const preferred = () => {
    const spoken = (navigator.languages || []).map((one) => one.slice(0, 2).toLowerCase());
    return known(kept(KEY)) || spoken.map(known).find(Boolean) || built;
  };

  const use = (wanted) => {
    const before = code;
    code = wanted;
    document.documentElement.lang = code;
    if (before !== code) translate(document);
    for (const button of document.querySelectorAll("[data-ui]")) {
      button.setAttribute("aria-pressed", String(button.dataset.ui === code));
    }
    for (const listener of listeners) listener();
  };

  skillprofiles.say = say;
  skillprofiles.levels = LEVELS;
  skillprofiles.keep = keep;
  skillprofiles.kept = kept;
  skillprofiles.language = () => code;
  skillprofiles.onLanguage = (listener) => listeners.push(listener);
  skillprofiles.root = document.documentElement.dataset.root;

  const group = document.querySelector(".interface");
  group.hidden = false;
  group.addEventListener("click", (event) => {
    const button = event.target.closest("[data-ui]");
    if (!button) return;
    keep(KEY, button.dataset.ui);
    use(button.dataset.ui);
  });
  use(preferred());
})();
