/** The command line of operators: its entry point, and which commands there are. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.admin;
