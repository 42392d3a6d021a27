// The state of the examinee's step, from the connection, or by REST polling while there is none.

import { api } from '../access.js';

const FIRST_POLL_DELAY = 5_000;
const POLL_INTERVAL = 10_000;

/**
 * Event `change`, when one of these changes:
 *   state       null at first, then {status, timestamp, deadline, reason, error, deviceId, notEntered, revision}
 *   problem     an error that leaves the state unchanged: {code, message, retryable}, or null
 *   connection  the detail of the last `connection` event of mobile-sync.js
 */
export class Step extends EventTarget {
  state = null;
  problem = null;
  connection = { status: 'connecting' };
  #path;
  #poll = 0;

  constructor(sync, plan, examinee) {
    super();
    this.#path = `api/v1/plans/${encodeURIComponent(plan)}/examinees/${encodeURIComponent(examinee)}/mobile-sync`;
    sync.addEventListener('message', ({ detail }) => this.#apply(detail.data, detail.revision));
    sync.addEventListener('connection', ({ detail }) => this.#onConnection(detail));
  }

  #apply(data, revision) {
    if (revision === null) {
      this.problem = data.error ?? null;
    } else if (revision > (this.state?.revision ?? -1)) {
      this.state = { deadline: null, reason: null, error: null, deviceId: null, ...data, revision };
      this.problem = null;
    } else {
      return;
    }
    this.#changed();
  }

  #onConnection(connection) {
    this.connection = connection;
    const disconnected = connection.status === 'waiting' || connection.status === 'connecting';
    if (!disconnected) {
      clearTimeout(this.#poll);
      this.#poll = 0;
    } else if (!this.#poll) {
      this.#poll = setTimeout(() => this.#pollRecord(), FIRST_POLL_DELAY);
    }
    this.#changed();
  }

  async #pollRecord() {
    const scheduled = this.#poll;
    try {
      const response = await api(this.#path, { cache: 'no-store', signal: AbortSignal.timeout(POLL_INTERVAL) });
      if (response.ok) {
        const { errorCode, errorMessage, ...record } = await response.json();
        const error = errorCode ? { code: errorCode, message: errorMessage } : null;
        this.#apply({ ...record, error }, record.revision ?? 0);
      }
    } catch {
      // The next poll follows.
    }
    if (scheduled === this.#poll) this.#poll = setTimeout(() => this.#pollRecord(), POLL_INTERVAL * (0.75 + 0.5 * Math.random()));
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}
