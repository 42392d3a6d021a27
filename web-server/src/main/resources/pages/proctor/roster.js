// The plan's roster: who is expected, with names. It is read at each load of the board, and from time to time.

import { getWithRetry } from './load-records.js';

const INTERVAL = 120_000;

export class Roster {
  #options;
  #timer = 0;
  #abort = new AbortController();

  /** @param options { api, plan, onNames(names: Map of ids and names) } */
  constructor(options) {
    this.#options = options;
  }

  /** Reads it now, and again later. Retries a failed read after a short, growing delay; meanwhile the known roster stays. */
  async read() {
    clearTimeout(this.#timer);
    this.#abort.abort();
    const { signal } = (this.#abort = new AbortController());
    const { api, plan, onNames } = this.#options;
    try {
      const { examinees } = await getWithRetry(api, `/api/v1/plans/${plan}/roster`, signal, () => {});
      onNames(new Map(examinees.map(({ examineeId, name }) => [examineeId, name ?? ''])));
    } catch {
      // Superseded by another read, or rejected, which the connection reports too.
      if (signal.aborted) return;
    }
    this.#timer = setTimeout(() => this.read(), INTERVAL * (0.75 + Math.random() / 2));
  }
}
