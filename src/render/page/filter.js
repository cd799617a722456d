"use strict";
(() => {
  const form = document.querySelector("form.filter");
  const [text, state] = [form.querySelector("input"), form.querySelector("select")];
  const [shown, all] = form.querySelectorAll("output span");
  // What is shown or left out as a whole: sheets, rows that belong together, rows.
  const units = [];
  const tables = [];
  const add = (node) => {
    const unit = { node, off: false, gap: node.querySelector(".gap") !== null, text: "" };
    units.push(unit);
    return unit;
  };
  document.querySelectorAll("main > section > article").forEach(add);
  const wide = form.dataset.in.split(" ").filter((id) => id !== "").map((id) => document.getElementById(id));
  wide.flatMap((section) => Array.from(section.querySelectorAll(":scope > .table"))).forEach((node) => {
    const rows = (body) => (body.querySelector("[rowspan]") ? [body] : Array.from(body.rows));
    const bodies = Array.from(node.querySelectorAll("tbody"));
    const parts = bodies.length > 1 ? bodies : bodies.flatMap(rows);
    tables.push({ node, units: parts.map(add) });
  });
  const said = (unit) => (unit.text = unit.text || unit.node.textContent.toLowerCase());
  const off = (node, is) => node.classList.toggle("off", is);

  const apply = () => {
    const words = text.value.toLowerCase().split(/\s+/).filter((word) => word !== "");
    const fits = (unit) =>
      (state.value === "" || (state.value === "gap") === unit.gap) && words.every((word) => said(unit).includes(word));
    let count = 0;
    for (const unit of units) {
      const is = !fits(unit);
      count += is ? 0 : 1;
      if (is !== unit.off) {
        unit.off = is;
        off(unit.node, is);
      }
    }
    tables.forEach((table) => off(table.node, table.units.length > 0 && table.units.every((unit) => unit.off)));
    [shown.textContent, all.textContent] = [count, units.length];
  };

  // A link leads to its part, also where that was left out.
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const part = target && target.closest(".off");
    if (part) {
      off(part, false);
      units.filter((unit) => unit.node === part).forEach((unit) => (unit.off = false));
      target.scrollIntoView();
    }
  };

  if (units.length > 0) {
    form.hidden = false;
    form.addEventListener("input", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(apply, 0));
    window.addEventListener("hashchange", reveal);
    [shown.textContent, all.textContent] = [units.length, units.length];
    // The first letter that is typed should not wait for all texts.
    (window.requestIdleCallback || setTimeout)(() => units.forEach(said));
  }
})();
