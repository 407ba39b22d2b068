/* The programs of the manuals' examples, call by call: a command sender, an event generator and its consumer. Argument: the
   directory of the samples. */
#include "check.h"

#define NO_TRIPLET 0, NULL, ZEMS_OMITTED
#define NO_MAP NULL, NULL, ZEMS_OMITTED

#define OBJECT ZEMS_TOKEN_CODE(1, 255, 9990)
#define MANAGER ZEMS_TOKEN_CODE(25, 32, -243)
#define TIMEOUT ZEMS_TOKEN_CODE(23, 8, 8000)
#define ALLOW_TYPE ZEMS_TOKEN_CODE(11, 2, -249)

/* Special operations, by the numbers of the shipped definitions. */
#define USEDLEN ZEMS_TOKEN_CODE(9, 2, -504)
#define RESET_BUFFER ZEMS_TOKEN_CODE(9, 2, -436)
#define INITIAL_POSITION ZEMS_TOKEN_CODE(10, 2, -438)
#define DATA_FLUSH ZEMS_TOKEN_CODE(39, 0, -435)
#define DELETE_TOKEN ZEMS_TOKEN_CODE(29, 4, -440)
#define NEXTTOKEN ZEMS_TOKEN_CODE(29, 4, -443)
#define POSITION ZEMS_TOKEN_CODE(39, 8, -442)
#define COUNT_OF ZEMS_TOKEN_CODE(29, 4, -447)
#define LEN_OF ZEMS_TOKEN_CODE(29, 4, -445)
#define OFFSET_OF ZEMS_TOKEN_CODE(29, 4, -446)
#define LASTERR ZEMS_TOKEN_CODE(11, 2, -507)
#define SSID_TOKEN ZEMS_TOKEN_CODE(24, 12, -505)
#define ENDLIST ZEMS_TOKEN_CODE(39, 0, -254)
#define DATALIST ZEMS_TOKEN_CODE(37, 0, -253)
#define ERRLIST ZEMS_TOKEN_CODE(37, 0, -252)
#define ERROR_TOKEN ZEMS_TOKEN_CODE(28, 14, -251)
#define EVENTNUMBER ZEMS_TOKEN_CODE(11, 2, -1001)
#define PROC_DESC ZEMS_TOKEN_CODE(1, 255, -1008)
#define EMPHASIS ZEMS_TOKEN_CODE(10, 2, -1013)
#define SUBJECT ZEMS_TOKEN_CODE(29, 4, -1050)

static ZemsSsid ssid_of(const char *text) {
  ZemsSsid ssid;
  int16_t status[2] = {1, 1};
  CHECK(TEXTTOSSID(text, &ssid, status) == (int16_t)strlen(text) && status[0] == 0 && status[1] == 0);
  return ssid;
}

/* A value of variable length as a program has it: a length word, then the bytes. */
static const unsigned char *text(const char *characters) {
  static unsigned char value[256];
  zems_store16(value, (uint16_t)strlen(characters));
  memcpy(value + 2, characters, strlen(characters));
  return value;
}

static uint16_t used(void *buffer) {
  unsigned char word[2];
  CHECK(SSGETTKN(buffer, USEDLEN, word, 0, NULL, NULL) == 0);
  return zems_load16(word);
}

/* Words in the order of the host. */
static const unsigned char *words(const int *values, int count) {
  static unsigned char bytes[128];
  for (int at = 0; at < count; at++) {
    zems_store16(bytes + 2 * at, (uint16_t)values[at]);
  }
  return bytes;
}

static void command_sender(const char *directory) {
  unsigned char *buffer = malloc(3900);
  CHECK(buffer != NULL);
  ZemsSsid ssid = ssid_of("TANDEM.36.C30");
  CHECK(SSINIT(buffer, 3900, &ssid, 1, 3, 13, 10, 0, 0, 0) == -2);
  CHECK(SSINIT(NULL, 3900, &ssid, 0, 3, 13, 10, 0, 0, 0) == -3);
  CHECK(SSINIT(buffer, 3900, NULL, 0, 3, 13, 10, 0, 0, 0) == -3);
  CHECK(SSINIT(buffer, 3900, &ssid, 0, 3, 13, 10, 0, 1, 0) == -11);
  CHECK(SSINIT(buffer, 55, &ssid, 0, 3, 13, 10, 0, 0, 0) == -5);
  CHECK(SSINIT(buffer, 3900, &ssid, 0, 3, 13, 10, 0, 0, 0) == 0);
  CHECK(SSPUTTKN(buffer, OBJECT, text("$SNA1"), ZEMS_OMITTED, NULL) == 0);
  CHECK(SSPUTTKN(buffer, MANAGER, "\\       $SSCP                   ", ZEMS_OMITTED, NULL) == 0);
  unsigned char value[64];
  zems_store64(value, 90000000);
  CHECK(SSPUTTKN(buffer, TIMEOUT, value, 1, NULL) == 0);
  zems_store16(value, 3);
  unsigned char code[4];
  zems_store32(code, ALLOW_TYPE);
  CHECK(SSPUT(buffer, code, value, ZEMS_OMITTED, NULL) == 0);
  CHECK(SSPUT(buffer, NULL, value, ZEMS_OMITTED, NULL) == -3);
  CHECK(SSPUT(buffer, code, NULL, ZEMS_OMITTED, NULL) == -3);
  CHECK(SSPUT(buffer, code, value, 0, NULL) == -2);
  CHECK(SSPUT(buffer, code, value, -1, NULL) == -2);

  static const int map_words[] = {2303, 8001, 10, 17152, 2048 + 32, 512 + 255};
  unsigned char map[12];
  memcpy(map, words(map_words, 6), 12);
  CHECK(SSGET(buffer, map, value, 1, NULL, NULL) == -8);
  CHECK(SSGETTKN(buffer, LASTERR, value, 0, NULL, NULL) == 0 && (int16_t)zems_load16(value) == -8);
  CHECK(SSNULL(map, value) == 0 && memcmp(value, "        \xFF\xFF", 10) == 0);
  memcpy(value, "$Z321 \x0D\x94", 8);
  CHECK(SSPUT(buffer, map, value, ZEMS_OMITTED, NULL) == 0);
  static const int bad_words[] = {2303, 8001, 10, 17152, 2048 + 32, 512};
  CHECK(SSNULL(words(bad_words, 6), value) == 0); /* 8 and 2 bytes: the same length */
  static const int short_words[] = {2303, 8001, 10, 17152, 2048 + 32, 0};
  CHECK(SSNULL(words(short_words, 6), value) == -9);

  char path[512];
  size_t length = 0;
  snprintf(path, sizeof path, "%s/command.bin", directory);
  unsigned char *printed = read_file(path, &length);
  CHECK(used(buffer) == length && memcmp(buffer, printed, length) == 0);
  free(printed);

  /* A buffer with a bad first word is refused, and not written to. */
  buffer[0] = 0;
  CHECK(SSGETTKN(buffer, OBJECT, value, 1, NULL, NULL) == -1 && buffer[0] == 0);
  free(buffer);
}

static void server_and_sender(void) {
  enum { NAME = 1, RETCODE };
  const uint32_t name = ZEMS_TOKEN_CODE(1, 255, 1), retcode = ZEMS_TOKEN_CODE(11, 2, 0);
  unsigned char *command = malloc(600), *response = malloc(900), *received = malloc(600);
  CHECK(command != NULL && response != NULL && received != NULL);
  ZemsSsid ssid = ssid_of("TANDEM.165.N29");
  CHECK(SSINIT(command, 600, &ssid, 0, 11, 2, -1, 0, 0, 0) == 0);
  CHECK(SSPUTTKN(command, name, text("JOBFILE"), 1, NULL) == 0);
  CHECK(used(command) == 69);

  memcpy(response, command, 69);
  unsigned char word[2], value[64];
  zems_store16(word, 900);
  CHECK(SSPUTTKN(response, RESET_BUFFER, word, ZEMS_OMITTED, NULL) == 0);
  CHECK(SSGETTKN(response, name, value, 0, NULL, NULL) == 0 && memcmp(value, text("JOBFILE"), 9) == 0);
  zems_store16(word, 0);
  CHECK(SSPUTTKN(response, INITIAL_POSITION, word, ZEMS_OMITTED, NULL) == 0);
  CHECK(SSPUTTKN(response, DATA_FLUSH, NULL, ZEMS_OMITTED, NULL) == 0);
  CHECK(used(response) == 56);
  CHECK(SSPUTTKN(response, DATALIST, NULL, ZEMS_OMITTED, NULL) == 0);
  CHECK(SSPUTTKN(response, name, value, ZEMS_OMITTED, NULL) == 0);
  CHECK(SSPUTTKN(response, retcode, word, ZEMS_OMITTED, NULL) == 0);
  CHECK(SSPUTTKN(response, ENDLIST, NULL, ZEMS_OMITTED, NULL) == 0);
  CHECK(SSPUTTKN(response, ENDLIST, NULL, ZEMS_OMITTED, NULL) == -8);
  CHECK(used(response) == 86);

  memcpy(received, response, 86);
  zems_store16(word, 600);
  CHECK(SSPUTTKN(received, RESET_BUFFER, word, ZEMS_OMITTED, NULL) == 0);
  uint32_t seen[8];
  int count = 0;
  int16_t status;
  for (;;) {
    unsigned char next[4];
    ZemsSsid of = {{0}};
    uint16_t occurs = 1;
    status = SSGETTKN(received, NEXTTOKEN, next, 0, &occurs, &of);
    if (status != 0) {
      break;
    }
    CHECK(count < 8 && occurs == 1);
    seen[count++] = zems_load32(next);
    if (zems_load32(next) == retcode) {
      CHECK(SSGETTKN(received, retcode, word, 0, NULL, NULL) == 0 && zems_load16(word) == 0);
    }
  }
  CHECK(status == -8 && count == 4 && seen[0] == DATALIST && seen[1] == name && seen[2] == retcode && seen[3] == ENDLIST);

  /* Attributes, a saved position, deleting and moving. */
  unsigned char code[4], position[8];
  zems_store16(word, 0);
  CHECK(SSPUTTKN(received, INITIAL_POSITION, word, ZEMS_OMITTED, NULL) == 0);
  CHECK(SSGETTKN(received, DATALIST, NULL, 0, NULL, NULL) == 0);
  CHECK(SSGETTKN(received, POSITION, position, 0, NULL, NULL) == 0);
  uint16_t result = 0;
  zems_store32(code, name);
  CHECK(SSGETTKN(received, LEN_OF, code, 1, &result, NULL) == 0 && result == 9);
  CHECK(SSGETTKN(received, COUNT_OF, code, 1, &result, NULL) == 0 && result == 1);
  CHECK(SSGETTKN(received, OFFSET_OF, code, 1, &result, NULL) == 0);
  CHECK(memcmp(received + result, text("JOBFILE"), 9) == 0);
  CHECK(SSGETTKN(received, OFFSET_OF, code, 1, NULL, NULL) == -3);
  /* A value may be inside the buffer that it is put into. */
  CHECK(SSPUTTKN(received, name, received + result, ZEMS_OMITTED, NULL) == 0);
  CHECK(SSPUTTKN(received, POSITION, position, ZEMS_OMITTED, NULL) == 0);
  CHECK(SSPUTTKN(received, DELETE_TOKEN, code, 1, NULL) == 0);
  CHECK(SSGETTKN(received, name, value, 1, NULL, NULL) == -8);

  CHECK(SSINIT(command, 600, &ssid, 0, 11, 2, -1, 0, 0, 0) == 0);
  uint16_t moved = 9;
  CHECK(SSMOVETKN(DATALIST, response, 1, command, 0, &moved, NULL) == 0 && moved == 1 && used(command) == 86);
  zems_store32(code, DATALIST);
  CHECK(SSMOVE(code, response, 1, command, 0, &moved, NULL) == 0 && moved == 1 && used(command) == 116);
  CHECK(SSMOVE(code, command, 1, command, 0, &moved, NULL) == -2); /* the buffers are two */
  free(command);
  free(response);
  free(received);
}

static void several_values(void) {
  unsigned char *buffer = malloc(400);
  CHECK(buffer != NULL);
  ZemsSsid ssid = ssid_of("ACME.7.A01");
  CHECK(SSINIT(buffer, 400, &ssid, 0, 1, 0, 0, 0, 0, 0) == 0);
  const uint32_t fixed = ZEMS_TOKEN_CODE(1, 3, 5), variable = ZEMS_TOKEN_CODE(1, 255, 6);
  CHECK(SSPUTTKN(buffer, fixed, "abcdefghi", 3, NULL) == 0);
  CHECK(SSPUTTKN(buffer, variable, "\0\2xy\0\4abcd", 2, NULL) == 0);
  CHECK(SSPUTTKN(buffer, variable, "\0\3xyz\0\4abcd", 2, NULL) == -2);

  /* Exactly this many bytes are written: the memory after them belongs to other data. */
  unsigned char *space = malloc(9);
  CHECK(space != NULL);
  uint16_t count = 9;
  CHECK(SSGETTKN(buffer, fixed, space, 1, &count, NULL) == 0 && count == 3 && memcmp(space, "abcdefghi", 9) == 0);
  free(space);
  space = malloc(10);
  CHECK(space != NULL);
  count = 2;
  CHECK(SSGETTKN(buffer, variable, space, 1, &count, NULL) == 0 && count == 2 && memcmp(space, "\0\2xy\0\4abcd", 10) == 0);
  free(space);
  count = 0;
  CHECK(SSGETTKN(buffer, variable, NULL, 1, &count, NULL) == -2);
  CHECK(SSGETTKN(buffer, variable, NULL, 1, NULL, NULL) == -3);

  /* Full: the status, and not a byte beyond. */
  int16_t status = 0;
  while (status == 0) {
    status = SSPUTTKN(buffer, fixed, "abc", ZEMS_OMITTED, NULL);
  }
  CHECK(status == -5 && used(buffer) <= 400);
  free(buffer);
}

static void event_generator_and_consumer(void) {
  ZemsReporter reporter = {1, "\\SYS.$PM1", 2, 65, 255, 255, 0};
  SUCCEEDS(zems_procedures_use(NULL, &reporter, &error));
  const uint32_t lm = ZEMS_TOKEN_CODE(1, 255, 101), server_class = ZEMS_TOKEN_CODE(1, 255, 102);
  const uint32_t event_class = ZEMS_TOKEN_CODE(11, 2, 103), nested = ZEMS_TOKEN_CODE(11, 2, 104);
  const uint32_t action_needed = ZEMS_TOKEN_CODE(10, 2, 2);
  ZemsSsid pathway = ssid_of("TANDEM.53.D40"), ems = ssid_of("TANDEM.9000.0");
  unsigned char *buffer = malloc(4024);
  unsigned char value[64];
  CHECK(buffer != NULL);
  CHECK(EMSINIT(buffer, 4025, &pathway, 1007, lm, "LM-1", 4, NULL, ZEMS_NOW) == -30);
  CHECK(EMSINIT(buffer, 4024, &pathway, 1007, ERRLIST, NULL, ZEMS_OMITTED, NULL, ZEMS_NOW) == -2);
  CHECK(EMSINIT(buffer, 4024, &pathway, 1007, lm, NULL, ZEMS_OMITTED, NULL, ZEMS_NOW) == -3);
  CHECK(EMSINIT(buffer, 4024, &pathway, 1007, lm, "LM-1", -5, NULL, ZEMS_NOW) == -2);
  CHECK(EMSINIT(buffer, 4024, &pathway, 1007, lm, "LM-1", 4, NULL, ZEMS_NOW) == 0);
  zems_store16(value, 0xFFFF);
  zems_store16(value + 2, 3);
  CHECK(EMSADDTOKENS(buffer, NULL, MANAGER, "\\SYS    $PM1                    ", ZEMS_OMITTED, EMPHASIS, value, ZEMS_OMITTED,
                     event_class, value + 2, ZEMS_OMITTED, NO_TRIPLET) == 0);
  zems_store16(value, 0);
  CHECK(EMSADDTOKENS(buffer, &ems, action_needed, value, ZEMS_OMITTED, NO_TRIPLET, NO_TRIPLET, NO_TRIPLET) == 0);
  CHECK(EMSADDTOKENS(buffer, NULL, NO_TRIPLET, NO_TRIPLET, NO_TRIPLET, NO_TRIPLET) == -3);
  CHECK(EMSADDSUBJECT(buffer, server_class, text("S101"), ZEMS_OMITTED, NULL) == 0);
  CHECK(SSPUTTKN(buffer, ERRLIST, NULL, ZEMS_OMITTED, NULL) == 0);
  CHECK(EMSADDSUBJECT(buffer, server_class, "S102", 4, NULL) == -2);
  memcpy(value, pathway.bytes, 12);
  zems_store16(value + 12, 1034);
  CHECK(SSPUTTKN(buffer, ERROR_TOKEN, value, ZEMS_OMITTED, NULL) == 0);
  CHECK(SSPUTTKN(buffer, nested, value + 12, ZEMS_OMITTED, NULL) == 0);
  CHECK(SSPUTTKN(buffer, ENDLIST, NULL, ZEMS_OMITTED, NULL) == 0);
  /* A structure by its map, with the length beside it ignored. */
  static const int map_words[] = {2303, 105, 4, 17152, 1024};
  unsigned char map[10];
  memcpy(map, words(map_words, 5), 10);
  CHECK(EMSADDTOKENMAPS(buffer, NULL, map, "abcd", ZEMS_OMITTED, NO_MAP, NO_MAP, NO_MAP) == 0);
  CHECK(EMSADDSUBJECTMAP(buffer, map, "efgh", ZEMS_OMITTED, NULL) == 0);

  /* What was made is an event. */
  uint16_t length = used(buffer);
  ZemsEvent *event = NULL;
  SUCCEEDS(zems_event_parse(NULL, buffer, length, &event, &error));
  ZemsHeader header;
  SUCCEEDS(zems_event_header(event, &header, &error));
  CHECK(header.is_event && header.number == 1007 && header.emphasis == 1 && header.cpu == 2 && header.pin == 65);
  CHECK(header.node == 1 && header.group == 255 && header.generated > 1700000000000000);
  char *process = NULL;
  SUCCEEDS(zems_event_process(event, &process, &error));
  CHECK(strcmp(process, "\\SYS.$PM1") == 0);
  zems_string_free(process);
  zems_event_free(event);

  /* The consumer: number, each subject with its length and value. */
  unsigned char *received = malloc(5000);
  CHECK(received != NULL);
  memcpy(received, buffer, length);
  zems_store16(value, 5000);
  CHECK(SSPUTTKN(received, RESET_BUFFER, value, ZEMS_OMITTED, NULL) == 0);
  CHECK(EMSGETTKN(received, EVENTNUMBER, value, 0, NULL, NULL) == 0 && zems_load16(value) == 1007);
  CHECK(EMSGETTKN(received, PROC_DESC, value, 0, NULL, NULL) == 0 && memcmp(value, text("\\SYS.$PM1"), 11) == 0);
  unsigned char code[4];
  zems_store32(code, EMPHASIS);
  CHECK(EMSGET(received, code, value, 0, NULL, NULL) == 0 && zems_load16(value) == 0xFFFF);
  static const char *const subjects[] = {"LM-1", "S101"};
  for (int16_t index = 1; index <= 4; index++) {
    ZemsSsid of = {{0}};
    uint16_t occurrence = 1, size = 0;
    int16_t status = EMSGETTKN(received, SUBJECT, code, index, &occurrence, &of);
    CHECK(status == (index == 4 ? -8 : 0));
    if (index < 3) {
      uint32_t subject = zems_load32(code);
      CHECK(subject == (index == 1 ? lm : server_class) && memcmp(of.bytes, pathway.bytes, 10) == 0);
      CHECK(EMSGETTKN(received, LEN_OF, code, (int16_t)occurrence, &size, &of) == 0 && size == 6);
      CHECK(EMSGETTKN(received, subject, value, (int16_t)occurrence, NULL, &of) == 0);
      CHECK(memcmp(value, text(subjects[index - 1]), 6) == 0);
    }
  }
  /* A command is not an event. */
  CHECK(SSINIT(buffer, 4024, &pathway, 0, 1, 0, 0, 0, 0, 0) == 0);
  CHECK(EMSGETTKN(buffer, EVENTNUMBER, value, 0, NULL, NULL) == -1);
  CHECK(EMSINITMAP(buffer, 4024, &pathway, 5, map, "abcd", ZEMS_OMITTED, NULL, 0) == 0);
  free(buffer);
  free(received);
}

static void texts(void) {
  char chars[24];
  int16_t status[2];
  ZemsSsid ssid = ssid_of("TANDEM.EMS.D20");
  CHECK(SSIDTOTEXT(&ssid, chars, status) == 14 && memcmp(chars, "TANDEM.EMS.D20", 14) == 0 && status[0] == 0);
  CHECK(SSIDTOTEXT(NULL, chars, status) == 0 && status[0] == 0 && status[1] == 29);
  CHECK(SSIDTOTEXT(&ssid, NULL, NULL) == 0);
  CHECK(TEXTTOSSID("TANDEM.NONE.0", &ssid, status) == 0 && status[0] == 5);
  CHECK(TEXTTOSSID(" TANDEM.1.0", &ssid, status) == 0 && status[0] == 4);
  CHECK(TEXTTOSSID(NULL, &ssid, status) == 0 && status[1] == 29);
  CHECK(strcmp(zems_status_text(-8), "ZSPI-ERR-MISTKN: token not found") == 0);
  CHECK(strcmp(zems_status_text(-999), "not a published status") == 0 && strlen(zems_status_text(1)) > 0);
  CHECK(strcmp(zems_status_text(INT16_MIN), "not a published status") == 0);
}

int main(int argc, char **argv) {
  CHECK(argc == 2);
  command_sender(argv[1]);
  server_and_sender();
  several_values();
  event_generator_and_consumer();
  texts();
  puts("procedures: ok");
  return 0;
}
