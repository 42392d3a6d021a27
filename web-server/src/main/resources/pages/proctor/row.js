// One examinee's row. The list reuses rows as examinees come into view.

import { translateReason } from '../order-reasons.js';
import { setAttribute, setText } from './dom-updates.js';
import { duration } from './time.js';

const SOON_MILLIS = 60_000;
const CELLS = ['check', 'picture', 'id', 'name', 'status', 'age', 'left', 'device', 'note', 'open'];

/** Who gave an order, as a label. @param order { by, role? } */
export function giver({ by, role }, t, me) {
  return role === 'SERVICE' ? t('actorSERVICE', { by }) : by === me ? t('you') : by;
}

/** The same within a sentence. */
function giverInSentence({ by, role }, t, me) {
  return role === 'SERVICE' ? t('byService', { by }) : by === me ? t('byYou') : by;
}

/** The acceptance as an order { by, role? }: only the last order has the role. */
export function acceptance({ acceptedBy, lastOrder }) {
  return lastOrder?.order === 'ACCEPT' && lastOrder.by === acceptedBy ? lastOrder : { by: acceptedBy };
}

/** Describes the state beyond the status. */
export function note(examinee, t, me) {
  const who = (order) => giverInSentence(order, t, me);
  if (examinee.status === 'ABSENT') return t('noteAbsent');
  if (examinee.status === 'TIMEOUT' && examinee.notEntered) return t('noteNotEntered');
  if (examinee.status === 'FAILED' || examinee.status === 'TIMEOUT') return errorText(examinee.errorCode, t);
  if (examinee.status === 'COMPLETED') {
    return examinee.acceptedBy ? t('noteAccepted', { who: who(acceptance(examinee)), reason: translateReason(examinee.acceptedReason) }) : '';
  }
  if (examinee.reason) return t('noteRetake', { reason: translateReason(examinee.reason) });
  const last = examinee.lastOrder;
  if (last?.order === 'EXTEND') return t('noteExtended', { who: who(last), reason: translateReason(last.reason) });
  if (last?.order === 'RESET' && examinee.status === 'WAITING' && !examinee.deviceId) return t('noteReset', { who: who(last), reason: translateReason(last.reason) });
  return examinee.status === 'PAIRED' || examinee.deviceId ? t('notePaired') : t('noteWaiting');
}

export function errorText(code, t) {
  const text = t(code ?? 'unknownError');
  return text === code ? t('unknownError') : text;
}

export class RowMaker {
  #options;

  /** @param options { t, now(), me, selected: Set of ids, pending(id), thumbnail(examinee) } */
  constructor(options) {
    this.#options = options;
  }

  make() {
    const row = element('div', 'row');
    row.setAttribute('role', 'row');
    row.tabIndex = -1;
    row.cells = {};
    for (const name of CELLS) {
      const cell = element('div', `c-${name}`);
      cell.setAttribute('role', 'gridcell');
      row.cells[name] = cell;
      row.append(cell);
    }
    row.check = element('input');
    row.check.type = 'checkbox';
    row.check.tabIndex = -1;
    row.cells.check.append(row.check);
    row.pill = element('span', 'pill');
    row.cells.status.append(row.pill);
    row.openButton = element('button', 'quiet small');
    row.openButton.type = 'button';
    row.openButton.tabIndex = -1;
    row.cells.open.append(row.openButton);
    row.image = element('img');
    row.image.alt = '';
    row.image.hidden = true;
    row.cells.picture.append(row.image);
    return row;
  }

  fill(row, examinee) {
    const { t, me, selected, pending } = this.#options;
    const { cells } = row;
    const chosen = selected.has(examinee.id);
    const pendingOrder = pending(examinee.id);
    setAttribute(row, 'data-id', examinee.id);
    setAttribute(row, 'data-status', examinee.status);
    setAttribute(row, 'aria-selected', String(chosen));
    row.check.checked = chosen;
    setAttribute(row.check, 'aria-label', t('selectOne', { id: examinee.id }));
    setText(row.openButton, t('open'));
    setAttribute(row.openButton, 'aria-label', t('openOne', { id: examinee.id }));
    setText(cells.id, examinee.id);
    setText(cells.name, examinee.name);
    setAttribute(cells.name, 'title', examinee.name);
    setText(row.pill, t(examinee.status));
    setText(cells.device, examinee.deviceId ?? '');
    setText(cells.note, pendingOrder ? t(`pending${pendingOrder}`) : note(examinee, t, me));
    cells.note.classList.toggle('pending', Boolean(pendingOrder));
    setAttribute(cells.note, 'title', cells.note.textContent);
    this.picture(row, examinee);
    this.tick(row, examinee);
  }

  picture(row, examinee) {
    const found = this.#options.thumbnail(examinee);
    const url = found && found !== 'none' ? found : '';
    setAttribute(row.cells.picture, 'data-state', url ? 'shown' : examinee.pictureKey && found !== 'none' ? 'loading' : 'none');
    if (url) setAttribute(row.image, 'src', url);
    else row.image.removeAttribute('src');
    row.image.hidden = !url;
  }

  /** Updates the cells that change with time. */
  tick(row, examinee) {
    const { t, now } = this.#options;
    const at = now();
    setText(row.cells.age, examinee.since === null ? '' : duration(at - examinee.since));
    const waits = examinee.deadline && examinee.status !== 'COMPLETED' && examinee.status !== 'TIMEOUT';
    const left = waits ? examinee.deadline - at : null;
    setText(row.cells.left, left === null ? '' : left > 0 ? duration(left) : t('overdue'));
    const urgency = left === null ? '' : left <= 0 ? 'over' : left < SOON_MILLIS ? 'soon' : '';
    setAttribute(row, 'data-urgency', urgency);
  }
}

function element(name, className = '') {
  const created = document.createElement(name);
  created.className = className;
  return created;
}
