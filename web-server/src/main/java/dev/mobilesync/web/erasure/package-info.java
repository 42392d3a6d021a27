/** {@code --erase}: takes an examinee, or a whole plan, out of the object store and out of Redis. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.web.erasure;
