// Results as one types, on the search page: each answer is the page itself, fetched and put in
// place. Without this file, or where it fails, the form and the links do the same by loading pages.

const WAIT = 150; // milliseconds of quiet before asking
const TIMEOUT = 10_000; // milliseconds after which an answer is no help any more
const QUIET = 700; // milliseconds after which a count is read out: not one for every letter

const box = document.querySelector("news-search");
const form = document.querySelector("form.box");
const input = form.elements.q;
const status = document.getElementById("status");

let asked = null; // AbortController of the answer that is still wanted
let timer = 0;
let announcement = 0;
let shown = address(location.href); // whose results stand on the page
let isTyping = false; // whether the address is of words that are not sent yet
let isOpen = false; // whether the sheet of filters lies over the page
let isAside = false; // whether the last key or click asked for a tab of its own

/** Without the fragment, which names a part of the same page. */
function address(href) {
  const url = new URL(href, location.href);
  url.hash = "";
  return url.href;
}

/** Where the form leads with these words. */
function addressOf(query) {
  const url = new URL(form.action);
  url.search = "";
  const kept = [...new FormData(form)].filter(([name, text]) => name !== "q" && text);
  for (const [name, text] of query ? [["q", query], ...kept] : kept) {
    url.searchParams.append(name, text);
  }
  return url.href;
}

/** The page at an address: true once it is shown, false if it fails, null if it is outdated. */
async function show(href, { typing = false } = {}) {
  clearTimeout(timer);
  asked?.abort();
  const mine = (asked = new AbortController());
  const timeout = setTimeout(() => mine.abort(), TIMEOUT);
  document.getElementById("results").setAttribute("aria-busy", "true");
  try {
    const url = new URL(href);
    if (typing) url.searchParams.set("typing", "true");
    const response = await fetch(url, { signal: mine.signal, headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    // Only the last question's answer counts, in whatever order they come.
    if (asked !== mine) return null;
    if (!page.getElementById("results")) throw new Error(`no results in ${response.status}`);
    replace(page);
    shown = href;
    return true;
  } catch {
    if (asked !== mine) return null;
    document.getElementById("results").removeAttribute("aria-busy");
    return false;
  } finally {
    clearTimeout(timeout);
    if (asked === mine) asked = null;
  }
}

/** Put a fetched page's parts in the place of ours; the box stays as it is. */
function replace(page) {
  const content = document.getElementById("content");
  const hadFocus = content.contains(document.activeElement);
  const scrolled = content.querySelector(".facets")?.scrollTop;
  for (const part of ["#content", ".colophon .measure"]) {
    document.querySelector(part).replaceChildren(...page.querySelector(part).childNodes);
  }
  for (const [parent, parts] of [
    [document.head, "head > link:is([rel=alternate], [rel=prev], [rel=next])"],
    [form, "form.box > input[type=hidden]"],
  ]) {
    for (const old of document.querySelectorAll(parts)) old.remove();
    parent.append(...page.querySelectorAll(parts));
  }
  document.title = page.title;
  showSheet(isOpen);
  const facets = content.querySelector(".facets");
  if (isOpen && facets) facets.scrollTop = scrolled;
  const rest = (isOpen && sheet()) || document.getElementById("results");
  if (hadFocus) rest.focus({ preventScroll: true });
  dropLostPictures();
  announce(document.querySelector("h1").textContent);
}

/** What a screen reader says, once the page has come to rest. */
function announce(text) {
  clearTimeout(announcement);
  status.textContent = "";
  announcement = setTimeout(() => (status.textContent = text), QUIET);
}

const sheet = () => document.getElementById("filters");
const isNarrow = () => Boolean(document.querySelector(".to-filters")?.offsetParent);

/** The sheet stays open until it is closed, whatever is chosen in it; what is below is out of reach. */
function showSheet(shown) {
  isOpen = Boolean(shown && sheet() && isNarrow());
  sheet()?.classList.toggle("is-open", isOpen);
  document.querySelector(".to-filters")?.setAttribute("aria-expanded", isOpen);
  for (const part of document.querySelectorAll(".skip, .masthead, .summary, #results, .colophon")) {
    part.inert = isOpen;
  }
}

function openSheet() {
  showSheet(true);
  if (isOpen) sheet().focus();
}

function closeSheet() {
  showSheet(false);
  document.querySelector(".to-filters")?.focus();
}

/** Links that change nothing but the results; a new tab and the like are the browser's own. */
function follow(event) {
  const { target, button, ctrlKey, metaKey, shiftKey, altKey } = event;
  const link = target instanceof Element && target.closest("a");
  if (!link || button || ctrlKey || metaKey || shiftKey || altKey) return;
  if (link.matches(".to-filters")) openSheet();
  else if (isOpen && link.matches(".close")) closeSheet();
  else if (isOpen && sheet().contains(link)) send(link.href);
  else return;
  event.preventDefault();
}

/** A picture that cannot load leaves no hole. Lazy ones fail later, and tell so. */
function dropLostPictures() {
  for (const image of document.querySelectorAll("img.thumbnail")) {
    if (image.complete && !image.naturalWidth) image.hidden = true;
  }
}

/** One entry in the history for each question, not for each letter of it. */
function record(href) {
  if (isTyping) {
    history.replaceState(null, "", href);
  } else if (href !== address(location.href)) {
    history.pushState(null, "", href);
  }
}

async function type(query) {
  const href = addressOf(query);
  const isShown = await show(href, { typing: true });
  if (isShown) {
    record(href);
    isTyping = true;
  } else if (isShown === false) {
    fail(query, href);
  }
}

/** The words as they are sent; a page that cannot be fetched is left to the browser to load. */
async function send(href) {
  const isShown = await show(href);
  if (isShown) {
    record(href);
    isTyping = false;
    if (!isOpen) scrollTo(0, 0);
    if (!isOpen && matchMedia("(pointer: coarse)").matches) document.activeElement?.blur(); // the keyboard
  } else if (isShown === false) {
    location.assign(href);
  }
}

/** The one message about it: the box leaves it to the page. */
function fail(query, href) {
  document.getElementById("failure")?.remove();
  const { failed, offline, again: label } = status.dataset;
  const text = navigator.onLine ? failed : offline;
  const again = document.createElement("a");
  again.href = href;
  again.textContent = label;
  const notice = document.createElement("p");
  notice.id = "failure";
  notice.className = "notice failure";
  notice.append(text, " ", again);
  document.querySelector(".summary, #results").prepend(notice);
  announce(text);
}

function later(query) {
  clearTimeout(timer);
  asked?.abort();
  asked = null;
  timer = setTimeout(() => type(query.trim()), WAIT);
}

async function back() {
  const href = address(location.href);
  if (href === shown) return;
  isTyping = false;
  fill(new URL(href).searchParams.get("q") ?? "");
  if ((await show(href)) === false) location.reload();
}

function fill(query) {
  input.value = query;
  if (box) box.value = query;
}

// A page that is reached by another name than its own cannot fetch from it.
if (new URL(form.action).origin === location.origin) {
  document.addEventListener("click", follow);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isOpen) closeSheet();
  });
  document.addEventListener("submit", (event) => {
    if (!isOpen || !event.target.matches(".span")) return;
    event.preventDefault();
    const url = new URL(event.target.action);
    url.search = new URLSearchParams([...new FormData(event.target)].filter(([, text]) => text));
    send(url.href);
  });
  matchMedia("(min-width: 60rem)").addEventListener("change", () => isOpen && showSheet(false));
  document.addEventListener("news-search:failure", (event) => event.preventDefault());
  addEventListener("online", () => document.getElementById("failure") && later(input.value));
  document.addEventListener("news-search:input", (event) => later(event.detail.query));
  document.addEventListener("news-search:select", (event) => {
    const { type, url } = event.detail;
    if (type !== "query" || isAside || !url) return;
    event.preventDefault();
    send(url);
  });
  input.addEventListener("input", (event) => event.isComposing || later(input.value));
  input.addEventListener("compositionend", () => later(input.value));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(addressOf(input.value.trim()));
  });
  for (const name of ["keydown", "click", "auxclick"]) {
    const note = ({ ctrlKey, metaKey, button }) => (isAside = ctrlKey || metaKey || button === 1);
    document.addEventListener(name, note, { capture: true });
  }
  addEventListener("popstate", back);
  // Come back to as it was left: an answer that was on its way then never came.
  addEventListener("pageshow", (event) => {
    const query = new URL(shown).searchParams.get("q") ?? "";
    if (event.persisted && input.value.trim() !== query) later(input.value);
  });
}

// Nor does it take this file to come first: what has failed before is seen, too.
const drop = ({ target }) => target.matches?.("img.thumbnail") && (target.hidden = true);
document.addEventListener("error", drop, { capture: true });
dropLostPictures();

// One choice is open at a time, and a click beside it closes it.
document.addEventListener("click", ({ target }) => {
  for (const menu of document.querySelectorAll("details.sorts[open]")) {
    if (!menu.contains(target)) menu.open = false;
  }
});
