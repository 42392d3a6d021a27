// The pairing code. The server issues it, and the page renews it before it expires.

import { api } from '../session.js';
import { backOff } from '../back-off.js';

const TIMEOUT = 10_000;
const CHECK_EVERY = 1_000;
const UNTOLD_LIFE = 30_000;

/**
 * Event `change`: `offer` is {code, captureUrl, qrCode}, or null without a valid code; `off` is true if the server does
 * not offer pairing. A hidden page requests no codes. All pages of one examinee show the same code.
 */
export class PairingOffer extends EventTarget {
  offer = null;
  off = false;
  #path;
  #wanted = false;
  #busy = false;
  #renewAt = 0;
  #endsAt = 0;
  #failures = 0;
  #peers = null;
  #elapsed = 0;
  #steady = performance.now();
  #wall = Date.now();

  constructor(plan, examinee) {
    super();
    this.#path = `api/v1/plans/${encodeURIComponent(plan)}/examinees/${encodeURIComponent(examinee)}/pairings`;
    if ('BroadcastChannel' in globalThis) {
      // The server keeps one code per examinee. Without the channel, two windows would invalidate each other's code.
      this.#peers = new BroadcastChannel(`mobile-sync.pairing.${plan}.${examinee}`);
      this.#peers.addEventListener('message', ({ data }) => this.#wanted && this.#show(data.offer, data.life));
    }
    document.addEventListener('visibilitychange', () => this.#check());
    addEventListener('online', () => this.renew());
    setInterval(() => this.#check(), CHECK_EVERY);
  }

  /** Whether the page shows a code. It needs none while a phone is connected. */
  set wanted(wanted) {
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    // The previous code may be redeemed.
    if (wanted) this.renew();
    else this.#show(null, 0);
  }

  /** Requests a new code now, regardless of the back-off and of `off`. */
  renew() {
    this.#renewAt = 0;
    this.off = false;
    this.#check();
  }

  #check() {
    const now = this.#now();
    if (this.offer && now >= this.#endsAt) this.#show(null, 0, this.#renewAt);
    if (this.#wanted && !this.off && !this.#busy && !document.hidden && now >= this.#renewAt) this.#make();
  }

  async #make() {
    this.#busy = true;
    try {
      const answer = await api(this.#path, { method: 'POST', signal: AbortSignal.timeout(TIMEOUT) });
      if (answer.status === 201) {
        const offer = await answer.json();
        // Both times are the server's, because this machine's clock may be wrong.
        const told = Date.parse(offer.expiresAt) - Date.parse(answer.headers.get('Date'));
        const life = Number.isFinite(told) ? told : UNTOLD_LIFE;
        this.#failures = 0;
        this.#show(offer, life);
        this.#peers?.postMessage({ offer, life });
      } else if (answer.status === 404 && (await answer.json()).code === 'NOT_FOUND') {
        this.off = true;
        this.#show(null, 0);
      } else {
        this.#later(1000 * Number(answer.headers.get('Retry-After') ?? 0));
      }
    } catch {
      this.#later(0);
    } finally {
      this.#busy = false;
    }
  }

  #later(atLeast) {
    this.#renewAt = this.#now() + Math.max(atLeast, backOff(1 + this.#failures++));
    this.#changed();
  }

  /** @param life in ms from now */
  #show(offer, life, renewAt = this.#now() + life - Math.min(life / 2, Math.max(5_000, life / 10))) {
    this.offer = offer;
    this.#endsAt = this.#now() + life;
    this.#renewAt = renewAt;
    this.#changed();
  }

  /** Elapsed ms. They include the machine's sleep, and a clock that is set back does not reduce them. */
  #now() {
    const steady = performance.now();
    const wall = Date.now();
    this.#elapsed += Math.max(steady - this.#steady, wall - this.#wall);
    this.#steady = steady;
    this.#wall = wall;
    return this.#elapsed;
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}
