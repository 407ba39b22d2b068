// A buffer in the fragment of an address, which no server ever gets.

/** Bytes that a link may carry: some programs cut longer ones. */
export const LONGEST_LINK = 16_384;

export interface Linked {
  bytes: Uint8Array;
  condition: string;
}

export function toFragment({ bytes, condition }: Linked): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  const base64 = btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const where = condition.trim() === "" ? "" : `&where=${encodeURIComponent(condition)}`;
  return `#buffer=${base64}${where}`;
}

/** What a fragment carries; `undefined`: no buffer. */
export function fromFragment(fragment: string): Linked | undefined {
  const parts = new Map(
    fragment.replace(/^#/, "").split("&").map((part) => {
      const at = part.indexOf("=");
      return at < 0 ? [part, ""] : [part.slice(0, at), part.slice(at + 1)];
    }) as [string, string][],
  );
  const base64 = parts.get("buffer");
  if (base64 === undefined) return undefined;
  if (!/^[A-Za-z0-9_-]+$/.test(base64)) throw new Error("the link does not hold a buffer: it has been cut or changed");
  const text = atob(base64.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  return { bytes, condition: decodeURIComponent(parts.get("where") ?? "") };
}
