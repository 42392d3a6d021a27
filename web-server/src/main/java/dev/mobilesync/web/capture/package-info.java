/** The way of a capture: a phone uploads a picture, it is stored and published; proctors look at it. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.web.capture;
