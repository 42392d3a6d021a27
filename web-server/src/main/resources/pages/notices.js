// Messages of the proctors. The last five stay on the screen, also over a reload, until the examinee dismisses them.

import { language, onLanguage } from './i18n.js';

const MAX_NOTICES = 5;
const TEXTS = {
  ko: { title: '감독관 메시지', dismiss: '확인', region: '감독관 메시지' },
  en: { title: 'Message from the proctor', dismiss: 'OK', region: 'Messages from the proctor' },
};

/** Shows the messages of one examinee. */
export class NoticeRegion {
  #region;
  #storageKey = null;
  #notices = [];
  #clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

  /**
   * @param source an EventTarget with the event `mobile_sync_notice` of mobile-sync.js
   * @param region an element with aria-live, which is in the page from the beginning: screen readers then announce what is added
   */
  constructor(source, region) {
    this.#region = region;
    source.addEventListener('mobile_sync_notice', ({ detail: { data } }) => this.#add(data));
    onLanguage(() => this.#draw());
  }

  /** Shows the messages to this examinee, also those from before a reload. Without arguments it shows none. */
  showFor(plan, examinee) {
    this.#storageKey = examinee === undefined ? null : `mobile-sync.notices.${plan}.${examinee}`;
    this.#notices = this.#storageKey === null ? [] : read(this.#storageKey);
    this.#draw();
  }

  #add({ text, timestamp }) {
    const id = `${timestamp} ${text}`;
    if (this.#notices.some((notice) => notice.id === id)) return;
    this.#keep([...this.#notices, { id, text, timestamp }].slice(-MAX_NOTICES));
  }

  #dismiss(id) {
    this.#keep(this.#notices.filter((notice) => notice.id !== id));
    (this.#region.querySelector('button') ?? document.querySelector('main'))?.focus();
  }

  #keep(notices) {
    this.#notices = notices;
    write(this.#storageKey, notices);
    this.#draw();
  }

  #draw() {
    const t = TEXTS[language];
    this.#region.setAttribute('aria-label', t.region);
    for (const box of [...this.#region.children]) if (!this.#notices.some(({ id }) => id === box.dataset.id)) box.remove();
    for (const notice of this.#notices) {
      let box = [...this.#region.children].find(({ dataset }) => dataset.id === notice.id);
      if (!box) {
        box = this.#create(notice);
        this.#region.append(box);
      }
      box.querySelector('strong').textContent = t.title;
      box.querySelector('button').textContent = t.dismiss;
    }
  }

  #create({ id, text, timestamp }) {
    const box = document.createElement('div');
    box.className = 'proctor-notice';
    box.dataset.id = id;
    const head = document.createElement('p');
    const title = document.createElement('strong');
    const time = document.createElement('time');
    time.textContent = this.#clock.format(Date.parse(timestamp));
    head.append(title, ' ', time);
    const body = document.createElement('p');
    body.className = 'proctor-notice-text';
    body.textContent = text;
    const button = document.createElement('button');
    button.type = 'button';
    button.addEventListener('click', () => this.#dismiss(id));
    box.append(head, body, button);
    return box;
  }
}

function read(storageKey) {
  try {
    return JSON.parse(sessionStorage.getItem(storageKey)) ?? [];
  } catch {
    return [];
  }
}

function write(storageKey, notices) {
  try {
    sessionStorage.setItem(storageKey, JSON.stringify(notices));
  } catch {
    // Without storage, a reload loses them.
  }
}
