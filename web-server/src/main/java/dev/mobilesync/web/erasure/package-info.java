/** Erases an examinee or a plan from the object store and from Redis ({@code --erase}). */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.web.erasure;
