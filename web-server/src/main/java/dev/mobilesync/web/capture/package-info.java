/** Uploads of captures from phones, and their pictures for proctors and the examinee. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.web.capture;
