// What the page asks of the worker, and what the worker tells the page.
import type { Details, Explanation, FileKind, InputForm, Row } from "zems";

/** The input of the worker. */
export type Opened = { name: string; file: Blob } | { name: string; text: string };

/** A definition or filter source. */
export interface Named {
  name: string;
  bytes: Uint8Array;
}

/** Which rows the list shows. */
export interface Query {
  text: string;
  /** 0 emergency to 7 debug; 8: everything. */
  severity: number;
  /** Whether only what the condition passes is shown. */
  onlyPassed: boolean;
}

/** How far the worker is. */
export interface State {
  /** Counts inputs and queries: rows of an older one are not shown. */
  generation: number;
  total: number;
  faults: number;
  selected: number;
  /** 0 to 1. */
  progress: number;
  busy: boolean;
  form: InputForm;
  packed: boolean;
}

/** Everything about one row. */
export interface Shown {
  bytes: Uint8Array;
  /** How many bytes there are in all. */
  length: number;
  /** Missing for a region that is not a buffer. */
  details?: Details;
  json?: string;
  explanation?: Explanation;
  /** Why there is no explanation. */
  explanationError?: string;
}

/** What can be asked. */
export interface Calls {
  start(wasm: string): void;
  classify(name: string, front: Uint8Array): FileKind;
  open(input: Opened, from: InputForm): void;
  define(sources: Named[]): void;
  /** Returns the warnings of the compiler. */
  condition(text: string): string;
  filter(name: string, text: string): string;
  query(query: Query): void;
  rows(from: number, to: number): { generation: number; rows: Row[] };
  show(position: number): Shown;
  describe(bytes: Uint8Array): Shown;
  edit(bytes: Uint8Array, path: (string | number)[], text: string): Shown;
  valueText(bytes: Uint8Array, path: (string | number)[]): string;
  encode(json: string): Shown;
}

export type Call = { [K in keyof Calls]: { id: number; name: K; args: Parameters<Calls[K]> } }[keyof Calls];

export type Answer =
  | { id: number; result: unknown }
  | { id: number; error: string }
  | { state: State }
  | { failed: string };
