/** Fixtures that the tests of several modules share: servers, pictures, tokens, clients. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.testsupport;
