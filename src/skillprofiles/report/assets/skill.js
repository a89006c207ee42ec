"use strict";
// The page of a skill: from one's own level to the next, role by role, edition by edition.
(() => {
  const { say, levels, keep, kept, onLanguage, language } = skillprofiles;
  const LEVEL = "skillprofiles-level", ROLE = "skillprofiles-role";
  const main = document.getElementById("main");
  const form = main.querySelector(".chooser");
  const { role: roleOf, edition: editionOf, beside: besideOf } = form.elements;
  const status = form.querySelector(".said");
  const editions = [...main.querySelectorAll("[data-edition]")];
  const shown = () => editions.find((one) => !one.hidden);
  const STEPS = ["n", "u", "d", "t", "s", "e"];
  const stepOf = (row) => STEPS.find((step) => row.classList.contains(step));

  // What a text says, sentence by sentence, so that what was not said before can be told apart.
  const sentences = (text) => text.match(/[^.!?。！？；;]+[.!?。！？；;]*\s*/gu) || [text];

  const mark = (row, before) => {
    const text = row.querySelector("td p");
    if (!text) return;
    const whole = text.textContent;
    const known = new Set(sentences(before?.querySelector("td p")?.textContent || "").map((one) => one.trim()));
    const parts = sentences(whole);
    const isNew = parts.map((one) => !known.has(one.trim()));
    // Where every sentence is new, marking them all would mark nothing.
    if (isNew.every(Boolean) || !isNew.some(Boolean)) return;
    text.replaceChildren(...parts.map((part, at) => {
      if (!isNew[at]) return part;
      const made = document.createElement("mark");
      made.textContent = part;
      return made;
    }));
  };

  const clear = () => {
    for (const one of main.querySelectorAll("tr.next")) one.classList.remove("next");
    for (const one of main.querySelectorAll("th em")) one.remove();
    for (const one of main.querySelectorAll(".role mark")) {
      const text = one.closest("p");
      text.textContent = text.textContent;
    }
  };

  const note = (row, key) => {
    const made = document.createElement("em");
    made.lang = language();
    made.dataset.t = key;
    made.textContent = say(key);
    row.querySelector("th").append(made);
  };

  const COUNTS = { n: "n_new", u: "n_become_mandatory", d: "n_become_optional", t: "n_other", s: "n_same", e: "n_ends" };

  const told = (have, tally) => {
    if (!have) return say("said_all");
    if (have === 5) return say("said_top", levels[4]);
    const parts = STEPS.filter((step) => tally.has(step)).map((step) => say(COUNTS[step], tally.get(step)));
    return `${say("said_next", levels[have - 1], levels[have])} ${parts.join(", ") || say("nothing")}.`;
  };

  const show = () => {
    const have = Number(form.elements.have.value);
    clear();
    if (have) main.dataset.have = have; else delete main.dataset.have;
    main.style.setProperty("--next", Math.min(have, 4));
    const tally = new Map();
    for (const table of shown().querySelectorAll("table.role")) {
      table.hidden = roleOf.value !== "" && table.dataset.role !== roleOf.value;
      if (!have || table.hidden) continue;
      const [here, next] = [table.rows[have - 1], table.rows[have]];
      if (next) {
        const step = stepOf(next);
        next.classList.add("next");
        note(here, "you_are_here");
        if (step) {
          note(next, `step_${step}`);
          tally.set(step, (tally.get(step) || 0) + 1);
        }
        mark(next, here);
      } else {
        note(here, "you_are_here");
      }
    }
    for (const item of shown().querySelectorAll(".growth ul > li")) {
      item.hidden = document.getElementById(item.querySelector("a").hash.slice(1)).hidden;
    }
    status.textContent = told(have, tally);
  };

  const placeBeside = () => {
    for (const one of main.querySelectorAll("td.beside")) one.remove();
    const code = besideOf?.value || "";
    const other = editions.find((one) => one.dataset.edition === code && one.hidden);
    main.classList.toggle("is-beside", Boolean(other));
    if (!other) return;
    for (const table of shown().querySelectorAll("table.role")) {
      const twin = other.querySelector(`table[data-role="${table.dataset.role}"]`);
      [...table.rows].forEach((row, at) => {
        const cell = document.createElement("td");
        cell.className = "beside";
        const same = twin?.rows[at]?.querySelector("td:not(.beside)");
        cell.lang = twin?.lang || code;
        if (same) cell.append(...[...same.childNodes].map((node) => node.cloneNode(true)));
        if (same?.classList.contains("none")) Object.assign(cell.dataset, same.dataset);
        row.append(cell);
      });
    }
  };

  const tables = () => [...shown().querySelectorAll("table.role")];
  const select = (isWanted) => { roleOf.value = tables().find(isWanted)?.dataset.role ?? ""; };

  const switchTo = (code) => {
    const role = roleOf.value;
    for (const one of editions) one.hidden = one.dataset.edition !== code;
    if (editionOf) editionOf.value = code;
    for (const one of besideOf?.options || []) one.hidden = one.disabled = one.value === code;
    if (besideOf && besideOf.value === code) besideOf.value = "";
    roleOf.replaceChildren(roleOf.options[0], ...tables().map((table) => new Option(table.dataset.name, table.dataset.role)));
    select((table) => table.dataset.role === role);
    placeBeside();
    show();
  };

  // A link to a row is a wish to see that row, whatever was chosen before.
  const follow = () => {
    const goal = document.getElementById(location.hash.slice(1));
    const edition = goal?.closest("[data-edition]");
    if (!edition) return;
    if (edition.hidden) switchTo(edition.dataset.edition);
    if (!goal.getClientRects().length) {
      roleOf.value = "";
      if (goal.matches("tr")) form.elements.have.value = "0";
      show();
    }
    goal.scrollIntoView();
  };

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", ({ target }) => {
    if (target.name === "have") keep(LEVEL, target.value);
    if (target.name === "role") keep(ROLE, tables().find((table) => table.dataset.role === roleOf.value)?.dataset.name ?? "");
    if (target.name === "edition") switchTo(target.value);
    else if (target.name === "beside") { placeBeside(); show(); }
    else show();
  });
  addEventListener("hashchange", follow);
  onLanguage(show);

  form.hidden = false;
  form.elements.have.value = levels[Number(kept(LEVEL)) - 1] ? kept(LEVEL) : "0";
  switchTo((editions.find((one) => one.dataset.edition === language()) || editions[0]).dataset.edition);
  select((table) => table.dataset.name === kept(ROLE));
  show();
  follow();
})();
