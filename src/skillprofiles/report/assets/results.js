"use strict";
// The page of results: of a search, or of everything that carries a topic.
(() => {
  const { say, search, element, titled, detail, KINDS, load, onLanguage, root } = skillprofiles;
  const MOST = 200;
  const form = document.querySelector(".query");
  const input = form.elements.q;
  const status = document.querySelector("main .said");
  const results = document.querySelector(".results");
  let topic = null;

  const section = (title, entries, kind) => {
    const items = entries.slice(0, MOST).map((one) => element("li", {},
      element("a", { href: root + one.page }, titled(one)), element("small", {}, detail(one, kind))));
    if (entries.length > MOST) items.push(element("li", {}, say("and_more", entries.length - MOST)));
    return element("section", {}, element("h2", {}, title), element("ul", {}, ...items));
  };

  const show = () => {
    const all = skillprofiles.entries();
    if (topic !== null) {
      const at = all.topics.findIndex((one) => one.name === topic);
      const skills = all.skills.filter((one) => one.tags.includes(at));
      status.textContent = skills.length ? say("n_results", skills.length) : say("no_results");
      results.replaceChildren(section(`${say("skills_with_topic")}: ${topic}`, skills, "skills"));
      return;
    }
    const { lists, mended } = search(input.value);
    const count = lists ? KINDS.reduce((sum, kind) => sum + lists[kind].length, 0) : 0;
    status.textContent = !lists ? "" : !count ? say("no_results") : say(mended ? "nearest" : "n_results", count);
    results.replaceChildren(...KINDS.filter((kind) => lists?.[kind].length).map((kind) => section(say(kind), lists[kind], kind)));
  };

  const unable = () => { status.textContent = say("no_index"); };

  const read = () => {
    const asked = new URLSearchParams(location.hash.slice(1).replace(/\+/g, "%2B"));
    topic = asked.get("topic");
    input.value = topic ?? asked.get("q") ?? "";
    load().then(show, unable);
  };

  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  input.addEventListener("input", () => {
    topic = null;
    history.replaceState(null, "", `#q=${encodeURIComponent(input.value)}`);
    load().then(show, unable);
  });
  addEventListener("hashchange", read);
  onLanguage(() => load().then(show, unable));
  read();
})();
