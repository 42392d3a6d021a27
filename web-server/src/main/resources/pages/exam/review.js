// The picture that arrived: the examinee uses it, or takes another one. Without an answer it is used, so that no one is stuck.

import { api } from '../access.js';
import { backOff } from '../back-off.js';
import { qualityWarning } from '../quality.js';

const KEY = 'mobile-sync.review';
const TICK = 500;
const REQUEST_TIMEOUT = 15_000;
const MAX_ATTEMPTS = 4;
/** At least this time to look, even if the news or the picture was somewhat late (ms). */
const MIN_TIME = 8_000;
/** How long the earlier picture waits for another one (ms). */
const REPLACE_TIME = 120_000;

/**
 * Event `change`: `phase` is null without a picture, 'review' while the examinee looks at it, 'replacing' while another one is
 * taken, and 'used'. A reload continues where it was.
 */
export class Review extends EventTarget {
  phase = null;
  /** The object URL of the picture; null while it loads or if it cannot be shown. */
  picture = null;
  /** What could be better in the picture: 'turn', 'dark' or 'blurred'; see quality.js. Null if nothing is known. */
  warning = null;
  /** Whether the picture cannot be shown. */
  failed = false;
  #path;
  #ids;
  #time;
  #serverNow;
  #current = null;
  #endsAt = 0;
  #timer = 0;

  /** @param time the time to look at the picture (ms); 0 uses every picture at once. serverNow the server's time in ms */
  constructor(plan, examinee, time, serverNow) {
    super();
    this.#ids = `${plan}/${examinee}`;
    this.#path = `api/v1/plans/${encodeURIComponent(plan)}/examinees/${encodeURIComponent(examinee)}/mobile-sync`;
    this.#time = time;
    this.#serverNow = serverNow;
  }

  /** The seconds until the picture is used without an answer. */
  get secondsLeft() {
    return Math.max(0, Math.ceil((this.#endsAt - this.#serverNow()) / 1000));
  }

  /** Whether the examinee cannot look at the picture yet. */
  get isLoading() {
    return this.phase === 'review' && this.picture === null && !this.failed;
  }

  /** @param state of step.js, or null */
  apply(state) {
    if (state?.status !== 'COMPLETED') {
      this.#current = null;
      this.#enter(null);
      return;
    }
    const id = `${this.#ids}/${state.timestamp}`;
    if (id === this.#current) return;
    this.#current = id;
    const stored = read();
    const sent = Date.parse(state.timestamp);
    const isOld = this.#serverNow() - sent > this.#time;
    // Without a phone, an ACCEPT completed the step.
    if (!state.deviceId || !this.#time || (stored?.id === id && stored.used)) return this.#enter('used');
    if (stored?.id === id && stored.replaceUntil > this.#serverNow()) return this.#enter('replacing', stored.replaceUntil);
    if (isOld) return this.#enter('used');
    this.#enter('review', Math.max(sent + this.#time, this.#serverNow() + Math.min(MIN_TIME, this.#time)));
    this.#load(id);
  }

  /** Uses the picture, also the earlier one while another is taken. */
  use() {
    if (this.phase !== 'review' && this.phase !== 'replacing') return;
    write({ id: this.#current, used: true });
    this.#enter('used');
  }

  /** Waits for another picture. The caller tells the phone. */
  takeAnother() {
    if (this.phase !== 'review') return;
    const until = this.#serverNow() + REPLACE_TIME;
    write({ id: this.#current, replaceUntil: until });
    this.#enter('replacing', until);
  }

  async #load(id) {
    for (let attempt = 0; attempt < MAX_ATTEMPTS && this.phase === 'review' && id === this.#current; attempt++) {
      if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, backOff(attempt)));
      try {
        const record = await (await request(this.#path)).json();
        // An ACCEPT completed the step, or there is no picture to look at.
        const accepted = record.lastOrder?.order === 'ACCEPT' && Date.parse(record.lastOrder.timestamp) >= Date.parse(record.timestamp);
        if (id === this.#current && (accepted || !record.imageUrl)) return this.use();
        const blob = await (await request(record.imageUrl)).blob();
        const warning = await warningOf(blob);
        if (id !== this.#current || this.phase !== 'review') return;
        this.picture = URL.createObjectURL(blob);
        this.warning = warning;
        this.#giveTimeToLook();
        return;
      } catch {
        // The next attempt follows.
      }
    }
    if (id !== this.#current) return;
    this.failed = true;
    this.#giveTimeToLook();
  }

  /** The picture may load until the time has almost passed. */
  #giveTimeToLook() {
    if (this.phase === 'review') this.#endsAt = Math.max(this.#endsAt, this.#serverNow() + Math.min(MIN_TIME, this.#time));
    this.#changed();
  }

  #enter(phase, endsAt = 0) {
    if (phase === this.phase && endsAt === this.#endsAt) return;
    this.phase = phase;
    this.#endsAt = endsAt;
    clearInterval(this.#timer);
    if (endsAt) this.#timer = setInterval(() => this.#tick(), TICK);
    if (phase !== 'replacing') {
      if (this.picture) URL.revokeObjectURL(this.picture);
      this.picture = null;
      this.warning = null;
      this.failed = false;
    }
    this.#changed();
  }

  #tick() {
    if (this.#serverNow() >= this.#endsAt && !this.isLoading) this.use();
    else this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}

async function warningOf(blob) {
  let image;
  try {
    image = await createImageBitmap(blob);
    return qualityWarning(image, image.width, image.height);
  } catch {
    return null;
  } finally {
    image?.close();
  }
}

async function request(path) {
  const response = await api(path, { cache: 'no-store', signal: AbortSignal.timeout(REQUEST_TIMEOUT) });
  if (!response.ok) throw new Error(String(response.status));
  return response;
}

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY));
  } catch {
    return null;
  }
}

function write(value) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(value));
  } catch {
    // Without storage, a reload shows the picture again.
  }
}
