"use strict";
// The only script that a page waits for. Until the others have run it keeps what is typed after "/",
// which is meant for the search.
var skillprofiles = {};
(() => {
  let typed = null;

  const keep = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (typed === null) {
      if (event.key !== "/") return;
      typed = "";
    } else if (event.key === "Escape") typed = null;
    else if (event.key === "Backspace") typed = typed.slice(0, -1);
    else if (event.key.length === 1) typed += event.key;
    else return;
    event.preventDefault();
  };

  addEventListener("keydown", keep);

  // Returns what was typed, null for nothing, and listens no more.
  skillprofiles.typed = () => {
    removeEventListener("keydown", keep);
    return typed;
  };
})();
