// The phone's shutter, released from this page.

/** The phone reports its preview every ten seconds; two reports may get lost. */
const PREVIEW_TTL = 25_000;
/** How long the phone may take to start, after its countdown. */
const RESPONSE_TIME = 8_000;
const TICK = 250;

/**
 * Event `change`: `ready` while the phone shows a preview; `countdown` is the seconds left of the phone's countdown, or null;
 * `unanswered` after a request to which the phone did not react.
 */
export class RemoteShutter extends EventTarget {
  ready = false;
  countdown = null;
  unanswered = false;
  #sync;
  #readyUntil = 0;
  #firesAt = 0;
  #timer = 0;

  constructor(sync) {
    super();
    this.#sync = sync;
    sync.addEventListener('mobile_sync_preview', ({ detail }) => this.#onPreview(detail.data.ready === true));
  }

  /** Whether a request is running. */
  get busy() {
    return this.#firesAt > 0;
  }

  /** Asks the phone to take the picture. */
  take(delaySeconds) {
    if (this.busy || !this.ready || !this.#sync.shutter({ delaySeconds })) return;
    this.unanswered = false;
    this.#firesAt = performance.now() + delaySeconds * 1000;
    this.#start();
  }

  /** Asks the phone to open its camera again. */
  open() {
    this.#sync.shutter({ open: true });
  }

  /** Forgets the phone, which is no longer connected. */
  reset() {
    this.ready = false;
    this.#end(false);
    this.#start();
  }

  #onPreview(ready) {
    this.ready = ready;
    this.#readyUntil = performance.now() + PREVIEW_TTL;
    // The picture was taken, or the phone's page is hidden, or its camera was interrupted.
    if (!ready) this.#end(false);
    this.#start();
  }

  #end(unanswered) {
    this.#firesAt = 0;
    this.countdown = null;
    this.unanswered = unanswered;
  }

  #start() {
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#tick(), TICK);
    this.#tick();
  }

  #tick() {
    const now = performance.now();
    if (now > this.#readyUntil) this.ready = false;
    if (this.busy) {
      this.countdown = Math.max(0, Math.ceil((this.#firesAt - now) / 1000));
      if (now > this.#firesAt + RESPONSE_TIME) this.#end(true);
    }
    if (!this.ready && !this.busy) clearInterval(this.#timer);
    this.dispatchEvent(new Event('change'));
  }
}
