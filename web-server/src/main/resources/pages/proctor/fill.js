// Reads the plan's records over REST: all of them after each connect, and some again where a broadcast does not say all.

const PART = 1000;
const CHOSEN = 100;
const PAUSE = 500;
const TIMEOUT = 20_000;
const MAX_DELAY = 15_000;

/** Asks until there is an answer. Throws 'refused' where asking again does not help, and an AbortError when aborted. */
async function ask(api, path, signal, onTrouble) {
  for (let failures = 0; ; failures++) {
    let wait = Math.min(MAX_DELAY, 500 * 2 ** failures) * (0.5 + Math.random() / 2);
    try {
      const answer = await api(path, { signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]) });
      if (answer.ok) return await answer.json();
      if (answer.status === 401 || answer.status === 403 || answer.status === 400) throw new Error('refused');
      wait = Math.max(wait, 1000 * Number(answer.headers.get('Retry-After') ?? 0));
    } catch (error) {
      if (error.message === 'refused' || signal.aborted) throw error;
    }
    onTrouble();
    await pause(wait, signal);
  }
}

function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    }, { once: true });
  });
}

/**
 * All records. In the order of the ids, part after part: whoever changes meanwhile keeps that place, and is broadcast.
 *
 * @param options { api, plan, signal, onPart(records, total), onTrouble() }
 */
export async function readAll({ api, plan, signal, onPart, onTrouble }) {
  let after = '';
  do {
    const part = await ask(api, `/api/v1/plans/${plan}/mobile-sync?after=${after}&size=${PART}`, signal, onTrouble);
    onPart(part.items, Object.values(part.counts).reduce((sum, count) => sum + count, 0));
    after = part.next;
  } while (after);
}

/** Some records again: whoever is asked for while a request is under way comes along with the next. */
export class Again {
  #wanted = new Set();
  #busy = false;
  #options;

  /** @param options { api, plan(), signal, onRecords(records), first(id) whether that one is more urgent } */
  constructor(options) {
    this.#options = options;
  }

  want(id) {
    this.#wanted.add(id);
    if (!this.#busy) this.#run();
  }

  async #run() {
    this.#busy = true;
    const { api, plan, signal, onRecords, first } = this.#options;
    try {
      while (this.#wanted.size > 0) {
        await pause(PAUSE, signal);
        const ids = [...this.#wanted];
        const chosen = [...ids.filter(first), ...ids.filter((id) => !first(id))].slice(0, CHOSEN);
        chosen.forEach((id) => this.#wanted.delete(id));
        const found = await ask(api, `/api/v1/plans/${plan}/mobile-sync?examinee=${chosen}`, signal, () => {});
        onRecords(found.items, chosen);
      }
    } catch {
      // Stopped, or refused, which the socket tells, too.
      this.#wanted.clear();
    }
    this.#busy = false;
  }
}
