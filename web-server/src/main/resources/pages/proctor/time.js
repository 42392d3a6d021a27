// Short texts for durations and times.

import { language } from '../i18n.js';

/** Seconds, then minutes and seconds, then hours and minutes, then days. */
export function duration(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const korean = language === 'ko';
  if (seconds < 60) return korean ? `${seconds}초` : `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return korean ? `${minutes}분 ${seconds % 60}초` : `${minutes} min ${String(seconds % 60).padStart(2, '0')} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return korean ? `${hours}시간 ${minutes % 60}분` : `${hours} h ${String(minutes % 60).padStart(2, '0')} min`;
  return korean ? `${Math.floor(hours / 24)}일` : `${Math.floor(hours / 24)} days`;
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const day = new Intl.DateTimeFormat('en-CA');

/** The local time of day, with the date if it is not today. */
export function timeOfDay(ms, now) {
  const text = clock.format(ms);
  return day.format(ms) === day.format(now) ? text : `${day.format(ms)} ${text}`;
}
