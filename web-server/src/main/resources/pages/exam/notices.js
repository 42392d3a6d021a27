// Messages of the proctors. Each stays on the screen, also over a reload, until the examinee dismisses it.

import { language, onLanguage } from '../i18n.js';

const MAX_NOTICES = 5;
const TEXTS = {
  ko: { title: '감독관 메시지', dismiss: '확인', region: '감독관 메시지' },
  en: { title: 'Message from the proctor', dismiss: 'OK', region: 'Messages from the proctor' },
};

/**
 * Shows the messages that a connection receives.
 *
 * @param sync an ExamineeSync
 * @param region an element with aria-live, which is in the page from the beginning: screen readers then announce what is added
 * @param storageKey of sessionStorage, under which the messages stay over a reload
 */
export function showNotices(sync, region, storageKey) {
  let notices = read(storageKey);
  const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

  const draw = () => {
    const t = TEXTS[language];
    region.setAttribute('aria-label', t.region);
    for (const child of [...region.children]) if (!notices.some(({ id }) => id === child.dataset.id)) child.remove();
    for (const notice of notices) {
      let box = [...region.children].find(({ dataset }) => dataset.id === notice.id);
      if (!box) {
        box = create(notice);
        region.append(box);
      }
      box.querySelector('strong').textContent = t.title;
      box.querySelector('button').textContent = t.dismiss;
    }
  };

  const create = ({ id, text, timestamp }) => {
    const box = document.createElement('div');
    box.className = 'proctor-notice';
    box.dataset.id = id;
    const head = document.createElement('p');
    const title = document.createElement('strong');
    const time = document.createElement('time');
    time.textContent = clock.format(Date.parse(timestamp));
    head.append(title, ' ', time);
    const body = document.createElement('p');
    body.className = 'proctor-notice-text';
    body.textContent = text;
    const button = document.createElement('button');
    button.type = 'button';
    button.addEventListener('click', () => {
      notices = notices.filter((notice) => notice.id !== id);
      write(storageKey, notices);
      draw();
      (region.querySelector('button') ?? document.querySelector('main'))?.focus();
    });
    box.append(head, body, button);
    return box;
  };

  sync.addEventListener('mobile_sync_notice', ({ detail: { data } }) => {
    const id = `${data.timestamp} ${data.text}`;
    if (notices.some((notice) => notice.id === id)) return;
    notices = [...notices, { id, text: data.text, timestamp: data.timestamp }].slice(-MAX_NOTICES);
    write(storageKey, notices);
    draw();
  });
  onLanguage(draw);
  draw();
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
