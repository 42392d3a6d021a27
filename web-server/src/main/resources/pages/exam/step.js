// The state of the examinee's step, from the socket, or by REST polling while there is no connection.

import { api } from '../session.js';

const POLL_AFTER = 5_000;
const POLL_EVERY = 10_000;

/**
 * Event `change`, when one of these changes:
 *   state       null at first, then {status, timestamp, deadline, reason, error, deviceId, revision}
 *   notice      the code of a problem that leaves the state unchanged, or null
 *   connection  the detail of the last `connection` event of mobile-sync.js
 */
export class Step extends EventTarget {
  state = null;
  notice = null;
  connection = { status: 'connecting' };
  #path;
  #poll = 0;

  constructor(sync, plan, examinee) {
    super();
    this.#path = `api/v1/plans/${encodeURIComponent(plan)}/examinees/${encodeURIComponent(examinee)}/mobile-sync`;
    sync.addEventListener('message', ({ detail }) => this.#take(detail.data, detail.revision));
    sync.addEventListener('connection', ({ detail }) => this.#connectionIs(detail));
  }

  #take(data, revision) {
    if (revision === null) {
      this.notice = data.error?.code ?? null;
    } else if (revision > (this.state?.revision ?? -1)) {
      this.state = { deadline: null, reason: null, error: null, deviceId: null, ...data, revision };
      this.notice = null;
    } else {
      return;
    }
    this.#changed();
  }

  #connectionIs(connection) {
    this.connection = connection;
    const cut = connection.status === 'waiting' || connection.status === 'connecting';
    if (!cut) {
      clearTimeout(this.#poll);
      this.#poll = 0;
    } else if (!this.#poll) {
      this.#poll = setTimeout(() => this.#ask(), POLL_AFTER);
    }
    this.#changed();
  }

  async #ask() {
    const mine = this.#poll;
    try {
      const answer = await api(this.#path, { cache: 'no-store', signal: AbortSignal.timeout(POLL_EVERY) });
      if (answer.ok) {
        const { errorCode, errorMessage, ...record } = await answer.json();
        const error = errorCode ? { code: errorCode, message: errorMessage } : null;
        this.#take({ ...record, error }, record.revision ?? 0);
      }
    } catch {
      // The next poll follows.
    }
    if (mine === this.#poll) this.#poll = setTimeout(() => this.#ask(), POLL_EVERY * (0.75 + 0.5 * Math.random()));
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}
