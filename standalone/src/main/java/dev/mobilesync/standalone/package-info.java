/** Runs all three services in one JVM, with embedded servers unless the environment names others. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.standalone;
