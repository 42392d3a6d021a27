/** Compares what the services send and receive with the documents that describe their interfaces. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.testsupport.api;
