/* Reads events: a walk, tokens by code and name, subjects, sentences, JSON lines, verdicts, damage. Argument: the directory of
   the samples. */
#include "check.h"

static void one_event(const ZemsSite *site, const char *directory) {
  char path[512];
  snprintf(path, sizeof path, "%s/bkup-fail.bin", directory);
  size_t length = 0;
  unsigned char *bytes = read_file(path, &length);
  ZemsEvent *event = NULL;
  SUCCEEDS(zems_event_parse(site, bytes, length, &event, &error));

  ZemsHeader header;
  SUCCEEDS(zems_event_header(event, &header, &error));
  CHECK(header.is_event && header.number == 8 && header.node == 3 && header.cpu == 2 && header.pin == 45);
  CHECK(header.group == 255 && header.user == 255 && header.emphasis == 1 && header.used_length == length);
  CHECK(header.generated == 1795169700123456 && header.logged == INT64_MIN);
  char *ssid = zems_ssid_text(site, &header.ssid);
  CHECK(strcmp(ssid, "TANDEM.RPC.D10") == 0);
  zems_string_free(ssid);
  CHECK(is_text(zems_event_name(event), "ZRPC-EVT-BKUP-FAIL"));
  CHECK(is_text(zems_event_severity(event), "critical"));

  size_t stored = 0;
  CHECK(memcmp(zems_event_bytes(event, &stored), bytes, length) == 0 && stored == length);
  free(bytes);

  ZemsToken token;
  SUCCEEDS(zems_event_find_named(event, "ZRPC-TKN-BKUP-FAIL-REASON", 1, &token, &error));
  CHECK(token.has_integer && token.integer == 2 && is_text(token.label, "its CPU is down") && token.is_provisional);
  CHECK(is_text(zems_token_type(event, &token), "ENUM"));
  SUCCEEDS(zems_event_find(event, NULL, ZEMS_TOKEN_CODE(9, 2, 8), 1, &token, &error));
  CHECK(token.integer == 3 && is_text(token.name, "ZRPC-TKN-CPU") && !token.is_subject);
  FAILS(zems_event_find(event, NULL, ZEMS_TOKEN_CODE(9, 2, 8), 2, &token, &error), ZEMS_CODE_MISSING, -1, "09020008");
  FAILS(zems_event_find(event, NULL, ZEMS_TOKEN_CODE(9, 2, 8), 0, &token, &error), ZEMS_CODE_ARGUMENT, -1, "from 1");
  FAILS(zems_event_find_named(event, "ZRPC-TKN-NONE", 1, &token, &error), ZEMS_CODE_MISSING, -1, "ZRPC-TKN-NONE");

  SUCCEEDS(zems_event_subject(event, 1, &token, &error));
  CHECK(is_text(token.name, "ZCOM-TKN-SUBJ-PROC") && token.is_subject && token.length == 4);
  CHECK(memcmp(token.value, "$ZPM", 4) == 0);
  char *text = NULL;
  SUCCEEDS(zems_token_text(event, &token, &text, &error));
  CHECK(strcmp(text, "$ZPM") == 0);
  zems_string_free(text);
  ZemsToken foreign = token;
  foreign.value = (const uint8_t *)"$ZPM";
  FAILS(zems_token_text(event, &foreign, &text, &error), ZEMS_CODE_ARGUMENT, -1, "not one of this event");
  FAILS(zems_event_subject(event, 2, &token, &error), ZEMS_CODE_MISSING, -1, "subject number 2");

  SUCCEEDS(zems_event_sentence(event, &text, &error));
  CHECK(strcmp(text, "Backup process in CPU 3 died because its CPU is down") == 0);
  zems_string_free(text);
  SUCCEEDS(zems_event_line(event, &text, &error));
  CHECK(strstr(text, "\\NODE.$ZPM") != NULL && strstr(text, "000008") != NULL);
  zems_string_free(text);
  SUCCEEDS(zems_event_process(event, &text, &error));
  CHECK(strcmp(text, "\\NODE.$ZPM") == 0);
  zems_string_free(text);

  /* The JSON line gives the same bytes back. */
  SUCCEEDS(zems_event_json(event, true, &text, &error));
  CHECK(strstr(text, "\"text\":\"Backup process in CPU 3") != NULL && strchr(text, '\n') == NULL);
  ZemsEvent *again = NULL;
  SUCCEEDS(zems_event_from_json(site, text, strlen(text), &again, &error));
  size_t again_length = 0;
  const uint8_t *again_bytes = zems_event_bytes(again, &again_length);
  CHECK(again_length == length && memcmp(again_bytes, zems_event_bytes(event, &stored), length) == 0);
  zems_string_free(text);
  zems_event_free(again);
  FAILS(zems_event_from_json(site, "{\"kind\":\"event\"}", 16, &again, &error), ZEMS_CODE_JSON, -1, "ssid");

  /* Verdicts. */
  ZemsFilter *filter = NULL;
  ZemsVerdict verdict;
  snprintf(path, sizeof path, "%s/portmapper.emf", directory);
  char *source = (char *)read_file(path, &length);
  SUCCEEDS(zems_filter_new(site, "portmapper.emf", source, length, NULL, 0, &filter, &error));
  SUCCEEDS(zems_filter_judge(filter, event, &verdict, &error));
  CHECK(verdict.passes && verdict.has_value && verdict.value == 2);
  zems_filter_free(filter);
  const char *parameters[] = {"ZRPC^TKN^CPU=2"};
  SUCCEEDS(zems_filter_new(site, "portmapper.emf", source, length, parameters, 1, &filter, &error));
  SUCCEEDS(zems_filter_judge(filter, event, &verdict, &error));
  CHECK(!verdict.passes && !verdict.has_value);
  SUCCEEDS(zems_filter_explain(filter, event, &text, &error));
  CHECK(strncmp(text, "FAIL", 4) == 0 && strstr(text, "portmapper.emf") != NULL);
  zems_string_free(text);
  zems_filter_free(filter);
  free(source);
  SUCCEEDS(zems_filter_condition(site, "ZEMS^TKN^CPU = 2", &filter, &error));
  SUCCEEDS(zems_filter_judge(filter, event, &verdict, &error));
  CHECK(verdict.passes);
  zems_filter_free(filter);
  FAILS(zems_filter_condition(site, "ZEMS^TKN^CPU = = 2", &filter, &error), ZEMS_CODE_FILTER, 15, "condition:1:16");
  zems_event_free(event);
}

static void walk(const ZemsSite *site, const char *directory) {
  char path[512];
  snprintf(path, sizeof path, "%s/event.bin", directory);
  size_t length = 0;
  unsigned char *bytes = read_file(path, &length);
  ZemsEvent *event = NULL;
  SUCCEEDS(zems_event_parse(site, bytes, length, &event, &error));
  ZemsWalk *steps = NULL;
  SUCCEEDS(zems_walk_new(event, &steps, &error));
  /* A walk keeps its event alive, and with it the pointers of its tokens. */
  zems_event_free(event);

  ZemsToken token;
  ZemsCode code;
  char seen[256] = "";
  int subjects = 0;
  while ((code = zems_walk_next(steps, &token, NULL)) == ZEMS_CODE_OK) {
    char step[64];
    snprintf(step, sizeof step, "%d.%d.%d ", (int)token.kind, (int)token.depth, (int)token.index);
    strncat(seen, step, sizeof seen - strlen(seen) - 1);
    if (token.is_subject) {
      subjects++;
      CHECK(token.length == 5 && memcmp(token.value, "$DISK", 5) == 0);
    }
    if (token.code == ZEMS_TOKEN_CODE(2, 2, 11)) {
      CHECK(token.has_integer && token.integer == -2);
    }
  }
  CHECK(code == ZEMS_CODE_END && subjects == 1);
  CHECK(strcmp(seen, "0.0.0 0.0.1 0.0.2 0.0.3 0.0.4 1.0.5 0.1.0 0.1.1 2.0.5 0.0.6 ") == 0);
  zems_walk_free(steps);

  /* Damage: the tokens before it come, then its byte. */
  zems_store16(bytes + 88, 0xFFFF); /* the length word of the subject */
  SUCCEEDS(zems_event_parse(site, bytes, length, &event, &error));
  SUCCEEDS(zems_walk_new(event, &steps, &error));
  ZemsError *damage = NULL;
  int count = 0;
  while ((code = zems_walk_next(steps, &token, &damage)) == ZEMS_CODE_OK) {
    count++;
  }
  CHECK(count == 1 && code == ZEMS_CODE_DECODE_VALUE_TOO_LONG && zems_error_offset(damage) == 84);
  CHECK(strstr(zems_error_message(damage), "byte") != NULL);
  zems_error_free(damage);
  zems_walk_free(steps);
  zems_event_free(event);

  FAILS(zems_event_parse(site, bytes, 10, &event, &error), ZEMS_CODE_DECODE_SHORT_HEADER, 10, "10 bytes");
  bytes[0] = 0;
  FAILS(zems_event_parse(site, bytes, length, &event, &error), ZEMS_CODE_DECODE_MESSAGE_CODE, 0, "byte 0");
  FAILS(zems_event_parse(site, NULL, 10, &event, &error), ZEMS_CODE_ARGUMENT, -1, "`data` is NULL");
  FAILS(zems_event_parse(site, bytes, SIZE_MAX, &event, &error), ZEMS_CODE_ARGUMENT, -1, "`data`");
  FAILS(zems_walk_new(NULL, &steps, &error), ZEMS_CODE_ARGUMENT, -1, "`event` is NULL");
  free(bytes);
}

static void reader(const char *directory) {
  char path[512];
  snprintf(path, sizeof path, "%s/event.hex", directory);
  ZemsReader *events = NULL;
  ZemsEvent *event = NULL;
  SUCCEEDS(zems_reader_open(NULL, path, NULL, &events, &error));
  SUCCEEDS(zems_reader_next(events, &event, &error));
  zems_event_free(event);
  CHECK(zems_reader_next(events, &event, NULL) == ZEMS_CODE_END && event == NULL);
  zems_reader_free(events);
  FAILS(zems_reader_open(NULL, "/does/not/exist", NULL, &events, &error), ZEMS_CODE_FILE, -1, "/does/not/exist");
  FAILS(zems_reader_open(NULL, path, "be64", &events, &error), ZEMS_CODE_ARGUMENT, -1, "be64");

  /* Two buffers with noise between them. */
  size_t length = 0;
  snprintf(path, sizeof path, "%s/command.bin", directory);
  unsigned char *command = read_file(path, &length);
  unsigned char *input = malloc(2 * length + 5);
  CHECK(input != NULL);
  memcpy(input, command, length);
  memcpy(input + length, "noise", 5);
  memcpy(input + length + 5, command, length);
  SUCCEEDS(zems_reader_memory(NULL, input, 2 * length + 5, "raw", &events, &error));
  free(input);
  free(command);
  SUCCEEDS(zems_reader_next(events, &event, &error));
  ZemsHeader header;
  SUCCEEDS(zems_event_header(event, &header, &error));
  CHECK(!header.is_event && header.number == 3 && header.cpu == ZEMS_UNKNOWN);
  char *text = NULL;
  FAILS(zems_event_sentence(event, &text, &error), ZEMS_CODE_MISSING, -1, "command");
  CHECK(zems_event_name(event).data == NULL);
  zems_event_free(event);
  ZemsError *error = NULL;
  CHECK(zems_reader_next(events, &event, &error) >= ZEMS_CODE_DECODE);
  CHECK(zems_error_offset(error) == (int64_t)length && zems_error_length(error) == 5);
  zems_error_free(error);
  SUCCEEDS(zems_reader_next(events, &event, &error));
  CHECK(zems_event_origin(event) == length + 5);
  zems_event_free(event);
  CHECK(zems_reader_next(events, &event, NULL) == ZEMS_CODE_END);
  zems_reader_free(events);
}

int main(int argc, char **argv) {
  CHECK(argc == 2 && strlen(zems_version()) > 0);
  ZemsSite *site = zems_site_shipped();
  CHECK(site != NULL);
  one_event(site, argv[1]);
  walk(site, argv[1]);
  reader(argv[1]);
  zems_site_free(site);

  /* NULL is allowed wherever something is freed. */
  zems_site_free(NULL);
  zems_event_free(NULL);
  zems_walk_free(NULL);
  zems_filter_free(NULL);
  zems_builder_free(NULL);
  zems_reader_free(NULL);
  zems_definitions_free(NULL);
  zems_error_free(NULL);
  zems_string_free(NULL);
  puts("consumer: ok");
  return 0;
}
