/** Owns the state of every examinee: consumes facts and orders, writes Redis, tells everybody. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.state;
