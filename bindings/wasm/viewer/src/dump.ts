// The bytes of a buffer, each coloured by what it means.
import type { Region } from "zems";
import { hex, make, visible } from "./dom";
import type { Highlight, Mark } from "./highlight";
import type { Tree } from "./tree";
import { VirtualList } from "./virtual";

const WIDTH = 16;

export class Dump {
  readonly #box: HTMLElement;
  readonly #list: VirtualList;
  readonly #highlight: Highlight;
  readonly #tree: Tree;
  #bytes: Uint8Array = new Uint8Array();
  #regions: Region[] = [];
  /** The number of the region of each byte. */
  #regionOf = new Uint32Array();
  #mark: Mark | undefined;
  #cursor = 0;

  constructor(box: HTMLElement, highlight: Highlight, tree: Tree) {
    [this.#box, this.#highlight, this.#tree] = [box, highlight, tree];
    this.#list = new VirtualList(box, 21, { row: (index) => this.#row(index) });
    box.addEventListener("mouseover", ({ target }) => {
      const at = byteOf(target);
      if (at !== undefined) highlight.hover(this.#markAt(at), "dump");
    });
    box.addEventListener("mouseleave", () => highlight.hover(undefined, "dump"));
    box.addEventListener("click", ({ target }) => {
      const at = byteOf(target);
      if (at !== undefined) this.#moveTo(at);
    });
    box.addEventListener("keydown", (event) => this.#key(event));
    box.addEventListener("focus", () => this.#bytes.length > 0 && this.#moveTo(this.#cursor));
    highlight.listen((mark, from) => this.#show(mark, from === "tree"));
  }

  /** Shows bytes; without regions they mean nothing. */
  show(bytes: Uint8Array, regions: Region[]): void {
    this.#bytes = bytes;
    this.#regions = regions;
    this.#regionOf = new Uint32Array(bytes.length).fill(regions.length);
    regions.forEach(({ start, end }, number) => this.#regionOf.fill(number, start, end));
    this.#cursor = Math.min(this.#cursor, Math.max(0, bytes.length - 1));
    this.#mark = undefined;
    this.#box.setAttribute("aria-rowcount", String(Math.ceil(bytes.length / WIDTH)));
    this.#list.count = Math.ceil(bytes.length / WIDTH);
  }

  /** Begins at the first byte, as for another buffer. */
  rewind(): void {
    this.#cursor = 0;
    this.#box.scrollTop = 0;
  }

  #row(index: number): HTMLElement {
    const row = make("div", { class: "dump-row", role: "row", "aria-rowindex": index + 1 });
    row.append(make("span", { class: "offset", role: "rowheader" }, hex(index * WIDTH, 4)));
    const texts = make("span", { class: "texts", "aria-hidden": "true" });
    for (let at = index * WIDTH; at < (index + 1) * WIDTH; at++) {
      const byte = this.#bytes[at];
      if (byte === undefined) {
        row.append(make("span", { class: "byte none", "aria-hidden": "true" }, "  "));
        continue;
      }
      const role = this.#regions[this.#regionOf[at]!]?.role ?? "unknown";
      const marked = this.#classOf(at);
      const cell = make("span", { class: `byte ${role}${marked}`, role: "gridcell", id: `byte-${at}` }, hex(byte, 2));
      cell.dataset["at"] = String(at);
      const character = byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·";
      const text = make("span", { class: `char ${role}${marked}` }, character);
      text.dataset["at"] = String(at);
      row.append(cell);
      texts.append(text);
    }
    row.append(texts);
    return row;
  }

  #classOf(at: number): string {
    const mark = this.#mark;
    const cursor = at === this.#cursor ? " cursor" : "";
    if (!mark || at < mark.start || at >= mark.end) return cursor;
    return (at >= mark.innerStart && at < mark.innerEnd ? " marked strong" : " marked") + cursor;
  }

  #markAt(at: number): Mark | undefined {
    const region = this.#regions[this.#regionOf[at]!];
    const node = this.#tree.nodeAt(at);
    const around = node === undefined ? region : this.#tree.range(node);
    if (!region) return undefined;
    const name = region.name === undefined ? "" : `${region.name}${region.provisional ? "?" : ""} `;
    const owner = node !== undefined && region.name === undefined ? `${this.#tree.title(node)}: ` : "";
    const last = region.end - 1;
    const place = region.start === last ? hex(last, 4) : `${hex(region.start, 4)}–${hex(last, 4)}`;
    return {
      start: around?.start ?? region.start,
      end: around?.end ?? region.end,
      innerStart: region.start,
      innerEnd: region.end,
      node,
      text: visible(`${place}  ${owner}${name}${region.meaning}`),
    };
  }

  #show(mark: Mark | undefined, reveal: boolean): void {
    this.#mark = mark;
    for (const row of this.#list.elements) {
      for (const cell of row.querySelectorAll<HTMLElement>("[data-at]")) {
        const at = Number(cell.dataset["at"]);
        const inside = mark !== undefined && at >= mark.start && at < mark.end;
        cell.classList.toggle("marked", inside);
        cell.classList.toggle("strong", inside && at >= mark.innerStart && at < mark.innerEnd);
      }
    }
    if (mark && reveal) this.#list.reveal(Math.floor(mark.innerStart / WIDTH));
  }

  #moveTo(at: number): void {
    document.getElementById(`byte-${this.#cursor}`)?.classList.remove("cursor");
    this.#cursor = at;
    this.#list.reveal(Math.floor(at / WIDTH));
    document.getElementById(`byte-${at}`)?.classList.add("cursor");
    this.#box.setAttribute("aria-activedescendant", `byte-${at}`);
    this.#highlight.pin(this.#markAt(at), "dump");
  }

  #key(event: KeyboardEvent): void {
    const last = this.#bytes.length - 1;
    if (last < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const region = this.#regions[this.#regionOf[this.#cursor]!];
    const moves: Record<string, number> = {
      ArrowLeft: this.#cursor - 1,
      ArrowRight: this.#cursor + 1,
      ArrowUp: this.#cursor - WIDTH,
      ArrowDown: this.#cursor + WIDTH,
      PageUp: this.#cursor - WIDTH * this.#list.page,
      PageDown: this.#cursor + WIDTH * this.#list.page,
      Home: 0,
      End: last,
      // From one meaning to the next.
      n: region?.end ?? this.#cursor,
      p: this.#regions[this.#regionOf[Math.max(0, (region?.start ?? 0) - 1)]!]?.start ?? 0,
    };
    const to = moves[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.#moveTo(Math.max(0, Math.min(last, to)));
  }
}

function byteOf(target: EventTarget | null): number | undefined {
  const at = target instanceof HTMLElement ? target.dataset["at"] : undefined;
  return at === undefined ? undefined : Number(at);
}
