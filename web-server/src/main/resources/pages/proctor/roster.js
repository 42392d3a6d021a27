// The plan's roster: who is expected, with names. It is read at each load of the board, and from time to time.

const INTERVAL = 120_000;
const TIMEOUT = 20_000;

export class Roster {
  #options;
  #timer = 0;

  /** @param options { api, plan, onNames(names: Map of ids and names) } */
  constructor(options) {
    this.#options = options;
  }

  /** Reads it now, and again later. A failure keeps the roster that is known. */
  async read() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.read(), INTERVAL * (0.75 + Math.random() / 2));
    const { api, plan, onNames } = this.#options;
    try {
      const response = await api(`/api/v1/plans/${plan}/roster`, { signal: AbortSignal.timeout(TIMEOUT) });
      if (response.ok) onNames(new Map((await response.json()).examinees.map(({ examineeId, name }) => [examineeId, name ?? ''])));
    } catch {
      // The next read follows.
    }
  }
}
