// Loads the plan's records over REST: all after each connect, and single ones whose broadcast is incomplete.

import { retryAfterMillis } from '../retry-after.js';

const PAGE_SIZE = 1000;
const MAX_IDS = 100;
const BATCH_DELAY = 500;
const TIMEOUT = 20_000;
const MAX_DELAY = 15_000;

/** Retries until a response arrives. Throws 'rejected' if a retry is useless, and an AbortError when aborted. */
export async function getWithRetry(api, path, signal, onFailure) {
  for (let failures = 0; ; failures++) {
    let wait = Math.min(MAX_DELAY, 500 * 2 ** failures) * (0.5 + Math.random() / 2);
    try {
      const response = await api(path, { signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]) });
      if (response.ok) return await response.json();
      if (response.status === 401 || response.status === 403 || response.status === 400) throw new Error('rejected');
      wait = Math.max(wait, retryAfterMillis(response.headers));
    } catch (error) {
      if (error.message === 'rejected' || signal.aborted) throw error;
    }
    onFailure();
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
 * @param options { api, plan, signal, onPage(records, total, unreadable), onFailure() }; unreadable: ids
 */
export async function readAll({ api, plan, signal, onPage, onFailure }) {
  let after = '';
  do {
    const page = await getWithRetry(api, `/api/v1/plans/${plan}/mobile-sync?after=${after}&size=${PAGE_SIZE}`, signal, onFailure);
    onPage(page.items, Object.values(page.counts).reduce((sum, count) => sum + count, 0), page.unreadable);
    after = page.next;
  } while (after);
}

/** Reloads single records. Ids that are added during a request are part of the next one. */
export class RecordRefetcher {
  #pending = new Set();
  #busy = false;
  #options;

  /** @param options { api, plan, signal, onRecords(records), isUrgent(id) whether to load this one first } */
  constructor(options) {
    this.#options = options;
  }

  request(id) {
    this.#pending.add(id);
    if (!this.#busy) this.#run();
  }

  async #run() {
    this.#busy = true;
    const { api, plan, signal, onRecords, isUrgent } = this.#options;
    try {
      while (this.#pending.size > 0) {
        await pause(BATCH_DELAY, signal);
        const pending = [...this.#pending];
        const ids = [...pending.filter(isUrgent), ...pending.filter((id) => !isUrgent(id))].slice(0, MAX_IDS);
        ids.forEach((id) => this.#pending.delete(id));
        const found = await getWithRetry(api, `/api/v1/plans/${plan}/mobile-sync?examinee=${ids}`, signal, () => {});
        onRecords(found.items, ids);
      }
    } catch {
      // Aborted, or rejected, which the connection reports too.
      this.#pending.clear();
    }
    this.#busy = false;
  }
}
