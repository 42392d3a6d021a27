// The dialog for a notice to one or several examinees.

import { setText } from './dom-updates.js';

const MAX_LENGTH = 300;

export class NoticeForm {
  #options;
  #dialog = document.getElementById('notice');
  #field = document.getElementById('notice-text');
  #ids = [];

  /** @param options { t, live(), submit(ids, text) } */
  constructor(options) {
    this.#options = options;
    document.getElementById('notice-cancel').addEventListener('click', () => this.#dialog.close());
    this.#field.addEventListener('input', () => {
      setText(document.getElementById('notice-missing'), '');
      this.refresh();
    });
    document.getElementById('notice-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#confirm();
    });
  }

  /** Opens the dialog. Examinees who never opened their page are left out: no one would see the notice. */
  open(examinees) {
    const { t } = this.#options;
    this.#ids = examinees.filter(({ status, removed }) => status !== 'ABSENT' && !removed).map(({ id }) => id);
    const count = this.#ids.length;
    const absent = examinees.length - count;
    setText(document.getElementById('notice-title'), count === 0 ? t('noticeNone') : count === 1 ? t('noticeOne', { id: this.#ids[0] }) : t('noticeMany', { count }));
    setText(document.getElementById('notice-left-out'), absent > 0 ? t('absentOmitted', { count: absent }) : '');
    document.getElementById('notice-left-out').hidden = absent === 0;
    setText(document.getElementById('notice-confirm'), count === 1 ? t('noticeSend') : t('confirmMany', { what: t('noticeSend'), count }));
    document.getElementById('notice-confirm').disabled = count === 0;
    this.#field.value = '';
    setText(document.getElementById('notice-missing'), '');
    this.#dialog.showModal();
    this.#field.focus();
    this.refresh();
  }

  refresh() {
    if (!this.#dialog.open) return;
    document.getElementById('notice-offline').hidden = this.#options.live();
    setText(document.getElementById('notice-length'), `${this.#field.value.length} / ${MAX_LENGTH}`);
  }

  #confirm() {
    // The server rejects control characters, such as tabs, except line feeds.
    const text = this.#field.value.replace(/[^\P{Cc}\n]/gu, ' ').trim();
    if (!text) {
      setText(document.getElementById('notice-missing'), this.#options.t('noticeMissing'));
      this.#field.focus();
      return;
    }
    this.#dialog.close();
    this.#options.submit(this.#ids, text);
  }
}
