/** What the tests of several modules need: servers to test against, pictures, tokens, a STOMP client. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.testsupport;
