// The texts for a page that has no token yet, in Korean and English.

/** By the problems that `tokenProblems` of access.js reports, and of the button for another attempt. */
export const SIGN_IN_TEXTS = {
  ko: {
    tryAgain: '다시 시도',
    TOKEN_URL_FAILED: '시험 사이트의 로그인 확인 주소(token-url)가 응답하지 않습니다. 자동으로 다시 시도합니다.',
    TOKEN_URL_REFUSED: '시험 사이트(token-url)에서 로그인을 확인하지 못했습니다. 로그아웃되었거나, 브라우저가 다른 사이트의 쿠키를 막았을 수 있습니다.',
    PARENT_SILENT: '이 화면이 포함된 시험 화면에서 로그인 정보를 받지 못했습니다. 자동으로 다시 시도합니다.',
    PARENT_REFUSED: '이 화면이 포함된 시험 화면에 로그인 정보가 없습니다.',
    NO_TOKEN_SOURCE: '이 화면을 여는 주소에 로그인 정보가 없습니다.',
  },
  en: {
    tryAgain: 'Try again',
    TOKEN_URL_FAILED: 'The exam site’s sign-in address (token-url) does not respond. Retrying automatically.',
    TOKEN_URL_REFUSED: 'The exam site (token-url) did not recognize your sign-in. You may be signed out, or the browser blocks cookies of another site.',
    PARENT_SILENT: 'The exam page around this one has not passed on your sign-in. Retrying automatically.',
    PARENT_REFUSED: 'The exam page around this one has no sign-in.',
    NO_TOKEN_SOURCE: 'The address of this page contains no sign-in.',
  },
};
