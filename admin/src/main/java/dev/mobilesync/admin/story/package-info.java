/** The command that prints what is known of an examinee. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.admin.story;
