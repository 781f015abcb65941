// The `searchClient` of Algolia's InstantSearch.js and Autocomplete, answered by searchsvc:
// docs/search-box.md. An ES module without dependencies.

import {
  FACETS,
  SearchError,
  facetOf,
  facetsOf,
  filterPairs,
  listed,
  readFilters,
} from "./instantsearch-filters.js";

export { SearchError };

const SORTS = ["relevance", "newest", "oldest", "heat", "quality"];
const SUGGESTIONS = /(^|_)suggestions$/; // an index of this name is /suggest
const MOST = 100; // results on a page, and values of a facet
const DEEPEST = 10_000; // results that pages reach to
const TIMEOUT = 10_000; // milliseconds

/**
 * A client of the service at `endpoint`.
 *
 * `timeout` is in milliseconds; `typing` says that the last word of a query may be unfinished.
 */
export function createSearchClient(endpoint, { timeout = TIMEOUT, typing = true } = {}) {
  const base = String(new URL(endpoint, globalThis.document?.baseURI)).replace(/\/$/, "");

  const get = async (path, pairs) => {
    const url = `${base}${path}?${new URLSearchParams(pairs)}`;
    let response;
    try {
      response = await fetch(url, { signal: AbortSignal.timeout(timeout) });
      if (response.ok) return await response.json();
    } catch (cause) {
      throw new SearchError(`no answer from ${base}${path}: ${cause.message}`, { cause });
    }
    const { detail, errors } = await response.json().catch(() => ({}));
    throw new SearchError(detail ?? `${response.status} from ${base}${path}`, {
      status: response.status,
      errors,
    });
  };

  const searchOne = async (request) => {
    const asked = flattened(request);
    if (request.type === "facet") return facetValues({ ...asked, facetName: request.facet });
    if (SUGGESTIONS.test(request.indexName)) return suggestions(request.indexName, asked);
    const answer = await get("/search", searchPairs(request.indexName, asked, typing));
    return searchResponse(request.indexName, asked, answer);
  };

  const suggestions = async (indexName, asked) => {
    const size = bounded(asked.hitsPerPage ?? 10);
    const answer = await get("/suggest", [
      ["q", asked.query],
      ["size", size],
    ]);
    return suggestResponse(indexName, asked, answer.suggestions);
  };

  const facetValues = async (asked) => {
    const facet = facetOf(asked.facetName);
    const text = asked.facetQuery ?? "";
    const pairs = searchPairs(asked.indexName, { ...asked, hitsPerPage: 0, facets: [] }, typing);
    pairs.push(["facets", `${facet}:${bounded(asked.maxFacetHits ?? 10)}`]);
    if (text.trim()) pairs.push(["facet_query", `${facet}:${text}`]);
    const answer = await get("/search", pairs);
    const tags = tagsOf(asked);
    return {
      facetHits: answer.facets[facet].map(({ value, count }) => ({
        value,
        highlighted: tagged(beginnings(value, text), tags),
        count,
      })),
      exhaustiveFacetsCount: !answer.partial,
      processingTimeMS: Math.ceil(answer.took_ms),
    };
  };

  return {
    /** One answer for each of the requests, in their order. */
    async search(requests) {
      const all = Array.isArray(requests) ? requests : requests.requests;
      return { results: await Promise.all(all.map(searchOne)) };
    },

    /** For each of the requests the values of one facet that begin with its `facetQuery`. */
    async searchForFacetValues(requests) {
      return Promise.all(requests.map((request) => facetValues(flattened(request))));
    },

    // Autocomplete insists on credentials. These are none, and are sent nowhere.
    transporter: {
      headers: { "x-algolia-application-id": "searchsvc", "x-algolia-api-key": "none" },
    },
  };
}

/** Of the service that this module came from. */
export const searchClient = createSearchClient(new URL("..", import.meta.url));
export default createSearchClient;

/** A request's parameters, wherever the caller's generation of clients puts them. */
function flattened(request) {
  const { params = {}, ...rest } = request;
  const given =
    typeof params === "string" ? Object.fromEntries(new URLSearchParams(params)) : params;
  return { ...rest, ...given, query: String(given.query ?? rest.query ?? "") };
}

const bounded = (count) => Math.min(Math.max(Number(count) || 1, 1), MOST);

/** The parameters of /search as pairs. Throws SearchError for what it cannot do. */
function searchPairs(indexName, asked, typing) {
  const facets = facetsOf(asked.facets);
  const { clauses, pairs } = filterPairs(readFilters(asked), facets);
  const size = asked.hitsPerPage ?? 20;
  // The filters come first, where nothing that was typed can tie itself to them.
  const typed = asked.query.trim().replace(/^OR\s+/, "");
  if (clauses.length || typed) pairs.push(["q", [...clauses, typed].join(" ").trim()]);
  if (typing && typed && asked.queryType !== "prefixNone") pairs.push(["typing", true]);
  pairs.push(["size", bounded(size)], ["sort", sortOf(indexName, asked.query)]);
  if (size > 0) pairs.push(["page", pageOf(asked, size)]);
  else pairs.push(["highlight", false]);
  if (facets.length) {
    const most = bounded(asked.maxValuesPerFacet ?? 10);
    pairs.push(["facets", facets.map((name) => `${name}:${most}`).join(",")]);
  }
  return pairs;
}

/** Pages are counted from 0 here, from 1 there; an offset must be the beginning of a page. */
function pageOf({ page = 0, offset, length }, size) {
  if (offset == null) return Number(page) + 1;
  if (length !== size && length != null) throw new SearchError("`length` must be `hitsPerPage`");
  if (offset % size) throw new SearchError("`offset` must be a multiple of `hitsPerPage`");
  return offset / size + 1;
}

/** An index's replicas are its orders: `news_newest`. Filters alone have no relevance. */
function sortOf(indexName, query) {
  const sort = SORTS.find((name) => String(indexName).endsWith(`_${name}`)) ?? "relevance";
  return sort === "relevance" && !query.trim() ? "newest" : sort;
}

function searchResponse(indexName, asked, answer) {
  const tags = tagsOf(asked);
  const size = asked.hitsPerPage ?? 20;
  const facets = {};
  const names = listed(asked.facets);
  for (const name of names.includes("*") ? Object.keys(answer.facets) : names) {
    const values = answer.facets[FACETS[name]];
    if (values) facets[name] = Object.fromEntries(values.map(({ value, count }) => [value, count]));
  }
  return {
    ...commonResponse(indexName, asked),
    hits: size > 0 ? answer.results.map((result) => hitOf(result, words(asked.query), tags)) : [],
    nbHits: answer.total,
    page: Math.max(size > 0 ? answer.page - 1 : Number(asked.page ?? 0), 0),
    nbPages: size > 0 ? Math.min(answer.pages, Math.ceil(DEEPEST / answer.size)) : 0,
    hitsPerPage: size > 0 ? answer.size : 0,
    facets,
    exhaustiveNbHits: !answer.partial,
    exhaustiveFacetsCount: !answer.partial,
    exhaustive: { nbHits: !answer.partial, facetsCount: !answer.partial },
    processingTimeMS: Math.ceil(answer.took_ms),
    corrected: answer.corrected,
    ignored: answer.ignored,
    did_you_mean: answer.did_you_mean,
    relaxed: answer.relaxed,
  };
}

function suggestResponse(indexName, asked, suggestions) {
  const tags = tagsOf(asked);
  const hits = suggestions.map(({ type, text, highlight, url }) => {
    const highlighted = field(highlight, words(asked.query), tags);
    return {
      objectID: `${type}:${text}:${url ?? ""}`,
      query: text,
      type,
      url,
      _highlightResult: { query: highlighted },
    };
  });
  return {
    ...commonResponse(indexName, asked),
    hits,
    nbHits: hits.length,
    page: 0,
    nbPages: 1,
    hitsPerPage: bounded(asked.hitsPerPage ?? 10),
    exhaustiveNbHits: true,
    processingTimeMS: 0,
  };
}

function commonResponse(index, asked) {
  const { query, indexName, ...params } = asked;
  const pairs = Object.entries({ query, ...params }).map(([name, value]) => [
    name,
    typeof value === "object" ? JSON.stringify(value) : value,
  ]);
  return { index, query, params: String(new URLSearchParams(pairs)) };
}

function hitOf(result, asked, tags) {
  const { id, title, excerpt, provider, category, type, topics, published_at: published } = result;
  const plain = (text) => (text == null ? undefined : field(escaped(text), asked, tags));
  const marked = result.highlights ?? { title: escaped(title), excerpt: escaped(excerpt) };
  const shown = {
    title: field(marked.title, asked, tags),
    excerpt: field(marked.excerpt, asked, tags),
  };
  const all = { category: plain(category), type: plain(type), topics: topics.map(plain) };
  if (provider) {
    all.provider = present({ name: plain(provider.name), domain: plain(provider.domain) });
  }
  return {
    ...result,
    objectID: id,
    published_at_timestamp: published ? Date.parse(published) / 1000 : null,
    _highlightResult: present({ ...shown, ...all }),
    _snippetResult: shown,
  };
}

const present = (values) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

// Highlighting. The service's is HTML: escaped text with <mark>. InstantSearch and Autocomplete ask
// for tags of their own that are no HTML, and escape the text around them themselves; who asks for
// HTML tags gets the text escaped.

function tagsOf({ highlightPreTag: before = "<em>", highlightPostTag: after = "</em>" }) {
  return { before, after, isHtml: before.includes("<") };
}

/** Highlighted HTML as pieces of text, [text, isMarked]. */
function pieces(html) {
  return html
    .split(/<mark>(.*?)<\/mark>/s)
    .map((piece, i) => [unescaped(piece), i % 2 === 1])
    .filter(([text]) => text);
}

/** A text's pieces, what was typed being marked where a word of it begins so. */
function beginnings(text, typed) {
  const sought = typed.trim().toLowerCase();
  const lower = text.toLowerCase();
  let at = sought && lower.length === text.length ? lower.indexOf(sought) : -1;
  while (at > 0 && /[\p{L}\p{N}]/u.test(text[at - 1])) at = lower.indexOf(sought, at + 1);
  if (at < 0) return [[text, false]];
  const end = at + sought.length;
  return [
    [text.slice(0, at), false],
    [text.slice(at, end), true],
    [text.slice(end), false],
  ];
}

function tagged(texts, { before, after, isHtml }) {
  return texts
    .map(([text, isMarked]) => [isHtml ? escaped(text) : text, isMarked])
    .map(([text, isMarked]) => (isMarked && text ? before + text + after : text))
    .join("");
}

function field(html, asked, tags) {
  const texts = pieces(html);
  const matchedWords = [
    ...new Set(texts.filter(([, isMarked]) => isMarked).flatMap(([text]) => words(text))),
  ];
  const isFull = asked.length > 0 && matchedWords.length >= asked.length;
  return {
    value: tagged(texts, tags),
    matchLevel: matchedWords.length ? (isFull ? "full" : "partial") : "none",
    fullyHighlighted:
      texts.length > 0 && texts.every(([text, isMarked]) => isMarked || !words(text).length),
    matchedWords,
  };
}

const words = (text) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

const escaped = (text) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

const NAMED = { __proto__: null, amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

const unescaped = (html) =>
  html.replace(/&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi, (all, hex, decimal, name) => {
    if (name) return NAMED[name] ?? all;
    const code = hex ? parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });
