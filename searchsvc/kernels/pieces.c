/* Which pieces of a text, between white space, are worth reading. */

#include "kernels.h"

enum { DIGITS = 10, SIGN = 36, ALWAYS = 37 };

static int is_space(uint32_t c)
{
    return c == ' ' || (c >= 0x09 && c <= 0x0d) || (c >= 0x1c && c <= 0x1f) || c == 0x85
           || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028
           || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

/* The number of a digit or of a letter of ASCII, small or capital; SIGN for what words of English
   are written with or without, ALWAYS for what makes other words of them (C++, C#, AT&T, naïve). */
static int code_of(uint32_t c)
{
    if (c - '0' < DIGITS)
        return (int)(c - '0');
    if ((c | 0x20) - 'a' < 26)
        return (int)((c | 0x20) - 'a') + DIGITS;
    if (c >= 0x2010 && c <= 0x2026)
        return SIGN; /* dashes, quotation marks, an ellipsis */
    return c >= 0x80 || c == '+' || c == '#' || c == '&' ? ALWAYS : SIGN;
}

/* Where the pieces of a text of n characters, UTF-32, start and end, of which two neighbours, signs
   between them aside, are a pair of the table, [36][36] of 0 or 1; and those of one letter or with
   characters of ALWAYS. All pieces where the table is NULL. Returns how many there are; there has
   to be room for two numbers for every second character, and one piece more. */
EXPORT int64_t pieces_with(const uint32_t *text, int64_t n, const uint8_t *pairs, int32_t *out)
{
    int64_t found = 0;
    for (int64_t i = 0; i < n;) {
        while (i < n && is_space(text[i]))
            i++;
        int64_t start = i;
        int last = SIGN, letters = 0, is_wanted = !pairs;
        for (; i < n && !is_space(text[i]); i++) {
            int code = code_of(text[i]);
            if (code == SIGN)
                continue;
            is_wanted |= code == ALWAYS || (last < SIGN && pairs && pairs[last * SIGN + code]);
            last = code == ALWAYS ? SIGN : code;
            letters++;
        }
        if (start < i && (is_wanted || letters == 1)) {
            out[2 * found] = (int32_t)start;
            out[2 * found + 1] = (int32_t)i;
            found++;
        }
    }
    return found;
}
