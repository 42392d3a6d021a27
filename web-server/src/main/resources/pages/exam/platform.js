// Notifies the exam platform: events on this document, a message to the parent window, and a redirect at the end.

const REDIRECT_DELAY = 3_000;

export class Platform {
  #config;
  #ids;
  #notified = null;
  #timer = 0;

  constructor(config, ids) {
    this.#config = config;
    this.#ids = ids;
  }

  /** The URL at which the examinee continues, or null. */
  get completedUrl() {
    const { planId, examineeId } = this.#ids;
    return (
      this.#config.completedUrl?.replaceAll('{planId}', encodeURIComponent(planId))
        .replaceAll('{examineeId}', encodeURIComponent(examineeId)) ?? null
    );
  }

  /** Ignores a repeated revision. */
  notify({ status, deviceId, timestamp, deadline, reason, error, revision }) {
    if (revision === this.#notified) return;
    this.#notified = revision;
    clearTimeout(this.#timer);
    this.#send('mobile-sync:status', { ...this.#ids, status, deviceId, timestamp, deadline, reason, error });
    if (status === 'COMPLETED') {
      this.#send('mobile-sync:completed', { ...this.#ids, deviceId, timestamp });
      // replace() keeps this page out of the history, because "back" would only redirect again.
      if (this.completedUrl) this.#timer = setTimeout(() => location.replace(this.completedUrl), REDIRECT_DELAY);
    }
  }

  #send(type, detail) {
    document.dispatchEvent(new CustomEvent(type, { detail }));
    if (window.parent !== window) {
      for (const origin of this.#config.parentOrigins ?? []) window.parent.postMessage({ type, detail }, origin);
    }
  }
}
