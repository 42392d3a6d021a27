/** Tests of all services together, on real and on embedded servers. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.endtoend;
