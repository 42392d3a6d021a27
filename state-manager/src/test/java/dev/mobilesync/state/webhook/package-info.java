@org.jspecify.annotations.NullMarked
package dev.mobilesync.state.webhook;
