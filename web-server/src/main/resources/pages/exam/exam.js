// The examinee's page: identifies the examinee, follows the step's state and offers the next action.

import { onLanguage, setUpLanguageButtons, texts } from '../i18n.js';
import { claims, config, socketUrl, token } from '../access.js';
import { ExamineeSync } from '../mobile-sync.js';
import { Countdown } from './countdown.js';
import { PairingOffer } from './pairing.js';
import { Platform } from './platform.js';
import { Step } from './step.js';
import { draw } from './view.js';
import TEXTS from './texts.js';

/** The banner appears after a connection loss of this length (ms). */
const BANNER_DELAY = 2_500;
const RETRY_DELAY = 3_000;
const CODES_WITH_TEXT = ['CAPTURE_TRANSFER_FAILED', 'CAPTURE_TOO_LARGE', 'CAPTURE_NOT_AN_IMAGE', 'CAPTURE_STORE_FAILED', 'STATUS_PUBLISH_FAILED'];
const EMPTY_MODEL = {
  phase: 'loading', textKey: 'loading', reason: null, notice: null, again: false, nextUrl: null, other: null, offer: null,
  wantsCode: false, banner: null, bannerButton: false, support: '',
};

const t = texts(TEXTS);
const again = document.getElementById('again');
document.documentElement.dataset.ready = '';
setUpLanguageButtons();

const identity = await identify();
run(identity.plan, identity.examinee);

/** Returns the claims of an examinee's token. While there is none, the page shows the reason. */
async function identify() {
  for (;;) {
    let found = null;
    let phase = 'noAccess';
    try {
      found = await claims();
    } catch {
      phase = 'loading';
    }
    if (found?.role === 'examinee') return found;
    if (found) phase = 'wrongRole';
    const show = () => draw(t, { ...EMPTY_MODEL, phase, textKey: phase, again: phase === 'noAccess' && Boolean(config.tokenUrl) });
    onLanguage(show);
    show();
    await awaitRetryTrigger(phase === 'loading');
  }
}

/** Resolves on a click or a visibility change, and if `soon` after RETRY_DELAY. */
function awaitRetryTrigger(soon) {
  return new Promise((resolve) => {
    again.addEventListener('click', resolve, { once: true });
    document.addEventListener('visibilitychange', resolve, { once: true });
    if (soon) setTimeout(resolve, RETRY_DELAY);
  });
}

function run(plan, examinee) {
  const sync = new ExamineeSync({ socketUrl, plan, examinee, token });
  const step = new Step(sync, plan, examinee);
  const offer = new PairingOffer(plan, examinee);
  const platform = new Platform(config, { planId: plan, examineeId: examinee });
  const countdown = new Countdown(t, () => sync.serverNow());
  let otherPhone = false;
  let showBanner = false;
  let bannerTimer = 0;
  let refused = false;

  const show = () => {
    const model = refused ? { ...EMPTY_MODEL, phase: 'ended', textKey: 'ended', again: true } : viewModel(step.state, offer, otherPhone);
    offer.needed = model.wantsCode;
    countdown.deadline = refused ? null : step.state?.deadline ?? null;
    draw(t, {
      ...model,
      nextUrl: model.phase === 'completed' ? platform.completedUrl : null,
      textKey: model.phase === 'completed' && platform.completedUrl ? 'completedRedirect' : model.textKey,
      notice: step.notice && model.phase !== 'completed' ? 'delayed' : null,
      offer: offer.offer,
      banner: showBanner && !refused ? (step.connection.code === 'TOO_MANY_CONNECTIONS' ? 'tooManyWindows' : 'disconnected') : null,
      bannerButton: step.connection.status === 'waiting',
      support: [plan, examinee, step.state?.error?.code ?? step.notice ?? step.connection.code].filter(Boolean).join(' · '),
    });
  };

  step.addEventListener('change', () => {
    const { status } = step.connection;
    // A rejection stays visible until a connection succeeds. A running attempt does not hide it.
    refused = status === 'refused' || (refused && status !== 'connected');
    if (status === 'connected' || status === 'refused') {
      clearTimeout(bannerTimer);
      bannerTimer = 0;
      showBanner = false;
    } else {
      bannerTimer ||= setTimeout(() => {
        showBanner = true;
        show();
      }, BANNER_DELAY);
    }
    if (step.state?.status !== 'PAIRED' && step.state?.status !== 'FAILED') otherPhone = false;
    if (step.state) platform.notify(step.state);
    show();
  });
  offer.addEventListener('change', show);
  onLanguage(show);
  again.addEventListener('click', () => (refused ? sync.reconnectNow() : sync.enter()));
  document.getElementById('banner-button').addEventListener('click', () => sync.reconnectNow());
  document.getElementById('other').addEventListener('click', () => {
    otherPhone = !otherPhone;
    show();
  });
  show();
  sync.start();
}

function viewModel(state, offer, otherPhone) {
  const { status = null, reason = null, deviceId = null, error = null } = state ?? {};
  const other = offer.disabled ? null : otherPhone ? 'hideCode' : 'otherPhone';
  const model = (phase, more) => ({ ...EMPTY_MODEL, phase, textKey: phase, ...more });
  switch (status) {
    case 'WAITING':
      // Without pairing, the platform's own app takes the picture.
      if (offer.disabled) return model('app', { reason });
      return model(deviceId ? 'picture' : 'scan', { reason, wantsCode: true });
    case 'PAIRED':
      return model('paired', { reason, other, wantsCode: otherPhone });
    case 'FAILED':
      return model('failed', {
        textKey: CODES_WITH_TEXT.includes(error?.code) ? error.code : 'failed',
        reason, other, wantsCode: otherPhone,
        // After a timeout no wait is active.
        again: !state.deadline,
      });
    case 'TIMEOUT':
      return model('timeout', { again: true, marks: deviceId ? ['done', 'done', 'problem', 'later'] : ['problem', 'later', 'later', 'later'] });
    case 'COMPLETED':
      // Without a phone, a proctor accepted the step manually.
      return model('completed', { marks: [...Array(3).fill(deviceId ? 'done' : 'skipped'), 'done'] });
    default:
      return EMPTY_MODEL;
  }
}
