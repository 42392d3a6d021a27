// Draws the page. The output depends only on the model.

import { readable } from '../reasons.js';

const $ = (id) => document.getElementById(id);

/** Each phase's icon, and the marks of the four steps (d done, n now, l later, p problem, s skipped). */
const PHASES = {
  loading: ['wait', 'llll'],
  scan: ['phone', 'nlll'],
  app: ['phone', 'nlll'],
  picture: ['phone', 'ddnl'],
  paired: ['phone', 'ddnl'],
  failed: ['attention', 'ddpl'],
  timeout: ['clock', 'pppl'],
  completed: ['check', 'dddd'],
  ended: ['lock', 'llll'],
  noAccess: ['lock', 'llll'],
  wrongRole: ['lock', 'llll'],
};
const MARKS = { d: 'done', n: 'now', l: 'later', p: 'problem', s: 'skipped' };
const STEP_STATES = { d: 'stepStateDone', n: 'stepStateNow', l: 'stepStateLater', p: 'stepStateProblem', s: 'stepStateSkipped' };

/**
 * @param t the texts
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
  setText($('retake-reason'), model.reason === null ? '' : readable(model.reason));
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
    step.dataset.mark = MARKS[marks[i]];
    if (marks[i] === 'n' || marks[i] === 'p') step.setAttribute('aria-current', 'step');
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

/** Leaves an unchanged text alone, so that screen readers do not repeat it. */
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
