// The part of these pages that other pages can use: a connection to the mobile sync step that mends itself.
//
//   import { ExamineeSync } from 'https://sync.example.com/pages/mobile-sync.js';
//
//   const sync = new ExamineeSync({
//     socketUrl: 'wss://sync.example.com/ws',
//     plan: 'P001', examinee: 'E001',
//     token: async ({ renew }) => fetchTokenFromYourPlatform(renew),
//   });
//   sync.addEventListener('mobile_sync_waiting', ({ detail }) => countDownTo(detail.data.deadline));
//   sync.addEventListener('mobile_sync_completed', () => goOn());
//   sync.addEventListener('connection', ({ detail }) => showConnection(detail));
//   sync.start();
//
// Events, for ExamineeSync and PlanSync alike:
//   mobile_sync_waiting | _paired | _completed | _failed | _timeout
//       detail: { type, data, revision } – the message as docs/messages.md has it. The current state comes first after
//       each (re)connect; nothing older than what was seen follows.
//   message      every one of them, same detail
//   connection   detail: { status: 'connecting' | 'connected' | 'waiting' | 'refused', retryAt?, code?, reason? }
//                waiting: lost, tried again at retryAt (ms, this clock); refused: only another token helps
//
// Without start() nothing is sent. stop() ends it for good.

import '../webjars/stomp__stompjs/bundles/stomp.umd.min.js';
import { backOff } from './back-off.js';

export { backOff };

const { Client } = globalThis.StompJs;

const STABLE_AFTER = 10_000;
const CONNECT_TIMEOUT = 10_000;
const HEART_BEAT = 10_000;

class Sync extends EventTarget {
  #options;
  #client = null;
  #timer = 0;
  #failures = 0;
  #connectedAt = 0;
  #stopped = true;
  #renew = false;
  #clockOffset = 0;
  #revisions = new Map();
  #lastError = null;

  /**
   * @param options.socketUrl where socket-server is, ws:// or wss://
   * @param options.plan, options.examinee whose step it is
   * @param options.token ({renew}) => token or a promise of one; renew: the last one was refused or has expired
   */
  constructor(options) {
    super();
    this.#options = options;
    this.wake = this.wake.bind(this);
  }

  get options() {
    return this.#options;
  }

  get connected() {
    return this.#client?.connected ?? false;
  }

  start() {
    if (!this.#stopped) return;
    this.#stopped = false;
    globalThis.addEventListener?.('online', this.wake);
    globalThis.document?.addEventListener('visibilitychange', this.wake);
    this.#connect();
  }

  stop() {
    this.#stopped = true;
    clearTimeout(this.#timer);
    globalThis.removeEventListener?.('online', this.wake);
    globalThis.document?.removeEventListener('visibilitychange', this.wake);
    this.#client?.deactivate();
    this.#client = null;
  }

  /** The server's time now, in ms, whatever this machine's clock says. */
  serverNow() {
    return Date.now() + this.#clockOffset;
  }

  /** Tries at once where it would wait: the network is back, the page is looked at again, or somebody asks for it. */
  wake(event) {
    if (event?.type === 'visibilitychange' && document.hidden) return;
    if (this.#timer && !this.#stopped) {
      clearTimeout(this.#timer);
      this.#timer = 0;
      this.#connect();
    }
  }

  /** Sends a message; false where there is no connection. */
  send(destination, body = '') {
    if (!this.connected) return false;
    this.#client.publish({ destination, body: body === '' ? '' : JSON.stringify(body) });
    return true;
  }

  async #connect() {
    this.#timer = 0;
    this.#emit('connection', { status: 'connecting' });
    let token;
    try {
      token = await this.#options.token({ renew: this.#renew });
      if (!token) {
        this.#refused({ code: 'UNAUTHENTICATED', reason: 'there is no token' });
        return;
      }
    } catch {
      this.#retry({ code: 'TOKEN', reason: 'no token could be had' });
      return;
    }
    if (this.#stopped) return;
    this.#lastError = null;
    const client = new Client({
      brokerURL: this.#options.socketUrl,
      connectHeaders: { Authorization: `Bearer ${token}` },
      connectionTimeout: CONNECT_TIMEOUT,
      heartbeatIncoming: HEART_BEAT,
      heartbeatOutgoing: HEART_BEAT,
      reconnectDelay: 0,
      discardWebsocketOnCommFailure: true,
      onConnect: (frame) => this.#onConnect(client, frame),
      onStompError: (frame) => {
        this.#lastError = parse(frame.body);
      },
      onWebSocketClose: (event) => this.#onClose(client, event),
    });
    this.#client = client;
    client.activate();
  }

  #onConnect(client, frame) {
    this.#connectedAt = Date.now();
    this.#renew = false;
    const time = Date.parse(frame.headers['server-time']);
    if (!Number.isNaN(time)) this.#clockOffset = time - Date.now();
    client.subscribe(this.topic, (message) => this.#onMessage(message));
    this.onConnected();
    this.#emit('connection', { status: 'connected' });
  }

  #onMessage(frame) {
    const message = parse(frame.body);
    if (!message?.data) return;
    const revision = frame.headers.revision === undefined ? null : Number(frame.headers.revision);
    if (revision !== null) {
      const seen = this.#revisions.get(message.data.examineeId) ?? 0;
      if (revision < seen) return;
      this.#revisions.set(message.data.examineeId, revision);
    }
    const detail = { type: message.type, data: message.data, revision };
    this.#emit(message.type, detail);
    this.#emit('message', detail);
  }

  #onClose(client, event) {
    if (client !== this.#client || this.#stopped) return;
    this.#client = null;
    client.deactivate();
    if (this.#connectedAt && Date.now() - this.#connectedAt > STABLE_AFTER) this.#failures = 0;
    this.#connectedAt = 0;
    const reason = event.reason ?? '';
    const why = { code: reason.split(':')[0] || String(event.code), reason: this.#lastError?.message ?? reason };
    if (event.code === 1008) {
      // Another token may help, once: where the new one is refused, too, nothing does.
      if (this.#renew) {
        this.#refused(why);
        return;
      }
      this.#renew = true;
    }
    this.#retry(why);
  }

  #retry(why) {
    const delay = backOff(this.#failures++);
    this.#timer = setTimeout(() => this.#connect(), delay);
    this.#emit('connection', { status: 'waiting', retryAt: Date.now() + delay, ...why });
  }

  #refused(why) {
    this.#emit('connection', { status: 'refused', ...why });
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** One examinee's step. Enters it by itself: the wait is announced after each connect, and keeps its deadline. */
export class ExamineeSync extends Sync {
  #entered = false;

  get topic() {
    return `/topic${this.#step}`;
  }

  get #step() {
    return `/plans/${this.options.plan}/examinees/${this.options.examinee}/mobile-sync`;
  }

  onConnected() {
    if (!this.#entered || this.options.reenter !== false) this.enter();
    this.#entered = true;
  }

  /** Enters the step, or enters it again after a time-out: WAITING, with a deadline. */
  enter() {
    return this.send(`/app${this.#step}/wait`);
  }
}

/** All examinees of one plan, for a proctor. The board's first fill comes over REST; do it at each 'connected'. */
export class PlanSync extends Sync {
  get topic() {
    return `/topic/plans/${this.options.plan}/mobile-sync`;
  }

  onConnected() {}

  /** @param order { order: 'RETAKE' | 'EXTEND' | 'ACCEPT', reason, deadline? } */
  order(examinee, order) {
    return this.send(`/app/plans/${this.options.plan}/examinees/${examinee}/mobile-sync/order`, order);
  }
}

function parse(body) {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
