// Everything that takes time: the page never waits for it.
import { Filter, Log, Site, classify, initSync } from "zems";
import type { InputForm } from "zems";
import type { Answer, Call, Calls, Named, Opened, Query, Shown, State } from "./protocol";

/** Bytes read from a file at once. */
const PIECE = 4 << 20;
/** Bytes gone through before messages are looked at. */
const STEP = 1 << 16;
/** Rows looked through before messages are looked at. */
const ROWS = 10_000;
/** Bytes of a region that is not a buffer that are shown. */
const MOST_SHOWN = 1 << 16;
/** Bytes of a file at most: memory has 32 bits of addresses. */
const LONGEST = 1 << 30;
/** Milliseconds between reports. */
const REPORT = 80;

let site: Site;
let sources: Named[] = [];
let log: Log | undefined;
let input: { opened: Opened; from: InputForm } | undefined;
let filter: Filter | undefined;
/** What the filter was made of: it is made again when the definitions change. */
let filterSource: { name?: string; text: string } | undefined;
let query: Query = { text: "", severity: 8, onlyPassed: true };
/** The rows of the query, as far as they have been looked through; `undefined`: all. */
let selection: number[] | undefined;
let looked = 0;
let generation = 0;
let isReading = false;
let isDone = true;
let isRunning = false;
let reported = 0;

const post = (answer: Answer) => self.postMessage(answer);

/** Lets messages in. A timer would wait longer than it has to. */
const pause = () =>
  new Promise<void>((resume) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resume();
    };
    port2.postMessage(null);
  });

const message = (error: unknown) => (error instanceof Error ? error.message : String(error));

function report(now = false): void {
  if (!now && performance.now() - reported < REPORT) return;
  reported = performance.now();
  const state: State = {
    generation,
    total: log?.length ?? 0,
    faults: log?.faults ?? 0,
    selected: selection ? selection.length : (log?.length ?? 0),
    progress: log ? (isReading ? 0 : log.progress) : 1,
    busy: isRunning,
    form: log?.form ?? "auto",
    packed: log?.isPacked ?? false,
  };
  post({ state });
}

/** Begins the query at hand from the first row. */
function select(): void {
  generation += 1;
  const needsFilter = filter !== undefined && query.onlyPassed;
  selection = query.text.trim() !== "" || query.severity < 8 || needsFilter ? [] : undefined;
  looked = 0;
  void run();
}

/** Goes through what is left of the input and of the query. */
async function run(): Promise<void> {
  if (isRunning) return;
  isRunning = true;
  try {
    while (log) {
      const current = log;
      if (!isDone && !isReading) {
        try {
          isDone = !current.step(STEP);
        } catch (error) {
          isDone = true;
          post({ failed: message(error) });
        }
      }
      lookThrough(current);
      if ((isDone || isReading) && (!selection || looked >= current.length)) break;
      report();
      await pause();
    }
  } finally {
    isRunning = false;
    report(true);
  }
}

function lookThrough(current: Log): void {
  if (!selection || looked >= current.length) return;
  const end = Math.min(current.length, looked + ROWS);
  const { text, severity, onlyPassed } = query;
  const found =
    filter && onlyPassed
      ? current.selectPassed(filter, text, severity, looked, end)
      : current.select(text, severity, looked, end);
  for (const index of found) selection.push(index);
  looked = end;
}

async function read(opened: Opened, from: InputForm): Promise<void> {
  log?.free();
  log = undefined;
  input = { opened, from };
  generation += 1;
  if ("text" in opened) {
    log = new Log(site, { from });
    log.pushText(opened.text);
  } else {
    const { file } = opened;
    if (file.size > LONGEST) {
      throw new Error(`${opened.name} has more than ${LONGEST >> 20} MiB; cut it with zems decode --items, or read it with zems`);
    }
    const fresh = new Log(site, { from, size: file.size });
    isReading = true;
    log = fresh;
    try {
      for (let at = 0; at < file.size; at += PIECE) {
        const bytes = new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer());
        // Another input has been opened in the meantime; this one is freed already.
        if (log !== fresh) return;
        fresh.push(bytes);
        report();
      }
    } finally {
      if (log === fresh) isReading = false;
    }
  }
  isDone = false;
  select();
}

/** A buffer with everything about it. */
function shown(bytes: Uint8Array): Shown {
  const details = site.describe(bytes);
  const json = details.error === undefined ? site.json(bytes) : undefined;
  const result: Shown = { bytes, length: bytes.length, details, json };
  if (filter && details.kind === "event") {
    try {
      result.explanation = filter.explain(bytes);
    } catch (error) {
      result.explanationError = message(error);
    }
  }
  return result;
}

/** The index of a row of the list. */
function indexOf(position: number): number {
  const index = selection ? selection[position] : position;
  if (index === undefined) throw new Error(`there is no row ${position}`);
  return index;
}

function setFilter(source: typeof filterSource, make: (text: string) => Filter): string {
  if (source === undefined || source.text.trim() === "") {
    filter?.free();
    [filter, filterSource] = [undefined, undefined];
    select();
    return "";
  }
  const made = make(source.text);
  filter?.free();
  [filter, filterSource] = [made, source];
  select();
  return made.warnings;
}

const calls: Calls = {
  start() {
    // Handled before the others, as it is the only one that waits.
  },
  classify: (name, front) => classify(name, front),
  open(opened, from) {
    read(opened, from).catch((error: unknown) => {
      isReading = false;
      isDone = true;
      post({ failed: message(error) });
      report(true);
    });
  },
  define(given) {
    const made = new Site({ definitions: given.map(({ name, bytes }) => ({ name, content: bytes })) });
    site.free();
    [site, sources] = [made, given];
    if (filterSource) {
      const { name, text } = filterSource;
      try {
        const again = name === undefined ? site.condition(text) : site.filter(text, { name });
        filter?.free();
        filter = again;
      } catch {
        // A name that it uses is gone; the page asks for it again and shows why.
        filter?.free();
        [filter, filterSource] = [undefined, undefined];
      }
    }
    if (input) calls.open(input.opened, input.from);
  },
  condition: (text) => setFilter({ text }, (source) => site.condition(source)),
  filter: (name, text) => setFilter({ name, text }, (source) => site.filter(source, { name })),
  query(wanted) {
    query = wanted;
    select();
  },
  rows(from, to) {
    if (!log) return { generation, rows: [] };
    const rows = selection
      ? log.rowsAt(Uint32Array.from(selection.slice(from, to)))
      : log.rows(from, Math.min(to, log.length));
    return { generation, rows };
  },
  show(position) {
    if (!log) throw new Error("nothing is open");
    const index = indexOf(position);
    const [row] = log.rows(index, index + 1);
    if (!row) throw new Error(`there is no row ${position}`);
    const bytes = log.bytes(index);
    if (row.kind === "error") return { bytes: bytes.slice(0, MOST_SHOWN), length: bytes.length };
    return shown(bytes);
  },
  describe: (bytes) => shown(bytes),
  edit: (bytes, path, text) => shown(site.editText(bytes, path, text)),
  valueText: (bytes, path) => site.valueText(bytes, path),
  encode(json) {
    const bytes = site.encode(json);
    return shown(bytes);
  },
};

async function start(wasm: string): Promise<void> {
  const packed = Uint8Array.from(atob(wasm), (character) => character.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  initSync({ module: await new Response(stream).arrayBuffer() });
  site = new Site({ definitions: sources.map(({ name, bytes }) => ({ name, content: bytes })) });
}

let started: Promise<void> | undefined;

self.onmessage = async ({ data }: MessageEvent<Call>) => {
  try {
    if (data.name === "start") started = start(data.args[0]);
    await started;
    const call = calls[data.name] as (...args: unknown[]) => unknown;
    post({ id: data.id, result: call(...data.args) });
  } catch (error) {
    post({ id: data.id, error: message(error) });
  }
};
