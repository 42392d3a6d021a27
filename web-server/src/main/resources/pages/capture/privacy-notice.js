// What is captured, who sees it and how long it is kept: the operator's text, or the page's own.

import { language, onLanguage } from '../i18n.js';
import { element, translate } from './view.js';

const TIMEOUT = 5_000;

let configured = {};

const draw = () => (element('instructions-privacy-notice').textContent = configured[language] || translate('instructions.privacyNotice'));

/** Resolves once the operator's text is known, or is not available in time. */
export const privacyNoticeKnown = Promise.race([
  import('../config.js').then(({ config }) => (configured = config.privacyNotice ?? {})),
  new Promise((resolve) => setTimeout(resolve, TIMEOUT)),
]).then(draw, draw);

onLanguage(draw);
