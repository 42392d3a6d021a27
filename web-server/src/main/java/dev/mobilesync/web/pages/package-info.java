/** The three screens: for the phone, the examinee and the proctor. They are files under {@code resources/pages}. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.web.pages;
