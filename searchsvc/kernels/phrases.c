/* Documents that hold a phrase, by the postings of a segment. */

#include <string.h>

#include "kernels.h"

/* Where a word has been read to: a posting, and where the positions of a posting before start. */
typedef struct {
    int64_t posting, stop;
    int64_t known, position;
    int32_t gap;
} Cursor;

/* The sum of n counts, eight at a time: those of even and of odd places in lanes of 16 bits. */
static int64_t sum(const uint8_t *counts, int64_t n)
{
    const uint64_t bytes = 0x00ff00ff00ff00ff, pairs = 0x0000ffff0000ffff;
    int64_t total = 0;
    while (n >= 8) {
        uint64_t lanes = 0;
        /* A lane has room for 128 times two counts. */
        for (int step = 0; step < 128 && n >= 8; step++, counts += 8, n -= 8) {
            uint64_t eight;
            memcpy(&eight, counts, 8);
            lanes += (eight & bytes) + (eight >> 8 & bytes);
        }
        lanes = (lanes & pairs) + (lanes >> 16 & pairs);
        total += (int64_t)(lanes >> 32) + (int64_t)(lanes & 0xffffffff);
    }
    for (; n > 0; n--)
        total += *counts++;
    return total;
}

/* Whether the words of which the postings are at hand stand side by side in a field of the mask. */
static int stand_together(Cursor *cursors, int64_t words, const uint8_t *counts,
                          const uint16_t *positions, uint8_t field_mask, int32_t longest_gap)
{
    int64_t here[MOST_WORDS], stops[MOST_WORDS];
    for (int64_t word = 0; word < words; word++) {
        /* Counts are summed for documents with all words only. */
        Cursor *cursor = &cursors[word];
        cursor->position += sum(counts + cursor->known, cursor->posting - cursor->known);
        cursor->known = cursor->posting;
        here[word] = cursor->position;
        stops[word] = cursor->position + counts[cursor->posting];
    }
    for (; here[0] < stops[0]; here[0]++) {
        int32_t first = positions[here[0]];
        if (!(field_mask >> (first >> FIELD_SHIFT) & 1))
            continue;
        if ((first & PLACE_MASK) + longest_gap >= PLACE_MASK)
            continue;
        int64_t word = 1;
        for (; word < words; word++) {
            int32_t wanted = first + cursors[word].gap;
            while (here[word] < stops[word] && positions[here[word]] < wanted)
                here[word]++;
            if (here[word] == stops[word] || positions[here[word]] != wanted)
                break;
        }
        if (word == words)
            return 1;
    }
    return 0;
}

/* The documents where words (1 to MOST_WORDS) stand side by side in one field: word w at gaps[w]
   (not below 0; gaps[0] is 0) from the first. Word w has the postings starts[w] to stops[w], its
   positions begin at position_starts[w]. There has to be room for the shortest list. */
EXPORT int64_t phrase(const int32_t *docs, const uint8_t *counts, const uint16_t *positions,
                      const int64_t *starts, const int64_t *stops, const int64_t *position_starts,
                      const int32_t *gaps, int64_t words, uint8_t field_mask, int32_t *out_docs)
{
    Cursor cursors[MOST_WORDS];
    int64_t rarest = 0, n = 0;
    int32_t longest_gap = 0;
    for (int64_t word = 0; word < words; word++) {
        cursors[word] = (Cursor){starts[word], stops[word], starts[word], position_starts[word],
                                 gaps[word]};
        if (stops[word] - starts[word] < stops[rarest] - starts[rarest])
            rarest = word;
        if (gaps[word] > longest_gap)
            longest_gap = gaps[word];
    }
    for (Cursor *leader = &cursors[rarest]; leader->posting < leader->stop; leader->posting++) {
        int32_t doc = docs[leader->posting];
        int64_t word = 0;
        for (; word < words; word++) {
            Cursor *cursor = &cursors[word];
            cursor->posting = advance(docs, cursor->posting, cursor->stop, doc);
            if (cursor->posting == cursor->stop)
                return n;
            if (docs[cursor->posting] != doc)
                break;
        }
        if (word == words
            && stand_together(cursors, words, counts, positions, field_mask, longest_gap))
            out_docs[n++] = doc;
    }
    return n;
}

/* What a posting adds to the window of its document: one, and one above where it has the flag. */
static inline uint16_t held(const uint8_t *flags, int64_t posting, uint8_t flag)
{
    return flags[posting] & flag ? 0x101 : 1;
}

/* How n documents (ascending) word a query: each of marks grows by how many of the words (1 to
   MOST_WORDS, as in `phrase`) stand in the document, and gets IN_ORDER where they all stand side by
   side in a field of the mask. They are looked for only where all their postings have the flag.
   Documents are numbered from `base` on in the postings. */
EXPORT void mark_words(const int32_t *found, int64_t n, int32_t base, const int32_t *docs,
                       const uint8_t *counts, const uint16_t *positions, const uint8_t *flags,
                       const int64_t *starts, const int64_t *stops,
                       const int64_t *position_starts, int64_t words, uint8_t flag,
                       uint8_t field_mask, uint8_t *marks)
{
    Cursor cursors[MOST_WORDS];
    int64_t here[MOST_WORDS];
    uint16_t window[WINDOW] = {0};
    for (int64_t word = 0; word < words; word++) {
        cursors[word] = (Cursor){starts[word], stops[word], starts[word], position_starts[word],
                                 (int32_t)word};
        here[word] = starts[word];
    }
    for (int64_t i = advance(found, 0, n, base), until; i < n; i = until) {
        int32_t from = found[i] - base;
        until = advance(found, i, n, found[i] + WINDOW);
        for (int64_t word = 0; word < words; word++) {
            int64_t j = here[word], stop = stops[word];
            if (stop - starts[word] > DENSE * n) {
                for (int64_t k = i; k < until; k++) {
                    j = advance(docs, j, stop, found[k] - base);
                    if (j == stop)
                        break;
                    if (docs[j] == found[k] - base)
                        window[docs[j] - from] += held(flags, j, flag);
                }
            } else {
                for (j = advance(docs, j, stop, from); j < stop && docs[j] - from < WINDOW; j++)
                    window[docs[j] - from] += held(flags, j, flag);
            }
            here[word] = j;
        }
        for (int64_t k = i; k < until; k++) {
            int32_t doc = found[k] - base;
            marks[k] += window[doc - from] & 0xff;
            if (window[doc - from] >> 8 < words || !field_mask)
                continue;
            for (int64_t word = 0; word < words; word++)
                cursors[word].posting =
                    advance(docs, cursors[word].posting, cursors[word].stop, doc);
            if (stand_together(cursors, words, counts, positions, field_mask,
                               (int32_t)words - 1))
                marks[k] |= IN_ORDER;
        }
        memset(window, 0, sizeof window);
    }
}
