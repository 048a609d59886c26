"use strict";
(() => {
  const root = document.documentElement;
  const themes = ["auto", "light", "dark"];
  const button = document.getElementById("theme");
  const show = (theme) => {
    if (theme === "auto") root.removeAttribute("data-theme");
    else root.dataset.theme = theme;
    button.textContent = "Theme: " + theme;
  };
  let theme = "auto";
  try { theme = localStorage.getItem("theme") || "auto"; } catch { /* the page works without */ }
  if (!themes.includes(theme)) theme = "auto";
  show(theme);
  button.hidden = false;
  button.addEventListener("click", () => {
    theme = themes[(themes.indexOf(theme) + 1) % themes.length];
    show(theme);
    try { localStorage.setItem("theme", theme); } catch { /* likewise */ }
  });

  // A printed page cannot be unfolded.
  addEventListener("beforeprint", () => {
    for (const one of document.querySelectorAll("details:not([open])")) {
      one.open = true;
      one.dataset.folded = "";
    }
  });
  addEventListener("afterprint", () => {
    for (const one of document.querySelectorAll("details[data-folded]")) {
      one.open = false;
      delete one.dataset.folded;
    }
  });

  // A table shows so many rows until asked for all: laying out thousands takes seconds.
  const FEW = 200;
  const order = new Intl.Collator("en", { numeric: true });
  const compare = (a, b) => {
    const x = Number(a), y = Number(b);
    if (a !== "" && b !== "" && !Number.isNaN(x) && !Number.isNaN(y)) return x - y;
    return order.compare(a, b);
  };
  for (const table of document.querySelectorAll("table[data-sortable]")) {
    const body = table.tBodies[0];
    const told = document.getElementById(table.id + "-found");
    const all = document.getElementById(table.id + "-all");
    const field = document.querySelector(`input[data-search="${table.id}"]`);
    const texts = new Map();
    let rows = [...body.rows];
    let limit = FEW;
    const matches = (row, words) => {
      if (!words.length) return true;
      if (!texts.has(row)) {
        texts.set(row, [...row.cells].map((cell) => cell.textContent).join(" ").toLowerCase());
      }
      return words.every((word) => texts.get(row).includes(word));
    };
    const refresh = () => {
      const words = (field?.value ?? "").toLowerCase().split(/\s+/).filter(Boolean);
      let found = 0;
      for (const row of rows) {
        row.hidden = !matches(row, words);
        if (!row.hidden) found += 1;
        row.toggleAttribute("data-more", !row.hidden && found > limit);
      }
      if (told) told.textContent = found + " of " + rows.length;
      if (all) all.hidden = found <= limit;
    };
    const sort = (head, column) => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const key = (row) => row.cells[column].dataset.v ?? row.cells[column].textContent.trim();
      const keyed = rows.map((row) => [key(row), row]);
      keyed.sort((a, b) => (down ? compare(b[0], a[0]) : compare(a[0], b[0])));
      rows = keyed.map((pair) => pair[1]);
      refresh();
      body.append(...rows);
    };
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      const inner = document.createElement("button");
      inner.type = "button";
      inner.textContent = head.textContent;
      head.replaceChildren(inner);
      // The whole cell is sensitive; Enter on the button arrives as a click on it, too.
      head.addEventListener("click", () => sort(head, column));
    });
    if (field) {
      field.closest(".find").hidden = false;
      field.addEventListener("input", refresh);
    }
    if (all) {
      all.hidden = rows.length <= limit;
      all.addEventListener("click", () => { limit = Infinity; refresh(); });
    }
  }
})();
