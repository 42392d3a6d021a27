// Korean and English. A page defines its texts as { ko: {key: text}, en: {key: text} }; {name} is a placeholder.

const KEY = 'mobile-sync.language';
const LANGUAGES = ['ko', 'en'];

/** 'ko' or 'en': from ?lang=, else the stored choice, else the browser's preference. */
export let language = (() => {
  const requested = new URLSearchParams(location.search).get('lang') ?? storedLanguage();
  if (LANGUAGES.includes(requested)) return requested;
  const preferred = navigator.languages.map((tag) => tag.slice(0, 2)).find((tag) => LANGUAGES.includes(tag));
  return preferred ?? 'en';
})();

const listeners = new Set();

/** The word for an examinee in the Korean texts of all pages, which are written with this one. */
const WRITTEN_WORD = '수험자';
let examineeWord = WRITTEN_WORD;

/** The attributes that name an element's text, label, placeholder or tooltip. */
const WRITERS = {
  'data-t': (element, text) => (element.textContent = text),
  'data-t-label': (element, text) => element.setAttribute('aria-label', text),
  'data-t-placeholder': (element, text) => (element.placeholder = text),
  'data-t-title': (element, text) => (element.title = text),
};

/** Returns t('key', {name: value}). Elements with an attribute of WRITERS follow the language. */
export function texts(all) {
  const t = (key, values = {}) => {
    const text = (all[language][key] ?? all.en[key] ?? key).replaceAll(WRITTEN_WORD, examineeWord);
    return text.replace(/\{(\w+)\}/g, (placeholder, name) => values[name] ?? placeholder);
  };
  const apply = () => {
    document.documentElement.lang = language;
    for (const [attribute, write] of Object.entries(WRITERS)) {
      for (const element of document.querySelectorAll(`[${attribute}]`)) {
        const key = element.getAttribute(attribute);
        if (key in all[language]) write(element, t(key));
      }
    }
  };
  onLanguage(apply);
  apply();
  return t;
}

/** Calls the listener after each language change. */
export function onLanguage(listener) {
  listeners.add(listener);
}

/** Sets the word for an examinee (응시자); it ends in 자, so that the particles of the texts fit. */
export function setExamineeWord(word) {
  if (!word || word === examineeWord) return;
  examineeWord = word;
  listeners.forEach((listener) => listener());
}

export function setLanguage(next) {
  language = next;
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // Without storage, a reload loses the choice.
  }
  listeners.forEach((listener) => listener());
}

function storedLanguage() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/** Connects the buttons with data-language="ko|en". */
export function setUpLanguageButtons() {
  const updateButtons = () => {
    for (const button of document.querySelectorAll('[data-language]')) {
      button.setAttribute('aria-pressed', String(button.dataset.language === language));
    }
  };
  for (const button of document.querySelectorAll('[data-language]')) {
    button.addEventListener('click', () => setLanguage(button.dataset.language));
  }
  onLanguage(updateButtons);
  updateButtons();
}
