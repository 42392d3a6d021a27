// Notifies the exam platform: events on this document, a message to the embedding window, and a redirect at the end.

import { embedded, notifyParent } from '../embedding-page.js';

const REDIRECT_DELAY = 3_000;

export class Platform {
  #config;
  #ids;
  #notified = null;
  #completed = null;
  #timer = 0;

  constructor(config, ids) {
    this.#config = config;
    this.#ids = ids;
  }

  /** The URL at which the examinee continues, or null; an embedding page continues by itself. */
  get nextUrl() {
    return embedded ? null : this.#completedUrl;
  }

  get #completedUrl() {
    const { planId, examineeId } = this.#ids;
    return (
      this.#config.completedUrl?.replaceAll('{planId}', encodeURIComponent(planId))
        .replaceAll('{examineeId}', encodeURIComponent(examineeId)) ?? null
    );
  }

  /** Reports a change of the state. Ignores a repeated revision. */
  notify({ status, deviceId, timestamp, deadline, reason, error, revision }) {
    if (revision === this.#notified) return;
    this.#notified = revision;
    if (status !== 'COMPLETED') this.reopen();
    this.#send('mobile-sync:status', { ...this.#ids, status, deviceId, timestamp, deadline, reason, error });
  }

  /** Reports that the step has ended for the examinee. */
  reportCompletion({ deviceId, timestamp }) {
    if (timestamp === this.#completed) return;
    this.#completed = timestamp;
    this.#send('mobile-sync:finished', { ...this.#ids, deviceId, timestamp, completedUrl: this.#completedUrl });
    // replace() keeps this page out of the history, because "back" would only redirect again.
    if (this.nextUrl) this.#timer = setTimeout(() => location.replace(this.nextUrl), REDIRECT_DELAY);
  }

  /** Ends the redirect: the step continues. */
  reopen() {
    this.#completed = null;
    clearTimeout(this.#timer);
  }

  #send(type, detail) {
    document.dispatchEvent(new CustomEvent(type, { detail }));
    notifyParent(type, detail);
  }
}

/** Reports the page's height to the embedding page, which may give the frame this height (px): then it needs no scroll bar. */
export function reportHeight() {
  if (!embedded) return;
  document.documentElement.classList.add('embedded');
  let last = 0;
  const report = () => {
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    if (height === last) return;
    last = height;
    notifyParent('mobile-sync:height', { height });
  };
  new ResizeObserver(report).observe(document.body);
  report();
}
