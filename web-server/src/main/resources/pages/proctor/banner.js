// Shows problems of the connection, the age of the board, and examinees whose records are unreadable.

import { duration, timeOfDay } from './time.js';

const NAMED = 5;

export class Banner {
  #options;
  #state = { status: 'connecting' };
  #upToDate = 0;
  #fill = null;
  #said = '';

  /** Ids of examinees whose records the server cannot read. */
  unreadable = [];

  /** @param options { t, now(), reconnectNow(), say(text) } */
  constructor(options) {
    this.#options = options;
    document.getElementById('banner-button').addEventListener('click', () => options.reconnectNow());
  }

  /** @param state a connection event's detail */
  connection(state) {
    this.#state = state;
    this.refresh();
  }

  /** @param fill { done, total, trouble } while the records load, else null */
  filling(fill) {
    this.#fill = fill;
    this.refresh();
  }

  /** Marks the board as up to date now. */
  fresh() {
    this.#upToDate = this.#options.now();
  }

  /** Whether the board is connected and completely loaded. */
  get live() {
    return this.#state.status === 'connected' && this.#fill === null;
  }

  refresh() {
    if (this.live) this.fresh();
    const [text, kind, button] = this.#words();
    const banner = document.getElementById('banner');
    banner.hidden = !text;
    banner.dataset.kind = kind ?? '';
    set('banner-text', text ?? '');
    set('banner-button', button ?? '');
    document.getElementById('banner-button').hidden = !button;
    const page = document.getElementById('page');
    page.classList.toggle('stale', !this.live && this.#upToDate > 0);
    page.dataset.connection = this.live ? 'live' : this.#state.status;
    set('live', this.live ? this.#options.t('live') : '');
    // Announces each kind of problem once, not every second.
    if (this.#said !== kind) {
      this.#said = kind;
      if (kind && kind !== 'filling') this.#options.say(text);
    }
  }

  #unreadableWords() {
    const count = this.unreadable.length;
    if (count === 0) return [];
    const ids = this.unreadable.slice(0, NAMED).join(', ') + (count > NAMED ? ' …' : '');
    return [this.#options.t('unreadable', { count, ids }), 'unreadable'];
  }

  #words() {
    const { t, now } = this.#options;
    const at = now();
    if (this.#state.status === 'refused') return [t('refused'), 'refused', t('refusedNew')];
    if (this.#state.status === 'connected') {
      if (!this.#fill) return this.#unreadableWords();
      if (this.#fill.trouble) return [t('fillTrouble'), 'lost'];
      return [t('filling', this.#fill), 'filling'];
    }
    if (!this.#upToDate) return this.#state.status === 'waiting' ? [t('lostNow'), 'lost', t('tryNow')] : [t('connecting'), 'filling'];
    const age = t('lost', { time: duration(at - this.#upToDate), at: timeOfDay(this.#upToDate, at) });
    const wait = this.#state.retryAt - Date.now();
    return [`${age} ${wait > 999 ? t('lostRetry', { time: duration(wait) }) : t('lostNow')}`, 'lost', t('tryNow')];
  }
}

function set(id, text) {
  const target = document.getElementById(id);
  if (target.textContent !== text) target.textContent = text;
}
