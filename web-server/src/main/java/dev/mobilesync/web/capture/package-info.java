/** Uploads of captures from phones, and their images for proctors. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.web.capture;
