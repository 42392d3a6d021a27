import { backOff } from '../back-off.js';

const JITTER = 1000;

/**
 * Tries until it works, or until only a person can help. After a failure it waits for a random time that grows, at
 * least as long as the server asks for. When the network is back or the page is looked at, it waits for no more than
 * that, and a moment that is random, too: a whole room's network comes back at once.
 *
 * Events: 'trying', and 'waiting' with detail {failure, retryAt}.
 */
export class RetryLoop extends EventTarget {
  #attempt;
  #failures = 0;
  #wake = null;
  #hurry = null;
  #stopping = new AbortController();

  /** @param attempt ({signal, failures}) => a promise that throws a Failure */
  constructor(attempt) {
    super();
    this.#attempt = attempt;
    const { signal } = this.#stopping;
    window.addEventListener('online', () => this.#hurry?.(), { signal });
    document.addEventListener('visibilitychange', () => document.hidden || this.#hurry?.(), { signal });
  }

  /** @throws {Failure} that does not go away by itself */
  async run() {
    const { signal } = this.#stopping;
    try {
      for (;;) {
        this.dispatchEvent(new Event('trying'));
        try {
          return await this.#attempt({ signal, failures: this.#failures });
        } catch (failure) {
          if (!failure.recovery?.again || signal.aborted) throw failure;
          await this.#pause(failure);
          if (signal.aborted) throw failure;
        }
      }
    } finally {
      this.#stopping.abort();
    }
  }

  /** Tries at once where it would wait: somebody asks for it. */
  now() {
    this.#wake?.();
  }

  stop() {
    this.#stopping.abort();
    this.#wake?.();
  }

  #pause(failure) {
    const asked = failure.retryAfter ? failure.retryAfter + Math.random() * JITTER : 0;
    const delay = Math.max(asked, backOff(this.#failures++));
    const began = performance.now();
    let due = began + delay;
    const over = new Promise((resolve) => {
      let timer = 0;
      const wait = () => {
        const left = due - performance.now();
        clearTimeout(timer);
        timer = setTimeout(resolve, left);
        this.dispatchEvent(new CustomEvent('waiting', { detail: { failure, retryAt: Date.now() + left } }));
      };
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#hurry = () => {
        due = Math.min(due, Math.max(began + asked, performance.now() + Math.random() * JITTER));
        wait();
      };
      wait();
    });
    return over.then(() => {
      this.#wake = this.#hurry = null;
    });
  }
}
