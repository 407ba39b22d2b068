/* Builds events with definitions of its own, and is refused what events may not be. Argument: a file to write the events to. */
#include "check.h"

static const char DDL[] =
    "CONSTANT acme-val-owner VALUE \"ACME    \".\n"
    "CONSTANT acme-ssn-pump VALUE 7.\n"
    "DEF acme-val-ssid TACL SSID.\n"
    "  02 z-owner TYPE CHARACTER 8 VALUE acme-val-owner.\n"
    "  02 z-number TYPE BINARY 16 VALUE acme-ssn-pump.\n"
    "  02 z-version TYPE BINARY 16 UNSIGNED VALUE 0.\n"
    "END.\n";

#define PUMP ZEMS_TOKEN_CODE(1, 255, 10)
#define PRESSURE ZEMS_TOKEN_CODE(2, 2, 11)
#define LEVELS ZEMS_TOKEN_CODE(9, 2, 12)
#define ERROR_LIST ZEMS_TOKEN_CODE(37, 0, -252)
#define MARK ZEMS_TOKEN_CODE(31, 0, -1040)

static const uint8_t *bytes_of(const char *text) {
  return (const uint8_t *)text;
}

static void definitions(void) {
  /* A source with an error. */
  ZemsSite *site = NULL;
  ZemsDefinitions *sources = zems_definitions_new(true);
  const char *bad = "CONSTANT acme-a VALUE 1.\nCONSTANT acme-b VALUE ?.\n";
  SUCCEEDS(zems_definitions_add_text(sources, "bad.ddl", bad, strlen(bad), &error));
  FAILS(zems_definitions_load(sources, &site, NULL, &error), ZEMS_CODE_DEFINITIONS, -1, "bad.ddl:2:");
  CHECK(site == NULL);

  sources = zems_definitions_new(true);
  SUCCEEDS(zems_definitions_add_file(sources, "/does/not/exist", &error));
  FAILS(zems_definitions_load(sources, &site, NULL, &error), ZEMS_CODE_DEFINITIONS, -1, "/does/not/exist");
  sources = zems_definitions_new(true);
  SUCCEEDS(zems_definitions_add_severity(sources, "no-such-rule=alert", &error));
  FAILS(zems_definitions_load(sources, &site, NULL, &error), ZEMS_CODE_ARGUMENT, -1, "no-such-rule");
  FAILS(zems_definitions_add_text(NULL, "x", "", 0, &error), ZEMS_CODE_ARGUMENT, -1, "`definitions` is NULL");
  FAILS(zems_definitions_load(NULL, &site, NULL, &error), ZEMS_CODE_ARGUMENT, -1, "`definitions` is NULL");
  sources = zems_definitions_new(true);
  FAILS(zems_definitions_add_text(sources, "x", "a\xFF", 2, &error), ZEMS_CODE_ARGUMENT, 1, "UTF-8");
  zems_definitions_free(sources);

  /* Sources, and their compiled form. */
  sources = zems_definitions_new(true);
  SUCCEEDS(zems_definitions_add_text(sources, "pump.ddl", "CONSTANT acme-a VALUE -5.\n", 26, &error));
  SUCCEEDS(zems_definitions_add_text(sources, "pump2.ddl", DDL, strlen(DDL), &error));
  SUCCEEDS(zems_definitions_add_node(sources, 9, "\\NINE", &error));
  SUCCEEDS(zems_definitions_add_severity(sources, "default=warning", &error));
  SUCCEEDS(zems_definitions_load(sources, &site, NULL, &error));
  int64_t value = 0;
  SUCCEEDS(zems_site_constant(site, "acme-a", &value, &error));
  CHECK(value == -5);
  FAILS(zems_site_constant(site, "acme-b", &value, &error), ZEMS_CODE_MISSING, -1, "acme-b");
  char *lines = NULL;
  SUCCEEDS(zems_site_catalog(site, "acme-*", &lines, &error));
  CHECK(strstr(lines, "\"kind\":\"constant\"") != NULL && strstr(lines, "ACME") != NULL);
  zems_string_free(lines);
  const uint8_t *compiled = NULL;
  size_t length = 0;
  SUCCEEDS(zems_site_compiled(site, &compiled, &length, &error));
  CHECK(length > 1000);
  ZemsSite *same = NULL;
  SUCCEEDS(zems_site_from_compiled(compiled, length, &same, &error));
  value = 0;
  SUCCEEDS(zems_site_constant(same, "acme-a", &value, &error));
  CHECK(value == -5);
  FAILS(zems_site_from_compiled(compiled, length - 1, &same, &error), ZEMS_CODE_DEFINITIONS, -1, "compiled");
  zems_site_free(same);
  zems_site_free(site);

  site = zems_site_shipped();
  FAILS(zems_site_compiled(site, &compiled, &length, &error), ZEMS_CODE_MISSING, -1, "shipped");
  zems_site_free(site);
}

static ZemsEvent *build(const ZemsSite *site) {
  ZemsSsid ssid;
  SUCCEEDS(zems_ssid_parse(site, "ACME.7.A01", &ssid, &error));
  ZemsNewEvent new_event;
  SUCCEEDS(zems_new_event_init(&new_event, &ssid, 101, &error));
  new_event.generated = 1704067200000000; /* 2024-01-01 */
  new_event.process = "\\NINE.$PUMP";
  new_event.cpu = 3;
  new_event.emphasis = true;

  ZemsBuilder *builder = NULL;
  /* The subject is a part of every event: one without cannot be begun. */
  FAILS(zems_builder_new(site, &new_event, NULL, ERROR_LIST, NULL, 0, &builder, &error), ZEMS_CODE_ENCODE_NOT_A_LIST, 130, "zems_builder_begin_list");
  FAILS(zems_builder_new(site, &new_event, NULL, MARK, NULL, 0, &builder, &error), ZEMS_CODE_ENCODE_MISPLACED_MARK, 130, "mark");
  FAILS(zems_builder_new(site, &new_event, NULL, PRESSURE, bytes_of("abc"), 3, &builder, &error), ZEMS_CODE_ENCODE_LENGTH, 134, "3 bytes");
  FAILS(zems_builder_new(site, NULL, NULL, PUMP, NULL, 0, &builder, &error), ZEMS_CODE_ARGUMENT, -1, "`event` is NULL");
  ZemsNewEvent wrong = new_event;
  wrong.layout = 99;
  FAILS(zems_builder_new(site, &wrong, NULL, PUMP, NULL, 0, &builder, &error), ZEMS_CODE_ENCODE_NO_LAYOUT, 28, "99");
  wrong = new_event;
  wrong.layout = 32;
  wrong.cpu = 300;
  FAILS(zems_builder_new(site, &wrong, NULL, PUMP, NULL, 0, &builder, &error), ZEMS_CODE_ENCODE_HEADER_FIELD, 28, "header field");
  wrong = new_event;
  wrong.process = "\\NODE.$ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
  FAILS(zems_builder_new(site, &wrong, NULL, PUMP, NULL, 0, &builder, &error), ZEMS_CODE_ENCODE_HEADER_FIELD, 28, "33");
  wrong = new_event;
  wrong.ssid.bytes[0] = ' ';
  FAILS(zems_builder_new(site, &wrong, NULL, PUMP, NULL, 0, &builder, &error), ZEMS_CODE_ARGUMENT, -1, "owner");

  SUCCEEDS(zems_builder_new(site, &new_event, NULL, PUMP, bytes_of("P-101"), 5, &builder, &error));
  SUCCEEDS(zems_builder_put_integer(builder, NULL, PRESSURE, -2, &error));
  int32_t length = zems_builder_length(builder);
  FAILS(zems_builder_put_integer(builder, NULL, PRESSURE, 32768, &error), ZEMS_CODE_ENCODE_RANGE, length, "32768");
  FAILS(zems_builder_put_integer(builder, NULL, LEVELS, -1, &error), ZEMS_CODE_ENCODE_RANGE, length, "UINT");
  FAILS(zems_builder_put_integer(builder, NULL, PUMP, 1, &error), ZEMS_CODE_ENCODE_RANGE, length, "CHAR");
  FAILS(zems_builder_put(builder, NULL, MARK, NULL, 0, &error), ZEMS_CODE_ENCODE_MISPLACED_MARK, length, "zems_builder_subject");
  FAILS(zems_builder_put(builder, NULL, PRESSURE, bytes_of("x"), 1, &error), ZEMS_CODE_ENCODE_LENGTH, length, "1 byte");
  FAILS(zems_builder_put(builder, NULL, ZEMS_TOKEN_CODE(2, 255, 20), bytes_of("xyz"), 3, &error), ZEMS_CODE_ENCODE_ELEMENTS, length, "3 bytes");
  FAILS(zems_builder_put(builder, NULL, ERROR_LIST, NULL, 0, &error), ZEMS_CODE_ENCODE_NOT_A_LIST, length, "list");
  FAILS(zems_builder_begin_list(builder, NULL, PRESSURE, &error), ZEMS_CODE_ENCODE_NOT_A_LIST, length, "list");
  FAILS(zems_builder_end_list(builder, &error), ZEMS_CODE_ENCODE_NO_OPEN_LIST, length, "no list is open");
  FAILS(zems_builder_put_table(builder, NULL, ERROR_LIST, NULL, 0, 2, &error), ZEMS_CODE_ENCODE_NOT_A_TABLE, length, "table");
  FAILS(zems_builder_put_named(builder, "ACME-TKN-NONE", NULL, 0, &error), ZEMS_CODE_MISSING, -1, "ACME-TKN-NONE");
  CHECK(zems_builder_length(builder) == length); /* nothing that failed left a byte */

  /* More than an event holds. The status is the one the procedures return. */
  char *much = calloc(1, 70000);
  CHECK(much != NULL);
  ZemsError *error = NULL;
  CHECK(zems_builder_put(builder, NULL, PUMP, bytes_of(much), 4000, &error) == ZEMS_CODE_ENCODE_BUFFER_FULL);
  CHECK(zems_error_status(error) == -5 && strstr(zems_error_message(error), "4024") != NULL);
  zems_error_free(error);
  FAILS(zems_builder_put(builder, NULL, PUMP, bytes_of(much), 70000, &error), ZEMS_CODE_ENCODE_VALUE_TOO_LONG, length, "65535");
  free(much);

  SUCCEEDS(zems_builder_subject(builder, NULL, PUMP, bytes_of("P-102"), 5, &error));
  SUCCEEDS(zems_builder_put_table(builder, NULL, LEVELS, bytes_of("\0\1\0\2\0\3"), 2, 3, &error));
  SUCCEEDS(zems_builder_put_named(builder, "ZEMS-TKN-TEXT", bytes_of("Pump is dry"), 11, &error));
  SUCCEEDS(zems_builder_begin_list(builder, NULL, ERROR_LIST, &error));
  length = zems_builder_length(builder);
  FAILS(zems_builder_subject(builder, NULL, PUMP, bytes_of("P-103"), 5, &error), ZEMS_CODE_ENCODE_MISPLACED_MARK, length, "mark");
  SUCCEEDS(zems_builder_put(builder, NULL, PUMP, bytes_of("inside"), 6, &error));
  SUCCEEDS(zems_builder_end_list(builder, &error));

  ZemsEvent *event = NULL;
  SUCCEEDS(zems_builder_finish(builder, &event, &error));

  /* An open list cannot be finished; the builder is gone all the same. */
  ZemsEvent *none = NULL;
  SUCCEEDS(zems_builder_new(site, &new_event, NULL, PUMP, NULL, 0, &builder, &error));
  SUCCEEDS(zems_builder_begin_list(builder, NULL, ERROR_LIST, &error));
  ZemsError *open = NULL;
  CHECK(zems_builder_finish(builder, &none, &open) == ZEMS_CODE_ENCODE_OPEN_LIST && none == NULL);
  zems_error_free(open);

  /* So many lists inside each other, and no more. */
  SUCCEEDS(zems_builder_new(site, &new_event, NULL, PUMP, NULL, 0, &builder, &error));
  for (int depth = 0; depth < 64; depth++) {
    SUCCEEDS(zems_builder_begin_list(builder, NULL, ERROR_LIST, &error));
  }
  length = zems_builder_length(builder);
  FAILS(zems_builder_begin_list(builder, NULL, ERROR_LIST, &error), ZEMS_CODE_ENCODE_TOO_DEEP, length, "64");
  zems_builder_free(builder);
  CHECK(zems_builder_length(NULL) == ZEMS_UNKNOWN);
  return event;
}

int main(int argc, char **argv) {
  CHECK(argc == 2);
  definitions();
  ZemsDefinitions *sources = zems_definitions_new(true);
  SUCCEEDS(zems_definitions_add_text(sources, "pump.ddl", DDL, strlen(DDL), &error));
  ZemsSite *site = NULL;
  char *left_out = (char *)"";
  SUCCEEDS(zems_definitions_load(sources, &site, &left_out, &error));
  CHECK(left_out == NULL);
  ZemsEvent *event = build(site);
  zems_site_free(site); /* the event keeps what it needs */

  ZemsToken token;
  SUCCEEDS(zems_event_subject(event, 2, &token, &error));
  CHECK(token.length == 5 && memcmp(token.value, "P-102", 5) == 0);
  SUCCEEDS(zems_event_find(event, NULL, LEVELS, 3, &token, &error));
  CHECK(token.has_integer && token.integer == 3 && token.index == 2);
  FAILS(zems_event_find(event, NULL, LEVELS, 4, &token, &error), ZEMS_CODE_MISSING, -1, "occurrence 4");
  char *text = NULL;
  SUCCEEDS(zems_event_sentence(event, &text, &error));
  CHECK(strcmp(text, "Pump is dry") == 0);
  zems_string_free(text);

  size_t length = 0;
  const uint8_t *bytes = zems_event_bytes(event, &length);
  FILE *file = fopen(argv[1], "wb");
  CHECK(file != NULL && fwrite(bytes, 1, length, file) == length && fclose(file) == 0);
  zems_event_free(event);
  puts("producer: ok");
  return 0;
}
