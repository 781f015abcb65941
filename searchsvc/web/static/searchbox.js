// <news-search>, a search box with suggestions around a site's own form: docs/search-box.md.
// One file without dependencies, to be loaded with type="module" or with defer. Where it does not
// run, or the browser is too old for it, the form is what the reader has.
(() => {
  "use strict";
  if (customElements.get("news-search") || !("adoptedStyleSheets" in Document.prototype)) return;

  const STRINGS = {
    label: "Search",
    submit: "Search",
    clear: "Clear the search",
    suggestions: "Suggestions",
    query: "Searches",
    topic: "Topics",
    provider: "Sources",
    article: "Articles",
    recent: "Recent searches",
    forget: "Clear recent searches",
    all: "See all results",
    count: (count) => (count === 1 ? "1 suggestion" : `${count} suggestions`),
    none: "No suggestions",
    failed: "No suggestions just now. Press Enter to search.",
    offline: "You seem to be offline. Suggestions will be back.",
  };
  // Other languages' are beside this file, at the service.
  const LANGUAGES = ["ar", "de", "es", "fr", "he", "it", "ja", "nl", "pl", "pt"];
  const DEBOUNCE = 120; // milliseconds of quiet before asking
  const TIMEOUT = 5000; // milliseconds after which an answer is no help any more
  const MOST = 20; // suggestions shown, whatever the service sends
  const LONGEST = 300; // characters of one suggestion
  const DATE = { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" };
  Object.assign(DATE, { calendar: "gregory", numberingSystem: "latn" });
  const RECENT = 5;
  const STORE = "news-search:recent";
  // Android's keyboards compose every word of every script: waiting for its end would be too long.
  const COMPOSES_ALL = /Android/.test(navigator.userAgent);
  const MODIFIERS = { ctrl: "Control", alt: "Alt", shift: "Shift", meta: "Meta" };
  const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

  // Lines of a 24 x 24 drawing.
  const ICONS = {
    query: "M15.5 15.5 21 21M17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0Z",
    recent: "M12 7v5l3 2M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z",
    topic: "M4 9h16M4 15h16M10 4 8 20M16 4l-2 16",
    provider: "M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0ZM3 12h18M12 3c5 6 5 12 0 18-5-6-5-12 0-18Z",
    article: "M5 3h10l4 4v14H5ZM9 12h6M9 16h6",
    clear: "m7 7 10 10M17 7 7 17",
  };

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host {
      display: block; position: relative; text-align: start;
      --_text: var(--news-search-text, #1a1c1f);
      --_muted: var(--news-search-muted, #5b6066);
      --_background: var(--news-search-background, #fff);
      --_border: var(--news-search-border, #80858c);
      --_line: var(--news-search-line, #e1e4e8);
      --_accent: var(--news-search-accent, #1f5fbf);
      --_on-accent: var(--news-search-on-accent, #fff);
      --_active: var(--news-search-active, #e9eff8);
      --_shadow: var(--news-search-shadow, 0 .6em 1.8em rgb(0 0 0 / .18));
      --_radius: var(--news-search-radius, .5rem);
    }
    @supports (color: light-dark(#000, #fff)) {
      :host {
        --_text: var(--news-search-text, light-dark(#1a1c1f, #eceef1));
        --_muted: var(--news-search-muted, light-dark(#5b6066, #a9b0b8));
        --_background: var(--news-search-background, light-dark(#fff, #1d2024));
        --_border: var(--news-search-border, light-dark(#80858c, #7d848d));
        --_line: var(--news-search-line, light-dark(#e1e4e8, #373c43));
        --_accent: var(--news-search-accent, light-dark(#1f5fbf, #8ab4f8));
        --_on-accent: var(--news-search-on-accent, light-dark(#fff, #10151c));
        --_active: var(--news-search-active, light-dark(#e9eff8, #2d3540));
        --_shadow: var(--news-search-shadow,
          0 .6em 1.8em light-dark(rgb(0 0 0 / .18), rgb(0 0 0 / .6)));
      }
    }
    :host([hidden]), [hidden] { display: none !important; }
    * { box-sizing: border-box; }
    ::slotted(*) { visibility: hidden !important; }
    form {
      position: absolute; inset: 0; margin: 0; display: flex; flex-direction: column;
      font-family: var(--news-search-font, inherit);
    }
    form.alone { position: relative; min-height: 2.75rem; }
    form.row { flex-direction: row; align-items: center; gap: .5em; }
    form.row .field { align-self: stretch; }
    .unseen {
      position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
      white-space: nowrap;
    }
    .field {
      position: relative; flex: 1; min-height: 0; min-width: 0; display: flex;
      align-items: stretch; color: var(--_text); background: var(--_background);
      border: 1px solid var(--_border); border-radius: var(--_radius);
    }
    .field:focus-within { outline: 2px solid var(--_accent); outline-offset: -1px; }
    input, button { font: inherit; color: inherit; margin: 0; border: 0; background: none; }
    input {
      flex: 1; min-width: 0; width: 100%; padding: 0 .75em; outline: 0; border-radius: inherit;
      appearance: none;
    }
    input::placeholder { color: var(--_muted); opacity: 1; }
    .lens:not([hidden]) + input { padding-inline-start: .5em; }
    svg {
      flex: none; width: 1.2em; height: 1.2em; fill: none; stroke: currentcolor;
      stroke-width: 2; stroke-linecap: round; stroke-linejoin: round;
    }
    .lens { align-self: center; margin-inline-start: .75em; color: var(--_muted); }
    button { cursor: pointer; padding: 0; }
    button:focus-visible { outline: 2px solid var(--_accent); outline-offset: -2px; }
    .clear {
      flex: none; display: grid; place-content: center; min-width: 2.5em; color: var(--_muted);
      border-radius: var(--_radius);
    }
    .clear:hover { color: var(--_text); }
    kbd {
      align-self: center; margin-inline: .25em .6em; padding: .1em .5em; font: inherit;
      font-size: .8em; color: var(--_muted); border: 1px solid var(--_line); border-radius: .3em;
      pointer-events: none; text-transform: capitalize; white-space: nowrap;
    }
    .field:focus-within kbd, input:not(:placeholder-shown) ~ kbd { display: none; }
    .submit {
      flex: none; padding: 0 1.25em; font-weight: 600; color: var(--_on-accent);
      background: var(--_accent); margin: -1px; margin-inline-start: 0;
      border-radius: var(--_radius); border-start-start-radius: 0; border-end-start-radius: 0;
    }
    .submit:hover { background: color-mix(in srgb, var(--_accent), var(--_text) 18%); }
    .submit:focus-visible { outline-color: var(--_on-accent); outline-offset: -4px; }
    .panel {
      position: absolute; inset-inline-start: -1px; top: calc(100% + .375rem);
      z-index: var(--news-search-z-index, 1000);
      width: calc(100% + 2px); min-width: min(100vw - 2rem, 20rem);
      display: flex; flex-direction: column;
      padding: .375rem; background: var(--_background); border: 1px solid var(--_line);
      border-radius: var(--_radius); box-shadow: var(--_shadow);
    }
    [role=listbox] {
      min-height: 0; overflow-y: auto; overscroll-behavior: contain; scroll-padding-block-end: 3em;
    }
    .panel.above { top: auto; bottom: calc(100% + .375rem); }
    .panel.end { inset-inline: auto -1px; }
    .heading {
      display: flex; justify-content: space-between; align-items: baseline; gap: 1em;
      padding: .6rem .625rem .25rem; font-size: .8125em; font-weight: 600; color: var(--_muted);
    }
    .heading button { font-weight: 400; color: var(--_accent); border-radius: .2em; }
    .heading button:hover { text-decoration: underline; }
    [role=group] + [role=group] { margin-top: .375rem; border-top: 1px solid var(--_line); }
    [role=option] {
      position: relative; display: flex; align-items: flex-start; gap: .625em;
      padding: .45em .625rem; line-height: 1.35; border-radius: calc(var(--_radius) * .7);
      cursor: pointer;
    }
    [role=option] svg { margin-top: .1em; color: var(--_muted); }
    [role=option]:hover { background: color-mix(in srgb, var(--_active) 55%, var(--_background)); }
    [role=option][aria-selected=true] { background: var(--_active); }
    [role=option][aria-selected=true]::before {
      content: ""; position: absolute; inset-block: .5em; inset-inline-start: 0; width: 3px;
      border-radius: 3px; background: var(--_accent);
    }
    .about {
      flex: 1; min-width: 0; display: flex; flex-direction: column; align-items: flex-start;
    }
    .date { margin-top: .1em; color: var(--_muted); font-size: .8125em; }
    .thumbnail {
      flex: none; width: 3.5em; height: 2.625em; object-fit: cover; background: var(--_line);
      border-radius: calc(var(--_radius) * .5);
    }
    .all {
      position: sticky; bottom: 0; margin-top: .375rem; font-weight: 600;
      background: var(--_background); border-top: 1px solid var(--_line); border-radius: 0;
    }
    .all svg { color: inherit; }
    .text {
      min-width: 0; overflow: hidden; overflow-wrap: anywhere; text-align: match-parent;
      display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2;
    }
    mark { background: none; color: inherit; font-weight: 700; }
    .note:empty { display: none; }
    .note { margin: 0; padding: .45em .625rem; color: var(--_muted); font-size: .9375em; }
    .busy::after {
      content: ""; position: absolute; inset: auto var(--_radius) 0; height: 2px; opacity: 0;
      background: var(--_accent); animation: show 0s .4s forwards;
    }
    @keyframes show { to { opacity: 1; } }
    @keyframes slide { 50% { transform: scaleX(.15); } }
    @media (prefers-reduced-motion: no-preference) {
      .busy::after { animation: show .2s .4s forwards, slide 1.4s infinite ease-in-out; }
    }
    @media (pointer: coarse) {
      input { font-size: max(1em, 16px); }
      [role=option] { padding-block: .65em; }
      kbd { display: none; }
    }
    @media (forced-colors: active) {
      [role=option][aria-selected=true] {
        forced-color-adjust: none; background: Highlight; color: HighlightText;
      }
      [role=option][aria-selected=true] svg { color: inherit; }
      .submit { border: 1px solid ButtonBorder; }
    }
  `);

  // No markup is ever parsed, so that neither a wrong endpoint nor Trusted Types matter.
  const element = (name, attributes = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (value != null) made.setAttribute(key, value);
    }
    made.append(...children);
    return made;
  };

  const icon = (name, part = "icon") => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", ICONS[name] ?? ICONS.query);
    svg.append(path);
    for (const [key, value] of Object.entries({
      viewBox: "0 0 24 24",
      "aria-hidden": true,
      part,
    })) {
      svg.setAttribute(key, value);
    }
    return svg;
  };

  // A highlight is escaped text and <mark>; whatever else it may hold is shown as it stands.
  const decoded = (html) =>
    html.replace(
      /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(amp|lt|gt|quot|apos));/gi,
      (all, ten, hex, name) => {
        if (name) return ENTITIES[name.toLowerCase()];
        const code = parseInt(ten ?? hex, ten ? 10 : 16);
        return code <= 0x10ffff ? String.fromCodePoint(code) : all;
      },
    );

  const marked = ({ text, highlight }) => {
    const parts = highlight.split(/<mark>(.*?)<\/mark>/s).map(decoded);
    // A highlight of some other text than the option's would say one thing and do another.
    if (parts.join("") !== text) return [text];
    return parts.map((part, i) => (i % 2 ? element("mark", { part: "mark" }, part) : part));
  };

  const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const words = (text) => folded(text).match(/[\p{L}\p{N}]+/gu) ?? [];

  // Whether a suggestion is one for this query too: each of its words begins one of the text's.
  const suits = (text, query) => {
    const there = words(text);
    const asked = words(query);
    return asked.length > 0 && asked.every((word) => there.some((other) => other.startsWith(word)));
  };

  // An absolute http(s) address, or null: nothing that a suggestion holds may run as script.
  const webUrl = (text) => {
    try {
      const url = new URL(text, document.baseURI);
      return /^https?:$/.test(url.protocol) ? url.href : null;
    } catch {
      return null;
    }
  };

  const dateOf = (text) => {
    const date = new Date(typeof text === "string" ? text : NaN);
    return Number.isNaN(date.getTime()) ? null : date;
  };

  const readSuggestions = (body) => {
    if (!Array.isArray(body?.suggestions)) throw new TypeError("not an answer of /suggest");
    return body.suggestions
      .filter((item) => typeof item?.text === "string" && item.text.trim())
      .slice(0, MOST)
      .map(({ type, text, highlight, url, published_at, image }) => ({
        type: ["topic", "provider", "article"].includes(type) ? type : "query",
        text: text.slice(0, LONGEST),
        highlight: typeof highlight === "string" ? highlight : "",
        url: typeof url === "string" ? webUrl(url) : null,
        date: dateOf(published_at),
        picture: typeof image?.url === "string" ? webUrl(image.url) : null,
      }));
  };

  // Only in this browser. Storage may be off, full, or hold what another script wrote.
  const recent = {
    read: () => {
      try {
        const texts = JSON.parse(localStorage.getItem(STORE));
        return Array.isArray(texts) ? texts.filter((text) => typeof text === "string" && text) : [];
      } catch {
        return [];
      }
    },
    write: (texts) => {
      try {
        localStorage.setItem(STORE, JSON.stringify(texts));
      } catch {
        // The searches are not kept then.
      }
    },
    forget: () => {
      try {
        localStorage.removeItem(STORE);
      } catch {
        // Nor can there be any.
      }
    },
  };

  const isEditable = (node) =>
    node instanceof Element &&
    (node.isContentEditable ||
      node.matches("input, textarea, select, [role=textbox], [role=searchbox], [role=combobox]"));

  class NewsSearch extends HTMLElement {
    static observedAttributes = ["shortcut"];

    #root = this.attachShadow({ mode: "open", delegatesFocus: true });
    #strings = STRINGS;
    #given = null; // what the site has set of them
    #source = null; // the site's own input
    #items = []; // what the listbox holds, in order
    #options = []; // its elements
    #active = -1;
    #asked = null; // AbortController of the request whose answer is still wanted
    #timer = 0;
    #told = ""; // the text that everybody knows of

    #label = element("label", { part: "label", for: "input" });
    #input = element("input", {
      id: "input",
      part: "input",
      type: "text",
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": "listbox",
      "aria-haspopup": "listbox",
      autocomplete: "off",
      autocapitalize: "none",
      autocorrect: "off",
      spellcheck: "false",
      enterkeyhint: "search",
      inputmode: "search",
      placeholder: " ",
    });
    #clear = element(
      "button",
      { part: "clear", type: "button", class: "clear", tabindex: "-1", hidden: "" },
      icon("clear"),
    );
    #key = element("kbd", { part: "shortcut", "aria-hidden": "true", hidden: "" });
    #submit = element("button", { part: "submit", type: "submit", class: "submit", hidden: "" });
    #lens = icon("query", "lens");
    #field = element("div", { part: "field", class: "field" });
    #heading = element("div", { part: "heading", class: "heading", hidden: "" });
    #listbox = element("div", { id: "listbox", part: "listbox", role: "listbox" });
    #note = element("p", { part: "note", class: "note" });
    #panel = element("div", { part: "panel", class: "panel", hidden: "" });
    #status = element("div", { role: "status", class: "unseen" });
    #form = element("form", { part: "form" });

    constructor() {
      super();
      this.#root.adoptedStyleSheets = [sheet];
      this.#lens.classList.add("lens");
      this.#panel.append(this.#heading, this.#listbox, this.#note);
      this.#field.append(
        this.#lens,
        this.#input,
        this.#clear,
        this.#key,
        this.#panel, // before the button for the keyboard's sake: what is in it comes next
        this.#submit,
      );
      this.#form.append(this.#label, this.#field, this.#status);
      this.#root.append(element("slot"), this.#form);
      this.#listen();
    }

    connectedCallback() {
      this.#adopt();
      for (const name of ["strings", "value"]) {
        // Set before the script came: it would stand in the way of the accessor.
        if (!Object.hasOwn(this, name)) continue;
        const given = this[name];
        delete this[name];
        this[name] = given;
      }
      this.#translate();
      document.addEventListener("keydown", this.#onShortcut);
      addEventListener("pageshow", this.#onPageShow);
      addEventListener("online", this.#onOnline);
      window.visualViewport?.addEventListener("resize", this.#place);
    }

    disconnectedCallback() {
      this.#close();
      document.removeEventListener("keydown", this.#onShortcut);
      removeEventListener("pageshow", this.#onPageShow);
      removeEventListener("online", this.#onOnline);
      window.visualViewport?.removeEventListener("resize", this.#place);
    }

    attributeChangedCallback() {
      const keys = this.#shortcuts;
      this.#key.textContent = keys[0]?.replaceAll("+", " + ") ?? "";
      this.#key.hidden = !keys.length;
      const named = keys.map((key) => key.replace(/\w+(?=\+)/g, (name) => MODIFIERS[name] ?? name));
      if (keys.length) this.#input.setAttribute("aria-keyshortcuts", named.join(" "));
      else this.#input.removeAttribute("aria-keyshortcuts");
    }

    /** Every text, by name; what is left out is as the attribute says, or in the page's language. */
    get strings() {
      return this.#strings;
    }

    set strings(given) {
      this.#given = given;
      this.#strings = { ...this.#strings, ...given };
      this.#adopt();
    }

    get #language() {
      return this.closest("[lang]")?.getAttribute("lang") ?? "";
    }

    /** What the page itself says the texts are: an object's JSON. */
    get #written() {
      try {
        const texts = Object.entries(JSON.parse(this.getAttribute("strings")) ?? {});
        return Object.fromEntries(texts.filter(([, text]) => typeof text === "string"));
      } catch {
        return {};
      }
    }

    /** The texts in the page's language: its own, else the service's; till those come, English. */
    async #translate() {
      const written = this.#written;
      const say = (texts) => {
        this.#strings = { ...texts, ...written, ...this.#given };
        this.#adopt();
      };
      say(this.#strings);
      const language = this.#language.toLowerCase().split("-")[0];
      const isWhole = Object.keys(STRINGS).every((name) => name in written);
      if (isWhole || !LANGUAGES.includes(language)) return;
      try {
        const response = await fetch(`${this.#endpoint}/static/strings/${language}.json`);
        if (response.ok) say({ ...STRINGS, ...(await response.json()) });
      } catch {
        // English does, too.
      }
    }

    /** What stands in the box. */
    get value() {
      return this.#input.value;
    }

    set value(text) {
      this.#close();
      this.#input.value = text ?? "";
      this.#sync();
    }

    #listen() {
      this.#root.firstElementChild.addEventListener("slotchange", () => this.#adopt());
      this.#input.addEventListener("compositionend", () => {
        if (this.#input.value !== this.#told) this.#typed();
      });
      this.#input.addEventListener("input", (event) => {
        if (!event.isComposing || COMPOSES_ALL) this.#typed();
      });
      this.#input.addEventListener("keydown", (event) => this.#onKey(event));
      this.#input.addEventListener("click", () => {
        if (!this.#isOpen) this.#open();
      });
      this.#form.addEventListener("submit", (event) => {
        event.preventDefault();
        this.#search();
      });
      this.#clear.addEventListener("click", () => this.#empty());
      // The focus stays in the input, whatever is pressed in the panel, but for its own button.
      this.#panel.addEventListener("mousedown", (event) => event.preventDefault());
      for (const name of ["click", "auxclick"]) {
        this.#listbox.addEventListener(name, (event) => {
          const option = event.target.closest("[role=option]");
          if (option && event.button < 2) {
            this.#choose(this.#items[this.#options.indexOf(option)], event);
          }
        });
      }
      this.#panel.addEventListener("keydown", (event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        event.stopPropagation();
        this.#input.focus();
        this.#close();
      });
      this.#root.addEventListener("focusout", ({ relatedTarget }) => {
        if (relatedTarget !== this.#input && !this.#panel.contains(relatedTarget)) this.#close();
      });
    }

    /** Take over what the site's form says: label, name, texts and what is in it already. */
    #adopt() {
      if (!this.isConnected) return;
      const source = this.querySelector(
        "form :is(input[type=search], input[type=text], input:not([type]))",
      );
      const isNew = source && source !== this.#source;
      this.#source = source ?? null;
      this.#form.classList.toggle("alone", !source);
      const label = source?.labels?.[0];
      const said = (node) => node?.textContent.replace(/\s+/g, " ").trim();
      this.#label.textContent =
        said(label) ||
        source?.getAttribute("aria-label") ||
        source?.placeholder ||
        this.#strings.label;
      const [box, from] = [label, source].map((node) => node?.getBoundingClientRect());
      const isSeen = said(label) && box.width > 1 && box.height > 1;
      this.#label.classList.toggle("unseen", !isSeen);
      this.#form.classList.toggle("row", Boolean(isSeen) && box.bottom > from.top + 2);
      for (const name of ["maxlength", "minlength", "required", "dir", "lang", "autocapitalize"]) {
        const value = source?.getAttribute(name);
        if (value != null) this.#input.setAttribute(name, value);
      }
      this.#input.name = source?.name || "q";
      this.#input.placeholder = source?.placeholder || " ";
      const button = this.querySelector(
        "form :is(button:not([type=button], [type=reset]), [type=submit], [type=image])",
      );
      this.#submit.textContent =
        said(button) || button?.value || button?.getAttribute("aria-label") || this.#strings.submit;
      this.#submit.hidden = !button;
      this.#lens.toggleAttribute("hidden", Boolean(button));
      this.#clear.setAttribute("aria-label", this.#strings.clear);
      this.#listbox.setAttribute("aria-label", this.#strings.suggestions);
      this.#form.setAttribute("action", this.#resultsUrl() ?? "");
      if (this.closest("search, [role=search]")) this.#form.removeAttribute("role");
      else this.#form.setAttribute("role", "search");
      if (isNew) this.#inherit(source);
      this.#sync();
    }

    /** Whoever was typing already goes on in the box. */
    #inherit(source) {
      this.#input.value = source.value;
      if (!source.matches(":focus")) return;
      const { selectionStart, selectionEnd } = source;
      this.#input.focus();
      this.#input.setSelectionRange(selectionStart, selectionEnd);
    }

    get #query() {
      return this.#input.value.trim();
    }

    get #siteForm() {
      return this.querySelector("form");
    }

    get #endpoint() {
      const given = this.getAttribute("endpoint") ?? this.#siteForm?.getAttribute("action") ?? ".";
      const url = new URL(webUrl(given) ?? location.href);
      return `${url.origin}${url.pathname.replace(/\/$/, "")}`;
    }

    get #shortcuts() {
      return (this.getAttribute("shortcut") ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    }

    get #isOpen() {
      return this.#input.getAttribute("aria-expanded") === "true";
    }

    /** The results page for a choice, with all that the form and `filters` add. */
    #resultsUrl(item) {
      const form = this.#siteForm;
      const given =
        this.getAttribute("results-url") ?? form?.getAttribute("action") ?? `${this.#endpoint}/`;
      const base = webUrl(given);
      if (!base) return null;
      const url = new URL(base);
      const pairs = [
        ...(form ? new FormData(form) : []),
        ...new URLSearchParams(this.getAttribute("filters") ?? ""),
      ];
      for (const [name, value] of pairs) {
        if (typeof value === "string") url.searchParams.append(name, value);
      }
      const { name } = this.#input;
      url.searchParams.delete(name);
      if (item) url.searchParams.set(item.type === "query" ? name : item.type, item.text);
      return url.href;
    }

    #sync() {
      this.#told = this.#input.value;
      // The site's own input remembers for the browser: going back fills it in again.
      if (this.#source) this.#source.value = this.#input.value;
      this.#clear.hidden = !this.#input.value;
    }

    #typed() {
      this.#sync();
      const query = this.#query;
      this.#cancel();
      this.#activate(-1);
      this.dispatchEvent(
        new CustomEvent("news-search:input", { bubbles: true, composed: true, detail: { query } }),
      );
      if (!query) {
        this.#showRecent();
        return;
      }
      // What was suggested for fewer letters stays as long as it is right for these.
      const fits = (item) => !item.isAll && !this.#isTyped(item) && suits(item.text, query);
      const kept = this.#isOpen ? this.#items.filter(fits) : [];
      // And what was said of a failure, until it has passed: it would only flicker.
      if (kept.length || !this.#note.textContent) this.#show(kept, { quiet: true });
      const wait = this.getAttribute("debounce");
      this.#timer = setTimeout(() => this.#ask(), wait == null ? DEBOUNCE : Number(wait) || 0);
    }

    /** Fetch and show what is suggested; `then` is done once it is there. */
    async #ask(then = () => {}) {
      this.#cancel();
      const asked = new AbortController();
      const timeout = setTimeout(() => asked.abort(), TIMEOUT);
      this.#asked = asked;
      this.#field.classList.add("busy");
      try {
        // With the space that may end it: after one a new word begins.
        const q = this.#input.value.trimStart().slice(0, LONGEST);
        const url = `${this.#endpoint}/suggest?${new URLSearchParams({ q })}`;
        const response = await fetch(url, { signal: asked.signal });
        if (!response.ok) throw new Error(response.statusText);
        const items = readSuggestions(await response.json());
        // Only the last question's answer counts, in whatever order they come.
        if (this.#asked !== asked) return;
        this.#done();
        this.#show(items.filter((item) => !this.#isTyped(item)));
        then();
      } catch {
        if (this.#asked !== asked) return;
        this.#done();
        this.#fail();
      } finally {
        clearTimeout(timeout);
      }
    }

    #done() {
      this.#asked = null;
      this.#field.classList.remove("busy");
    }

    #cancel() {
      clearTimeout(this.#timer);
      this.#asked?.abort();
      this.#done();
    }

    /** What stands in the box already is no suggestion: Enter searches for it. */
    #isTyped({ type, text }) {
      return type === "query" && words(text).join(" ") === words(this.#query).join(" ");
    }

    #fail() {
      this.#show([], { quiet: true });
      const failure = new CustomEvent("news-search:failure", {
        bubbles: true,
        composed: true,
        cancelable: true,
      });
      if (!this.dispatchEvent(failure)) return;
      const text = navigator.onLine ? this.#strings.failed : this.#strings.offline;
      this.#note.textContent = this.#status.textContent = text;
      this.#panel.hidden = false;
      this.#place();
    }

    /** Show these suggestions, or close where there are none. */
    #show(items, { quiet = false, heading = null } = {}) {
      const types = [...new Set(items.map(({ type }) => type))];
      const groups = types.map((type) => items.filter((item) => item.type === type));
      const active = this.#items[this.#active];
      this.#items = groups.flat();
      const count = this.#items.length;
      const isFound = count > 0 && !heading && this.#query;
      if (isFound) this.#items.push({ type: "query", text: this.#query, url: null, isAll: true });
      this.#options = this.#items.map((item, i) => this.#option(item, i));
      const all = isFound ? this.#options.slice(-1) : [];
      const isPlain = types.length < 2 && (heading || types[0] === "query");
      const options = this.#options.slice(0, count);
      this.#listbox.replaceChildren(
        ...(isPlain
          ? options
          : groups.map((group) => this.#group(group[0].type, options.splice(0, group.length)))),
        ...all,
      );
      this.#heading.replaceChildren(...(heading ?? []));
      this.#heading.hidden = !heading;
      this.#note.textContent = "";
      this.#reveal(items.length > 0);
      // Who has gone to one already stays there when the answer comes.
      const isSame = ({ type, text, isAll }) =>
        type === active?.type && (text === active.text || isAll) && isAll === active.isAll;
      this.#activate(this.#items.findIndex(isSame));
      if (!quiet) this.#status.textContent = this.#counted(count);
    }

    #counted(count) {
      const text = count ? this.#strings.count : this.#strings.none;
      return typeof text === "function" ? text(count) : text.replace("{count}", count);
    }

    #option(item, i) {
      const name = item.isRecent ? "recent" : item.isAll ? "all" : item.type;
      const attributes = { id: `option-${i}`, role: "option", part: `option ${name}` };
      attributes["aria-selected"] = "false";
      if (item.isAll) {
        const text = element("span", { class: "text", part: "text" }, this.#strings.all);
        return element("div", { ...attributes, class: "all" }, icon("query"), text);
      }
      const text = element("span", { class: "text", part: "text", dir: "auto" }, ...marked(item));
      const about = element("span", { class: "about" }, text);
      if (item.date) about.append(this.#date(item.date));
      const option = element("div", attributes, icon(name), about);
      if (item.picture && this.hasAttribute("thumbnails")) option.append(this.#thumbnail(item));
      return option;
    }

    #date(date) {
      let text;
      try {
        text = date.toLocaleDateString(this.#language || undefined, DATE);
      } catch {
        text = date.toISOString().slice(0, 10); // of a `lang` that is none
      }
      return element("time", { class: "date", part: "date", datetime: date.toISOString() }, text);
    }

    /** None is left where it cannot load. */
    #thumbnail({ picture }) {
      const image = element("img", {
        class: "thumbnail",
        part: "thumbnail",
        alt: "",
        decoding: "async",
        referrerpolicy: "no-referrer",
      });
      image.addEventListener("error", () => image.remove());
      image.src = picture;
      return image;
    }

    #group(type, options) {
      const id = `group-${type}`;
      const label = element(
        "div",
        { id, class: "heading", part: "heading", role: "presentation" },
        this.#strings[type],
      );
      return element(
        "div",
        { role: "group", part: "group", "aria-labelledby": id },
        label,
        ...options,
      );
    }

    #showRecent() {
      const most = Number(this.getAttribute("recent")) || RECENT;
      const texts = this.hasAttribute("recent") ? recent.read().slice(0, most) : [];
      const items = texts.map((text) => ({
        type: "query",
        text,
        highlight: "",
        url: null,
        isRecent: true,
      }));
      const forget = element("button", { type: "button", part: "forget" }, this.#strings.forget);
      forget.addEventListener("click", () => {
        recent.forget();
        this.#input.focus();
        this.#show([]);
      });
      this.#show(items, {
        quiet: !items.length,
        heading: items.length ? [element("span", {}, this.#strings.recent), forget] : null,
      });
    }

    #remember(text) {
      if (!this.hasAttribute("recent")) return;
      const most = Number(this.getAttribute("recent")) || RECENT;
      recent.write([text, ...recent.read().filter((other) => other !== text)].slice(0, most));
    }

    #reveal(isOpen) {
      this.#panel.hidden = !isOpen;
      this.#listbox.hidden = !isOpen;
      this.#input.setAttribute("aria-expanded", isOpen);
      if (isOpen) this.#place();
    }

    /** Below the box and from its start, unless there is more room on the other side. */
    #place = () => {
      if (this.#panel.hidden) return;
      const { top, bottom, left, right } = this.#field.getBoundingClientRect();
      const height = window.visualViewport?.height ?? innerHeight;
      const isAbove = height - bottom < 200 && top > height - bottom;
      this.#panel.classList.toggle("above", isAbove);
      const most = Math.max(isAbove ? top : height - bottom, 160) - 16;
      this.#panel.style.maxHeight = `min(36rem, ${most}px)`;
      const width = document.documentElement.clientWidth;
      const isRtl = getComputedStyle(this).direction === "rtl";
      const room = isRtl ? right : width - left;
      this.#panel.classList.toggle("end", this.#panel.offsetWidth > room);
    };

    #close() {
      this.#cancel();
      this.#activate(-1);
      this.#note.textContent = "";
      this.#reveal(false);
      this.#status.textContent = "";
    }

    #activate(i) {
      const was = this.#options[this.#active];
      was?.setAttribute("aria-selected", "false");
      was?.part.remove("active");
      this.#active = i;
      const option = this.#options[i];
      if (!option) {
        this.#input.removeAttribute("aria-activedescendant");
        return;
      }
      option.setAttribute("aria-selected", "true");
      option.part.add("active");
      this.#input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    }

    /** Open the listbox for what stands in the box already. */
    #open(then = () => {}) {
      if (this.#query) {
        this.#ask(then);
      } else {
        this.#showRecent();
        then();
      }
    }

    #move(step) {
      const move = () => {
        const count = this.#options.length;
        const from = this.#active < 0 && step < 0 ? count : this.#active;
        if (count) this.#activate((from + step + count) % count);
      };
      if (this.#isOpen) move();
      else this.#open(move);
    }

    #onKey(event) {
      // While an input method is composing, its keys are its own.
      if (event.isComposing || event.keyCode === 229) return;
      const { key, altKey, ctrlKey, metaKey, shiftKey } = event;
      const isPlain = !altKey && !ctrlKey && !metaKey && !shiftKey;
      let isOurs = true;
      if (key === "ArrowDown" && altKey) {
        if (!this.#isOpen) this.#open();
      } else if (key === "ArrowUp" && altKey) {
        this.#close();
      } else if (key === "ArrowDown" && isPlain) {
        this.#move(1);
      } else if (key === "ArrowUp" && isPlain) {
        this.#move(-1);
      } else if ((key === "Home" || key === "End") && isPlain) {
        this.#activate(-1);
        const at = key === "Home" ? 0 : this.#input.value.length;
        this.#input.setSelectionRange(at, at);
      } else if (key === "Enter") {
        if (this.#active < 0) this.#search(event);
        else this.#choose(this.#items[this.#active], event);
      } else if (key === "Escape" && !this.#panel.hidden) {
        this.#close();
      } else if (key === "Escape" && this.#input.value) {
        this.#empty();
      } else {
        isOurs = false;
        if (key === "ArrowLeft" || key === "ArrowRight") this.#activate(-1);
      }
      if (!isOurs) return;
      event.preventDefault();
      // A dialog around the box stays open, whatever it listens to.
      if (key === "Escape") event.stopPropagation();
    }

    #empty() {
      this.#input.value = "";
      this.#input.focus();
      this.#typed();
    }

    /** What was typed goes to the results page. */
    #search(event) {
      if (!this.#query && this.#input.required) return;
      this.#choose({ type: "query", text: this.#query, url: null }, event);
    }

    #choose(item, event) {
      const { type, text } = item;
      const isArticle = type === "article";
      // Of an article without an address the results page shows what there is.
      const url =
        (isArticle && item.url) || this.#resultsUrl(isArticle ? { type: "query", text } : item);
      const isLet = this.dispatchEvent(
        new CustomEvent("news-search:select", {
          bubbles: true,
          composed: true,
          cancelable: true,
          detail: { type, text, url },
        }),
      );
      this.#close();
      if (type === "query") {
        this.#input.value = text;
        this.#sync();
        if (text) this.#remember(text);
      }
      if (!isLet || !url) return;
      const isAside = event && (event.ctrlKey || event.metaKey || event.button === 1);
      const target = isAside ? "_blank" : this.#siteForm?.getAttribute("target");
      if (!target || target === "_self") location.assign(url);
      else window.open(url, target, target === "_blank" ? "noopener" : "");
    }

    #onShortcut = (event) => {
      if (event.defaultPrevented || event.isComposing || event.repeat) return;
      if (event.composedPath().some(isEditable)) return;
      const isPressed = this.#shortcuts.some((shortcut) => {
        const keys = shortcut.split(/\+(?=.)/);
        const key = keys.pop();
        // Shift may be what it takes to type the key at all.
        return (
          key === event.key.toLowerCase() &&
          ["ctrl", "alt", "meta"].every((name) => keys.includes(name) === event[`${name}Key`]) &&
          (!keys.includes("shift") || event.shiftKey)
        );
      });
      if (!isPressed) return;
      event.preventDefault();
      this.#input.focus();
      this.#input.select();
    };

    #onPageShow = () => {
      if (!this.#input.value && this.#source?.value) {
        this.#input.value = this.#source.value;
        this.#sync();
      }
    };

    #onOnline = () => {
      if (this.#note.textContent && this.#query) this.#ask();
    };
  }

  customElements.define("news-search", NewsSearch);
})();
