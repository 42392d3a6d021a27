import { backOff } from '../back-off.js';

const JITTER = 1000;

/**
 * Retries until the attempt succeeds or only the user can help. The random delay grows with each failure and is at
 * least as long as the server requests. When the network returns or the page becomes visible, only the server's delay
 * and a random moment remain. The moment is random because the network of a whole room returns at once.
 *
 * Events: 'trying', and 'waiting' with detail {failure, retryAt}.
 */
export class RetryLoop extends EventTarget {
  #attempt;
  #failures = 0;
  #endPause = null;
  #shortenPause = null;
  #aborter = new AbortController();

  /** @param attempt ({signal, failures}) => a promise that rejects with a Failure */
  constructor(attempt) {
    super();
    this.#attempt = attempt;
    const { signal } = this.#aborter;
    window.addEventListener('online', () => this.#shortenPause?.(), { signal });
    document.addEventListener('visibilitychange', () => document.hidden || this.#shortenPause?.(), { signal });
  }

  /** @throws {Failure} that a retry cannot resolve, or the last one after stop() */
  async run() {
    const { signal } = this.#aborter;
    try {
      for (;;) {
        this.dispatchEvent(new Event('trying'));
        try {
          return await this.#attempt({ signal, failures: this.#failures });
        } catch (failure) {
          if (!failure.recovery?.automatic || signal.aborted) throw failure;
          await this.#pause(failure);
          if (signal.aborted) throw failure;
        }
      }
    } finally {
      this.#aborter.abort();
    }
  }

  /** Ends the current delay, at the user's request. */
  retryNow() {
    this.#endPause?.();
  }

  stop() {
    this.#aborter.abort();
    this.#endPause?.();
  }

  #pause(failure) {
    const requested = failure.retryAfter ? failure.retryAfter + Math.random() * JITTER : 0;
    const delay = Math.max(requested, backOff(this.#failures++));
    const began = performance.now();
    let due = began + delay;
    const ended = new Promise((resolve) => {
      let timer = 0;
      const wait = () => {
        const left = due - performance.now();
        clearTimeout(timer);
        timer = setTimeout(resolve, left);
        this.dispatchEvent(new CustomEvent('waiting', { detail: { failure, retryAt: Date.now() + left } }));
      };
      this.#endPause = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#shortenPause = () => {
        due = Math.min(due, Math.max(began + requested, performance.now() + Math.random() * JITTER));
        wait();
      };
      wait();
    });
    return ended.then(() => {
      this.#endPause = this.#shortenPause = null;
    });
  }
}
