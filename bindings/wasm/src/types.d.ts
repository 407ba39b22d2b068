/** Bytes, or a text of hexadecimal digits or JSON. */
export type Input = Uint8Array | ArrayBuffer | string;

/** How an input holds buffers. Packed input (gzip, zstd) is unpacked first, whatever its form. */
export type InputForm = "auto" | "raw" | "hex" | "be16" | "be32" | "json" | "scan";

/** What a file is, by its name and its first bytes. */
export type FileKind = "buffers" | "definition" | "filter";

export interface InputOptions {
  from?: InputForm;
}

export interface LogOptions extends InputOptions {
  /** How many bytes there will be. */
  size?: number;
}

export interface DecodeOptions extends InputOptions {
  /** Adds `hex` to every token, and `header_hex` and `buffer_hex` to every buffer. */
  raw?: boolean;
  /** Adds what the definitions say about an event beside its sentence. */
  advice?: boolean;
}

/** A definition source: DDL, template, C header, event metadata or compiled definitions. */
export interface DefinitionSource {
  name: string;
  content: string | Uint8Array | ArrayBuffer;
}

export interface SiteOptions {
  /** Sources; of two definitions of a name the later counts. */
  definitions?: DefinitionSource[];
  /** Whether the shipped definitions are there too; true unless given. */
  builtin?: boolean;
  /** Numbers of nodes by name. */
  nodes?: Record<string, number>;
  /** Minutes east of GMT, for times that are shown. */
  utcOffset?: number;
  /** `RULE=SEVERITY`, later ones winning. */
  severity?: string[];
  /** Whether names are used; true unless given. */
  names?: boolean;
  /** Whether names are used that rest on unpublished numbers; true unless given. */
  provisional?: boolean;
}

export interface FilterOptions {
  /** The name of the source, for messages. */
  name?: string;
  /** `NAME=VALUE` */
  parameters?: string[];
}

/** The texts of an SSID, or its bytes if it has none. */
export type SsidText = string | { hex: string };

/** A value of a token. Whole numbers beyond 2^53 are `bigint`. */
export type Value = string | number | bigint | boolean | null | Value[] | { [key: string]: Value };

export interface Token {
  name?: string;
  /** 8 hexadecimal digits. */
  code: string;
  ssid?: SsidText;
  type?: string;
  value?: Value;
  /** The values of a table. */
  values?: Value[];
  /** The tokens of a list. */
  tokens?: Token[];
  hex?: string;
  text?: string;
  label?: string;
}

export interface Finding {
  offset: number;
  finding: string;
}

export interface Advice {
  description?: string;
  cause?: string;
  effect?: string;
  recovery?: string;
}

interface BufferObject {
  ssid: SsidText;
  tokens: Token[];
  findings?: Finding[];
  provisional?: string[];
  header_hex?: string;
  buffer_hex?: string;
  /** Where the buffer begins in the input; in text, in the bytes it stands for. */
  offset: number;
  length: number;
}

export interface EventObject extends BufferObject {
  kind: "event";
  printed_ssid?: string;
  number?: number;
  name?: string;
  generated?: string | number | bigint | null;
  logged?: string | number | bigint | null;
  node?: number;
  process?: string;
  cpu?: number;
  pin?: number;
  user?: [number, number];
  emphasis?: boolean;
  console_print?: boolean;
  suppress_display?: boolean;
  stored?: { emphasis?: boolean; console_print?: boolean; suppress_display?: boolean };
  content_standard?: number;
  content_user?: number;
  layout: string | number;
  subjects: (Token & { token: number; index: number })[];
  text: string;
  advice?: Advice;
}

export interface CommandObject extends BufferObject {
  kind: "command";
  command?: number;
  object_type?: number;
  max_response?: number;
  server_version?: number;
}

/** A region of the input that is not a buffer. */
export interface ErrorObject {
  kind: "error";
  offset: number;
  length: number;
  error: string;
}

export type Decoded = EventObject | CommandObject | ErrorObject;

/** An object that stands for a buffer. */
export type Encodable =
  | (Partial<Omit<EventObject, "tokens">> & { kind?: "event"; tokens?: Partial<Token>[] })
  | (Partial<Omit<CommandObject, "tokens">> & { kind: "command"; tokens?: Partial<Token>[] })
  | ErrorObject;

/** The part that bytes play. */
export type Role =
  | "header" | "field" | "context" | "code" | "ssid" | "length" | "value" | "end" | "pad" | "unknown";

/** Bytes that mean one thing; `start` and `end` count from the first byte of the buffer. */
export interface Region {
  start: number;
  end: number;
  role: Role;
  depth: number;
  /** The number of the token among all of them, those in lists included. */
  token?: number;
  name?: string;
  provisional?: boolean;
  meaning: string;
}

/** A token, a value of a table, or a field of a structure. */
export interface TokenNode {
  name?: string;
  provisional?: boolean;
  code?: string;
  type?: string;
  ssid?: string;
  /** As in `Region`. */
  token?: number;
  subject?: boolean;
  /** The value for people. */
  text?: string;
  label?: string;
  start: number;
  end: number;
  valueStart: number;
  valueEnd: number;
  /** Where its value is in the JSON form, for `Site.edit`; missing if it cannot be changed by itself. */
  path?: (string | number)[];
  children?: TokenNode[];
}

export interface Details {
  kind: "event" | "command";
  ssid: string;
  number?: number;
  name?: string;
  severity?: string;
  generated?: string;
  process?: string;
  /** Time, process, subsystem and number, as before a printed sentence. */
  header?: string;
  sentence?: string;
  advice?: { heading: string; text: string }[];
  length: number;
  tokens: TokenNode[];
  regions: Region[];
  findings: Finding[];
  provisional: string[];
  /** Why the rest of the buffer cannot be read. */
  error?: string;
}

export interface Operand {
  text: string;
  /** `null`: missing. */
  value: string | null;
}

export interface Branch {
  kind: "or" | "and" | "not" | "constant" | "condition" | "assignment" | "compound" | "list" | "if" | "end";
  /** `null`: not looked at, or not reached. */
  holds: boolean | null;
  text?: string;
  line?: number;
  column?: number;
  operands?: Operand[];
  branches?: Branch[];
}

export interface Explanation {
  passes: boolean;
  verdict: string;
  decidedBy: string;
  /** Of a filter of the filter language. */
  tree?: Branch;
  /** The conditions that were looked at, in order. */
  steps: { holds: boolean; line: number; column: number; text: string; operands: Operand[] }[];
  missing: string[];
  text: string;
}

/** What a list shows of a buffer, or of a region that is not one. */
export interface Row {
  index: number;
  kind: "event" | "command" | "error";
  offset: number;
  length: number;
  time?: string;
  severity?: string;
  ssid?: string;
  number?: number;
  name?: string;
  process?: string;
  subject?: string;
  text: string;
}
