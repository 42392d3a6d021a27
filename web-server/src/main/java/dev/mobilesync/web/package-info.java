/** Entry point of web-server: {@code main} and its commands. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.web;
