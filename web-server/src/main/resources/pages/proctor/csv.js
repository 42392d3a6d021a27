// The list as a file for spreadsheets.

import { note } from './row.js';

// Excel reads UTF-8 only with this mark.
const BYTE_ORDER_MARK = '\ufeff';
/** A spreadsheet would execute a cell that begins like this. */
const FORMULA = /^[\s]*[=+\-@\t\r]/;

/** @param examinees as listed @param t of i18n.js */
export function createCsv(examinees, t) {
  const header = ['columnExaminee', 'columnName', 'columnStatus', 'fieldSince', 'fieldDeadline', 'fieldDevice', 'fieldPhone', 'columnNote'].map((key) => t(key));
  // Without `me`: the readers of the file are others.
  const lines = examinees.map((examinee) => [
    examinee.id, examinee.name, t(examinee.status), dateTime(examinee.since), dateTime(examinee.deadline), examinee.deviceId ?? '',
    [examinee.deviceInfo?.model, examinee.deviceInfo?.osVersion].filter(Boolean).join(' '), note(examinee, t, null),
  ]);
  return BYTE_ORDER_MARK + [header, ...lines].map((cells) => cells.map(cell).join(',')).join('\r\n') + '\r\n';
}

export function download(name, text) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function cell(value) {
  const text = String(value ?? '');
  return `"${(FORMULA.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
}

const formatter = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium' });

function dateTime(ms) {
  return ms ? formatter.format(ms) : '';
}
