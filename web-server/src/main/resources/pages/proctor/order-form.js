// The dialog that confirms an order: the examinees, the reason and the extra time. No reason is preselected, because it
// becomes part of the record. Several acceptances or resets at once are confirmed by typing their number.

import { reasons } from '../order-reasons.js';
import { extended } from './order-sender.js';
import { duration, timeOfDay } from './time.js';

const MINUTES = [2, 5, 10];
const CUSTOM = 'custom';

export class OrderForm {
  #options;
  #dialog = document.getElementById('order');
  #kind = '';
  #examinees = [];

  /** @param options { t, now(), live(), submit(examinees, {kind, reason, minutes}) } */
  constructor(options) {
    this.#options = options;
    document.getElementById('order-cancel').addEventListener('click', () => this.#dialog.close());
    document.getElementById('order-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#confirm();
    });
    this.#dialog.addEventListener('change', ({ target }) => target.type === 'radio' && this.#onChoice());
  }

  /** Opens the dialog. Completed examinees get no extra time and, among several, no acceptance; absent ones can only be accepted. */
  open(kind, examinees) {
    const { t } = this.#options;
    const isDone = ({ status }) => status === 'COMPLETED' && (kind === 'EXTEND' || (kind === 'ACCEPT' && examinees.length > 1));
    const isAbsent = ({ status }) => status === 'ABSENT' && kind !== 'ACCEPT';
    this.#kind = kind;
    this.#examinees = examinees.filter((examinee) => !isDone(examinee) && !isAbsent(examinee));
    const count = this.#examinees.length;
    const done = examinees.filter(isDone).length;
    const absent = examinees.filter(isAbsent).length;
    const prefix = kind.toLowerCase();
    const what = t(`confirm${kind}`);
    set('order-title', count === 1 ? t(`${prefix}One`, { id: this.#examinees[0].id }) : t(`${prefix}Many`, { count }));
    set('order-left-out', done > 0 && done === examinees.length ? t('allCompleted')
      : [done > 0 && t('completedOmitted', { count: done }), absent > 0 && t('absentOmitted', { count: absent })].filter(Boolean).join(' '));
    document.getElementById('order-left-out').hidden = done + absent === 0;
    set('order-hint', t(`${prefix}Hint`));
    set('order-confirm', count === 1 ? what : t('confirmMany', { what, count }));
    document.getElementById('order-confirm').disabled = count === 0;
    document.getElementById('order-time').hidden = kind !== 'EXTEND';
    choices('order-minutes', 'minutes', MINUTES.map((minutes) => [minutes, t('minutes', { count: minutes })]), 5);
    const listed = reasons(kind);
    choices('order-reasons', 'reason', [...listed.map((reason) => [reason, reason]), [CUSTOM, t('customReason')]]);
    document.getElementById('order-own').value = '';
    document.getElementById('order-count').hidden = !this.#needsCount;
    set('order-count-label', t(`typeCount${kind}`, { count }));
    document.getElementById('order-count-field').value = '';
    set('order-count-wrong', '');
    this.#dialog.showModal();
    this.#onChoice();
  }

  get #needsCount() {
    return ['ACCEPT', 'RESET'].includes(this.#kind) && this.#examinees.length > 1;
  }

  /** Updates the times while the dialog is open. */
  refresh() {
    if (!this.#dialog.open) return;
    const { t, now, live } = this.#options;
    document.getElementById('order-offline').hidden = live();
    if (this.#kind !== 'EXTEND' || this.#examinees.length === 0) return;
    const minutes = Number(this.#value('minutes'));
    if (this.#examinees.length > 1) {
      set('order-deadline', t('newDeadlineMany', { count: minutes }));
      return;
    }
    const deadline = extended(this.#examinees[0], minutes, now());
    set('order-deadline', t('newDeadline', { time: timeOfDay(deadline, now()), left: duration(deadline - now()) }));
  }

  #onChoice() {
    const isCustom = this.#value('reason') === CUSTOM;
    const field = document.getElementById('order-own');
    if (isCustom && field.hidden) setTimeout(() => field.focus());
    field.hidden = !isCustom;
    set('order-missing', '');
    this.refresh();
  }

  #confirm() {
    const { t, submit } = this.#options;
    const field = document.getElementById('order-own');
    const chosen = this.#value('reason');
    const reason = (chosen === CUSTOM ? field.value : chosen ?? '').trim();
    if (!reason) {
      set('order-missing', t(chosen ? 'reasonRequired' : 'reasonNotChosen'));
      (chosen ? field : this.#dialog.querySelector('input[name=reason]')).focus();
      return;
    }
    const count = document.getElementById('order-count-field');
    const isWrong = this.#needsCount && Number(count.value.trim()) !== this.#examinees.length;
    set('order-count-wrong', isWrong ? t(`countWrong${this.#kind}`, { count: this.#examinees.length }) : '');
    if (isWrong) {
      count.focus();
      return;
    }
    const minutes = this.#kind === 'EXTEND' ? Number(this.#value('minutes')) : undefined;
    this.#dialog.close();
    submit(this.#examinees, { kind: this.#kind, reason, minutes });
  }

  #value(name) {
    return this.#dialog.querySelector(`input[name=${name}]:checked`)?.value;
  }
}

function choices(id, name, all, chosen) {
  document.getElementById(id).replaceChildren(...all.map(([value, text]) => {
    const label = document.createElement('label');
    const input = document.createElement('input');
    input.type = 'radio';
    input.name = name;
    input.value = value;
    input.checked = value === chosen;
    const caption = document.createElement('span');
    caption.textContent = text;
    label.append(input, caption);
    return label;
  }));
}

function set(id, text) {
  const target = document.getElementById(id);
  if (target.textContent !== text) target.textContent = text;
}
