// Which bytes the pointer or the keyboard is at: the dump and the tree show the same.

/** Bytes, those of them that are meant most, and the node of the tree they belong to. */
export interface Mark {
  start: number;
  end: number;
  /** The bytes of the region or value itself. */
  innerStart: number;
  innerEnd: number;
  node?: number;
  text: string;
}

type Listener = (mark: Mark | undefined, from: "dump" | "tree") => void;

export class Highlight {
  #listeners: Listener[] = [];
  #pinned: Mark | undefined;

  listen(listener: Listener): void {
    this.#listeners.push(listener);
  }

  /** Shows a mark for as long as the pointer is there. */
  hover(mark: Mark | undefined, from: "dump" | "tree"): void {
    for (const listener of this.#listeners) listener(mark ?? this.#pinned, from);
  }

  /** Shows a mark until another is shown. */
  pin(mark: Mark | undefined, from: "dump" | "tree"): void {
    this.#pinned = mark;
    this.hover(mark, from);
  }
}
