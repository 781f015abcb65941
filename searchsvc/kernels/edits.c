/* How many edits lie between a typed word and words of a dictionary: letters too many, too few or
   wrong, and neighbours swapped (optimal string alignment). */

#include "kernels.h"

/* A longer word is near none; of one that may only begin like the typed one, no more are read. */
enum { MOST_LETTERS = 64 };

/* Added to a byte that is no part of a letter: a letter that nobody types. */
enum { DAMAGED = 0x110000 };

/* The letter at the start of some UTF-8 that is not empty, and how many bytes it takes. */
static uint32_t first_letter(const uint8_t *text, int64_t length, int *size)
{
    uint32_t lead = text[0];
    *size = 1;
    if (lead < 0x80)
        return lead;
    int bytes = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (lead < 0xc0 || lead > 0xf7 || bytes > length)
        return DAMAGED + lead;
    uint32_t letter = lead & (0x7fu >> bytes);
    for (int i = 1; i < bytes; i++) {
        if ((text[i] & 0xc0) != 0x80)
            return DAMAGED + lead;
        letter = letter << 6 | (text[i] & 0x3fu);
    }
    *size = bytes;
    return letter;
}

/* The first letters of some UTF-8, `most` at most, and how many they are. */
static int first_letters(const uint8_t *text, int64_t length, int most, uint32_t *letters)
{
    int n = 0, size;
    for (; n < most && length > 0; text += size, length -= size)
        letters[n++] = first_letter(text, length, &size);
    return n;
}

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

/* The edits from a to b, or to the beginning of b that is nearest; cutoff + 1 if there are more.

   Row i has the edits from the first i letters of a to the first j of b, for the j that lie at most
   `cutoff` from i: all others are more. */
static int edits_between(const uint32_t *a, int n, const uint32_t *b, int m, int cutoff,
                         int is_beginning)
{
    uint8_t rows[3][MOST_LETTERS + 1];
    int far = cutoff + 1, least = 0;
    for (; n && m && a[0] == b[0]; n--, m--)
        a++, b++;
    for (; !is_beginning && n && m && a[n - 1] == b[m - 1]; n--)
        m--;
    if (n - m > cutoff || (!is_beginning && m - n > cutoff))
        return far;
    for (int j = 0; j <= smaller(cutoff, m); j++)
        rows[0][j] = (uint8_t)j;
    for (int i = 1; i <= n && least < far; i++) {
        uint8_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *second = rows[(i + 1) % 3];
        int first = i > cutoff ? i - cutoff : 0, last = smaller(i + cutoff, m);
        least = far;
        for (int j = first; j <= last; j++) {
            int edits = j == 0 ? i : above[j - 1] + (a[i - 1] != b[j - 1]);
            if (j > first)
                edits = smaller(edits, row[j - 1] + 1);
            if (j < i + cutoff)
                edits = smaller(edits, above[j] + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                edits = smaller(edits, second[j - 2] + 1);
            edits = smaller(edits, far);
            row[j] = (uint8_t)edits;
            least = smaller(least, edits);
        }
    }
    if (least == far || is_beginning)
        return n ? least : 0;
    return rows[n % 3][m];
}

/* For the strings at n places, UTF-8, the edits from the `length` letters typed, or to the nearest
   beginning; cutoff + 1 if there are more. A cutoff is below 255. */
EXPORT void count_edits(const uint32_t *typed, int64_t length, const uint8_t *blob,
                        const uint32_t *offsets, const int32_t *places, int64_t n, int32_t cutoff,
                        int32_t is_beginning, uint8_t *found)
{
    uint32_t letters[MOST_LETTERS + 1];
    int64_t most = length + cutoff < MOST_LETTERS ? length + cutoff : MOST_LETTERS;
    for (int64_t i = 0; i < n; i++) {
        uint32_t start = offsets[places[i]], stop = offsets[places[i] + 1];
        found[i] = (uint8_t)(cutoff + 1);
        if (length > MOST_LETTERS)
            continue;
        int read = first_letters(blob + start, (int64_t)stop - start, (int)most + !is_beginning,
                                 letters);
        if (read <= most)
            found[i] = (uint8_t)edits_between(typed, (int)length, letters, read, cutoff,
                                              is_beginning);
    }
}
