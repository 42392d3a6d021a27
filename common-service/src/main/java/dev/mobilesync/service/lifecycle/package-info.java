/** Command line, start-up, periodic tasks and shutdown. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.service.lifecycle;
