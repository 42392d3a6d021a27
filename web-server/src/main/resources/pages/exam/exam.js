// The examinee's page: identifies the examinee, follows the step's state and offers the next action.

import { onLanguage, setUpLanguageButtons, texts } from '../i18n.js';
import { config, socketUrl, tokenProblems } from '../access.js';
import { ExamineeSync } from '../mobile-sync.js';
import { NoticeRegion } from '../notices.js';
import { showIdentity, signIn, tokenOrRetry } from '../sign-in.js';
import { copyText, isPhone } from './browser.js';
import { Countdown } from './countdown.js';
import { Freshness } from './freshness.js';
import { PairingCode } from './pairing-code.js';
import { Platform, reportHeight } from './platform.js';
import { RemoteShutter } from './remote-shutter.js';
import { Review } from './review.js';
import { Step } from './step.js';
import { draw } from './view.js';
import TEXTS from './texts.js';

/** The banner appears after a connection loss of this length (ms). */
const BANNER_DELAY = 2_500;
/** Losses that are detected late, so that the banner appears at once. */
const LATE_DETECTED_CODES = ['OFFLINE', 'SILENT'];
const CODES_WITH_TEXT = ['CAPTURE_TRANSFER_FAILED', 'CAPTURE_TOO_LARGE', 'CAPTURE_NOT_AN_IMAGE', 'CAPTURE_STORE_FAILED', 'STATUS_PUBLISH_FAILED'];
const EMPTY_MODEL = {
  phase: 'loading', textKey: 'loading', reason: null, stateProblemKey: null, problems: [], again: false, nextUrl: null, other: null, pairing: null,
  wantsCode: false, placement: false, here: false, shutter: null, review: null, banner: null, bannerButton: false, support: '',
};
const COPIED_TIME = 2_500;

const t = texts(TEXTS);
const again = document.getElementById('again');
document.documentElement.dataset.ready = '';
setUpLanguageButtons();
reportHeight();

const identity = await signIn(({ role }) => role === 'examinee', again, ({ found, problems, soon, canRetry }) => {
  const phase = found ? 'wrongRole' : 'noAccess';
  draw(t, { ...EMPTY_MODEL, phase, textKey: soon ? 'signInFailed' : phase, problems, again: canRetry });
});
showIdentity(document.getElementById('who'), identity.examinee, identity.name);
run(identity.plan, identity.examinee);

function run(plan, examinee) {
  const sync = new ExamineeSync({ socketUrl, plan, examinee, token: tokenOrRetry });
  const step = new Step(sync, plan, examinee);
  const pairingCode = new PairingCode(plan, examinee);
  const platform = new Platform(config, { planId: plan, examineeId: examinee });
  const countdown = new Countdown(t, () => sync.serverNow());
  const freshness = new Freshness(t, sync);
  const shutter = new RemoteShutter(sync);
  const review = new Review(plan, examinee, config.reviewTime, () => sync.serverNow());
  let otherPhone = false;
  let showBanner = false;
  let bannerTimer = 0;
  let refused = false;
  let resetRevision = null;

  const show = () => {
    const model = refused ? { ...EMPTY_MODEL, phase: 'ended', textKey: 'ended', again: true } : viewModel(step.state, { pairingCode, review, shutter, otherPhone });
    pairingCode.needed = model.wantsCode;
    countdown.deadline = refused ? null : step.state?.deadline ?? null;
    draw(t, {
      ...model,
      problems: navigator.onLine === false ? [] : tokenProblems(),
      here: model.wantsCode && isPhone,
      nextUrl: model.phase === 'completed' ? platform.nextUrl : null,
      textKey: model.phase === 'completed' && platform.nextUrl ? `${model.textKey}Redirect` : model.phase === 'scan' && isPhone ? 'here' : model.textKey,
      stateProblemKey: step.problem && model.phase !== 'completed' ? (step.problem.retryable ? 'delayed' : 'notSaved') : null,
      pairing: pairingCode.value,
      banner: showBanner && !refused ? bannerOf(step.connection) : null,
      bannerButton: step.connection.status === 'waiting',
      support: [plan, examinee, step.state?.error?.code ?? step.problem?.code ?? step.connection.code].filter(Boolean).join(' · '),
    });
    freshness.draw();
  };

  step.addEventListener('change', () => {
    const { status } = step.connection;
    // A rejection stays visible until a connection succeeds. A running attempt does not hide it.
    refused = status === 'refused' || (refused && status !== 'connected');
    if (status === 'connected' || status === 'refused') {
      clearTimeout(bannerTimer);
      bannerTimer = 0;
      showBanner = false;
    } else if (LATE_DETECTED_CODES.includes(step.connection.code)) {
      showBanner = true;
    } else {
      bannerTimer ||= setTimeout(() => {
        showBanner = true;
        show();
      }, BANNER_DELAY);
    }
    if (step.state?.notEntered && step.state.revision !== resetRevision) startOver(step.state.revision);
    const isReplacing = step.state?.status === 'COMPLETED' && review.phase === 'replacing';
    if (step.state?.status !== 'PAIRED' && step.state?.status !== 'FAILED' && !isReplacing) otherPhone = false;
    if (step.state) {
      platform.notify(step.state);
      review.apply(step.state);
    }
    show();
  });
  /** After a reset, the phone and the code of before are no longer valid. */
  function startOver(revision) {
    resetRevision = revision;
    otherPhone = false;
    // First, because the shutter's event redraws the page, which requests a code: discard() would drop that request.
    pairingCode.discard();
    shutter.reset();
  }
  review.addEventListener('change', () => {
    if (review.phase === 'used') platform.reportCompletion(step.state);
    else platform.reopen();
    if (review.phase !== 'replacing') otherPhone &&= step.state?.status !== 'COMPLETED';
    show();
  });
  shutter.addEventListener('change', show);
  pairingCode.addEventListener('change', show);
  onLanguage(show);

  const onClick = (id, listener) => document.getElementById(id).addEventListener('click', listener);
  onClick('again', () => (refused ? sync.reconnectNow() : sync.enter()));
  onClick('banner-button', () => sync.reconnectNow());
  onClick('take', () => shutter.take(Number(document.getElementById('delay').value)));
  onClick('use', () => review.use());
  onClick('keep', () => review.use());
  onClick('take-another', () => {
    review.takeAnother();
    shutter.open();
  });
  onClick('other', () => {
    otherPhone = !otherPhone;
    show();
  });
  onClick('copy', async () => {
    if (!pairingCode.value) return;
    const copied = await copyText(pairingCode.value.captureUrl);
    document.getElementById('copied').textContent = t(copied ? 'copied' : 'notCopied');
    if (copied) setTimeout(() => (document.getElementById('copied').textContent = ''), COPIED_TIME);
  });
  new NoticeRegion(sync, document.getElementById('proctor-notices')).showFor(plan, examinee);
  show();
  sync.start();
}

function bannerOf({ code }) {
  if (code === 'TOO_MANY_CONNECTIONS') return 'tooManyWindows';
  if (navigator.onLine === false) return isPhone ? 'phoneOffline' : 'offline';
  return tokenProblems().length > 0 ? 'signInFailed' : 'disconnected';
}

function viewModel(state, { pairingCode, review, shutter, otherPhone }) {
  const { status = null, reason = null, deviceId = null, error = null } = state ?? {};
  const other = pairingCode.disabled ? null : otherPhone ? 'hideCode' : 'otherPhone';
  const model = (phase, more) => ({ ...EMPTY_MODEL, phase, textKey: phase, ...more });
  const canTake = shutter.ready || shutter.busy;
  const preview = (more) => model('preview', { shutter, placement: true, ...more });
  switch (status) {
    case 'WAITING':
      if (canTake) return preview({ reason });
      // Without pairing, the platform's own app takes the picture.
      if (pairingCode.disabled) return model('app', { reason, placement: true });
      return model(deviceId ? 'picture' : 'scan', { reason, wantsCode: true, placement: true });
    case 'PAIRED':
      if (canTake && !otherPhone) return preview({ reason, other });
      return model('paired', { reason, other, wantsCode: otherPhone, placement: !otherPhone });
    case 'FAILED':
      return model('failed', {
        textKey: CODES_WITH_TEXT.includes(error?.code) ? error.code : 'failed',
        reason, other, wantsCode: otherPhone, shutter: canTake ? shutter : null,
        // After a timeout no wait is active.
        again: !state.deadline,
      });
    case 'TIMEOUT':
      return model('timeout', { again: true, marks: deviceId ? ['done', 'done', 'problem', 'later'] : ['problem', 'later', 'later', 'later'] });
    case 'COMPLETED':
      if (review.phase === 'review') return model('review', { review });
      if (review.phase === 'replacing') {
        return model('replacing', { review, other, wantsCode: otherPhone, placement: !otherPhone, shutter: canTake ? shutter : null });
      }
      // Without a phone, an ACCEPT completed the step.
      return deviceId
        ? model('completed', { marks: ['done', 'done', 'done', 'done'] })
        : model('completed', { textKey: 'accepted', marks: ['skipped', 'skipped', 'skipped', 'done'] });
    default:
      return EMPTY_MODEL;
  }
}
