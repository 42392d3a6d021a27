/** All three services in one JVM, with the servers that they need where the environment names none. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.standalone;
