// What happened to one examinee: the newest changes of the record, with earlier pictures where the store keeps them.

import { backOff } from '../back-off.js';
import { translateReason } from '../order-reasons.js';
import { retryAfterMillis } from '../retry-after.js';
import { setText } from './dom-updates.js';
import { errorText } from './row.js';
import { timeOfDay } from './time.js';

const TIMEOUT = 15_000;
/** The server writes an entry just after the change itself. */
const DELAY = 700;

export class Timeline {
  #options;
  #list = document.getElementById('timeline');
  #message = document.getElementById('timeline-text');
  #abort = new AbortController();
  #loaded = '';
  #failures = 0;
  /** When to repeat a failed load (ms of performance.now()); Infinity while none has failed. */
  #retryAt = Infinity;
  #shown = '';
  #entries = [];
  #hasPicture = false;

  /** @param options { api, plan, t, now(), me, showPicture(entry) shows an earlier picture, current() the shown version } */
  constructor(options) {
    this.#options = options;
  }

  /** Loads the changes, if they are not loaded yet for this revision. Called each second. */
  show(examinee) {
    this.#hasPicture = Boolean(examinee.pictureKey);
    const wanted = `${examinee.id} ${examinee.revision}`;
    if (wanted === this.#loaded && performance.now() < this.#retryAt) return;
    const isOther = !this.#loaded.startsWith(`${examinee.id} `);
    this.#loaded = wanted;
    this.#retryAt = Infinity;
    this.#abort.abort();
    if (isOther) {
      this.#failures = 0;
      this.#entries = [];
      this.#list.replaceChildren();
      this.#shown = '';
      setText(this.#message, this.#options.t('timelineLoading'));
    }
    this.#load(examinee.id, isOther ? 0 : DELAY);
  }

  clear() {
    this.#abort.abort();
    this.#loaded = '';
  }

  async #load(id, delay) {
    const { api, plan, t } = this.#options;
    const { signal } = (this.#abort = new AbortController());
    await new Promise((resolve) => setTimeout(resolve, delay));
    if (signal.aborted) return;
    let requested = 0;
    try {
      const response = await api(`/api/v1/plans/${plan}/examinees/${id}/mobile-sync/history`, { signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]) });
      if (!response.ok) {
        requested = retryAfterMillis(response.headers);
        throw new Error(String(response.status));
      }
      this.#failures = 0;
      this.#entries = (await response.json()).items;
      setText(this.#message, this.#entries.length === 0 ? t('timelineEmpty') : '');
      this.draw();
    } catch {
      if (signal.aborted) return;
      this.#retryAt = performance.now() + Math.max(requested, backOff(++this.#failures));
      setText(this.#message, t('timelineFailed'));
    }
  }

  /** Draws again after a change of the language or the shown picture. */
  draw() {
    const { t, now, current } = this.#options;
    // After a reset, all pictures are earlier ones.
    const newest = this.#hasPicture && this.#entries.find(({ imageVersion }) => imageVersion)?.imageVersion;
    const texts = this.#entries.map((entry) => [timeOfDay(Date.parse(entry.timestamp), now()), t(shownStatus(entry)), this.#who(entry), this.#detail(entry)]);
    const key = JSON.stringify([texts, current(), newest, t('timelinePicture')]);
    if (key === this.#shown) return;
    this.#shown = key;
    this.#list.replaceChildren(...this.#entries.map((entry, place) => {
      const line = document.createElement('li');
      line.dataset.status = shownStatus(entry);
      for (const [i, name] of ['time', 'pill', 'who', 'detail'].entries()) {
        if (!texts[place][i]) continue;
        const part = document.createElement('span');
        part.className = name;
        part.textContent = texts[place][i];
        line.append(part, ' ');
      }
      if (entry.imageVersion) line.append(this.#pictureButton(entry, entry.imageVersion === newest));
      return line;
    }));
  }

  #who({ actor, by }) {
    const { t, me } = this.#options;
    if (actor === 'PROCTOR') return by === me ? t('you') : t('actorPROCTOR', { by });
    return t(`actor${actor}`, { by });
  }

  #detail(entry) {
    const { order, reason, errorCode, deadline } = entry;
    const { t, now } = this.#options;
    if (order) {
      const until = order === 'EXTEND' && deadline ? ` (${timeOfDay(Date.parse(deadline), now())})` : '';
      return `${t(`activity${order}`)}${until}: ${translateReason(reason)}`;
    }
    return ['FAILED', 'TIMEOUT'].includes(shownStatus(entry)) ? errorText(errorCode, t) : '';
  }

  #pictureButton(entry, isNewest) {
    const { t, now, showPicture, current } = this.#options;
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'quiet small';
    button.textContent = t(isNewest ? 'timelineNewest' : 'timelinePicture');
    button.setAttribute('aria-label', `${button.textContent}, ${timeOfDay(Date.parse(entry.timestamp), now())}`);
    button.setAttribute('aria-pressed', String((current() ?? (isNewest ? entry.imageVersion : '')) === entry.imageVersion));
    button.addEventListener('click', () => showPicture(isNewest ? undefined : entry));
    return button;
  }
}

/** The entry's status, except for a pairing from before the timeout that was applied after it: the record keeps TIMEOUT. */
function shownStatus({ actor, status }) {
  return actor === 'DEVICE' && status === 'TIMEOUT' ? 'PAIRED' : status;
}
