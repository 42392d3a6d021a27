// Shows one section at a time, and the texts in the chosen language.

import { onLanguage, setUpLanguageButtons, texts } from '../i18n.js';
import { TEXTS } from './texts.js';

const t = texts(TEXTS);
const shownTexts = new Map();

setUpLanguageButtons();
onLanguage(() => shownTexts.forEach(({ key, values }, element) => write(element, key, values)));

/** The text of a key in the current language. */
export const translate = t;

export const element = (id) => document.getElementById(id);

/** Shows a text and follows language changes. Without a key the element is empty. */
export function setText(id, key, values = {}) {
  const target = element(id);
  const before = shownTexts.get(target);
  if (before?.key === key && JSON.stringify(before?.values) === JSON.stringify(values)) return;
  shownTexts.set(target, { key, values });
  write(target, key, values);
}

/** Shows one section and focuses its heading, so that screen readers announce it. */
export function show(screen) {
  const changed = document.body.dataset.screen !== screen;
  document.body.dataset.screen = screen;
  for (const section of document.querySelectorAll('main > section')) section.hidden = section.id !== screen;
  if (changed) {
    window.scrollTo(0, 0);
    document.querySelector(`#${screen} h1`)?.focus();
  }
}

export function toggle(id, visible) {
  element(id).hidden = !visible;
}

function write(target, key, values) {
  target.textContent = key ? t(key, values) : '';
}
