/** Pictures and their metadata in the object store. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.web.store;
