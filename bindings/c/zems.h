/* zems: event buffers of HPE NonStop systems. Made by cbindgen of bindings/c; do not edit. See docs/c.md. */

#ifndef ZEMS_H
#define ZEMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The code of a token: its data type, its length byte (255: variable) and its number. */
#define ZEMS_TOKEN_CODE(type, length, number) \
  (((uint32_t)(type) << 24) | ((uint32_t)(length) << 16) | ((uint32_t)(number) & 0xFFFFu))

/** Values are stored with the most significant byte first: these write and read numbers in that order on any machine. */
static inline void zems_store16(void *place, uint16_t value) {
  unsigned char *bytes = (unsigned char *)place;
  bytes[0] = (unsigned char)(value >> 8);
  bytes[1] = (unsigned char)value;
}

static inline void zems_store32(void *place, uint32_t value) {
  zems_store16(place, (uint16_t)(value >> 16));
  zems_store16((unsigned char *)place + 2, (uint16_t)value);
}

static inline void zems_store64(void *place, uint64_t value) {
  zems_store32(place, (uint32_t)(value >> 32));
  zems_store32((unsigned char *)place + 4, (uint32_t)value);
}

static inline uint16_t zems_load16(const void *place) {
  const unsigned char *bytes = (const unsigned char *)place;
  return (uint16_t)(((uint16_t)bytes[0] << 8) | bytes[1]);
}

static inline uint32_t zems_load32(const void *place) {
  return ((uint32_t)zems_load16(place) << 16) | zems_load16((const unsigned char *)place + 2);
}

static inline uint64_t zems_load64(const void *place) {
  return ((uint64_t)zems_load32(place) << 32) | zems_load32((const unsigned char *)place + 4);
}

/**
 * The value of a header field that is not present.
 */
#define ZEMS_UNKNOWN INT32_MIN

/**
 * An omitted `index`, `count` or length that is passed by value.
 */
#define ZEMS_OMITTED INT16_MIN

/**
 * An omitted `timestamp` of EMSINIT: the time now.
 */
#define ZEMS_NOW INT64_MIN

/**
 * The result of a function: 0 after success, 1 at the end, 2 if an item does not exist, and an error above that.
 *
 * Numbers never change their meaning; later versions may add some.
 */
typedef enum {
  ZEMS_CODE_OK = 0,
  /**
   * The end: no further item follows.
   */
  ZEMS_CODE_END = 1,
  /**
   * The token, name or subject does not exist. `zems_error_message` names it.
   */
  ZEMS_CODE_MISSING = 2,
  /**
   * An argument is NULL, not UTF-8, or not one of the values that the function takes.
   */
  ZEMS_CODE_ARGUMENT = 3,
  /**
   * A file cannot be opened, read or written.
   */
  ZEMS_CODE_FILE = 4,
  /**
   * Sources of definitions have errors, or compiled ones are damaged.
   */
  ZEMS_CODE_DEFINITIONS = 5,
  /**
   * A filter or condition has errors.
   */
  ZEMS_CODE_FILTER = 6,
  /**
   * A JSON line does not have the documented form.
   */
  ZEMS_CODE_JSON = 7,
  /**
   * A handle was used after its end.
   */
  ZEMS_CODE_FINISHED = 8,
  /**
   * A fault of the library. Please report it.
   */
  ZEMS_CODE_INTERNAL = 9,
  /**
   * The bytes are not a buffer. Codes up to 199 give the reason.
   */
  ZEMS_CODE_DECODE = 100,
  ZEMS_CODE_DECODE_SHORT_HEADER = 101,
  ZEMS_CODE_DECODE_MESSAGE_CODE = 102,
  ZEMS_CODE_DECODE_USED_LENGTH_SHORT = 103,
  ZEMS_CODE_DECODE_USED_LENGTH_LONG = 104,
  ZEMS_CODE_DECODE_TRUNCATED = 105,
  ZEMS_CODE_DECODE_HEADER_CODE = 106,
  ZEMS_CODE_DECODE_TRAILING_BYTES = 107,
  ZEMS_CODE_DECODE_SHORT_TOKEN_CODE = 108,
  ZEMS_CODE_DECODE_SHORT_SSID = 109,
  ZEMS_CODE_DECODE_SHORT_LENGTH_WORD = 110,
  ZEMS_CODE_DECODE_VALUE_TOO_LONG = 111,
  ZEMS_CODE_DECODE_LIST_TOO_LONG = 112,
  ZEMS_CODE_DECODE_UNCLOSED_LIST = 113,
  ZEMS_CODE_DECODE_TOO_DEEP = 114,
  ZEMS_CODE_DECODE_FRAME = 115,
  /**
   * The hexadecimal text has a fault.
   */
  ZEMS_CODE_DECODE_HEX = 116,
  /**
   * The buffer cannot be built. Codes up to 299 give the reason; `zems_error_status` has the SPI status.
   */
  ZEMS_CODE_ENCODE = 200,
  ZEMS_CODE_ENCODE_NO_SPACE = 201,
  ZEMS_CODE_ENCODE_BUFFER_FULL = 202,
  ZEMS_CODE_ENCODE_EVENT_TOO_LONG = 203,
  ZEMS_CODE_ENCODE_LENGTH = 204,
  ZEMS_CODE_ENCODE_ELEMENTS = 205,
  ZEMS_CODE_ENCODE_VALUE_TOO_LONG = 206,
  ZEMS_CODE_ENCODE_TYPE = 207,
  ZEMS_CODE_ENCODE_NOT_A_LIST = 208,
  ZEMS_CODE_ENCODE_NOT_A_TABLE = 209,
  ZEMS_CODE_ENCODE_NO_DATA_TYPE = 210,
  ZEMS_CODE_ENCODE_TOO_DEEP = 211,
  ZEMS_CODE_ENCODE_NO_OPEN_LIST = 212,
  ZEMS_CODE_ENCODE_OPEN_LIST = 213,
  ZEMS_CODE_ENCODE_HEADER = 214,
  ZEMS_CODE_ENCODE_CHECKSUM = 215,
  ZEMS_CODE_ENCODE_NO_LAYOUT = 216,
  ZEMS_CODE_ENCODE_HEADER_FIELD = 217,
  ZEMS_CODE_ENCODE_NO_SUBJECT = 218,
  ZEMS_CODE_ENCODE_MISPLACED_MARK = 219,
  /**
   * A number is outside the range of its token.
   */
  ZEMS_CODE_ENCODE_RANGE = 220,
} ZemsCode;

/**
 * The kind of a `ZemsToken`.
 */
typedef enum {
  /**
   * A token with a value, or one value of a table.
   */
  ZEMS_TOKEN_KIND_VALUE = 0,
  /**
   * A list. Its tokens follow, with a greater depth.
   */
  ZEMS_TOKEN_KIND_LIST_BEGIN = 1,
  /**
   * The end of a list.
   */
  ZEMS_TOKEN_KIND_LIST_END = 2,
  /**
   * Several values of one code. They follow as `ZEMS_TOKEN_KIND_VALUE`.
   */
  ZEMS_TOKEN_KIND_TABLE_BEGIN = 3,
  /**
   * The end of a table.
   */
  ZEMS_TOKEN_KIND_TABLE_END = 4,
} ZemsTokenKind;

/**
 * An event under construction. A call that fails leaves it unchanged.
 */
typedef struct ZemsBuilder ZemsBuilder;

/**
 * Definition sources, collected to load a site.
 */
typedef struct ZemsDefinitions ZemsDefinitions;

/**
 * Why a call failed. Free it with `zems_error_free`.
 */
typedef struct ZemsError ZemsError;

/**
 * A buffer: an event, a command or a response. It never changes and keeps its definitions alive.
 */
typedef struct ZemsEvent ZemsEvent;

/**
 * A filter and its state: a burst filter counts earlier events.
 */
typedef struct ZemsFilter ZemsFilter;

/**
 * Reads buffers from an input, in bounded memory.
 */
typedef struct ZemsReader ZemsReader;

/**
 * Definitions, templates, node names and severity rules, used to read events. It never changes.
 */
typedef struct ZemsSite ZemsSite;

/**
 * A walk over all tokens of a buffer. It keeps its event alive.
 */
typedef struct ZemsWalk ZemsWalk;

/**
 * A subsystem ID as it is stored: owner (8 characters), number and version (2 bytes each, most significant first). 12 zero
 * bytes are not a particular subsystem.
 */
typedef struct {
  /**
   * The bytes.
   */
  uint8_t bytes[12];
} ZemsSsid;

/**
 * The header fields of a buffer. A field that the header does not have is `ZEMS_UNKNOWN`.
 */
typedef struct {
  /**
   * Whether the buffer is an event; else it is a command or response.
   */
  bool is_event;
  /**
   * The subsystem, with its version.
   */
  ZemsSsid ssid;
  /**
   * The event number (ZEMS-TKN-EVENTNUMBER), or the command number (ZSPI-TKN-COMMAND).
   */
  int32_t number;
  /**
   * The node number (ZEMS-TKN-NODENUM).
   */
  int32_t node;
  /**
   * ZEMS-TKN-CPU.
   */
  int32_t cpu;
  /**
   * ZEMS-TKN-PIN.
   */
  int32_t pin;
  /**
   * The group number of ZEMS-TKN-USERID.
   */
  int32_t group;
  /**
   * The user number of ZEMS-TKN-USERID.
   */
  int32_t user;
  /**
   * ZEMS-TKN-EMPHASIS, as overridden by templates: 1 for a critical event, else 0.
   */
  int32_t emphasis;
  /**
   * ZEMS-TKN-GENTIME in microseconds since 1970-01-01 00:00 GMT; INT64_MIN if it is not set.
   */
  int64_t generated;
  /**
   * ZEMS-TKN-LOGTIME, likewise.
   */
  int64_t logged;
  /**
   * The bytes of the buffer.
   */
  size_t used_length;
} ZemsHeader;

/**
 * A text that belongs to a handle: `length` bytes of UTF-8 without a NUL at the end. Print it with `"%.*s"`. `data` is NULL
 * where there is no text.
 */
typedef struct {
  /**
   * The first byte.
   */
  const char *data;
  /**
   * The number of bytes.
   */
  size_t length;
} ZemsText;

/**
 * A token, or one value of a table. Its pointers are valid as long as the event.
 */
typedef struct {
  /**
   * The kind.
   */
  ZemsTokenKind kind;
  /**
   * The token code as it is stored, without the extended bit.
   */
  uint32_t code;
  /**
   * The subsystem that qualifies the token.
   */
  ZemsSsid ssid;
  /**
   * The number of lists around it.
   */
  uint32_t depth;
  /**
   * Its position on its level, from 0; for a value of a table, its position in the table.
   */
  size_t index;
  /**
   * Whether it is a subject: directly after a subject mark on the top level.
   */
  bool is_subject;
  /**
   * Whether the name depends on an unpublished number.
   */
  bool is_provisional;
  /**
   * Whether the value is a single integer. It is then in `integer`.
   */
  bool has_integer;
  /**
   * The value as an integer; -1 or 0 for a BOOLEAN.
   */
  int64_t integer;
  /**
   * The offset of the token code from the start of the buffer.
   */
  size_t offset;
  /**
   * The bytes of the value as they are stored, without length word and pad; NULL if there are none.
   */
  const uint8_t *value;
  /**
   * The number of those bytes.
   */
  size_t length;
  /**
   * The name, if a definition gives one.
   */
  ZemsText name;
  /**
   * The label of the value, if its enumeration has one.
   */
  ZemsText label;
} ZemsToken;

/**
 * The verdict of a filter on an event.
 */
typedef struct {
  /**
   * Whether the event passes.
   */
  bool passes;
  /**
   * Whether `PASS` or the row has a number.
   */
  bool has_value;
  /**
   * The number after PASS, or of the row of a filter table.
   */
  int16_t value;
} ZemsVerdict;

/**
 * The header of a new event. Initialize it with `zems_new_event_init`, which sets the other fields to null.
 */
typedef struct {
  /**
   * The subsystem that reports the event.
   */
  ZemsSsid ssid;
  /**
   * The event number.
   */
  int16_t number;
  /**
   * The time of the event in microseconds since 1970-01-01 00:00 GMT; INT64_MIN for the time now.
   */
  int64_t generated;
  /**
   * The process that reports: `\NODE.$NAME`, at most 33 bytes. NULL for none.
   */
  const char *process;
  /**
   * The node number.
   */
  int32_t node;
  /**
   * The processor.
   */
  uint16_t cpu;
  /**
   * The number of the process in its processor.
   */
  uint16_t pin;
  /**
   * The group number of the user.
   */
  uint8_t group;
  /**
   * The user number.
   */
  uint8_t user;
  /**
   * Whether the event is critical.
   */
  bool emphasis;
  /**
   * Whether it is printed on the console.
   */
  bool console_print;
  /**
   * Whether displays suppress it.
   */
  bool suppress_display;
  /**
   * ZEMS-TKN-CONTENT-STANDARD; 0 = null.
   */
  int16_t content_standard;
  /**
   * ZEMS-TKN-CONTENT-USER; 0 = null.
   */
  int16_t content_user;
  /**
   * The length byte of the header layout, such as 32 for the C series; 0 for the first layout of the definitions.
   */
  uint8_t layout;
} ZemsNewEvent;

/**
 * The process that EMSINIT writes into the header of an event.
 */
typedef struct {
  /**
   * The node number.
   */
  int32_t node;
  /**
   * `\NODE.$NAME:sequence`, at most 33 bytes. NULL for none.
   */
  const char *process;
  /**
   * The processor.
   */
  uint16_t cpu;
  /**
   * The number of the process in its processor.
   */
  uint16_t pin;
  /**
   * The group number of the user.
   */
  uint8_t group;
  /**
   * The user number.
   */
  uint8_t user;
  /**
   * The length byte of the header layout, such as 32 for the C series; 0 for the first layout of the definitions.
   */
  uint8_t layout;
} ZemsReporter;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * The version of the library: `major.minor.patch`. The text is never freed.
 */
const char *zems_version(void);

/**
 * Frees a text that a function returned as `char *`. NULL is allowed.
 */
void zems_string_free(char *text);

/**
 * The code that the call returned.
 */
ZemsCode zems_error_code(const ZemsError *error);

/**
 * The message: fault, place and remedy. It belongs to the error. Empty for NULL.
 */
const char *zems_error_message(const ZemsError *error);

/**
 * The byte of the fault, counted from the start of the input, buffer or text; -1 if the error is not
 * about one byte.
 */
int64_t zems_error_offset(const ZemsError *error);

/**
 * The length in bytes of the region that is not a buffer, for an error of a reader; else 0.
 */
uint64_t zems_error_length(const ZemsError *error);

/**
 * The status that an SPI procedure would return (ZSPI-ERR-...), 0 if there is none.
 */
int16_t zems_error_status(const ZemsError *error);

/**
 * Frees an error. NULL is allowed.
 */
void zems_error_free(ZemsError *error);

/**
 * Creates an empty collection of definitions. `shipped` includes the shipped ones.
 */
ZemsDefinitions *zems_definitions_new(bool shipped);

/**
 * Frees collected definitions. NULL is allowed.
 */
void zems_definitions_free(ZemsDefinitions *definitions);

/**
 * Adds a file, or a directory of files: DDL sources, templates, C headers, event metadata or compiled definitions. Of two
 * definitions of a name the later counts. The file is read by `zems_definitions_load`.
 */
ZemsCode zems_definitions_add_file(ZemsDefinitions *definitions,
                                   const char *path,
                                   ZemsError **error);

/**
 * Adds a directory to search for files that `?SOURCE` lines name.
 */
ZemsCode zems_definitions_add_include(ZemsDefinitions *definitions, const char *path, ZemsError **error);

/**
 * Adds a source in memory, after all files. Messages show it as `name`.
 */
ZemsCode zems_definitions_add_text(ZemsDefinitions *definitions,
                                   const char *name,
                                   const char *source,
                                   size_t length,
                                   ZemsError **error);

/**
 * Sets the name of a node number, for `\NODE` in sentences.
 */
ZemsCode zems_definitions_add_node(ZemsDefinitions *definitions, int32_t number, const char *name, ZemsError **error);

/**
 * Adds a severity rule such as `emphasis=critical` or `ZEMS-VAL-ATTN-NEEDED=alert`. `zems_definitions_load` refuses one that
 * is not valid.
 */
ZemsCode zems_definitions_add_severity(ZemsDefinitions *definitions,
                                       const char *rule,
                                       ZemsError **error);

/**
 * Loads everything that was added, and frees `definitions`, whether it succeeds or not. `left_out` gets a text with a line
 * for each file of a directory that is not a definition, or NULL; it may be NULL.
 */
ZemsCode zems_definitions_load(ZemsDefinitions *definitions,
                               ZemsSite **site,
                               char **left_out,
                               ZemsError **error);

/**
 * The site of the shipped definitions.
 */
ZemsSite *zems_site_shipped(void);

/**
 * The site of compiled definitions in memory: the content of a file that `zems compile` or `zems_site_compiled` made.
 */
ZemsCode zems_site_from_compiled(const uint8_t *data, size_t length, ZemsSite **site, ZemsError **error);

/**
 * The definitions of a site in the compiled form, which is loaded without reading sources. The bytes belong to the site.
 * `ZEMS_CODE_MISSING` for a site that has the shipped definitions only.
 */
ZemsCode zems_site_compiled(const ZemsSite *site,
                            const uint8_t **data,
                            size_t *length,
                            ZemsError **error);

/**
 * Frees a site. Events, filters and builders made with it stay valid. NULL is allowed.
 */
void zems_site_free(ZemsSite *site);

/**
 * The token of this name: its code as it is stored, and the subsystem it belongs to (12 zero bytes if its definition has
 * none). `is_provisional` says that the number is not a published one; it may be NULL.
 */
ZemsCode zems_site_token(const ZemsSite *site,
                         const char *name,
                         uint32_t *code,
                         ZemsSsid *ssid,
                         bool *is_provisional,
                         ZemsError **error);

/**
 * The value of a numeric constant, such as an event number or a value of an enumeration.
 */
ZemsCode zems_site_constant(const ZemsSite *site, const char *name, int64_t *value, ZemsError **error);

/**
 * Reads a subsystem ID such as `TANDEM.EMS.D20` or `ACME.7.A01`. With `site` NULL it knows the names that are shipped.
 */
ZemsCode zems_ssid_parse(const ZemsSite *site, const char *ssid, ZemsSsid *result, ZemsError **error);

/**
 * The external form of a subsystem ID, with the name of the subsystem if `site`, which may be NULL, knows it. Free it with
 * `zems_string_free`.
 */
char *zems_ssid_text(const ZemsSite *site,
                     const ZemsSsid *ssid);

/**
 * Lists the definitions whose names match `pattern`, one JSON object a line, as `zems catalog --format json` does (`*`, `?`,
 * any case; NULL for all). Free it with `zems_string_free`.
 */
ZemsCode zems_site_catalog(const ZemsSite *site,
                           const char *pattern,
                           char **lines,
                           ZemsError **error);

/**
 * Parses `data`, which must be exactly one buffer. The bytes are copied. If `site` is NULL, the shipped definitions are used.
 */
ZemsCode zems_event_parse(const ZemsSite *site,
                          const uint8_t *data,
                          size_t length,
                          ZemsEvent **event,
                          ZemsError **error);

/**
 * Parses the buffer at the start of `data` and stores its length in `used`. A pad byte may follow a buffer of odd length.
 */
ZemsCode zems_event_parse_prefix(const ZemsSite *site,
                                 const uint8_t *data,
                                 size_t length,
                                 ZemsEvent **event,
                                 size_t *used,
                                 ZemsError **error);

/**
 * Builds a buffer from a JSON line that names its tokens. An event without `generated` gets the current time.
 */
ZemsCode zems_event_from_json(const ZemsSite *site,
                              const char *line,
                              size_t length,
                              ZemsEvent **event,
                              ZemsError **error);

/**
 * Frees a buffer. Walks over it stay valid. NULL is allowed.
 */
void zems_event_free(ZemsEvent *event);

/**
 * The bytes of the buffer. They belong to the event.
 */
const uint8_t *zems_event_bytes(const ZemsEvent *event, size_t *length);

/**
 * The offset of the buffer in the input of its reader.
 */
uint64_t zems_event_origin(const ZemsEvent *event);

/**
 * Gets the header fields.
 */
ZemsCode zems_event_header(const ZemsEvent *event, ZemsHeader *header, ZemsError **error);

/**
 * The sentence of the event, made with its template. Free it with `zems_string_free`.
 */
ZemsCode zems_event_sentence(const ZemsEvent *event, char **result, ZemsError **error);

/**
 * The line that a printing distributor writes: time, process, subsystem, number and sentence. Free it with
 * `zems_string_free`.
 */
ZemsCode zems_event_line(const ZemsEvent *event, char **result, ZemsError **error);

/**
 * The process that reported the event: `\NODE.$NAME`. Free it with `zems_string_free`.
 */
ZemsCode zems_event_process(const ZemsEvent *event, char **result, ZemsError **error);

/**
 * The buffer as one JSON line. With `raw` the line also has all bytes, so that `zems_event_from_json` restores the
 * same buffer. Free it with `zems_string_free`.
 */
ZemsCode zems_event_json(const ZemsEvent *event, bool raw, char **result, ZemsError **error);

/**
 * The name of the event in the definitions; `data` is NULL if it has none. Valid as long as the event.
 */
ZemsText zems_event_name(const ZemsEvent *event);

/**
 * The severity by the rules of the site, such as `critical` or `info`; `data` is NULL for a command. Do not free it.
 */
ZemsText zems_event_severity(const ZemsEvent *event);

/**
 * Begins a walk over the tokens of the body, including those in lists and tables.
 */
ZemsCode zems_walk_new(const ZemsEvent *event, ZemsWalk **walk, ZemsError **error);

/**
 * The next token. `ZEMS_CODE_END` after the last one; an error names the byte where the buffer is damaged, and the tokens
 * before it have been returned.
 */
ZemsCode zems_walk_next(ZemsWalk *walk,
                        ZemsToken *token,
                        ZemsError **error);

/**
 * Frees a walk. NULL is allowed.
 */
void zems_walk_free(ZemsWalk *walk);

/**
 * The token with this code on the top level: occurrence `index`, from 1, counting each value of a table. With `ssid` NULL
 * the token is one of the buffer's own subsystem. `ZEMS_CODE_MISSING` if there is none.
 */
ZemsCode zems_event_find(const ZemsEvent *event,
                         const ZemsSsid *ssid,
                         uint32_t code,
                         size_t index,
                         ZemsToken *token,
                         ZemsError **error);

/**
 * The token with this name on the top level; otherwise as `zems_event_find`.
 */
ZemsCode zems_event_find_named(const ZemsEvent *event,
                               const char *name,
                               size_t index,
                               ZemsToken *token,
                               ZemsError **error);

/**
 * Subject `index` of the event, from 1. `ZEMS_CODE_MISSING` if it has fewer.
 */
ZemsCode zems_event_subject(const ZemsEvent *event, size_t index, ZemsToken *token, ZemsError **error);

/**
 * The value of a token of this event as text: numbers in digits, times in RFC 3339, names in their external form, bytes
 * without a meaning as hexadecimal digits. Free it with `zems_string_free`.
 */
ZemsCode zems_token_text(const ZemsEvent *event, const ZemsToken *token, char **result, ZemsError **error);

/**
 * The name of the data type of a token, such as `INT` or `TIMESTAMP`; no text if it is unknown. It is never freed.
 */
ZemsText zems_token_type(const ZemsEvent *event, const ZemsToken *token);

/**
 * Opens a file of buffers; it may be compressed, and `-` is standard input. `form` is `auto`, `raw`, `hex`, `be16`, `be32`
 * or `scan`, as for `zems decode --from`; NULL is `auto`.
 */
ZemsCode zems_reader_open(const ZemsSite *site,
                          const char *path,
                          const char *form,
                          ZemsReader **reader,
                          ZemsError **error);

/**
 * Reads buffers from memory, which is copied.
 */
ZemsCode zems_reader_memory(const ZemsSite *site,
                            const uint8_t *data,
                            size_t length,
                            const char *form,
                            ZemsReader **reader,
                            ZemsError **error);

/**
 * Reads the next buffer. `ZEMS_CODE_END` after the last one. A region that is not a buffer is an error with its offset and length; the
 * call after it continues after the region. After `ZEMS_CODE_FILE` nothing more comes.
 */
ZemsCode zems_reader_next(ZemsReader *reader,
                          ZemsEvent **event,
                          ZemsError **error);

/**
 * Frees a reader. Its events stay valid. NULL is allowed.
 */
void zems_reader_free(ZemsReader *reader);

/**
 * Compiles a filter of the EMS filter language, a filter table or a burst filter. Messages show it as `name`.
 * `parameters` are `count` texts such as `LIMIT=5`.
 */
ZemsCode zems_filter_new(const ZemsSite *site,
                         const char *name,
                         const char *source,
                         size_t length,
                         const char *const *parameters,
                         size_t count,
                         ZemsFilter **filter,
                         ZemsError **error);

/**
 * Compiles one condition of the filter language, such as `ZEMS^TKN^CPU > 8`.
 */
ZemsCode zems_filter_condition(const ZemsSite *site, const char *condition, ZemsFilter **filter, ZemsError **error);

/**
 * Whether the event passes. A command or response never does.
 */
ZemsCode zems_filter_judge(ZemsFilter *filter, const ZemsEvent *event, ZemsVerdict *verdict, ZemsError **error);

/**
 * Explains the verdict in several lines: the deciding condition and the missing tokens. Free the text with
 * `zems_string_free`.
 */
ZemsCode zems_filter_explain(ZemsFilter *filter, const ZemsEvent *event, char **result, ZemsError **error);

/**
 * Frees a filter. NULL is allowed.
 */
void zems_filter_free(ZemsFilter *filter);

/**
 * Initializes `event` with a subsystem, a number and the current time; all other fields are null.
 */
ZemsCode zems_new_event_init(ZemsNewEvent *event, const ZemsSsid *ssid, int16_t number, ZemsError **error);

/**
 * Begins an event with its first subject: a token of `subject_ssid`, or with NULL of the event's own subsystem. `value` has
 * the bytes as they are stored, most significant first, without a length word.
 */
ZemsCode zems_builder_new(const ZemsSite *site,
                          const ZemsNewEvent *event,
                          const ZemsSsid *subject_ssid,
                          uint32_t subject_code,
                          const uint8_t *value,
                          size_t length,
                          ZemsBuilder **builder,
                          ZemsError **error);

/**
 * Adds a token of `ssid`, or with NULL of the subsystem in force. `value` has the bytes as they are stored.
 */
ZemsCode zems_builder_put(ZemsBuilder *builder,
                          const ZemsSsid *of,
                          uint32_t code,
                          const uint8_t *value,
                          size_t length,
                          ZemsError **error);

/**
 * Adds a token by name, under the subsystem of its definition.
 */
ZemsCode zems_builder_put_named(ZemsBuilder *builder,
                                const char *name,
                                const uint8_t *value,
                                size_t length,
                                ZemsError **error);

/**
 * Adds a token whose value is a whole number, in the width of its data type: INT, UINT, ENUM, BOOLEAN, BYTE, INT2, INT4 or
 * TIMESTAMP. `ZEMS_CODE_ENCODE_RANGE` if it does not fit.
 */
ZemsCode zems_builder_put_integer(ZemsBuilder *builder,
                                  const ZemsSsid *of,
                                  uint32_t code,
                                  int64_t value,
                                  ZemsError **error);

/**
 * Adds `count` values of one code as a table. `values` has them one after the other, each of `length` bytes as they are
 * stored.
 */
ZemsCode zems_builder_put_table(ZemsBuilder *builder,
                                const ZemsSsid *of,
                                uint32_t code,
                                const uint8_t *values,
                                size_t length,
                                size_t count,
                                ZemsError **error);

/**
 * Adds a further subject: mark and token.
 */
ZemsCode zems_builder_subject(ZemsBuilder *builder,
                              const ZemsSsid *of,
                              uint32_t code,
                              const uint8_t *value,
                              size_t length,
                              ZemsError **error);

/**
 * Opens a list. The tokens that follow are in it until `zems_builder_end_list`.
 */
ZemsCode zems_builder_begin_list(ZemsBuilder *builder, const ZemsSsid *of, uint32_t code, ZemsError **error);

/**
 * Closes the innermost open list.
 */
ZemsCode zems_builder_end_list(ZemsBuilder *builder, ZemsError **error);

/**
 * The bytes of the event so far; `ZEMS_UNKNOWN` for NULL or a finished builder.
 */
int32_t zems_builder_length(ZemsBuilder *builder);

/**
 * Completes the event and frees the builder, whether it succeeds or not.
 */
ZemsCode zems_builder_finish(ZemsBuilder *builder, ZemsEvent **event, ZemsError **error);

/**
 * Frees a builder that is not finished. NULL is allowed.
 */
void zems_builder_free(ZemsBuilder *builder);

/**
 * Sets the system that the procedures run on, for all threads: definitions, with the templates whose overrides EMSGET
 * returns, and the process that reports events. NULL for `site` is the shipped definitions, NULL for `reporter` an unnamed
 * process.
 */
ZemsCode zems_procedures_use(const ZemsSite *site,
                             const ZemsReporter *reporter,
                             ZemsError **error);

/**
 * The name and meaning of a status: `ZSPI-ERR-MISTKN: token not found`. The text is never freed.
 */
const char *zems_status_text(int16_t status);

/**
 * SSINIT: writes the header of a command. `buffer` has `buffer_length` bytes; `header_type` is 0.
 */
int16_t SSINIT(void *buffer,
               uint16_t buffer_length,
               const ZemsSsid *ssid,
               int16_t header_type,
               int16_t command,
               int16_t object_type,
               int16_t max_resp,
               uint16_t server_version,
               int16_t checksum,
               uint16_t max_field_version);

/**
 * SSNULL: fills a structure with the null values of its token map.
 */
int16_t SSNULL(const void *token_map, void *structure);

/**
 * SSPUT: adds `count` values of a token at the end of the buffer, or carries out a special operation. `token_id` is the
 * address of a token code or of a token map, most significant byte first.
 */
int16_t SSPUT(void *buffer, const void *token_id, const void *token_value, int16_t count, const ZemsSsid *ssid);

/**
 * SSPUTTKN: SSPUT for a token code by value.
 */
int16_t SSPUTTKN(void *buffer, uint32_t token_code, const void *token_value, int16_t count, const ZemsSsid *ssid);

/**
 * SSGET: gets values of a token, or carries out a special operation. `count` has the most values wanted, then their number
 * or the result; it and `ssid` may be NULL. `token_value` has space for what is got.
 */
int16_t SSGET(void *buffer,
              const void *token_id,
              void *token_value,
              int16_t index,
              uint16_t *count,
              ZemsSsid *ssid);

/**
 * SSGETTKN: SSGET for a token code by value.
 */
int16_t SSGETTKN(void *buffer, uint32_t token_code, void *token_value, int16_t index, uint16_t *count, ZemsSsid *ssid);

/**
 * SSMOVE: copies tokens of one code, or whole lists, from one buffer to another. The buffers are two.
 */
int16_t SSMOVE(const void *token_id,
               void *source_buffer,
               int16_t source_index,
               void *dest_buffer,
               int16_t dest_index,
               uint16_t *count,
               const ZemsSsid *ssid);

/**
 * SSMOVETKN: SSMOVE for a token code by value.
 */
int16_t SSMOVETKN(uint32_t token_code,
                  void *source_buffer,
                  int16_t source_index,
                  void *dest_buffer,
                  int16_t dest_index,
                  uint16_t *count,
                  const ZemsSsid *ssid);

/**
 * SSIDTOTEXT: writes the external form of a subsystem ID to `chars`, at most 24 bytes without a NUL. Returns the number of
 * bytes, 0 after an error; `status`, which may be NULL, gets two words.
 */
int16_t SSIDTOTEXT(const ZemsSsid *ssid,
                   char *chars,
                   int16_t *status);

/**
 * TEXTTOSSID: reads the external form of a subsystem ID. Returns the number of bytes read, 0 after an error. A byte that
 * cannot be part of one ends the text; a NUL is such a byte.
 */
int16_t TEXTTOSSID(const char *chars,
                   ZemsSsid *ssid,
                   int16_t *status);

/**
 * EMSINIT: writes the header of an event, the subject mark and the first subject. `subject_length` is the length of a value of
 * variable length, or `ZEMS_OMITTED` if the value begins with its length word. `subject_ssid` may be NULL; `timestamp` is a
 * Julian timestamp, or `ZEMS_NOW`.
 */
int16_t EMSINIT(void *buffer,
                uint16_t buffer_length,
                const ZemsSsid *generating_ssid,
                int16_t event_number,
                uint32_t subject_token_code,
                const void *subject_value,
                int16_t subject_length,
                const ZemsSsid *subject_ssid,
                int64_t timestamp);

/**
 * EMSINITMAP: EMSINIT whose subject may be a structure named by a token map.
 */
int16_t EMSINITMAP(void *buffer,
                   uint16_t buffer_length,
                   const ZemsSsid *generating_ssid,
                   int16_t event_number,
                   const void *subject_token_id,
                   const void *subject_value,
                   int16_t subject_length,
                   const ZemsSsid *subject_ssid,
                   int64_t timestamp);

/**
 * EMSADDSUBJECT: adds a subject mark and a further subject.
 */
int16_t EMSADDSUBJECT(void *buffer,
                      uint32_t subject_token_code,
                      const void *subject_value,
                      int16_t subject_length,
                      const ZemsSsid *ssid);

/**
 * EMSADDSUBJECTMAP: EMSADDSUBJECT whose subject may be a structure named by a token map.
 */
int16_t EMSADDSUBJECTMAP(void *buffer,
                         const void *subject_token_id,
                         const void *subject_value,
                         int16_t subject_length,
                         const ZemsSsid *ssid);

/**
 * EMSADDTOKENS: adds one to four tokens, or sets header tokens. A triplet whose token code is 0 is omitted, and so are those
 * after it.
 */
int16_t EMSADDTOKENS(void *buffer,
                     const ZemsSsid *ssid,
                     uint32_t token_code_1,
                     const void *data_1,
                     int16_t length_1,
                     uint32_t token_code_2,
                     const void *data_2,
                     int16_t length_2,
                     uint32_t token_code_3,
                     const void *data_3,
                     int16_t length_3,
                     uint32_t token_code_4,
                     const void *data_4,
                     int16_t length_4);

/**
 * EMSADDTOKENMAPS: EMSADDTOKENS for token codes and token maps. A triplet whose `token_id` is NULL is omitted, and so are those
 * after it.
 */
int16_t EMSADDTOKENMAPS(void *buffer,
                        const ZemsSsid *ssid,
                        const void *token_id_1,
                        const void *data_1,
                        int16_t length_1,
                        const void *token_id_2,
                        const void *data_2,
                        int16_t length_2,
                        const void *token_id_3,
                        const void *data_3,
                        int16_t length_3,
                        const void *token_id_4,
                        const void *data_4,
                        int16_t length_4);

/**
 * EMSGET: SSGET for events, with the pseudo tokens of EMS. Header tokens that templates override have the overriding values.
 */
int16_t EMSGET(void *buffer,
               const void *token_id,
               void *token_value,
               int16_t index,
               uint16_t *count,
               ZemsSsid *ssid);

/**
 * EMSGETTKN: EMSGET for a token code by value.
 */
int16_t EMSGETTKN(void *buffer, uint32_t token_code, void *token_value, int16_t index, uint16_t *count, ZemsSsid *ssid);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* ZEMS_H */
