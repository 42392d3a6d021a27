// Shows problems of the connection, the age of the board, and examinees whose records are unreadable.

import { duration } from './time.js';

const MAX_IDS = 5;

export class Banner {
  #options;
  #state = { status: 'connecting' };
  #upToDateAt = 0;
  #progress = null;
  #announcedKind = '';

  /** Ids of examinees whose records the server cannot read. */
  unreadable = [];

  /** @param options { t, now(), reconnectNow(), announce(text) } */
  constructor(options) {
    this.#options = options;
    document.getElementById('banner-button').addEventListener('click', () => options.reconnectNow());
  }

  /** @param state a connection event's detail */
  connection(state) {
    this.#state = state;
    this.refresh();
  }

  /** @param progress { done, total, failed } while the records load, else null */
  loading(progress) {
    this.#progress = progress;
    this.refresh();
  }

  /** Marks the board as up to date now. */
  markUpToDate() {
    this.#upToDateAt = this.#options.now();
  }

  /** Whether the board is connected and completely loaded. */
  get live() {
    return this.#state.status === 'connected' && this.#progress === null;
  }

  refresh() {
    if (this.live) this.markUpToDate();
    const [text, kind, button] = this.#content();
    const banner = document.getElementById('banner');
    banner.hidden = !text;
    banner.dataset.kind = kind ?? '';
    set('banner-text', text ?? '');
    set('banner-button', button ?? '');
    document.getElementById('banner-button').hidden = !button;
    const page = document.getElementById('page');
    page.classList.toggle('stale', !this.live && this.#upToDateAt > 0);
    page.dataset.connection = this.live ? 'live' : this.#state.status;
    set('live', this.live ? this.#options.t('live') : '');
    // Announces each kind of problem once, not every second.
    if (this.#announcedKind !== kind) {
      this.#announcedKind = kind;
      if (kind && kind !== 'loading') this.#options.announce(text);
    }
  }

  #unreadableContent() {
    const count = this.unreadable.length;
    if (count === 0) return [];
    const ids = this.unreadable.slice(0, MAX_IDS).join(', ') + (count > MAX_IDS ? ' …' : '');
    return [this.#options.t('unreadable', { count, ids }), 'unreadable'];
  }

  #content() {
    const { t, now } = this.#options;
    const at = now();
    if (this.#state.status === 'refused') return [t('signedOut'), 'refused', t('tryAgain')];
    if (this.#state.status === 'connected') {
      if (!this.#progress) return this.#unreadableContent();
      if (this.#progress.failed) return [t('loadingFailed'), 'lost'];
      return [t('loadingList', this.#progress), 'loading'];
    }
    if (!this.#upToDateAt) return this.#state.status === 'waiting' ? [t('reconnecting'), 'lost', t('reconnectNow')] : [t('connecting'), 'loading'];
    const age = t('disconnected', { time: duration(at - this.#upToDateAt) });
    const wait = this.#state.retryAt - Date.now();
    return [`${age} ${wait > 999 ? t('reconnectingIn', { time: duration(wait) }) : t('reconnecting')}`, 'lost', t('reconnectNow')];
  }
}

function set(id, text) {
  const target = document.getElementById(id);
  if (target.textContent !== text) target.textContent = text;
}
