htmx.config.includeIndicatorStyles = false; // a <style> that the content security policy refuses

// Choosing a row by what one types. A list of hundreds is turned into select2 one at a time, where it is used.
const pick = (select) => {
  const single = !select.multiple;
  django.jQuery(select).select2({
    ajax: { url: select.dataset.pick, delay: 150, data: ({ term }) => ({ term }) },
    allowClear: single,
    minimumInputLength: 1,
    placeholder: "",
    theme: "admin-autocomplete",
    width: "100%",
  });
};
const isUnpicked = (element) => element.matches?.("select.mv-pick:not(.select2-hidden-accessible)");

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("select.mv-pick[multiple]").forEach(pick);
  document.querySelectorAll(".mv-rows").forEach(rows);
  prepareTabs();
  warnBeforeLeaving();
  if (window.django?.jQuery) {
    django.jQuery(document).on("change", "select.mv-pick", ({ target }) => {
      const link = target.parentElement.querySelector(".mv-open");
      if (!link) return;
      link.removeAttribute("href");
      if (target.value) link.href = target.dataset.page.replace("/0/", `/${target.value}/`);
    });
  }
});

for (const event of ["pointerdown", "keydown"]) {
  document.addEventListener(event, (e) => {
    if (!isUnpicked(e.target) || ["Tab", "Shift"].includes(e.key) || e.ctrlKey || e.metaKey || e.altKey) return;
    e.preventDefault();
    pick(e.target);
    django.jQuery(e.target).select2("open");
    if (e.key?.length === 1 && e.key !== " ") { // the first letter of what is looked for
      const field = document.querySelector(".select2-container--open .select2-search__field");
      field.value = e.key;
      django.jQuery(field).trigger("input");
    }
  });
}
// select2 leaves its search field without focus under jQuery 3.6 and later.
document.addEventListener("DOMContentLoaded", () => {
  window.django?.jQuery(document).on("select2:open", () => {
    document.querySelector(".select2-container--open .select2-search__field")?.focus();
  });
});

// A table of rows: add one, drag one to another place or give it another number, show those with a word in them.
const rows = (box) => {
  const body = box.querySelector("tbody");
  const total = box.querySelector(`[name="${box.dataset.rows}-TOTAL_FORMS"]`);
  const order = (row) => row.querySelector(".mv-order input");
  const renumber = () => [...body.rows].forEach((row, at) => order(row) && (order(row).value = at + 1));

  box.querySelector(".mv-add").addEventListener("click", () => {
    const html = box.querySelector("template").innerHTML.replaceAll("__prefix__", total.value);
    body.insertAdjacentHTML("beforeend", html);
    total.value = Number(total.value) + 1;
    renumber();
    const added = body.lastElementChild;
    added.scrollIntoView({ block: "nearest" });
    added.querySelector(".mv-pick, input:not([type=number]), textarea, select")?.focus();
  });

  const filter = box.querySelector(".mv-filter");
  filter?.addEventListener("input", (e) => {
    e.stopPropagation(); // nothing of the row's has changed
    const wanted = filter.value.toLowerCase();
    for (const row of body.rows) row.hidden = !textOf(row).includes(wanted);
  });
  filter?.addEventListener("keydown", (e) => e.key === "Enter" && e.preventDefault()); // it would save the page

  body.addEventListener("mv-sorted", () => {
    renumber();
    body.dispatchEvent(new Event("input", { bubbles: true }));
  });
  body.addEventListener("change", ({ target }) => {
    if (!target.closest(".mv-order")) return;
    const row = target.closest("tr");
    const others = [...body.rows].filter((other) => other !== row);
    const place = Math.max(Number(target.value) || others.length + 1, 1) - 1;
    place < others.length ? others[place].before(row) : body.append(row);
    renumber();
    target.focus();
  });
};

const textOf = (row) =>
  [...row.querySelectorAll("input, textarea, select")]
    .map((field) => (field.matches("select") ? field.selectedOptions[0]?.text : field.value))
    .join(" ")
    .toLowerCase();

// Tabs are reached by keyboard, too. After a save the page opens at the one that it was saved from, unless another
// one has an error.
const prepareTabs = () => {
  const tabs = [...document.querySelectorAll("[x-data*=activeFieldsetTab] > div > nav > a")];
  const label = (tab) => tab.firstChild.textContent.trim();
  const wanted = sessionStorage.getItem(location.pathname);
  if (!document.querySelector("[data-testid=error-count]")) tabs.find((tab) => label(tab) === wanted)?.click();
  for (const tab of tabs) {
    tab.tabIndex = 0;
    tab.role = "button";
    tab.addEventListener("keydown", (e) => {
      if (!["Enter", " "].includes(e.key)) return;
      e.preventDefault();
      tab.click();
    });
    tab.addEventListener("click", () => sessionStorage.setItem(location.pathname, label(tab)));
  }
};

const warnBeforeLeaving = () => {
  const form = document.querySelector("form:has(> [name=opened])");
  let changed = form && document.querySelector(".errornote, .mv-conflict");
  form?.addEventListener("input", () => (changed = true));
  if (form) window.django?.jQuery(form).on("change", "select", () => (changed = true)); // select2 tells only jQuery
  form?.addEventListener("submit", () => (changed = false));
  window.addEventListener("beforeunload", (e) => changed && e.preventDefault());
};

// A picture that cannot be had: the drawn one in its place.
document.addEventListener("error", ({ target }) => {
  if (target.dataset?.instead) {
    target.src = target.dataset.instead;
    delete target.dataset.instead;
  }
}, true);
