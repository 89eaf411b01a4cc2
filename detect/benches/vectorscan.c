/* Searches a text for many patterns with Hyperscan or Vectorscan, for `cargo bench -p detect --bench scan -- vectorscan`.
 *
 * vectorscan PATTERNS TEXT: one pattern a line. Prints patterns that compile, matches, bytes and seconds of processor time.
 */
#include <hs/hs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MOST 4096
#define RUN 1.5

static char *read_all(const char *path, size_t *length) {
    FILE *file = fopen(path, "rb");
    if (!file) { perror(path); exit(1); }
    fseek(file, 0, SEEK_END);
    *length = (size_t)ftell(file);
    rewind(file);
    char *text = malloc(*length + 1);
    if (!text || fread(text, 1, *length, file) != *length) { perror(path); exit(1); }
    text[*length] = 0;
    fclose(file);
    return text;
}

static int count(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *matches) {
    (void)id; (void)from; (void)to; (void)flags;
    ++*(unsigned long long *)matches;
    return 0;
}

static double processor_time(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
    static const char *patterns[MOST];
    static unsigned flags[MOST], ids[MOST];
    size_t listed, length;
    unsigned known = 0;
    if (argc != 3) return 2;
    char *list = read_all(argv[1], &listed), *text = read_all(argv[2], &length);
    hs_database_t *database;
    hs_compile_error_t *error;
    for (char *line = strtok(list, "\n"); line && known < MOST; line = strtok(NULL, "\n")) {
        if (hs_compile(line, 0, HS_MODE_BLOCK, NULL, &database, &error) != HS_SUCCESS) {
            hs_free_compile_error(error);
            continue;
        }
        hs_free_database(database);
        patterns[known] = line;
        ids[known] = known;
        known++;
    }
    if (hs_compile_multi(patterns, flags, ids, known, HS_MODE_BLOCK, NULL, &database, &error) != HS_SUCCESS) {
        fprintf(stderr, "%s\n", error->message);
        return 1;
    }
    hs_scratch_t *scratch = NULL;
    if (hs_alloc_scratch(database, &scratch) != HS_SUCCESS) return 1;
    unsigned long long matches = 0, bytes = 0;
    double begun = processor_time(), taken = 0;
    while (taken < RUN) {
        matches = 0;
        hs_scan(database, text, (unsigned)length, 0, scratch, count, &matches);
        bytes += length;
        taken = processor_time() - begun;
    }
    printf("%u %llu %llu %f\n", known, matches, bytes, taken);
    return 0;
}
