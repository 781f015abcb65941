/* In which fields documents hold any of many words: what prefixes and patterns are found by. */

#include <string.h>

#include "kernels.h"

/* Adds to the fields of documents, a bit for each field, those where the postings from start to
   stop of a segment have a word. The first of their positions is at `position`, and document 0 of
   the segment has the number `base`. */
EXPORT void mark_fields(const int32_t *docs, const uint8_t *counts, const uint16_t *positions,
                        int64_t start, int64_t stop, int64_t position, int32_t base,
                        uint8_t *fields)
{
    for (int64_t posting = start; posting < stop; posting++) {
        uint8_t found = 0;
        for (int left = counts[posting]; left; left--)
            found |= (uint8_t)(1 << (positions[position++] >> FIELD_SHIFT));
        fields[base + docs[posting]] |= found;
    }
}

/* The documents, of n, that have a field of the mask, ascending, and for each the sum of the
   weights of these fields; returns how many. There has to be room for one more. */
EXPORT int64_t weigh_fields(const uint8_t *fields, int64_t n, uint8_t field_mask,
                            const float *weights, int32_t *out_docs, float *out_scores)
{
    float sums[1 << FIELDS] = {0};
    for (int found = 0; found < 1 << FIELDS; found++)
        for (int field = 0; field < FIELDS; field++)
            sums[found] += found >> field & field_mask >> field & 1 ? weights[field] : 0;
    int64_t size = 0;
    for (int64_t doc = 0; doc < n;) {
        uint64_t eight = 0;
        int64_t until = doc + 8 < n ? doc + 8 : n;
        memcpy(&eight, fields + doc, (size_t)(until - doc));
        for (doc = eight ? doc : until; doc < until; doc++) {
            /* Without a branch: what has no such field is overwritten by the next. */
            out_docs[size] = (int32_t)doc;
            out_scores[size] = sums[fields[doc]];
            size += (fields[doc] & field_mask) != 0;
        }
    }
    return size;
}
