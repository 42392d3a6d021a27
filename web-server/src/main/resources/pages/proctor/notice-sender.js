// Sends a proctor's notices to examinees, at a rate that socket-server accepts, and waits for the broker's receipts.

const RECEIPT_TIMEOUT = 9_000;

/** Event `change`, when a batch progresses: { kind: 'NOTICE', text, total, ids, sent, done, unconfirmed: [id], finished }. */
export class NoticeSender extends EventTarget {
  #pacer;
  #send;
  #queue = [];
  #pending = new Set();
  #isRequested = false;
  #live = false;

  /** @param pacer a SendPacer. send(id, text, confirmed) returns false without a connection */
  constructor(pacer, send) {
    super();
    this.#pacer = pacer;
    this.#send = send;
    setInterval(() => this.#check(), 500);
  }

  submit(ids, text) {
    const batch = { kind: 'NOTICE', text, total: ids.length, ids, sent: 0, done: 0, unconfirmed: [], finished: false };
    this.#queue.push(...ids.map((id) => ({ id, batch })));
    this.#run();
    this.#notify(batch);
  }

  /** Discards the notices of a batch that are not sent yet. */
  cancel(batch) {
    const before = this.#queue.length;
    this.#queue = this.#queue.filter((item) => item.batch !== batch);
    batch.total -= before - this.#queue.length;
    this.#notify(batch);
  }

  /** Whether the page is connected. Without a connection the receipts of sent notices are lost. */
  set live(live) {
    this.#live = live;
    if (live) this.#run();
    else for (const item of this.#pending) this.#end(item, false);
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
    if (!this.#send(item.id, item.batch.text, () => this.#end(item, true))) {
      this.#queue.unshift(item);
      this.#live = false;
      return;
    }
    item.at = performance.now();
    this.#pending.add(item);
    item.batch.sent++;
    this.#notify(item.batch);
  }

  #check() {
    for (const item of this.#pending) if (performance.now() - item.at > RECEIPT_TIMEOUT) this.#end(item, false);
  }

  #end(item, confirmed) {
    if (!this.#pending.delete(item)) return;
    if (confirmed) item.batch.done++;
    else item.batch.unconfirmed.push(item.id);
    this.#notify(item.batch);
  }

  #notify(batch) {
    batch.finished = batch.done + batch.unconfirmed.length >= batch.total;
    this.dispatchEvent(new CustomEvent('change', { detail: batch }));
  }
}
