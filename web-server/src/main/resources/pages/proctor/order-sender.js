// Sends a proctor's orders at a rate that socket-server accepts, and waits until the records show their effect.

const RELOAD_AFTER = 4_000;
const EFFECT_TIMEOUT = 9_000;
const MAX_EXTENSION = 24 * 3600_000 - 60_000;

/** The new deadline in ms: the minutes extend the remaining time, or count from now. */
export function extended(examinee, minutes, now) {
  return Math.min(now + MAX_EXTENSION, Math.max(examinee.deadline ?? 0, now) + minutes * 60_000);
}

/**
 * Event `change`, when a batch progresses. A batch is { kind, reason, minutes, total, sent, done, unconfirmed: [id], finished }.
 */
export class OrderSender extends EventTarget {
  #pacer;
  #options;
  #queue = [];
  #pendingOrders = new Map();
  #isRequested = false;
  #live = false;

  /** @param pacer a SendPacer. options { send(id, order), now(), me, get(id), reload(id) reloads the record } */
  constructor(pacer, options) {
    super();
    this.#pacer = pacer;
    this.#options = options;
    setInterval(() => this.#check(), 500);
  }

  /** The kind of this examinee's order whose effect is pending, if there is one. */
  pending(id) {
    return this.#pendingOrders.get(id)?.batch.kind;
  }

  /** @param order { kind: 'RETAKE' | 'EXTEND' | 'ACCEPT' | 'RESET', reason, minutes? } */
  submit(examinees, { kind, reason, minutes }) {
    const batch = { kind, reason, minutes, total: examinees.length, ids: examinees.map(({ id }) => id), sent: 0, done: 0, unconfirmed: [], finished: false };
    for (const examinee of examinees) this.#queue.push({ id: examinee.id, batch });
    this.#run();
    this.#notify(batch);
  }

  /** Discards the orders of a batch that are not sent yet. */
  cancel(batch) {
    const dropped = this.#queue.filter((item) => item.batch === batch);
    this.#queue = this.#queue.filter((item) => item.batch !== batch);
    batch.total -= dropped.length;
    this.#finish(batch);
  }

  /** Whether the page is connected and the board is up to date. */
  set live(live) {
    this.#live = live;
    if (live) {
      // Orders in flight may have arrived or not; the fresh records show it.
      for (const item of [...this.#pendingOrders.values()]) {
        item.at = performance.now() - RELOAD_AFTER;
        item.reloaded = false;
        this.onRecord(this.#options.get(item.id));
      }
      this.#run();
    }
  }

  /** Completes an order if the changed examinee shows its effect. */
  onRecord(examinee) {
    const item = examinee && this.#pendingOrders.get(examinee.id);
    if (!item || !this.#hasEffect(item, examinee)) return;
    this.#pendingOrders.delete(examinee.id);
    item.batch.done++;
    this.#finish(item.batch);
  }

  #run() {
    if (this.#isRequested || this.#queue.length === 0 || !this.#live) return;
    this.#isRequested = true;
    this.#pacer.request(() => {
      this.#isRequested = false;
      this.#sendNext();
      this.#run();
    });
  }

  #sendNext() {
    const item = this.#queue.shift();
    if (!item) return;
    const { get, send, now } = this.#options;
    const examinee = get(item.id);
    const { kind, reason, minutes } = item.batch;
    const order = { order: kind, reason };
    if (kind === 'EXTEND') {
      item.deadline = extended(examinee ?? {}, minutes, now());
      order.deadline = new Date(item.deadline).toISOString();
    }
    if (!send(item.id, order)) {
      this.#queue.unshift(item);
      this.#live = false;
      return;
    }
    const superseded = this.#pendingOrders.get(item.id);
    if (superseded) {
      // The effect of the earlier order was not visible yet.
      superseded.batch.total--;
      this.#finish(superseded.batch);
    }
    item.revision = examinee?.revision ?? -1;
    item.at = performance.now();
    this.#pendingOrders.set(item.id, item);
    item.batch.sent++;
    this.#notify(item.batch);
  }

  #hasEffect(item, examinee) {
    const { me } = this.#options;
    const { kind, reason } = item.batch;
    if (kind === 'EXTEND') return examinee.deadline >= item.deadline;
    if (kind === 'ACCEPT') return examinee.acceptedBy === me && examinee.acceptedReason === reason;
    const last = examinee.lastOrder;
    return examinee.revision > item.revision && last?.order === kind && last.by === me && last.reason === reason;
  }

  #check() {
    if (!this.#live) return;
    for (const item of [...this.#pendingOrders.values()]) {
      const age = performance.now() - item.at;
      if (age > EFFECT_TIMEOUT) {
        this.#pendingOrders.delete(item.id);
        this.#giveUpWaiting(item);
      } else if (age > RELOAD_AFTER && !item.reloaded) {
        item.reloaded = true;
        this.#options.reload(item.id);
      }
    }
  }

  #giveUpWaiting(item) {
    item.batch.unconfirmed.push(item.id);
    this.#finish(item.batch);
  }

  #finish(batch) {
    batch.finished = batch.done + batch.unconfirmed.length >= batch.total;
    this.#notify(batch);
  }

  #notify(batch) {
    this.dispatchEvent(new CustomEvent('change', { detail: batch }));
  }
}
