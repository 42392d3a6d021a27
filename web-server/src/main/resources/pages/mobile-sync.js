// The part of these pages that other pages can use: a connection to the mobile sync step that mends itself.
// docs/pages.md shows how an exam platform's own page uses it.
//
//   import { ExamineeSync } from 'https://sync.example.com/pages/mobile-sync.js';
//
//   const sync = new ExamineeSync({
//     socketUrl: 'wss://sync.example.com/ws',
//     plan: 'P001', examinee: 'E001',
//     token: ({ renew }) => tokenFromYourPlatform(renew),
//   });
//   sync.addEventListener('mobile_sync_waiting', ({ detail }) => countDownTo(detail.data.deadline, sync.serverNow()));
//   sync.addEventListener('mobile_sync_completed', () => goOn());
//   sync.addEventListener('connection', ({ detail }) => showConnection(detail));
//   sync.start();
//
// Events, for ExamineeSync and PlanSync alike:
//   mobile_sync_waiting | _paired | _completed | _failed | _timeout
//                detail: { type, data, revision }, the message as docs/messages.md has it. Whatever was missed while
//                there was no connection comes first, each state comes once, and never an older one after a newer.
//                revision null: told beside the state, which stays as it is (the server has trouble, and goes on trying)
//   message      every one of them, same detail
//   connection   detail: { status, code?, reason?, retryAt? }; status is one of
//                connecting   a connection is being made
//                connected    the subscription is in force; the current state comes, if there is one
//                waiting      lost; tried again at retryAt (ms, this machine's clock), or at once by reconnectNow()
//                refused      the token is not good, and neither is a new one; reconnectNow() asks for another
//
// start() begins, stop() ends; both may be called at any time and as often as one likes. Nothing is sent before start().

import '../webjars/stomp__stompjs/bundles/stomp.umd.min.js';
import { backOff } from './back-off.js';

export { backOff };

const { Client, Versions } = globalThis.StompJs;

// Where a server goes, thousands lose their connection in one moment: they come back over seconds.
const FIRST_BACK_OFF = 3;
const STABLE_AFTER = 10_000;
const TOKEN_TIMEOUT = 15_000;
const CONNECT_TIMEOUT = 10_000;
const HEART_BEAT = 10_000;
const SILENT_AFTER = 2 * HEART_BEAT;
const POLICY_VIOLATION = 1008;

class Sync extends EventTarget {
  #options;
  #status = 'stopped';
  // Counts connections and stops: what an earlier one still brings (a token, a frame, a close) is not looked at.
  #attempt = 0;
  #client = null;
  #timer = 0;
  #failures = 0;
  #refusals = 0;
  #refusal = null;
  #connectedAt = 0;
  #lastMessageAt = 0;
  #clock = null;
  #revisions = new Map();
  #stateHeard = false;

  /**
   * @param options.socketUrl where socket-server is, ws:// or wss://
   * @param options.plan, options.examinee whose step it is
   * @param options.token ({renew}) => a token or a promise of one, null where there is none to be had; renew: the last
   *     one was refused or has expired. One that fails is asked again later
   */
  constructor(options) {
    super();
    this.#options = options;
    this.reconnectNow = this.reconnectNow.bind(this);
  }

  get options() {
    return this.#options;
  }

  /** Whether messages can be sent. */
  get connected() {
    return this.#client?.connected ?? false;
  }

  start() {
    if (this.#status !== 'stopped') return;
    for (const [target, type] of wakeEvents()) target.addEventListener(type, this.reconnectNow);
    this.#connect();
  }

  stop() {
    if (this.#status === 'stopped') return;
    for (const [target, type] of wakeEvents()) target.removeEventListener(type, this.reconnectNow);
    this.#status = 'stopped';
    this.#disconnect(false);
  }

  /** The server's time now, in ms, whatever this machine's clock says and however it is set meanwhile. */
  serverNow() {
    return this.#clock === null ? Date.now() : this.#clock + performance.now();
  }

  /** Reconnects without waiting: the network is back, the page is visible again, or the user asks for it. */
  reconnectNow(event) {
    if (event?.type === 'visibilitychange' && document.hidden) return;
    if (this.#status === 'refused') this.#refusals = 1;
    // After sleep the machine has not noticed that the connection is lost.
    const stale = this.connected && Math.abs(Date.now() - this.#lastMessageAt) > SILENT_AFTER;
    if (stale || this.#status === 'waiting' || this.#status === 'refused') this.#connect();
  }

  /** @deprecated use {@link reconnectNow} */
  wake(event) {
    this.reconnectNow(event);
  }

  /** Sends a message; false where there is no connection. @param confirmed called once the broker has it */
  send(destination, body, confirmed) {
    if (!this.connected) return false;
    const headers = {};
    if (confirmed) {
      headers.receipt = `${destination}#${performance.now()}`;
      this.#client.watchForReceipt(headers.receipt, confirmed);
    }
    this.#client.publish({ destination, headers, body: body === undefined ? '' : JSON.stringify(body) });
    return true;
  }

  async #connect() {
    this.#disconnect(true);
    const attempt = this.#attempt;
    this.#setStatus('connecting');
    let token;
    try {
      token = await within(TOKEN_TIMEOUT, this.#options.token({ renew: this.#refusals > 0 }));
    } catch (error) {
      if (attempt === this.#attempt) this.#retry({ code: 'NO_TOKEN', reason: String(error?.message ?? error) });
      return;
    }
    if (attempt !== this.#attempt) return;
    if (token) this.#open(token, attempt);
    else this.#giveUp(this.#refusal ?? { code: 'UNAUTHENTICATED', reason: 'there is no token' });
  }

  #open(token, attempt) {
    let socket;
    try {
      socket = new WebSocket(this.#options.socketUrl, Versions.default.protocolVersions());
    } catch (error) {
      this.#retry({ code: 'NO_SOCKET', reason: String(error?.message ?? error) });
      return;
    }
    let error = null;
    socket.addEventListener('message', () => (this.#lastMessageAt = Date.now()));
    const client = new Client({
      webSocketFactory: () => socket,
      connectHeaders: { Authorization: `Bearer ${token}` },
      connectionTimeout: CONNECT_TIMEOUT,
      heartbeatIncoming: HEART_BEAT,
      heartbeatOutgoing: HEART_BEAT,
      reconnectDelay: 0,
      discardWebsocketOnCommFailure: true,
      onConnect: (frame) => attempt === this.#attempt && this.#onConnect(client, frame),
      // A hidden page's timers run once a minute, which is too seldom for the server; messages come as ever.
      onHeartbeatReceived: () => globalThis.document?.hidden && socket.readyState === WebSocket.OPEN && socket.send('\n'),
      onStompError: (frame) => (error = parse(frame.body)),
      onWebSocketClose: (event) => attempt === this.#attempt && this.#onClose(event, error),
    });
    this.#client = client;
    client.activate();
  }

  #onConnect(client, frame) {
    const time = Date.parse(frame.headers['server-time']);
    if (!Number.isNaN(time)) this.#clock = time - performance.now();
    this.#stateHeard = false;
    const mine = (listener) => (given) => client === this.#client && listener(given);
    client.watchForReceipt('subscribed', mine(() => {
      this.#connectedAt = Date.now();
      this.#refusals = 0;
      this.#refusal = null;
      this.#setStatus('connected');
    }));
    client.watchForReceipt('state', mine(() => this.onInitialState(this.#stateHeard)));
    const headers = { receipt: 'subscribed', 'state-receipt': 'state' };
    client.subscribe(this.topic, mine((message) => this.#onMessage(message)), headers);
  }

  #onMessage(frame) {
    const message = parse(frame.body);
    if (!message?.data) return;
    const revision = frame.headers.revision === undefined ? null : Number(frame.headers.revision);
    if (revision !== null) {
      this.#stateHeard = true;
      if (revision <= (this.#revisions.get(message.data.examineeId) ?? -1)) return;
      this.#revisions.set(message.data.examineeId, revision);
    }
    const detail = { type: message.type, data: message.data, revision };
    this.onState(detail);
    this.#emit(message.type, detail);
    this.#emit('message', detail);
  }

  #onClose(event, error) {
    if (this.#connectedAt && Date.now() - this.#connectedAt > STABLE_AFTER) this.#failures = 0;
    const text = event.reason ?? '';
    const why = { code: text.split(':')[0] || String(event.code), reason: error?.message ?? text };
    if (event.code === POLICY_VIOLATION) {
      // Another token may help, once: where the new one is refused, too, nothing does.
      this.#refusal = why;
      if (++this.#refusals > 1) {
        this.#giveUp(why);
        return;
      }
    }
    this.#retry(why);
  }

  /** Ends the connection there is. @param atOnce without a word to the server, which may not be there any more */
  #disconnect(atOnce) {
    clearTimeout(this.#timer);
    this.#attempt++;
    this.#client?.deactivate({ force: atOnce });
    this.#client = null;
    this.#connectedAt = 0;
  }

  #retry(why) {
    this.#disconnect(true);
    const delay = backOff(FIRST_BACK_OFF + this.#failures++);
    this.#timer = setTimeout(() => this.#connect(), delay);
    this.#setStatus('waiting', { retryAt: Date.now() + delay, ...why });
  }

  #giveUp(why) {
    this.#disconnect(true);
    this.#setStatus('refused', why);
  }

  #setStatus(status, more) {
    this.#status = status;
    this.#emit('connection', { status, ...more });
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  // For the two below.
  onState() {}

  onInitialState() {}
}

/**
 * One examinee's step. Whoever starts it enters the step, unless that was done before: a reload or a reconnect changes
 * nothing. After a time-out only enter() begins again; after 'COMPLETED' nothing but a proctor's wish for another picture.
 */
export class ExamineeSync extends Sync {
  #wanted = false;
  #waitedFor = false;

  get topic() {
    return `/topic${this.#step}`;
  }

  get #step() {
    return `/plans/${this.options.plan}/examinees/${this.options.examinee}/mobile-sync`;
  }

  /** Where the server told no state it has no record of this examinee: the step is not entered yet. */
  onInitialState(stateHeard) {
    if (this.#wanted || !stateHeard || !this.#waitedFor) this.#sendWait();
  }

  onState({ data, revision }) {
    if (revision === null) return;
    const over = data.status === 'TIMEOUT' || data.status === 'COMPLETED';
    // A picture may have failed before anybody waited for it.
    this.#waitedFor = over || Boolean(data.deadline);
    if (data.status !== 'TIMEOUT' && data.status !== 'FAILED') this.#wanted = false;
  }

  /**
   * Enters the step again: after a time-out with a new deadline, after a failure with the one there is. Where there is
   * no connection, as soon as there is one.
   */
  enter() {
    this.#wanted = true;
    this.#sendWait();
  }

  #sendWait() {
    this.send(`/app${this.#step}/wait`, undefined, () => (this.#wanted = false));
  }
}

/** All examinees of one plan, for a proctor. The board's first fill comes over REST; do it at each 'connected'. */
export class PlanSync extends Sync {
  get topic() {
    return `/topic/plans/${this.options.plan}/mobile-sync`;
  }

  /**
   * Gives an order; false where there is no connection.
   *
   * @param order { order: 'RETAKE' | 'EXTEND' | 'ACCEPT', reason, deadline? }
   * @param confirmed called once it counts; where it does not, the connection is lost with code STATUS_PUBLISH_FAILED
   */
  order(examinee, order, confirmed) {
    return this.send(`/app/plans/${this.options.plan}/examinees/${examinee}/mobile-sync/order`, order, confirmed);
  }
}

function wakeEvents() {
  const page = globalThis.document;
  return [[globalThis, 'online'], [globalThis, 'pageshow'], ...(page ? [[page, 'visibilitychange']] : [])];
}

function within(milliseconds, promise) {
  let timer;
  const limit = new Promise((resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), milliseconds);
  });
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}

function parse(body) {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
