/** Entry point of web-server: {@code main}, which starts the service or runs a command. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.web;
