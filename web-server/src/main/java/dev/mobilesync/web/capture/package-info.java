/** Uploads of captures from phones, and their pictures for proctors. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.web.capture;
