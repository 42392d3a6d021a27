// The camera screen: the preview, the quality hint and the shutter button.

import { Camera } from './camera.js';
import { jpegOf } from './picture.js';
import { qualityWarning } from '../quality.js';
import { cancelCountdown, countDown, isCounting } from './self-timer.js';
import { beep } from './sound.js';
import { element, setText, show, toggle } from './view.js';

const CHECK_INTERVAL = 400;

const video = element('preview');
const camera = new Camera(video);
let timer = 0;
let lastHint;
let wasLive = false;
let delaySeconds = 0;
let onReady = () => {};
let takePicture = async () => {};

/**
 * @param onPicture ({blob, warning, isRemote}), onFailed (failure) if no picture can be taken, onReadyChange (ready) when the
 *     preview shows a picture to take, or none any more
 */
export function setUpViewfinder({ onPicture, onFailed, onReadyChange }) {
  onReady = onReadyChange;
  camera.addEventListener('live', async () => {
    wasLive = true;
    element('take').disabled = false;
    onReady(true);
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
  takePicture = async (seconds, isRemote) => {
    if (!camera.live || !(await countDown(seconds)) || !camera.live) return;
    element('take').disabled = true;
    beep('shutter');
    const { videoWidth, videoHeight } = video;
    const picture = await jpegOf(video, videoWidth, videoHeight).catch(onFailed);
    if (picture) onPicture({ ...picture, isRemote });
  };
  element('take').addEventListener('click', () => (isCounting() ? cancelCountdown() : takePicture(delaySeconds, false)));
  for (const button of document.querySelectorAll('[data-delay]')) {
    button.addEventListener('click', () => setDelay(Number(button.dataset.delay)));
  }
  setDelay(0);
}

/** Takes the picture at the request of the examinee's screen. */
export function takeRemotely(seconds) {
  return takePicture(seconds, true);
}

function setDelay(seconds) {
  delaySeconds = seconds;
  cancelCountdown();
  for (const button of document.querySelectorAll('[data-delay]')) {
    button.setAttribute('aria-pressed', String(Number(button.dataset.delay) === seconds));
  }
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
  cancelCountdown();
  element('take').disabled = true;
  onReady(false);
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
