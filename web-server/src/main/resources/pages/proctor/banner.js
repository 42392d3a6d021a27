// Shows problems of the connection, the age of the last message, and examinees whose records are unreadable. The board is
// live while messages or heart-beats arrive: a browser reports a lost network late or not at all.

import { duration } from './time.js';

const MAX_IDS = 5;

export class Banner {
  #options;
  #state = { status: 'connecting' };
  // When the last message of a loaded board arrived; 0 before the first load.
  #upToDateAt = 0;
  #offlineAt = 0;
  #wasLive = false;
  #progress = null;
  #announcedKind = '';

  /** Ids of examinees whose records the server cannot read. */
  unreadable = [];

  /** @param options { t, sync with lastMessageAt and silentAfter, reconnectNow(), announce(text), liveChanged(live) } */
  constructor(options) {
    this.#options = options;
    addEventListener('offline', () => {
      this.#offlineAt = Date.now();
      this.refresh();
    });
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

  /** Whether the board is connected, completely loaded, and still receives messages. */
  get live() {
    return this.#state.status === 'connected' && this.#progress === null && !this.#isSilent();
  }

  #isSilent() {
    const { lastMessageAt, silentAfter } = this.#options.sync;
    return this.#isOffline() || Math.abs(Date.now() - lastMessageAt) > silentAfter;
  }

  /** A message after the browser's report shows that there is a network. */
  #isOffline() {
    return this.#options.sync.lastMessageAt <= this.#offlineAt;
  }

  refresh() {
    const { t, sync } = this.#options;
    const { live } = this;
    if (live) this.#upToDateAt = sync.lastMessageAt;
    const [text, kind, button] = this.#content();
    const banner = document.getElementById('banner');
    banner.hidden = !text;
    banner.dataset.kind = kind ?? '';
    set('banner-text', text ?? '');
    set('banner-button', button ?? '');
    document.getElementById('banner-button').hidden = !button;
    const page = document.getElementById('page');
    page.classList.toggle('stale', !live && this.#upToDateAt > 0);
    page.dataset.connection = live ? 'live' : this.#state.status === 'connected' ? 'stale' : this.#state.status;
    set('live', live ? t('live') : '');
    set('live-age', live ? t('lastMessage', { time: duration(this.#age()) }) : '');
    // Announces each kind of problem once, not every second.
    if (this.#announcedKind !== kind) {
      this.#announcedKind = kind;
      if (kind && kind !== 'loading') this.#options.announce(text);
    }
    if (live !== this.#wasLive) {
      this.#wasLive = live;
      this.#options.liveChanged(live);
    }
  }

  #age() {
    return Math.max(0, Date.now() - this.#upToDateAt);
  }

  #unreadableContent() {
    const count = this.unreadable.length;
    if (count === 0) return [];
    const ids = this.unreadable.slice(0, MAX_IDS).join(', ') + (count > MAX_IDS ? ' …' : '');
    return [this.#options.t('unreadable', { count, ids }), 'unreadable'];
  }

  #content() {
    const { t } = this.#options;
    if (this.#state.status === 'refused') return [t('signedOut'), 'refused', t('tryAgain')];
    if (this.#state.status === 'connected' && this.#upToDateAt && this.#isSilent()) {
      return [`${t('disconnected', { time: duration(this.#age()) })} ${t(this.#isOffline() ? 'offline' : 'reconnecting')}`, 'lost', t('reconnectNow')];
    }
    if (this.#state.status === 'connected') {
      if (!this.#progress) return this.#unreadableContent();
      if (this.#progress.failed) return [t('loadingFailed'), 'lost'];
      return [t('loadingList', this.#progress), 'loading'];
    }
    if (!this.#upToDateAt) return this.#state.status === 'waiting' ? [t('reconnecting'), 'lost', t('reconnectNow')] : [t('connecting'), 'loading'];
    const age = t('disconnected', { time: duration(this.#age()) });
    if (!navigator.onLine) return [`${age} ${t('offline')}`, 'lost', t('reconnectNow')];
    const wait = this.#state.retryAt - Date.now();
    return [`${age} ${wait > 999 ? t('reconnectingIn', { time: duration(wait) }) : t('reconnecting')}`, 'lost', t('reconnectNow')];
  }
}

function set(id, text) {
  const target = document.getElementById(id);
  if (target.textContent !== text) target.textContent = text;
}
