// The worker, as functions that return promises.
import type { Answer, Calls, State } from "./protocol";
import ViewerWorker from "./worker?worker&inline";

type Asked = { resolve: (result: never) => void; reject: (error: Error) => void };

export class Client {
  readonly #worker = new ViewerWorker();
  readonly #asked = new Map<number, Asked>();
  #next = 0;

  constructor(onState: (state: State) => void, onFailed: (message: string) => void) {
    this.#worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      if ("state" in data) return onState(data.state);
      if ("failed" in data) return onFailed(data.failed);
      const asked = this.#asked.get(data.id);
      this.#asked.delete(data.id);
      if ("error" in data) asked?.reject(new Error(data.error));
      else asked?.resolve(data.result as never);
    };
    this.#worker.onerror = (event) => onFailed(event.message || "the worker has stopped; open the page again");
  }

  call<K extends keyof Calls>(name: K, ...args: Parameters<Calls[K]>): Promise<ReturnType<Calls[K]>> {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve, reject });
      this.#worker.postMessage({ id, name, args });
    });
  }
}
