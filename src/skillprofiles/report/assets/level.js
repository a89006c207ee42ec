"use strict";
// A role at a level: show what is mandatory, or what is new, alone.
(() => {
  const { say, onLanguage } = skillprofiles;
  const main = document.getElementById("main");
  const form = main.querySelector(".filters");
  if (!form) return;
  const tables = [...main.querySelectorAll(".at-level")];
  const isShown = (row) => !(form.elements.mandatory.checked && row.classList.contains("o"))
    && !(form.elements.new?.checked && !row.classList.contains("n") && !row.classList.contains("u"));

  const show = () => {
    main.classList.toggle("only-m", form.elements.mandatory.checked);
    main.classList.toggle("only-n", Boolean(form.elements.new?.checked));
    let count = 0;
    for (const table of tables) {
      const rows = [...table.rows].filter(isShown).length;
      table.hidden = !rows;
      count += rows;
    }
    const isFiltered = form.querySelector(":checked") !== null;
    form.querySelector(".said").textContent = isFiltered ? say("n_shown", count) : "";
  };

  form.hidden = false;
  form.addEventListener("change", show);
  onLanguage(show);
})();
