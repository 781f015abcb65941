/* The loops after a query's matches are known: the best of them, counts of values, one a story. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernels.h"

/* ---- the best matches ---- */

/* A place in the heap of the best: score x prior, then the rank, the lowest first. */
typedef struct {
    const int32_t *ranks;
    int32_t *docs;
    float *texts;
    double *scores;
} Best;

/* Whether the first comes after the second. Ranks are distinct, or documents decide. */
static int is_behind(double score, int32_t rank, int32_t doc, double other_score,
                     int32_t other_rank, int32_t other_doc)
{
    if (score != other_score)
        return score < other_score;
    return rank > other_rank || (rank == other_rank && doc > other_doc);
}

static int is_place_behind(const Best *best, int64_t place, int64_t other)
{
    int32_t doc = best->docs[place], other_doc = best->docs[other];
    return is_behind(best->scores[place], best->ranks[doc], doc, best->scores[other],
                     best->ranks[other_doc], other_doc);
}

static void swap(Best *best, int64_t a, int64_t b)
{
    int32_t doc = best->docs[a];
    float text = best->texts[a];
    double score = best->scores[a];
    best->docs[a] = best->docs[b], best->docs[b] = doc;
    best->texts[a] = best->texts[b], best->texts[b] = text;
    best->scores[a] = best->scores[b], best->scores[b] = score;
}

/* Lets what is at `hole` sink until the last in order is at the root of each branch. */
static void sink(Best *best, int64_t hole, int64_t size)
{
    for (;;) {
        int64_t child = 2 * hole + 1;
        if (child >= size)
            return;
        if (child + 1 < size && is_place_behind(best, child + 1, child))
            child++;
        if (!is_place_behind(best, child, hole))
            return;
        swap(best, child, hole);
        hole = child;
    }
}

/* The first k of n matches by score x prior, ties by rank, in order; returns how many there are. */
EXPORT int64_t best(const int32_t *docs, const float *scores, int64_t n, const float *priors,
                    const int32_t *ranks, int64_t k, int32_t *out_docs, float *out_texts,
                    double *out_scores)
{
    Best heap = {ranks, out_docs, out_texts, out_scores};
    int64_t size = k < n ? k : n;
    for (int64_t i = 0; i < size; i++) {
        out_docs[i] = docs[i];
        out_texts[i] = scores[i];
        out_scores[i] = (double)scores[i] * (double)priors[docs[i]];
    }
    for (int64_t hole = size / 2 - 1; hole >= 0; hole--)
        sink(&heap, hole, size);
    for (int64_t i = size; size && i < n; i++) {
        int32_t doc = docs[i];
        double score = (double)scores[i] * (double)priors[doc];
        if (score < out_scores[0])
            continue;
        if (is_behind(out_scores[0], ranks[out_docs[0]], out_docs[0], score, ranks[doc], doc)) {
            out_docs[0] = doc, out_texts[0] = scores[i], out_scores[0] = score;
            sink(&heap, 0, size);
        }
    }
    for (int64_t end = size - 1; end > 0; end--) {
        swap(&heap, 0, end);
        sink(&heap, 0, end);
    }
    return size;
}

/* ---- the matches of the lowest ranks ---- */

static int is_later(const int32_t *docs, const int32_t *ranks, int32_t i, int32_t j)
{
    int32_t rank = ranks[docs[i]], other = ranks[docs[j]];
    return rank > other || (rank == other && i > j);
}

static void sink_later(const int32_t *docs, const int32_t *ranks, int32_t *heap, int64_t size)
{
    for (int64_t hole = 0, child; (child = 2 * hole + 1) < size; hole = child) {
        if (child + 1 < size && is_later(docs, ranks, heap[child + 1], heap[child]))
            child++;
        if (!is_later(docs, ranks, heap[child], heap[hole]))
            return;
        int32_t index = heap[hole];
        heap[hole] = heap[child], heap[child] = index;
    }
}

/* The indices of the k of n documents with the lowest ranks, in order; returns how many. */
EXPORT int64_t lowest(const int32_t *docs, int64_t n, const int32_t *ranks, int64_t k,
                      int32_t *out_index)
{
    int64_t size = 0;
    for (int32_t i = 0; k && i < n; i++) {
        if (size < k) {
            /* A new last place: what is earlier in order moves down until it fits. */
            int64_t place = size++;
            for (; place && is_later(docs, ranks, i, out_index[(place - 1) / 2]);
                 place = (place - 1) / 2)
                out_index[place] = out_index[(place - 1) / 2];
            out_index[place] = i;
        } else if (is_later(docs, ranks, out_index[0], i)) {
            out_index[0] = i;
            sink_later(docs, ranks, out_index, size);
        }
    }
    for (int64_t end = size - 1; end > 0; end--) {
        int32_t index = out_index[0];
        out_index[0] = out_index[end], out_index[end] = index;
        sink_later(docs, ranks, out_index, end);
    }
    return size;
}

/* ---- facets ---- */

#define COUNT(CODE)                                                                       \
    do {                                                                                  \
        const CODE *of = codes;                                                           \
        for (int64_t i = 0; i < n; i++) {                                                 \
            int64_t start = starts ? starts[docs[i]] : docs[i];                           \
            int64_t stop = starts ? starts[docs[i] + 1] : start + 1;                      \
            /* Without a branch: many documents have no code, many have one. */           \
            counts[of[start < stop ? start : 0]] += start < stop;                         \
            for (int64_t place = start + 1; place < stop; place++)                        \
                counts[of[place]]++;                                                      \
        }                                                                                 \
    } while (0)

/* Adds how many of n documents have each code. Those of document d are codes[starts[d]..
   starts[d + 1]), or codes[d] alone where starts is NULL; a code takes 1, 2 or 4 bytes, and there is
   one at least. */
EXPORT void count_codes(const int32_t *docs, int64_t n, const int32_t *starts, const void *codes,
                        int32_t width, int64_t *counts)
{
    if (width == 1)
        COUNT(uint8_t);
    else if (width == 2)
        COUNT(uint16_t);
    else
        COUNT(int32_t);
}

/* ---- one match a story ---- */

/* The first match of each story, and all matches of none (story below 0), ascending; returns how
   many, or -1 if there is no memory. First is by score x prior if by_score, then by rank. */
EXPORT int64_t leaders(const int32_t *docs, const float *scores, int64_t n, const float *priors,
                       const int32_t *ranks, const int32_t *stories, int64_t n_stories,
                       int32_t by_score, int32_t *out_docs, float *out_scores)
{
    size_t size = (size_t)(n_stories + 1) * sizeof(int32_t);
    int32_t *first = malloc(size);
    if (!first)
        return -1;
    memset(first, 0xff, size);
    for (int32_t i = 0; i < n; i++) {
        int32_t doc = docs[i], story = stories[doc];
        if (story < 0)
            continue;
        int32_t other = first[story];
        if (other >= 0) {
            int32_t other_doc = docs[other];
            double score = by_score ? (double)scores[i] * (double)priors[doc] : 0;
            double best = by_score ? (double)scores[other] * (double)priors[other_doc] : 0;
            if (!is_behind(best, ranks[other_doc], other_doc, score, ranks[doc], doc))
                continue;
        }
        first[story] = i;
    }
    int64_t kept = 0;
    for (int64_t i = 0; i < n; i++) {
        int32_t story = stories[docs[i]];
        /* Without a branch: what is not kept is overwritten by the next. */
        out_docs[kept] = docs[i];
        out_scores[kept] = scores[i];
        kept += (story < 0) | (first[story < 0 ? 0 : story] == i);
    }
    free(first);
    return kept;
}

/* By what the scores of n matches are multiplied: `in_order` for marks with IN_ORDER, and for those
   that count fewer words than others do, if `are_tiers`, so much less that they stay below `margin`
   of what these score. Whether any of it is not 1. */
EXPORT int64_t factors_of_marks(const float *scores, const uint8_t *marks, int64_t n,
                                float in_order, int32_t are_tiers, float margin, float *factors)
{
    float lowest[IN_ORDER], highest[IN_ORDER], factor[IN_ORDER];
    for (int tier = 0; tier < IN_ORDER; tier++) {
        lowest[tier] = INFINITY;
        highest[tier] = 0;
    }
    for (int64_t i = 0; i < n; i++) {
        int tier = are_tiers ? marks[i] & ~IN_ORDER : 0;
        float score = marks[i] & IN_ORDER ? scores[i] * in_order : scores[i];
        lowest[tier] = score < lowest[tier] ? score : lowest[tier];
        highest[tier] = score > highest[tier] ? score : highest[tier];
    }
    float above = INFINITY;
    for (int tier = IN_ORDER - 1; tier >= 0; tier--) {
        int is_below = highest[tier] > above * margin;
        factor[tier] = is_below ? above * margin / highest[tier] : 1;
        if (lowest[tier] < INFINITY)
            above = lowest[tier] * factor[tier];
    }
    int64_t changed = 0;
    for (int64_t i = 0; i < n; i++) {
        factors[i] = factor[are_tiers ? marks[i] & ~IN_ORDER : 0];
        factors[i] *= marks[i] & IN_ORDER ? in_order : 1;
        changed |= factors[i] != 1;
    }
    return changed;
}
