// Filters as InstantSearch sends them, made parameters of /search; for instantsearch-client.js.

/** What can be counted and filtered by, under the names that front ends use. */
export const FACETS = {
  __proto__: null,
  topic: "topic",
  topics: "topic",
  provider: "provider",
  "provider.name": "provider",
  category: "category",
  type: "type",
  month: "month",
};
const DATES = ["published_at", "published_at_timestamp"];

/** Something that the service refused, or that has no counterpart in it. */
export class SearchError extends Error {
  name = "SearchError";

  constructor(message, { status = 0, errors = [], cause } = {}) {
    super(message, { cause });
    this.status = status;
    this.errors = errors;
  }
}

/** The fields of these attributes; those that nobody can count are left out, as Algolia does. */
export function facetsOf(facets) {
  const names = listed(facets).map(String);
  const known = names.includes("*") ? Object.values(FACETS) : names.map((name) => FACETS[name]);
  return [...new Set(known.filter(Boolean))];
}

/** The field of one attribute. Throws SearchError. */
export function facetOf(name) {
  if (FACETS[name]) return FACETS[name];
  throw new SearchError(`no facet is called ${name}; there are ${Object.keys(FACETS).join(", ")}`);
}

/**
 * All that must hold, each a list of alternatives: {facet, value, isNot, isAlone}, or {from, to}.
 *
 * An empty list of alternatives asks for nothing. Throws SearchError for what cannot be read: no
 * filter is ever passed over.
 */
export function readFilters(asked) {
  for (const name of ["tagFilters", "aroundLatLng", "insideBoundingBox", "insidePolygon"]) {
    if (listed(asked[name]).length) throw new SearchError(`${name} is not supported`);
  }
  return [
    ...facetFilters(asked.facetFilters),
    ...numericFilters(asked.numericFilters),
    ...filtersOf(asked.filters),
  ].filter((group) => group.length);
}

/** `["a:1", ["b:2", "b:3"]]`: all hold, and of a list within the list any. */
function facetFilters(filters) {
  return listed(filters).map((group) =>
    listed(group).map((text) => {
      const [, name, isNot, value] = /^([^:]+):(-?)(.*)$/s.exec(text) ?? [];
      if (!name) throw new SearchError(`facetFilters: ${text} is not NAME:VALUE`);
      return {
        facet: facetOf(name.trim()),
        value: value.replace(/^\\-/, "-"),
        isNot: Boolean(isNot),
        isAlone: group === text,
      };
    }),
  );
}

function numericFilters(filters) {
  return listed(filters).map((group) => listed(group).map(numericFilter));
}

/** `published_at >= 1577836800`, or `published_at:1577836800 TO 1580515199`. */
function numericFilter(text) {
  const number = "(-?[\\d.]+)\\s*$";
  const compared = new RegExp(`^\\s*(\\w+)\\s*(<=|>=|<|>|=)\\s*${number}`).exec(text);
  if (compared) return dateFilter(compared[1], compared[2], compared[3]);
  const [, name, first, last] =
    new RegExp(`^\\s*(\\w+)\\s*:\\s*(-?[\\d.]+)\\s+TO\\s+${number}`).exec(text) ?? [];
  if (!name) throw new SearchError(`numericFilters: cannot read ${text}`);
  return { ...dateFilter(name, ">=", first), ...dateFilter(name, "<=", last) };
}

/** Of seconds since 1970, or milliseconds: no second that articles bear is as large as those. */
function dateFilter(name, operator, number) {
  if (!DATES.includes(name)) {
    throw new SearchError(`${name}: the only number to filter by is ${DATES[0]}`);
  }
  const seconds = Math.abs(number) > 1e11 ? number / 1000 : Number(number);
  if (!(Math.abs(seconds) < 1e11)) throw new SearchError(`${name}: ${number} is no time`);
  const [first, last] = [Math.ceil(seconds) * 1000, Math.floor(seconds) * 1000];
  return {
    ">=": { from: iso(first) },
    ">": { from: iso(last + 1000) },
    "<=": { to: iso(last) },
    "<": { to: iso(first - 1000) },
    "=": { from: iso(first), to: iso(last) },
  }[operator];
}

function monthFilter(text) {
  const [, year, month] = /^(\d{4})-(\d\d)$/.exec(text) ?? [];
  if (!year) throw new SearchError(`${text} is no month such as 2020-05`);
  return { from: iso(Date.UTC(year, month - 1)), to: iso(Date.UTC(year, month) - 1000) };
}

const iso = (time) => `${new Date(time).toISOString().slice(0, 19)}Z`;

const QUOTED = String.raw`"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'`;
const TOKEN = new RegExp(
  [
    "[()]",
    String.raw`[\w.]+\s*:\s*(?:${QUOTED}|[^\s()"]+(?:\s+TO\s+[-\d.]+)?)`,
    String.raw`[\w.]+\s*(?:<=|>=|<|>|=)\s*-?[\d.]+`,
    String.raw`\S+`,
  ].join("|"),
  "g",
);

/** `filters` in words: NAME:VALUE with AND, NOT, and OR, which ties its neighbours closer. */
function filtersOf(text) {
  const tokens = String(text ?? "").match(TOKEN) ?? [];
  const groups = [];
  while (tokens.length) {
    const isWrapped = tokens[0] === "(";
    if (isWrapped) tokens.shift();
    const group = [operand(tokens)];
    while (tokens[0] === "OR") {
      tokens.shift();
      group.push(operand(tokens));
    }
    if (isWrapped && tokens.shift() !== ")") throw unreadable(tokens[0]);
    group[0].isAlone = group.length === 1;
    groups.push(group);
    if (!tokens.length) break;
    const joint = tokens.shift();
    if (joint !== "AND" || !tokens.length) throw unreadable(joint);
  }
  return groups;
}

function operand(tokens) {
  const isNot = tokens[0] === "NOT";
  if (isNot) tokens.shift();
  const token = tokens.shift();
  const [, name, value] = /^([\w.]+)\s*:\s*(.+)$/s.exec(token ?? "") ?? [];
  if (name && !DATES.includes(name)) {
    const bare = value.replace(/^(["'])(.*)\1$/s, "$2").replace(/\\(.)/gs, "$1");
    return { facet: facetOf(name), value: bare, isNot };
  }
  if (isNot || !/[:<>=]/.test(token ?? "")) throw unreadable(token);
  return numericFilter(token);
}

const unreadable = (token) =>
  new SearchError(`filters: cannot read what stands ${token ? `at ${token}` : "at the end"}`);

/**
 * Filters as parameters of /search and, where those cannot say it, as words of the query.
 *
 * A parameter's values are alternatives, and a facet is counted without its own parameter, which is
 * right for a list of alternatives. A filter that stands alone narrows the counts of its own facet,
 * and there may be several of them for one: those go into the query.
 */
export function filterPairs(filters, facets) {
  const pairs = [];
  const clauses = [];
  const isDated = ([item]) => item.from || item.to || item.facet === "month";
  for (const group of filters.filter((group) => !isDated(group))) {
    const [{ facet, isAlone }] = group;
    const fits = group.every((item) => item.facet === facet && !item.isNot);
    const isFirst = !pairs.some(([name]) => name === facet);
    if (fits && isFirst) pairs.push(...group.map(({ value }) => [facet, value]));
    if (!fits || !isFirst || (isAlone && facets.includes(facet))) {
      clauses.push(group.map(inWords).join(" OR "));
    }
  }
  return { pairs: [...pairs, ...datePairs(filters.filter(isDated))], clauses };
}

const inWords = ({ facet, value, isNot }) => {
  if (!facet || facet === "month") throw new SearchError("dates cannot be one of alternatives");
  return `${isNot ? "-" : ""}${facet}:"${value.replaceAll('"', " ")}"`;
};

/** The latest beginning and the earliest end: all dates hold at once. */
function datePairs(groups) {
  const ranges = groups.map(([item, ...others]) => {
    if (others.length || item.isNot) throw new SearchError("dates have no alternatives and no NOT");
    return item.facet === "month" ? monthFilter(item.value) : item;
  });
  const ends = (name) =>
    ranges
      .map((range) => range[name])
      .filter(Boolean)
      .sort();
  const [from, to] = [ends("from").at(-1), ends("to")[0]];
  return [
    ["from", from],
    ["to", to],
  ].filter(([, text]) => text);
}

/** A value or a list of them as a list. */
export function listed(value) {
  if (value == null || value === "") return [];
  return Array.isArray(value) ? value : [value];
}
