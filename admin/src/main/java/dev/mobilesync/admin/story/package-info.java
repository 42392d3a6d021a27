/** The command {@code story}: prints the stored state of one examinee, and a timeline. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.admin.story;
