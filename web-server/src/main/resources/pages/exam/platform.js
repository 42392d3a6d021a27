// Tells the exam platform: events on this page's document, a message to the page around it, and the way on.

const GO_AFTER = 3_000;

export class Platform {
  #config;
  #ids;
  #notified = null;
  #timer = 0;

  constructor(config, ids) {
    this.#config = config;
    this.#ids = ids;
  }

  /** Where the examinee goes on, or null. */
  get completedUrl() {
    const { planId, examineeId } = this.#ids;
    return (
      this.#config.completedUrl?.replaceAll('{planId}', encodeURIComponent(planId))
        .replaceAll('{examineeId}', encodeURIComponent(examineeId)) ?? null
    );
  }

  /** Each state is told once. */
  notify({ status, deviceId, timestamp, deadline, reason, error, revision }) {
    if (revision === this.#notified) return;
    this.#notified = revision;
    clearTimeout(this.#timer);
    this.#send('mobile-sync:status', { ...this.#ids, status, deviceId, timestamp, deadline, reason, error });
    if (status === 'COMPLETED') {
      this.#send('mobile-sync:completed', { ...this.#ids, deviceId, timestamp });
      // Not kept in the history: "back" would only lead here, and on again.
      if (this.completedUrl) this.#timer = setTimeout(() => location.replace(this.completedUrl), GO_AFTER);
    }
  }

  #send(type, detail) {
    document.dispatchEvent(new CustomEvent(type, { detail }));
    if (window.parent !== window) {
      for (const origin of this.#config.parentOrigins ?? []) window.parent.postMessage({ type, detail }, origin);
    }
  }
}
