// Loads the plan's records over REST: all after each connect, and single ones whose broadcast is incomplete.

const PART = 1000;
const CHOSEN = 100;
const PAUSE = 500;
const TIMEOUT = 20_000;
const MAX_DELAY = 15_000;

/** Retries until a response arrives. Throws 'refused' if a retry is useless, and an AbortError when aborted. */
async function getWithRetry(api, path, signal, onTrouble) {
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
 * Loads all records, page by page in the order of the ids. Changes during the load arrive as broadcasts.
 *
 * @param options { api, plan, signal, onPart(records, total, unreadable), onTrouble() }; unreadable: ids
 */
export async function readAll({ api, plan, signal, onPart, onTrouble }) {
  let after = '';
  do {
    const part = await getWithRetry(api, `/api/v1/plans/${plan}/mobile-sync?after=${after}&size=${PART}`, signal, onTrouble);
    onPart(part.items, Object.values(part.counts).reduce((sum, count) => sum + count, 0), part.unreadable);
    after = part.next;
  } while (after);
}

/** Reloads single records. Ids that are added during a request are part of the next one. */
export class RecordRefetcher {
  #wanted = new Set();
  #busy = false;
  #options;

  /** @param options { api, plan, signal, onRecords(records), first(id) whether this one is more urgent } */
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
        const found = await getWithRetry(api, `/api/v1/plans/${plan}/mobile-sync?examinee=${chosen}`, signal, () => {});
        onRecords(found.items, chosen);
      }
    } catch {
      // Aborted, or refused, which the socket reports too.
      this.#wanted.clear();
    }
    this.#busy = false;
  }
}
