/** The pages as people see them. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.browser;
