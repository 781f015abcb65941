/* The loops of publishing: texts turned around into postings, and impacts of all words. */

#include <stdlib.h>

#include "kernels.h"

/* ---- texts turned around ----

   A document's text in field f is counts[f][doc] of the entries of that field, in reading order.
   Entry e stands for the terms entry_terms[entry_starts[e]..entry_starts[e + 1]), each at its
   distance (entry_offsets) from the entry's place, and moves the place on by entry_advances[e]. */

typedef struct {
    const int32_t *entries[FIELDS], *counts[FIELDS];
    int64_t documents;
    const int32_t *entry_starts, *entry_terms, *entry_offsets, *entry_advances;
} Texts;

/* What is known of a term on the way: its last document, how often it stood there, and what it
   has had so far. */
typedef struct {
    int64_t postings, occurrences;
    int32_t doc, count;
} Seen;

/* A posting's count is one byte: further occurrences in a document are left out. */
enum { MOST_OCCURRENCES = 255 };

/* A longer field counts as one of so many terms. */
enum { MOST_LENGTH = 65535 };

/* Whether a term that stands in `doc` gets an occurrence more; counts it, and its posting. */
static int counts_once_more(Seen *seen, int32_t doc)
{
    if (seen->doc != doc) {
        seen->doc = doc;
        seen->count = 0;
        seen->postings++;
    }
    if (seen->count == MOST_OCCURRENCES)
        return 0;
    seen->count++;
    seen->occurrences++;
    return 1;
}

static uint16_t position_of(int field, int64_t place)
{
    return (uint16_t)(field << FIELD_SHIFT | (place > MOST_PLACE ? PLACE_MASK : (int)place));
}

/* The positions of one posting ascend: a text may name the parts of an entry in any order. */
static void put_in_order(uint16_t *positions, int64_t place, int64_t first, uint16_t position)
{
    for (; place > first && positions[place - 1] > position; place--)
        positions[place] = positions[place - 1];
    positions[place] = position;
}

/* The first pass: how many postings and occurrences each term has, and how many terms each
   document has in each field, lengths[field * documents + doc]. `seen` is zero but for doc, -1. */
static void count_terms(const Texts *texts, Seen *seen, uint16_t *lengths)
{
    const int32_t *entries[FIELDS];
    for (int field = 0; field < FIELDS; field++)
        entries[field] = texts->entries[field];
    for (int32_t doc = 0; doc < texts->documents; doc++)
        for (int field = 0; field < FIELDS; field++) {
            int32_t length = 0;
            for (int32_t left = texts->counts[field][doc]; left; left--) {
                int32_t entry = *entries[field]++;
                int32_t start = texts->entry_starts[entry], stop = texts->entry_starts[entry + 1];
                for (int32_t i = start; i < stop; i++)
                    counts_once_more(&seen[texts->entry_terms[i]], doc);
                length += stop - start;
            }
            lengths[field * texts->documents + doc] =
                (uint16_t)(length > MOST_LENGTH ? MOST_LENGTH : length);
        }
}

/* The second pass: `seen` holds where each term's postings and positions start, and doc -1. */
static void fill_postings(const Texts *texts, Seen *seen, int32_t *docs, uint8_t *counts,
                          uint16_t *positions)
{
    const int32_t *entries[FIELDS];
    for (int field = 0; field < FIELDS; field++)
        entries[field] = texts->entries[field];
    for (int32_t doc = 0; doc < texts->documents; doc++)
        for (int field = 0; field < FIELDS; field++) {
            int64_t place = 0;
            for (int32_t left = texts->counts[field][doc]; left; left--) {
                int32_t entry = *entries[field]++;
                int32_t stop = texts->entry_starts[entry + 1];
                for (int32_t i = texts->entry_starts[entry]; i < stop; i++) {
                    Seen *term = &seen[texts->entry_terms[i]];
                    if (!counts_once_more(term, doc))
                        continue;
                    docs[term->postings - 1] = doc;
                    counts[term->postings - 1] = (uint8_t)term->count;
                    int64_t last = term->occurrences - 1;
                    put_in_order(positions, last, last - (term->count - 1),
                                 position_of(field, place + texts->entry_offsets[i]));
                }
                place += texts->entry_advances[entry];
            }
        }
}

/* How much room the postings of `vocabulary` terms take: starts and position_starts, of one number
   more, get where those of each term start; returns -1 if there is no memory, else 0. */
EXPORT int64_t measure_postings(const int32_t *const *entries, const int32_t *const *entry_counts,
                                int64_t documents, const int32_t *entry_starts,
                                const int32_t *entry_terms, int64_t vocabulary, int64_t *starts,
                                int64_t *position_starts, uint16_t *lengths)
{
    Seen *seen = malloc((size_t)(vocabulary + 1) * sizeof *seen);
    if (!seen)
        return -1;
    for (int64_t term = 0; term < vocabulary; term++)
        seen[term] = (Seen){0, 0, -1, 0};
    Texts texts = {{entries[0], entries[1], entries[2], entries[3]},
                   {entry_counts[0], entry_counts[1], entry_counts[2], entry_counts[3]},
                   documents, entry_starts, entry_terms, NULL, NULL};
    count_terms(&texts, seen, lengths);
    starts[0] = position_starts[0] = 0;
    for (int64_t term = 0; term < vocabulary; term++) {
        starts[term + 1] = starts[term] + seen[term].postings;
        position_starts[term + 1] = position_starts[term] + seen[term].occurrences;
    }
    free(seen);
    return 0;
}

/* Writes the postings that measure_postings made room for; returns -1 if there is no memory. */
EXPORT int64_t write_postings(const int32_t *const *entries, const int32_t *const *entry_counts,
                              int64_t documents, const int32_t *entry_starts,
                              const int32_t *entry_terms, const int32_t *entry_offsets,
                              const int32_t *entry_advances, int64_t vocabulary,
                              const int64_t *starts, const int64_t *position_starts, int32_t *docs,
                              uint8_t *counts, uint16_t *positions)
{
    Seen *seen = malloc((size_t)(vocabulary + 1) * sizeof *seen);
    if (!seen)
        return -1;
    for (int64_t term = 0; term < vocabulary; term++)
        seen[term] = (Seen){starts[term], position_starts[term], -1, 0};
    Texts texts = {{entries[0], entries[1], entries[2], entries[3]},
                   {entry_counts[0], entry_counts[1], entry_counts[2], entry_counts[3]},
                   documents, entry_starts, entry_terms, entry_offsets, entry_advances};
    fill_postings(&texts, seen, docs, counts, positions);
    free(seen);
    return 0;
}

/* ---- impacts ---- */

/* The postings of one word of a segment, from where they have been read to. */
typedef struct {
    int64_t here, stop, position;
    int32_t word; /* its number in the generation */
    int32_t doc;  /* that was read last, and what the word counts in it */
    float c;
} Form;

/* The arrays of a segment; document d of it is base + d of the generation. */
typedef struct {
    const int32_t *docs;
    const uint8_t *counts;
    const uint16_t *positions;
    const int64_t *starts, *position_starts;
    int64_t base;
} Segment;

/* Takes in the sum of the weights of the fields where a posting's positions lie; moves on. */
static void take_posting(const Segment *segment, Form *form, const float *field_weights)
{
    form->c = 0;
    for (int count = segment->counts[form->here]; count; count--)
        form->c += field_weights[segment->positions[form->position++] >> FIELD_SHIFT];
    form->doc = segment->docs[form->here++];
}

/* The next document of any of the forms. */
static int32_t next_doc(const Segment *segment, const Form *forms, int64_t n)
{
    int32_t doc = INT32_MAX;
    for (int64_t i = 0; i < n; i++)
        if (segment->docs[forms[i].here] < doc)
            doc = segment->docs[forms[i].here];
    return doc;
}

/* Leaves out the forms that have no postings left; keeps the order, in which weights are summed. */
static int64_t unfinished(Form *forms, int64_t n)
{
    int64_t left = 0;
    for (int64_t i = 0; i < n; i++)
        if (forms[i].here < forms[i].stop)
            forms[left++] = forms[i];
    return left;
}

/* The sat of a word as typed in a document with other forms of its stem. */
typedef struct {
    int32_t word, doc;
    uint16_t sat;
} Side;

typedef struct {
    const uint8_t *states, *form_of;
    const float *norms, *field_weights;
    int32_t *docs, *document_counts;
    uint16_t *sats;
    uint8_t *forms;
    int64_t n;
    int32_t live;
    /* In the order in which they are found; sides is NULL if there is no memory for more. */
    Side *sides;
    int64_t n_sides, room;
} Impacts;

enum { DELETED = 0, LIVE = 2 };

static uint16_t sat_of(float c, float norm)
{
    int32_t sat = (int32_t)(65535.0 * c / ((double)c + (double)norm) + .5);
    return (uint16_t)(sat < 1 ? 1 : sat > 65535 ? 65535 : sat);
}

static void put_side(Impacts *impacts, int32_t word, int64_t doc, uint16_t sat)
{
    if (impacts->n_sides == impacts->room) {
        Side *before = impacts->sides;
        impacts->room *= 2;
        impacts->sides = realloc(before, (size_t)impacts->room * sizeof *before);
        if (!impacts->sides)
            free(before);
    }
    if (impacts->sides)
        impacts->sides[impacts->n_sides++] = (Side){word, (int32_t)doc, sat};
}

/* Adds the impacts of a document of a segment, in which some of the forms stand. */
static void put_impacts(Impacts *impacts, const Segment *segment, int32_t doc, const Form *forms,
                        int64_t n)
{
    int64_t number = segment->base + doc;
    if (impacts->states[number] == DELETED)
        return;
    float c = 0, norm = impacts->norms[number];
    uint8_t form = NO_FORM;
    int present = 0;
    for (int64_t i = 0; i < n; i++)
        if (forms[i].doc == doc) {
            c += forms[i].c;
            form = present++ ? SEVERAL : impacts->form_of[forms[i].word];
            impacts->document_counts[forms[i].word]++;
        }
    if (form == NO_FORM)
        form = SEVERAL;
    for (int64_t i = 0; form == SEVERAL && i < n; i++)
        if (forms[i].doc == doc)
            put_side(impacts, forms[i].word, number, sat_of(forms[i].c, norm));
    impacts->docs[impacts->n] = (int32_t)number;
    impacts->sats[impacts->n] = sat_of(c, norm);
    impacts->forms[impacts->n++] = form;
    impacts->live += impacts->states[number] == LIVE;
}

/* Adds the impacts of a segment's words of one stem, as far as there is memory. */
static void add_forms(Impacts *impacts, const Segment *segment, Form *forms, int64_t n)
{
    n = unfinished(forms, n);
    while (n && impacts->sides) {
        int32_t doc = next_doc(segment, forms, n);
        int is_finished = 0;
        for (int64_t i = 0; i < n; i++)
            if (segment->docs[forms[i].here] == doc) {
                take_posting(segment, &forms[i], impacts->field_weights);
                is_finished |= forms[i].here == forms[i].stop;
            }
        put_impacts(impacts, segment, doc, forms, n);
        if (is_finished)
            n = unfinished(forms, n);
    }
}

/* Puts the side lists in the order of words; their documents ascend already. */
static void sort_sides(const Impacts *impacts, int64_t words, int64_t *starts, int32_t *docs,
                       uint16_t *sats)
{
    for (int64_t word = 0; word <= words; word++)
        starts[word] = 0;
    for (int64_t i = 0; i < impacts->n_sides; i++)
        starts[impacts->sides[i].word + 1]++;
    for (int64_t word = 0; word < words; word++)
        starts[word + 1] += starts[word];
    for (int64_t i = 0; i < impacts->n_sides; i++) {
        int64_t place = starts[impacts->sides[i].word]++;
        docs[place] = impacts->sides[i].doc;
        sats[place] = impacts->sides[i].sat;
    }
    /* Each has moved on to where the next one starts. */
    for (int64_t word = words; word > 0; word--)
        starts[word] = starts[word - 1];
    starts[0] = 0;
}

/* The impacts of all stems, and of words as typed where several forms of a stem stand.

   Stem t has the words run_own of the segments run_segments, [stem_runs[t]..stem_runs[t + 1]), by
   segment; run_words has their numbers in the generation, by which form_of is. Documents are
   numbered by generation: states (0 deleted, 2 live) and norms are by these.
   out_starts[stems + 1] gets where each list starts, frequencies[stems] its live documents,
   document_counts[words] the documents with each word as typed, side_starts[words + 1] where each
   short list starts. Returns how many impacts there are, at most as many as postings, as are the
   sides, or -1 if there is no memory. */
EXPORT int64_t build_impacts(
    const int32_t *const *docs, const uint8_t *const *counts, const uint16_t *const *positions,
    const int64_t *const *starts, const int64_t *const *position_starts, const int64_t *bases,
    const uint8_t *states, const float *norms, const float *field_weights,
    const int64_t *stem_runs, const int32_t *run_segments, const int32_t *run_own,
    const int32_t *run_words, int64_t stems, const uint8_t *form_of, int64_t words,
    int64_t *out_starts, int32_t *out_docs, uint16_t *out_sats, uint8_t *out_forms,
    int32_t *frequencies, int32_t *document_counts, int64_t *side_starts, int32_t *side_docs,
    uint16_t *side_sats)
{
    int64_t most = 0, room = 1024;
    for (int64_t stem = 0; stem < stems; stem++)
        if (stem_runs[stem + 1] - stem_runs[stem] > most)
            most = stem_runs[stem + 1] - stem_runs[stem];
    for (int64_t word = 0; word < words; word++)
        document_counts[word] = 0;
    Form *forms = malloc((size_t)(most + 1) * sizeof *forms);
    Impacts impacts = {states, form_of, norms, field_weights, out_docs, document_counts,
                       out_sats, out_forms, 0, 0, malloc((size_t)room * sizeof(Side)), 0, room};
    out_starts[0] = 0;
    for (int64_t stem = 0; stem < stems && forms && impacts.sides; stem++) {
        impacts.live = 0;
        for (int64_t run = stem_runs[stem], stop = stem_runs[stem + 1]; run < stop;) {
            int32_t s = run_segments[run];
            Segment segment = {docs[s], counts[s], positions[s], starts[s], position_starts[s],
                               bases[s]};
            int64_t n = 0;
            for (; run < stop && run_segments[run] == s; run++) {
                int32_t own = run_own[run];
                forms[n++] = (Form){starts[s][own], starts[s][own + 1], position_starts[s][own],
                                    run_words[run], -1, 0};
            }
            add_forms(&impacts, &segment, forms, n);
        }
        out_starts[stem + 1] = impacts.n;
        frequencies[stem] = impacts.live;
    }
    int has_memory = forms && impacts.sides;
    if (has_memory)
        sort_sides(&impacts, words, side_starts, side_docs, side_sats);
    free(forms);
    free(impacts.sides);
    return has_memory ? impacts.n : -1;
}
