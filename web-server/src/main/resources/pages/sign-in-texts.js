// The texts for a page that has no token yet, in Korean and English.

/** By the problems that `tokenProblems` of access.js reports, and of the button for another attempt. */
export const SIGN_IN_TEXTS = {
  ko: {
    tryAgain: '다시 시도',
    problem: '{text} (문의 코드: {code})',
    TOKEN_URL_FAILED: '시험 사이트가 응답하지 않습니다. 자동으로 다시 시도합니다.',
    TOKEN_URL_REFUSED: '시험 사이트에서 로그인을 확인하지 못했습니다. 시험 사이트에 다시 로그인해 주세요. 로그인한 상태라면 브라우저 설정에서 쿠키를 허용해 주세요.',
    PARENT_SILENT: '시험 사이트에서 로그인 정보를 받지 못했습니다. 자동으로 다시 시도합니다.',
    PARENT_REFUSED: '시험 사이트에 로그인되어 있지 않습니다. 다시 로그인해 주세요.',
    NO_TOKEN_SOURCE: '이 화면의 주소에 로그인 정보가 없습니다.',
  },
  en: {
    tryAgain: 'Try again',
    problem: '{text} (Support code: {code})',
    TOKEN_URL_FAILED: 'The exam site is not responding. Retrying automatically.',
    TOKEN_URL_REFUSED: 'The exam site did not recognize your sign-in. Please sign in there again. If you are signed in, allow cookies in the browser’s settings.',
    PARENT_SILENT: 'The exam site has not confirmed your sign-in. Retrying automatically.',
    PARENT_REFUSED: 'You are not signed in to the exam site. Please sign in there again.',
    NO_TOKEN_SOURCE: 'The address of this page contains no sign-in information.',
  },
};
