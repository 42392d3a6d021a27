/** Decides whether a JPEG is accepted, and removes its metadata. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.web.jpeg;
