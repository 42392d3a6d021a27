/** A phone becomes an examinee's: a code for the browser, a token for the phone that sends it. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.web.pairing;
