// What this browser is and can do.

/** Whether this page is open on a phone, which can take the picture itself. */
export const isPhone = navigator.userAgentData?.mobile ?? /Android.+Mobile|iPhone|iPod/.test(navigator.userAgent);

/** Copies a text; whether that succeeded. */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** The clipboard's API requires HTTPS, and in a frame the embedding page's permission. */
function copyBySelection(text) {
  const field = Object.assign(document.createElement('textarea'), { value: text, readOnly: true, className: 'visually-hidden' });
  document.body.append(field);
  field.select();
  try {
    return document.execCommand('copy');
  } catch {
    return false;
  } finally {
    field.remove();
  }
}
