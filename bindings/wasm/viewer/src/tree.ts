// The tokens of a buffer as a tree, with the fields of its header.
import type { Details, TokenNode } from "zems";
import { hex, make, visible } from "./dom";
import type { Highlight, Mark } from "./highlight";
import { VirtualList } from "./virtual";

/** A line of the tree, in the order in which all of them stand. */
interface Line {
  node: TokenNode;
  level: number;
  parent: number;
  /** The line after all that is in it. */
  end: number;
  position: number;
  siblings: number;
}

export class Tree {
  readonly #box: HTMLElement;
  readonly #list: VirtualList;
  readonly #highlight: Highlight;
  readonly #edit: (node: TokenNode, line: HTMLElement) => void;
  #lines: Line[] = [];
  #closed = new Set<number>();
  /** The lines that are seen, as nothing around them is closed. */
  #seen: number[] = [];
  #active = 0;
  #marked: number | undefined;

  constructor(box: HTMLElement, highlight: Highlight, edit: (node: TokenNode, line: HTMLElement) => void) {
    [this.#box, this.#highlight, this.#edit] = [box, highlight, edit];
    this.#list = new VirtualList(box, 27, { row: (index) => this.#row(this.#seen[index]!) });
    const lineOf = (target: EventTarget | null) => {
      const line = target instanceof Element ? target.closest<HTMLElement>("[data-line]") : null;
      return line ? Number(line.dataset["line"]) : undefined;
    };
    box.addEventListener("mouseover", ({ target }) => {
      const line = lineOf(target);
      if (line !== undefined) highlight.hover(this.#mark(line), "tree");
    });
    box.addEventListener("mouseleave", () => highlight.hover(undefined, "tree"));
    box.addEventListener("click", ({ target }) => {
      const line = lineOf(target);
      if (line === undefined) return;
      const isTwist = target instanceof Element && target.closest(".twist") !== null;
      const isPen = target instanceof Element && target.closest(".pen") !== null;
      if (isTwist) this.#toggle(line);
      this.#activate(line);
      if (isPen) this.#begin(line);
    });
    box.addEventListener("dblclick", ({ target }) => {
      const line = lineOf(target);
      if (line !== undefined) this.#begin(line);
    });
    box.addEventListener("keydown", (event) => this.#key(event));
    box.addEventListener("focus", () => this.#lines.length > 0 && this.#activate(this.#active));
    highlight.listen((mark, from) => this.#show(mark?.node, from === "dump"));
  }

  /** Shows a buffer. Of one that differs from the last only in values what was closed stays closed. */
  show(details: Details | undefined, isSame: boolean): void {
    this.#lines = [];
    if (details) this.#take(roots(details), 1, -1);
    if (!isSame) {
      this.#active = 0;
      this.#closed = new Set(details ? [0] : []);
      this.#box.scrollTop = 0;
    }
    this.#active = Math.min(this.#active, Math.max(0, this.#lines.length - 1));
    this.#marked = undefined;
    this.#lay();
  }

  /** The innermost line whose bytes these are in. */
  nodeAt(at: number): number | undefined {
    let found: number | undefined;
    for (let line = 0; line < this.#lines.length; ) {
      const { node, end } = this.#lines[line]!;
      if (at >= node.start && at < node.end) {
        found = line;
        line += 1;
      } else {
        line = end;
      }
    }
    return found;
  }

  range(line: number): { start: number; end: number } | undefined {
    return this.#lines[line]?.node;
  }

  title(line: number): string {
    const node = this.#lines[line]?.node;
    return node?.name ?? node?.code ?? "";
  }

  /** Depth: as deep as lists, tables and structures nest. */
  #take(nodes: TokenNode[], level: number, parent: number): void {
    nodes.forEach((node, position) => {
      const at = this.#lines.length;
      const line: Line = { node, level, parent, end: at + 1, position: position + 1, siblings: nodes.length };
      this.#lines.push(line);
      this.#take(node.children ?? [], level + 1, at);
      line.end = this.#lines.length;
    });
  }

  #lay(): void {
    this.#seen = [];
    for (let line = 0; line < this.#lines.length; ) {
      this.#seen.push(line);
      line = this.#closed.has(line) ? this.#lines[line]!.end : line + 1;
    }
    this.#list.count = this.#seen.length;
  }

  #row(at: number): HTMLElement {
    const { node, level, end, position, siblings } = this.#lines[at]!;
    const isBranch = end > at + 1;
    const isOpen = !this.#closed.has(at);
    const name = node.name ?? node.code ?? "";
    const row = make("div", {
      class: `node${at === this.#active ? " active" : ""}${at === this.#marked ? " marked" : ""}${node.subject ? " subject" : ""}`,
      role: "treeitem",
      id: `node-${at}`,
      "aria-level": level,
      "aria-posinset": position,
      "aria-setsize": siblings,
      "aria-selected": at === this.#active ? "true" : "false",
      "aria-expanded": isBranch ? String(isOpen) : undefined,
    });
    row.dataset["line"] = String(at);
    row.style.paddingLeft = `${(level - 1) * 16 + 4}px`;
    row.append(make("span", { class: `twist${isBranch ? "" : " none"}`, "aria-hidden": "true" }, isBranch ? (isOpen ? "▾" : "▸") : ""));
    const title = make("span", { class: node.name === undefined ? "name code" : "name" }, visible(name));
    if (node.name !== undefined && node.code !== undefined) title.title = `code ${node.code}`;
    const heading = make("span", { class: "heading" }, title);
    // The values of all levels are in one column.
    heading.style.minWidth = `calc(34ch - ${(level - 1) * 16}px)`;
    if (node.provisional) {
      heading.append(make("span", { class: "provisional", title: "The vendor has not published this number." }, "?"));
    }
    row.append(heading);
    if (node.type !== undefined) row.append(make("span", { class: "type" }, make("span", { class: "chip" }, node.type)));
    if (node.subject) row.append(make("span", { class: "chip subject-chip" }, "subject"));
    if (node.text !== undefined) row.append(make("span", { class: "value" }, visible(node.text)));
    if (node.label !== undefined) row.append(make("span", { class: "label" }, visible(node.label)));
    if (node.ssid !== undefined) row.append(make("span", { class: "of" }, visible(node.ssid)));
    if (node.path) {
      row.append(make("button", { class: "pen", type: "button", tabindex: -1, "aria-label": `Change ${visible(name)}`, title: "Change the value (F2)" }, "✎"));
    }
    return row;
  }

  #mark(at: number): Mark | undefined {
    const node = this.#lines[at]?.node;
    if (!node) return undefined;
    const place = `${hex(node.start, 4)}–${hex(Math.max(node.start, node.end - 1), 4)}`;
    const value = node.text === undefined ? "" : ` = ${node.text}`;
    return {
      start: node.start,
      end: node.end,
      innerStart: node.valueStart,
      innerEnd: node.valueEnd,
      node: at,
      text: visible(`${place}  ${this.title(at)}${value}${node.label === undefined ? "" : ` (${node.label})`}`),
    };
  }

  #show(line: number | undefined, reveal: boolean): void {
    // What is inside of a closed line is shown by that line.
    let shown = line;
    for (let at = line ?? -1; at >= 0; at = this.#lines[at]!.parent) if (this.#closed.has(at)) shown = at;
    this.#marked = shown;
    for (const row of this.#list.elements) row.classList.toggle("marked", row.dataset["line"] === String(shown));
    if (shown === undefined || !reveal) return;
    const position = this.#seen.indexOf(shown);
    if (position >= 0) this.#list.reveal(position);
  }

  #activate(at: number): void {
    if (!this.#lines[at]) return;
    this.#active = at;
    for (const row of this.#list.elements) {
      const isActive = row.dataset["line"] === String(at);
      row.classList.toggle("active", isActive);
      row.setAttribute("aria-selected", String(isActive));
    }
    const position = this.#seen.indexOf(at);
    if (position >= 0) this.#list.reveal(position);
    this.#box.setAttribute("aria-activedescendant", `node-${at}`);
    this.#highlight.pin(this.#mark(at), "tree");
  }

  #toggle(at: number): void {
    if (!this.#closed.delete(at)) this.#closed.add(at);
    this.#lay();
  }

  #begin(at: number): void {
    const node = this.#lines[at]?.node;
    const row = this.#list.element(this.#seen.indexOf(at));
    if (node?.path && row) this.#edit(node, row);
  }

  #key(event: KeyboardEvent): void {
    const line = this.#lines[this.#active];
    if (!line || event.target !== this.#box || event.ctrlKey || event.metaKey || event.altKey) return;
    const position = this.#seen.indexOf(this.#active);
    const isBranch = line.end > this.#active + 1;
    const isOpen = !this.#closed.has(this.#active);
    const go = (to: number) => {
      const at = this.#seen[Math.max(0, Math.min(this.#seen.length - 1, to))];
      if (at !== undefined) this.#activate(at);
    };
    const actions: Record<string, () => void> = {
      ArrowDown: () => go(position + 1),
      ArrowUp: () => go(position - 1),
      PageDown: () => go(position + this.#list.page),
      PageUp: () => go(position - this.#list.page),
      Home: () => go(0),
      End: () => go(this.#seen.length - 1),
      ArrowRight: () => (isBranch && !isOpen ? this.#toggle(this.#active) : go(position + 1)),
      ArrowLeft: () => {
        if (isBranch && isOpen) this.#toggle(this.#active);
        else if (line.parent >= 0) this.#activate(line.parent);
      },
      Enter: () => (isBranch && !line.node.path ? this.#toggle(this.#active) : this.#begin(this.#active)),
      F2: () => this.#begin(this.#active),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }
}

/** The header as one node, then the tokens. */
function roots(details: Details): TokenNode[] {
  const fields = details.regions.filter(({ token, role }) => token === undefined && role !== "pad");
  const inHeader = fields.filter(({ role }) => ["header", "field", "context", "unknown"].includes(role));
  const children = inHeader.map(({ start, end, meaning }) => ({
    ...split(meaning),
    start,
    end,
    valueStart: start,
    valueEnd: end,
  }));
  const end = Math.max(0, ...inHeader.map((field) => field.end));
  return [{ name: "Header", start: 0, end, valueStart: 0, valueEnd: end, children }, ...details.tokens];
}

/** What is said of a header field, as a name and a value. */
function split(meaning: string): { name: string; text?: string } {
  const found = /^(.*?)[: ] *((?:["-]?\d|[A-Z$\\"]).*)$/.exec(meaning);
  return found ? { name: found[1]!, text: found[2]! } : { name: meaning };
}
