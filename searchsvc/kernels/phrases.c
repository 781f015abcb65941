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

/* How n documents (ascending) word a query: each of marks grows by how many of the words (1 to
   MOST_WORDS, as in `phrase`) stand in the document, and gets IN_ORDER where they all stand side by
   side in a field of the mask. Documents are numbered from `base` on in the postings. */
EXPORT void mark_words(const int32_t *found, int64_t n, int32_t base, const int32_t *docs,
                       const uint8_t *counts, const uint16_t *positions, const int64_t *starts,
                       const int64_t *stops, const int64_t *position_starts, int64_t words,
                       uint8_t field_mask, uint8_t *marks)
{
    Cursor cursors[MOST_WORDS];
    for (int64_t word = 0; word < words; word++)
        cursors[word] = (Cursor){starts[word], stops[word], starts[word], position_starts[word],
                                 (int32_t)word};
    for (int64_t i = advance(found, 0, n, base); i < n; i++) {
        int64_t standing = 0, over = 0;
        for (int64_t word = 0; word < words; word++) {
            Cursor *cursor = &cursors[word];
            cursor->posting = advance(docs, cursor->posting, cursor->stop, found[i] - base);
            if (cursor->posting == cursor->stop)
                over++;
            else
                standing += docs[cursor->posting] == found[i] - base;
        }
        if (over == words)
            return;
        marks[i] += (uint8_t)standing;
        if (standing == words && field_mask
            && stand_together(cursors, words, counts, positions, field_mask, (int32_t)words - 1))
            marks[i] |= IN_ORDER;
    }
}
