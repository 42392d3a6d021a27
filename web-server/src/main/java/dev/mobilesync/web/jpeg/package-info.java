/** Whether a picture is a JPEG that is taken, and what of it is kept. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.web.jpeg;
