/* Step 3: reads the totals and writes what share each has, in tenths of a percent. Built for WASI:
   clang --target=wasm32-wasi -O2 -o shares.wasm shares.c */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_BYTES 65536
#define MAX_ROWS 500

struct row {
  char region[64];
  long cents;
};

static int read_rows(const char *path, struct row *rows) {
  static char text[MAX_BYTES];
  FILE *file = fopen(path, "r");
  if (file == NULL) {
    perror(path);
    exit(2);
  }
  text[fread(text, 1, MAX_BYTES - 1, file)] = 0;
  fclose(file);
  int count = 0;
  for (char *at = text; count < MAX_ROWS && (at = strstr(at, "{\"region\"")) != NULL; at++)
    if (sscanf(at, "{\"region\": \"%63[^\"]\", \"cents\": %ld}", rows[count].region,
               &rows[count].cents) == 2)
      count++;
  return count;
}

int main(void) {
  static struct row rows[MAX_ROWS];
  int count = read_rows("/workspace/output/totals.json", rows);
  long sum = 0;
  for (int i = 0; i < count; i++) sum += rows[i].cents;
  FILE *file = fopen("/workspace/output/shares.json", "w");
  if (file == NULL) {
    perror("shares.json");
    return 2;
  }
  fputs("[", file);
  for (int i = 0; i < count; i++)
    fprintf(file, "%s{\"region\": \"%s\", \"cents\": %ld, \"permille\": %ld}", i > 0 ? ", " : "",
            rows[i].region, rows[i].cents, (rows[i].cents * 1000 + sum / 2) / sum);
  fputs("]\n", file);
  fclose(file);
  printf("%d regions, %ld cents\n", count, sum);
  return 0;
}
