// The camera screen: the preview, the quality hint and the shutter button.

import { Camera } from './camera.js';
import { jpegOf, look } from './picture.js';
import { element, setText, show, toggle } from './view.js';

const LOOK_EVERY = 400;

const video = element('preview');
const camera = new Camera(video);
let timer = 0;
let lastVerdict;
let seen = false;

/** @param onTaken ({blob, warning}), onFailed (failure) if no picture can be taken */
export function setUpViewfinder({ onTaken, onFailed }) {
  camera.addEventListener('live', async () => {
    seen = true;
    element('take').disabled = false;
    hint('good');
    fit();
    clearInterval(timer);
    timer = setInterval(judge, LOOK_EVERY);
    toggle('switch', (await camera.count()) > 1);
  });
  camera.addEventListener('interrupted', () => pause('interrupted'));
  camera.addEventListener('failed', ({ detail: { failure } }) => {
    pause('busy');
    if (failure.code !== 'CAMERA_BUSY') onFailed(failure);
  });
  video.addEventListener('resize', fit);
  element('switch').addEventListener('click', () => {
    pause('starting');
    camera.switch();
  });
  element('take').addEventListener('click', async () => {
    if (!camera.live) return;
    element('take').disabled = true;
    const { videoWidth, videoHeight } = video;
    const taken = await jpegOf(video, videoWidth, videoHeight).catch(onFailed);
    if (taken) onTaken(taken);
  });
}

/** Whether the camera starts without a permission prompt. */
export async function cameraAllowed() {
  return seen || (await Camera.permission()) === 'granted';
}

export async function openViewfinder() {
  pause('starting');
  show('camera');
  await camera.start();
}

export function closeViewfinder() {
  pause('starting');
  camera.stop();
}

function pause(why) {
  clearInterval(timer);
  element('take').disabled = true;
  hint(why);
}

/** Shows a verdict after two in a row agree, so that the hint does not flicker. */
function judge() {
  if (document.hidden || !camera.live) return;
  const verdict = look(video, video.videoWidth, video.videoHeight) ?? 'good';
  if (verdict === lastVerdict) hint(verdict);
  lastVerdict = verdict;
}

function hint(what) {
  setText('hint-text', `camera.${what}`);
  element('hint').dataset.hint = what;
  element('hint-icon').setAttribute('href', what === 'turn' ? '#icon-turn' : '#icon-warn');
}

/** Fits the frame to the picture, without the bars beside it. */
function fit() {
  if (video.videoWidth) element('view').style.setProperty('--ratio', video.videoWidth / video.videoHeight);
}
