/* What the C files share: how functions leave the library, and how ascending lists are searched.

   Nothing is checked here. Arrays are contiguous and of the types named; the Python side checks
   types, and whoever opens an index checks that its arrays make sense. Documents are numbered
   from 0 and stay well below INT32_MAX. */

#ifndef KERNELS_H
#define KERNELS_H

#include <stdint.h>

#ifdef _WIN32
#define EXPORT __declspec(dllexport)
#else
#define EXPORT __attribute__((visibility("default")))
#endif

/* A position in a text: the number of its field in two bits, then its place in the field. */
enum { FIELDS = 4, FIELD_SHIFT = 14, PLACE_MASK = 0x3fff };

/* Words of a field from this place on all get PLACE_MASK, which matches nothing. */
enum { MOST_PLACE = PLACE_MASK - 2 };

/* Words of one call. */
enum { MOST_WORDS = 64 };

/* Which form of a stem stands in a document: its number, below NO_FORM, if it stands there alone,
   else SEVERAL, as for a form of a higher number, which has NO_FORM for its own. */
enum { NO_FORM = 254, SEVERAL = 255 };

/* In a mark of `mark_words`: the words stand side by side. The other bits count words. */
enum { IN_ORDER = 0x80 };

enum {
    /* Documents looked at together: what is known of them fits into a core's first cache. */
    WINDOW = 8192,
    /* Where a list is less than so many times as long as another, reading all of it is faster than
       searching it: a step of a search costs a mispredicted branch. */
    DENSE = 12
};

/* The first of docs[here..stop) that is not below `doc`, in steps that double; `stop` if none. */
static inline int64_t advance(const int32_t *docs, int64_t here, int64_t stop, int32_t doc)
{
    if (here >= stop || docs[here] >= doc)
        return here;
    int64_t step = 1;
    while (here + step < stop && docs[here + step] < doc) {
        here += step;
        step += step;
    }
    int64_t low = here + 1, high = here + step < stop ? here + step : stop;
    while (low < high) {
        int64_t middle = (low + high) >> 1;
        if (docs[middle] < doc)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

#endif
