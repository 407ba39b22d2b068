import "./style.css";
import type { InputForm, Row, TokenNode } from "zems";
import backup from "../../../../samples/bkup-fail.hex?raw";
import command from "../../../../samples/command.hex?raw";
import listed from "../../../../samples/event.hex?raw";
import message from "../../../../samples/pid-file-lock.hex?raw";
import { Client } from "./client";
import { byId, hex, later, make, visible } from "./dom";
import { Dump } from "./dump";
import { explanation } from "./explain";
import { Highlight } from "./highlight";
import { LONGEST_LINK, fromFragment, toFragment } from "./link";
import type { Named, Opened, Shown, State } from "./protocol";
import { Tree } from "./tree";
import { VirtualList } from "./virtual";

/** Rows that are asked for at once. */
const PAGE = 100;
/** Bytes by which a file is told. */
const FRONT = 1 << 16;
/** Bytes of a definition or filter source at most. */
const LONGEST_SOURCE = 16 << 20;

const client = new Client(onState, (failed) => say(failed));
const filterBox = byId<HTMLInputElement>("filter");
const severityBox = byId<HTMLSelectElement>("severity");
const conditionBox = byId<HTMLInputElement>("condition");
const onlyBox = byId<HTMLInputElement>("only");
const formBox = byId<HTMLSelectElement>("form");
const jsonBox = byId<HTMLTextAreaElement>("json");
const listBox = byId("list");

let opened: Opened | undefined;
let sources: Named[] = [];
let filterName: string | undefined;
let state: State | undefined;
/** Rows that have come, by page. */
let pages = new Map<number, Row[]>();
let asked = new Set<number>();
/** The row of the list that is shown. */
let position = -1;
let current: Shown | undefined;
/** What is shown in place of the row: a changed buffer. */
let original: Shown | undefined;
/** Counts what is shown: an answer for something else comes too late. */
let showing = 0;

const highlight = new Highlight();
const tree = new Tree(byId("tree"), highlight, beginEdit);
const dump = new Dump(byId("dump"), highlight, tree);
const list = new VirtualList(listBox, 46, { row: rowElement, wanted: askRows });
highlight.listen((mark) => (byId("meaning").textContent = mark?.text ?? ""));

// ---- Messages

function say(text: string): void {
  const box = byId("message");
  box.querySelector("pre")!.textContent = visibleLines(text);
  box.hidden = text === "";
}

/** A text of several lines. */
const visibleLines = (text: string) => text.split("\n").map(visible).join("\n");

function saySoftly(text: string): void {
  byId("done").textContent = text;
  fade();
}
const fade = later(4000, () => (byId("done").textContent = ""));

const attempt = async (action: () => Promise<void>) => {
  try {
    await action();
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
  }
};

// ---- Input

async function open(input: Opened): Promise<void> {
  say("");
  opened = input;
  position = -1;
  byId("welcome").hidden = true;
  byId("work").hidden = false;
  const where = byId("where");
  where.textContent = visible(input.name);
  where.title = visible(input.name);
  clearDetail();
  await client.call("open", input, formBox.value as InputForm);
}

function openText(text: string, name = "pasted text"): void {
  if (text.trim() === "") return say("There is no text to show: paste hexadecimal digits or JSON.");
  void attempt(() => open({ name, text }));
}

async function take(files: File[]): Promise<void> {
  say("");
  const events: File[] = [];
  const added: Named[] = [];
  for (const file of files) {
    const front = new Uint8Array(await file.slice(0, FRONT).arrayBuffer());
    const kind = await client.call("classify", file.name, front);
    if (kind === "buffers") {
      events.push(file);
      continue;
    }
    if (file.size > LONGEST_SOURCE) throw new Error(`${file.name} is too long for a source: at most ${LONGEST_SOURCE >> 20} MiB are read`);
    const bytes = new Uint8Array(await file.arrayBuffer());
    if (kind === "filter") await useFilter(file.name, new TextDecoder().decode(bytes));
    else added.push({ name: file.name, bytes });
  }
  if (added.length > 0) await define([...sources.filter(({ name }) => added.every((source) => source.name !== name)), ...added]);
  const [first, ...others] = events;
  if (first) await open({ name: first.name, file: first });
  if (others.length > 0) say(`One file is shown at a time: ${others.map(({ name }) => name).join(", ")} not opened.`);
}

async function define(wanted: Named[]): Promise<void> {
  await client.call("define", wanted);
  say("");
  sources = wanted;
  const items = sources.map(({ name }) => {
    const remove = make("button", { type: "button", "aria-label": `Remove ${visible(name)}`, title: "Remove" }, "×");
    remove.addEventListener("click", () => void attempt(() => define(sources.filter((source) => source.name !== name))));
    return make("li", {}, visible(name), remove);
  });
  byId("sources").replaceChildren(...items);
  // A name in the condition may mean something else now.
  if (filterName === undefined && conditionBox.value.trim() !== "") await useCondition();
}

// ---- The list

function onState(next: State): void {
  const isOther = next.generation !== state?.generation;
  state = next;
  if (isOther) {
    pages = new Map();
    asked = new Set();
    list.count = 0;
    listBox.scrollTop = 0;
    position = -1;
    clearDetail();
  }
  if (list.count !== next.selected) {
    // The last page may have been short.
    const last = Math.floor(list.count / PAGE);
    asked.delete(last);
    list.count = next.selected;
  }
  const { total, faults, selected, progress, busy } = next;
  const number = (count: number) => count.toLocaleString("en");
  const items = total === 1 ? "item" : "items";
  const parts = [`${selected === total ? "" : `${number(selected)} of `}${number(total)} ${items}`];
  if (faults > 0) parts.push(`${number(faults)} not readable`);
  if (opened) parts.push(`${next.packed ? "packed, " : ""}${next.form}`);
  byId("count").textContent = parts.join(" · ");
  const bar = byId("progress");
  bar.hidden = !busy;
  bar.setAttribute("aria-valuenow", String(Math.round(progress * 100)));
  bar.querySelector<HTMLElement>("div")!.style.width = `${progress * 100}%`;
  document.body.dataset["busy"] = String(busy);
  if (position < 0 && selected > 0) void choose(0);
  if (selected === 0 && !busy) clearDetail(total === 0 ? "There is no event in this input." : "No event is selected: change the filter.");
}

function askRows(from: number, to: number): void {
  for (let page = Math.floor(from / PAGE); page * PAGE < to; page++) {
    if (asked.has(page)) continue;
    asked.add(page);
    const generation = state?.generation;
    void attempt(async () => {
      const answer = await client.call("rows", page * PAGE, (page + 1) * PAGE);
      if (answer.generation !== generation || state?.generation !== generation) return;
      pages.set(page, answer.rows);
      list.refresh();
    });
  }
}

const rowAt = (at: number) => pages.get(Math.floor(at / PAGE))?.[at % PAGE];

function rowElement(at: number): HTMLElement {
  const row = rowAt(at);
  const element = make("div", {
    class: `event${at === position ? " active" : ""} ${row ? (row.kind === "event" ? `s-${severityClass(row.severity)}` : `k-${row.kind}`) : "k-none"}`,
    role: "option",
    id: `row-${at}`,
    "aria-selected": at === position ? "true" : "false",
    "aria-setsize": list.count,
    "aria-posinset": at + 1,
  });
  element.dataset["at"] = String(at);
  if (!row) return element;
  const top = make("div", { class: "top" });
  const label = row.kind === "event" ? (row.severity ?? "event") : row.kind === "error" ? "not readable" : "command";
  top.append(make("span", { class: "severity" }, label));
  if (row.time !== undefined) top.append(make("span", { class: "time" }, shortTime(row.time)));
  const name = row.name ?? (row.ssid === undefined ? "" : `${row.ssid}${row.number === undefined ? "" : ` ${row.number}`}`);
  top.append(make("span", { class: "event-name" }, visible(name)));
  if (row.process !== undefined) top.append(make("span", { class: "process" }, visible(row.process)));
  top.append(make("span", { class: "place" }, `${hex(row.offset, 6)}`));
  element.append(top, make("div", { class: "text" }, visible(row.text)));
  return element;
}

/** Names of severities that have a colour. */
const COLOURED = ["emergency", "alert", "critical", "error", "warning", "notice", "info", "debug"];

function severityClass(name: string | undefined): string {
  const plain = (name ?? "info").toLowerCase().replace(/\d$/, "");
  const same: Record<string, string> = { warn: "warning", fatal: "emergency", trace: "debug" };
  const found = same[plain] ?? plain;
  return COLOURED.includes(found) ? found : "info";
}

/** Without the last digits of a fraction that are zero. */
const shortTime = (time: string) => time.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");

async function choose(at: number): Promise<void> {
  if (at < 0 || at >= list.count) return;
  const before = list.element(position);
  before?.classList.remove("active");
  before?.setAttribute("aria-selected", "false");
  position = at;
  const now = list.element(at);
  now?.classList.add("active");
  now?.setAttribute("aria-selected", "true");
  list.reveal(at);
  listBox.setAttribute("aria-activedescendant", `row-${at}`);
  const mine = ++showing;
  await attempt(async () => {
    const shown = await client.call("show", at);
    if (mine !== showing) return;
    original = undefined;
    showDetail(shown, false);
  });
}

function move(by: number): void {
  void choose(Math.max(0, Math.min(list.count - 1, position + by)));
}

listBox.addEventListener("click", ({ target }) => {
  const row = target instanceof Element ? target.closest<HTMLElement>("[data-at]") : null;
  if (row) void choose(Number(row.dataset["at"]));
});
listBox.addEventListener("keydown", (event) => {
  const moves: Record<string, number> = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: list.page,
    PageUp: -list.page,
    Home: -list.count,
    End: list.count,
  };
  const by = moves[event.key];
  if (by === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  move(by);
});

// ---- Filter and condition

const query = later(150, () => {
  void client.call("query", { text: filterBox.value, severity: Number(severityBox.value), onlyPassed: onlyBox.checked });
});
filterBox.addEventListener("input", query);
severityBox.addEventListener("change", query);
onlyBox.addEventListener("change", query);

function showFilter(name: string | undefined): void {
  filterName = name;
  const chip = byId("filter-chip");
  chip.hidden = name === undefined;
  if (name === undefined) return chip.replaceChildren();
  const remove = make("button", { type: "button", class: "icon", "aria-label": `Remove the filter ${visible(name)}` }, "×");
  remove.addEventListener("click", () => {
    showFilter(undefined);
    void useCondition();
  });
  chip.replaceChildren(make("span", {}, `Filter: ${visible(name)}`), remove);
}

function showRemarks(text: string, isError: boolean): void {
  const box = byId("condition-error");
  box.textContent = visibleLines(text.trimEnd());
  box.hidden = text === "";
  box.classList.toggle("warning", !isError);
  conditionBox.setAttribute("aria-invalid", String(isError));
}

async function useCondition(): Promise<void> {
  showFilter(undefined);
  try {
    showRemarks(await client.call("condition", conditionBox.value), false);
  } catch (error) {
    // The last good one still decides; the message says what is wrong with this one.
    showRemarks((error as Error).message, true);
  }
}

async function useFilter(name: string, text: string): Promise<void> {
  const warnings = await client.call("filter", name, text);
  conditionBox.value = "";
  showRemarks(warnings, false);
  showFilter(name);
  selectTab("tab-explain");
}

conditionBox.addEventListener("input", later(350, () => void useCondition()));

// ---- The event

function clearDetail(why = ""): void {
  showing += 1;
  [current, original] = [undefined, undefined];
  byId("sentence-head").textContent = "";
  byId("sentence-text").textContent = why;
  byId("findings").textContent = "";
  byId("sentence").className = "sentence";
  byId("edited").hidden = true;
  dump.show(new Uint8Array(), []);
  tree.show(undefined, false);
  jsonBox.value = "";
  byId("panel-advice").replaceChildren();
  byId("panel-explain").replaceChildren();
  setButtons(false);
}

function setButtons(isOn: boolean): void {
  for (const id of ["copy-link", "copy-hex", "download", "encode", "copy-json"]) byId<HTMLButtonElement>(id).disabled = !isOn;
}

/** `isSame`: the buffer at hand with another value. */
function showDetail(shown: Shown, isSame: boolean): void {
  current = shown;
  const { details, bytes, length } = shown;
  const head = byId("sentence-head");
  const title = byId("sentence-text");
  const box = byId("sentence");
  if (!isSame) dump.rewind();
  if (details) {
    box.className = `sentence ${details.kind === "event" ? `s-${severityClass(details.severity)}` : "k-command"}`;
    const parts = [details.severity, details.generated && shortTime(details.generated), details.process, details.name ?? details.ssid];
    if (details.number !== undefined) parts.push(`number ${details.number}`);
    parts.push(`${length} bytes`);
    head.replaceChildren(...parts.filter((part) => part !== undefined).map((part, at) => make("span", { class: at === 0 && details.severity ? "severity" : "part" }, visible(part))));
    title.textContent = visible(details.sentence ?? rowAt(position)?.text ?? "Command or response");
    const remarks = details.findings.map(({ offset, finding }) => `odd at ${hex(offset, 4)}: ${finding}`);
    if (details.error !== undefined) remarks.unshift(`cannot be read to its end: ${details.error}`);
    byId("findings").replaceChildren(...remarks.map((remark) => make("span", {}, visible(remark))));
    const names = details.provisional;
    if (names.length > 0) {
      const count = names.length === 1 ? "1 name depends" : `${names.length} names depend`;
      const summary = make("summary", {}, `${count} on numbers that the vendor has not published`);
      byId("findings").append(make("details", {}, summary, visible(names.join(", "))));
    }
  } else {
    const row = rowAt(position);
    box.className = "sentence k-error";
    head.replaceChildren(make("span", { class: "severity" }, "not readable"), make("span", { class: "part" }, `${length.toLocaleString("en")} bytes at ${hex(row?.offset ?? 0, 6)}`));
    title.textContent = visible(row?.text ?? "These bytes are not a buffer.");
    byId("findings").replaceChildren(...(length > bytes.length ? [make("span", {}, `the first ${bytes.length.toLocaleString("en")} bytes are shown`)] : []));
  }
  tree.show(details, isSame);
  dump.show(bytes, details?.regions ?? []);
  jsonBox.value = shown.json ?? "";
  showAdvice(shown);
  showExplanation(shown);
  byId("edited").hidden = original === undefined;
  setButtons(true);
  byId<HTMLButtonElement>("copy-link").disabled = bytes.length > LONGEST_LINK;
}

function showAdvice({ details }: Shown): void {
  const advice = details?.advice ?? [];
  const parts = advice.flatMap(({ heading, text }) => [make("h3", {}, heading), make("p", {}, visible(text))]);
  const none = make("p", { class: "hint" }, "The definitions say no more about this event. Event metadata of your site can: a description, cause, effect and recovery.");
  byId("panel-advice").replaceChildren(...(parts.length > 0 ? parts : [none]));
  byId("tab-advice").classList.toggle("has", parts.length > 0);
}

function showExplanation({ explanation: explained, explanationError }: Shown): void {
  const panel = byId("panel-explain");
  byId("tab-explain").classList.toggle("has", explained !== undefined);
  if (explained) return panel.replaceChildren(explanation(explained));
  const why = explanationError ?? "Write a condition above the list, or drop a filter source: the tree of its conditions is shown here, with the values that each of them saw.";
  panel.replaceChildren(make("p", { class: "hint" }, visible(why)));
}

/** Shows a changed buffer in place of the row. */
function showChanged(shown: Shown): void {
  original ??= current;
  showing += 1;
  showDetail(shown, true);
}

function beginEdit(node: TokenNode, line: HTMLElement): void {
  const before = current;
  if (!before?.details || !node.path || line.querySelector("input")) return;
  const path = node.path;
  void attempt(async () => {
    const old = await client.call("valueText", before.bytes, path);
    if (current !== before) return;
    const input = make("input", { class: "code", "aria-label": `Value of ${visible(node.name ?? node.code ?? "")}`, spellcheck: "false" });
    input.value = old;
    const value = line.querySelector(".value");
    if (value) value.replaceWith(input);
    else line.append(input);
    line.classList.add("editing");
    input.focus();
    input.select();
    let isOver = false;
    const end = (isTaken: boolean) => {
      if (isOver) return;
      isOver = true;
      if (!isTaken || input.value === old) {
        tree.show(before.details, true);
        byId("tree").focus();
        return;
      }
      void attempt(async () => {
        try {
          showChanged(await client.call("edit", before.bytes, path, input.value));
          say("");
        } catch (error) {
          tree.show(before.details, true);
          throw error;
        } finally {
          byId("tree").focus();
        }
      });
    };
    input.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter") end(true);
      if (event.key === "Escape") end(false);
    });
    input.addEventListener("blur", () => end(false));
  });
}

byId("encode").addEventListener("click", () => {
  void attempt(async () => {
    showChanged(await client.call("encode", jsonBox.value));
    say("");
    saySoftly("The bytes are those of the JSON.");
  });
});
byId("revert").addEventListener("click", () => {
  const before = original;
  original = undefined;
  if (before) showDetail(before, true);
});

// ---- Copies

const digits = (bytes: Uint8Array) => {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    lines.push([...bytes.subarray(at, at + 16)].map((byte) => hex(byte, 2)).join(" "));
  }
  return lines.join("\n");
};

async function copy(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // A page of a file may not write to the clipboard in every browser.
    const area = make("textarea", { class: "spoken", "aria-hidden": "true" });
    area.value = text;
    document.body.append(area);
    area.select();
    const isCopied = document.execCommand("copy");
    area.remove();
    if (!isCopied) throw new Error("the browser does not let this page write to the clipboard");
  }
  saySoftly(`${what} copied`);
}

byId("copy-link").addEventListener("click", () => {
  if (!current) return;
  const condition = filterName === undefined ? conditionBox.value : "";
  const fragment = toFragment({ bytes: current.bytes, condition });
  history.replaceState(null, "", fragment);
  const address = location.href.replace(/#.*/, "") + fragment;
  void attempt(() => copy(address, "Link"));
});
byId("copy-hex").addEventListener("click", () => {
  const shown = current;
  if (shown) void attempt(() => copy(digits(shown.bytes), "Bytes"));
});
byId("copy-json").addEventListener("click", () => void attempt(() => copy(jsonBox.value, "JSON")));
byId("download").addEventListener("click", () => {
  if (!current) return;
  const address = URL.createObjectURL(new Blob([current.bytes as Uint8Array<ArrayBuffer>]));
  const name = current.details?.name?.toLowerCase() ?? "buffer";
  make("a", { href: address, download: `${name}.bin` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
});

// ---- Tabs

const tabs = ["tab-bytes", "tab-json", "tab-advice", "tab-explain"].map((id) => byId<HTMLButtonElement>(id));

function selectTab(id: string): void {
  for (const tab of tabs) {
    const isOn = tab.id === id;
    tab.setAttribute("aria-selected", String(isOn));
    tab.tabIndex = isOn ? 0 : -1;
    byId(tab.getAttribute("aria-controls")!).hidden = !isOn;
  }
}

tabs.forEach((tab, at) => {
  tab.addEventListener("click", () => selectTab(tab.id));
  tab.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const next = tabs[(at + by + tabs.length) % tabs.length]!;
    selectTab(next.id);
    next.focus();
  });
});

// ---- The border between list and event

const splitter = byId("splitter");
const setWidth = (percent: number) => {
  const width = Math.round(Math.max(20, Math.min(70, percent)));
  byId("work").style.setProperty("--list", `${width}%`);
  splitter.setAttribute("aria-valuenow", String(width));
};
splitter.addEventListener("pointerdown", (event) => splitter.setPointerCapture(event.pointerId));
splitter.addEventListener("pointermove", (event) => {
  if (splitter.hasPointerCapture(event.pointerId)) setWidth((event.clientX / window.innerWidth) * 100);
});
splitter.addEventListener("keydown", (event) => {
  const by = { ArrowLeft: -2, ArrowRight: 2 }[event.key];
  if (by === undefined) return;
  event.preventDefault();
  setWidth(Number(splitter.getAttribute("aria-valuenow")) + by);
});

// ---- Buttons, keys, dropped and pasted things

const fileBox = byId<HTMLInputElement>("file");
const definitionBox = byId<HTMLInputElement>("definition-file");
byId("open").addEventListener("click", () => fileBox.click());
byId("define").addEventListener("click", () => definitionBox.click());
for (const box of [fileBox, definitionBox]) {
  box.addEventListener("change", () => {
    const files = [...(box.files ?? [])];
    box.value = "";
    void attempt(() => take(files));
  });
}
formBox.addEventListener("change", () => {
  const input = opened;
  if (input) void attempt(() => open(input));
});
byId("show").addEventListener("click", () => openText(byId<HTMLTextAreaElement>("text").value));
byId("sample").addEventListener("click", () => openText([backup, message, listed, command].join("\n\n"), "sample"));
byId("message").querySelector("button")!.addEventListener("click", () => say(""));

const pasteDialog = byId<HTMLDialogElement>("paste-dialog");
const helpDialog = byId<HTMLDialogElement>("help-dialog");
byId("paste").addEventListener("click", () => pasteDialog.showModal());
byId("help").addEventListener("click", () => helpDialog.showModal());
pasteDialog.addEventListener("close", () => {
  const box = byId<HTMLTextAreaElement>("paste-text");
  if (pasteDialog.returnValue === "show") openText(box.value);
  box.value = "";
});

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.matches("input:not([type=checkbox]), textarea, select");

document.addEventListener("paste", (event) => {
  if (isTyping(event.target) || !event.clipboardData) return;
  const files = [...event.clipboardData.files];
  if (files.length > 0) void attempt(() => take(files));
  else openText(event.clipboardData.getData("text/plain"));
  event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target instanceof HTMLElement && isTyping(event.target)) {
    event.target.blur();
    if (!byId("work").hidden) listBox.focus();
    return;
  }
  if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const actions: Record<string, () => void> = {
    "/": () => filterBox.focus(),
    c: () => conditionBox.focus(),
    j: () => move(1),
    k: () => move(-1),
    "?": () => helpDialog.showModal(),
  };
  const action = actions[event.key];
  if (!action) return;
  event.preventDefault();
  action();
});

const dropSign = byId("drop");
let depth = 0;
document.addEventListener("dragenter", (event) => {
  event.preventDefault();
  depth += 1;
  dropSign.hidden = false;
});
document.addEventListener("dragleave", () => {
  depth = Math.max(0, depth - 1);
  dropSign.hidden = depth === 0;
});
document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", (event) => {
  event.preventDefault();
  depth = 0;
  dropSign.hidden = true;
  const { dataTransfer } = event;
  if (!dataTransfer) return;
  const files = [...dataTransfer.files];
  const text = dataTransfer.getData("text/plain");
  if (files.length > 0) void attempt(() => take(files));
  else if (text !== "") openText(text, "dropped text");
});

// ---- The start

async function openLink(): Promise<void> {
  const linked = fromFragment(location.hash);
  if (!linked) return;
  conditionBox.value = linked.condition;
  if (linked.condition !== "") {
    // A linked event is shown whether its condition passes it or not.
    onlyBox.checked = false;
    query();
    await useCondition();
  }
  await open({ name: "linked buffer", file: new Blob([linked.bytes as Uint8Array<ArrayBuffer>]) });
}

clearDetail();
window.addEventListener("hashchange", () => void attempt(openLink));
void attempt(async () => {
  await client.call("start", byId("wasm").textContent.trim());
  document.body.dataset["ready"] = "true";
  await openLink();
});
