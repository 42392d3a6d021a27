// Filters the examinees by status, and by a text in the id, the name or the phone's id. It also counts them.

import { STATUSES } from './board-model.js';
import { setText } from './dom-updates.js';

export class Filter {
  #options;
  #status = null;
  #text = '';
  #buttons = new Map();
  #shown = 0;

  /** @param options { t, model, changed() } */
  constructor(options) {
    this.#options = options;
    for (const status of [null, ...STATUSES]) {
      const button = document.createElement('button');
      button.type = 'button';
      button.dataset.status = status ?? 'ALL';
      const number = document.createElement('strong');
      const label = document.createElement('span');
      button.append(number, label);
      button.addEventListener('click', () => this.#setStatus(status === this.#status ? null : status));
      this.#buttons.set(status, { button, number, label });
      document.getElementById('counts').append(button);
    }
    document.getElementById('search').addEventListener('input', (event) => {
      this.#text = event.target.value.trim().toLowerCase();
      options.changed();
    });
  }

  /** Returns the matching part of a list. */
  apply(list) {
    const status = this.#status;
    const text = this.#text;
    const found = !status && !text ? list
      : list.filter((examinee) => (!status || examinee.status === status) && (!text || examinee.searchText.includes(text)));
    this.#shown = found.length;
    this.drawCounts();
    return found;
  }

  drawCounts() {
    const { model, t } = this.#options;
    for (const [status, { button, number }] of this.#buttons) {
      setText(number, formatNumber(status ? model.counts[status] : model.size));
      // Without a roster no examinee is known to be absent.
      if (status === 'ABSENT') button.hidden = model.counts.ABSENT === 0 && this.#status !== 'ABSENT';
    }
    const all = this.#shown === model.size;
    setText(document.getElementById('shown'), all ? t('shown', { shown: formatNumber(this.#shown) }) : t('shownOf', { shown: formatNumber(this.#shown), total: formatNumber(model.size) }));
  }

  reset() {
    this.#text = document.getElementById('search').value = '';
    this.#setStatus(null);
  }

  updateTexts() {
    for (const [status, { button, label }] of this.#buttons) {
      label.textContent = this.#options.t(status ?? 'all');
      button.setAttribute('aria-pressed', String(status === this.#status));
    }
    this.drawCounts();
  }

  #setStatus(status) {
    this.#status = status;
    this.updateTexts();
    this.#options.changed();
  }
}

const digits = new Intl.NumberFormat('en');

function formatNumber(number) {
  return digits.format(number);
}
