/** SHA-256 of content and of keys. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.service.hash;
