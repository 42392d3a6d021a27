/** The changes of an examinee's record, for proctors. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.web.history;
