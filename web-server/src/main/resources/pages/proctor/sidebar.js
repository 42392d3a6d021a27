// The panel beside the list: recent failures, the proctors' orders and notices.

import { onLanguage } from '../i18n.js';
import { translateReason } from '../order-reasons.js';
import { errorText, giver } from './row.js';
import { timeOfDay } from './time.js';

const MAX_ORDERS = 100;
const MAX_LINES = 40;
/** Notices with the same text within this time (ms) are one. */
const NOTICE_SPAN = 120_000;

/** @param options { t, now(), me, alerts, reveal(id) } */
export class Sidebar {
  #options;
  #activity = [];
  #lines = new WeakMap();

  constructor(options) {
    this.#options = options;
    document.getElementById('alerts-clear').addEventListener('click', () => options.alerts.clear());
    onLanguage(() => (this.#lines = new WeakMap()));
  }

  /** Adds an order that took effect. The newest is first. */
  addOrder(examinee) {
    const { order, by, role, reason, timestamp } = examinee.lastOrder;
    const entry = { id: examinee.id, order, by, role, reason, at: Date.parse(timestamp) };
    const place = this.#activity.findIndex(({ at }) => at <= entry.at);
    this.#activity.splice(place < 0 ? this.#activity.length : place, 0, entry);
    this.#activity.length = Math.min(this.#activity.length, MAX_ORDERS);
  }

  /** Adds a notice to examinees, once for all who receive the same one. @param isOwn whether this page sent it */
  addNotice(id, text, at, isOwn) {
    const known = this.#activity.find((entry) =>
      entry.order === 'NOTICE' && entry.reason === text && entry.isOwn === isOwn && at - entry.at < NOTICE_SPAN && !entry.ids.has(id));
    if (known) {
      known.ids.add(id);
      this.#lines.delete(known);
      return;
    }
    this.#activity.unshift({ id, order: 'NOTICE', by: null, isOwn, reason: text, at, ids: new Set([id]) });
    this.#activity.length = Math.min(this.#activity.length, MAX_ORDERS);
  }

  refresh() {
    const { t, now, me, alerts } = this.#options;
    const at = now();
    this.#fill('alerts', 'no-alerts', alerts.list, (alert) => this.#line(alert.id, alert.id, alert.status, t(alert.status), errorText(alert.code, t), timeOfDay(alert.at, at)));
    this.#fill('activity', 'no-activity', this.#activity, (entry) =>
      this.#line(entry.id, entry.ids?.size > 1 ? t('andOthers', { id: entry.id, count: entry.ids.size - 1 }) : entry.id, '', t('activityEntry', { who: entry.isOwn ? t('you') : entry.by === null ? t('otherProctor') : giver(entry, t, me), what: t(`activity${entry.order}`) }), translateReason(entry.reason), timeOfDay(entry.at, at)));
    document.getElementById('alerts-clear').hidden = alerts.list.length === 0;
  }

  /** Reuses the line of each entry, and inserts new lines between them. */
  #fill(listId, noneId, entries, createLine) {
    const list = document.getElementById(listId);
    const lines = entries.slice(0, MAX_LINES).map((entry) => {
      const line = this.#lines.get(entry) ?? createLine(entry);
      this.#lines.set(entry, line);
      return line;
    });
    const current = new Set(lines);
    const focused = list.contains(document.activeElement) ? [...list.children].findIndex((child) => child.contains(document.activeElement)) : -1;
    const focusLost = focused >= 0 && !current.has(list.children[focused]);
    for (const child of [...list.children]) if (!current.has(child)) child.remove();
    let next = list.firstElementChild;
    for (const line of lines) {
      if (line === next) next = next.nextElementSibling;
      else list.insertBefore(line, next);
    }
    if (focusLost) list.children[Math.min(focused, list.children.length - 1)]?.querySelector('button').focus();
    document.getElementById(noneId).hidden = entries.length > 0;
  }

  #line(id, label, status, what, detail, time) {
    const line = document.createElement('li');
    if (status) line.dataset.status = status;
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'line';
    button.addEventListener('click', () => this.#options.reveal(id));
    for (const [name, text] of [['line-id', label], ['line-what', what], ['line-time', time], ['line-detail', detail]]) {
      const part = document.createElement('span');
      part.className = name;
      part.textContent = text;
      button.append(part, ' ');
    }
    line.append(button);
    return line;
  }
}
