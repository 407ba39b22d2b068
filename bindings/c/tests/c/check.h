/* Checks of the test programs. */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "zems.h"

#define CHECK(condition)                                                              \
  do {                                                                                \
    if (!(condition)) {                                                               \
      fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition);       \
      exit(1);                                                                        \
    }                                                                                 \
  } while (0)

/* The call succeeds; else its error is shown. */
#define SUCCEEDS(call)                                                                \
  do {                                                                                \
    ZemsError *error = NULL;                                                          \
    if ((call) != ZEMS_CODE_OK) {                                                     \
      fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, #call, zems_error_message(error)); \
      exit(1);                                                                        \
    }                                                                                 \
    CHECK(error == NULL);                                                             \
  } while (0)

/* The call fails with this code, at this byte, with this in its message. */
#define FAILS(call, code, at, words)                                                  \
  do {                                                                                \
    ZemsError *error = NULL;                                                          \
    ZemsCode found = (call);                                                          \
    if (found != (code) || zems_error_code(error) != (code) || zems_error_offset(error) != (at) || \
        strstr(zems_error_message(error), words) == NULL) {                           \
      fprintf(stderr, "%s:%d: %s: code %d, offset %ld: %s\n", __FILE__, __LINE__, #call, (int)found, \
              (long)zems_error_offset(error), zems_error_message(error));             \
      exit(1);                                                                        \
    }                                                                                 \
    zems_error_free(error);                                                           \
  } while (0)

static inline int is_text(ZemsText text, const char *expected) {
  return text.data != NULL && text.length == strlen(expected) && memcmp(text.data, expected, text.length) == 0;
}

static inline unsigned char *read_file(const char *path, size_t *length) {
  FILE *file = fopen(path, "rb");
  unsigned char *bytes = malloc(1 << 20);
  CHECK(file != NULL && bytes != NULL);
  *length = fread(bytes, 1, 1 << 20, file);
  fclose(file);
  return bytes;
}

#endif
