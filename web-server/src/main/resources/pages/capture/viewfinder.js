// The camera screen: the preview, the quality hint and the shutter button.

import { Camera } from './camera.js';
import { jpegOf, qualityWarning } from './picture.js';
import { element, setText, show, toggle } from './view.js';

const CHECK_INTERVAL = 400;

const video = element('preview');
const camera = new Camera(video);
let timer = 0;
let lastHint;
let wasLive = false;

/** @param onPicture ({blob, warning}), onFailed (failure) if no picture can be taken */
export function setUpViewfinder({ onPicture, onFailed }) {
  camera.addEventListener('live', async () => {
    wasLive = true;
    element('take').disabled = false;
    showHint('ready');
    fitFrame();
    clearInterval(timer);
    timer = setInterval(checkQuality, CHECK_INTERVAL);
    toggle('switch', (await camera.count()) > 1);
  });
  camera.addEventListener('interrupted', () => disableShutter('interrupted'));
  camera.addEventListener('failed', ({ detail: { failure } }) => {
    disableShutter('busy');
    if (failure.code !== 'CAMERA_BUSY') onFailed(failure);
  });
  video.addEventListener('resize', fitFrame);
  element('switch').addEventListener('click', () => {
    disableShutter('starting');
    camera.switch();
  });
  element('take').addEventListener('click', async () => {
    if (!camera.live) return;
    element('take').disabled = true;
    const { videoWidth, videoHeight } = video;
    const picture = await jpegOf(video, videoWidth, videoHeight).catch(onFailed);
    if (picture) onPicture(picture);
  });
}

/** Whether the camera starts without a permission prompt. */
export async function cameraAllowed() {
  return wasLive || (await Camera.permission()) === 'granted';
}

export async function openViewfinder() {
  disableShutter('starting');
  show('camera');
  await camera.start();
}

export function closeViewfinder() {
  disableShutter('starting');
  camera.stop();
}

function disableShutter(reason) {
  clearInterval(timer);
  element('take').disabled = true;
  showHint(reason);
}

/** Shows a hint after two equal checks, so that it does not flicker. */
function checkQuality() {
  if (document.hidden || !camera.live) return;
  const current = qualityWarning(video, video.videoWidth, video.videoHeight) ?? 'ready';
  if (current === lastHint) showHint(current);
  lastHint = current;
}

function showHint(what) {
  setText('hint-text', `camera.${what}`);
  element('hint').dataset.hint = what;
  element('hint-icon').setAttribute('href', what === 'turn' ? '#icon-turn' : '#icon-warn');
}

/** Fits the frame to the picture, without the bars beside it. */
function fitFrame() {
  if (video.videoWidth) element('view').style.setProperty('--ratio', video.videoWidth / video.videoHeight);
}
