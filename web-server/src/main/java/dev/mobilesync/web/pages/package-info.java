/** The pages for the phone, the examinee and the proctor, which are files under {@code resources/pages}. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.web.pages;
