// One examinee's step, without a user interface: the connection, the pairing code, and the decision at the end.

import { backOff, ExamineeSync } from '@mobilesync/mobile-sync';

/** A code is renewed when this part of its lifetime has passed. */
const RENEW_AFTER = 0.9;

/**
 * Events: `state` with {type, data, revision}, `pairing` with {code, qrCode, captureUrl} or null, `connection`.
 */
export class Step extends EventTarget {
  #myStep;
  #sync = null;
  #step = null;
  #status = null;
  #timer = 0;
  #pairings = 0;

  /** @param myStep returns {web, socketUrl, plan, examinee, token} from the platform, or null if no one is signed in */
  constructor(myStep) {
    super();
    this.#myStep = myStep;
  }

  async start() {
    this.#step = await this.#myStep();
    if (!this.#step) throw new Error('no one is signed in');
    const { socketUrl, plan, examinee } = this.#step;
    this.#sync = new ExamineeSync({ socketUrl, plan, examinee, token: ({ renew }) => this.#token(renew) });
    this.#sync.addEventListener('message', ({ detail }) => this.#onMessage(detail));
    this.#sync.addEventListener('connection', ({ detail }) => this.#emit('connection', detail));
    this.#sync.start();
  }

  stop() {
    this.#dropPairing();
    this.#sync.stop();
  }

  /** Starts again after the time is over. */
  enter() {
    this.#sync.enter();
  }

  serverNow() {
    return this.#sync.serverNow();
  }

  /** The first token came with the step. A renewed one comes from the platform; null: no one is signed in any more. */
  async #token(renew) {
    if (renew) this.#step = (await this.#myStep()) ?? { ...this.#step, token: null };
    return this.#step.token;
  }

  #onMessage(message) {
    // Without a revision it is a problem of the server, which leaves the state unchanged.
    if (message.revision !== null) {
      const { status, notEntered } = message.data;
      const isNew = status !== this.#status || notEntered;
      this.#status = status;
      if (isNew && status === 'WAITING') this.#requestPairing();
      if (status !== 'WAITING') this.#dropPairing();
    }
    this.#emit('state', message);
  }

  /** Requests a code, and another one before it expires. Each invalidates the one before. */
  async #requestPairing() {
    this.#dropPairing();
    const current = this.#pairings;
    for (let failures = 0; current === this.#pairings; failures++) {
      try {
        const pairing = await this.#pair();
        if (current !== this.#pairings) return;
        this.#emit('pairing', pairing);
        const left = Date.parse(pairing.expiresAt) - this.serverNow();
        this.#timer = setTimeout(() => this.#requestPairing(), left * RENEW_AFTER);
        return;
      } catch (failure) {
        this.#emit('problem', failure);
        await new Promise((resolve) => setTimeout(resolve, backOff(failures)));
      }
    }
  }

  #dropPairing() {
    clearTimeout(this.#timer);
    this.#pairings++;
    this.#emit('pairing', null);
  }

  async #pair() {
    const { web, plan, examinee } = this.#step;
    const response = await fetch(`${web}/api/v1/plans/${plan}/examinees/${examinee}/pairings`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${await this.#token(false)}` },
    });
    if (response.status === 401) await this.#token(true);
    if (!response.ok) throw new Error(`${response.status} ${(await response.json()).code}`);
    return response.json();
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
