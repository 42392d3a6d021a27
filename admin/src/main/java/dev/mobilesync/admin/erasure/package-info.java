/** The command that erases the data of an examinee or a plan. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.admin.erasure;
