// One examinee in full: the picture, the record, its history and the orders. It updates while it is open.

import { translateReason } from '../order-reasons.js';
import { acceptance, errorText, giver } from './row.js';
import { duration, timeOfDay } from './time.js';
import { PictureView } from './picture-view.js';
import { fullPicture } from './pictures.js';
import { Timeline } from './timeline.js';

export class Details {
  #options;
  #dialog = document.getElementById('details');
  #examinee = null;
  #pictureKey = '';
  #url = '';
  // The history's entry of an earlier picture that is shown instead of the current one.
  #earlier = undefined;
  #view = new PictureView(document.getElementById('picture'), document.getElementById('picture-image'));
  #timeline;
  #abort = new AbortController();
  #liveRegions = ['batches', 'announcement', 'urgent-announcement'].map((id) => document.getElementById(id));

  /** @param options { api, plan, t, now(), me, items() in listed order, order(kind, [examinee]), notice([examinee]), reload(id), closed(examinee) } */
  constructor(options) {
    this.#options = options;
    this.#timeline = new Timeline({ ...options, current: () => this.#earlier?.imageVersion, showPicture: (entry) => this.#load(entry) });
    const on = (id, action) => document.getElementById(id).addEventListener('click', action);
    on('details-close', () => this.#dialog.close());
    on('details-previous', () => this.#step(-1));
    on('details-next', () => this.#step(1));
    on('picture-again', () => this.#load(this.#earlier));
    on('picture-in', () => this.#view.zoom(1));
    on('picture-out', () => this.#view.zoom(-1));
    on('picture-turn', () => this.#view.rotate());
    on('picture-reset', () => this.#view.reset());
    on('details-notice', () => options.notice([this.#examinee]));
    for (const button of this.#dialog.querySelectorAll('[data-order]')) {
      button.addEventListener('click', () => options.order(button.dataset.order, [this.#examinee]));
    }
    this.#dialog.addEventListener('keydown', (event) => {
      if (this.#view.onKey(event)) {
        event.preventDefault();
        return;
      }
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (step && !event.altKey && !event.ctrlKey && !event.metaKey) this.#step(step);
    });
    this.#dialog.addEventListener('click', (event) => event.target === this.#dialog && this.#dialog.close());
    this.#dialog.addEventListener('close', () => this.#onClosed());
  }

  get isOpen() {
    return this.#examinee !== null;
  }

  open(examinee) {
    this.#examinee = examinee;
    this.#pictureKey = '';
    this.#earlier = undefined;
    this.#view.reset();
    this.#options.reload(examinee.id);
    this.refresh();
    if (!this.#dialog.open) {
      // A modal dialog hides everything outside it, also from screen readers.
      this.#dialog.querySelector('.dialog-foot').before(...this.#liveRegions);
      this.#dialog.showModal();
    }
    document.getElementById('details-title').focus();
  }

  refresh() {
    const examinee = this.#examinee;
    if (!examinee) return;
    const items = this.#options.items();
    const place = items.indexOf(examinee);
    set('details-title', examinee.name ? `${examinee.id} · ${examinee.name}` : examinee.id);
    set('details-place', place < 0 ? '' : this.#options.t('position', { place: place + 1, total: items.length }));
    document.getElementById('details-previous').disabled = place <= 0;
    document.getElementById('details-next').disabled = place < 0 || place >= items.length - 1;
    this.#dialog.dataset.status = examinee.status;
    this.#drawFields(examinee);
    for (const button of this.#dialog.querySelectorAll('[data-order]')) {
      const isUseless = (examinee.status === 'COMPLETED' && button.dataset.order === 'EXTEND') || (examinee.status === 'ABSENT' && button.dataset.order !== 'ACCEPT');
      button.disabled = Boolean(examinee.removed) || isUseless;
    }
    document.getElementById('details-notice').disabled = Boolean(examinee.removed) || examinee.status === 'ABSENT';
    this.#timeline.show(examinee);
    this.#timeline.draw();
    if (this.#pictureKey !== (examinee.pictureKey ?? '') || (!this.#pictureKey && this.#earlier === undefined)) this.#load();
  }

  #drawFields(examinee) {
    const { t, now, me } = this.#options;
    const at = now();
    const isOver = examinee.status === 'COMPLETED' || examinee.status === 'TIMEOUT';
    const left = !isOver && examinee.deadline ? examinee.deadline - at : null;
    const failed = examinee.status === 'FAILED' || examinee.status === 'TIMEOUT';
    const last = examinee.lastOrder;
    const phone = [examinee.deviceInfo?.model, examinee.deviceInfo?.osVersion].filter(Boolean).join(' · ');
    const fields = [
      [t('fieldStatus'), examinee.removed ? t('notListed') : t(examinee.status), examinee.status],
      [t('fieldSince'), examinee.since === null ? '' : `${timeOfDay(examinee.since, at)} (${duration(at - examinee.since)})`],
      [t('fieldDeadline'), left === null ? '' : `${timeOfDay(examinee.deadline, at)} (${left > 0 ? t('timeLeft', { time: duration(left) }) : t('overdueBy', { time: duration(-left) })})`],
      [t('fieldError'), failed ? errorText(examinee.errorCode, t) : ''],
      [t('fieldRetakeReason'), examinee.status === 'COMPLETED' ? '' : translateReason(examinee.reason)],
      [t('fieldAccepted'), examinee.acceptedBy ? `${giver(acceptance(examinee), t, me)}: ${translateReason(examinee.acceptedReason)}` : ''],
      [t('fieldLastOrder'), last ? `${t(`activity${last.order}`)} · ${giver(last, t, me)} · ${timeOfDay(Date.parse(last.timestamp), at)}${['EXTEND', 'RESET'].includes(last.order) ? ` · ${translateReason(last.reason)}` : ''}` : ''],
      [t('fieldDevice'), examinee.deviceId],
      [t('fieldPhone'), phone],
    ].filter(([, text]) => text);
    const list = document.getElementById('facts');
    const text = JSON.stringify(fields);
    if (list.drawn === text) return;
    list.drawn = text;
    list.replaceChildren(...fields.map(([term, description, status]) => {
      const line = document.createElement('div');
      const dt = document.createElement('dt');
      const dd = document.createElement('dd');
      dt.textContent = term;
      const inner = status ? document.createElement('span') : dd;
      if (status) {
        inner.className = 'pill';
        dd.append(inner);
      }
      inner.textContent = description;
      line.append(dt, dd);
      return line;
    }));
  }

  /** @param earlier the history's entry of an earlier picture; the current picture if it is undefined */
  async #load(earlier) {
    const { api, t, now } = this.#options;
    const examinee = this.#examinee;
    this.#pictureKey = examinee.pictureKey ?? '';
    this.#earlier = earlier;
    this.#timeline.draw();
    this.#abort.abort();
    this.#release();
    const image = document.getElementById('picture-image');
    image.alt = t('pictureOf', { id: examinee.id });
    document.getElementById('picture-again').hidden = true;
    if (!this.#pictureKey && !earlier) {
      set('picture-text', t('pictureNotYet'));
      return;
    }
    set('picture-text', t('pictureLoading'));
    const abort = this.#abort = new AbortController();
    try {
      const url = await fullPicture(api, earlier ?? examinee, abort.signal);
      if (abort.signal.aborted) {
        URL.revokeObjectURL(url);
        return;
      }
      this.#url = url;
      image.src = url;
      image.hidden = false;
      set('picture-text', earlier ? t('pictureEarlier', { time: timeOfDay(Date.parse(earlier.timestamp), now()) }) : '');
    } catch (failure) {
      if (abort.signal.aborted) return;
      // Asking again does not bring an erased picture back.
      set('picture-text', t(failure.missing ? 'pictureGone' : 'pictureFailed'));
      document.getElementById('picture-again').hidden = Boolean(failure.missing);
    }
  }

  #step(step) {
    const items = this.#options.items();
    const next = items[items.indexOf(this.#examinee) + step];
    if (next && items.includes(this.#examinee)) this.open(next);
  }

  #release() {
    const image = document.getElementById('picture-image');
    image.hidden = true;
    image.removeAttribute('src');
    if (this.#url) URL.revokeObjectURL(this.#url);
    this.#url = '';
  }

  #onClosed() {
    document.getElementById('bottom').prepend(...this.#liveRegions);
    const examinee = this.#examinee;
    this.#abort.abort();
    this.#timeline.clear();
    this.#release();
    this.#examinee = null;
    this.#options.closed(examinee);
  }
}

function set(id, text) {
  const target = document.getElementById(id);
  if (target.textContent !== text) target.textContent = text;
}
