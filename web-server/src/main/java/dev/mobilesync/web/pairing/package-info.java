/** Pairs a phone with an examinee: a code for the browser, a token for the phone that redeems it. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.web.pairing;
