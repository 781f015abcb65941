/* Term dictionaries: string i is blob[offsets[i]..offsets[i + 1]), strings ascend bytewise. */

#include <string.h>

#include "kernels.h"

static int is_below(const uint8_t *a, int64_t a_length, const uint8_t *b, int64_t b_length)
{
    int order = memcmp(a, b, (size_t)(a_length < b_length ? a_length : b_length));
    return order < 0 || (order == 0 && a_length < b_length);
}

/* The index of the first of n strings that is not below the text; n if all are. */
EXPORT int64_t lower_bound(const uint8_t *blob, const uint32_t *offsets, int64_t n,
                           const uint8_t *text, int64_t length)
{
    int64_t low = 0, high = n;
    while (low < high) {
        int64_t middle = (low + high) >> 1, start = offsets[middle];
        if (is_below(blob + start, offsets[middle + 1] - start, text, length))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The index of a text, -1 where it is not among the n strings. */
EXPORT int64_t find_term(const uint8_t *blob, const uint32_t *offsets, int64_t n,
                         const uint8_t *text, int64_t length)
{
    int64_t place = lower_bound(blob, offsets, n, text, length);
    int is_there = place < n && offsets[place + 1] - offsets[place] == length
                   && memcmp(blob + offsets[place], text, (size_t)length) == 0;
    return is_there ? place : -1;
}
