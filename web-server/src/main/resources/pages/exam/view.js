// Draws the page. The output depends only on the model.

import { translateReason } from '../order-reasons.js';
import { listProblems } from '../sign-in.js';

const $ = (id) => document.getElementById(id);

const NOT_STARTED = ['later', 'later', 'later', 'later'];
const SCAN = ['now', 'later', 'later', 'later'];
const PICTURE = ['done', 'done', 'now', 'later'];
const RECEIVED = ['done', 'done', 'done', 'now'];

/** Each phase's icon, and the marks of the four items of the progress list unless the model has them. */
export const PHASES = {
  loading: ['wait', NOT_STARTED],
  scan: ['phone', SCAN],
  app: ['phone', ['skipped', 'now', 'later', 'later']],
  picture: ['phone', PICTURE],
  paired: ['phone', PICTURE],
  preview: ['camera', PICTURE],
  review: ['camera', RECEIVED],
  replacing: ['camera', PICTURE],
  failed: ['attention', ['done', 'done', 'problem', 'later']],
  timeout: ['clock'],
  completed: ['check'],
  ended: ['lock', NOT_STARTED],
  noAccess: ['lock', NOT_STARTED],
  wrongRole: ['lock', NOT_STARTED],
};
const MARK_TEXTS = { done: 'markDone', now: 'markNow', later: 'markLater', problem: 'markProblem', skipped: 'markSkipped' };

/**
 * @param t of i18n.js
 * @param model {phase, textKey, reason, stateProblemKey, problems, marks?, again, nextUrl, other, pairing, wantsCode, placement, here,
 *     shutter, review, banner, bannerButton, support}:
 *     `other` is the text of the button that shows or hides the code for another phone, `here` offers to continue on this phone,
 *     `again` offers another attempt
 */
export function draw(t, model) {
  const [icon, marks] = PHASES[model.phase];
  document.body.dataset.phase = model.phase;
  show($('loading'), model.phase === 'loading');
  setText($('loading'), t(model.stateProblemKey ?? 'loading'));
  $('badge-icon').setAttribute('href', `#icon-${icon}`);
  setText($('headline'), t(model.textKey));
  setText($('text'), t(`${model.textKey}Text`));
  document.title = t('title') === t(model.textKey) ? t('title') : `${t(model.textKey)} – ${t('title')}`;

  show($('retake-order'), model.reason !== null);
  setText($('retake-order-reason'), model.reason === null ? '' : translateReason(model.reason));
  show($('state-problem'), model.stateProblemKey !== null);
  setText($('state-problem'), model.stateProblemKey === null ? '' : t(model.stateProblemKey));

  listProblems($('problems'), model.problems, t);

  show($('again'), model.again);
  show($('go'), model.nextUrl !== null);
  if (model.nextUrl !== null) $('go').href = model.nextUrl;
  show($('other'), model.other !== null);
  if (model.other !== null) setText($('other'), t(model.other));
  $('other').setAttribute('aria-expanded', String(model.wantsCode));
  show($('use'), model.phase === 'review');
  show($('take-another'), model.phase === 'review');
  show($('keep'), model.phase === 'replacing');
  const hasActions = model.again || model.nextUrl !== null || model.other !== null || model.review !== null;
  show($('actions'), hasActions);
  show($('placement'), model.placement);

  show($('banner'), model.banner !== null);
  setText($('banner-text'), model.banner === null ? '' : t(model.banner));
  show($('banner-button'), model.bannerButton);

  drawProgress(t, model.marks ?? marks);
  drawCode(t, model);
  drawShutter(t, model.shutter);
  drawReview(t, model);
  setText($('support'), model.support && t('support', { code: model.support }));
}

function drawShutter(t, shutter) {
  show($('shutter'), shutter !== null);
  if (shutter === null) return;
  $('take').disabled = shutter.busy;
  $('delay').disabled = shutter.busy;
  setText($('shutter-text'), shutter.busy ? t(shutter.countdown > 0 ? 'counting' : 'taking') : shutter.unanswered ? t('unanswered') : '');
  setText($('shutter-count'), shutter.busy && shutter.countdown > 0 ? String(shutter.countdown) : '');
}

function drawReview(t, { phase, review }) {
  show($('received'), phase === 'review');
  if (phase !== 'review') return;
  show($('received-picture'), review.picture !== null);
  show($('received-wait'), review.picture === null);
  setText($('received-wait'), t(review.failed ? 'pictureFailed' : 'pictureLoading'));
  if (review.picture !== null && $('received-picture').src !== review.picture) $('received-picture').src = review.picture;
  $('received-picture').alt = t('receivedPicture');
  setText($('received-warning'), review.warning === null ? '' : t(review.warning));
  // The line keeps its height, so that the buttons below it do not move.
  setText($('received-left'), review.isLoading ? '\u00a0' : t('usedIn', { seconds: review.secondsLeft }));
}

function drawProgress(t, marks) {
  [...$('progress-items').children].forEach((item, i) => {
    item.dataset.mark = marks[i];
    if (marks[i] === 'now' || marks[i] === 'problem') item.setAttribute('aria-current', 'step');
    else item.removeAttribute('aria-current');
    setText(item.querySelector('[data-mark-text]'), `: ${t(MARK_TEXTS[marks[i]])}`);
  });
}

function drawCode(t, { wantsCode, pairing, here }) {
  show($('pairing'), wantsCode);
  document.body.classList.toggle('with-code', wantsCode);
  $('pairing').classList.toggle('empty', pairing === null);
  $('qr').alt = t('qr');
  show($('qr'), pairing !== null);
  show($('qr-wait'), pairing === null);
  $('copy').disabled = pairing === null;
  show($('here'), here);
  $('here-link').classList.toggle('pending', pairing === null);
  if (pairing === null) {
    $('here-link').removeAttribute('href');
    setText($('code'), '···· ····');
    setText($('code-spoken'), t('codePending'));
    return;
  }
  $('here-link').href = pairing.captureUrl;
  const source = `data:image/svg+xml,${encodeURIComponent(pairing.qrCode)}`;
  if ($('qr').src !== source) $('qr').src = source;
  const groups = [pairing.code.slice(0, 4), pairing.code.slice(4)];
  setText($('code'), groups.join(' '));
  // Screen readers spell the code, with a pause between the groups.
  setText($('code-spoken'), t('codeSpoken', { code: groups.map((group) => [...group].join(' ')).join(', ') }));
  setText($('address'), pairing.captureUrl.replace(/#.*/, '').replace(/^https:\/\//, ''));
}

function show(element, shown) {
  element.hidden = !shown;
}

/** Does not set an unchanged text, so that screen readers do not repeat it. */
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
