// A list of any length, of which only what is seen is in the document.

/** Pixels that an element may be high in every browser. */
const HIGHEST = 8_000_000;
/** Rows beyond what is seen, above and below. */
const MARGIN = 8;

export interface Source {
  /** Makes the element of a row. */
  row(index: number): HTMLElement;
  /** Rows that are about to be seen. */
  wanted?(from: number, to: number): void;
}

export class VirtualList {
  readonly #box: HTMLElement;
  readonly #source: Source;
  readonly #rowHeight: number;
  readonly #space = document.createElement("div");
  readonly #rows = document.createElement("div");
  #count = 0;
  #frame = 0;
  #shown: [number, number] = [0, 0];

  constructor(box: HTMLElement, rowHeight: number, source: Source) {
    [this.#box, this.#rowHeight, this.#source] = [box, rowHeight, source];
    for (const element of [this.#space, this.#rows]) element.setAttribute("role", "presentation");
    this.#space.className = "space";
    this.#rows.className = "rows";
    this.#space.append(this.#rows);
    box.append(this.#space);
    box.addEventListener("scroll", () => this.#soon(), { passive: true });
    new ResizeObserver(() => this.#soon()).observe(box);
  }

  get count(): number {
    return this.#count;
  }

  /** Sets the number of rows; those that are seen are made again. */
  set count(count: number) {
    // Rows that come after those that are seen change nothing of them.
    const isBeyond = count > this.#count && this.#shown[1] > 0 && this.#shown[1] < this.#count;
    this.#count = count;
    this.#space.style.height = `${Math.min(count * this.#rowHeight, HIGHEST)}px`;
    if (isBeyond) this.#soon();
    else this.refresh();
  }

  /** Makes the rows that are seen again, in the next frame. */
  refresh(): void {
    this.#shown = [0, 0];
    this.#soon();
  }

  /** The element of a row, if it is in the document. */
  element(index: number): HTMLElement | undefined {
    const [from, to] = this.#shown;
    return index >= from && index < to ? (this.#rows.children[index - from] as HTMLElement) : undefined;
  }

  get elements(): Iterable<HTMLElement> {
    return this.#rows.children as unknown as Iterable<HTMLElement>;
  }

  /** Scrolls as far as a row needs to be seen whole. */
  reveal(index: number): void {
    const { clientHeight } = this.#box;
    const whole = Math.max(1, Math.floor(clientHeight / this.#rowHeight));
    const first = this.#first();
    if (index < Math.ceil(first)) this.#scrollTo(index);
    else if (index >= Math.floor(first + whole)) this.#scrollTo(index - whole + 1);
    this.#draw();
  }

  /** How many rows fit. */
  get page(): number {
    return Math.max(1, Math.floor(this.#box.clientHeight / this.#rowHeight) - 1);
  }

  /** Rows for each pixel of scrolling: a very long list scrolls faster than its rows are high. */
  #ratio(): number {
    const { clientHeight } = this.#box;
    const most = Math.min(this.#count * this.#rowHeight, HIGHEST) - clientHeight;
    const rows = this.#count - clientHeight / this.#rowHeight;
    return most > 0 ? rows / most : 1 / this.#rowHeight;
  }

  #first(): number {
    return Math.max(0, this.#box.scrollTop * this.#ratio());
  }

  #scrollTo(first: number): void {
    this.#box.scrollTop = first / this.#ratio();
  }

  #soon(): void {
    this.#frame ||= requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const first = this.#first();
    const from = Math.max(0, Math.floor(first) - MARGIN);
    const to = Math.min(this.#count, Math.ceil(first + this.#box.clientHeight / this.#rowHeight) + MARGIN);
    // The rows stand where the scrolled box shows them, whatever the ratio.
    this.#rows.style.transform = `translateY(${this.#box.scrollTop - (first - from) * this.#rowHeight}px)`;
    const [oldFrom, oldTo] = this.#shown;
    if (from === oldFrom && to === oldTo) return;
    this.#shown = [from, to];
    const rows: HTMLElement[] = [];
    for (let index = from; index < to; index++) rows.push(this.#source.row(index));
    this.#rows.replaceChildren(...rows);
    this.#source.wanted?.(from, to);
  }
}
