// The pairing code. The server issues it, and the page renews it before it expires.

import { api } from '../access.js';
import { backOff } from '../back-off.js';
import { retryAfterMillis } from '../retry-after.js';

const TIMEOUT = 10_000;
const CHECK_INTERVAL = 1_000;
const DEFAULT_CODE_TTL = 30_000;

/**
 * Event `change`: `value` is {code, captureUrl, qrCode}, or null without a valid code; `disabled` is true if the server does
 * not offer pairing. A hidden page requests no codes. All pages of one examinee in this browser show the same code.
 */
export class PairingCode extends EventTarget {
  value = null;
  disabled = false;
  #path;
  #needed = false;
  #busy = false;
  #discarded = false;
  #renewAt = 0;
  #expiresAt = 0;
  #failures = 0;
  #peers = null;
  #elapsed = 0;
  #lastMonotonic = performance.now();
  #lastWallClock = Date.now();

  constructor(plan, examinee) {
    super();
    this.#path = `api/v1/plans/${encodeURIComponent(plan)}/examinees/${encodeURIComponent(examinee)}/pairings`;
    if ('BroadcastChannel' in globalThis) {
      // The server keeps one code per examinee. Without the channel, two windows would invalidate each other's code.
      this.#peers = new BroadcastChannel(`mobile-sync.pairing.${plan}.${examinee}`);
      this.#peers.addEventListener('message', ({ data }) => this.#needed && this.#show(data.value, data.ttl));
    }
    document.addEventListener('visibilitychange', () => this.#check());
    addEventListener('online', () => this.renew());
    setInterval(() => this.#check(), CHECK_INTERVAL);
  }

  /** Whether the page shows a code. It needs none while a phone is connected. */
  set needed(needed) {
    if (needed === this.#needed) return;
    this.#needed = needed;
    // The previous code may be redeemed.
    if (needed) this.renew();
    else this.#show(null, 0);
  }

  /** Requests a new code now, regardless of the back-off and of `disabled`. */
  renew() {
    this.#renewAt = 0;
    this.disabled = false;
    this.#check();
  }

  /** Discards the code, which the server no longer accepts, and requests another. */
  discard() {
    this.#discarded = this.#busy;
    this.#show(null, 0);
    this.renew();
  }

  #check() {
    const now = this.#now();
    if (this.value && now >= this.#expiresAt) this.#show(null, 0, this.#renewAt);
    if (this.#needed && !this.disabled && !this.#busy && !document.hidden && now >= this.#renewAt) this.#request();
  }

  async #request() {
    this.#busy = true;
    try {
      const response = await api(this.#path, { method: 'POST', signal: AbortSignal.timeout(TIMEOUT) });
      if (response.status === 201) {
        const value = await response.json();
        // Issued before the reset; the next check requests another.
        if (this.#discarded) return;
        // Both times are the server's, because this machine's clock may be wrong.
        const serverTtl = Date.parse(value.expiresAt) - Date.parse(response.headers.get('Date'));
        const ttl = Number.isFinite(serverTtl) ? serverTtl : DEFAULT_CODE_TTL;
        this.#failures = 0;
        this.#show(value, ttl);
        this.#peers?.postMessage({ value, ttl });
      } else if (response.status === 404 && (await response.json()).code === 'NOT_FOUND') {
        this.disabled = true;
        this.#show(null, 0);
      } else {
        this.#scheduleRetry(retryAfterMillis(response.headers));
      }
    } catch {
      this.#scheduleRetry(0);
    } finally {
      this.#busy = false;
      this.#discarded = false;
    }
  }

  #scheduleRetry(atLeast) {
    this.#renewAt = this.#now() + Math.max(atLeast, backOff(1 + this.#failures++));
    this.#changed();
  }

  /** @param ttl the remaining lifetime of the code (ms) */
  #show(value, ttl, renewAt = this.#now() + ttl - Math.min(ttl / 2, Math.max(5_000, ttl / 10))) {
    this.value = value;
    this.#expiresAt = this.#now() + ttl;
    this.#renewAt = renewAt;
    this.#changed();
  }

  /** Elapsed ms. They include the machine's sleep, and a clock that is set back does not reduce them. */
  #now() {
    const monotonic = performance.now();
    const wallClock = Date.now();
    this.#elapsed += Math.max(monotonic - this.#lastMonotonic, wallClock - this.#lastWallClock);
    this.#lastMonotonic = monotonic;
    this.#lastWallClock = wallClock;
    return this.#elapsed;
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}
