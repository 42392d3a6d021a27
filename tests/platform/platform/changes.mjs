// Follows the changes of the plan over REST (docs/integration.md#following-a-plan).

import { setTimeout as sleep } from 'node:timers/promises';

export class Changes {
  #mobileSync;
  #size;
  #interval;
  #stop = new AbortController();
  #running = Promise.resolve();

  /** The cursor. A real platform stores it together with what it has read. */
  cursor = '';

  /**
   * @param onRecord called with each record; may be called again with the same revision
   * @param interval ms between two requests if there is nothing more to read
   */
  constructor(mobileSync, { onRecord, interval = 2_000, size = 1_000 }) {
    this.#mobileSync = mobileSync;
    this.onRecord = onRecord;
    this.#interval = interval;
    this.#size = size;
  }

  start() {
    this.#running = this.#follow();
  }

  async stop() {
    this.#stop.abort();
    await this.#running;
  }

  async #follow() {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        await this.read();
      } catch (failure) {
        console.error('changes', failure.message);
      }
      await sleep(this.#interval, undefined, { signal }).catch(() => {});
    }
  }

  /** Reads all that has changed until now. */
  async read() {
    for (let more = true; more; ) {
      const changes = await this.#mobileSync.changes(this.cursor, this.#size);
      changes.items.forEach(this.onRecord);
      this.cursor = changes.next;
      more = changes.more;
    }
  }
}
