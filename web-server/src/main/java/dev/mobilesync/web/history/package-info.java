/** The changes of an examinee's record, for proctors and the platform's server. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.web.history;
