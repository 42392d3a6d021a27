// The phone's page: connect → camera → review → send → done.

import { keepAwake } from './wake-lock.js';
import { Camera } from './camera.js';
import { deviceId, deviceInfo } from './device.js';
import { Failure } from './failure.js';
import { codeIn, forget, grouped, hasToken, isCode, onLink } from './link.js';
import { redeem, tokenSession } from './pairing.js';
import { RetryLoop } from './retry-loop.js';
import { jpegOfFile } from './picture.js';
import { openStore } from './store.js';
import { upload } from './upload.js';
import { element, setText, show, toggle } from './view.js';
import { cameraAllowed, closeViewfinder, openViewfinder, setUpViewfinder } from './viewfinder.js';

/** An unsent picture is deleted after this time (ms). */
const PICTURE_LIFE = 24 * 3600 * 1000;
const COUNT_EVERY = 500;

const store = await openStore();
/** {token, planId, examineeId, deviceId, keepUntil, code?, done?} */
let session = null;
/** {id, planId, examineeId, bytes, takenAt, approved, warning} */
let picture = null;
/** The current RetryLoop, or null. */
let trying = null;
let counter = 0;
let shotUrl = null;

// ---- pairing

async function open() {
  session = await loadUnexpired(await store.get('session'), 'session', (held) => held.keepUntil > Date.now());
  picture = await loadUnexpired(await store.get('picture'), 'picture', (held) => held.takenAt > Date.now() - PICTURE_LIFE);
  if (onLink(confirmLink)) return;
  if (hasToken()) await pairByToken();
  else await resume();
}

async function loadUnexpired(held, key, good) {
  if (!held || good(held)) return held ?? null;
  await store.delete(key);
  return null;
}

let linkCode = null;

/** A link may come from a stranger, so the page connects only after the examinee confirms. */
function confirmLink(code) {
  if (session?.code === code) return resume();
  if (!isCode(code)) return askForCode(new Failure('CODE_MALFORMED'));
  // A running request stops until the examinee decides.
  trying?.stop();
  trying = null;
  closeViewfinder();
  toggle('trouble', false);
  linkCode = code;
  setText('confirm-replace-text', session && 'confirm.replace', { whose: session && `${session.planId} · ${session.examineeId}` });
  toggle('confirm-replace', Boolean(session));
  toggle('confirm-picture', Boolean(picture));
  show('confirm');
}

async function pair(code) {
  if (session?.code === code) return resume();
  if (!isCode(code)) return askForCode(new Failure('CODE_MALFORMED'));
  closeViewfinder();
  setText('working-title', 'pairing.title');
  show('working');
  const [id, info] = [await deviceId(store), await deviceInfo()];
  try {
    await paired(await persist((options) => redeem(code, id, info, options), 'waiting.pairing', 'pairing.title'));
  } catch (failure) {
    showError(failure, () => pair(code));
  }
}

async function pairByToken() {
  try {
    const next = await tokenSession();
    forget();
    await paired(next);
  } catch (failure) {
    forget();
    showError(failure instanceof Failure ? failure : new Failure('NO_ANSWER'), () => location.reload());
  }
}

async function paired(next) {
  session = next;
  await store.put('session', session);
  // Pairing another examinee discards the pending picture.
  if (picture && !(picture.planId === next.planId && picture.examineeId === next.examineeId)) await discardPicture();
  await resume();
}

function askForCode(failure) {
  closeViewfinder();
  keepAwake(false);
  toggle('code-trouble', Boolean(failure));
  setText('code-error', failure && `error.${failure.code}`);
  setText('code-error-text', failure && `error.${failure.code}.text`);
  toggle('code-kept', Boolean(picture));
  element('code-input').toggleAttribute('aria-invalid', Boolean(failure));
  show('code');
  if (failure) element('code-input').focus();
}

/** Continues at the step that the stored session and picture define, also after a reload. */
async function resume() {
  element('whose').textContent = session ? `${session.planId} · ${session.examineeId}` : '';
  if (!session) return askForCode();
  if (picture?.approved) return send();
  if (picture) return review();
  if (session.done) return done();
  return ask();
}

// ---- capture

async function ask() {
  toggle('ask-start', Camera.possible);
  toggle('ask-next', Camera.possible);
  element('ask-file').classList.toggle('primary', !Camera.possible);
  setText('ask-title', Camera.possible ? 'ask.title' : 'ask.fileTitle');
  setText('ask-why', Camera.possible ? 'ask.why' : 'ask.fileText');
  if (Camera.possible && (await cameraAllowed())) return look();
  show('ask');
}

function look() {
  keepAwake(true);
  return openViewfinder();
}

async function taken({ blob, warning }) {
  closeViewfinder();
  const { planId, examineeId } = session;
  const id = Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join('-');
  const bytes = await blob.arrayBuffer();
  picture = { id, planId, examineeId, bytes, takenAt: Date.now(), approved: false, warning };
  await store.put('picture', picture);
  review();
}

async function takenByFile(file) {
  closeViewfinder();
  setText('working-title', 'preparing.title');
  show('working');
  try {
    await taken(await jpegOfFile(file));
  } catch (failure) {
    showError(failure, ask);
  }
}

function review() {
  showShot();
  const { warning } = picture;
  toggle('review-text', !warning);
  toggle('review-warning', Boolean(warning));
  setText('review-warning-text', warning && `review.${warning}`);
  setText('send', warning ? 'review.sendAnyway' : 'review.send');
  element('send').classList.toggle('primary', !warning);
  element('retake').classList.toggle('primary', Boolean(warning));
  show('review');
}

async function retake() {
  await discardPicture();
  await ask();
}

// ---- upload

async function send() {
  keepAwake(true);
  showShot();
  await approve(true);
  setText('sending-text', store.lasting ? 'sending.safe' : 'sending.keepOpen');
  show('sending');
  const info = await deviceInfo();
  const attempt = (options) => {
    progress(0);
    return upload(session, picture, info, { ...options, onProgress: progress });
  };
  try {
    await persist(attempt, 'waiting.title', 'sending.title');
    session.done = true;
    await store.put('session', session);
    await discardPicture();
    done();
  } catch (failure) {
    // The token is invalid. The picture waits for the next session.
    if (failure.recovery?.action === 'code') await forgetSession();
    // An automatic upload after a reload would fail again, so the examinee reviews the picture first.
    else await approve(false);
    showError(failure, send);
  }
}

async function approve(approved) {
  picture.approved = approved;
  await store.put('picture', picture);
}

function progress(part) {
  element('progress').value = Math.round(part * 100);
  setText('sending-title', part < 1 ? 'sending.title' : 'sending.checking');
}

function done() {
  closeViewfinder();
  keepAwake(false);
  show('done');
}

/** Retries the attempt. While it waits, the page shows the reason and the remaining time. */
async function persist(attempt, waitingTitle, tryingTitle) {
  trying?.stop();
  const current = (trying = new RetryLoop(attempt));
  const titles = ['sending-title', 'working-title'];
  const quiet = () => {
    clearInterval(counter);
    toggle('trouble', false);
  };
  current.addEventListener('trying', () => {
    setText('trouble-count', 'waiting.trying');
    clearInterval(counter);
    titles.forEach((title) => setText(title, tryingTitle));
  });
  current.addEventListener('waiting', ({ detail: { failure, retryAt } }) => {
    element('progress').value = 0;
    titles.forEach((title) => setText(title, waitingTitle));
    setText('trouble-side', `side.${failure.recovery.side}`);
    setText('trouble-title', `error.${failure.code}`);
    setText('trouble-text', `error.${failure.code}.text`);
    const count = () => setText('trouble-count', 'waiting.seconds', { seconds: Math.max(1, Math.ceil((retryAt - Date.now()) / 1000)) });
    clearInterval(counter);
    counter = setInterval(count, COUNT_EVERY);
    count();
    toggle('trouble', true);
  });
  try {
    const result = await current.run();
    quiet();
    return result;
  } catch (failure) {
    // A newer code superseded this attempt, so its caller must not continue.
    if (trying !== current) return new Promise(() => {});
    quiet();
    throw failure;
  }
}

// ---- errors

let act = () => {};

function showError(failure, again) {
  if (!(failure instanceof Failure)) throw failure;
  closeViewfinder();
  keepAwake(false);
  if (failure.code.startsWith('CODE_')) return askForCode(failure);
  const { side, action } = failure.recovery;
  setText('stopped-side', `side.${side}`);
  setText('stopped-title', `error.${failure.code}`);
  setText('stopped-text', `error.${failure.code}.text`);
  setText('stopped-action', `action.${action}`);
  setText('stopped-code', 'support', { code: failure.code });
  toggle('stopped-kept', Boolean(picture) && action !== 'retake');
  act = { again, retake, code: () => askForCode(), reload: () => location.reload(), file: pickFile }[action];
  show('stopped');
}

function pickFile() {
  element('file').value = '';
  element('file').click();
}

async function forgetSession() {
  session = null;
  await store.delete('session');
}

async function discardPicture() {
  picture = null;
  await store.delete('picture');
}

function showShot() {
  if (shotUrl) URL.revokeObjectURL(shotUrl);
  shotUrl = URL.createObjectURL(new Blob([picture.bytes], { type: 'image/jpeg' }));
  for (const image of document.querySelectorAll('.picture')) image.src = shotUrl;
}

// ---- user input

element('code-form').addEventListener('submit', (event) => {
  event.preventDefault();
  const code = codeIn(element('code-input').value);
  if (isCode(code)) {
    pair(code);
    return;
  }
  askForCode(new Failure('CODE_MALFORMED'));
});
element('code-input').addEventListener('input', ({ target, inputType }) => {
  const atEnd = target.selectionStart === target.value.length;
  const code = codeIn(target.value);
  // Groups the code while it grows, but not on a deletion or an edit in the middle.
  if (atEnd && !inputType?.startsWith('delete') && code.length <= 8) target.value = grouped(code);
});
element('confirm-yes').addEventListener('click', () => pair(linkCode));
element('confirm-no').addEventListener('click', resume);
element('ask-start').addEventListener('click', look);
element('send').addEventListener('click', send);
element('retake').addEventListener('click', retake);
element('another').addEventListener('click', ask);
element('trouble-now').addEventListener('click', () => trying?.now());
element('stopped-action').addEventListener('click', () => act());
for (const button of document.querySelectorAll('[data-file]')) button.addEventListener('click', pickFile);
element('file').addEventListener('change', ({ target }) => target.files[0] && takenByFile(target.files[0]));
setUpViewfinder({ onTaken: taken, onFailed: (failure) => showError(failure, ask) });

await open();
