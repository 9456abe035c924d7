/* A coder in C for `codelen judge exec:./fixed`: every symbol has as many bits as the largest needs.

   fixed encode MODEL.json          symbols on standard input, the payload on standard output
   fixed decode MODEL.json COUNT    the way back

   Of the model it needs two things, the number of symbols and their width:
   {"symbols": 300, "dtype": "<u2", "probabilities": [...]} */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int read_model(const char *path, long *symbols) {
    char text[256];
    FILE *file = fopen(path, "rb");
    if (!file) return 0;
    size_t size = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[size] = 0;
    const char *number = strstr(text, "\"symbols\": "), *width = strstr(text, "u1\"");
    if (!number) return 0;
    *symbols = strtol(number + 11, NULL, 10);
    return width ? 1 : strstr(text, "<u2\"") ? 2 : 4;
}

static int bits_of(long symbols) {
    int bits = 0;
    while ((1L << bits) < symbols) bits++;
    return bits;
}

int main(int argc, char **argv) {
    long symbols = 0;
    if (argc < 3) return 2;
    int width = read_model(argv[2], &symbols), bits = bits_of(symbols);
    if (!width) {
        fprintf(stderr, "fixed: %s: no model\n", argv[2]);
        return 1;
    }
    unsigned long long window = 0;
    int held = 0, c;
    if (!strcmp(argv[1], "encode")) {
        unsigned long symbol = 0;
        int have = 0;
        while ((c = getchar()) != EOF) {
            symbol |= (unsigned long)c << (8 * have);
            if (++have < width) continue;
            window = window << bits | symbol;
            for (held += bits; held >= 8; held -= 8) putchar((int)(window >> (held - 8)) & 255);
            symbol = 0, have = 0;
        }
        if (held) putchar((int)(window << (8 - held)) & 255);
        return 0;
    }
    long count = argc > 3 ? strtol(argv[3], NULL, 10) : 0;
    for (long i = 0; i < count; i++) {
        while (held < bits) {
            if ((c = getchar()) == EOF) {
                fprintf(stderr, "fixed: the payload ends within its symbols\n");
                return 1;
            }
            window = window << 8 | (unsigned)c, held += 8;
        }
        unsigned long symbol = (unsigned long)(window >> (held - bits)) & ((1UL << bits) - 1);
        held -= bits;
        for (int byte = 0; byte < width; byte++) putchar((int)(symbol >> (8 * byte)) & 255);
    }
    return 0;
}
