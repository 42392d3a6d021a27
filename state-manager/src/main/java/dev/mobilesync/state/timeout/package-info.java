/** Times out examinees whose deadline has passed. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.state.timeout;
