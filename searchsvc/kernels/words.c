/* Documents that hold all or any of some words, and their scores, by lists of impacts.

   Word w comes as extents[w]: start and stop of its stem's list in docs and sats, then of the list
   of the word as typed, which may be the same list, or empty. The documents of a word as typed are
   among its stem's. A sat is 1 to 65535. A word's score in a document is

       weights[w] x (sat of the stem + boost_exact x sat of the word as typed) / 65535 */

#include <string.h>

#include "kernels.h"

enum {
    /* Documents looked at together: what is known of them fits into a core's first cache. */
    WINDOW = 8192,
    /* Where a list is less than so many times as long as another, reading all of it is faster than
       searching it: a step of a search costs a mispredicted branch. */
    DENSE = 12
};

typedef int64_t Extent[4];

/* Postings of one list, and what a step of sat counts in it. */
typedef struct {
    const int32_t *docs;
    const uint16_t *sats;
    int64_t length;
    float factor;
} List;

static int has_one_list(const Extent extent)
{
    return extent[0] == extent[2] && extent[1] == extent[3];
}

static List stem_list(const int32_t *docs, const uint16_t *sats, const Extent extent, float weight,
                      float boost_exact)
{
    float both = has_one_list(extent) ? 1 + boost_exact : 1;
    return (List){docs + extent[0], sats + extent[0], extent[1] - extent[0],
                  weight * both / 65535};
}

/* The list of the word as typed, empty where the stem's list counts for both. */
static List exact_list(const int32_t *docs, const uint16_t *sats, const Extent extent,
                       float weight, float boost_exact)
{
    int64_t length = has_one_list(extent) ? 0 : extent[3] - extent[2];
    return (List){docs + extent[2], sats + extent[2], length, weight * boost_exact / 65535};
}

/* Writes a list's sats from posting j on into the window that begins at `base`; returns where its
   postings there end. */
static int64_t spread(List list, int64_t j, int32_t base, uint16_t *window)
{
    int64_t until = advance(list.docs, j, list.length, base + WINDOW);
    for (; j < until; j++)
        window[list.docs[j] - base] = list.sats[j];
    return until;
}

static void clear(List list, int64_t j, int64_t until, int32_t base, uint16_t *window)
{
    for (; j < until; j++)
        window[list.docs[j] - base] = 0;
}

/* Keeps those of n documents that are in the list too, in place, and adds to their scores.
   `window` holds WINDOW zeros, before and after. */
static int64_t keep(int32_t *docs, float *scores, int64_t n, List list, uint16_t *window)
{
    int64_t kept = 0, i = 0, j = 0;
    if (list.length > DENSE * n) {
        for (; i < n; i++) {
            j = advance(list.docs, j, list.length, docs[i]);
            if (j == list.length)
                break;
            if (list.docs[j] == docs[i]) {
                docs[kept] = docs[i];
                scores[kept++] = scores[i] + list.sats[j] * list.factor;
            }
        }
        return kept;
    }
    while (i < n) {
        int32_t base = docs[i];
        j = advance(list.docs, j, list.length, base);
        int64_t until = spread(list, j, base, window);
        for (; i < n && docs[i] - base < WINDOW; i++) {
            /* Without a branch: what is not in the list is overwritten by the next. */
            uint16_t sat = window[docs[i] - base];
            docs[kept] = docs[i];
            scores[kept] = scores[i] + sat * list.factor;
            kept += sat != 0;
        }
        clear(list, j, until, base, window);
        j = until;
    }
    return kept;
}

/* Adds to the scores of those of n documents that are in the list too. */
static void add(const int32_t *docs, float *scores, int64_t n, List list, uint16_t *window)
{
    int64_t i = 0, j = 0;
    if (list.length > DENSE * n) {
        for (; i < n; i++) {
            j = advance(list.docs, j, list.length, docs[i]);
            if (j < list.length && list.docs[j] == docs[i])
                scores[i] += list.sats[j] * list.factor;
        }
    } else if (n > DENSE * list.length) {
        for (; j < list.length; j++) {
            i = advance(docs, i, n, list.docs[j]);
            if (i < n && docs[i] == list.docs[j])
                scores[i] += list.sats[j] * list.factor;
        }
    } else {
        while (i < n && j < list.length) {
            int32_t base = list.docs[j];
            int64_t until = spread(list, j, base, window);
            i = advance(docs, i, n, base);
            for (; i < n && docs[i] - base < WINDOW; i++)
                scores[i] += window[docs[i] - base] * list.factor;
            clear(list, j, until, base, window);
            j = until;
        }
    }
}

/* The words by the lengths of their stems' lists. */
static void shortest_first(const Extent *extents, int64_t words, int32_t *order)
{
    for (int32_t word = 0; word < words; word++) {
        int64_t length = extents[word][1] - extents[word][0];
        int32_t place = word;
        for (; place > 0; place--) {
            const int64_t *before = extents[order[place - 1]];
            if (before[1] - before[0] <= length)
                break;
            order[place] = order[place - 1];
        }
        order[place] = word;
    }
}

/* The documents that hold all words (1 to MOST_WORDS), ascending, and their scores; returns how
   many. There has to be room for the shortest of the stems' lists. */
EXPORT int64_t all_words(const int32_t *docs, const uint16_t *sats, const Extent *extents,
                         const float *weights, int64_t words, float boost_exact,
                         int32_t *out_docs, float *out_scores)
{
    int32_t order[MOST_WORDS];
    shortest_first(extents, words, order);
    List list = stem_list(docs, sats, extents[order[0]], weights[order[0]], boost_exact);
    int64_t n = list.length;
    for (int64_t i = 0; i < n; i++) {
        out_docs[i] = list.docs[i];
        out_scores[i] = list.sats[i] * list.factor;
    }
    uint16_t window[WINDOW] = {0};
    for (int64_t i = 1; i < words && n; i++) {
        list = stem_list(docs, sats, extents[order[i]], weights[order[i]], boost_exact);
        n = keep(out_docs, out_scores, n, list, window);
    }
    for (int64_t word = 0; word < words && n; word++) {
        list = exact_list(docs, sats, extents[word], weights[word], boost_exact);
        add(out_docs, out_scores, n, list, window);
    }
    return n;
}

/* A window of the documents that hold any word: their sums, and a bit for each that has one. */
typedef struct {
    float scores[WINDOW];
    float coverage[WINDOW];
    uint64_t bits[WINDOW / 64];
} Sums;

/* The postings from `until` on. */
static List after(List list, int64_t until)
{
    list.docs += until;
    list.sats += until;
    list.length -= until;
    return list;
}

static void add_scores(Sums *sums, List list, int64_t until, int32_t base)
{
    for (int64_t i = 0; i < until; i++)
        sums->scores[list.docs[i] - base] += list.sats[i] * list.factor;
}

static void mark(Sums *sums, List list, int64_t until, int32_t base)
{
    for (int64_t i = 0; i < until; i++) {
        uint32_t place = (uint32_t)(list.docs[i] - base);
        sums->bits[place / 64] |= (uint64_t)1 << place % 64;
    }
}

static void add_coverage(Sums *sums, List list, int64_t until, int32_t base, float weight)
{
    for (int64_t i = 0; i < until; i++)
        sums->coverage[list.docs[i] - base] += weight;
}

/* Adds a word's postings to the window that begins at `base`, and takes them off its lists.
   coverage_weight may be NULL. */
static void add_word(Sums *sums, List *stem, List *exact, int32_t base,
                     const float *coverage_weight)
{
    int64_t until = advance(stem->docs, 0, stem->length, base + WINDOW);
    add_scores(sums, *stem, until, base);
    mark(sums, *stem, until, base);
    if (coverage_weight)
        add_coverage(sums, *stem, until, base, *coverage_weight);
    *stem = after(*stem, until);
    /* What no stem has is before the window, in a damaged index. */
    *exact = after(*exact, advance(exact->docs, 0, exact->length, base));
    until = advance(exact->docs, 0, exact->length, base + WINDOW);
    add_scores(sums, *exact, until, base);
    *exact = after(*exact, until);
}

/* The first document of any list, INT32_MAX if all are empty. */
static int32_t first_doc(const List *lists, int64_t n)
{
    int32_t doc = INT32_MAX;
    for (int64_t i = 0; i < n; i++)
        if (lists[i].length && lists[i].docs[0] < doc)
            doc = lists[i].docs[0];
    return doc;
}

/* Writes the documents of a window and empties it; returns how many there are. */
static int64_t collect(Sums *sums, int32_t base, int32_t *docs, float *scores, float *coverage)
{
    int64_t n = 0;
    for (int32_t word = 0; word < WINDOW / 64; word++) {
        uint64_t left = sums->bits[word];
        sums->bits[word] = 0;
        for (; left; left &= left - 1) {
            int32_t place = word * 64 + __builtin_ctzll(left);
            docs[n] = base + place;
            scores[n] = sums->scores[place];
            sums->scores[place] = 0;
            if (coverage) {
                coverage[n] = sums->coverage[place];
                sums->coverage[place] = 0;
            }
            n++;
        }
    }
    return n;
}

/* The documents that hold any word (at most MOST_WORDS), ascending, and their scores; returns how
   many. out_coverage may be NULL; it gets the sum of the coverage weights of a document's words.
   There has to be room for the stems' postings, or all documents where these are fewer. */
EXPORT int64_t any_words(const int32_t *docs, const uint16_t *sats, const Extent *extents,
                         const float *weights, const float *coverage_weights, int64_t words,
                         float boost_exact, int32_t *out_docs, float *out_scores,
                         float *out_coverage)
{
    Sums sums;
    List stems[MOST_WORDS], exact[MOST_WORDS];
    memset(sums.scores, 0, sizeof sums.scores);
    memset(sums.bits, 0, sizeof sums.bits);
    if (out_coverage)
        memset(sums.coverage, 0, sizeof sums.coverage);
    for (int64_t word = 0; word < words; word++) {
        stems[word] = stem_list(docs, sats, extents[word], weights[word], boost_exact);
        exact[word] = exact_list(docs, sats, extents[word], weights[word], boost_exact);
    }
    int64_t n = 0;
    int32_t base;
    /* Windows begin where there is something, so that rare words skip most documents. */
    while ((base = first_doc(stems, words)) != INT32_MAX) {
        for (int64_t word = 0; word < words; word++)
            add_word(&sums, &stems[word], &exact[word], base,
                     out_coverage ? &coverage_weights[word] : NULL);
        n += collect(&sums, base, out_docs + n, out_scores + n,
                     out_coverage ? out_coverage + n : NULL);
    }
    return n;
}
