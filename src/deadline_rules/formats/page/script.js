"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // Language: the style shows one of the two; here only what a style cannot change.
  const languages = all('input[name="lang"]');
  const speak = () => {
    const lang = languages.find((input) => input.checked).value;
    document.documentElement.lang = lang;
    for (const element of all("[data-vi]")) {
      const text = lang === "en" ? element.dataset.en : element.dataset.vi;
      if (element.classList.contains("mark")) {
        element.setAttribute("aria-label", text);
        element.setAttribute("lang", lang);
      } else {
        element.textContent = text;
      }
    }
  };
  // The panel says what the browser's own tooltip would.
  for (const mark of all(".mark")) mark.querySelector("title").remove();
  for (const input of languages) input.addEventListener("change", speak);
  speak();

  // Filters.
  const form = byId("filters");
  if (form) {
    const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/g, "d").replace(/Đ/g, "D").toLowerCase().replace(/\s+/g, " ");
    const rows = all("#topics .row").map((row) => ({ row, text: plain(row.textContent), state: row.parentElement.dataset.state, actors: row.dataset.actors.split(" ") }));
    const filter = () => {
      const chosen = (name) => new Set(all(`input[name="${name}"]:checked`, form).map((input) => input.value));
      const states = chosen("state");
      const sides = chosen("side");
      const phrase = plain(byId("find").value.trim());
      const actor = byId("actor").value;
      let shown = 0;
      for (const { row, text, state, actors } of rows) {
        row.hidden = !(states.has(state) && (!actor || actors.includes(actor)) && text.includes(phrase));
        if (!row.hidden) shown += 1;
      }
      for (const body of all("#topics tbody[data-state]")) body.hidden = !body.querySelector(".row:not([hidden])");
      byId("nothing").hidden = shown > 0;
      for (const element of all("[data-side]")) element.hidden = !element.dataset.side.split(" ").every((side) => sides.has(side));
      for (const count of all("#shown .shown")) count.textContent = shown;
    };
    form.hidden = false;
    form.addEventListener("input", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(filter));
    filter();
  }

  // Marks: a panel with what the row of the table says, on hover and on focus; Escape closes it.
  const panel = byId("panel");
  if (panel) {
    let shownFor = null;
    let leaving = 0;
    const hide = () => {
      panel.hidden = true;
      shownFor = null;
    };
    const show = (mark) => {
      clearTimeout(leaving);
      if (shownFor === mark) return;
      shownFor = mark;
      const list = document.createElement("dl");
      const headers = all("thead th", byId(mark.getAttribute("href").slice(1)).closest("table"));
      const cells = [...byId(mark.getAttribute("href").slice(1)).children];
      cells.forEach((cell, number) => {
        const name = document.createElement("dt");
        const said = document.createElement("dd");
        name.append(...[...headers[number].childNodes].map((node) => node.cloneNode(true)));
        said.append(...[...(cell.querySelector(".cell") || cell).childNodes].map((node) => node.cloneNode(true)));
        list.append(name, said);
      });
      panel.replaceChildren(list);
      panel.hidden = false;
      const at = mark.querySelector(".due").getBoundingClientRect();
      const width = panel.offsetWidth;
      const left = Math.min(Math.max(8, at.left + at.width / 2 - width / 2), document.documentElement.clientWidth - width - 8);
      const below = at.bottom + 12 + panel.offsetHeight <= window.innerHeight || at.top < panel.offsetHeight + 12;
      panel.style.left = `${left + window.scrollX}px`;
      panel.style.top = `${(below ? at.bottom + 12 : at.top - 12 - panel.offsetHeight) + window.scrollY}px`;
    };
    const leave = () => {
      leaving = setTimeout(() => {
        if (!panel.matches(":hover") && !(document.activeElement && document.activeElement.classList.contains("mark"))) hide();
      }, 200);
    };
    for (const mark of all(".mark")) {
      mark.addEventListener("mouseenter", () => show(mark));
      mark.addEventListener("focus", () => show(mark));
      mark.addEventListener("mouseleave", leave);
      mark.addEventListener("blur", leave);
      mark.addEventListener("click", () => {
        byId(mark.getAttribute("href").slice(1)).closest("details").open = true;
        hide();
      });
    }
    panel.addEventListener("mouseleave", leave);
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape") hide();
      const mark = event.target.closest ? event.target.closest(".mark") : null;
      if (!mark) return;
      const lane = mark.closest(".track");
      const tracks = all(".track").filter((track) => track.getBoundingClientRect().height > 0);
      const marks = all(".mark", lane);
      const place = marks.indexOf(mark);
      let next = null;
      if (event.key === "ArrowRight") next = marks[place + 1];
      else if (event.key === "ArrowLeft") next = marks[place - 1];
      else if (event.key === "Home") next = marks[0];
      else if (event.key === "End") next = marks[marks.length - 1];
      else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        const other = tracks[tracks.indexOf(lane) + (event.key === "ArrowDown" ? 1 : -1)];
        next = other && all(".mark", other)[0];
      } else return;
      event.preventDefault();
      if (next) next.focus();
    });
  }

  // On paper everything is open.
  window.addEventListener("beforeprint", () => {
    for (const details of all("details")) details.open = true;
  });
})();
