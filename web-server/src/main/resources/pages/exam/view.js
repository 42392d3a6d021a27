// Draws the page. The output depends only on the model.

import { translateReason } from '../reasons.js';

const $ = (id) => document.getElementById(id);

const NOT_STARTED = ['later', 'later', 'later', 'later'];
const SCAN = ['now', 'later', 'later', 'later'];
const PICTURE = ['done', 'done', 'now', 'later'];

/** Each phase's icon, and the marks of the four steps unless the model has them. */
const PHASES = {
  loading: ['wait', NOT_STARTED],
  scan: ['phone', SCAN],
  app: ['phone', SCAN],
  picture: ['phone', PICTURE],
  paired: ['phone', PICTURE],
  failed: ['attention', ['done', 'done', 'problem', 'later']],
  timeout: ['clock'],
  completed: ['check'],
  ended: ['lock', NOT_STARTED],
  noAccess: ['lock', NOT_STARTED],
  wrongRole: ['lock', NOT_STARTED],
};
const STEP_STATES = { done: 'stepStateDone', now: 'stepStateNow', later: 'stepStateLater', problem: 'stepStateProblem', skipped: 'stepStateSkipped' };

/**
 * @param t of i18n.js
 * @param model {phase, textKey, reason, notice, marks?, again, nextUrl, other, offer, wantsCode, banner, bannerButton, support}
 */
export function draw(t, model) {
  const [icon, marks] = PHASES[model.phase];
  document.body.dataset.phase = model.phase;
  $('badge-icon').setAttribute('href', `#icon-${icon}`);
  setText($('headline'), t(model.textKey));
  setText($('text'), t(`${model.textKey}Text`));
  document.title = t('title') === t(model.textKey) ? t('title') : `${t(model.textKey)} – ${t('title')}`;

  show($('retake'), model.reason !== null);
  setText($('retake-reason'), model.reason === null ? '' : translateReason(model.reason));
  show($('notice'), model.notice !== null);
  setText($('notice'), model.notice === null ? '' : t(model.notice));

  show($('again'), model.again);
  show($('go'), model.nextUrl !== null);
  if (model.nextUrl !== null) $('go').href = model.nextUrl;
  show($('other'), model.other !== null);
  if (model.other !== null) setText($('other'), t(model.other));
  $('other').setAttribute('aria-expanded', String(model.wantsCode));
  show($('actions'), model.again || model.nextUrl !== null || model.other !== null);

  show($('banner'), model.banner !== null);
  setText($('banner-text'), model.banner === null ? '' : t(model.banner));
  show($('banner-button'), model.bannerButton);

  drawSteps(t, model.marks ?? marks);
  drawCode(t, model);
  setText($('support'), model.support);
}

function drawSteps(t, marks) {
  [...$('steps').children].forEach((step, i) => {
    step.dataset.mark = marks[i];
    if (marks[i] === 'now' || marks[i] === 'problem') step.setAttribute('aria-current', 'step');
    else step.removeAttribute('aria-current');
    setText(step.querySelector('[data-step-state]'), `: ${t(STEP_STATES[marks[i]])}`);
  });
}

function drawCode(t, { wantsCode, offer }) {
  show($('pairing'), wantsCode);
  document.body.classList.toggle('with-code', wantsCode);
  $('pairing').classList.toggle('empty', offer === null);
  $('qr').alt = t('qr');
  show($('qr'), offer !== null);
  show($('qr-wait'), offer === null);
  if (offer === null) {
    setText($('code'), '···· ····');
    setText($('code-spoken'), t('codePending'));
    return;
  }
  const source = `data:image/svg+xml,${encodeURIComponent(offer.qrCode)}`;
  if ($('qr').src !== source) $('qr').src = source;
  const groups = [offer.code.slice(0, 4), offer.code.slice(4)];
  setText($('code'), groups.join(' '));
  // Screen readers spell the code, with a pause between the groups.
  setText($('code-spoken'), t('codeSpoken', { code: groups.map((group) => [...group].join(' ')).join(', ') }));
  setText($('address'), offer.captureUrl.replace(/#.*/, '').replace(/^https:\/\//, ''));
}

function show(element, shown) {
  element.hidden = !shown;
}

/** Does not set an unchanged text, so that screen readers do not repeat it. */
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
