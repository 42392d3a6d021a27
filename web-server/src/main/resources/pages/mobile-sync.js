// The part of these pages that other pages can use: a connection to the mobile sync step that reconnects automatically.
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
//   sync.addEventListener('mobile_sync_completed', () => openNextPage());
//   sync.addEventListener('connection', ({ detail }) => showConnection(detail));
//   sync.start();
//
// Events of ExamineeSync, DeviceSync and PlanSync:
//   mobile_sync_waiting | _paired | _completed | _failed | _timeout
//                detail: { type, data, revision }, the message of docs/messages.md. Each state comes once, and never after a newer
//                one. At each connect, ExamineeSync and DeviceSync receive the current state first, if it is new to them.
//                revision null: a problem of the server that leaves the state unchanged
//   mobile_sync_preview | _shutter
//                same detail, revision null: signals between the examinee's browser and phone, not for PlanSync. They change no
//                state
//   mobile_sync_notice
//                same detail, revision null: a proctor's message to the examinee, in data.text. It changes no state and is not
//                sent again. Show the text as text
//   message      each of the messages that concern the state, same detail
//   connection   detail: { status, code?, reason?, retryAt? }; status is one of
//                connecting   a connection attempt is running
//                connected    the subscription is active; an examinee's current state follows, if there is one
//                waiting      disconnected; the next attempt is at retryAt (ms, this machine's clock) or reconnectNow().
//                             code OFFLINE: the browser reports no network; SILENT: nothing arrived for two heart-beats
//                refused      token returned none, or the server rejected two tokens; reconnectNow() requests another
//
// start() and stop() may be called at any time and repeatedly. Nothing is sent before start().

import { backOff } from './back-off.js';
import { Client, Versions } from './stomp.js';

export { backOff };

// A server that stops disconnects thousands of clients at once. The back-off starts as after three failures, which spreads the
// reconnects over seconds.
const INITIAL_FAILURES = 3;
const STABLE_AFTER = 10_000;
const TOKEN_TIMEOUT = 15_000;
const CONNECT_TIMEOUT = 10_000;
const HEART_BEAT = 10_000;
const SILENCE_CHECK_INTERVAL = 1_000;
/** A network that changes, such as from Wi-Fi to mobile data, is offline for a moment. */
const OFFLINE_AFTER = 2_000;
const POLICY_VIOLATION = 1008;
const SIGNALS = ['mobile_sync_shutter', 'mobile_sync_preview'];
const ORDERS = ['RETAKE', 'EXTEND', 'ACCEPT', 'RESET'];
const MAX_REASON_LENGTH = 500;
/** ISO-8601, as the server reads it: without a zone, it would be another time in another country. */
const TIME_WITH_ZONE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;
const MAX_SHUTTER_DELAY = 10;

class Sync extends EventTarget {
  #options;
  #status = 'stopped';
  // Counts connections and stops. Results of earlier attempts (a token, a frame, a close) are ignored.
  #attempt = 0;
  #client = null;
  #timer = 0;
  #failures = 0;
  #rejections = 0;
  #rejection = null;
  #connectedAt = 0;
  #lastMessageAt = 0;
  #silentAfter = 2 * HEART_BEAT;
  #silenceCheck = 0;
  #offlineSince = null;
  #clock = null;
  #revisions = new Map();
  #stateReceived = false;

  /**
   * @param options.socketUrl the URL of socket-server, ws:// or wss://
   * @param options.plan, options.examinee identify the step
   * @param options.token ({renew}) => a token or a promise of one, null if none is available. renew: the last one was
   *     rejected or has expired. A failed call is retried later
   */
  constructor(options) {
    super();
    this.#options = options;
    this.reconnectNow = this.reconnectNow.bind(this);
  }

  get options() {
    return this.#options;
  }

  /** When the server was last heard, heart-beats included (ms, this machine's clock); 0 if never. */
  get lastMessageAt() {
    return this.#lastMessageAt;
  }

  /** After this time without a message (ms) the connection counts as lost: two of the heart-beats that were agreed on. */
  get silentAfter() {
    return this.#silentAfter;
  }

  /** Whether messages can be sent. */
  get connected() {
    return this.#client?.connected ?? false;
  }

  start() {
    if (this.#status !== 'stopped') return;
    for (const [target, type] of wakeEvents()) target.addEventListener(type, this.reconnectNow);
    this.#silenceCheck = setInterval(() => this.#checkSilence(), SILENCE_CHECK_INTERVAL);
    this.#connect();
  }

  stop() {
    if (this.#status === 'stopped') return;
    for (const [target, type] of wakeEvents()) target.removeEventListener(type, this.reconnectNow);
    this.#status = 'stopped';
    clearInterval(this.#silenceCheck);
    this.#disconnect(false);
  }

  /** The server's time in ms, once connected. It does not depend on this machine's clock. */
  serverNow() {
    return this.#clock === null ? Date.now() : this.#clock + performance.now();
  }

  /**
   * Reconnects without delay, unless the connection is good. Called when the network returns, the page becomes visible or the
   * user requests it. @param event { force: true } reconnects in any case
   */
  reconnectNow(event) {
    if (this.#status === 'stopped' || event?.type === 'visibilitychange' && document.hidden) return;
    if (this.#status === 'refused') this.#rejections = 1;
    // After sleep, the browser does not notice a lost connection at once.
    if (event?.force || this.#isSilent() || this.#status === 'waiting' || this.#status === 'refused') this.#connect();
  }

  #isSilent() {
    return this.connected && Math.abs(Date.now() - this.#lastMessageAt) > this.#silentAfter;
  }

  /** Browsers notice a lost connection late or never. */
  #checkSilence() {
    const offline = globalThis.navigator?.onLine === false;
    if (!offline) this.#offlineSince = null;
    else this.#offlineSince ??= this.connected ? Date.now() : Infinity;
    if (!this.connected) return;
    // A network that the browser does not know, such as the machine's own, may work: then the next attempt succeeds.
    if (offline && this.#offlineSince !== Infinity && Date.now() - this.#offlineSince >= OFFLINE_AFTER) {
      this.#offlineSince = Infinity;
      this.#retry({ code: 'OFFLINE', reason: 'the browser reports no network' });
    } else if (this.#isSilent()) {
      this.#retry({ code: 'SILENT', reason: 'no message and no heart-beat' });
    }
  }

  /** @deprecated use {@link reconnectNow} */
  wake(event) {
    this.reconnectNow(event);
  }

  /** Sends a message; false without a connection. @param confirmed called once the broker has the message */
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
      token = await withTimeout(TOKEN_TIMEOUT, this.#options.token({ renew: this.#rejections > 0 }));
    } catch (error) {
      if (attempt === this.#attempt) this.#retry({ code: 'NO_TOKEN', reason: String(error?.message ?? error) });
      return;
    }
    if (attempt !== this.#attempt) return;
    if (token) this.#open(token, attempt);
    else this.#giveUp(this.#rejection ?? { code: 'UNAUTHENTICATED', reason: 'there is no token' });
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
      // A hidden page's timers run once a minute, too rarely for the server. Incoming messages are not delayed.
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
    const [interval] = (frame.headers['heart-beat'] ?? '').split(',').map(Number);
    this.#silentAfter = 2 * Math.max(HEART_BEAT, interval || 0);
    this.#stateReceived = false;
    const ifCurrent = (listener) => (frame) => client === this.#client && listener(frame);
    client.watchForReceipt('subscribed', ifCurrent(() => {
      this.#connectedAt = Date.now();
      this.#rejections = 0;
      this.#rejection = null;
      this.#setStatus('connected');
    }));
    client.watchForReceipt('state', ifCurrent(() => this.onCurrentState(this.#stateReceived)));
    const headers = { receipt: 'subscribed', 'state-receipt': 'state' };
    client.subscribe(this.topic, ifCurrent((message) => this.#onMessage(message)), headers);
  }

  #onMessage(frame) {
    const message = parse(frame.body);
    if (!message?.data) return;
    if (SIGNALS.includes(message.type)) {
      this.#emit(message.type, { type: message.type, data: message.data, revision: null });
      return;
    }
    const revision = frame.headers.revision === undefined ? null : Number(frame.headers.revision);
    if (revision !== null) {
      this.#stateReceived = true;
      if (revision <= (this.#revisions.get(message.data.examineeId) ?? -1)) return;
      this.#revisions.set(message.data.examineeId, revision);
    }
    const detail = { type: message.type, data: message.data, revision };
    if (message.type === 'mobile_sync_notice') {
      this.#emit(message.type, detail);
      return;
    }
    this.onState(detail);
    this.#emit(message.type, detail);
    this.#emit('message', detail);
  }

  #onClose(event, error) {
    if (this.#connectedAt && Date.now() - this.#connectedAt > STABLE_AFTER) this.#failures = 0;
    const text = event.reason ?? '';
    const cause = { code: text.split(':')[0] || String(event.code), reason: error?.message ?? text };
    if (event.code === POLICY_VIOLATION) {
      // A new token may succeed. If the server rejects it too, another one would not help.
      this.#rejection = cause;
      if (++this.#rejections > 1) {
        this.#giveUp(cause);
        return;
      }
    }
    this.#retry(cause);
  }

  /** Closes the connection. @param atOnce skips DISCONNECT, because the server may be unreachable */
  #disconnect(atOnce) {
    clearTimeout(this.#timer);
    this.#attempt++;
    this.#client?.deactivate({ force: atOnce });
    this.#client = null;
    this.#connectedAt = 0;
  }

  #retry(cause) {
    this.#disconnect(true);
    const delay = backOff(INITIAL_FAILURES + this.#failures++);
    this.#timer = setTimeout(() => this.#connect(), delay);
    this.#setStatus('waiting', { retryAt: Date.now() + delay, ...cause });
  }

  #giveUp(cause) {
    this.#disconnect(true);
    this.#setStatus('refused', cause);
  }

  #setStatus(status, more) {
    this.#status = status;
    this.#emit('connection', { status, ...more });
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  // Hooks of the subclasses.
  onState() {}

  onCurrentState() {}
}

/**
 * One examinee's step. start() enters the step unless the examinee entered it before: a reload or a reconnect changes
 * nothing. After a timeout enter() enters it again. After 'COMPLETED' only a RETAKE or a RESET takes it back. After a reset
 * (data.notEntered) the step is entered again automatically.
 */
export class ExamineeSync extends Sync {
  #enterPending = false;
  #entered = false;
  #initialized = false;

  get topic() {
    return `/topic${stepOf(this.options)}`;
  }

  /** Without a state the server has no readable record of this examinee, who must enter the step. */
  onCurrentState(stateReceived) {
    this.#initialized = true;
    if (this.#enterPending || !stateReceived || !this.#entered) this.#sendStepEntry();
  }

  onState({ data, revision }) {
    if (revision === null) return;
    const over = data.status === 'TIMEOUT' || data.status === 'COMPLETED';
    // Without a deadline, an upload failed before the examinee entered the step, or after a timeout.
    this.#entered = !data.notEntered && (over || Boolean(data.deadline));
    if (data.notEntered && this.#initialized) this.#sendStepEntry();
    if (data.status !== 'TIMEOUT' && data.status !== 'FAILED') this.#enterPending = false;
  }

  /**
   * Enters the step again: with a new deadline after a timeout, with the current one after a failure. Without a
   * connection, it takes effect after the next connect.
   */
  enter() {
    this.#enterPending = true;
    this.#sendStepEntry();
  }

  /**
   * Asks the phone to take the picture, or with `open` to open its camera for another one. The phone ignores requests that
   * arrive more than ten seconds late. False without a connection.
   *
   * @param delaySeconds the phone counts down from here, 0 to 10
   */
  shutter({ delaySeconds = 0, open = false } = {}) {
    if (!Number.isInteger(delaySeconds) || delaySeconds < 0 || delaySeconds > MAX_SHUTTER_DELAY) {
      throw new RangeError(`delaySeconds must be 0 to ${MAX_SHUTTER_DELAY}`);
    }
    return this.send(`/app${stepOf(this.options)}/shutter`, open ? { delaySeconds, open } : { delaySeconds });
  }

  #sendStepEntry() {
    this.send(`/app${stepOf(this.options)}/wait`, undefined, () => (this.#enterPending = false));
  }
}

/** The paired phone's view of its examinee's step, with the phone's token. It never enters the step. */
export class DeviceSync extends Sync {
  get topic() {
    return `/topic${stepOf(this.options)}`;
  }

  /** Tells the examinee's browser whether the preview shows a picture to take. False without a connection. */
  preview(ready) {
    return this.send(`/app${stepOf(this.options)}/preview`, { ready });
  }
}

/** All examinees of one plan, for a proctor. The caller loads the records over REST at each 'connected'. */
export class PlanSync extends Sync {
  get topic() {
    return `/topic/plans/${this.options.plan}/mobile-sync`;
  }

  /**
   * Sends an order; false without a connection.
   *
   * @param order { order: 'RETAKE' | 'EXTEND' | 'ACCEPT' | 'RESET', reason, deadline? }; deadline (ISO-8601) belongs to 'EXTEND'
   * @param confirmed called once the broker has the order; otherwise the connection closes with code STATUS_PUBLISH_FAILED
   * @throws TypeError if the server would reject the order, which would close the connection
   */
  order(examinee, order, confirmed) {
    requireOrder(order);
    return this.send(`/app/plans/${this.options.plan}/examinees/${examinee}/mobile-sync/order`, order, confirmed);
  }

  /**
   * Sends a message to an examinee, whose page shows the last five until they are dismissed; false without a connection.
   *
   * @param text plain text, at most 300 characters; line feeds, but no other control characters
   * @param confirmed called once the broker has the message
   */
  notice(examinee, text, confirmed) {
    return this.send(`/app/plans/${this.options.plan}/examinees/${examinee}/mobile-sync/notice`, { text }, confirmed);
  }
}

function stepOf({ plan, examinee }) {
  return `/plans/${plan}/examinees/${examinee}/mobile-sync`;
}

function requireOrder({ order, reason, deadline } = {}) {
  if (!ORDERS.includes(order)) throw new TypeError(`order must be one of ${ORDERS.join(', ')}`);
  if (typeof reason !== 'string' || !reason.trim() || reason.length > MAX_REASON_LENGTH) {
    throw new TypeError(`reason must have 1 to ${MAX_REASON_LENGTH} characters`);
  }
  if (order !== 'EXTEND' && deadline != null) throw new TypeError('only EXTEND has a deadline');
  if (order === 'EXTEND' && !(TIME_WITH_ZONE.test(deadline) && Date.parse(deadline))) {
    throw new TypeError('deadline must be a time with its zone, such as 2026-12-01T09:05:00Z');
  }
}

/** Workers have some of these events, Node none. */
function wakeEvents() {
  const events = [[globalThis, 'online'], [globalThis, 'pageshow'], [globalThis.document, 'visibilitychange']];
  return events.filter(([target]) => target?.addEventListener);
}

function withTimeout(milliseconds, promise) {
  let timer;
  const timeout = new Promise((resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no response in time')), milliseconds);
  });
  return Promise.race([promise, timeout]).finally(() => clearTimeout(timer));
}

function parse(body) {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
