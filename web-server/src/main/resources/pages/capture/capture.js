// The phone's page: connect → camera → review → send → done.

import { keepScreenOn } from './wake-lock.js';
import { Camera } from './camera.js';
import { deviceId, deviceInfo } from './device.js';
import { Failure } from './failure.js';
import { setUpBatteryHint } from './battery-hint.js';
import { StepConnection } from './step-connection.js';
import { clearFragment, formatCode, hasToken, isCode, normalizeCode, onLink } from './pairing-link.js';
import { privacyNoticeKnown } from './privacy-notice.js';
import { redeem, tokenSession } from './redeem.js';
import { RetryLoop } from './retry-loop.js';
import { jpegOfFile } from './picture.js';
import { alertExaminee, unlockSound } from './sound.js';
import { openStorage } from './storage.js';
import { upload } from './upload.js';
import { element, setText, show, toggle } from './view.js';
import { cameraAllowed, closeViewfinder, openViewfinder, setUpViewfinder, takeRemotely } from './viewfinder.js';
import { NoticeRegion } from '../notices.js';
import { translateReason } from '../order-reasons.js';
import { onLanguage } from '../i18n.js';

/** An unsent picture is deleted after this time (ms). */
const PICTURE_TTL = 24 * 3600 * 1000;
const COUNTDOWN_INTERVAL = 500;
const FOLLOW_RETRY_DELAY = 10_000;
/** The screens that the page leaves when the pairing ends. A running upload learns it from its response. */
const SCREENS_LEFT = {
  DEVICE_REPLACED: ['instructions', 'camera', 'retake-order'],
  PAIRING_ENDED: ['instructions', 'camera', 'review', 'done', 'retake-order'],
};

const storage = await openStorage();
const stepConnection = new StepConnection();
const notices = new NoticeRegion(stepConnection, element('proctor-notices'));
/**
 * {token, planId, examineeId, deviceId, keepUntil, code?, informed?, done?, doneAt?, retakeReason?}. `keepUntil` is by the phone's
 * clock; `doneAt` is the server's time of the last capture that was sent, in ISO 8601.
 */
let session = null;
/** {id, planId, examineeId, bytes, takenAt, readyToSend, warning} */
let picture = null;
/** The current RetryLoop, or null. */
let retryLoop = null;
let countdown = 0;
let pictureUrl = null;

// ---- pairing

async function openPage() {
  session = await discardIfExpired(await storage.get('session'), 'session', (stored) => stored.keepUntil > Date.now());
  drawReason();
  picture = await discardIfExpired(await storage.get('picture'), 'picture', (stored) => stored.takenAt > Date.now() - PICTURE_TTL);
  if (onLink(confirmLink)) return;
  if (hasToken()) await pairByToken();
  else await resume();
}

async function discardIfExpired(stored, key, isValid) {
  if (!stored || isValid(stored)) return stored ?? null;
  await storage.delete(key);
  return null;
}

let linkCode = null;

/** A link may come from a stranger, so the page connects only after the examinee confirms. */
function confirmLink(code) {
  if (session?.code === code) return resume();
  if (!isCode(code)) return showCodeForm(new Failure('CODE_MALFORMED'));
  // A running request stops until the examinee decides.
  retryLoop?.stop();
  retryLoop = null;
  closeViewfinder();
  toggle('trouble', false);
  linkCode = code;
  setText('confirm-replace-text', session && 'confirm.replace', { examinee: session && `${session.planId} · ${session.examineeId}` });
  toggle('confirm-replace', Boolean(session));
  toggle('confirm-picture', Boolean(picture));
  show('confirm');
}

async function pair(code) {
  if (session?.code === code) return resume();
  if (!isCode(code)) return showCodeForm(new Failure('CODE_MALFORMED'));
  closeViewfinder();
  setText('working-title', 'pairing.title');
  show('working');
  const [id, info] = [await deviceId(storage), await deviceInfo()];
  try {
    await startSession(await retry((options) => redeem(code, id, info, options), 'waiting.pairing', 'pairing.title'));
  } catch (failure) {
    showError(failure, () => pair(code));
  }
}

async function pairByToken() {
  try {
    const next = await tokenSession();
    clearFragment();
    await startSession(next);
  } catch (failure) {
    clearFragment();
    showError(failure instanceof Failure ? failure : new Failure('NO_RESPONSE'), () => location.reload());
  }
}

async function startSession(next) {
  session = next;
  stateTime = NaN;
  drawReason();
  await storage.put('session', session);
  // Pairing another examinee discards the pending picture.
  if (picture && !(picture.planId === next.planId && picture.examineeId === next.examineeId)) await discardPicture();
  await resume();
}

function showCodeForm(failure) {
  closeViewfinder();
  keepScreenOn(false);
  toggle('code-trouble', Boolean(failure));
  setText('code-error', failure && `error.${failure.code}`);
  setText('code-error-text', failure && `error.${failure.code}.text`);
  toggle('code-kept', Boolean(picture));
  element('code-input').setAttribute('aria-invalid', String(Boolean(failure)));
  show('code');
  if (failure) element('code-input').focus();
}

/** Continues at the screen that the stored session and picture define, also after a reload. */
async function resume() {
  element('paired-examinee').textContent = session ? `${session.planId} · ${session.examineeId}` : '';
  followStep();
  if (!session) return showCodeForm();
  if (picture?.readyToSend) return send();
  if (picture) return showReview();
  if (session.done) return showDone();
  return requestCamera();
}

function followStep() {
  notices.showFor(session?.planId, session?.examineeId);
  // If the scripts do not load, the page works without the connection meanwhile.
  stepConnection.follow(session).catch(() => setTimeout(followStep, FOLLOW_RETRY_DELAY));
}

// ---- the step's state, and the shutter on the examinee's screen

/** The time of the step's latest state. */
let stateTime = NaN;

stepConnection.addEventListener('state', ({ detail: { status, reason = null, timestamp } }) => {
  stateTime = Date.parse(timestamp);
  const before = session?.retakeReason ?? null;
  // A timeout has no reason: the order that it ended holds until a picture completes the step.
  const now = status === 'COMPLETED' ? null : reason ?? before;
  if (now !== before) keepReason(now);
  if (now !== null && now !== before) alertExaminee();
  if (document.body.dataset.screen === 'done' && needsPicture()) showRetakeOrder();
  else if (now === null && document.body.dataset.screen === 'retake-order') showDone();
});

/** Whether another picture was ordered than the one that this phone has sent. */
function needsPicture() {
  if (!session?.retakeReason) return false;
  return !session.doneAt || stateTime > Date.parse(session.doneAt);
}

function showRetakeOrder() {
  closeViewfinder();
  keepScreenOn(true);
  show('retake-order');
}

/** Keeps why another picture was ordered that has not arrived yet, also over a reload; null if none was. */
function keepReason(reason) {
  if (session === null) return;
  session.retakeReason = reason;
  storage.put('session', session);
  drawReason();
}

function drawReason() {
  const reason = session?.retakeReason ?? null;
  const shown = reason === null ? '' : translateReason(reason);
  element('retake-order-reason').textContent = element('note-reason').textContent = shown;
  toggle('note', reason !== null);
}
onLanguage(drawReason);

stepConnection.addEventListener('shutter', ({ detail: { delaySeconds, open } }) => {
  const { screen } = document.body.dataset;
  if (open && ['done', 'retake-order'].includes(screen)) {
    alertExaminee();
    requestCamera();
  } else if (!open && screen === 'camera') {
    takeRemotely(delaySeconds);
  }
});

stepConnection.addEventListener('connection', ({ detail: { ended } }) => {
  drawDone();
  if (SCREENS_LEFT[ended]?.includes(document.body.dataset.screen)) {
    const failure = new Failure(ended);
    forgetSession();
    if (failure.code === 'PAIRING_ENDED') discardPicture();
    showError(failure, resume);
  }
});

/** Whether to close the page: as long as it is connected, it shows when the proctor asks again. A locked phone would not. */
function drawDone() {
  const stays = stepConnection.ended === null;
  if (document.body.dataset.screen === 'done') keepScreenOn(stays);
  setText('done-leave', stays ? 'done.stay' : 'done.leave');
  toggle('done-hint', !stays);
  // Without access, another picture would be rejected.
  toggle('another', stays);
}

// ---- capture

async function requestCamera() {
  keepScreenOn(true);
  toggle('instructions-start', Camera.isSupported);
  toggle('instructions-next', Camera.isSupported);
  element('instructions-file').classList.toggle('primary', !Camera.isSupported);
  setText('instructions-title', Camera.isSupported ? 'instructions.title' : 'instructions.fileTitle');
  setText('instructions-why', Camera.isSupported ? 'instructions.reason' : 'instructions.fileText');
  // The examinee reads first what is captured, also if the browser already permits the camera.
  if (session.informed && Camera.isSupported && (await cameraAllowed())) return openViewfinder();
  await privacyNoticeKnown;
  show('instructions');
}

/** The examinee has read what is captured, and touched the screen. */
async function consent() {
  unlockSound();
  session.informed = true;
  await storage.put('session', session);
}

async function usePicture({ blob, warning, isRemote = false }) {
  closeViewfinder();
  const { planId, examineeId } = session;
  const id = Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join('-');
  const bytes = await blob.arrayBuffer();
  picture = { id, planId, examineeId, bytes, takenAt: Date.now(), readyToSend: false, warning };
  await storage.put('picture', picture);
  // The examinee's screen shows a picture that it requested.
  if (isRemote) await send();
  else showReview();
}

async function useFile(file) {
  closeViewfinder();
  setText('working-title', 'preparing.title');
  show('working');
  try {
    await usePicture(await jpegOfFile(file));
  } catch (failure) {
    showError(failure, requestCamera);
  }
}

function showReview() {
  showPicture();
  const { warning } = picture;
  toggle('review-text', !warning);
  toggle('review-warning', Boolean(warning));
  setText('review-warning-text', warning && `review.${warning}`);
  setText('send', warning ? 'review.sendAnyway' : 'review.send');
  element('send').classList.toggle('primary', !warning);
  element('review-retake').classList.toggle('primary', Boolean(warning));
  show('review');
}

async function takeAgain() {
  await discardPicture();
  await requestCamera();
}

// ---- upload

async function send() {
  keepScreenOn(true);
  showPicture();
  await setReadyToSend(true);
  setText('sending-text', storage.persistent ? 'sending.stored' : 'sending.keepOpen');
  show('sending');
  const info = await deviceInfo();
  const attempt = (options) => {
    showProgress(0);
    return upload(session, picture, info, { ...options, onProgress: showProgress });
  };
  try {
    const { body } = await retry(attempt, 'waiting.title', 'sending.title');
    session.done = true;
    session.doneAt = body?.data?.timestamp;
    await storage.put('session', session);
    await discardPicture();
    showDone();
  } catch (failure) {
    // The token is invalid. The picture waits for the next session.
    if (failure.recovery?.action === 'code') await forgetSession();
    // An automatic upload after a reload would fail again, so the examinee reviews the picture first.
    else await setReadyToSend(false);
    // After a reset, a picture of before does not count.
    if (failure.code === 'PAIRING_ENDED') await discardPicture();
    showError(failure, send);
  }
}

async function setReadyToSend(readyToSend) {
  picture.readyToSend = readyToSend;
  await storage.put('picture', picture);
}

function showProgress(part) {
  element('progress').value = Math.round(part * 100);
  setText('sending-title', part < 1 ? 'sending.title' : 'sending.checking');
}

function showDone() {
  // The order may have arrived while the picture of before was sent.
  if (needsPicture()) return showRetakeOrder();
  closeViewfinder();
  show('done');
  drawDone();
}

/** Retries the attempt. While it waits, the page shows the reason and the remaining time. */
async function retry(attempt, waitingTitle, retryingTitle) {
  retryLoop?.stop();
  const current = (retryLoop = new RetryLoop(attempt));
  const titles = ['sending-title', 'working-title'];
  const hideTrouble = () => {
    clearInterval(countdown);
    toggle('trouble', false);
  };
  current.addEventListener('trying', () => {
    setText('trouble-count', 'waiting.trying');
    clearInterval(countdown);
    titles.forEach((title) => setText(title, retryingTitle));
  });
  current.addEventListener('waiting', ({ detail: { failure, retryAt } }) => {
    element('progress').value = 0;
    titles.forEach((title) => setText(title, waitingTitle));
    setText('trouble-side', `side.${failure.recovery.side}`);
    setText('trouble-title', `error.${failure.code}`);
    setText('trouble-text', `error.${failure.code}.text`);
    const showSeconds = () => setText('trouble-count', 'waiting.seconds', { seconds: Math.max(1, Math.ceil((retryAt - Date.now()) / 1000)) });
    clearInterval(countdown);
    countdown = setInterval(showSeconds, COUNTDOWN_INTERVAL);
    showSeconds();
    toggle('trouble', true);
  });
  try {
    const result = await current.run();
    hideTrouble();
    return result;
  } catch (failure) {
    // A newer code superseded this attempt, so its caller must not continue.
    if (retryLoop !== current) return new Promise(() => {});
    hideTrouble();
    throw failure;
  }
}

// ---- errors

let recover = () => {};

function showError(failure, again) {
  if (!(failure instanceof Failure)) throw failure;
  closeViewfinder();
  keepScreenOn(false);
  if (failure.code.startsWith('CODE_')) return showCodeForm(failure);
  const { side, action } = failure.recovery;
  setText('stopped-side', `side.${side}`);
  setText('stopped-title', `error.${failure.code}`);
  setText('stopped-text', `error.${failure.code}.text`);
  setText('stopped-action', `action.${action}`);
  setText('stopped-code', 'support', { code: failure.code });
  toggle('stopped-kept', Boolean(picture) && action !== 'takeAgain');
  recover = { again, takeAgain, code: () => showCodeForm(), reload: () => location.reload(), file: pickFile }[action];
  show('stopped');
}

function pickFile() {
  element('file').value = '';
  element('file').click();
}

async function forgetSession() {
  session = null;
  stateTime = NaN;
  drawReason();
  followStep();
  await storage.delete('session');
}

async function discardPicture() {
  picture = null;
  await storage.delete('picture');
}

function showPicture() {
  if (pictureUrl) URL.revokeObjectURL(pictureUrl);
  pictureUrl = URL.createObjectURL(new Blob([picture.bytes], { type: 'image/jpeg' }));
  for (const image of document.querySelectorAll('.picture')) image.src = pictureUrl;
}

// ---- user input

element('code-form').addEventListener('submit', (event) => {
  event.preventDefault();
  const code = normalizeCode(element('code-input').value);
  if (isCode(code)) {
    pair(code);
    return;
  }
  showCodeForm(new Failure('CODE_MALFORMED'));
});
element('code-input').addEventListener('input', ({ target, inputType }) => {
  const atEnd = target.selectionStart === target.value.length;
  const code = normalizeCode(target.value);
  // Groups the code while it grows, but not on a deletion or an edit in the middle.
  if (atEnd && !inputType?.startsWith('delete') && code.length <= 8) target.value = formatCode(code);
});
element('confirm-yes').addEventListener('click', () => pair(linkCode));
element('confirm-no').addEventListener('click', resume);
element('instructions-start').addEventListener('click', () => {
  consent();
  openViewfinder();
});
element('instructions-file').addEventListener('click', consent);
element('retake-order-start').addEventListener('click', () => {
  unlockSound();
  requestCamera();
});
// A touch anywhere permits the sounds again after a reload.
document.addEventListener('pointerdown', unlockSound, { once: true });
element('send').addEventListener('click', send);
element('review-retake').addEventListener('click', takeAgain);
element('another').addEventListener('click', requestCamera);
element('trouble-now').addEventListener('click', () => retryLoop?.retryNow());
element('stopped-action').addEventListener('click', () => recover());
for (const button of document.querySelectorAll('[data-file]')) button.addEventListener('click', pickFile);
element('file').addEventListener('change', ({ target }) => target.files[0] && useFile(target.files[0]));
setUpViewfinder({
  onPicture: usePicture,
  onFailed: (failure) => showError(failure, requestCamera),
  onReadyChange: (ready) => (stepConnection.ready = ready),
});
setUpBatteryHint();

await openPage();
