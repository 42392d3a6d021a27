// Predefined reasons of a proctor's orders. A reason is sent in the proctor's language. Each page translates it to its
// own language.

import { language } from './i18n.js';

const REASONS = {
  RETAKE: [
    { ko: '얼굴이 보이지 않습니다.', en: 'Your face cannot be seen.' },
    { ko: '두 손 또는 키보드가 보이지 않습니다.', en: 'Your hands or the keyboard cannot be seen.' },
    { ko: '모니터가 보이지 않습니다.', en: 'The monitor cannot be seen.' },
    { ko: '사진이 너무 어둡습니다.', en: 'The picture is too dark.' },
    { ko: '사진이 흔들렸거나 흐릿합니다.', en: 'The picture is blurred.' },
    { ko: '다른 사람이 보입니다.', en: 'Another person can be seen.' },
  ],
  EXTEND: [
    { ko: '네트워크 문제', en: 'Network problem' },
    { ko: '휴대전화 문제', en: 'Problem with the phone' },
    { ko: '시작 지연', en: 'Late start' },
  ],
  ACCEPT: [
    { ko: '직접 확인했습니다.', en: 'Verified manually.' },
    { ko: '휴대전화를 사용할 수 없습니다.', en: 'Examinee has no working phone.' },
    { ko: '다른 카메라로 확인했습니다.', en: 'Checked with another camera.' },
  ],
  RESET: [
    { ko: '다른 사람의 휴대전화가 연결되었습니다.', en: 'Another person’s phone was connected.' },
    { ko: '컴퓨터를 바꾸었습니다.', en: 'The computer was changed.' },
    { ko: '연습을 마쳤습니다.', en: 'The rehearsal is over.' },
  ],
};

const ALL = new Map(Object.values(REASONS).flat().flatMap((reason) => Object.values(reason).map((text) => [text, reason])));

/** The reasons to choose from, in the current language. @param order 'RETAKE', 'EXTEND', 'ACCEPT' or 'RESET' */
export function reasons(order) {
  return REASONS[order].map((reason) => reason[language]);
}

/** Translates a predefined reason to the current language. Other texts stay unchanged. */
export function translateReason(reason) {
  return ALL.get(reason)?.[language] ?? reason;
}
