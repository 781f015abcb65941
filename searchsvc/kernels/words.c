/* Documents that hold all or any of some words, and their scores, by impacts.

   A sat is 1 to 65535. Word w has extents[w]: start and stop of its stem's list in docs, sats and
   forms, then of its own list in side_docs and side_sats. `forms` says which form of the stem, a
   word as typed, stands in a document: its number where it is the only one, which then has the
   stem's sat, SEVERAL where it is not. There the word's own list has its sats. form_numbers[w] is
   the number of the word as typed, -1 if there is none. Its score in a document is

       weights[w] x (sat of the stem + boost_exact x sat of the word as typed) / 65535 */

#include <string.h>

#include "kernels.h"

typedef int64_t Extent[4];

/* The impacts of all words. */
typedef struct {
    const int32_t *docs;
    const uint16_t *sats;
    const uint8_t *forms;
    const int32_t *side_docs;
    const uint16_t *side_sats;
} Arrays;

/* The list of a stem: what a step of sat counts in it, factors[1] in documents of the one form. */
typedef struct {
    const int32_t *docs;
    const uint16_t *sats;
    const uint8_t *forms;
    int64_t length;
    uint8_t form;
    float factors[2];
} Stem;

/* The sats of a word as typed where other forms of its stem stand too. */
typedef struct {
    const int32_t *docs;
    const uint16_t *sats;
    int64_t length;
    float factor;
} Side;

static Stem stem_of(const Arrays *arrays, const Extent extent, int32_t form, float weight,
                    float boost_exact)
{
    return (Stem){arrays->docs + extent[0],
                  arrays->sats + extent[0],
                  arrays->forms + extent[0],
                  extent[1] - extent[0],
                  (uint8_t)(form < 0 ? NO_FORM : form),
                  {weight / 65535, weight * (1 + boost_exact) / 65535}};
}

static Side side_of(const Arrays *arrays, const Extent extent, float weight, float boost_exact)
{
    return (Side){arrays->side_docs + extent[2], arrays->side_sats + extent[2],
                  extent[3] - extent[2], weight * boost_exact / 65535};
}

static inline int is_exact(Stem stem, int64_t i)
{
    return stem.forms[i] == stem.form;
}

static inline float score(Stem stem, int64_t i)
{
    return stem.sats[i] * stem.factors[is_exact(stem, i)];
}

/* Writes a list's sats from posting j on, and whether they are exact in the bit above, into the
   window that begins at `base`; returns where its postings there end. */
static int64_t spread(Stem stem, int64_t j, int32_t base, uint32_t *window)
{
    int64_t until = advance(stem.docs, j, stem.length, base + WINDOW);
    for (; j < until; j++)
        window[stem.docs[j] - base] = (uint32_t)is_exact(stem, j) << 16 | stem.sats[j];
    return until;
}

static void clear(Stem stem, int64_t j, int64_t until, int32_t base, uint32_t *window)
{
    for (; j < until; j++)
        window[stem.docs[j] - base] = 0;
}

/* Keeps those of n documents that are in the list too, in place, and adds to their scores.
   `window` holds WINDOW zeros, before and after. */
static int64_t keep(int32_t *docs, float *scores, int64_t n, Stem stem, uint32_t *window)
{
    int64_t kept = 0, i = 0, j = 0;
    if (stem.length > DENSE * n) {
        for (; i < n; i++) {
            j = advance(stem.docs, j, stem.length, docs[i]);
            if (j == stem.length)
                break;
            if (stem.docs[j] == docs[i]) {
                docs[kept] = docs[i];
                scores[kept++] = scores[i] + score(stem, j);
            }
        }
        return kept;
    }
    while (i < n) {
        int32_t base = docs[i];
        j = advance(stem.docs, j, stem.length, base);
        int64_t until = spread(stem, j, base, window);
        for (; i < n && docs[i] - base < WINDOW; i++) {
            /* Without a branch: what is not in the list is overwritten by the next. */
            uint32_t found = window[docs[i] - base];
            docs[kept] = docs[i];
            scores[kept] = scores[i] + (float)(int32_t)(found & 0xffff) * stem.factors[found >> 16];
            kept += found != 0;
        }
        clear(stem, j, until, base, window);
        j = until;
    }
    return kept;
}

/* Adds to the scores of those of n documents that are in the short list too. */
static void add(const int32_t *docs, float *scores, int64_t n, Side side)
{
    for (int64_t i = 0, j = 0; j < side.length; j++) {
        i = advance(docs, i, n, side.docs[j]);
        if (i == n)
            break;
        if (docs[i] == side.docs[j])
            scores[i] += side.sats[j] * side.factor;
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
   many. Of n_among documents alone, unless `among` is NULL. There has to be room for the shortest
   of the stems' lists, or for these. */
EXPORT int64_t all_words(const int32_t *docs, const uint16_t *sats, const uint8_t *forms,
                         const int32_t *side_docs, const uint16_t *side_sats,
                         const Extent *extents, const int32_t *form_numbers, const float *weights,
                         int64_t words, float boost_exact, const int32_t *among,
                         int64_t n_among, int32_t *out_docs, float *out_scores)
{
    Arrays arrays = {docs, sats, forms, side_docs, side_sats};
    int32_t order[MOST_WORDS];
    shortest_first(extents, words, order);
    int64_t n = among ? n_among : 0;
    for (int64_t i = 0; i < n; i++) {
        out_docs[i] = among[i];
        out_scores[i] = 0;
    }
    uint32_t window[WINDOW] = {0};
    for (int64_t i = 0; i < words && (n || (i == 0 && !among)); i++) {
        int32_t word = order[i];
        Stem stem =
            stem_of(&arrays, extents[word], form_numbers[word], weights[word], boost_exact);
        if (i || among) {
            n = keep(out_docs, out_scores, n, stem, window);
            continue;
        }
        for (n = 0; n < stem.length; n++) {
            out_docs[n] = stem.docs[n];
            out_scores[n] = score(stem, n);
        }
    }
    for (int64_t word = 0; word < words && n; word++) {
        Side side = side_of(&arrays, extents[word], weights[word], boost_exact);
        add(out_docs, out_scores, n, side);
    }
    return n;
}

/* A window of the documents that hold any word: their sums, and a bit for each that has one. */
typedef struct {
    float scores[WINDOW];
    float coverage[WINDOW];
    uint64_t bits[WINDOW / 64];
} Sums;

static void add_scores(Sums *sums, Stem stem, int64_t until, int32_t base)
{
    for (int64_t i = 0; i < until; i++)
        sums->scores[stem.docs[i] - base] += score(stem, i);
}

static void mark(Sums *sums, Stem stem, int64_t until, int32_t base)
{
    for (int64_t i = 0; i < until; i++) {
        uint32_t place = (uint32_t)(stem.docs[i] - base);
        sums->bits[place / 64] |= (uint64_t)1 << place % 64;
    }
}

static void add_coverage(Sums *sums, Stem stem, int64_t until, int32_t base, float weight)
{
    for (int64_t i = 0; i < until; i++)
        sums->coverage[stem.docs[i] - base] += weight;
}

/* Adds a stem's postings to the window that begins at `base`, and takes them off its list.
   coverage_weight may be NULL. */
static void add_stem(Sums *sums, Stem *stem, int32_t base, const float *coverage_weight)
{
    int64_t until = advance(stem->docs, 0, stem->length, base + WINDOW);
    add_scores(sums, *stem, until, base);
    mark(sums, *stem, until, base);
    if (coverage_weight)
        add_coverage(sums, *stem, until, base, *coverage_weight);
    stem->docs += until;
    stem->sats += until;
    stem->forms += until;
    stem->length -= until;
}

/* Adds a word's other sats in that window, and takes them off its list. */
static void add_side(Sums *sums, Side *side, int32_t base)
{
    /* What no stem has is before the window, in a damaged index. */
    int64_t i = advance(side->docs, 0, side->length, base);
    for (; i < side->length && side->docs[i] - base < WINDOW; i++)
        sums->scores[side->docs[i] - base] += side->sats[i] * side->factor;
    side->docs += i;
    side->sats += i;
    side->length -= i;
}

/* The first document of any list, INT32_MAX if all are empty. */
static int32_t first_doc(const Stem *stems, int64_t n)
{
    int32_t doc = INT32_MAX;
    for (int64_t i = 0; i < n; i++)
        if (stems[i].length && stems[i].docs[0] < doc)
            doc = stems[i].docs[0];
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
EXPORT int64_t any_words(const int32_t *docs, const uint16_t *sats, const uint8_t *forms,
                         const int32_t *side_docs, const uint16_t *side_sats,
                         const Extent *extents, const int32_t *form_numbers, const float *weights,
                         int64_t words, float boost_exact, const float *coverage_weights,
                         int32_t *out_docs, float *out_scores, float *out_coverage)
{
    Arrays arrays = {docs, sats, forms, side_docs, side_sats};
    Sums sums;
    Stem stems[MOST_WORDS];
    Side sides[MOST_WORDS];
    memset(sums.scores, 0, sizeof sums.scores);
    memset(sums.bits, 0, sizeof sums.bits);
    if (out_coverage)
        memset(sums.coverage, 0, sizeof sums.coverage);
    for (int64_t word = 0; word < words; word++) {
        stems[word] =
            stem_of(&arrays, extents[word], form_numbers[word], weights[word], boost_exact);
        sides[word] = side_of(&arrays, extents[word], weights[word], boost_exact);
    }
    int64_t n = 0;
    int32_t base;
    /* Windows begin where there is something, so that rare words skip most documents. */
    while ((base = first_doc(stems, words)) != INT32_MAX) {
        for (int64_t word = 0; word < words; word++) {
            add_stem(&sums, &stems[word], base, out_coverage ? &coverage_weights[word] : NULL);
            add_side(&sums, &sides[word], base);
        }
        n += collect(&sums, base, out_docs + n, out_scores + n,
                     out_coverage ? out_coverage + n : NULL);
    }
    return n;
}
