/** The pictures in the object store, and what is kept beside each of them. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.web.store;
