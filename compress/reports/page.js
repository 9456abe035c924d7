"use strict";
for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells], body = table.tBodies[0];
  const value = (row, place) => {
    const text = row.cells[place].textContent.trim(), number = Number(text.replaceAll(",", "").replace(/[%~].*$| .*$/, ""));
    return text === "" || text === "-" ? null : Number.isNaN(number) ? text : number;
  };
  const before = (a, b) => {
    if (a === null || b === null) return (a === null) - (b === null);
    if (typeof a === "number" && typeof b === "number") return a - b;
    return String(a).localeCompare(String(b), "en", { numeric: true });
  };
  heads.forEach((head, place) => {
    const sort = () => {
      const up = head.getAttribute("aria-sort") !== "ascending", rows = [...body.rows];
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const sign = up ? 1 : -1;
      rows.sort((x, y) => {
        const a = value(x, place), b = value(y, place);
        return a === null || b === null ? before(a, b) : sign * before(a, b);
      });
      body.append(...rows);
    };
    // No <button>: Chromium repeats no table's head on paper that holds one.
    const button = head.querySelector("[role=button]");
    button?.addEventListener("click", sort);
    button?.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      sort();
    });
  });
}
