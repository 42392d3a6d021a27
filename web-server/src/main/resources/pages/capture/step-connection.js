// The phone's connection to its examinee's step: orders of a proctor, and the shutter on the examinee's screen.

const PREVIEW_INTERVAL = 10_000;
/** A request for a picture that arrives later than this is ignored (ms). */
const MAX_AGE = 10_000;
/** Close reasons: another phone was paired, or the step was reset. */
const UNPAIRED = ['DEVICE_REPLACED', 'PAIRING_ENDED'];

/**
 * Events:
 *   state      detail {status, reason, timestamp}: the step's state, and each change
 *   shutter    detail {delaySeconds, open}: the examinee's screen asks for the picture, or to open the camera only
 *   mobile_sync_notice of mobile-sync.js: a proctor's notice
 *   connection detail {connected, ended}; `ended` is null, or the reason why this phone has no access any more
 */
export class StepConnection extends EventTarget {
  ended = null;
  connected = false;
  #sync = null;
  #ready = false;
  #timer = 0;
  #session = null;

  constructor() {
    super();
    document.addEventListener('visibilitychange', () => this.#report());
  }

  /** Follows the session's step; null for none. The page works without the connection. */
  async follow(session) {
    if (session?.token === this.#session?.token) return;
    this.#session = session;
    this.#sync?.stop();
    this.#sync = null;
    this.connected = false;
    this.ended = null;
    if (!session) return;
    const [{ DeviceSync }, { socketUrl }] = await Promise.all([import('../mobile-sync.js'), import('../config.js')]).catch((error) => {
      if (session === this.#session) this.#session = null;
      throw error;
    });
    if (session !== this.#session) return;
    const sync = new DeviceSync({
      socketUrl, plan: session.planId, examinee: session.examineeId,
      // A rejected token cannot be renewed: pairing again gives another one.
      token: ({ renew }) => (renew ? null : session.token),
    });
    sync.addEventListener('message', ({ detail: { data, revision } }) => revision !== null && this.#emit('state', data));
    sync.addEventListener('mobile_sync_shutter', ({ detail: { data } }) => {
      if (Math.abs(sync.serverNow() - Date.parse(data.timestamp)) < MAX_AGE) this.#emit('shutter', data);
    });
    sync.addEventListener('mobile_sync_notice', ({ detail }) => this.#emit('mobile_sync_notice', detail));
    sync.addEventListener('connection', ({ detail: { status, code } }) => {
      this.connected = status === 'connected';
      this.ended = status === 'refused' ? (UNPAIRED.includes(code) ? code : 'UNAUTHENTICATED') : null;
      if (this.connected) this.#report();
      this.#emit('connection', { connected: this.connected, ended: this.ended });
    });
    this.#sync = sync;
    sync.start();
  }

  /** Whether the camera shows a picture that can be taken. The examinee's screen offers the shutter then. */
  set ready(ready) {
    if (ready === this.#ready) return;
    this.#ready = ready;
    this.#report(true);
  }

  /** Repeats the report, because the examinee's screen may have been reloaded. */
  #report(changed = false) {
    clearInterval(this.#timer);
    const ready = this.#ready && !document.hidden;
    if (ready) this.#timer = setInterval(() => this.#sync?.preview(true), PREVIEW_INTERVAL);
    if (ready || changed || this.#ready) this.#sync?.preview(ready);
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
